"""Hits counted by what their records hold, and what is looked up of the records of a page."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlmodel import Session, col

from pipeline.core.query import About
from pipeline.core.ranking import Places, Row, Scored
from pipeline.findable import Matched
from pipeline.store.search import SearchIndex
from pipeline.store.search_tables import SearchFacetRow
from pipeline.store.tables import FlagRow, SearchRow

MOST_VALUES = 12
COUNTED = (About.PRODUCT, About.EQUIPMENT, About.SIGNED, About.MADE)


@dataclass(frozen=True)
class Facet:
    """One kind of value, and in how many of the records found each value stands."""

    about: About
    counts: tuple[tuple[str, int], ...]


def count_facets(
    session: Session, index: SearchIndex, records: Mapping[str, Row]
) -> tuple[Facet, ...]:
    """The records counted by form, flag, year, product, person, equipment and state."""
    if not records:
        return ()
    found = dict(_by_values(session, index, records))
    counts = {
        About.FORM: Counter(row.form for row in records.values() if row.form),
        About.FLAG: _by_flags(session, index, records),
        About.MADE: found.get(About.MADE, Counter()),
        About.PRODUCT: found.get(About.PRODUCT, Counter()),
        About.SIGNED: found.get(About.SIGNED, Counter()),
        About.EQUIPMENT: found.get(About.EQUIPMENT, Counter()),
        About.STATE: Counter(row.state for row in records.values()),
    }
    return tuple(Facet(about, _most(about, one)) for about, one in counts.items() if one)


def made_days(session: Session, index: SearchIndex, records: set[str]) -> dict[str, str]:
    """The first day on which each of these records was made."""
    made = col(SearchFacetRow.about) == About.MADE.value
    among = index.among(col(SearchFacetRow.record), records)
    first = func.min(col(SearchFacetRow.term))
    asked = select(col(SearchFacetRow.record), first).where(made, among)
    rows = session.connection().execute(asked.group_by(col(SearchFacetRow.record)))
    return {record: day for record, day in rows}


def place_of_flag(session: Session, hit: Scored, flags: Sequence[str], *, places: Places) -> Scored:
    """The hit at the first entry of its record that has one of these flags, in these places."""
    row = hit.row
    flagged = (
        select(
            col(SearchRow.field),
            col(SearchRow.page),
            col(SearchRow.label),
            col(SearchRow.value),
            col(SearchRow.step),
        )
        .join(FlagRow, col(FlagRow.entry) == col(SearchRow.field))
        .where(
            col(FlagRow.record) == row.record,
            col(SearchRow.record) == row.record,
            col(FlagRow.name).in_(flags),
            col(SearchRow.matched) == Matched.VALUE.value,
        )
        .order_by(col(FlagRow.position), col(SearchRow.id))
    )
    for field, page, label, value, step in session.connection().execute(flagged):
        if places.have(field, label, step):
            return replace(hit, row=replace(row, field=field, page=page, label=label, value=value))
    return hit


def _by_flags(session: Session, index: SearchIndex, records: Mapping[str, Row]) -> Counter[str]:
    among = index.among(col(FlagRow.record), records)
    asked = select(col(FlagRow.name), func.count(func.distinct(col(FlagRow.record)))).where(among)
    rows = session.connection().execute(asked.group_by(col(FlagRow.name)))
    return Counter({name: count for name, count in rows})


def _by_values(
    session: Session, index: SearchIndex, records: Mapping[str, Row]
) -> Iterator[tuple[About, Counter[str]]]:
    about = col(SearchFacetRow.about)
    among = index.among(col(SearchFacetRow.record), records)
    values = [one.value for one in COUNTED if one is not About.MADE]
    count = func.count(func.distinct(col(SearchFacetRow.record)))
    shown = col(SearchFacetRow.value)
    asked = select(about, shown, count).where(among, about.in_(values)).group_by(about, shown)
    year = func.substr(shown, 1, 4)
    years = select(about, year, count).where(among, about == About.MADE.value)
    found: dict[About, Counter[str]] = {}
    for rows in (asked, years.group_by(about, year)):
        for kind, value, number in session.connection().execute(rows):
            found.setdefault(About(kind), Counter())[value] = number
    yield from found.items()


def _most(about: About, counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The most frequent values; years in their order."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST_VALUES]
    return tuple(sorted(ordered) if about is About.MADE else ordered)
