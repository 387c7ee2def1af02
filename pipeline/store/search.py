"""The search index on both databases: SQLite's FTS5, or PostgreSQL's full text and pg_trgm.

Both look through the same spelling of a text, made here: small letters and digits without
accents, everything else a space. So nothing that a person types reaches either's query language,
and both find the same.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Engine,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    union,
)
from sqlmodel import Session, col, delete

from pipeline.core.query import About
from pipeline.core.spelling import LONGEST_KEY, as_key, spell
from pipeline.findable import Findable, Matched
from pipeline.store.database import is_sqlite
from pipeline.store.search_tables import SearchFacetRow
from pipeline.store.tables import SearchRow

__all__ = [
    "Asked",
    "SearchIndex",
    "ask",
    "ask_phrases",
    "is_open",
    "put",
    "put_facets",
    "search_index",
    "spell",
]

# Written into the statement as they stand in the migration: only so PostgreSQL knows its indexes.
_SIMPLE: ColumnElement[str] = literal_column("'simple'")
_SPACE: ColumnElement[str] = literal_column("' '")
_EMPTY: ColumnElement[str] = literal_column("''")

SHORTEST_PART = 3
"""Parts of a key are found from three signs on."""
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
class Asked:
    """A query as it is looked for: each phrase is words in a row, all phrases have to be there."""

    phrases: tuple[tuple[str, ...], ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The phrases as parts of a key; none where one of them is too short for that.

        Nor of several words of letters alone: they are words, and no parts of one number.
        """
        joined = tuple("".join(phrase)[:LONGEST_KEY] for phrase in self.phrases)
        if len(joined) > 1 and all(part.isalpha() for part in joined):
            return ()
        return joined if all(len(part) >= SHORTEST_PART for part in joined) else ()


class SearchIndex(Protocol):
    """How one database looks through the rows of the index."""

    def begin(self, session: Session) -> None:
        """Makes the session ready to search; holds until its transaction ends."""
        ...

    def matches(self, asked: Asked) -> ColumnElement[bool]:
        """The condition on a row of the index: at least one phrase in its own words."""
        ...

    def ids(self, asked: Asked, most: int | None, *, is_oldest_first: bool) -> Select[Any]:
        """The ids of the rows that match; with `most` no more than so many, newest or oldest."""
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


def search_index(engine: Engine, session: Session | None = None) -> SearchIndex:
    """The index of that database; with a session SQLite's may ask for words that begin so."""
    return SqliteIndex(session) if is_sqlite(engine) else PostgresIndex()


def ask(query: str) -> Asked | None:
    """What a person typed as a query; None where no letter or digit is in it."""
    return ask_phrases(query.split())


def ask_phrases(texts: Iterable[str]) -> Asked | None:
    """The same of words and phrases that are told apart already: all of them have to be there."""
    spelt = (tuple(spell(text).split()) for text in texts)
    phrases = tuple(dict.fromkeys(phrase for phrase in spelt if phrase))
    return Asked(phrases) if phrases else None


def put(
    session: Session,
    record: str,
    found: Iterable[Findable],
    *,
    context: str,
    fields: Iterable[str] | None = None,
) -> None:
    """Put these in the index for the record, in place of all that was there for it.

    With `fields` only what was there for these fields, and for the record as a whole, is replaced.
    """
    gone = delete(SearchRow).where(col(SearchRow.record) == record)
    if fields is not None:
        gone = gone.where(or_(col(SearchRow.field).is_(None), col(SearchRow.field).in_(fields)))
    session.exec(gone)
    session.add_all(SearchRow(**row_values(record, one, context)) for one in found)
    session.flush()


def row_values(record: str, one: Findable, context: str) -> dict[str, Any]:
    """The row of one thing that a search can find, column by column."""
    return {
        "record": record,
        "field": one.field,
        "page": one.page,
        "label": one.label,
        "value": one.value,
        "probability": one.probability,
        "matched": one.matched.value,
        "words": spell(one.value),
        "context": spell(f"{one.label} {context}"),
        "key": as_key(one.value) if one.is_key else "",
        "about": one.about.value if one.about else "",
        "step": one.step,
        "day": one.day,
        "doubt": one.doubt,
        "unsure": one.unsure if one.is_key else "",
    }


