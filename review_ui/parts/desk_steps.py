"""A step at the desk: what was pressed becomes decisions, and these are written at once.

What the person saw goes with every step: whoever was faster is noticed, and what was typed stays
on the screen. The same step sent twice (a connection that came back) is taken once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from extractors.errors import RecordroomError
from extractors.values import EntryKind
from pipeline.core.review import Comment, Confirm, Correct, Decision, Dispose
from pipeline.core.undo import undoing
from pipeline.core.values import Outcome, Record, Severity
from pipeline.errors import NotAllowed
from pipeline.rescans import ask_for_scan
from pipeline.review import OpenRecord, decide, open_record
from review_ui.opened import the_site
from review_ui.parts.desk_words import MARKS, MISREAD, SAID, SIGNED, STANDARD, WAITS, WORDS
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.stops import STOP, Stop, find_stop, next_open, page_of, stops
from review_ui.parts.words import sentence

Step = Mapping[str, Any]
ANSWERED, DONE, LAST = "desk answer", "desk steps done", "desk last step"
PAGE, DRAWN, WRITTEN = "desk page", "desk record drawn", "desk record written"
"""Where the session keeps the last step and its answer, what can be undone, and the page shown."""

OUTCOMES = {
    "confirm": Outcome.CONFIRMED,
    "missing": Outcome.TRULY_MISSING,
    "unreadable": Outcome.CANNOT_BE_READ,
}


@dataclass(frozen=True)
class Done:
    """A step: at which stop of which record, what takes it back, and how it `left` the stop.

    Nothing takes back a comment, a request, or a correction that waits for a second keying.
    """

    record: str
    stop: str
    back: tuple[Decision, ...]
    left: Stop | None


def take_step(record_id: str, step: Step) -> None:
    """Does what was asked, and keeps for the browser how it went."""
    if st.session_state.get(LAST) == step["id"]:
        return
    said, went_well = "", True
    try:
        said = do_step(record_id, step)
    except RecordroomError as error:
        said, went_well = sentence(error), False
    st.session_state[LAST] = step["id"]
    st.session_state[ANSWERED] = {"id": step["id"], "ok": went_well, "say": said}


def do_step(record_id: str, step: Step) -> str:
    """Goes somewhere, or decides and goes on; gives what is said about it."""
    kind, key = str(step["kind"]), str(step.get("key", ""))
    if step["record"] != record_id:
        raise NotAllowed("this was pressed at another record", "look at this one, and decide")
    if kind == "go":
        go(key)
        return ""
    if kind == "page":
        st.session_state[PAGE] = int(step["page"])
        return ""
    opened = as_drawn(record_id, int(step["seen"]))
    if kind == "undo":
        return undo(opened, int(step["seen"]))
    stop = find_stop(opened.record, key)
    if stop is None:
        raise NotAllowed("this entry is not there any more", "look at the record again")
    if kind == "rescan":
        send_back(opened, stop, str(step.get("reason", "")))
        return SAID[kind]
    decisions = decisions_of(stop, step)
    waits = write(opened, stop, decisions, seen=int(step["seen"]))
    return WAITS if waits else SAID[kind].format(value=step.get("value", ""))


def as_drawn(record_id: str, seen: int) -> OpenRecord:
    """The record as it was drawn, where that is what the person saw; else as it is now.

    What is decided on it is written only where nobody has changed it since.
    """
    drawn: OpenRecord | None = st.session_state.get(DRAWN)
    if drawn is not None and (drawn.record.id, drawn.seen) == (record_id, seen):
        return drawn
    return open_record(the_site(), record_id)


def as_written(record_id: str) -> OpenRecord:
    """The record to draw: as this very step left it, else as it is now."""
    written: OpenRecord | None = st.session_state.pop(WRITTEN, None)
    if written is None or written.record.id != record_id:
        written = open_record(the_site(), record_id)
    st.session_state[DRAWN] = written
    return written


def go(key: str) -> None:
    """Makes this the current stop; its page is shown."""
    st.session_state[STOP] = key
    st.session_state.pop(PAGE, None)


def write(opened: OpenRecord, stop: Stop, decisions: tuple[Decision, ...], *, seen: int) -> bool:
    """Writes the decisions one upon the other, remembers how to undo them, and goes on.

    Gives whether the entry waits for another person's keying now; such a step can't be undone.
    """
    before, now = opened.record, opened
    for decision in decisions:
        now = decide(the_site(), before.id, decision, by=the_person(), seen=seen, where=the_place())
        seen = now.seen
    st.session_state[WRITTEN] = now
    still = find_stop(now.record, stop.key)
    waits = still is not None and still.waits
    remember(before, stop, () if waits else decisions, left=still)
    is_talk = all(isinstance(one, Comment) for one in decisions)
    if is_talk or (still is not None and still.is_open):
        go(stop.key)
    else:
        go(next_open(stops(before), stops(now.record), stop.key))
    return waits and not is_talk


def send_back(opened: OpenRecord, stop: Stop, reason: str) -> None:
    """Sends the page of the stop back to be scanned again, and goes on; its flags stay open."""
    page = page_of(opened.record, stop)
    if page is None:
        raise NotAllowed("no page is named here", "send a page back above the desk")
    field = stop.entry.field if stop.entry else None
    name, by = opened.record.id, the_person()
    ask_for_scan(the_site(), name, page, reason, field=field, by=by, where=the_place())
    now = st.session_state[WRITTEN] = open_record(the_site(), name)
    remember(opened.record, stop, (), left=find_stop(now.record, stop.key))
    go(next_open(stops(opened.record), stops(now.record), stop.key))


def remember(
    before: Record, stop: Stop, decisions: tuple[Decision, ...], *, left: Stop | None
) -> None:
    """Keeps how the step is taken back, the last decision first; nothing where it can't be."""
    try:
        back = tuple(one for decision in decisions[::-1] for one in undoing(before, decision))
    except NotAllowed:
        back = ()
    st.session_state.setdefault(DONE, []).append(Done(before.id, stop.key, back, left))


