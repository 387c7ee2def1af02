"""What waits for whom: how much stands at each step of the way, since when, and with which person.

Everybody who is signed in may see it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists
from sqlmodel import Session, col, func, select

from pipeline.accounts import PersonRole
from pipeline.rescans import open_requests
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.queue_tables import QueueRow
from pipeline.store.revision_tables import RescanRow
from pipeline.store.tables import RecordRow, ScanRow


class Step(StrEnum):
    """What something waits for, in the order of the way."""

    READING = "to be read"
    MENDING = "can't be read: to be scanned or handed in again"
    AGAIN = "pages to be scanned again"
    FORM = "fits no known form: to be assigned, put aside, or its form added"
    REVIEW = "flags to be answered"
    KEYING = "critical entries to be keyed by a second person"
    APPROVAL = "every flag is answered: to be approved"


WAITS_FOR = {
    Step.READING: None,
    Step.MENDING: PersonRole.DOCUMENT_CONTROL,
    Step.AGAIN: PersonRole.DOCUMENT_CONTROL,
    Step.FORM: PersonRole.DOCUMENT_CONTROL,
    Step.REVIEW: PersonRole.REVIEWER,
    Step.KEYING: PersonRole.REVIEWER,
    Step.APPROVAL: PersonRole.APPROVER,
}
"""Whose step it is; None for the workers."""


@dataclass(frozen=True)
class Waits:
    """So many scans or records at a step, the oldest since then.

    `user` is who claimed them, or to whom they were given; None where nobody has them, and `role`
    is then who may take them.
    """

    step: Step
    role: PersonRole | None
    user: str | None
    count: int
    since: datetime


def who_waits(site: Site) -> tuple[Waits, ...]:
    """How much waits at each step and for whom, in the order of the way."""
    now = site.now()
    with reading(site.engine) as session:
        return (*_scans(session), *_requests(session), *_records(session, now))


def _scans(session: Session) -> tuple[Waits, ...]:
    states = {
        Step.READING: ("received", "reading"),
        Step.MENDING: ("refused", "quarantined"),
    }
    found = []
    for step, words in states.items():
        counted = select(func.count(), func.min(ScanRow.received_at))
        count, since = session.exec(counted.where(col(ScanRow.state).in_(words))).one()
        if count:
            found.append(Waits(step, WAITS_FOR[step], None, count, since))
    return tuple(found)


def _requests(session: Session) -> tuple[Waits, ...]:
    waiting = [one for one in open_requests(session) if one.waits]
    if not waiting:
        return ()
    since = min(one.at for one in waiting)
    return (Waits(Step.AGAIN, WAITS_FOR[Step.AGAIN], None, len(waiting), since),)


def _records(session: Session, now: datetime) -> tuple[Waits, ...]:
    step = case(
        (col(QueueRow.form) == "", Step.FORM.value),
        (col(QueueRow.open_flags) > 0, Step.REVIEW.value),
        (col(RecordRow.keyings_awaited) > 0, Step.KEYING.value),
        else_=Step.APPROVAL.value,
    )
    is_theirs = and_(col(RecordRow.claimed_until) > now, step != Step.KEYING.value)
    person: ColumnElement[str | None] = case(
        (is_theirs, col(RecordRow.claimed_by)), else_=col(QueueRow.assigned_to)
    )
    at_step = (
        select(step.label("step"), person.label("user"), col(QueueRow.received_at))
        .join(RecordRow, col(RecordRow.id) == col(QueueRow.record))
        .where(col(QueueRow.is_done).is_(False), ~_waits_for_scan())
        .subquery()
    )
    counted = select(
        at_step.c.step, at_step.c.user, func.count(), func.min(at_step.c.received_at)
    ).group_by(at_step.c.step, at_step.c.user)
    rows = [
        Waits(Step(name), WAITS_FOR[Step(name)], user, count, since)
        for name, user, count, since in session.exec(counted)
    ]
    order = list(Step)
    return tuple(sorted(rows, key=lambda one: (order.index(one.step), one.user or "")))


def _waits_for_scan() -> ColumnElement[bool]:
    """A record of which a page is to be scanned again, and in which nothing else is left to do."""
    is_asked = exists().where(
        col(RescanRow.record) == col(QueueRow.record), col(RescanRow.outcome) == ""
    )
    return and_(is_asked, col(QueueRow.open_flags) == 0)
