"""The rows of keyings: what people keyed for critical entries that one of them corrected.

Rows are added; none is ever changed or taken away.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from pipeline.store.columns import Moment
from pipeline.store.site_tables import one_of
from pipeline.store.tables import OfEntry, on_entry


class KeyingRow(OfEntry, table=True):
    """What one person keyed for an entry, and what that was in its round."""

    __tablename__ = "keying"
    __table_args__ = (
        on_entry(),
        one_of("step", "first", "agreed", "disagreed", "settled"),
        CheckConstraint("entry IS NOT NULL", name="entry"),
        CheckConstraint("reason <> ''", name="reason"),
        UniqueConstraint("record", "entry", "position"),
    )
    step: str
    value: str
    state: str
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)
