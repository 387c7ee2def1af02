"""What the API answers with: the shapes that its OpenAPI document describes.

A record is the JSON of spec/record.md in its archive form; the other shapes are its parts and what
the screens show in lists.
"""

from datetime import date, datetime

from pydantic import BaseModel, Field

from extractors.values import EntryKind, State
from pipeline.core.keyed import KeyingStep
from pipeline.core.standing import Standing
from pipeline.core.values import Outcome, RecordState, Severity
from pipeline.intake import ScanState
from pipeline.tokens import Scope

Share = float
"""A probability, 0 to 1."""


class Health(BaseModel):
    """Whether the site answers."""

    status: str = Field(examples=["ok"])
    version: str


class Me(BaseModel):
    """Whoever asks, as the site knows them."""

    user: str
    name: str
    role: str
    scopes: list[Scope] = Field(description="What this token, or this session, opens.")
    expires_at: datetime | None = Field(description="When the token ends; null for a session.")


class RecordInList(BaseModel):
    """A record in a list: what it is, how it stands, and its open flags by name."""

    record: str
    record_state: RecordState
    standing: Standing
    revision: int
    form: str | None
    version: str | None
    title: str
    batch_number: str
    file: str
    received_at: datetime
    due_at: datetime | None
    release_on: date | None
    assigned_to: str | None
    flags: dict[str, int]


class Records(BaseModel):
    """A part of the list of records."""

    items: list[RecordInList]
    next: str | None = Field(description="The address of the next part; null at the end.")


class Source(BaseModel):
    """The scan that a record was read from."""

    file: str
    sha256: str
    pages: int


class ReadBy(BaseModel):
    """Which version of Recordroom read it, with which models."""

    recordroom: str
    models: dict[str, str]


class RecordPage(BaseModel):
    """Which page of the scan is which page of the form, and how it lies."""

    page: int
    scan_page: int
    turned: int
    form_score: float
    homography: list[list[float]]
    effective_dpi: float
    residual_mm: float
    source: Source | None = Field(
        None, description="The scan of a page that was scanned again; else the record's own."
    )


class Alternative(BaseModel):
    """A reading that was less probable."""

    value: str
    probability: Share


class Previous(BaseModel):
    """What is crossed out on the paper, and the initials beside it."""

    value: str
    initials: str | None


class Flag(BaseModel):
    """Something that a person has to look at."""

    flag: str
    severity: Severity
    detail: str
    field: str | None
    page: int | None


class FlagOfRecord(Flag):
    """A flag, and whether somebody answered it as it stands now."""

    is_answered: bool


class Reading(BaseModel):
    """What the machine read; it never changes."""

    value: str
    state: State
    confidence: Share
    reader: str
    model: str
    alternatives: list[Alternative]
    previous: list[Previous]
    evidence: list[str]
    free_text: str


class Correction(BaseModel):
    """A value that a person set beside the reading."""

    value: str
    state: State
    reason: str
    by: str
    at: datetime


class Keying(BaseModel):
    """What one person keyed; without value and reason while the entry waits for another."""

    step: KeyingStep
    by: str
    at: datetime
    value: str | None = None
    state: State | None = None
    reason: str | None = None


class Disposition(BaseModel):
    """How a person answered a flag."""

    flag: str
    detail: str
    outcome: Outcome
    reason: str
    by: str
    at: datetime


class Entry(BaseModel):
    """What somebody wrote in one field: what holds now, what was read, what people made of it."""

    field: str
    page: int
    type: EntryKind
    step: str | None
    value: str
    state: State
    confidence: Share
    accepted: bool
    box: list[float] = Field(description="Left, top, width and height in millimetres.")
    alternatives: list[Alternative]
    previous: list[Previous] | None = None
    flags: list[str]
    flag_details: list[Flag]
    reading: Reading
    corrections: list[Correction]
    keyings: list[Keying]
    dispositions: list[Disposition]


class Signature(BaseModel):
    """An electronic signature, and whether the record is still as it was signed."""

    name: str
    user: str
    meaning: str
    at: datetime
    digest: str
    holds: bool


class Record(BaseModel):
    """A record with readings, corrections, answers and signatures, as the archive holds it."""

    record: str
    record_state: RecordState
    revision: int
    form: str | None
    version: str | None
    batch_number: str
    source: Source
    reader: ReadBy
    pages: list[RecordPage]
    entries: list[Entry]
    flags: list[str]
    flag_details: list[Flag]
    dispositions: list[Disposition]
    signatures: list[Signature]


class Line(BaseModel):
    """A line of the trail. `digest` covers the line and the digest of the line before."""

    sequence: int
    at: datetime
    by: str
    where: str
    kind: str
    scan: int | None
    record: str | None
    field: str | None
    old: str | None
    new: str | None
    reason: str | None
    previous: str
    digest: str


class Lines(BaseModel):
    """A part of the trail, the newest line first."""

    items: list[Line]
    next: str | None = Field(description="The address of the next part; null at the end.")


class Revision(BaseModel):
    """One record in a row of revisions."""

    record: str
    revision: int
    state: RecordState
    kind: str
    reason: str
    by: str
    at: datetime


class PagePlace(BaseModel):
    """A page of a record that there is a picture of, and the scan that it lies in."""

    page: int
    scan_page: int
    pixels_per_mm: float
    scan_file: str
    scan_sha256: str


class FormInList(BaseModel):
    """A version of a master form that the site has taken in."""

    form: str
    version: str
    title: str
    pages: int
    fields: int
    effective: date | None
    superseded: date | None


class FormField(BaseModel):
    """A place on a form."""

    name: str
    label: str
    type: EntryKind
    page: int
    step: str | None
    unit: str | None
    low: float | None
    high: float | None
    decimals: int | None
    format: str | None
    required: bool
    means: str | None
    box: list[float] = Field(description="Left, top, width and height in millimetres.")


class Form(FormInList):
    """A master form with all its fields."""

    form_fields: list[FormField]


class Waits(BaseModel):
    """So many scans or records at a step of the way, the oldest since then."""

    step: str
    role: str | None
    user: str | None
    count: int
    since: datetime


class Queue(BaseModel):
    """How much stands where on the way, and what waits for whom."""

    counts: dict[Standing, int]
    waits: list[Waits]


class Scan(BaseModel):
    """A scan that was handed in, and how far it is."""

    scan: int
    name: str
    sha256: str
    pages: int
    state: ScanState
    records: list[str]
    problem: str | None
    at_page: int | None
    received_at: datetime
    received_by: str


class Scans(BaseModel):
    """A part of the list of scans, those that came last first."""

    items: list[Scan]
    next: str | None = Field(description="The address of the next part; null at the end.")


class Receipt(BaseModel):
    """What became of a file that was handed in."""

    scan: int
    name: str
    sha256: str
    duplicate_of: str | None = Field(
        description="The name under which the same bytes came first; null for a new scan."
    )
    records: list[str]
    problem: str | None = Field(description="Why it can't be read, and what to do.")
