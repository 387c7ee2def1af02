"""The line above a record: which it is, how far its review has come, and who works on it."""

import streamlit as st

from pipeline.core.review import open_flags
from pipeline.core.values import Record
from pipeline.people import Person
from pipeline.review import OpenRecord, release
from review_ui.opened import the_site
from review_ui.parts.course_acts import show_acts
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.markup import piece, show
from review_ui.parts.names import name_of
from review_ui.parts.take_out import show_take_out
from review_ui.parts.words import STANDINGS, clock, counted


def show_title(opened: OpenRecord, person: Person, *, with_progress: bool) -> None:
    """Batch, form, state and progress in one line, and the way to give the record back.

    The desk tells the progress itself, step by step.
    """
    is_mine = opened.claimed_by == person.user
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="title"):
        show(title_line(opened, progress(opened.record) if with_progress else ""))
        show_take_out(opened, person)
        if is_mine and st.button("Give back", help="Lets another reviewer take this record"):
            attempt(lambda: give_back(opened.record.id), done="Given back to the queue")
            st.rerun()
        show_acts(opened, person)


def give_back(record_id: str) -> None:
    """Ends the reviewer's claim on the record."""
    release(the_site(), record_id, by=the_person(), where=the_place())


def title_line(opened: OpenRecord, told: str) -> str:
    """The line itself."""
    record = opened.record
    return piece(
        '<div class="title"><h1>$batch</h1><span>$form</span>'
        '<span class="state $state">$words</span><span class="progress">$progress</span>'
        '<span class="file">$file $claim</span></div>',
        batch=record.batch_number or "No batch number",
        form=f"{record.form} version {record.version}" if record.form else "Unknown form",
        state=opened.standing.value,
        words=STANDINGS[opened.standing],
        progress=told,
        file=record.source.file,
        claim=claim(opened),
    )


def progress(record: Record) -> str:
    """How many flags still wait for an answer."""
    waiting = len(open_flags(record))
    if waiting:
        return f"{counted(waiting, 'flag')} to answer"
    is_flagged = record.flags or any(entry.flags for entry in record.entries)
    return "every flag is answered" if is_flagged else "no flags"


def claim(opened: OpenRecord) -> str:
    """Who works on the record, and until when it is kept for them."""
    if opened.claimed_by is None or opened.claimed_until is None:
        return ""
    return f"· with {name_of(opened.claimed_by)} until {clock(opened.claimed_until)}"
