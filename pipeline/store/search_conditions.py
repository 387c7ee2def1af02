"""Conditions on rows of the search index and on their records, as a query gives them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlmodel import col

from pipeline.core.hit_order import Sort
from pipeline.core.misread import misreadings
from pipeline.core.query import ENTRIES, About, Term
from pipeline.core.query_days import Days
from pipeline.core.ranking import Places, places_of
from pipeline.core.spelling import as_key, spell
from pipeline.findable import Matched, Reach
from pipeline.store.search_asked import RARE, Search, initials_of
from pipeline.store.search_phrases import Asked, ask_phrases, is_open
from pipeline.store.site_tables import FormRow
from pipeline.store.tables import EntryRow, FlagRow, RecordRow, SearchRow

FEW = 1000
"""A term on no more records than this is looked up first, and the others on these records."""
ANY_DOUBT = 0.02
"""Beside another term a misreading counts where its reading leaves so much doubt."""
Condition = ColumnElement[bool]


def narrowed_down(search: Search, lead: Term) -> list[Condition]:
    """What a row and its record have to be beside what leads; asks the database, so once only."""
    return [*conditions(search, lead), *_on_rows(search, lead)]


def conditions(search: Search, lead: Term | None) -> list[Condition]:
    """What a record has to be beside what leads."""
    found: list[Condition] = []
    if search.only is not None:
        found.append(search.index.among(col(RecordRow.id), search.only))
    for term in search.query.terms:
        is_lead = lead is not None and (term == lead or (term.about is lead.about is About.TEXT))
        if (is_lead and not term.is_out) or term.about in (About.STEP, About.FIELD):
            continue
        condition = _fits(search, term, is_place=lead is None and not term.is_out)
        found.append(~condition if term.is_out else condition)
    return [*found, *(_holds(search, one) for one in search.beside)]


def count_few(search: Search, term: Term, most: int) -> int:
    """In how many places the values stand; no more than `most` are counted of each."""
    values = [one for value in term.values for one in (value, *initials_of(search, value))]
    asked = [one for one in (ask_phrases([value]) for value in values) if one is not None]
    return sum(_count(search, search.index.some(one, most)) for one in asked)


def _count(search: Search, ids: Select[Any]) -> int:
    counted = select(func.count()).select_from(ids.subquery())
    return search.session.connection().execute(counted).scalar_one()


def newest_of(search: Search, asked: Asked, most: int | None) -> Select[Any]:
    """The rows that match, with `most` the newest of them, or the oldest where these come first."""
    return search.index.ids(asked, most, is_oldest_first=search.sort is Sort.OLDEST)


def _fits(search: Search, term: Term, *, is_place: bool) -> Condition:
    """The condition on a record; with `is_place` a flag has to be where the query says."""
    match term.about:
        case About.FORM:
            return _spelt(search, term, col(RecordRow.form), col(FormRow.form))
        case About.VERSION:
            return _spelt(search, term, col(RecordRow.version), col(FormRow.version))
        case About.STATE:
            return col(RecordRow.state).in_(term.values)
        case About.FLAG:
            named = and_(
                col(FlagRow.record) == col(RecordRow.id), col(FlagRow.name).in_(term.values)
            )
            there = flag_places(search) if is_place else []
            flagged = select(col(FlagRow.name)).correlate(RecordRow).where(named, *there)
            return search.index.for_each(flagged).exists()
        case About.MADE:
            made = [col(SearchRow.record) == col(RecordRow.id)]
            made += [col(SearchRow.about) == About.MADE.value]
            made += [or_(*(between(one) for one in term.days))]
            return _one_row(search).where(*made, *_current(search, term)).exists()
        case _:
            return _holds(search, term)


def _holds(search: Search, term: Term) -> Condition:
    """Whether the record holds one of the values; few records are looked up first."""
    values = [one for value in term.values for one in (value, *initials_of(search, value))]
    asked = [one for one in (ask_phrases([value]) for value in values) if one is not None]
    is_about = [] if term.about is About.TEXT else [col(SearchRow.about) == term.about.value]
    rows = [search.index.matches(one) for one in asked]
    rows += _read_as(search, term, values, [or_(*rows), *is_about])
    those = [or_(*rows), *is_about, *_current(search, term)]
    is_text = term.about is About.TEXT
    if term.about in RARE and not (is_text and count_few(search, term, FEW + 1) > FEW):
        few = select(col(SearchRow.record)).where(*those).limit(FEW + 1)
        records = search.session.connection().execute(few).scalars().all()
        if len(records) <= FEW:
            return search.index.among(col(RecordRow.id), set(records))
    here = [or_(*rows[len(asked) :], *map(_stands, asked)), *is_about, *_current(search, term)]
    return _one_row(search).where(col(SearchRow.record) == col(RecordRow.id), *here).exists()


def _read_as(
    search: Search, term: Term, values: Sequence[str], exactly: Sequence[Condition]
) -> list[Condition]:
    """What the values may be misread as, where reading left a doubt.

    A number that stands nowhere may be a slip of whoever typed it: then no doubt is needed.
    """
    is_exact = term.is_out or term.about not in (*ENTRIES, About.TEXT)
    is_text = term.about is About.TEXT
    numbers = [one for one in values if not is_text or any(sign.isdigit() for sign in one)]
    reads = [read for one in numbers for read in misreadings(as_key(one))]
    if is_exact or search.reach is not Reach.NEARLY or not reads:
        return []
    found = [search.index.among(col(SearchRow.key), reads), col(SearchRow.key) != ""]
    there = select(col(SearchRow.id)).where(*exactly).limit(1)
    if term.about not in RARE or search.session.connection().execute(there).first():
        found.append(col(SearchRow.doubt) > ANY_DOUBT)
    return [and_(*found)]


def _stands(asked: Asked) -> Condition:
    """The same as the index finds, for the few rows of one record: without going through it."""
    padded = literal(" ").op("||")(col(SearchRow.words)).op("||")(" ")
    words = []
    for phrase in asked.phrases:
        end = "" if is_open(phrase) else " "
        words.append(padded.like(f"% {' '.join(phrase)}{end}%"))
    parts = [col(SearchRow.key).like(f"%{part}%") for part in asked.parts]
    return or_(and_(*words), and_(col(SearchRow.key) != "", *parts)) if parts else and_(*words)


def _current(search: Search, term: Term) -> list[Condition]:
    """A record is left out for what stands in it, not for what it might be."""
    is_current = term.is_out or search.reach is Reach.STANDING
    return [col(SearchRow.matched) == Matched.VALUE.value] if is_current else []


def _on_rows(search: Search, lead: Term) -> list[Condition]:
    """What a row has to be: of the kind that is asked for, and in the place."""
    found = _current(search, lead)
    if lead.about is not About.TEXT:
        found.append(col(SearchRow.about) == lead.about.value)
    return [*found, *_in_places(places_of(search.query))]


def _in_places(places: Places) -> list[Condition]:
    """What a row has to be for its place; labels are looked at once more by `in_place`."""
    found: list[Condition] = []
    step, field = col(SearchRow.step), col(SearchRow.field)
    if places.steps:
        found.append(step.in_(places.steps))
    if places.fields:
        context = col(SearchRow.context)
        named = [context.contains(spell(value), autoescape=True) for value in places.fields]
        found.append(or_(field.in_(places.fields), *named))
    if places.not_steps:
        found.append(or_(step.is_(None), step.not_in(places.not_steps)))
    if places.not_fields:
        found.append(or_(field.is_(None), field.not_in(places.not_fields)))
    return found


def flag_places(search: Search) -> list[Condition]:
    """What the entry of a flag has to be for its place."""
    places = places_of(search.query)
    found: list[Condition] = []
    if places.steps:
        found.append(_in_steps(places.steps))
    if places.not_steps:
        found.append(~_in_steps(places.not_steps))
    if places.fields:
        found.append(_in_fields(search, places.fields))
    if places.not_fields:
        found.append(~_in_fields(search, places.not_fields))
    return found


def _in_steps(steps: Sequence[str]) -> Condition:
    entry = [col(EntryRow.record) == col(FlagRow.record), col(EntryRow.field) == col(FlagRow.entry)]
    return exists().where(*entry, col(EntryRow.step).in_(steps)).correlate(FlagRow)


def _in_fields(search: Search, fields: Sequence[str]) -> Condition:
    entry, gap = col(FlagRow.entry), literal("\n")
    key = col(RecordRow.form).op("||")(gap).op("||")(col(RecordRow.version))
    keys = {key for name, found in search.labelled if name in fields for key in found}
    labelled = search.index.among(key.op("||")(gap).op("||")(entry), keys)
    return and_(entry.is_not(None), or_(entry.in_(fields), labelled))


def field_key(form: str, version: str, field: str) -> str:
    """A field of a form as one text."""
    return f"{form}\n{version}\n{field}"


def _spelt(search: Search, term: Term, column: Any, known: Any) -> Condition:
    """Whether the column holds one of the values, however it is written.

    Spelt here, since databases know small letters beyond ASCII in their own ways. A record of an
    unknown form has none.
    """
    wanted = {spell(value) for value in term.values}
    there = search.session.connection().execute(select(known).distinct()).scalars()
    values = {*term.values, *(one for one in there if spell(one) in wanted)}
    return and_(column.is_not(None), column.in_(sorted(values)))


def between(days: Days) -> Condition:
    """Rows whose day of making is one of these."""
    limits: list[Condition] = [col(SearchRow.day).is_not(None)]
    if days.first is not None:
        limits.append(col(SearchRow.day) >= days.first)
    if days.last is not None:
        limits.append(col(SearchRow.day) <= days.last)
    return and_(*limits)


def _one_row(search: Search) -> Select[Any]:
    return search.index.for_each(select(col(SearchRow.id)).correlate(RecordRow))
