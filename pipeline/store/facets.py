"""Hits counted by what their records hold, and what is looked up of the records of a page."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, and_, func, select
from sqlmodel import Session, col

from pipeline.core.query import About
from pipeline.core.ranking import Places, Row, Scored
from pipeline.findable import Matched
from pipeline.store.search_index import SearchIndex
from pipeline.store.search_tables import SearchFacetRow
from pipeline.store.tables import EntryRow, FlagRow, SearchRow

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


def place_of_flag(
    session: Session,
    hit: Scored,
    flags: Sequence[str],
    *,
    places: Places,
    label_of: Callable[[Row, str], str],
) -> Scored:
    """The hit at the first entry of its record that has one of these flags, in these places.

    A blank entry, which is in no index, is one too; `label_of` says what a field is called.
    """
    row = hit.row
    for field, page, step, label, value in session.connection().execute(_flagged(row, flags)):
        label = label or label_of(row, field)
        if places.have(field, label, step):
            at = replace(row, field=field, page=page, label=label, value=value or "")
            return replace(hit, row=at)
    return hit


def _flagged(row: Row, flags: Sequence[str]) -> Select[str, int, str | None, str, str]:
    """The entries of the record that have one of these flags, with what the index has of them."""
    stands = and_(
        col(SearchRow.record) == col(EntryRow.record),
        col(SearchRow.field) == col(EntryRow.field),
        col(SearchRow.matched) == Matched.VALUE.value,
    )
    entry = and_(
        col(EntryRow.record) == col(FlagRow.record), col(EntryRow.field) == col(FlagRow.entry)
    )
    return (
        select(
            col(EntryRow.field),
            col(EntryRow.page),
            col(EntryRow.step),
            col(SearchRow.label),
            col(SearchRow.value),
        )
        .select_from(FlagRow)
        .join(EntryRow, entry)
        .outerjoin(SearchRow, stands)
        .where(col(FlagRow.record) == row.record, col(FlagRow.name).in_(flags))
        .order_by(col(FlagRow.position), col(SearchRow.id))
    )


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
    term, shown = col(SearchFacetRow.term), col(SearchFacetRow.value)
    spelt = select(about, term, shown, count).where(among, about.in_(values))
    found: dict[About, Counter[str]] = {}
    for kind, counts in _spellings(
        session.connection().execute(spelt.group_by(about, term, shown)).all()
    ):
        found.setdefault(kind, Counter()).update(counts)
    year = func.substr(shown, 1, 4)
    years = select(year, count).where(among, about == About.MADE.value).group_by(year)
    made = {value: number for value, number in session.connection().execute(years).all()}
    yield from {**found, **({About.MADE: Counter(made)} if made else {})}.items()


def _spellings(
    rows: Iterable[tuple[str, str, str, int]],
) -> Iterator[tuple[About, dict[str, int]]]:
    """Each value by the spelling that most records have: however it is written, it is one."""
    values: dict[tuple[str, str], Counter[str]] = {}
    for about, term, shown, number in rows:
        values.setdefault((about, term), Counter())[shown] += number
    for (about, _), spellings in values.items():
        name = min(spellings, key=lambda one: (-spellings[one], one))
        yield About(about), {name: spellings.total()}


def _most(about: About, counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The most frequent values; years in their order."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST_VALUES]
    return tuple(sorted(ordered) if about is About.MADE else ordered)
