"""Searches that a person keeps under a name: theirs alone, each step a line of the trail."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from pipeline.accounts import Person
from pipeline.core.hit_order import Sort
from pipeline.core.query import Problem, parse
from pipeline.errors import InputRefused
from pipeline.plain import plain
from pipeline.site import HERE, Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.search_tables import SavedSearchRow

LONGEST_NAME = 80
MOST = 100


@dataclass(frozen=True)
class SavedSearch:
    """A search under its name: the words, and the order of the hits."""

    name: str
    query: str
    sort: Sort
    kept_at: datetime


def saved_searches(site: Site, *, by: Person) -> tuple[SavedSearch, ...]:
    """The person's own searches, by name."""
    found = select(SavedSearchRow).where(SavedSearchRow.user == by.user)
    with reading(site.engine) as session:
        rows = session.exec(found.order_by(col(SavedSearchRow.name))).all()
    return tuple(SavedSearch(row.name, row.query, Sort(row.sort), row.kept_at) for row in rows)


def keep_search(
    site: Site, name: str, query: str, sort: Sort, *, by: Person, where: str = HERE
) -> None:
    """Keep a search under a name; one of that name is replaced. InputRefused where it can't be."""
    name, query = " ".join(plain(name).split()), plain(query).strip()
    _refuse_wrong(name, query)
    with writing(site.engine) as session:
        row = _of_name(session, by, name)
        if row is None and len(_all(session, by)) >= MOST:
            raise InputRefused(f"you keep {MOST} searches already", "forget one first")
        old = row.query if row else None
        row = row or SavedSearchRow(
            user=by.user, name=name, query=query, sort=sort.value, kept_at=site.now()
        )
        row.query, row.sort, row.kept_at = query, sort.value, site.now()
        session.add(row)
        _tell(session, site, "search_kept", by, where, name=name, old=old, new=query)


def forget_search(site: Site, name: str, *, by: Person, where: str = HERE) -> None:
    """Take a search away from the person's own; one that is not there is left alone."""
    with writing(site.engine) as session:
        row = _of_name(session, by, name)
        if row is not None:
            session.delete(row)
            _tell(session, site, "search_forgotten", by, where, name=name, old=row.query, new=None)


def _refuse_wrong(name: str, query: str) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise InputRefused("a search needs a name", f"give it one of at most {LONGEST_NAME} signs")
    parsed = parse(query)
    if isinstance(parsed, Problem):
        raise InputRefused(*parsed.parts)
    if not parsed.terms:
        raise InputRefused("there is nothing to keep", "type a search first")


def _all(session: Session, by: Person) -> list[SavedSearchRow]:
    found = select(SavedSearchRow).where(SavedSearchRow.user == by.user)
    return list(session.exec(found))


def _of_name(session: Session, by: Person, name: str) -> SavedSearchRow | None:
    return next((row for row in _all(session, by) if row.name == name), None)


def _tell(
    session: Session,
    site: Site,
    kind: str,
    by: Person,
    where: str,
    *,
    name: str,
    old: str | None,
    new: str | None,
) -> None:
    at = site.now()
    append(
        session,
        Happening(kind=kind, by=by.user, at=at, where=where, old=old, new=new, reason=name),
    )
