"""Help while somebody types a search: fields, and values that stand in the archive."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from pipeline.core.query import About
from pipeline.core.query_typing import FIXED, HINTS, Typing, fields_beginning, typing
from pipeline.core.spelling import as_key
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.search_tables import SearchFacetRow
from pipeline.store.site_tables import FormRow

MOST = 8
OFFERED = (About.BATCH, About.LOT, About.PRODUCT, About.MATERIAL, About.EQUIPMENT, About.SIGNED)
LAST = "\U0010ffff"


@dataclass(frozen=True)
class Suggestion:
    """What could be meant: the whole query with it, what is shown, and what it is."""

    query: str
    shown: str
    hint: str


def suggestions(
    site: Site, text: str, *, only: frozenset[str] | None = None
) -> tuple[Suggestion, ...]:
    """At most eight ways to go on. Values of records that may not be seen are not offered."""
    end = typing(text)
    if end is None:
        return ()
    with reading(site.engine) as session:
        found = [*_fields(end), *_values(session, end, only)]
    return tuple(found[:MOST])


def _fields(end: Typing) -> Iterator[Suggestion]:
    if end.about is None:
        for name in fields_beginning(end.begins):
            about = About.SIGNED if name == "person" else About(name)
            yield Suggestion(end.with_field(name), f"{name}:", HINTS[about])


def _values(session: Session, end: Typing, only: frozenset[str] | None) -> Iterator[Suggestion]:
    if end.about is None:
        if end.begins.startswith("-") or len(as_key(end.begins)) < 2:
            return
        for about in OFFERED:
            for value in _beginning(session, about, as_key(end.begins), only):
                yield Suggestion(end.completed(about, value), value, about.value)
        return
    if end.about in FIXED:
        values = [one for one in FIXED[end.about] if one.startswith(end.begins.lower())]
    elif end.about is About.FORM:
        forms = session.exec(select(FormRow.form).distinct().order_by(col(FormRow.form))).all()
        values = [one for one in forms if one.lower().startswith(end.begins.lower())]
    else:
        values = [*_beginning(session, end.about, as_key(end.begins), only)]
    for value in values[:MOST]:
        yield Suggestion(end.completed(end.about, value), value, end.about.value)
    if not values:
        yield Suggestion(end.before + end.begins, HINTS[end.about], "")


def _beginning(
    session: Session, about: About, begins: str, only: frozenset[str] | None
) -> Iterator[str]:
    """Values that begin so, in their order, each found by a step in the index."""
    term, last = col(SearchFacetRow.term), ""
    if about is About.MADE or about is About.DEVIATION:
        return
    for _ in range(MOST):
        beyond = term > last if last else term >= begins
        here = [col(SearchFacetRow.about) == about.value, beyond, term < begins + LAST]
        if only is not None:
            here.append(col(SearchFacetRow.record).in_(only))
        found = session.exec(select(func.min(term)).where(*here)).one()
        if found is None:
            return
        same = [col(SearchFacetRow.about) == about.value, term == found]
        yield session.exec(select(SearchFacetRow.value).where(*same).limit(1)).one()
        last = found