FACETS = frozenset(
    {
        About.BATCH,
        About.PRODUCT,
        About.MATERIAL,
        About.LOT,
        About.EQUIPMENT,
        About.SIGNED,
        About.MADE,
    }
)
"""What hits are counted by, and what is offered while somebody types."""


def put_facets(session: Session, record: str, found: Iterable[Findable]) -> None:
    """Put the values that stand in the record in the place of those that were there."""
    session.exec(delete(SearchFacetRow).where(col(SearchFacetRow.record) == record))
    values: dict[tuple[str, str], str] = {}
    for one in found:
        if one.about in FACETS and one.matched is Matched.VALUE:
            made = one.day.isoformat() if one.day else ""
            value = made if one.about is About.MADE else one.value[:LONGEST_KEY]
            term = made if one.about is About.MADE else as_key(value)
            if term:
                values.setdefault((one.about.value, term), value)
    session.add_all(
        SearchFacetRow(about=about, term=term, record=record, value=value)
        for (about, term), value in values.items()
    )
    session.flush()


@dataclass(frozen=True)
class SqliteIndex:
    """Two FTS5 tables: words by unicode61, keys by trigrams.

    FTS5 would join all places of all words that begin alike before it gives the first. So these
    words are looked up, and asked for one by one.
    """

    session: Session | None = None
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    def begin(self, session: Session) -> None:
        """Nothing: SQLite goes the way in which it is asked."""

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

    def listed(self, ids: Sequence[int]) -> Select[Any]:
        """By a list that SQLite unpacks itself."""
        listed = func.json_each(json.dumps(ids)).table_valued("value")
        return select(listed.c.value.label("id"))

    def of_keys(self, keys: Iterable[str], least: float) -> Select[Any]:
        """By the same list."""
        return select(col(SearchRow.id)).where(
            self.among(col(SearchRow.key), keys), *_doubted(least)
        )

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


@dataclass(frozen=True)
class PostgresIndex:
    """Full text in the simple configuration, which changes no word, and trigrams for keys."""

    def begin(self, session: Session) -> None:
        """From what was found to its rows and their records, one by one, in this order.

        PostgreSQL can't know how few rows hold a number, and would read whole tables to join them.
        """
        settings = {"enable_hashjoin": "off", "enable_mergejoin": "off", "join_collapse_limit": "1"}
        local: ColumnElement[bool] = literal_column("true")  # until the transaction ends
        asked = (func.set_config(name, value, local) for name, value in settings.items())
        session.connection().execute(select(*asked))

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

    def listed(self, ids: Sequence[int]) -> Select[Any]:
        """By an array that is unpacked."""
        return select(func.unnest(bindparam(None, list(ids), type_=ARRAY(Integer))).label("id"))

    def of_keys(self, keys: Iterable[str], least: float) -> Select[Any]:
        """Key by key: PostgreSQL would rather compare each with all rows in doubt."""
        unpacked = func.unnest(bindparam(None, sorted(keys), type_=ARRAY(String)))
        listed = unpacked.table_valued("key").render_derived()
        own = select(col(SearchRow.id)).where(col(SearchRow.key) == listed.c.key, *_doubted(least))
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


def _doubted(least: float) -> list[ColumnElement[bool]]:
    there = col(SearchRow.key) != ""
    return [there, col(SearchRow.doubt) >= least] if least else [there]


def is_open(words: tuple[str, ...]) -> bool:
    """Whether the last word may go on: `magn` finds magnesium, `13` does not find 130."""
    return words[-1].isalpha() and len(words[-1]) >= SHORTEST_PART


def _rowids(table: str, query: str) -> ColumnElement[bool]:
    found = text(f"search_row.id IN (SELECT rowid FROM {table} WHERE {table} MATCH :query)")
    return found.bindparams(bindparam("query", query, unique=True))  # type: ignore[return-value]
