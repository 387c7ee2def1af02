"""A query as the index is asked, and what is found: what leads it, and who is meant by a name."""

from dataclasses import dataclass

from sqlmodel import Session

from pipeline.core.hit_order import Sort
from pipeline.core.query import ENTRIES, About, Query, Term
from pipeline.core.ranking import Row, Sought
from pipeline.findable import Reach
from pipeline.store.search_index import SearchIndex

RARE = (About.BATCH, About.LOT, About.DEVIATION, About.TEXT)
"""What is mostly on few records."""


@dataclass(frozen=True)
class Search:
    """A query with the session and the index in which it is looked for.

    `only`, where it is given, are the only records in which anything may be found. `initials` are
    those of the people who are named, from the signature log; `labelled` the fields with the
    words that are named, as `field_key` has them. `reach` holds for every term. Of more than `most`
    those are taken that come first by `sort`, as far as one index can tell. `beside` has to stand
    in the record, in whatever entry; `looked_through`, if given, are so many places of the lead.
    """

    session: Session
    index: SearchIndex
    query: Query
    most: int
    only: frozenset[str] | None = None
    initials: tuple[tuple[str, tuple[str, ...]], ...] = ()
    reach: Reach = Reach.NEARLY
    labelled: tuple[tuple[str, frozenset[str]], ...] = ()
    sort: Sort = Sort.BEST
    beside: tuple[Term, ...] = ()
    looked_through: int | None = None


@dataclass(frozen=True)
class Gathered:
    """Rows that were found. `is_cut`: there are more, and some were left out."""

    rows: tuple[Row, ...]
    is_cut: bool = False


def lead_of(query: Query) -> Term | None:
    """The term that hits are about; None where only records as a whole are asked for.

    All free words together are one such term. Else it is what stands on few records, whatever comes
    first in the query.
    """
    texts = tuple(value for term in query.about(About.TEXT) for value in term.values)
    if texts:
        return Term(About.TEXT, texts)
    for wanted in (RARE, ENTRIES, (About.SIGNED,), (About.MADE,)):
        found = [one for one in query.terms if one.about in wanted and not one.is_out]
        if found:
            return found[0]
    return None


def sought_of(search: Search, lead: Term) -> Sought:
    """What the lead looks for, as rows are weighed by it."""
    if lead.about is About.TEXT:
        return Sought((lead.values,))
    values = [one for value in lead.values for one in (value, *initials_of(search, value))]
    return Sought(tuple((value,) for value in values))


def initials_of(search: Search, value: str) -> tuple[str, ...]:
    """The initials of the people who are meant by a name."""
    return dict(search.initials).get(value, ())
