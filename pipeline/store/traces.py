"""What deleted rows leave behind in a SQLite file, and how it goes.

Freed space is overwritten at once (`secure_delete`, in `pipeline.store.database`). But the
full-text tables only note that a row is gone, until their parts are merged, and the log of the last
writes still has what was there before. PostgreSQL takes both away by itself: with VACUUM, and as it
removes old files of its log.
"""

from sqlalchemy import Engine
from sqlmodel import Session, text

from pipeline.store.database import is_sqlite, writing

FULL_TEXT = ("search_words", "search_key")
PAGES = 500
"""So many pages of a full-text table are merged in one transaction, then others have their turn."""


def take_traces_away(engine: Engine) -> None:
    """Merge the full-text tables, and let the log of the last writes end."""
    if not is_sqlite(engine):
        return
    for table in FULL_TEXT:
        first = True
        while _merge(engine, table, -PAGES if first else PAGES):
            first = False
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def _merge(engine: Engine, table: str, pages: int) -> bool:
    """One step of https://www.sqlite.org/fts5.html#the_merge_command; whether there may be more."""
    with writing(engine) as session:
        before = _changes(session)
        command = text(f"INSERT INTO {table}({table}, rank) VALUES ('merge', :pages)")
        session.connection().execute(command, {"pages": pages})
        return _changes(session) - before >= 2


def _changes(session: Session) -> int:
    """How many rows this connection has changed since it was opened."""
    return int(session.connection().execute(text("SELECT total_changes()")).scalar_one())
