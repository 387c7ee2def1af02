"""The rows of the queue: where each record stands, when it is due, and who is to look at it.

They say nothing that a signature binds: standing, flags and due day follow from the record, and
assignments and release days are told by the trail. So that a hundred thousand records can be
sorted at once, they are kept together here.

No `from __future__ import annotations` in the tables: SQLModel reads the annotations.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from pipeline.store.columns import Day, Moment
from pipeline.store.site_tables import Row, one_of

IN_ORDER = ("received_at", "release_on", "batch_number", "form")
"""What the queue can be sorted by, beside what is due first; what is alike goes by that."""

NO_DAY = date.max


class QueueRow(Row, table=True):
    """A record in the queue. `own_release_on` was set for it alone, not for its batch.

    `release_on` is `NO_DAY` where nobody said one, so that it sorts last on every database.
    """

    __tablename__ = "queue"
    __table_args__ = (
        one_of("standing", "in_review", "waiting_for_second", "approved", "rejected", "superseded"),
        CheckConstraint("(assigned_to IS NULL) = (assigned_by IS NULL)", name="assigned"),
        Index("ix_queue_by_due_at", "is_done", "due_at", "record", "standing"),
        *(
            Index(f"ix_queue_by_{name}", "is_done", name, "due_at", "record", "standing")
            for name in IN_ORDER
        ),
        Index("ix_queue_standing", "standing", "critical", "major"),
        Index("ix_queue_form_version", "form", "version", "standing"),
        Index("ix_queue_batch_number", "batch_number", "standing"),
        Index("ix_queue_assigned_to", "assigned_to", "standing"),
    )
    record: str = Field(primary_key=True, foreign_key="record.id")
    standing: str
    is_done: bool
    form: str = ""
    version: str = ""
    batch_number: str = ""
    received_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    release_on: date = Field(default=NO_DAY, sa_type=Day)
    own_release_on: date | None = Field(default=None, sa_type=Day)
    open_flags: int = 0
    critical: int = 0
    major: int = 0
    assigned_to: str | None = Field(default=None, foreign_key="account.user")
    assigned_by: str | None = Field(default=None, foreign_key="account.user")
    note: str = ""


class QueueFlagRow(Row, table=True):
    """How often a kind of flag stands open on a record."""

    __tablename__ = "queue_flag"
    __table_args__ = (Index("ix_queue_flag_name", "name", "record"),)
    record: str = Field(primary_key=True, foreign_key="record.id")
    name: str = Field(primary_key=True)
    severity: str = Field(primary_key=True)
    count: int


class BatchReleaseRow(Row, table=True):
    """The day on which a batch is to be released: it holds for records that come later too."""

    __tablename__ = "batch_release"
    batch_number: str = Field(primary_key=True)
    release_on: date = Field(sa_type=Day)


class PresenceRow(Row, table=True):
    """Who had a record open, and when last. It is no event: looking changes nothing."""

    __tablename__ = "presence"
    record: str = Field(primary_key=True, foreign_key="record.id")
    user: str = Field(primary_key=True, foreign_key="account.user")
    seen_at: datetime = Field(sa_type=Moment)
