"""The rows of reading rooms: for whom, from when to when, and which records lie there.

No `from __future__ import annotations` in the tables: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from pipeline.store.columns import Moment
from pipeline.store.site_tables import Row


class ReadingRoomRow(Row, table=True):
    """A reading room: it opens and closes by itself, or is closed before."""

    __tablename__ = "reading_room"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
    )
    id: int | None = Field(default=None, primary_key=True)
    user: str = Field(foreign_key="account.user", index=True)
    reason: str
    opens_at: datetime = Field(sa_type=Moment)
    closes_at: datetime = Field(sa_type=Moment)
    by: str
    at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str | None = None


class RoomRecordRow(Row, table=True):
    """A record that lies in a reading room."""

    __tablename__ = "room_record"
    room: int = Field(primary_key=True, foreign_key="reading_room.id")
    record: str = Field(primary_key=True, index=True)
