"""The rows of the queue, and what is said above them."""

from datetime import datetime

from pipeline.core.catalogue import title_of
from pipeline.core.standing import Standing
from pipeline.core.values import Severity
from pipeline.queue import FlagCount, QueueItem, QueuePage
from review_ui.parts.list_view import Column, Line, Part
from review_ui.parts.names import name_of
from review_ui.parts.way import record_link
from review_ui.parts.words import SIGNS, STANDINGS, age, counted, due

COLUMNS = (
    Column("Batch", "nowrap"),
    Column("Form"),
    Column("State"),
    Column("What to look at", "wide"),
    Column("Flags", "number"),
    Column("Due"),
    Column("Waiting", "nowrap"),
    Column("With"),
    Column("Scan", "quiet"),
)
MOST_FLAGS = 3
LOOKS = {Standing.APPROVED: "good", Standing.WAITING: "minor", Standing.REJECTED: "critical"}


def summary(page: QueuePage) -> str:
    """How many fit, of what weight, and how many there are in each state."""
    parts = [counted(page.total, "record")]
    weights = ((Severity.CRITICAL, page.critical), (Severity.MAJOR, page.major))
    parts += [f"{SIGNS[one]} {count} with {one.value} flags" for one, count in weights if count]
    states = [f"{STANDINGS[one]} {count}" for one, count in page.counts.items() if count]
    return " · ".join(parts) + ("  —  " + " · ".join(states) if states else "")


def line(item: QueueItem, now: datetime) -> Line:
    """A record as a row of the queue; a scan that is none yet leads nowhere."""
    form = (Part(f"{item.form} v{item.version}", "nowrap"),) if item.form else ()
    is_record = bool(item.record)
    return Line(
        item.record or item.file,
        record_link(item.record) if is_record else "",
        (
            (Part((item.batch_number or "no batch number") if is_record else ""),),
            (*form, Part(item.title, "quiet" if form else "")),
            state(item),
            what_to_see(item),
            (Part(str(sum(flag.count for flag in item.flags)) if is_record else ""),),
            due_parts(item, now),
            (Part(age(item.received_at, now)),),
            who(item),
            (Part(item.file, "quiet"),),
        ),
    )


def state(item: QueueItem) -> tuple[Part, ...]:
    """Where the record stands, and which revision it is."""
    shown = Part(STANDINGS[item.standing], LOOKS.get(item.standing, "signal"))
    return (shown, Part(f"revision {item.revision}", "quiet")) if item.revision > 1 else (shown,)


def what_to_see(item: QueueItem) -> tuple[Part, ...]:
    """The heaviest kinds of open flags, and whether a page is awaited."""
    shown = [flag_part(flag) for flag in item.flags[:MOST_FLAGS]]
    more = len(item.flags) - len(shown)
    if item.waits_for_scan:
        shown.insert(0, Part("waits for a new scan", "major"))
    if not shown and item.standing is Standing.WAITING:
        shown = [Part("every flag is answered", "good")]
    return (*shown, *([Part(f"and {more} more", "quiet")] if more else []))


def flag_part(flag: FlagCount) -> Part:
    """A kind of flag with its shape and colour, and how often it stands open."""
    times = f" × {flag.count}" if flag.count > 1 else ""
    return Part(f"{SIGNS[flag.severity]} {title_of(flag.name)}{times}", flag.severity.value)


def due_parts(item: QueueItem, now: datetime) -> tuple[Part, ...]:
    """When it has to be done, and the release day where one is known."""
    shown = () if item.due_at is None else (Part(due(item.due_at, now), "nowrap"),)
    if item.release_on is None:
        return shown
    return (*shown, Part(f"release {item.release_on:%Y-%m-%d}", "quiet"))


def who(item: QueueItem) -> tuple[Part, ...]:
    """Who works on it now, or to whom it was given, with the note that came with it."""
    if item.claimed_by:
        return (Part(name_of(item.claimed_by), "nowrap"), Part("now", "good"))
    if not item.assigned_to:
        return ()
    note = (Part(f"“{item.note}”", "quiet"),) if item.note else ()
    return (Part(name_of(item.assigned_to), "nowrap"), Part("assigned", "quiet"), *note)