def done_at(stop: Stop | None) -> tuple[object, ...]:
    """What people did at a stop: corrections and answers."""
    if stop is None:
        return ()
    return (stop.entry.corrections if stop.entry else (), stop.dispositions)


def undo(opened: OpenRecord, seen: int) -> str:
    """Takes the person's last step on this record back, and goes to where it was made."""
    steps: list[Done] = st.session_state.setdefault(DONE, [])
    if not steps or steps[-1].record != opened.record.id:
        raise NotAllowed(WORDS["no_undo"].rstrip("."), "correct or answer the entry anew")
    if opened.record.signatures:
        steps.clear()
        raise NotAllowed("somebody has signed since", "correct the entry, or answer anew")
    last = steps[-1]
    if not last.back:
        raise NotAllowed(
            "the last step can't be taken back", "write a comment that says what is meant"
        )
    if done_at(find_stop(opened.record, last.stop)) != done_at(last.left):
        raise NotAllowed("somebody has changed this entry since", "correct or answer it anew")
    for decision in last.back:
        now = decide(
            the_site(), last.record, decision, by=the_person(), seen=seen, where=the_place()
        )
        seen, st.session_state[WRITTEN] = now.seen, now
    steps.pop()
    go(last.stop)
    return SAID["undo"]


def decisions_of(stop: Stop, step: Step) -> tuple[Decision, ...]:
    """What a step decides at a stop; NotAllowed where it makes no sense there."""
    kind, reason = str(step["kind"]), str(step.get("reason", "")).strip()
    field = stop.entry.field if stop.entry else None
    match kind:
        case "comment":
            return (Comment(field, str(step.get("text", ""))),)
        case "choose" | "correct" if stop.entry:
            value = value_of(stop.entry.type, str(step.get("value", "")).strip())
            return (Correct(stop.entry.field, value, reason or MISREAD),)
        case "confirm" | "missing" | "unreadable":
            return answers(stop, OUTCOMES[kind], reason)
    raise NotAllowed("this can't be done here", "press ? for what can")


def answers(stop: Stop, outcome: Outcome, reason: str) -> tuple[Decision, ...]:
    """The same answer to every open flag of a stop."""
    if not stop.is_open and not (stop.entry and outcome is Outcome.CONFIRMED):
        raise NotAllowed("no flag waits here", "go on to the next one")
    if needs_own_reason(stop) and not reason:
        raise NotAllowed("give a reason", "a critical flag takes no standard one")
    why = reason or STANDARD[outcome]
    if stop.entry and outcome is Outcome.CONFIRMED:
        return (Confirm(stop.entry.field, why),)
    field = stop.entry.field if stop.entry else None
    return tuple(Dispose(field, flag.name, outcome, why) for flag in stop.open_flags)


def needs_own_reason(stop: Stop) -> bool:
    """Whether a critical flag stands here, which takes no standard reason."""
    return any(flag.severity is Severity.CRITICAL for flag in stop.open_flags)


def value_of(kind: EntryKind, given: str) -> str:
    """The value that a choice for a mark or a signature stands for; typed text as it is."""
    return (choices_of(kind) or {}).get(given, given)


def choices_of(kind: EntryKind) -> dict[str, str] | None:
    """What can be chosen for a mark or a signature; None where the value is typed."""
    return {EntryKind.CHECKBOX: MARKS, EntryKind.SIGNATURE: SIGNED}.get(kind)
