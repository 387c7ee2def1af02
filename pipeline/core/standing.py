"""Where a record stands on its way, from the scan's arrival to the archive, and when it is due.

received ─► reading ─► in review ⇄ waiting for a second person ─► approved ─► superseded
                           └───────────────┴─► rejected, superseded

A record waits for a second person when nothing is left for the first: every flag has its answer
and no page is to be scanned again. Whatever opens something afterwards brings it back into review.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from pipeline.core.answered import open_flags
from pipeline.core.values import Flag, Record, RecordState, Severity


class Standing(StrEnum):
    """Where a scan or its record stands, in the order of the way."""

    RECEIVED = "received"
    READING = "reading"
    IN_REVIEW = "in_review"
    WAITING = "waiting_for_second"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


TO_DO = (Standing.IN_REVIEW, Standing.WAITING)
"""Records in which somebody still has something to do."""

UNREAD = (Standing.RECEIVED, Standing.READING)
"""Scans that are no record yet."""

PASSAGES = {
    (Standing.IN_REVIEW, Standing.WAITING): "waits_for_second",
    (Standing.WAITING, Standing.IN_REVIEW): "reopened",
}
"""Passages that follow from what people do, and what the trail calls them.

Approved, rejected and superseded are decided by somebody and have events of their own.
"""

MISSING_SIGNATURE = "missing_signature"
RELEASE_LEAD = timedelta(days=3)
"""So long before its batch is released a record has to be done."""

ALLOWED = {
    Severity.CRITICAL: timedelta(days=2),
    Severity.MAJOR: timedelta(days=7),
    Severity.MINOR: timedelta(days=14),
    Severity.SIGNAL: timedelta(days=14),
}
"""How long a record may wait, by the heaviest open flag; with a missing signature not at all."""
ALLOWED_FOR_SECOND = timedelta(days=2)


def standing_of(record: Record, *, waits_for_scan: bool) -> Standing:
    """Where the record stands; `waits_for_scan` while a page is to be scanned again."""
    if record.state is not RecordState.IN_REVIEW:
        return Standing(record.state.value)
    return Standing.IN_REVIEW if waits_for_scan or open_flags(record) else Standing.WAITING


def passage(before: Standing, after: Standing) -> str | None:
    """What the trail calls the step from one standing to another; None where it says nothing."""
    return PASSAGES.get((before, after))


def due_at(flags: Iterable[Flag], *, received_at: datetime, release_on: date | None) -> datetime:
    """When the record has to be done: the queue goes by this, the earliest first.

    A missing signature is due at once (whoever has to sign forgets), others by the weight of the
    heaviest open flag, and all of them some days before their batch is released. So what is old
    overtakes what is grave, and nothing waits for ever.
    """
    due = received_at + _allowed(tuple(flags))
    if release_on is None:
        return due
    return min(due, datetime.combine(release_on, time(), UTC) - RELEASE_LEAD)


def _allowed(flags: tuple[Flag, ...]) -> timedelta:
    if any(flag.name == MISSING_SIGNATURE for flag in flags):
        return timedelta()
    return min((ALLOWED[flag.severity] for flag in flags), default=ALLOWED_FOR_SECOND)
