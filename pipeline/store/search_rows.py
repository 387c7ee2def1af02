"""Rows of the search index gathered for a query: a bounded number, the newest or the oldest first.

What the rows are worth is decided in `pipeline.core.ranking`; here they are only found. The term
that hits are about leads, and what else is asked narrows its rows down.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlmodel import col

from pipeline.core.hit_order import Sort
from pipeline.core.misread import misreadings
from pipeline.core.query import About, Term
from pipeline.core.ranking import Places, Row, Sought, places_of
from pipeline.store.search_asked import Gathered, Search, lead_of, sought_of
from pipeline.store.search_conditions import Condition, between, count_few, newest_of
from pipeline.store.search_phrases import ask_phrases
from pipeline.store.tables import RecordRow, SearchRow

MOST_DOUBTFUL = 2000
COUNTED = 200
"""So many places of a word are counted, to know which is the rarest."""
MOST_AT_ONCE = 10_000
"""Of no more rows than this the newest are looked for first; who asks for more wants all."""
STAGES = (2, 6, 16)
"""So many times as many places as are wanted are looked at, one after the other."""
MOST_THROUGH = 5_000
"""So many places of a common word are gone through for those that have another one beside them."""
_COLUMNS = (
    col(SearchRow.id),
    col(SearchRow.record),
    col(SearchRow.field),
    col(SearchRow.page),
    col(SearchRow.label),
    col(SearchRow.value),
    col(SearchRow.probability),
    col(SearchRow.doubt),
    col(SearchRow.unsure),
    col(SearchRow.matched),
    col(SearchRow.about),
    col(SearchRow.step),
    col(SearchRow.words),
    col(SearchRow.context),
    col(SearchRow.key),
    col(RecordRow.batch_number),
    col(RecordRow.form),
    col(RecordRow.version),
    col(RecordRow.state),
    col(RecordRow.received_at),
)


def gather(search: Search, lead: Term, narrowed: Sequence[Condition]) -> Gathered:
    """Rows that hold what the lead looks for, and are what `narrowed_down` says."""
    if lead.about is About.MADE:
        return _fitting(search, partial(_made, search, lead), narrowed)
    asked = [one for one in map(ask_phrases, sought_of(search, lead).texts) if one is not None]
    found = [_fitting(search, partial(newest_of, search, one), narrowed) for one in asked]
    rows = {row.id: row for one in found for row in one.rows}
    return Gathered(tuple(rows.values()), any(one.is_cut for one in found))


def words_apart(search: Search) -> Search | None:
    """The same search, with each free word in whatever entry of a record; None for a single one.

    The rarest word leads. Where even that one is common, only so many of its places are looked at.
    """
    lead = lead_of(search.query)
    words = [Term(About.TEXT, (one,)) for one in lead.values] if lead else []
    words = [one for one in words if ask_phrases(one.values)]
    is_anywhere = places_of(search.query) == Places()  # else each word has to stand in the place
    if lead is None or lead.about is not About.TEXT or len(words) < 2 or not is_anywhere:
        return None
    counts = {one: count_few(search, one, COUNTED) for one in words}
    first, *others = sorted(words, key=lambda one: counts[one])
    rest = [one for one in search.query.terms if one.about is not About.TEXT or one.is_out]
    is_common = counts[first] == COUNTED and search.most < MOST_THROUGH
    is_bounded = is_common and count_few(search, first, MOST_THROUGH + 1) > MOST_THROUGH
    return replace(
        search,
        query=replace(search.query, terms=(first, *rest)),
        beside=tuple(others),
        looked_through=MOST_THROUGH if is_bounded else None,
    )


def gather_similar(
    search: Search, sought: Sought, narrowed: Sequence[Condition], *, least: float
) -> tuple[Row, ...]:
    """Rows whose whole key may be a misreading of what is looked for, of so much doubt at least."""
    numbers = sought.numbers()
    words = {
        one for one in numbers if one.isalpha()
    }  # that one of them stands there is no misreading
    keys = {read for key in numbers for read in misreadings(key)} - words
    if not keys:
        return ()
    return _rows(search, search.index.of_keys(keys, least), narrowed).rows


def gather_doubtful(search: Search, narrowed: Sequence[Condition]) -> tuple[Row, ...]:
    """Numbers that were read in great doubt, the newest of them."""
    doubtful = and_(col(SearchRow.doubt) > 0.5, col(SearchRow.key) != "")
    newest = col(SearchRow.id).desc()
    ids = select(col(SearchRow.id)).where(doubtful).order_by(newest).limit(MOST_DOUBTFUL)
    return _rows(search, ids, narrowed).rows


def count_keys(search: Search, keys: frozenset[str]) -> dict[str, int]:
    """In how many records each of these keys stands as a value; those in none are left out."""
    key = col(SearchRow.key)
    there = [search.index.among(key, keys), key != "", col(SearchRow.matched) == "value"]
    if search.only is not None:
        there.append(search.index.among(col(SearchRow.record), search.only))
    records = func.count(func.distinct(col(SearchRow.record)))
    asked = select(key, records).where(*there).group_by(key)
    return {one: count for one, count in search.session.connection().execute(asked).all()}


def _made(search: Search, lead: Term, most: int | None) -> Select[Any]:
    """The rows of these days, with `most` those of them that are to come first."""
    days = or_(*(between(one) for one in lead.days))
    found = select(col(SearchRow.id)).where(days)
    return found.order_by(*_first_rows(search)).limit(most) if most else found


def _fitting(
    search: Search, first: Callable[[int | None], Select[Any]], narrowed: Sequence[Condition]
) -> Gathered:
    """The rows that fit, looked for in more and more of those that come first: until enough."""
    if not narrowed or search.looked_through is not None:
        return _rows(
            search, first(search.looked_through if narrowed else search.most + 1), narrowed
        )
    rows: tuple[Row, ...] = ()
    looked: set[int] = set()
    for times in STAGES if search.most <= MOST_AT_ONCE else ():
        ids = search.session.connection().execute(first(times * search.most)).scalars().all()
        new = [one for one in ids if one not in looked]
        found = _rows(search, search.index.listed(new), narrowed)
        rows = (*rows, *found.rows)
        if len(rows) > search.most or found.is_cut:
            return Gathered(rows[: search.most], is_cut=True)
        if len(ids) < times * search.most:
            return Gathered(rows)
        looked.update(ids)
    return _rows(search, first(None), narrowed)


def _rows(search: Search, ids: Select[Any], narrowed: Iterable[Condition]) -> Gathered:
    """These rows, the newest first or the oldest, with their records."""
    found = ids.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    rows = (
        select(*_COLUMNS)
        .select_from(found)
        .join(SearchRow, col(SearchRow.id) == found.c.id)
        .join(RecordRow, col(RecordRow.id) == col(SearchRow.record))
        .where(*narrowed)
        .order_by(*_first_rows(search))
        .limit(search.most + 1)
    )
    got = [_row(tuple(row)) for row in search.session.connection().execute(rows).all()]
    return Gathered(tuple(got[: search.most]), len(got) > search.most)


def _first_rows(search: Search) -> list[Any]:
    """Which rows are taken first; by the day made where days are what is looked for."""
    lead = lead_of(search.query)
    row = col(SearchRow.id)
    if search.sort is Sort.MADE and lead is not None and lead.about is About.MADE:
        return [col(SearchRow.day), row.desc()]
    return [row if search.sort is Sort.OLDEST else row.desc()]


def _row(values: tuple[Any, ...]) -> Row:
    """The columns above, in their order, which is that of a row's parts."""
    return Row(*values)
