"""A record: the desk where it is reviewed, all its entries, its story and its approval."""

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.core.forms import MasterForm
from pipeline.core.review import Decision
from pipeline.core.values import Record, RecordState
from pipeline.people import Person
from pipeline.review import OpenRecord, decide, open_record
from review_ui.opened import the_site
from review_ui.parts.approval import show_approval
from review_ui.parts.desk import heading, show_alternatives, show_answers, show_stop
from review_ui.parts.edge import attempt
from review_ui.parts.entries import show_entries
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.markup import piece, show
from review_ui.parts.paper import label_of, show_paper
from review_ui.parts.stops import Stop, after, next_open, stop_of, stops
from review_ui.parts.story import show_story
from review_ui.parts.words import STATES, counted

REVIEW, ENTRIES, STORY, APPROVAL = "Review", "All entries", "Who did what", "Approval"


def record() -> None:
    """Draws the record that the address names."""
    name = st.query_params.get("record", "")
    if not name:
        st.info("No record is chosen. Open one from the queue or the archive.")
        return
    opened = open_record(the_site(), name)
    person = the_person()
    if st.session_state.get("record") != name:
        st.session_state["record"] = name
        st.session_state["stop"] = first_stop(opened.record)
    show_title(opened.record)
    desk, entries, story, approval = st.tabs((REVIEW, ENTRIES, STORY, APPROVAL))
    form = opened.form
    with desk:
        show_desk(opened, form, person)
    with entries:
        show_entries(opened.record, form)
    with story:
        show_story(name, form)
    with approval:
        show_approval(opened, person)


def first_stop(record: Record) -> str:
    """Where the review begins: at the first stop that waits, else at the first."""
    found = stops(record)
    return next_open(found, "") or (found[0].key if found else "")


def show_title(record: Record) -> None:
    """Which record this is, and how far its review has come."""
    found = stops(record)
    waiting = sum(len(stop.open_flags) for stop in found)
    form = f"{record.form} version {record.version}" if record.form else "Unknown form"
    progress = (
        "no flags"
        if not found
        else (f"{counted(waiting, 'flag')} to answer" if waiting else "every flag is answered")
    )
    show(
        piece(
            '<div class="title"><h1>$batch</h1><span>$form</span>'
            '<span class="state $state">$words</span><span>$progress</span>'
            '<span class="file">$file</span></div>',
            batch=record.batch_number or "No batch number",
            form=form,
            state=record.state.value,
            words=STATES[record.state],
            progress=progress,
            file=record.source.file,
        )
    )


def show_desk(opened: OpenRecord, form: MasterForm | None, person: Person) -> None:
    """The page on the left, the current stop on the right."""
    found = stops(opened.record)
    stop = current_stop(opened.record, found)
    paper, desk = st.columns([1.15, 1], gap="medium")
    with paper:
        show_paper(opened.record, form, stop)
    with desk, st.container(key="desk"):
        if stop is None:
            st.success("Nothing on this record was flagged. Click an entry on the page to see it.")
            return
        show_steps(found, stop, label_of(form, stop.entry) if stop.entry else "")
        show_stop(stop, opened.record)
        if is_reviewed_by(opened.record, person):
            show_actions(opened, stop)


def current_stop(record: Record, found: tuple[Stop, ...]) -> Stop | None:
    """The stop that the session stands at: a flagged place, or an entry picked on the page."""
    key = st.session_state["stop"]
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
    st.session_state["stop"] = key


def is_reviewed_by(record: Record, person: Person) -> bool:
    """Whether this person may change this record now."""
    return person.role in MAY[Act.REVIEW] and record.state is RecordState.IN_REVIEW


def show_actions(opened: OpenRecord, stop: Stop) -> None:
    """What a reviewer can do at this stop; each step is written at once."""

    def act(decisions: tuple[Decision, ...], done: str) -> None:
        if attempt(lambda: decide_all(opened, decisions), done=done):
            now = open_record(the_site(), opened.record.id).record
            still = next((one for one in stops(now) if one.key == stop.key), None)
            if still is None or not still.is_open:
                go(next_open(stops(now), stop.key))
        st.rerun()

    if stop.entry:
        show_alternatives(stop.entry, act)
    show_answers(stop, act, key=f"answers:{stop.key}:{opened.seen}")


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
