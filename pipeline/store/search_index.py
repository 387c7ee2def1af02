"""The search index on both databases: SQLite's FTS5, or PostgreSQL's full text and pg_trgm.

Both look through the same spelling of a text (`pipeline.core.spelling`): small letters and digits
without accents, everything else a space. So nothing that a person types reaches either's query
language, and both find the same.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Engine, Select
from sqlmodel import Session

from pipeline.store.database import is_sqlite
from pipeline.store.search_phrases import Asked
from pipeline.store.search_postgres import PostgresIndex
from pipeline.store.search_sqlite import SqliteIndex


class SearchIndex(Protocol):
    """How one database looks through the rows of the index."""

    def begin(self, session: Session) -> "SearchIndex":
        """The index as it searches in that session; made ready until its transaction ends."""
        ...

    def matches(self, asked: Asked) -> ColumnElement[bool]:
        """The condition on a row of the index: at least one phrase in its own words."""
        ...

    def ids(self, asked: Asked, most: int | None, *, is_oldest_first: bool) -> Select[Any]:
        """The ids of the rows that match; with `most` no more than so many, newest or oldest."""
        ...

    def some(self, asked: Asked, most: int) -> Select[Any]:
        """The ids of so many of the rows that match, whichever: to know whether there are more."""
        ...

    def listed(self, ids: Sequence[int]) -> Select[Any]:
        """These ids, as if they were looked up."""
        ...

    def of_keys(self, keys: Iterable[str], least: float) -> Select[Any]:
        """The ids of the rows with one of these keys and no less doubt."""
        ...

    def among(self, column: Any, values: Iterable[str]) -> ColumnElement[bool]:
        """Whether the column holds one of many values."""
        ...

    def by_signs(self, column: Any) -> ColumnElement[Any]:
        """The column as it is sorted sign by sign, whatever language the database has."""
        ...

    def for_each(self, statement: Select[Any]) -> Select[Any]:
        """What is asked of each record that was found, and never gone through on its own first."""
        ...


def search_index(engine: Engine) -> SearchIndex:
    """The index of that database."""
    return SqliteIndex() if is_sqlite(engine) else PostgresIndex()
