"""The trail: who did what, when, from where and why, in one order that can't be changed unseen.

Lines are written by whoever makes a change, in the same transaction; here they are read.
`pipeline.verify` checks them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import or_
from sqlmodel import col

from pipeline.errors import InputRefused
from pipeline.site import Site
from pipeline.store.chain import TrailEvent, lines
from pipeline.store.database import reading
from pipeline.store.tables import EventRow, RecordRow

__all__ = ["TrailEvent", "events_of", "trail"]


def events_of(site: Site, record_id: str) -> tuple[TrailEvent, ...]:
    """All that happened to the record and to the scan that it was read from, oldest first."""
    with reading(site.engine) as session:
        row = session.get(RecordRow, record_id)
        if row is None:
            raise InputRefused(f"there is no record {record_id}", "look for it in the search")
        about_scan = (col(EventRow.scan) == row.scan) & col(EventRow.record).is_(None)
        return tuple(lines(session, or_(col(EventRow.record) == record_id, about_scan)))


@contextmanager
def trail(site: Site) -> Iterator[Iterator[TrailEvent]]:
    """The whole trail, from its first line on, as it is at this moment."""
    with reading(site.engine) as session:
        yield lines(session)
