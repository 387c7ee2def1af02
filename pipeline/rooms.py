"""Reading rooms as the plant keeps them: opened, closed, and what was looked at in them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from pipeline.accounts import Act, Person, PersonRole, require
from pipeline.core.signed import need
from pipeline.core.values import RecordState
from pipeline.errors import InputRefused, NotAllowed
from pipeline.looks import LOOKS
from pipeline.plain import plain
from pipeline.scope import Scope, records_in
from pipeline.site import HERE, Site
from pipeline.store.chain import Happening, TrailEvent, append, lines
from pipeline.store.columns import canonical_json, moment_text
from pipeline.store.database import reading, writing
from pipeline.store.room_tables import ReadingRoomRow, RoomRecordRow
from pipeline.store.site_tables import AccountRow
from pipeline.store.tables import EventRow, RecordRow

__all__ = [
    "InRoom",
    "Room",
    "Scope",
    "close_room",
    "inspectors",
    "looks_in",
    "open_room",
    "records_in_room",
    "rooms",
]


@dataclass(frozen=True)
class Room:
    """A reading room: for whom, from when to when, and what lies there."""

    number: int
    user: str
    reason: str
    opens_at: datetime
    closes_at: datetime
    by: str
    records: tuple[str, ...]
    closed_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether the inspector can read there now."""
        return self.closed_at is None and self.opens_at <= now < self.closes_at


@dataclass(frozen=True)
class InRoom:
    """A record that lies in a room, with the batch number as it is spelt on it."""

    record: str
    batch_number: str
    form: str
    state: RecordState


def open_room(
    site: Site,
    user: str,
    scope: Scope,
    *,
    opens_at: datetime,
    closes_at: datetime,
    reason: str,
    by: Person,
    where: str = HERE,
) -> Room:
    """Open a room for an inspector, with what the scope finds now; it closes by itself."""
    require(by, Act.OPEN_ROOM)
    need(reason, "a reading room needs a reason", "say which inspection it is for")
    if not opens_at < closes_at or closes_at <= site.now():
        raise InputRefused("the room would close before it opens", "give a later end")
    found = records_in(site, scope)
    if not found:
        raise InputRefused("no record fits", "name records, or another search, form or batch")
    with writing(site.engine) as session:
        _refuse_other_roles(session, user)
        row = ReadingRoomRow(
            user=user,
            reason=plain(reason),
            opens_at=opens_at,
            closes_at=closes_at,
            by=by.user,
            at=site.now(),
        )
        session.add(row)
        session.flush()
        number = _number(row)
        session.add_all(RoomRecordRow(room=number, record=record) for record in found)
        session.flush()
        room = _room(session, row)
        said = Happening(
            kind="room_opened", by=by.user, at=row.at, where=where, new=words_of(room),
            reason=plain(reason),
        )  # fmt: skip
        append(session, said)
        return room


def close_room(site: Site, number: int, *, by: Person, where: str = HERE) -> None:
    """Close a room before its time; one that is closed stays as it is."""
    require(by, Act.OPEN_ROOM)
    with writing(site.engine) as session:
        row = session.get(ReadingRoomRow, number)
        if row is None:
            raise InputRefused(f"there is no reading room {number}", "choose one of the list")
        if row.closed_at is None:
            row.closed_at, row.closed_by = site.now(), by.user
            session.flush()
            new = f"reading room {number}"
            append(
                session,
                Happening(kind="room_closed", by=by.user, at=row.closed_at, where=where, new=new),
            )


def rooms(site: Site, *, by: Person) -> tuple[Room, ...]:
    """All rooms, the newest first."""
    require(by, Act.OPEN_ROOM)
    with reading(site.engine) as session:
        rows = session.exec(select(ReadingRoomRow).order_by(col(ReadingRoomRow.id).desc())).all()
        return tuple(_room(session, row) for row in rows)


