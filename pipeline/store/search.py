"""The search index on both databases: SQLite's FTS5, or PostgreSQL's full text and pg_trgm.

Both look through the same spelling of a text, made here: small letters and digits without
accents, everything else a space. So nothing that a person types reaches either's query language,
and both find the same.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, Engine, and_, bindparam, func, literal_column, or_, text
from sqlmodel import Session, col, delete

from pipeline.findable import Findable
from pipeline.store.database import is_sqlite
from pipeline.store.tables import SearchRow

# Written into the statement as they stand in the migration: only so PostgreSQL knows its indexes.
_SIMPLE: ColumnElement[str] = literal_column("'simple'")
_SPACE: ColumnElement[str] = literal_column("' '")
_EMPTY: ColumnElement[str] = literal_column("''")

SHORTEST_PART = 3
"""Parts of a key are found from three signs on."""


@dataclass(frozen=True)
class Asked:
    """A query as it is looked for: each phrase is words in a row, all phrases have to be there."""

    phrases: tuple[tuple[str, ...], ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The phrases as parts of a key; none where one of them is too short for that."""
        joined = tuple("".join(phrase) for phrase in self.phrases)
        return joined if all(len(part) >= SHORTEST_PART for part in joined) else ()


class SearchIndex(Protocol):
    """How one database looks through the rows of the index."""

    def matches(self, asked: Asked) -> ColumnElement[bool]:
        """The condition on a row of the index: at least one phrase in its own words."""
        ...


def search_index(engine: Engine) -> SearchIndex:
    """The index of that database."""
    return SqliteIndex() if is_sqlite(engine) else PostgresIndex()


def ask(query: str) -> Asked | None:
    """What a person typed as a query; None where no letter or digit is in it."""
    spelt = (tuple(spell(chunk).split()) for chunk in query.split())
    phrases = tuple(dict.fromkeys(phrase for phrase in spelt if phrase))
    return Asked(phrases) if phrases else None


def spell(text: str) -> str:
    """A text as the index holds it: `Müller XB15-2288` gives `muller xb15 2288`."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    )
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))


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
    session.add_all(
        SearchRow(
            record=record,
            field=one.field,
            page=one.page,
            label=one.label,
            value=one.value,
            probability=one.probability,
            matched=one.matched.value,
            words=spell(one.value),
            context=spell(f"{one.label} {context}"),
            key=spell(one.value).replace(" ", "") if one.is_key else "",
        )
        for one in found
    )
    session.flush()


@dataclass(frozen=True)
class SqliteIndex:
    """Two FTS5 tables: words by unicode61, keys by trigrams."""

    def matches(self, asked: Asked) -> ColumnElement[bool]:
        """Rows whose words, or whose key, hold what is asked."""
        phrases = [self._phrase(phrase) for phrase in asked.phrases]
        everywhere = " AND ".join(phrases)
        own = f"({everywhere}) AND words : ({' OR '.join(phrases)})"
        by_words = _rowids("search_words", "by_words", own)
        if not asked.parts:
            return by_words
        by_key = _rowids("search_key", "by_key", " AND ".join(f'"{part}"' for part in asked.parts))
        return or_(by_words, by_key)

    def _phrase(self, words: tuple[str, ...]) -> str:
        return f'"{" ".join(words)}"{" *" if _is_open(words) else ""}'


@dataclass(frozen=True)
class PostgresIndex:
    """Full text in the simple configuration, which changes no word, and trigrams for keys."""

    def matches(self, asked: Asked) -> ColumnElement[bool]:
        """Rows whose words, or whose key, hold what is asked."""
        phrases = [self._phrase(phrase) for phrase in asked.phrases]
        words, context = col(SearchRow.words), col(SearchRow.context)
        by_words = and_(
            func.to_tsvector(_SIMPLE, words.op("||")(_SPACE).op("||")(context)).op("@@")(
                func.to_tsquery(_SIMPLE, " & ".join(phrases))
            ),
            func.to_tsvector(_SIMPLE, words).op("@@")(
                func.to_tsquery(_SIMPLE, " | ".join(phrases))
            ),
        )
        key = col(SearchRow.key)
        by_key = [key.like(f"%{part}%") for part in asked.parts]
        return or_(by_words, and_(key != _EMPTY, *by_key)) if by_key else by_words

    def _phrase(self, words: tuple[str, ...]) -> str:
        return f"({' <-> '.join(words)}{':*' if _is_open(words) else ''})"


def _is_open(words: tuple[str, ...]) -> bool:
    """Whether the last word may go on: `magn` finds magnesium, `13` does not find 130."""
    return words[-1].isalpha() and len(words[-1]) >= SHORTEST_PART


def _rowids(table: str, name: str, query: str) -> ColumnElement[bool]:
    found = text(f"search_row.id IN (SELECT rowid FROM {table} WHERE {table} MATCH :{name})")
    return found.bindparams(bindparam(name, query))  # type: ignore[return-value]
