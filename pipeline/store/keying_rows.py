"""Which entries of which records wait for another person's keying, and what was keyed so far."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from pipeline.core.keyed import WAITING, Keying, open_round
from pipeline.core.values import RecordState
from pipeline.store.keying_tables import KeyingRow
from pipeline.store.noun_rows import keying_of
from pipeline.store.tables import RecordRow

Rounds = dict[tuple[str, str], tuple[Keying, ...]]
"""By record and field, the keyings of a round that goes on."""


def open_rounds(session: Session, record: str | None = None) -> Rounds:
    """The rounds that go on, of one record or of all in review, the oldest first."""
    last, later = aliased(KeyingRow), aliased(KeyingRow)
    waiting = (
        select(last.record)
        .join(RecordRow, col(RecordRow.id) == col(last.record))
        .where(RecordRow.state == RecordState.IN_REVIEW.value, _goes_on(last, later))
    )
    found = select(KeyingRow).where(col(KeyingRow.record).in_(waiting)).order_by(col(KeyingRow.id))
    if record is not None:
        found = found.where(KeyingRow.record == record)
    keyings: dict[tuple[str, str], list[Keying]] = defaultdict(list)
    for row in session.exec(found):
        keyings[row.record, row.entry or ""].append(keying_of(row))
    rounds = {place: going_on for place, all_ in keyings.items() if (going_on := open_round(all_))}
    return dict(sorted(rounds.items(), key=lambda one: (one[1][-1].at, one[0])))


def waits(record: Mapped[Any], entry: Mapped[Any]) -> Exists:
    """Whether that entry of that record waits for another person's keying."""
    last, later = aliased(KeyingRow), aliased(KeyingRow)
    return exists().where(
        col(last.record) == record, col(last.entry) == entry, _goes_on(last, later)
    )


def _goes_on(last: Any, later: Any) -> ColumnElement[bool]:
    """Whether the keying is the last one of its entry, and its round waits for another."""
    is_followed = exists().where(
        later.record == last.record, later.entry == last.entry, later.position > last.position
    )
    return and_(last.step.in_([step.value for step in WAITING]), ~is_followed)
