"""The nouns after reading: Entry → Flag → ReviewItem → Record.

An entry keeps the machine's reading for ever; corrections and dispositions stand beside it, and
the current value is derived. The JSON of spec/record.md is made in `pipeline.core.document`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from extractors.values import Alternative, Box, EntryKind, Previous, Reading, State
from pipeline.core.keyed import Keying

TAKEN_BACK = "Taken back: a slip"
"""The reason of every step that is taken back."""


class Severity(StrEnum):
    """How much a flag weighs (spec/checks.md), most urgent first."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    SIGNAL = "signal"


@dataclass(frozen=True)
class Flag:
    """Something a person has to look at. `field` is None for a flag on the whole record.

    `name` is a flag of spec/record.md; `detail` tells the reviewer in one plain sentence what
    was found here ("Net weight is 102.3, above its limit of 100.0").
    """

    name: str
    severity: Severity
    detail: str
    field: str | None = None
    page: int | None = None


@dataclass(frozen=True)
class Correction:
    """A value that a person set beside the reading. The reason is never empty."""

    value: str
    state: State
    reason: str
    by: str
    at: datetime


class Outcome(StrEnum):
    """What a reviewer made of a flag."""

    CONFIRMED = "confirmed"  # the value stands as read; the flag is explained
    CORRECTED = "corrected"  # a correction answers the flag
    TRULY_MISSING = "truly_missing"  # looked at: it is not on the paper
    CANNOT_BE_READ = "cannot_be_read"  # looked at: nobody can read it
    TAKEN_BACK = "taken_back"  # the answer before was a slip: the flag waits again


@dataclass(frozen=True)
class Disposition:
    """How a person answered one flag of an entry or of the record. The reason is never empty.

    `detail` is what the flag said when it was answered: the answer to "102.3 is above its limit"
    is none to "109.0 is above its limit" after a correction.
    """

    flag: str
    outcome: Outcome
    reason: str
    by: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True)
class Entry:
    """What somebody wrote in one field: the reading, and what people made of it since."""

    field: str
    page: int
    type: EntryKind
    step: str | None
    box: Box
    reading: Reading
    accepted: bool = False
    flags: tuple[Flag, ...] = ()
    corrections: tuple[Correction, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    keyings: tuple[Keying, ...] = ()

    @property
    def value(self) -> str:
        """The current value: the last correction's, else the reading's."""
        return self.corrections[-1].value if self.corrections else self.reading.value

    @property
    def state(self) -> State:
        """The current state: the last correction's, else the reading's."""
        return self.corrections[-1].state if self.corrections else self.reading.state

    @property
    def is_as_read(self) -> bool:
        """Whether what was read stands, untouched or after corrections."""
        return (self.value, self.state) == (self.reading.value, self.reading.state)

    @property
    def is_unseen_again(self) -> bool:
        """Whether a slip was taken back, so that the reading stands and nobody has judged it."""
        is_back = bool(self.corrections) and self.corrections[-1].reason == TAKEN_BACK
        return is_back and self.is_as_read and self.state is State.FILLED

    @property
    def confidence(self) -> float:
        """The reading's calibrated probability, 0 to 1."""
        return self.reading.confidence

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """The next most probable readings."""
        return self.reading.alternatives

    @property
    def previous(self) -> tuple[Previous, ...]:
        """What was crossed out on the paper."""
        return self.reading.previous


@dataclass(frozen=True)
class Source:
    """The scan that a record was read from."""

    file: str
    sha256: str
    pages: int


@dataclass(frozen=True)
class RecordPage:
    """Which page of the scan is which page of the form, and how it lies.

    `homography` is row by row, from scan pixels to millimetres of the blank. `source` is the scan
    of a page that was scanned again, and None for a page of the record's own scan.
    """

    page: int
    scan_page: int
    turned: int
    form_score: float
    homography: tuple[tuple[float, float, float], ...]
    effective_dpi: float
    residual_mm: float
    source: Source | None = None


@dataclass(frozen=True)
class ReaderInfo:
    """Which version of Recordroom read it, with which models (name → version)."""

    recordroom: str
    models: tuple[tuple[str, str], ...]


class RecordState(StrEnum):
    """Where a record stands on its way to the archive."""

    RECEIVED = "received"
    READING = "reading"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Signature:
    """An electronic signature: printed name, account, time with zone, meaning, and what it binds.

    `digest` binds all of these to everything that the record said (`pipeline/core/digest.py`).
    """

    name: str
    user: str
    meaning: str
    at: datetime
    digest: str


@dataclass(frozen=True)
class Record:
    """All entries of one batch's form. `form` is None for a scan that fits no known form."""

    form: str | None
    version: str | None
    batch_number: str
    source: Source
    reader: ReaderInfo
    pages: tuple[RecordPage, ...]
    entries: tuple[Entry, ...]
    flags: tuple[Flag, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    signatures: tuple[Signature, ...] = ()
    id: str = ""
    state: RecordState = RecordState.READING
    revision: int = 1

    @property
    def sources(self) -> tuple[Source, ...]:
        """Its own scan, then those of pages that were scanned again, each once."""
        newer = (page.source for page in self.pages if page.source)
        return tuple(dict.fromkeys((self.source, *newer)))

    def source_of(self, page: int) -> Source:
        """The scan that this page of the form lies in."""
        places = (one.source for one in self.pages if one.page == page)
        return next(places, None) or self.source

    def entry(self, name: str) -> Entry:
        """The entry of that field; KeyError where the scan lacks its page."""
        for entry in self.entries:
            if entry.field == name:
                return entry
        raise KeyError(name)
