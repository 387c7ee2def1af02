"""The rows of the audit of accepted entries: samples, their lines, and what people keyed.

Rows are added; none is ever changed or taken away.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from pipeline.store.columns import Moment
from pipeline.store.site_tables import Row, one_of


class AuditSampleRow(Row, table=True):
    """A sample as it was drawn: with which seed, how many were asked for, and out of how many."""

    __tablename__ = "audit_sample"
    __table_args__ = (
        one_of("population", "handwriting", "all"),
        CheckConstraint("asked > 0", name="asked"),
        CheckConstraint("pool > 0", name="pool"),
    )
    id: int | None = Field(default=None, primary_key=True)
    seed: str
    population: str
    asked: int
    pool: int
    by: str
    at: datetime = Field(sa_type=Moment)


class AuditLineRow(Row, table=True):
    """An entry that was drawn. An entry is drawn once, whatever the sample."""

    __tablename__ = "audit_line"
    __table_args__ = (
        ForeignKeyConstraint(["record", "field"], ["entry.record", "entry.field"]),
        UniqueConstraint("record", "field"),
    )
    sample: int = Field(primary_key=True, foreign_key="audit_sample.id")
    position: int = Field(primary_key=True)
    record: str
    field: str


class AuditKeyingRow(Row, table=True):
    """What a person keyed for a drawn entry; the last turn counts. `by` keyed, `taken_by` took."""

    __tablename__ = "audit_keying"
    __table_args__ = (
        ForeignKeyConstraint(["sample", "position"], ["audit_line.sample", "audit_line.position"]),
        CheckConstraint("turn > 0", name="turn"),
        CheckConstraint("turn = 1 OR reason <> ''", name="reason"),
    )
    sample: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    value: str
    state: str
    is_right: bool
    reason: str = ""
    by: str
    taken_by: str
    at: datetime = Field(sa_type=Moment)
