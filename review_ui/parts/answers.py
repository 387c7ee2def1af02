"""What can be done at a stop: each answer is one button, and one key, away.

Buttons act before the next redraw, on the record as the person saw it: so somebody who was
faster is noticed, and nothing is answered that was never on this screen.
"""

from collections.abc import Callable

import streamlit as st

from extractors.values import EntryKind
from pipeline.core.review import Confirm, Correct, Decision, Dispose
from pipeline.core.values import Entry, Outcome, Severity
from review_ui.parts.edge import notify
from review_ui.parts.stops import Stop
from review_ui.parts.words import OUTCOMES, plain, shown_value

Act = Callable[[tuple[Decision, ...], str], None]
"""Sends decisions to the pipeline at once, with what to say when they are done."""

MISREAD = "Misread; compared with the page"
STANDARD = {
    Outcome.CONFIRMED: "Compared with the page: it stands as read",
    Outcome.TRULY_MISSING: "Compared with the page: nothing is written there",
    Outcome.CANNOT_BE_READ: "Compared with the page: nobody can read it",
}
"""The reason that an empty field stands for; a critical flag takes none of them."""

MARKS = {"marked": "true", "not marked": "false"}
SIGNED = {"signed": "signed", "blank": ""}
"""What a person chooses for a check box or a signature, and the value that it stands for."""

MOST_ALTERNATIVES = 5
MISSING_PAGE = "missing_page"


def show_alternatives(entry: Entry, act: Act, *, key: str) -> None:
    """The next most probable readings, each one click or one key away."""
    others = [one for one in entry.alternatives if one.value != entry.value][:MOST_ALTERNATIVES]
    if not others:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption("Or is it", width="content")
        for number, other in enumerate(others, 1):
            st.button(
                f"**{plain(other.value) or 'blank'}** {100 * other.probability:.0f} %",
                key=f"{key}:{number}",
                shortcut=str(number),
                on_click=act,
                args=((Correct(entry.field, other.value, MISREAD),), f"Set to {other.value}"),
            )


def show_answers(stop: Stop, act: Act, *, key: str) -> None:
    """The form with the value to correct, the reason, and the dispositions."""
    with st.form(key, border=False, enter_to_submit=True):
        left, right = st.columns([1, 1.3]) if stop.entry else (None, st.container())
        if stop.entry:
            with (left or right).container(key="value"):
                show_value_field(stop.entry, f"{key}:value")
        with right:
            must = needs_own_reason(stop)
            st.text_input(
                "Reason (needed for a critical flag)" if must else "Reason",
                placeholder="" if must else "Empty: compared with the page",
                key=f"{key}:reason",
            )
        with st.container(horizontal=True, gap="small"):
            show_buttons(stop, act, key)


def show_buttons(stop: Stop, act: Act, key: str) -> None:
    """The form's buttons: correct the value, or answer the flags as they stand."""
    if stop.entry:
        st.form_submit_button(
            "Save correction",
            icon=":material/edit:",
            type="primary",
            help="Enter, in the field",
            on_click=correct,
            args=(stop.entry, act, key),
        )
    for label, shortcut, outcome in outcomes(stop):
        st.form_submit_button(
            label, shortcut=shortcut, on_click=dispose, args=(stop, outcome, act, key)
        )


def outcomes(stop: Stop) -> list[tuple[str, str, Outcome]]:
    """The answers that make sense here, with their keys. Of a record, only a page is missing."""
    if not stop.is_open:
        return []
    answers = [("Stands as read" if stop.entry else "Confirm", "A", Outcome.CONFIRMED)]
    if stop.entry or any(flag.name == MISSING_PAGE for flag in stop.open_flags):
        answers.append(("Truly missing", "M", Outcome.TRULY_MISSING))
    if stop.entry:
        answers.append(("Can't be read", "X", Outcome.CANNOT_BE_READ))
    return answers


def show_value_field(entry: Entry, key: str) -> None:
    """Where the right value is typed, or chosen for a mark or a signature."""
    choices = choices_of(entry)
    if choices is None:
        st.text_input(
            "Correct value (E)",
            value=entry.value,
            autocomplete="off",
            help="Nothing stands for a blank, N/A for not applicable.",
            key=key,
        )
        return
    now, words = shown_value(entry.value, entry.state, entry.type), tuple(choices)
    index = words.index(now) if now in words else None
    st.radio("Correct value", words, index=index, horizontal=True, key=key)


def choices_of(entry: Entry) -> dict[str, str] | None:
    """What can be chosen for a mark or a signature; None where the value is typed."""
    return {EntryKind.CHECKBOX: MARKS, EntryKind.SIGNATURE: SIGNED}.get(entry.type)


def needs_own_reason(stop: Stop) -> bool:
    """Whether a critical flag stands here, which takes no standard reason."""
    return any(flag.severity is Severity.CRITICAL for flag in stop.open_flags)


def correct(entry: Entry, act: Act, key: str) -> None:
    """Sends the correction; the pipeline refuses one that changes nothing."""
    given = str(st.session_state[f"{key}:value"] or "").strip()
    value = (choices_of(entry) or {}).get(given, given)
    act((Correct(entry.field, value, typed_reason(key) or MISREAD),), "Correction saved")


def dispose(stop: Stop, outcome: Outcome, act: Act, key: str) -> None:
    """Sends the same answer to every open flag of this stop."""
    reason = typed_reason(key)
    if needs_own_reason(stop) and not reason:
        notify("error", "Give a reason: a critical flag takes no standard one.")
        return
    why, done = reason or STANDARD[outcome], f"Answered: {OUTCOMES[outcome]}"
    if stop.entry and outcome is Outcome.CONFIRMED:
        act((Confirm(stop.entry.field, why),), done)
        return
    field = stop.entry.field if stop.entry else None
    act(tuple(Dispose(field, flag.name, outcome, why) for flag in stop.open_flags), done)


def typed_reason(key: str) -> str:
    """The reason as it was typed when the button was pressed."""
    return str(st.session_state[f"{key}:reason"]).strip()
