"""A record: the desk where it is reviewed, all its entries, its story and its approval."""

from functools import partial

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.core.review import Decision
from pipeline.core.values import Record, RecordState
from pipeline.people import Person
from pipeline.review import OpenRecord, decide, open_record
from pipeline.signing import held
from review_ui.opened import the_site
from review_ui.parts.answers import show_alternatives, show_answers
from review_ui.parts.approval import show_approval
from review_ui.parts.course import show_course
from review_ui.parts.desk import heading, show_stop
from review_ui.parts.edge import attempt, notify
from review_ui.parts.entries import show_entries
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.markup import show
from review_ui.parts.paper import label_of, show_paper
from review_ui.parts.signatures import on_paper
from review_ui.parts.stops import STOP, Stop, after, first_open, next_open, stop_of, stops
from review_ui.parts.story import show_comment, show_story
from review_ui.parts.title import show_title

REVIEW, ENTRIES, STORY, APPROVAL = "Review", "All entries", "Who did what", "Approval"
TABS = (REVIEW, ENTRIES, STORY, APPROVAL)
HERE, TAB, GO_TO_DESK, LAST_STEP = "here", "tab", "go to desk", "last step"

WAITS = "Kept: a critical entry, it waits for a second person's keying"


def draw() -> None:
    """Draws the record that the address names."""
    name = st.query_params.get("record", "")
    if not name:
        st.info("No record is chosen. Open one from the queue or the archive.")
        return
    opened = open_record(the_site(), name)
    person = the_person()
    arrive(opened.record, st.query_params.get("field", ""))
    if st.session_state.pop(GO_TO_DESK, False):
        st.session_state[TAB] = REVIEW
    show_title(opened, person)
    show_course(opened)
    desk, entries, story, approval = st.tabs(TABS, key=TAB, on_change="rerun")
    if desk.open:
        with desk:
            show_desk(opened, person)
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


def arrive(record: Record, field: str) -> None:
    """On opening a record: the stop that the address names, else where the review begins."""
    here = (record.id, field)
    if st.session_state.get(HERE) == here:
        return
    st.session_state[HERE] = here
    if (tab := st.query_params.get("tab", "")) in TABS:
        st.session_state[TAB] = tab
    st.session_state[STOP] = field or first_open(stops(record))


def go_to_desk(field: str) -> None:
    """From the table of entries to the desk, at that entry."""
    st.session_state[GO_TO_DESK] = True
    go(field)
    st.rerun()


def show_desk(opened: OpenRecord, person: Person) -> None:
    """The page on the left, the current stop on the right."""
    found = stops(opened.record)
    stop = current_stop(opened.record, found)
    paper, desk = st.columns([1.15, 1], gap="medium")
    with paper:
        show_paper(opened.record, opened.form, stop)
    with desk, st.container(key="desk"):
        if stop is None:
            st.success("Nothing on this record was flagged. Click an entry on the page to see it.")
            return
        show_steps(found, stop, label_of(opened.form, stop.entry) if stop.entry else "")
        show_stop(stop, opened.record, after(found, stop.key, 1))
        if is_reviewed_by(opened.record, person):
            show_actions(opened, stop)


def current_stop(record: Record, found: tuple[Stop, ...]) -> Stop | None:
    """The stop that the session stands at: a flagged place, or an entry picked on the page."""
    key = st.session_state[STOP]
    entries = (stop_of(entry) for entry in record.entries if entry.field == key)
    standing = next((stop for stop in found if stop.key == key), None)
    return standing or next(entries, None) or next(iter(found), None)


def show_steps(found: tuple[Stop, ...], stop: Stop, label: str) -> None:
    """Where we are, and the way back and forth between the stops, by button or key."""
    keys = [one.key for one in found]
    place = f"{keys.index(stop.key) + 1} of {len(keys)}" if stop.key in keys else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show(heading(stop, label))
        st.markdown(place, width="content")
        for text, key, step in (("Previous", "P", -1), ("Next", "N", 1)):
            there = after(found, stop.key, step)
            st.button(text, shortcut=key, disabled=not found, on_click=go, args=(there,))


def go(key: str) -> None:
    """Makes this the current stop."""
    st.session_state[STOP] = key


def is_reviewed_by(record: Record, person: Person) -> bool:
    """Whether this person may change this record now."""
    return person.role in MAY[Act.REVIEW] and record.state is RecordState.IN_REVIEW


def show_actions(opened: OpenRecord, stop: Stop) -> None:
    """What a reviewer can do at this stop; each step is written at once."""
    if stop.waits:
        return
    act, key = partial(act_on, opened, stop.key), f"{stop.key}:{opened.seen}"
    with st.container():
        if stop.entry:
            show_alternatives(stop.entry, act, key=f"alternative:{key}")
    show_answers(stop, act, key=f"answer:{key}")


def act_on(opened: OpenRecord, key: str, decisions: tuple[Decision, ...], done: str) -> None:
    """Writes what was decided on the record as it was shown, and goes on to the next stop.

    A key pressed twice before the screen could follow is taken once.
    """
    this_step = (opened.record.id, opened.seen)
    if st.session_state.get(LAST_STEP) == this_step:
        return
    if not attempt(lambda: decide_all(opened, decisions), done=done):
        return
    st.session_state[LAST_STEP] = this_step
    record = open_record(the_site(), opened.record.id).record
    before, now = stops(opened.record), stops(record)
    if any(entry.field == key and stop_of(entry).waits for entry in record.entries):
        notify("success", WAITS)
    is_still_open = any(one.key == key and one.is_open for one in now)
    go(key if is_still_open else next_open(before, now, key))


def decide_all(opened: OpenRecord, decisions: tuple[Decision, ...]) -> None:
    """Writes the decisions one after the other, each upon what the one before left."""
    now = opened
    for decision in decisions:
        now = decide(
            the_site(),
            opened.record.id,
            decision,
            by=the_person(),
            seen=now.seen,
            where=the_place(),
        )
