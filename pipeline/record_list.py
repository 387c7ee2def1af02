"""Records in a list that a program walks through, part by part, and nothing comes twice.

A part begins after the last record of the part before, by what the list is sorted by: records that
arrive meanwhile shift nothing. The order by arrival never changes for a record; by urgency it may.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from pipeline.accounts import Act, Person, require
from pipeline.core.standing import UNREAD, Standing
from pipeline.core.values import RecordState
from pipeline.errors import InputRefused
from pipeline.queue import QueueItem, QueueQuery, conditions_of, items_of
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.queue_tables import QueueRow
from pipeline.store.tables import RecordRow


class ListOrder(StrEnum):
    """What the list is sorted by."""

    URGENT = "urgent"
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True)
class ListQuery:
    """Which records: what is empty leaves nothing out. Days are in UTC, both of them within.

    `after` is where the part before ended, as its `RecordPart` says it.
    """

    states: tuple[RecordState, ...] = ()
    form: str = ""
    version: str = ""
    batch: str = ""
    flag: str = ""
    assigned_to: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    order: ListOrder = ListOrder.URGENT
    after: tuple[str, ...] = ()
    size: int = 50


@dataclass(frozen=True)
class RecordPart:
    """A part of the list; `after` is where the next one begins, None where this is the last."""

    items: tuple[QueueItem, ...]
    after: tuple[str, ...] | None


def list_records(site: Site, query: ListQuery, *, by: Person) -> RecordPart:
    """The next records that the query asks for; for the plant's own people."""
    require(by, Act.LOOK)
    conditions = conditions_of(site, _as_queue(query))
    if conditions is None:
        return RecordPart((), None)
    with reading(site.engine) as session:
        rows = _rows(session, query, [*conditions, *_of_list(query)])
        items = items_of(session, [row.record for row in rows[: query.size]], now=site.now())
    is_last = len(rows) <= query.size
    return RecordPart(items, None if is_last else _place(query.order, rows[query.size - 1]))


def _rows(
    session: Session, query: ListQuery, conditions: Sequence[ColumnElement[bool]]
) -> list[QueueRow]:
    found = (
        select(QueueRow)
        .join(RecordRow, col(RecordRow.id) == col(QueueRow.record))
        .where(*conditions)
        .order_by(*_ORDERS[query.order])
        .limit(query.size + 1)
    )
    return list(session.exec(found))


def _of_list(query: ListQuery) -> list[ColumnElement[bool]]:
    """What the list asks beyond the queue's own filters."""
    found: list[ColumnElement[bool]] = []
    if query.states:
        found.append(col(QueueRow.standing).in_([*_standings(query.states)]))
    received = col(QueueRow.received_at)
    if query.since is not None:
        found.append(received >= _begin_of(query.since))
    if query.until is not None and query.until < date.max:
        found.append(received < _begin_of(query.until + timedelta(days=1)))
    if query.after:
        found.append(_after(query.order, query.after))
    return found


def _standings(states: Sequence[RecordState]) -> set[str]:
    """A record in review may also wait for a second person."""
    wanted = {state.value for state in states}
    return wanted | {Standing.WAITING.value} if RecordState.IN_REVIEW in states else wanted


def _as_queue(query: ListQuery) -> QueueQuery:
    return QueueQuery(
        tuple(one for one in Standing if one not in UNREAD),
        form=query.form,
        version=query.version,
        batch=query.batch,
        flag=query.flag,
        assigned_to=query.assigned_to,
        text=query.text,
    )


arrived, named = col(QueueRow.received_at), col(QueueRow.record)
_ORDERS: dict[ListOrder, tuple[Any, ...]] = {
    ListOrder.URGENT: (col(QueueRow.is_done), col(QueueRow.due_at), named),
    ListOrder.OLDEST: (arrived, named),
    ListOrder.NEWEST: (arrived.desc(), named.desc()),
}


def _place(order: ListOrder, row: QueueRow) -> tuple[str, ...]:
    """Where a row stands in that order, in words."""
    if order is ListOrder.URGENT:
        return ("done" if row.is_done else "open", row.due_at.isoformat(), row.record)
    return (row.received_at.isoformat(), row.record)


def _after(order: ListOrder, place: tuple[str, ...]) -> ColumnElement[bool]:
    """What comes behind that place."""
    if len(place) != (3 if order is ListOrder.URGENT else 2):
        raise _no_place()
    moment, record = _moment(place[-2]), place[-1]
    if order is ListOrder.NEWEST:
        return or_(arrived < moment, and_(arrived == moment, named < record))
    if order is ListOrder.OLDEST:
        return or_(arrived > moment, and_(arrived == moment, named > record))
    due, done = col(QueueRow.due_at), col(QueueRow.is_done)
    behind = or_(due > moment, and_(due == moment, named > record))
    if place[0] == "done":
        return and_(done.is_(True), behind)
    return or_(done.is_(True), and_(done.is_(False), behind))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise _no_place()
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _no_place() from error


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _no_place() -> InputRefused:
    return InputRefused("the cursor is none of this list", "begin the list without a cursor")
