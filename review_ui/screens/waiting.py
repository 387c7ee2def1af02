"""The queue: what waits for somebody, the most urgent first."""

from collections import Counter
from datetime import UTC, datetime

import streamlit as st

from pipeline.core.catalogue import title_of
from pipeline.core.values import RecordState, Severity
from pipeline.review import FlagCount, QueueItem, queue
from review_ui.opened import the_site
from review_ui.parts.keyed import show_keying_count
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.way import go_to_record, record_link
from review_ui.parts.words import SIGNS, STATES, age, counted

COLUMNS = (
    Column("Batch", "nowrap"),
    Column("Form"),
    Column("What to look at"),
    Column("Flags", "number"),
    Column("Waiting", "nowrap"),
    Column("With", "nowrap"),
    Column("Scan", "quiet nowrap"),
)
WAITING = "To do"
FILTERS: dict[str, tuple[RecordState, ...]] = {
    WAITING: (RecordState.RECEIVED, RecordState.READING, RecordState.IN_REVIEW),
    "Approved": (RecordState.APPROVED,),
    "Rejected": (RecordState.REJECTED,),
    "All": tuple(RecordState),
}
MOST_SHOWN = 200
MOST_FLAGS = 3


def draw() -> None:
    """Draws the queue with its counts and filters."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title("Queue", anchor=False, width="content")
        shown = st.segmented_control(
            "Show",
            tuple(FILTERS),
            default=WAITING,
            required=True,
            key="show",
            label_visibility="collapsed",
        )
        text = st.text_input(
            "Filter",
            placeholder="Batch, form, title or any entry",
            type="search",
            key="filter",
            width=320,
            label_visibility="collapsed",
        )
        if st.button("Refresh", icon=":material/refresh:"):
            st.rerun()
    items = queue(the_site(), states=FILTERS[shown or WAITING], text=text or "")
    show_keying_count()
    st.caption(summary(items))
    if not items:
        st.info("Nothing waits here." if not text else "Nothing fits this filter.")
        return
    now = datetime.now(UTC)
    lines = [line(item, now) for item in items[:MOST_SHOWN]]
    picked = list_view("Records, the most urgent first", COLUMNS, lines, key="queue")
    if picked:
        go_to_record(picked)


def summary(items: tuple[QueueItem, ...]) -> str:
    """How much waits, and of what weight."""
    weights = Counter(heaviest(item) for item in items)
    parts = [counted(len(items), "record")]
    parts += [
        f"{SIGNS[severity]} {weights[severity]} with {severity.value} flags"
        for severity in (Severity.CRITICAL, Severity.MAJOR)
        if weights[severity]
    ]
    if len(items) > MOST_SHOWN:
        parts.append(f"the first {MOST_SHOWN} are shown, filter to see others")
    return " · ".join(parts)


def heaviest(item: QueueItem) -> Severity | None:
    """The heaviest severity among a record's flags."""
    return next((severity for severity in Severity if item.count(severity)), None)


def line(item: QueueItem, now: datetime) -> Line:
    """A record as a row of the queue."""
    form = (Part(f"{item.form} v{item.version}"),) if item.form else ()
    return Line(
        item.record,
        record_link(item.record),
        (
            (Part(item.batch_number or "no batch number"),),
            (*form, Part(item.title, "quiet" if form else "")),
            what_to_see(item),
            (Part(str(sum(flag.count for flag in item.flags))),),
            (Part(age(item.received_at, now)),),
            (Part(item.claimed_by or "", "quiet"),),
            (Part(item.file, "quiet"),),
        ),
    )


def what_to_see(item: QueueItem) -> tuple[Part, ...]:
    """The record's state where it is done, else its heaviest kinds of flags."""
    if item.state is not RecordState.IN_REVIEW:
        look = "good" if item.state is RecordState.APPROVED else "signal"
        return (Part(STATES[item.state], look),)
    if not item.flags:
        return (Part("every flag is answered", "good"),)
    shown = [flag_part(flag) for flag in item.flags[:MOST_FLAGS]]
    more = len(item.flags) - len(shown)
    return (*shown, *([Part(f"and {more} more", "quiet")] if more else []))


def flag_part(flag: FlagCount) -> Part:
    """A kind of flag with its shape and colour, and how often it stands open."""
    times = f" × {flag.count}" if flag.count > 1 else ""
    return Part(f"{SIGNS[flag.severity]} {title_of(flag.name)}{times}", flag.severity.value)
