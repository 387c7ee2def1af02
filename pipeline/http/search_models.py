"""What the API answers a search with: hits, what narrows them down, and help while typing."""

from datetime import datetime

from pydantic import BaseModel, Field

from pipeline.core.hit_order import Sort
from pipeline.core.query import About
from pipeline.core.values import RecordState
from pipeline.findable import Matched
from pipeline.http.models import Share


class Hit(BaseModel):
    """Where a query was found; `field` and `page` are null where the record as a whole is it."""

    record: str
    record_state: RecordState
    batch_number: str
    form: str | None
    version: str | None
    page: int | None
    field: str | None
    label: str
    value: str
    probability: Share
    matched: Matched


class FacetValue(BaseModel):
    """A value, in how many of the records found it stands, and the query narrowed to it."""

    value: str
    records: int
    q: str


class Facet(BaseModel):
    """The records found, counted by one field of the search's language."""

    about: About
    values: list[FacetValue]


class Hits(BaseModel):
    """A part of what a query finds, and what narrows it down further."""

    items: list[Hit]
    next: str | None = Field(description="The address of the next part; null at the end.")
    total: int = Field(description="Hits in all parts.")
    records: int = Field(description="Records in which they stand.")
    is_cut: bool = Field(description="More than is ranked: these are of the newest, or oldest.")
    facets: list[Facet]


class Suggestion(BaseModel):
    """A way to go on typing: the whole query with it, what is shown, and what it is."""

    query: str
    shown: str
    hint: str


class SavedSearch(BaseModel):
    """A search that somebody keeps under a name."""

    name: str
    query: str
    sort: Sort
    kept_at: datetime
