"""Looks: what an inspector saw, searched and printed, each as a line of the trail.

The same look within a minute is one line: a screen is drawn again at every step.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, func, select

from pipeline.accounts import Person, PersonRole
from pipeline.site import HERE, Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.tables import EventRow

LISTED = "room_listed"
OPENED, PAGE, ENTRY = "room_record_opened", "room_page_seen", "room_entry_seen"
SEARCHED, PRINTED = "room_searched", "room_printed"
LOOKS = (LISTED, OPENED, PAGE, ENTRY, SEARCHED, PRINTED)
ONE_LOOK = timedelta(minutes=1)
LATELY = 2000
"""Among so many last lines a search is looked for that was made just now."""


@dataclass(frozen=True)
class Look:
    """What somebody looked at: a record, a page or an entry of it, or what a search found."""

    kind: str
    record: str | None = None
    field: str | None = None
    new: str | None = None
    reason: str | None = None


def note_look(site: Site, person: Person, look: Look, *, where: str = HERE) -> None:
    """Write the look of an inspector down; the plant's own people look without a line."""
    if person.role is not PersonRole.INSPECTOR:
        return
    with reading(site.engine) as session:
        if _is_told(site, session, person, look):
            return
    with writing(site.engine) as session:
        if not _is_told(site, session, person, look):
            append(
                session,
                Happening(
                    kind=look.kind,
                    by=person.user,
                    at=site.now(),
                    where=where,
                    record=look.record,
                    field=look.field,
                    new=look.new,
                    reason=look.reason,
                ),
            )


def _is_told(site: Site, session: Session, person: Person, look: Look) -> bool:
    """Whether the same look was written down within the last minute."""
    question = select(EventRow.sequence).where(
        EventRow.by == person.user,
        EventRow.kind == look.kind,
        col(EventRow.at) > site.now() - ONE_LOOK,
    )
    for column, value in (("record", look.record), ("field", look.field), ("new", look.new)):
        place = col(getattr(EventRow, column))
        question = question.where(place.is_(None) if value is None else place == value)
    if look.record is None:
        last = session.exec(select(func.max(EventRow.sequence))).one() or 0
        question = question.where(col(EventRow.sequence) > last - LATELY)
    return session.exec(question.limit(1)).first() is not None
