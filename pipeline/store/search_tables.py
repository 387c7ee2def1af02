"""The rows beside the search index: values to count hits by, and searches that people keep."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from pipeline.store.columns import Moment
from pipeline.store.site_tables import Row


class SearchFacetRow(Row, table=True):
    """A value that stands in a record, once for each: to count hits by it and to offer it.

    `term` is the value as it is looked for, in whose order values are offered.
    """

    __tablename__ = "search_facet"
    about: str = Field(primary_key=True)
    term: str = Field(primary_key=True)
    record: str = Field(primary_key=True, foreign_key="record.id")
    value: str


class SearchDueRow(Row, table=True):
    """A record whose rows in the index are of an older version of Recordroom."""

    __tablename__ = "search_due"
    record: str = Field(primary_key=True, foreign_key="record.id")


class SavedSearchRow(Row, table=True):
    """A search that a person keeps under a name."""

    __tablename__ = "saved_search"
    __table_args__ = (
        UniqueConstraint("user", "name"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("query <> ''", name="query"),
    )
    id: int | None = Field(default=None, primary_key=True)
    user: str = Field(foreign_key="account.user")
    name: str
    query: str
    sort: str
    kept_at: datetime = Field(sa_type=Moment)
