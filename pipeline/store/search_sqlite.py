"""The search index of SQLite: FTS5."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    func,
    or_,
    select,
    text,
    union,
)
from sqlmodel import Session, col

from pipeline.store.search_phrases import Asked, is_open
from pipeline.store.tables import SearchRow

MOST_ENDS = 60
"""So many words that begin alike are asked for one by one, of more all at once."""
# From one word to the next, past the places of each: "!" comes before all that is in a word.
_ENDS = text("""
    WITH RECURSIVE found(word, number) AS (
        SELECT (SELECT term FROM search_vocabulary WHERE term >= :start LIMIT 1), 1
        UNION ALL
        SELECT (SELECT term FROM search_vocabulary WHERE term >= word || '!' LIMIT 1), number + 1
        FROM found WHERE substr(word, 1, length(:start)) = :start AND number < :most)
    SELECT word FROM found""")


@dataclass(frozen=True)
class SqliteIndex:
    """Two FTS5 tables: words by unicode61, keys by trigrams.

    FTS5 would join all places of all words that begin alike before it gives the first. So, once it
    has a session, these words are looked up and asked for one by one.
    """

    session: Session | None = None
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    def begin(self, session: Session) -> "SqliteIndex":
        """The same with the session: SQLite goes the way in which it is asked."""
        return SqliteIndex(session)

    def matches(self, asked: Asked) -> ColumnElement[bool]:
        """Rows whose words, or whose key, hold what is asked."""
        found = [_rowids(table, query) for table, query in self._queries(asked)]
        return or_(*found)

    def ids(self, asked: Asked, most: int | None, *, is_oldest_first: bool) -> Select[Any]:
        """Their rowids, in the order in which FTS5 walks them."""
        parts = []
        for table, query in self._queries(asked):
            way = "ASC" if is_oldest_first else "DESC"
            order = f" ORDER BY rowid {way} LIMIT :most" if most else ""
            found = text(f"SELECT rowid AS id FROM {table} WHERE {table} MATCH :query{order}")
            bound: list[Any] = [bindparam("query", query, unique=True)]
            bound += [bindparam("most", most, unique=True)] if most else []
            rows = found.bindparams(*bound).columns(id=Integer).subquery()
            parts.append(select(rows.c.id))
        together = union(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
        return select(together.c.id)

    def some(self, asked: Asked, most: int) -> Select[Any]:
        """The newest, of which FTS5 has the order."""
        return self.ids(asked, most, is_oldest_first=False)

    def listed(self, ids: Sequence[int]) -> Select[Any]:
        """By a list that SQLite unpacks itself."""
        listed = func.json_each(json.dumps(ids)).table_valued("value")
        return select(listed.c.value.label("id"))

    def of_keys(self, keys: Iterable[str], least: float) -> Select[Any]:
        """By the same list."""
        key = [self.among(col(SearchRow.key), keys), col(SearchRow.key) != ""]
        return select(col(SearchRow.id)).where(*key, col(SearchRow.doubt) >= least)

    def among(self, column: Any, values: Iterable[str]) -> ColumnElement[bool]:
        """By a list that SQLite unpacks itself, so that the statement stays the same."""
        packed = json.dumps(sorted(values), ensure_ascii=False)
        listed = func.json_each(packed).table_valued("value")
        found: ColumnElement[bool] = column.in_(select(listed.c.value))
        return found

    def by_signs(self, column: Any) -> ColumnElement[Any]:
        """As it is: SQLite compares the bytes."""
        same: ColumnElement[Any] = column
        return same

    def for_each(self, statement: Select[Any]) -> Select[Any]:
        """As it is: SQLite keeps the order of what is asked."""
        return statement

    def _queries(self, asked: Asked) -> list[tuple[str, str]]:
        """The full-text tables that are asked, and what each is asked."""
        phrases = [self._phrase(phrase) for phrase in asked.phrases]
        own = f"words : ({' OR '.join(phrases)})"
        if len(phrases) > 1:
            own = f"({' AND '.join(phrases)}) AND {own}"
        if not asked.parts:
            return [("search_words", own)]
        key = " AND ".join(f'"{part}"' for part in asked.parts)
        return [("search_words", own), ("search_key", key)]

    def _phrase(self, words: tuple[str, ...]) -> str:
        if not is_open(words):
            return f'"{" ".join(words)}"'
        before, last = words[:-1], words[-1]
        ends = self._beginning_with(last)
        if not ends:
            return f'"{" ".join(words)}" *'
        ways = [f'"{" ".join((*before, end))}"' for end in ends]
        return ways[0] if len(ways) == 1 else f"({' OR '.join(ways)})"

    def _beginning_with(self, start: str) -> tuple[str, ...]:
        """The words of the index that begin so; none where they are too many to be asked for."""
        if self.session is None:
            return ()
        if start not in self._known:
            after = {"start": start, "most": MOST_ENDS + 1}
            rows = self.session.connection().execute(_ENDS, after).scalars().all()
            self._known[start] = tuple(one for one in rows if one and one.startswith(start))
        found = self._known[start]
        return found if len(found) <= MOST_ENDS else ()


def _rowids(table: str, query: str) -> ColumnElement[bool]:
    found = text(f"search_row.id IN (SELECT rowid FROM {table} WHERE {table} MATCH :query)")
    return found.bindparams(bindparam("query", query, unique=True))  # type: ignore[return-value]
