"""One database behind one door: SQLite in the site's folder, or PostgreSQL.

On both, writers come one after the other: SQLite by `BEGIN IMMEDIATE`, PostgreSQL by a lock that
ends with the transaction. So a decision that was made on what a writer has just read still holds
when it is written, and the trail has one order. Readers never wait and see one moment.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlmodel import Session

from pipeline.errors import SiteUnavailable

WAIT_SECONDS = 30
SQLITE = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
"""How each connection to a SQLite file begins; what is deleted is overwritten there and then."""
WRITERS_LOCK = 7_310_461_003
"""Any number, the same for every writer of one PostgreSQL database."""


def open_engine(url: str) -> Engine:
    """The door to the database at that address; nothing is made or changed yet."""
    try:
        parts = make_url(url)
        backend = parts.get_backend_name()
        if backend == "sqlite":
            engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        if backend == "postgresql":
            # Compiling costs more than any question here takes: a search took twice as long.
            said = f"{parts.query.get('options', '')} -c jit=off".strip()
            connect = {"connect_timeout": WAIT_SECONDS, "options": said}
            return create_engine(url, connect_args=connect, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise _unknown_database() from error
    raise _unknown_database()


def is_sqlite(engine: Engine) -> bool:
    """Whether the rows are in a SQLite file."""
    return engine.dialect.name == "sqlite"


def migrate(engine: Engine) -> None:
    """Bring the database to this version of Recordroom; an up-to-date one is left alone."""
    config = Config()
    config.set_main_option("script_location", "pipeline.store:migrations")
    config.set_main_option("path_separator", "os")
    with translated(), engine.connect() as connection:
        is_at = MigrationContext.configure(connection).get_current_revision()
    if is_at == ScriptDirectory.from_config(config).get_current_head():
        return
    with translated(), engine.execution_options(writes=True).begin() as connection:
        _take_turn(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees the database as it is at one moment, and writes nothing."""
    options = {} if is_sqlite(engine) else {"isolation_level": "REPEATABLE READ"}
    with translated(), Session(engine.execution_options(**options)) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction, alone among writers: all of it is written, or nothing."""
    with (
        translated(),
        Session(engine.execution_options(writes=True), expire_on_commit=False) as session,
        session.begin(),
    ):
        _take_turn(session.connection())
        yield session


def _take_turn(connection: Connection) -> None:
    """Wait for the writer before; on SQLite the transaction itself has begun as a writer."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})"))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in _begin_sqlite, nowhere else
    for setting in SQLITE:
        connection.execute(f"PRAGMA {setting}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def translated() -> Iterator[None]:
    """Let the database's own trouble reach people as ours."""
    try:
        yield
    except DatabaseError as error:
        if type(error) not in (DatabaseError, OperationalError):
            raise  # a mistake of ours, not the database's trouble
        reason = str(error.orig).strip().splitlines()[0]
        if "locked" in reason or "lock timeout" in reason:
            raise SiteUnavailable(
                "the database is busy with somebody else's work", "try again in a minute"
            ) from error
        raise SiteUnavailable(
            f"the database can't be used ({reason})",
            "check that it runs, that its disk has space and that its file is whole",
        ) from error


def _unknown_database() -> SiteUnavailable:
    return SiteUnavailable(
        "RECORDROOM_DATABASE names no database that Recordroom knows",
        "give an address that begins with sqlite:/// or postgresql://",
    )
