"""Rows as they lie in the tables, read with plain SQL and nothing that wrote them."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from pipeline.errors import SiteUnavailable

Row = dict[str, Any]

AT_ONCE = 1000
"""So many rows of a long table are in memory."""


@contextmanager
def open_tables(url: str) -> Iterator[Connection]:
    """The database at that address, to look at only; all of it as it is at one moment."""
    engine = _engine(url)
    try:
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            yield connection
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise SiteUnavailable(
            f"the database can't be read ({reason})",
            "check that it is there and whole; what can't be read can't be verified",
        ) from error
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    """The door to the database; a SQLite file is opened so that nothing can be written."""
    where = make_url(url)
    if where.get_backend_name() != "sqlite":
        return create_engine(url)
    address = f"file:{quote(where.database or '')}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))


def rows_of(connection: Connection, table: str, order: str) -> Iterator[Row]:
    """All rows of a table in an order, a few at a time."""
    question = text(f"SELECT * FROM {table} ORDER BY {order}")
    found = connection.execution_options(stream_results=True, yield_per=AT_ONCE).execute(question)
    return (dict(row) for row in found.mappings())


def of_record(connection: Connection, table: str, record: str, order: str) -> list[Row]:
    """The rows of a table that belong to a record."""
    return rows_where(connection, table, "record", record, order)


def rows_where(
    connection: Connection, table: str, column: str, value: object, order: str = "1"
) -> list[Row]:
    """The rows of a table in which a column holds that value."""
    question = text(f"SELECT * FROM {table} WHERE {column} = :value ORDER BY {order}")
    return [dict(row) for row in connection.execute(question, {"value": value}).mappings()]


def count_of(connection: Connection, table: str) -> int:
    """How many rows a table has."""
    return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(value: object) -> str:
    """The SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
