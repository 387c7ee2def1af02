"""A record: the desk where it is reviewed, entries side by side, its story and its approval."""

import streamlit as st

from pipeline.core.values import Record
from pipeline.review import open_record
from pipeline.signing import held
from review_ui.opened import the_site
from review_ui.parts.approval import show_approval
from review_ui.parts.course import show_course
from review_ui.parts.desk_steps import PAGE
from review_ui.parts.desk_view import SHEET, show_desk
from review_ui.parts.entries import show_entries
from review_ui.parts.frame import the_person
from review_ui.parts.markup import show
from review_ui.parts.sheet import show_sheet
from review_ui.parts.signatures import on_paper
from review_ui.parts.stops import STOP, first_open, stops
from review_ui.parts.story import show_comment, show_story
from review_ui.parts.title import show_title

REVIEW, SAME, ENTRIES = "Review", "Same kind", "All entries"
STORY, APPROVAL = "Who did what", "Approval"
TABS = (REVIEW, SAME, ENTRIES, STORY, APPROVAL)
HERE, TAB, GO_TO_DESK = "here", "tab", "go to desk"


def draw() -> None:
    """Draws the record that the address names."""
    name = st.query_params.get("record", "")
    if not name:
        st.info("No record is chosen. Open one from the queue or the archive.")
        return
    person = the_person()
    opened = open_record(the_site(), name, by=person)
    arrive(opened.record, st.query_params.get("field", ""))
    turn_tab()
    show_title(opened, person, with_progress=st.session_state.get(TAB, REVIEW) != REVIEW)
    show_course(opened)
    desk, same, entries, story, approval = st.tabs(TABS, key=TAB, on_change="rerun")
    if desk.open:
        with desk:
            show_desk(name)
    elif same.open:
        with same:
            show_sheet(opened, person, go_to_desk)
    elif entries.open:
        with entries:
            show_entries(opened.record, opened.form, go_to_desk)
    elif story.open:
        with story:
            show_story(name, opened.form)
            show_comment(opened, person)
    elif approval.open:
        with approval:
            show_approval(opened, person)
    show(on_paper(held(the_site(), name) if opened.record.signatures else ()))


def turn_tab() -> None:
    """To the tab that a step on another one leads to."""
    if st.session_state.pop(GO_TO_DESK, False):
        st.session_state[TAB] = REVIEW
    if st.session_state.pop(SHEET, False):
        st.session_state[TAB] = SAME


def arrive(record: Record, field: str) -> None:
    """On opening a record: the stop that the address names, else where the review begins."""
    here = (record.id, field)
    if st.session_state.get(HERE) == here:
        return
    st.session_state[HERE] = here
    tab = st.query_params.get("tab", "")
    st.session_state[TAB] = tab if tab in TABS else REVIEW
    st.session_state[STOP] = field or first_open(stops(record))
    st.session_state.pop(PAGE, None)


def go_to_desk(field: str) -> None:
    """From a table or a sheet of entries to the desk, at that entry."""
    st.session_state[GO_TO_DESK] = True
    st.session_state[STOP] = field
    st.session_state.pop(PAGE, None)
    st.rerun()
