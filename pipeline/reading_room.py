"""A reading room from within: what lies there, a search in it, and a record opened to be read.

Every look is a line of the trail. What does not lie in the room is not there.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from pipeline.accounts import Act, Person, require
from pipeline.archive import Hit, search
from pipeline.core.values import RecordState
from pipeline.looks import LISTED, OPENED, SEARCHED, Look, note_look
from pipeline.review import OpenRecord, open_record
from pipeline.rooms import Room, room_now, rooms_now
from pipeline.sight import only_for, require_sight
from pipeline.site import HERE, Site
from pipeline.store.database import reading
from pipeline.store.tables import RecordRow

__all__ = ["Lying", "Room", "find", "look_at", "lying", "room_now", "rooms_now"]

MOST_HITS = 500


@dataclass(frozen=True)
class Lying:
    """A record in a reading room, as its list shows it."""

    record: str
    batch_number: str
    form: str
    version: str
    title: str
    revision: int
    state: RecordState
    open_until: datetime


def lying(site: Site, *, by: Person, where: str = HERE) -> tuple[Lying, ...]:
    """The records that lie in the person's rooms now, by batch and form."""
    until = _open_until(rooms_now(site, by))
    only = only_for(site, by) or frozenset()
    found = select(RecordRow).where(col(RecordRow.id).in_(only))
    with reading(site.engine) as session:
        rows = session.exec(found).all()
    note_look(
        site, by, Look(LISTED, new=f"{len(rows)} record" + "s" * (len(rows) != 1)), where=where
    )
    return tuple(_lying(row, until[row.id]) for row in sorted(rows, key=_order) if row.id in until)


def _open_until(rooms: tuple[Room, ...]) -> dict[str, datetime]:
    """Until when each record can be seen: the longest of the rooms in which it lies."""
    return {record: room.closes_at for room in reversed(rooms) for record in room.records}


def find(site: Site, query: str, *, by: Person, where: str = HERE) -> tuple[Hit, ...]:
    """What a search finds in the room."""
    room_now(site, by)
    hits = search(site, query, limit=MOST_HITS, only=only_for(site, by))
    said = Look(SEARCHED, new=query, reason=f"{len(hits)} hits")
    note_look(site, by, said, where=where)
    return hits


def look_at(site: Site, record_id: str, *, by: Person, where: str = HERE) -> OpenRecord:
    """A record that lies in the room, opened to be read."""
    require(by, Act.READ_IN_ROOM)
    require_sight(site, by, record_id)
    note_look(site, by, Look(OPENED, record_id), where=where)
    return open_record(site, record_id)


def _order(row: RecordRow) -> tuple[str, str, int, str]:
    return (row.batch_number, row.form or "", row.revision, row.id)


def _lying(row: RecordRow, until: datetime) -> Lying:
    return Lying(
        record=row.id,
        batch_number=row.batch_number,
        form=row.form or "",
        version=row.version or "",
        title=row.title,
        revision=row.revision,
        state=RecordState(row.state),
        open_until=until,
    )
