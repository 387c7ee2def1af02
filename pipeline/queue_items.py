"""What the queue is asked, and what it answers: nothing is looked up here."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pipeline.core.standing import TO_DO, Standing
from pipeline.core.values import RecordState, Severity

NOBODY = "nobody"
"""Who a record is assigned to, in a query for those that nobody has been given."""
UNKNOWN = "unknown"
"""The form of records of which none is known, in a query."""
AT_ONCE = 50


class Order(StrEnum):
    """What the queue is sorted by."""

    URGENT = "urgent"
    OLDEST = "oldest"
    NEWEST = "newest"
    RELEASE = "release"
    BATCH = "batch"
    FORM = "form"
    FLAGS = "flags"


@dataclass(frozen=True)
class QueueQuery:
    """Which records, in which order, and which page of them. Empty words leave nothing out.

    `batch` is how the batch number begins; `flag` a kind of flag that is open; `days` for how long
    they have waited at least; `text` anything that the search would find on them.
    """

    standings: tuple[Standing, ...] = TO_DO
    form: str = ""
    version: str = ""
    batch: str = ""
    flag: str = ""
    assigned_to: str = ""
    days: int = 0
    text: str = ""
    order: Order = Order.URGENT
    page: int = 1
    size: int = AT_ONCE


@dataclass(frozen=True)
class FlagCount:
    """How often a flag stands open on a record."""

    name: str
    severity: Severity
    count: int


@dataclass(frozen=True)
class QueueItem:
    """A record in the queue. `flags` are the open ones, the most severe first.

    Of a scan that is no record yet `record` is empty.
    """

    record: str
    form: str | None
    version: str | None
    title: str
    batch_number: str
    state: RecordState
    flags: tuple[FlagCount, ...]
    received_at: datetime
    claimed_by: str | None
    file: str
    standing: Standing = Standing.IN_REVIEW
    due_at: datetime | None = None
    release_on: date | None = None
    assigned_to: str | None = None
    note: str = ""
    revision: int = 1
    waits_for_scan: bool = False

    def count(self, severity: Severity) -> int:
        """How many flags of that weight are open."""
        return sum(flag.count for flag in self.flags if flag.severity is severity)


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue. `counts` say how many fit in each standing, on all pages.

    `critical` and `major` are records in the standings asked for, by their heaviest open flag.
    """

    items: tuple[QueueItem, ...]
    total: int
    counts: dict[Standing, int] = field(default_factory=dict)
    critical: int = 0
    major: int = 0
