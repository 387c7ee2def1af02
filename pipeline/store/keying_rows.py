"""Which entries of which records wait for another person's keying, and what was keyed so far."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists, func
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.core.decisions import EventKind
from pipeline.core.keyed import WAITING, Keying, open_round
from pipeline.core.values import RecordState
from pipeline.store.keying_tables import KeyingRow
from pipeline.store.noun_rows import keying_of
from pipeline.store.tables import EventRow, RecordRow

Rounds = dict[tuple[str, str], tuple[Keying, ...]]
"""By record and field, the keyings of a round that goes on."""


def open_rounds(session: Session, record: str | None = None) -> Rounds:
    """The rounds that go on, of one record or of all in review, the oldest first."""
    waiting = _waiting_records(record)
    found = select(KeyingRow).where(col(KeyingRow.record).in_(waiting)).order_by(col(KeyingRow.id))
    keyings: dict[tuple[str, str], list[Keying]] = defaultdict(list)
    for row in session.exec(found):
        keyings[row.record, row.entry or ""].append(keying_of(row))
    rounds = {place: going_on for place, all_ in keyings.items() if (going_on := open_round(all_))}
    return dict(sorted(rounds.items(), key=lambda one: (one[1][-1].at, one[0])))


def begun_at(session: Session, record: str | None = None) -> dict[tuple[str, str], int]:
    """By record and field, the line of the trail with which a round that goes on began."""
    going_on = open_rounds(session, record)
    if not going_on:
        return {}
    first = (
        select(EventRow.record, EventRow.field, func.max(EventRow.sequence))
        .where(
            EventRow.kind == EventKind.KEYED.value,
            col(EventRow.record).in_(_waiting_records(record)),
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


def _waiting_records(record: str | None) -> SelectOfScalar[str]:
    waiting = select(RecordRow.id).where(
        RecordRow.keyings_awaited > 0, RecordRow.state == RecordState.IN_REVIEW.value
    )
    return waiting if record is None else waiting.where(RecordRow.id == record)


def _goes_on(last: Any, later: Any) -> ColumnElement[bool]:
    """Whether the keying is the last one of its entry, and its round waits for another."""
    is_followed = exists().where(
        later.record == last.record, later.entry == last.entry, later.position > last.position
    )
    return and_(last.step.in_([step.value for step in WAITING]), ~is_followed)
