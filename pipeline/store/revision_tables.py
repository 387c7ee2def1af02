"""The rows of revisions: which record one comes from, which pages were replaced, what is asked for.

No `from __future__ import annotations` in the tables: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from pipeline.store.columns import JsonText, Moment
from pipeline.store.site_tables import Row, one_of


class RevisionRow(Row, table=True):
    """That a record is a new revision of another, why, and who began it. Never changed."""

    __tablename__ = "revision"
    __table_args__ = (
        one_of("kind", "amendment", "rescan"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("record <> amends", name="of_another"),
    )
    record: str = Field(primary_key=True, foreign_key="record.id")
    amends: str = Field(foreign_key="record.id", index=True)
    kind: str
    reason: str
    by: str
    at: datetime = Field(sa_type=Moment)


class ReplacedPageRow(Row, table=True):
    """A page that comes from another scan than the record's own. Never changed.

    `since` is the revision that brought it; later revisions take it over.
    """

    __tablename__ = "replaced_page"
    record: str = Field(primary_key=True, foreign_key="record.id")
    position: int = Field(primary_key=True)
    page: int
    scan: int = Field(foreign_key="scan.id")
    sha256: str
    since: str = Field(foreign_key="record.id")


class RescanRow(Row, table=True):
    """A page that somebody asked to be scanned again, and what came of it."""

    __tablename__ = "rescan"
    __table_args__ = (
        one_of("outcome", "", "replaced", "withdrawn"),
        CheckConstraint("reason <> ''", name="reason"),
    )
    id: int | None = Field(default=None, primary_key=True)
    record: str = Field(foreign_key="record.id", index=True)
    page: int
    reason: str
    by: str = Field(foreign_key="account.user")
    at: datetime = Field(sa_type=Moment)
    scan: int | None = Field(default=None, foreign_key="scan.id", index=True)
    problem: str = ""
    outcome: str = Field(default="", index=True)
    revision: str | None = Field(default=None, foreign_key="record.id")


class PageEvidenceRow(Row, table=True):
    """What reading found about a record's pages beside their entries, for later checks."""

    __tablename__ = "page_evidence"
    record: str = Field(primary_key=True, foreign_key="record.id")
    pages: Any = Field(sa_type=JsonText)
