"""Who may see which record: the one place where that is decided.

The plant's own people see every record. An inspector sees those that lie in a reading room of
theirs, from the moment at which it opens until it closes, and nothing else.
"""

from sqlmodel import col, select

from pipeline.accounts import Person, PersonRole
from pipeline.errors import NotAllowed
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.room_tables import ReadingRoomRow, RoomRecordRow


def only_for(site: Site, person: Person) -> frozenset[str] | None:
    """The records that the person may see; None for all of them."""
    if person.role is not PersonRole.INSPECTOR:
        return None
    now = site.now()
    rooms = select(ReadingRoomRow.id).where(
        ReadingRoomRow.user == person.user,
        col(ReadingRoomRow.closed_at).is_(None),
        col(ReadingRoomRow.opens_at) <= now,
        col(ReadingRoomRow.closes_at) > now,
    )
    found = select(RoomRecordRow.record).where(col(RoomRecordRow.room).in_(rooms))
    with reading(site.engine) as session:
        return frozenset(session.exec(found))


def may_see(site: Site, person: Person, record_id: str) -> bool:
    """Whether this person may see this record now."""
    only = only_for(site, person)
    return only is None or record_id in only


def require_sight(site: Site, person: Person, record_id: str) -> None:
    """Refuse to show a record; whether there is one of that name is not said."""
    if not may_see(site, person, record_id):
        raise NotAllowed(
            f"{person.user} may not see {record_id}: it lies in no reading room that is open",
            "ask the plant's document control",
        )
