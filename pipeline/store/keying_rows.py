"""Which entries of which records wait for another person's keying, and what was keyed so far."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists, func
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.core.decisions import EventKind
from pipeline.core.keyed import WAITING, Keying, open_round
from pipeline.core.keying import SEALED_IN
from pipeline.core.values import RecordState
from pipeline.store.keying_tables import KeyingRow
from pipeline.store.noun_rows import keying_of
from pipeline.store.tables import EventRow, RecordRow

IN_REVIEW = (RecordState.IN_REVIEW,)
Rounds = dict[tuple[str, str], tuple[Keying, ...]]
"""By record and field, the keyings of a round that goes on."""


def open_rounds(session: Session) -> Rounds:
    """The rounds that go on in all records in review, the oldest first."""
    return _rounds(session, _records(None, IN_REVIEW))


def _rounds(session: Session, waiting: SelectOfScalar[str]) -> Rounds:
    found = select(KeyingRow).where(col(KeyingRow.record).in_(waiting)).order_by(col(KeyingRow.id))
    keyings: dict[tuple[str, str], list[Keying]] = defaultdict(list)
    for row in session.exec(found):
        keyings[row.record, row.entry or ""].append(keying_of(row))
    rounds = {place: going_on for place, all_ in keyings.items() if (going_on := open_round(all_))}
    return dict(sorted(rounds.items(), key=lambda one: (one[1][-1].at, one[0])))


def begun_at(session: Session, record: str | None = None) -> dict[tuple[str, str], int]:
    """By record and field, the line of the trail with which a round that is not over began.

    That is of records in review, and of superseded ones: what was keyed there stays sealed.
    """
    sealed = _records(record, SEALED_IN)
    going_on = _rounds(session, sealed)
    if not going_on:
        return {}
    first = (
        select(EventRow.record, EventRow.field, func.max(EventRow.sequence))
        .where(
            EventRow.kind == EventKind.KEYED.value,
            col(EventRow.record).in_(sealed),
        )
        .group_by(col(EventRow.record), col(EventRow.field))
    )
    lines = {(name or "", field or ""): line for name, field, line in session.exec(first)}
    return {place: lines[place] for place in going_on}


def waits(record: Mapped[Any], entry: Mapped[Any]) -> Exists:
    """Whether that entry of that record waits for another person's keying."""
    last, later = aliased(KeyingRow), aliased(KeyingRow)
    return exists().where(
        col(last.record) == record, col(last.entry) == entry, _goes_on(last, later)
    )


def _records(record: str | None, states: Collection[RecordState]) -> SelectOfScalar[str]:
    """The records in these states with a round that is not over: that one, or all."""
    waiting = select(RecordRow.id).where(
        RecordRow.keyings_awaited > 0,
        col(RecordRow.state).in_([state.value for state in states]),
    )
    return waiting if record is None else waiting.where(RecordRow.id == record)


def _goes_on(last: Any, later: Any) -> ColumnElement[bool]:
    """Whether the keying is the last one of its entry, and its round waits for another."""
    is_followed = exists().where(
        later.record == last.record, later.entry == last.entry, later.position > last.position
    )
    return and_(last.step.in_([step.value for step in WAITING]), ~is_followed)
