"""Corrections and flags by form, step and person; and how long records take to be approved."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from pipeline.core.catalogue import title_of
from pipeline.handed_out import QUALITY, TURNAROUND, TrendKind, quality_file, turnaround_file
from pipeline.people import Person
from pipeline.quality import CORRECTION, Between, Count, quality, turnaround
from review_ui.opened import the_site
from review_ui.parts.frame import the_person
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.names import name_of
from review_ui.parts.out_files import out_button
from review_ui.parts.way import go_to_record, record_link
from review_ui.parts.words import counted, moment

COUNTS = (
    Column("What", "nowrap"),
    Column("Form", "nowrap"),
    Column("Step", "nowrap"),
    Column("Person", "nowrap"),
    Column("How often", "number"),
    Column("In 100 records of the form", "number"),
)
TIMES = (
    Column("Batch", "nowrap"),
    Column("Form", "nowrap"),
    Column("Received", "nowrap"),
    Column("Approved", "nowrap"),
    Column("Took", "number"),
)
MOST_ROWS = 300


def show_quality(query: Between) -> None:
    """How often what is flagged and corrected, by form, step and person."""
    found = quality(the_site(), query, by=the_person())
    events = sum(one.count for one in found.counts)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{counted(events, 'flag or correction', 'flags and corrections')} "
            f"in {counted(found.records, 'record')}"
        )
        show_files(QUALITY, partial(quality_file, the_site(), found))
    st.caption(
        "A correction at the desk counts for the account that made it; a flag for the initials "
        "under “performed by” in its step, as they stand in the record. Superseded records are "
        "left out."
    )
    rows = [
        Line(
            str(place),
            "",
            (
                *what_and_where(one),
                (Part(str(one.count)),),
                (Part(f"{found.per_100(one):.1f}"),),
            ),
        )
        for place, one in enumerate(found.counts[:MOST_ROWS])
    ]
    if rows:
        list_view("Flags and corrections, the most frequent first", COUNTS, rows, key="counts")


def show_files(name: str, make: Callable[..., bytes]) -> None:
    """The table and the picture as files."""
    for kind, media_type in ((TrendKind.CSV, "text/csv"), (TrendKind.PNG, "image/png")):

        def made(by: Person, where: str, kind: TrendKind = kind) -> bytes:
            return make(kind, by=by, where=where)

        out_button(kind.value.upper(), f"{name}.{kind.value}", media_type, made)


def what_and_where(one: Count) -> tuple[tuple[Part], ...]:
    """What was flagged or corrected, on which form, at which step, under whose name."""
    is_correction = one.what == CORRECTION
    what = one.what if is_correction else title_of(one.what.replace(" ", "_"))
    person = name_of(one.person) if is_correction else one.person
    return tuple((Part(text),) for text in (what, one.form, one.step, person))


def show_turnaround(query: Between) -> None:
    """How long records took from being received to their approval."""
    found = turnaround(the_site(), query, by=the_person())
    if found.median_hours is None or found.slow_hours is None:
        st.info("No record was approved here.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{counted(len(found.spent), 'approval')}: half of them took at most "
            f"{took(found.median_hours)}, nine of ten at most {took(found.slow_hours)}"
        )
        show_files(TURNAROUND, partial(turnaround_file, the_site(), found))
    spent = found.spent[::-1][:MOST_ROWS]
    rows = [
        Line(
            str(place),
            record_link(one.record),
            (
                (Part(one.batch_number or "no batch number"),),
                (Part(one.form),),
                (Part(moment(one.received_at)),),
                (Part(moment(one.approved_at)),),
                (Part(took(one.hours)),),
            ),
        )
        for place, one in enumerate(spent)
    ]
    picked = list_view("Approvals, the newest first", TIMES, rows, key="times")
    if picked:
        go_to_record(spent[int(picked)].record)


def took(hours: float) -> str:
    """A span in the unit that says enough."""
    if hours < 1:
        return f"{60 * hours:.0f} min"
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"