def records_in_room(site: Site, number: int, *, by: Person) -> tuple[InRoom, ...]:
    """What lies in a room, by batch: a batch brings all records of it, however it is spelt."""
    require(by, Act.OPEN_ROOM)
    there = select(RoomRecordRow.record).where(RoomRecordRow.room == number)
    found = select(RecordRow).where(col(RecordRow.id).in_(there))
    with reading(site.engine) as session:
        rows = session.exec(found.order_by(col(RecordRow.batch_number), col(RecordRow.id))).all()
    return tuple(
        InRoom(row.id, row.batch_number, row.form or "", RecordState(row.state)) for row in rows
    )


def looks_in(site: Site, number: int, *, by: Person, limit: int = 500) -> tuple[TrailEvent, ...]:
    """What the inspector of a room looked at while it was open, the newest first."""
    require(by, Act.OPEN_ROOM)
    with reading(site.engine) as session:
        row = session.get(ReadingRoomRow, number)
        if row is None:
            raise InputRefused(f"there is no reading room {number}", "choose one of the list")
        newest = (
            select(EventRow.sequence)
            .where(EventRow.by == row.user, col(EventRow.kind).in_(LOOKS))
            .where(col(EventRow.at) >= row.opens_at)
            .where(col(EventRow.at) <= (row.closed_at or row.closes_at))
            .order_by(col(EventRow.sequence).desc())
            .limit(limit)
        )
        wanted = session.exec(newest).all()
        return tuple(lines(session, col(EventRow.sequence).in_(wanted)))[::-1]


def inspectors(site: Site, *, by: Person) -> tuple[str, ...]:
    """The accounts for which a room can be opened."""
    require(by, Act.OPEN_ROOM)
    found = select(AccountRow.user).where(
        AccountRow.role == PersonRole.INSPECTOR.value, col(AccountRow.closed_at).is_(None)
    )
    with reading(site.engine) as session:
        return tuple(sorted(session.exec(found)))


def words_of(room: Room) -> str:
    """A room as the trail tells it, with the digest of the records in it."""
    digest = hashlib.sha256(canonical_json(list(room.records)).encode()).hexdigest()
    return (
        f"reading room {room.number} for {room.user}, {moment_text(room.opens_at)} to "
        f"{moment_text(room.closes_at)}, {len(room.records)} records {digest}"
    )


def room_now(site: Site, person: Person) -> Room:
    """The room that is open for this inspector the longest; NotAllowed where there is none."""
    return rooms_now(site, person)[0]


def rooms_now(site: Site, person: Person) -> tuple[Room, ...]:
    """All rooms that are open for this inspector now, at least one: the longest open first."""
    require(person, Act.READ_IN_ROOM)
    with reading(site.engine) as session:
        rows = session.exec(select(ReadingRoomRow).where(ReadingRoomRow.user == person.user))
        found = [_room(session, row) for row in rows.all()]
    now = site.now()
    opened = [room for room in found if room.is_open(now)]
    if opened:
        return tuple(sorted(opened, key=lambda room: room.closes_at, reverse=True))
    later = min((room.opens_at for room in found if room.opens_at > now), default=None)
    raise NotAllowed(
        "no reading room is open for you now",
        f"come back at {later:%Y-%m-%d %H:%M} UTC" if later else "ask the plant's document control",
    )


def _refuse_other_roles(session: Session, user: str) -> None:
    account = session.get(AccountRow, user)
    if account is None or account.closed_at is not None or account.role != PersonRole.INSPECTOR:
        raise InputRefused(
            f"{user} is no inspector's account", "add an account with the role inspector first"
        )


def _room(session: Session, row: ReadingRoomRow) -> Room:
    number = _number(row)
    found = select(RoomRecordRow.record).where(RoomRecordRow.room == number)
    return Room(
        number=number,
        user=row.user,
        reason=row.reason,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        by=row.by,
        records=tuple(sorted(session.exec(found))),
        closed_at=row.closed_at,
    )


def _number(row: ReadingRoomRow) -> int:
    assert row.id is not None
    return row.id
