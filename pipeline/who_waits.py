"""What waits for whom: how much stands at each step of the way, since when, and with which person.

Everybody who is signed in may see it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists, or_
from sqlmodel import Session, col, func, select

from pipeline.accounts import PersonRole
from pipeline.core.values import RecordState
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.keying_rows import waits
from pipeline.store.tables import DispositionRow, FlagRow, RecordRow, ScanRow


class Step(StrEnum):
    """What something waits for, in the order of the way."""

    READING = "to be read"
    MENDING = "can't be read: to be scanned or handed in again"
    FORM = "fits no known form: to be assigned, put aside, or its form added"
    REVIEW = "flags to be answered"
    KEYING = "critical entries to be keyed by a second person"
    APPROVAL = "every flag is answered: to be approved"


WAITS_FOR = {
    Step.READING: None,
    Step.MENDING: PersonRole.DOCUMENT_CONTROL,
    Step.FORM: PersonRole.DOCUMENT_CONTROL,
    Step.REVIEW: PersonRole.REVIEWER,
    Step.KEYING: PersonRole.REVIEWER,
    Step.APPROVAL: PersonRole.APPROVER,
}
"""Whose step it is; None for the workers."""


@dataclass(frozen=True)
class Waits:
    """So many scans or records at a step, the oldest since then.

    `user` is who claimed them; None where nobody has, and `role` is then who may take them.
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
        return (*_scans(session), *_records(session, now))


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


def _records(session: Session, now: datetime) -> tuple[Waits, ...]:
    step = case(
        (col(RecordRow.form).is_(None), Step.FORM.value),
        (_has_open_flags(), Step.REVIEW.value),
        (col(RecordRow.keyings_awaited) > 0, Step.KEYING.value),
        else_=Step.APPROVAL.value,
    )
    is_theirs = and_(col(RecordRow.claimed_until) > now, step != Step.KEYING.value)
    claimed: ColumnElement[str | None] = case((is_theirs, col(RecordRow.claimed_by)), else_=None)
    at_step = (
        select(step.label("step"), claimed.label("user"), col(RecordRow.received_at))
        .where(RecordRow.state == RecordState.IN_REVIEW.value)
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


def _has_open_flags() -> ColumnElement[bool]:
    """Whether a record of the question has a flag that nobody has answered as it stands now.

    One on an entry that waits to be keyed a second time is none of the reviewer's.
    """
    is_answered = exists().where(
        and_(
            col(DispositionRow.record) == col(FlagRow.record),
            col(DispositionRow.flag) == col(FlagRow.name),
            col(DispositionRow.detail).in_(("", col(FlagRow.detail))),
            or_(
                col(DispositionRow.entry) == col(FlagRow.entry),
                and_(col(DispositionRow.entry).is_(None), col(FlagRow.entry).is_(None)),
            ),
        )
    )
    is_keyed = waits(col(FlagRow.record), col(FlagRow.entry))
    return exists().where(col(FlagRow.record) == col(RecordRow.id), ~is_answered, ~is_keyed)
