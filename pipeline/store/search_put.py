"""Rows put into the search index, and the values that hits are counted by."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, delete

from pipeline.core.query import About
from pipeline.core.spelling import LONGEST_KEY, as_key, spell
from pipeline.findable import Findable, Matched
from pipeline.store.search_tables import SearchFacetRow
from pipeline.store.tables import SearchRow

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
