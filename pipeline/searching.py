"""A search of the archive: hits page by page, counted by facets, in the order that is asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sqlmodel import Session, func, select

from pipeline.core.hit_order import Place, Sort, begin_after, in_order
from pipeline.core.query import About, Problem, Query, Term, parse
from pipeline.core.ranking import (
    Row,
    Scored,
    Sought,
    by_runs,
    by_weight,
    held,
    in_place,
    is_named,
    least_seen,
    looked_up,
    needs_far,
    once_each,
    places_of,
    ranked,
    similar,
)
from pipeline.core.spelling import spell
from pipeline.core.values import RecordState
from pipeline.findable import Matched, Reach
from pipeline.site import Site
from pipeline.site_forms import form_of, forms_of, signatories_of
from pipeline.store.database import reading
from pipeline.store.facets import Facet, count_facets, made_days, place_of_flag
from pipeline.store.search_asked import Search, lead_of, sought_of
from pipeline.store.search_conditions import Condition, conditions, field_key, narrowed_down
from pipeline.store.search_index import search_index
from pipeline.store.search_records import gather_records
from pipeline.store.search_rows import (
    count_keys,
    gather,
    gather_doubtful,
    gather_similar,
    words_apart,
)
from pipeline.store.search_tables import SearchDueRow

MOST = 2500
"""So many places are ranked; of more, the newest, or the oldest where these are to come first."""
MOST_WEIGHED = 400
"""So many possible misreadings are compared with the numbers around them."""
AT_ONCE = 25
APART = 0.5
"""What a hit counts of which the other words stand in other entries of its record."""


@dataclass(frozen=True)
class Hit:
    """Where a query was found. `field` and `page` are None where the record as a whole is it."""

    record: str
    batch_number: str
    form: str | None
    version: str | None
    page: int | None
    field: str | None
    label: str
    value: str
    probability: float
    matched: Matched
    state: RecordState


@dataclass(frozen=True)
class SearchQuery:
    """What somebody asks: the words, the order, and which page of the hits.

    With `after`, what comes after that hit, wherever it is by now, and no page of a number.
    """

    text: str
    sort: Sort = Sort.BEST
    page: int = 1
    size: int = AT_ONCE
    after: Place | None = None


@dataclass(frozen=True)
class SearchPage:
    """One page of hits. `problem` says what is wrong with the query, and what to do.

    `total` and `records` count all pages. `is_cut`: only so many places were ranked, the newest or,
    where these are asked for, the oldest. `last` is the place of the last hit, where more come
    after it. `waiting` are the records of an older version that workers still put into the index:
    fields and dates may not find them yet.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    records: int = 0
    page: int = 1
    facets: tuple[Facet, ...] = ()
    is_cut: bool = False
    waiting: int = 0
    problem: str = ""
    query: Query = field(default_factory=Query)
    last: Place | None = None


def find(
    site: Site,
    text: str,
    *,
    limit: int,
    only: frozenset[str] | None = None,
    reach: Reach = Reach.NEARLY,
) -> tuple[Hit, ...] | Problem:
    """The weightiest hits, each reading of an entry for itself; or what is wrong with the query."""
    query = parse(text)
    if isinstance(query, Problem):
        return query
    if not query.terms or limit < 1:
        return ()
    with reading(site.engine) as session:
        search = replace(_search(site, session, query, max(limit, MOST), only), reach=reach)
        hits, _ = _hits(search)
        return tuple(_hit(one) for one in _placed(site, session, query, hits[:limit]))


def look(site: Site, asked: SearchQuery, *, only: frozenset[str] | None = None) -> SearchPage:
    """The page of hits that is asked for, with what narrows them down further.

    `only`, where it is given, are the only records in which anything may be found.
    """
    query = parse(asked.text)
    if isinstance(query, Problem):
        return SearchPage(problem=query.message)
    if not query.terms:
        return SearchPage()
    with reading(site.engine) as session:
        search = replace(_search(site, session, query, MOST, only), sort=asked.sort)
        found, is_cut = _hits(search)
        hits = _sorted(session, search, once_each(found))
        records = {hit.row.record: hit.row for hit, _ in hits}
        page, first = _begin(asked, [place for _, place in hits])
        shown = hits[first : first + asked.size]
        return SearchPage(
            hits=tuple(
                _hit(one) for one in _placed(site, session, query, [hit for hit, _ in shown])
            ),
            total=len(hits),
            records=len(records),
            page=page,
            facets=count_facets(session, search.index, records),
            is_cut=is_cut,
            waiting=session.exec(select(func.count()).select_from(SearchDueRow)).one(),
            query=query,
            last=shown[-1][1] if first + asked.size < len(hits) else None,
        )


