"""The rows of arrangements, and of the small pictures of a scan's pages.

Arrangements are added; none is ever changed or taken away. Small pictures can be made again.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from pipeline.store.columns import JsonText, Moment
from pipeline.store.site_tables import Row


class ArrangementRow(Row, table=True):
    """How a person laid the pages of a scan; the one with the highest number counts.

    `parts` are the lists of `pipeline.core.arrangement`; `again` are the pages whose parts were
    to be read: all others kept their records.
    """

    __tablename__ = "arrangement"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)
    scan: int = Field(primary_key=True, foreign_key="scan.id")
    number: int = Field(primary_key=True)
    parts: Any = Field(sa_type=JsonText)
    again: Any = Field(sa_type=JsonText)
    reason: str = ""
    by: str
    at: datetime = Field(sa_type=Moment)


class SmallPictureRow(Row, table=True):
    """A page of a scan as it lies there, small, kept in the file store."""

    __tablename__ = "small_picture"
    scan: int = Field(primary_key=True, foreign_key="scan.id")
    page: int = Field(primary_key=True)
    sha256: str
    is_empty: bool


class ProgressRow(Row, table=True):
    """Which page of a scan a worker is at, while it reads it."""

    __tablename__ = "reading_progress"
    scan: int = Field(primary_key=True, foreign_key="scan.id")
    attempt: int
    page: int
