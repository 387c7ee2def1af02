"""A site's records as pandas tables, in two lines and for reading alone.

    from pipeline.archive import open_archive
    entries = open_archive("/srv/recordroom").entries(form="BMR-077")

The tables are the views of docs/reporting.md, with their columns' names, and typed: moments in UTC,
days as days, numbers as numbers. Nothing can be written by this door: SQLite is opened read-only,
PostgreSQL's transactions are set so. Whoever has the database's file or password reads all of it,
with no account and no line in the trail; programs of other people get an API token instead.
"""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pipeline.errors import InputRefused, SiteUnavailable
from pipeline.settings import Settings
from pipeline.store.database import translated

WHOLE_NUMBERS = (
    "revision", "position", "page", "nth", "scan", "scan_pages", "open_flags",
    "open_critical_flags", "open_major_flags", "sequence", "scan_page", "turned",
)  # fmt: skip
NUMBERS = (
    "number", "confidence", "x_mm", "y_mm", "width_mm", "height_mm", "form_score", "effective_dpi",
)  # fmt: skip
MARKS = ("accepted",)
_NAME = re.compile(r"[a-z][a-z_]*")


@dataclass(frozen=True)
class Archive:
    """An open archive. Each method gives a table; what is not named leaves nothing out.

    Records of every state are in it: `record_state="approved"` keeps those that count.
    """

    engine: Engine = field(repr=False)

    def records(self, **equal: str) -> pd.DataFrame:
        """A row for each record: what it is, how it stands, when it came and was approved."""
        return self._table("v_records", equal, "received_at, record")

    def entries(self, **equal: str) -> pd.DataFrame:
        """A row for each entry: its value now and what was read, with `number` for numbers."""
        return self._table("v_entries", equal, "record, position")

    def pages(self, **equal: str) -> pd.DataFrame:
        """A row for each page of the form that was read: in which scan it lies, and where."""
        return self._table("v_pages", equal, "record, page")

    def flags(self, **equal: str) -> pd.DataFrame:
        """A row for each flag as it stands now, with its answer."""
        return self._table("v_flags", equal, "record, field, flag")

    def corrections(self, **equal: str) -> pd.DataFrame:
        """A row for each correction: the value before and after, why, who and when."""
        return self._table("v_corrections", equal, "corrected_at, record, field")

    def answers(self, **equal: str) -> pd.DataFrame:
        """A row for each answer that somebody gave to a flag."""
        return self._table("v_answers", equal, "answered_at, record, field")

    def signatures(self, **equal: str) -> pd.DataFrame:
        """A row for each electronic signature."""
        return self._table("v_signatures", equal, "record, nth")

    def trail(self, **equal: str) -> pd.DataFrame:
        """A row for each line of the trail."""
        return self._table("v_trail", equal, "sequence")

    def forms(self, **equal: str) -> pd.DataFrame:
        """A row for each version of a master form."""
        return self._table("v_forms", equal, "form, version")

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _table(self, view: str, equal: Mapping[str, str], order: str) -> pd.DataFrame:
        with translated():
            known = [column["name"] for column in inspect(self.engine).get_columns(view)]
        unknown = [name for name in equal if name not in known]
        if unknown:
            raise InputRefused(
                f"{view} has no column {unknown[0]}", f"choose among {', '.join(known)}"
            )
        conditions = [f"{name} = :{name}" for name in equal]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        query = text(f"SELECT * FROM {view}{where} ORDER BY {order}")
        with translated(), self.engine.connect() as connection:
            found = connection.execute(query, dict(equal))
            frame = pd.DataFrame.from_records(found.all(), columns=[*found.keys()])
        return _typed(frame)


def open_archive(url: str | Path) -> Archive:
    """The archive of the site in that folder, or at that address (`sqlite:///…`, `postgresql://…`).

    Raises SiteUnavailable where there is none, or one of an older version of Recordroom.
    """
    address = str(url)
    engine = _read_only(Settings(database=address) if "://" in address else Settings(site=url))
    with translated():
        views = set(inspect(engine).get_view_names())
    if "v_entries" not in views:
        engine.dispose()
        raise SiteUnavailable(
            "there is no site in this database, or one of an older version of Recordroom",
            "name another, or let `recordroom serve` bring it up to date once",
        )
    return Archive(engine)


def _read_only(settings: Settings) -> Engine:
    try:
        url = make_url(settings.database_url)
    except ArgumentError as error:
        raise _unknown() from error
    if url.get_backend_name() == "postgresql":
        options = {"options": "-c default_transaction_read_only=on", "connect_timeout": 30}
        return create_engine(url, connect_args=options)
    if url.get_backend_name() != "sqlite":
        raise _unknown()
    file = Path(url.database or "")
    if not url.database or not file.is_file():
        raise SiteUnavailable(f"there is no database {file}", "name a site's folder")
    engine = create_engine(f"sqlite:///{file.resolve().as_uri()}?mode=ro&uri=true")
    event.listen(engine, "connect", _refuse_writing)
    return engine


def _refuse_writing(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON").close()


def _unknown() -> SiteUnavailable:
    return SiteUnavailable(
        "this is no address of a database that Recordroom knows",
        "give a site's folder, or an address that begins with sqlite:/// or postgresql://",
    )


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The same columns with their types: moments, days, numbers, marks; all else is text."""
    return pd.DataFrame({name: _column(name, frame[name]) for name in frame.columns})


def _column(name: str, values: "pd.Series[Any]") -> "pd.Series[Any]":
    if name.endswith("_at"):
        return pd.to_datetime(values, utc=True, format="ISO8601")
    if name.endswith("_on"):
        return pd.to_datetime(values, format="%Y-%m-%d")
    if name in MARKS:
        return values.astype("boolean")
    if name in NUMBERS:
        return values.astype("Float64")
    return values.astype("Int64" if name in WHOLE_NUMBERS else "str")
