"""The rows of the genealogy: which lots a record made and used, and which records wait to be put.

They say nothing that the record does not say; they are put anew with it.

No `from __future__ import annotations` in the tables: SQLModel reads the annotations.
"""

from sqlalchemy import Index
from sqlmodel import Field

from pipeline.store.site_tables import Row, one_of, share


class LotUseRow(Row, table=True):
    """One lot in one record, as `pipeline.core.lot_uses` has it.

    `key` is the number as numbers are compared; it is empty for a lot that nobody can read.
    `entry` is the whole entry where it holds more than this lot.
    """

    __tablename__ = "lot_use"
    __table_args__ = (
        one_of("kind", "made", "used", "received"),
        one_of("said", "value", "alternative", "unreadable", "missing"),
        share("probability"),
        Index("ix_lot_use_key", "key", "kind", "record"),
        Index("ix_lot_use_record", "record", "kind"),
    )
    id: int | None = Field(default=None, primary_key=True)
    record: str = Field(foreign_key="record.id")
    kind: str
    key: str
    lot: str
    probability: float
    said: str
    field: str | None = None
    page: int | None = None
    material: str = ""
    quantity: str = ""
    unit: str = ""
    quantity_field: str | None = None
    entry: str = Field(default="", sa_column_kwargs={"server_default": ""})


class LotUseTodoRow(Row, table=True):
    """A record of an older version of Recordroom, whose lots are not in `lot_use` yet."""

    __tablename__ = "lot_use_todo"
    record: str = Field(primary_key=True, foreign_key="record.id")
