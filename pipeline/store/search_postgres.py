"""The search index of PostgreSQL: its own full text, and pg_trgm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)
from sqlmodel import Session, col

from pipeline.store.search_phrases import Asked, is_open
from pipeline.store.tables import SearchRow

# Written into the statement as they stand in the migration: only so PostgreSQL knows its indexes.
_SIMPLE: ColumnElement[str] = literal_column("'simple'")
_SPACE: ColumnElement[str] = literal_column("' '")
_EMPTY: ColumnElement[str] = literal_column("''")


@dataclass(frozen=True)
class PostgresIndex:
    """Full text in the simple configuration, which changes no word, and trigrams for keys."""

    def begin(self, session: Session) -> "PostgresIndex":
        """From what was found to its rows and their records, one by one, in this order.

        PostgreSQL can't know how few rows hold a number, and would read whole tables to join them.
        """
        settings = {"enable_hashjoin": "off", "enable_mergejoin": "off", "join_collapse_limit": "1"}
        local: ColumnElement[bool] = literal_column("true")  # until the transaction ends
        asked = (func.set_config(name, value, local) for name, value in settings.items())
        session.connection().execute(select(*asked))
        return self

    def matches(self, asked: Asked) -> ColumnElement[bool]:
        """Rows whose words, or whose key, hold what is asked."""
        phrases = [self._phrase(phrase) for phrase in asked.phrases]
        words, context = col(SearchRow.words), col(SearchRow.context)
        by_words: ColumnElement[bool] = func.to_tsvector(_SIMPLE, words).op("@@")(
            func.to_tsquery(_SIMPLE, " | ".join(phrases))
        )
        if len(phrases) > 1:
            both = words.op("||")(_SPACE).op("||")(context)
            everywhere = func.to_tsquery(_SIMPLE, " & ".join(phrases))
            by_words = and_(by_words, func.to_tsvector(_SIMPLE, both).op("@@")(everywhere))
        key = col(SearchRow.key)
        by_key = [key.op("||")(_EMPTY).like(f"%{part}%") for part in asked.parts]
        return or_(by_words, and_(key != _EMPTY, *by_key)) if by_key else by_words

    def ids(self, asked: Asked, most: int | None, *, is_oldest_first: bool) -> Select[Any]:
        """Their ids, found before anything else is asked of the rows."""
        found = select(col(SearchRow.id)).where(self.matches(asked))
        row = col(SearchRow.id)
        first = row if is_oldest_first else row.desc()
        found = found.order_by(first).limit(most) if most else found
        return select(found.cte().prefix_with("MATERIALIZED", dialect="postgresql").c.id)

    def some(self, asked: Asked, most: int) -> Select[Any]:
        """Without an order, for which all would have to be read."""
        return self.ids(asked, None, is_oldest_first=False).limit(most)

    def listed(self, ids: Sequence[int]) -> Select[Any]:
        """By an array that is unpacked."""
        return select(func.unnest(bindparam(None, list(ids), type_=ARRAY(Integer))).label("id"))

    def of_keys(self, keys: Iterable[str], least: float) -> Select[Any]:
        """Key by key: PostgreSQL would rather compare each with all rows in doubt."""
        unpacked = func.unnest(bindparam(None, sorted(keys), type_=ARRAY(String)))
        listed = unpacked.table_valued("key").render_derived()
        key = [col(SearchRow.key) == listed.c.key, col(SearchRow.key) != ""]
        own = select(col(SearchRow.id)).where(*key, col(SearchRow.doubt) >= least)
        rows = own.offset(0).lateral()
        return select(rows.c.id).select_from(listed).join(rows, literal_column("true"))

    def among(self, column: Any, values: Iterable[str]) -> ColumnElement[bool]:
        """By an array that is unpacked first: each of many values costs time to plan for."""
        listed = func.unnest(bindparam(None, sorted(values), type_=ARRAY(String)))
        found: ColumnElement[bool] = column.in_(select(listed))
        return found

    def by_signs(self, column: Any) -> ColumnElement[Any]:
        """In the order of the signs' numbers."""
        sorted_so: ColumnElement[Any] = column.collate("C")
        return sorted_so

    def for_each(self, statement: Select[Any]) -> Select[Any]:
        """With an offset, for PostgreSQL makes no join out of that, which it might begin with."""
        return statement.offset(0)

    def _phrase(self, words: tuple[str, ...]) -> str:
        return f"({' <-> '.join(words)}{':*' if is_open(words) else ''})"
