"""The rows of scans, records, the trail and the search index.

Rows validate nothing: values do, and the database's own constraints. A row's name is that of its
noun with `Row`; `noun_rows`, `record_rows` and their neighbours map them.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from pipeline.store.columns import Day, JsonText, Moment
from pipeline.store.site_tables import Row, one_of, share


class ScanRow(Row, table=True):
    """A file as it was uploaded, once for the same bytes, and how far its reading is."""

    __tablename__ = "scan"
    __table_args__ = (
        one_of("state", "received", "reading", "read", "refused", "quarantined"),
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("(state = 'reading') = (leased_by IS NOT NULL)", name="leased_while_read"),
        CheckConstraint("(leased_by IS NULL) = (leased_until IS NULL)", name="lease_ends"),
    )
    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True, min_length=64, max_length=64)
    name: str
    size: int
    page_count: int
    scanned_on: date | None = Field(default=None, sa_type=Day)
    state: str = Field(index=True)
    problem: str = ""
    tries: int = 0
    leased_by: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=Moment)
    received_at: datetime = Field(sa_type=Moment)
    received_by: str
    read_at: datetime | None = Field(default=None, sa_type=Moment)


class RecordRow(Row, table=True):
    """A record. `seen` counts its changes: whoever saved on an older one is refused.

    `keyings_awaited` is how many of its entries wait for another person's keying.
    """

    __tablename__ = "record"
    __table_args__ = (
        one_of("state", "received", "reading", "in_review", "approved", "rejected", "superseded"),
        CheckConstraint("(form IS NULL) = (version IS NULL)", name="form_and_version"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="claim_ends"),
        UniqueConstraint("scan", "number"),
        Index("ix_record_form_batch_number", "form", "batch_number"),
        Index("ix_record_received_at_id", "received_at", "id"),
    )
    id: str = Field(primary_key=True)
    scan: int = Field(foreign_key="scan.id")
    number: int = Field(ge=1)
    form: str | None = None
    version: str | None = None
    title: str
    batch_number: str
    state: str = Field(index=True)
    revision: int = 1
    seen: int = 1
    keyings_awaited: int = Field(default=0, index=True, sa_column_kwargs={"server_default": "0"})
    recordroom: str
    models: Any = Field(sa_type=JsonText)
    received_at: datetime = Field(sa_type=Moment)
    claimed_by: str | None = Field(default=None, foreign_key="account.user")
    claimed_until: datetime | None = Field(default=None, sa_type=Moment)


class PageRow(Row, table=True):
    """Which page of the scan is which page of the form."""

    __tablename__ = "page"
    record: str = Field(primary_key=True, foreign_key="record.id")
    position: int = Field(primary_key=True)
    page: int
    scan_page: int
    turned: int
    form_score: float
    homography: Any = Field(sa_type=JsonText)
    effective_dpi: float
    residual_mm: float


class EntryRow(Row, table=True):
    """What the machine read in one field, never changed; only `accepted` follows the flags."""

    __tablename__ = "entry"
    __table_args__ = (
        share("confidence"),
        UniqueConstraint("record", "position"),
        Index("ix_entry_field_confidence", "field", "confidence"),
        Index("ix_entry_kind", "type", "value", "confidence"),
    )
    record: str = Field(primary_key=True, foreign_key="record.id")
    field: str = Field(primary_key=True)
    position: int
    page: int
    type: str
    step: str | None = None
    x: float
    y: float
    width: float
    height: float
    value: str
    state: str
    confidence: float
    reader: str
    model: str
    free_text: str
    alternatives: Any = Field(sa_type=JsonText)
    previous: Any = Field(sa_type=JsonText)
    evidence: Any = Field(sa_type=JsonText)
    accepted: bool


class OfEntry(Row):
    """What stands on an entry, or with `entry` empty on its record, in an order."""

    id: int | None = Field(default=None, primary_key=True)
    record: str = Field(foreign_key="record.id", index=True)
    entry: str | None = None
    position: int


def on_entry() -> ForeignKeyConstraint:
    """The entry that is named belongs to the record that is named."""
    return ForeignKeyConstraint(["record", "entry"], ["entry.record", "entry.field"])


class FlagRow(OfEntry, table=True):
    """Something a person has to look at."""

    __tablename__ = "flag"
    __table_args__ = (
        on_entry(),
        one_of("severity", "critical", "major", "minor", "signal"),
        Index("ix_flag_name_record", "name", "record"),
    )
    name: str
    severity: str
    detail: str
    field: str | None = None
    page: int | None = None


class CorrectionRow(OfEntry, table=True):
    """A value that a person set beside the reading; never changed, never taken back."""

    __tablename__ = "correction"
    __table_args__ = (
        on_entry(),
        CheckConstraint("entry IS NOT NULL", name="entry"),
        CheckConstraint("reason <> ''", name="reason"),
        UniqueConstraint("record", "entry", "position"),
    )
    value: str
    state: str
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)


class DispositionRow(OfEntry, table=True):
    """How a person answered a flag; never changed, never taken back."""

    __tablename__ = "disposition"
    __table_args__ = (on_entry(), CheckConstraint("reason <> ''", name="reason"))
    flag: str
    detail: str
    outcome: str
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)


class SignatureRow(Row, table=True):
    """An electronic signature and the digest of what it binds."""

    __tablename__ = "signature"
    record: str = Field(primary_key=True, foreign_key="record.id")
    position: int = Field(primary_key=True)
    name: str
    user: str = Field(foreign_key="account.user")
    meaning: str
    at: datetime = Field(sa_type=Moment)
    digest: str


class PictureRow(Row, table=True):
    """A page of a record as a picture in the blank's own frame, kept in the file store."""

    __tablename__ = "picture"
    record: str = Field(primary_key=True, foreign_key="record.id")
    position: int = Field(primary_key=True)
    page: int
    scan_page: int
    pixels_per_mm: float
    sha256: str


class EventRow(Row, table=True):
    """A line of the trail. `digest` covers the line and the digest of the line before.

    It names records and scans that may be destroyed since, and outlives them.
    """

    __tablename__ = "event"
    sequence: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Moment)
    by: str
    place: str
    kind: str
    scan: int | None = Field(default=None, index=True)
    record: str | None = Field(default=None, index=True)
    field: str | None = None
    old: str | None = None
    new: str | None = None
    reason: str | None = None
    previous: str
    digest: str = Field(unique=True)


class SearchRow(Row, table=True):
    """One thing that a search can find: a value, or an alternative reading, of a record.

    `words` and `context` are what is looked through, as `store/search_put.py` spells them;
    `key` is the same for parts of lot numbers and the like, empty for other entries. `about` is
    what the entry stands for, `day` the day that a date stands for, and `doubt` what its reading
    leaves for values that are not listed, and `unsure` which signs of the key it is about.
    """

    __tablename__ = "search_row"
    __table_args__ = (one_of("matched", "value", "alternative"), share("probability"))
    id: int | None = Field(default=None, primary_key=True)
    record: str = Field(foreign_key="record.id")
    field: str | None = None
    page: int | None = None
    label: str
    value: str
    probability: float
    matched: str
    words: str
    context: str
    key: str
    about: str = ""
    step: str | None = None
    day: date | None = Field(default=None, sa_type=Day)
    doubt: float = 0.0
    unsure: str = ""
