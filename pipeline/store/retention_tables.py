"""The rows of retention: rules, legal holds, destruction lists, and certificates that stay.

A certificate names a record that is gone, so nothing here points at the records' own rows. Rows
are added; none is changed or taken away, but for a run that ends and for files that are removed.

No `from __future__ import annotations` in the tables: SQLModel reads the annotations.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from pipeline.store.columns import Day, JsonText, Moment
from pipeline.store.site_tables import Row, one_of


class RetentionRuleRow(Row, table=True):
    """A rule as somebody set it; of a form the newest counts. An empty form is every form."""

    __tablename__ = "retention_rule"
    __table_args__ = (
        CheckConstraint("after_expiry IS NULL OR after_expiry >= 1", name="after_expiry"),
        CheckConstraint("after_certification >= 5", name="after_certification"),
        CheckConstraint("reason <> ''", name="reason"),
    )
    id: int | None = Field(default=None, primary_key=True)
    form: str
    after_expiry: int | None = None
    after_certification: int
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)


class LegalHoldRow(Row, table=True):
    """A hold: why, by whom, and on which records, as a list that grows by what `scope` finds."""

    __tablename__ = "legal_hold"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
    id: int | None = Field(default=None, primary_key=True)
    scope: Any = Field(sa_type=JsonText)
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)


class HeldRecordRow(Row, table=True):
    """A record that a hold is on."""

    __tablename__ = "held_record"
    hold: int = Field(primary_key=True, foreign_key="legal_hold.id")
    record: str = Field(primary_key=True, index=True)
    at: datetime = Field(sa_type=Moment)


class HoldLiftRow(Row, table=True):
    """That a hold was lifted, and why."""

    __tablename__ = "hold_lift"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
    hold: int = Field(primary_key=True, foreign_key="legal_hold.id")
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)


class DestructionListRow(Row, table=True):
    """A list of records to be destroyed, as somebody drew it up."""

    __tablename__ = "destruction_list"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
    id: int | None = Field(default=None, primary_key=True)
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)


class DestructionLineRow(Row, table=True):
    """A record on a destruction list. `chain` names the newest of its revisions: they go together.

    `content` is the digest of all that the record said when the list was drawn up.
    """

    __tablename__ = "destruction_line"
    list: int = Field(primary_key=True, foreign_key="destruction_list.id")
    record: str = Field(primary_key=True, index=True)
    chain: str
    keep_until: date = Field(sa_type=Day)
    rule: str
    content: str


class DestructionEndRow(Row, table=True):
    """What became of a list: withdrawn, or carried out."""

    __tablename__ = "destruction_end"
    __table_args__ = (one_of("outcome", "withdrawn", "carried_out"),)
    list: int = Field(primary_key=True, foreign_key="destruction_list.id")
    outcome: str
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)


class DestructionRunRow(Row, table=True):
    """That a signed list is being carried out; whoever finds it unfinished goes on."""

    __tablename__ = "destruction_run"
    list: int = Field(primary_key=True, foreign_key="destruction_list.id")
    by: str
    place: str
    at: datetime = Field(sa_type=Moment)


class RetentionSignatureRow(Row, table=True):
    """An electronic signature under a hold, the lifting of one, or a destruction list."""

    __tablename__ = "retention_signature"
    __table_args__ = (one_of("what", "hold", "lift", "destruction"),)
    what: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    name: str
    user: str = Field(foreign_key="account.user")
    meaning: str
    at: datetime = Field(sa_type=Moment)
    content: str
    digest: str


class DestroyedRecordRow(Row, table=True):
    """The certificate of a record that was destroyed. It stays."""

    __tablename__ = "destroyed_record"
    record: str = Field(primary_key=True)
    list: int = Field(foreign_key="destruction_list.id", index=True)
    keep_until: date = Field(sa_type=Day)
    at: datetime = Field(sa_type=Moment)
    document: Any = Field(sa_type=JsonText)


class DestroyedBatchRow(Row, table=True):
    """The number of a destroyed record's batch as numbers are compared, so that it is found."""

    __tablename__ = "destroyed_batch"
    record: str = Field(primary_key=True)
    key: str = Field(index=True)


class DestroyedScanRow(Row, table=True):
    """A scan that went with the last of its records."""

    __tablename__ = "destroyed_scan"
    scan: int = Field(primary_key=True)
    list: int = Field(foreign_key="destruction_list.id")
    sha256: str
    name: str


class FileToRemoveRow(Row, table=True):
    """A file that nothing uses any more, and that is still to be removed."""

    __tablename__ = "file_to_remove"
    sha256: str = Field(primary_key=True)
    list: int