def _begin(asked: SearchQuery, places: Sequence[Place]) -> tuple[int, int]:
    """The page, and how many hits come before it; a page beyond the last one is the last."""
    if asked.after is not None:
        first = begin_after(places, asked.after)
        return first // asked.size + 1, first
    last = max(1, -(-len(places) // asked.size))
    page = min(max(asked.page, 1), last)
    return page, (page - 1) * asked.size


def _search(
    site: Site, session: Session, query: Query, most: int, only: frozenset[str] | None
) -> Search:
    return Search(
        session,
        search_index(site.engine).begin(session),
        query,
        most,
        only,
        initials=_initials(site, query),
        labelled=_labelled(site, query),
    )


def _labelled(site: Site, query: Query) -> tuple[tuple[str, frozenset[str]], ...]:
    """The fields that are named, where the query is about the flags on them."""
    places = places_of(query)
    named = (*places.fields, *places.not_fields) if lead_of(query) is None else ()
    forms = forms_of(site) if named else ()
    return tuple(
        (
            name,
            frozenset(
                field_key(form.form, form.version, field.name)
                for form in forms
                for field in form.fields
                if is_named(field.name, field.label, name)
            ),
        )
        for name in named
    )


def _initials(site: Site, query: Query) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The initials of everybody who is named, by the plant's signature log."""
    named = [v for one in query.terms if one.about is About.SIGNED for v in one.values]
    log = signatories_of(site) or () if named else ()
    found = []
    for value in named:
        words = spell(value).split()
        people = [one for one in log if set(words) <= set(spell(one.name).split())]
        found.append((value, tuple(dict.fromkeys(one.initials for one in people))))
    return tuple(found)


@dataclass(frozen=True)
class _Exact:
    """What holds all that leads in one entry, and what misreadings of it are looked for by."""

    search: Search
    lead: Term
    sought: Sought
    narrowed: Sequence[Condition]
    hits: tuple[Scored, ...]
    is_cut: bool


def _hits(search: Search) -> tuple[tuple[Scored, ...], bool]:
    """All hits, the weightiest first, and whether some were left out.

    Words that stand in one entry weigh more than those in several entries of one record. What is
    only near comes last, for how far it is looked for depends on what was found in either way.
    """
    lead = lead_of(search.query)
    if lead is None:
        records = gather_records(search, conditions(search, None))
        return tuple(Scored(row, 1.0) for row in records.rows), records.is_cut
    one = _exact(search, lead)
    words = None if one.is_cut else words_apart(search)
    if words is None:
        return _with_misread(one, one.hits), one.is_cut
    apart = _exact(words, words.query.terms[0])
    found = (*one.hits, *apart.hits)
    hits = _with_misread(one, found if _are_two(one.sought, apart.hits) else one.hits)
    there = {hit.row.record for hit in hits}
    more = [hit for hit in _with_misread(apart, found) if hit.row.record not in there]
    others = [replace(hit, score=hit.score * APART) for hit in more]
    is_cut = apart.is_cut or words.looked_through is not None
    return tuple(sorted((*hits, *others), key=by_weight)), is_cut


def _are_two(sought: Sought, apart: Sequence[Scored]) -> bool:
    """Whether a number that is typed is there as a whole: then its words are no parts of one."""
    numbers = {key for key in sought.numbers() if any(sign.isdigit() for sign in key)}
    return any(hit.row.key in numbers for hit in apart)


def _exact(search: Search, lead: Term) -> _Exact:
    narrowed = narrowed_down(search, lead)
    gathered = gather(search, lead, narrowed)
    sought = sought_of(search, lead)
    hits = tuple(held(_there(search, gathered.rows), sought))
    return _Exact(search, lead, sought, narrowed, hits, gathered.is_cut)


def _with_misread(exact: _Exact, found: Sequence[Scored]) -> tuple[Scored, ...]:
    """The hits with what may be a misreading of what is looked for; `found` is all there is."""
    sought = exact.sought
    is_number = any(any(sign.isdigit() for sign in key) for key in sought.numbers())
    is_exact = exact.lead.about in (About.MADE, About.SIGNED)
    if is_exact or exact.search.reach is not Reach.NEARLY or (found and not is_number):
        return tuple(sorted(exact.hits, key=by_weight))
    least = least_seen(found)
    rows = gather_similar(exact.search, sought, exact.narrowed, least=least)
    nearly = list(similar(_there(exact.search, rows), sought))
    if needs_far(found, sought):
        doubtful = _there(exact.search, gather_doubtful(exact.search, exact.narrowed))
        nearly += similar(doubtful, sought, is_far=True)
    nearly = sorted(nearly, key=by_weight)[:MOST_WEIGHED]
    present = count_keys(exact.search, looked_up(nearly, sought)) if nearly else {}
    return ranked(exact.hits, by_runs(nearly, sought, present), least=least)


def _there(search: Search, rows: Iterable[Row]) -> tuple[Row, ...]:
    return in_place(rows, places_of(search.query))


def _sorted(
    session: Session, search: Search, hits: Sequence[Scored]
) -> tuple[tuple[Scored, Place], ...]:
    """The hits in the order that is asked for, each with its place."""
    records = {one.row.record for one in hits} if search.sort is Sort.MADE else set()
    days = made_days(session, search.index, records) if records else {}
    return in_order(hits, search.sort, days)


def _placed(site: Site, session: Session, query: Query, hits: Sequence[Scored]) -> list[Scored]:
    """Hits on whole records that were asked for by a flag, at the entry that has the flag.

    What was found by an entry stays there, and what stands in no entry, on its record.
    """
    flags = [value for term in query.about(About.FLAG) for value in term.values]
    if not flags or lead_of(query) is not None:
        return list(hits)
    places = places_of(query)
    label_of = partial(_label, site)
    return [place_of_flag(session, one, flags, places=places, label_of=label_of) for one in hits]


def _label(site: Site, row: Row, field: str) -> str:
    """What the field is called on the record's form; its name where the form is not known."""
    form = form_of(site, row.form, row.version)
    fields = form.fields if form else ()
    return next((one.label for one in fields if one.name == field), field)


def _hit(one: Scored) -> Hit:
    row = one.row
    return Hit(
        record=row.record,
        batch_number=row.batch_number,
        form=row.form,
        version=row.version,
        page=row.page,
        field=row.field,
        label=row.label,
        value=row.value,
        probability=row.probability,
        matched=Matched.SIMILAR if one.is_similar else Matched(row.matched),
        state=RecordState(row.state),
    )
