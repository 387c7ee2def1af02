"""Who has a record open at this moment, so that two people do not begin the same work."""

from datetime import timedelta

from sqlmodel import col, select

from pipeline.accounts import Act, Person, require
from pipeline.site import Site
from pipeline.store.database import reading, writing
from pipeline.store.queue_tables import PresenceRow

FRESH = timedelta(seconds=75)
"""Somebody is on a record for so long after their screen last said so."""
SAID_AGAIN = timedelta(seconds=20)


def be_present(site: Site, record_id: str, *, by: Person) -> tuple[str, ...]:
    """Say that this person has the record open; gives the accounts of the others who have."""
    require(by, Act.LOOK)
    now = site.now()
    with reading(site.engine) as session:
        found = select(PresenceRow).where(
            PresenceRow.record == record_id, col(PresenceRow.seen_at) > now - FRESH
        )
        rows = session.exec(found.order_by(col(PresenceRow.user))).all()
    own = next((row for row in rows if row.user == by.user), None)
    if own is None or now - own.seen_at >= SAID_AGAIN:
        with writing(site.engine) as session:
            session.merge(PresenceRow(record=record_id, user=by.user, seen_at=now))
    return tuple(row.user for row in rows if row.user != by.user)


def leave(site: Site, record_id: str, *, by: Person) -> None:
    """Whoever had it open has turned to something else."""
    with writing(site.engine) as session:
        row = session.get(PresenceRow, (record_id, by.user))
        if row is not None:
            session.delete(row)
