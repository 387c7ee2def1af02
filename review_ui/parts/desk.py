"""The desk beside the paper: one stop with its crop, what was read, and why it was flagged.

Everything that can be done about it is one button, and one key, away.
"""

from collections.abc import Callable

import streamlit as st

from extractors.values import EntryKind
from pipeline.core.catalogue import flag_kind
from pipeline.core.check import help_of
from pipeline.core.review import Confirm, Correct, Decision, Dispose, is_answered
from pipeline.core.values import Disposition, Entry, Flag, Outcome, Record, Severity
from review_ui.parts.markup import piece, show
from review_ui.parts.names import name_of
from review_ui.parts.paper import entry_url
from review_ui.parts.stops import Stop
from review_ui.parts.words import OUTCOMES, SIGNS, moment, percent, plain, shown_value

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


def heading(stop: Stop, label: str) -> str:
    """Where we are: the field with its page and step, or the whole record."""
    if stop.entry is None:
        return piece('<h3 class="stop">The whole record</h3>')
    where = f"page {stop.entry.page}" + (f", step {stop.entry.step}" if stop.entry.step else "")
    return piece('<h3 class="stop">$label <small>$where</small></h3>', label=label, where=where)


def show_stop(stop: Stop, record: Record, following: str) -> None:
    """What stands at this stop: the crop, enlarged, what was read, and why it was flagged.

    The crop at the `following` stop is fetched ahead, so that it is there when it is wanted.
    """
    pieces = [flag_line(flag, stop.dispositions) for flag in stop.flags]
    if stop.entry:
        crop = piece(
            '<div class="crop"><img src="$crop" alt="The field as written"></div>',
            crop=entry_url(record.id, stop.entry.field),
        )
        pieces = [crop, reading_line(stop.entry), *pieces]
    if any(entry.field == following for entry in record.entries):
        ahead = entry_url(record.id, following)
        pieces.append(piece('<img class="ahead" src="$ahead" alt="">', ahead=ahead))
    show(*pieces)


def reading_line(entry: Entry) -> str:
    """What was read and how sure the machine was; beside it what people set since."""
    read = shown_value(entry.reading.value, entry.reading.state, entry.type)
    line = piece(
        '<p class="reading">Read as <b>$read</b> <span>$sure</span>',
        read=read,
        sure=f"{percent(entry.confidence)} sure",
    )
    for before in entry.previous:
        by = f" ({before.initials})" if before.initials else ""
        line += piece(
            " <span>crossed out: <s>$value</s>$by</span>", value=before.value or "illegible", by=by
        )
    if entry.corrections:
        last = entry.corrections[-1]
        line += piece(
            '</p><p class="reading now">Corrected to <b>$value</b> '
            "<span>by $by, $at: $reason</span>",
            value=shown_value(last.value, last.state, entry.type),
            by=name_of(last.by),
            at=moment(last.at),
            reason=last.reason,
        )
    return line + "</p>"


def flag_line(flag: Flag, dispositions: tuple[Disposition, ...]) -> str:
    """Why this was flagged, and how it was answered."""
    kind = flag_kind(flag.name)
    line = piece(
        '<details class="flag $severity"><summary><b><i>$sign</i> $title</b> '
        "<small>$severity</small><br>$detail",
        severity=flag.severity.value,
        sign=SIGNS[flag.severity],
        title=kind.title,
        detail=flag.detail,
    )
    if is_answered(flag, dispositions):
        last = [one for one in dispositions if one.flag == flag.name][-1]
        line += piece(
            '<br><span class="answer">✓ $outcome: $reason <small>$by, $at</small></span>',
            outcome=OUTCOMES[last.outcome],
            reason=last.reason,
            by=name_of(last.by),
            at=moment(last.at),
        )
    more = piece(
        "</summary><p>$help <small>$rule</small></p></details>",
        help=help_of(flag.name).replace("\n\n", "\n"),
        rule=kind.rule,
    )
    return line + more


def show_alternatives(entry: Entry, act: Act) -> None:
    """The next most probable readings, each one click or one key away."""
    others = [one for one in entry.alternatives if one.value != entry.value][:MOST_ALTERNATIVES]
    if not others:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption("Or is it", width="content")
        for number, other in enumerate(others, 1):
            words = plain(other.value) or "blank"
            chosen = st.button(
                f"**{words}** {100 * other.probability:.0f} %",
                key=f"alternative:{entry.field}:{number}",
                shortcut=str(number),
            )
            if chosen:
                act((Correct(entry.field, other.value, MISREAD),), f"Set to {other.value}")


def show_answers(stop: Stop, act: Act, *, key: str) -> None:
    """The form with the value to correct, the reason, and the dispositions."""
    with st.form(key, border=False, enter_to_submit=True):
        left, right = st.columns([1, 1.3]) if stop.entry else (None, st.container())
        with (left or right).container(key="value"):
            value = value_field(stop.entry) if stop.entry else None
        with right:
            must = needs_own_reason(stop)
            reason = st.text_input(
                "Reason (needed for a critical flag)" if must else "Reason",
                placeholder="" if must else "Empty: compared with the page",
            )
        with st.container(horizontal=True, gap="small"):
            pressed = pressed_button(stop)
    if pressed == "correct" and stop.entry and value is not None:
        correct(stop.entry, value, reason, act)
    elif isinstance(pressed, Outcome):
        dispose(stop, pressed, reason, act)


def pressed_button(stop: Stop) -> Outcome | str | None:
    """Draws the form's buttons and says which was pressed."""
    if stop.entry and st.form_submit_button(
        "Save correction", icon=":material/edit:", type="primary", help="Enter, in the field"
    ):
        return "correct"
    if not stop.is_open:
        return None
    if st.form_submit_button("Stands as read" if stop.entry else "Confirm", shortcut="A"):
        return Outcome.CONFIRMED
    if can_be_missing(stop) and st.form_submit_button("Truly missing", shortcut="M"):
        return Outcome.TRULY_MISSING
    if stop.entry and st.form_submit_button("Can't be read", shortcut="X"):
        return Outcome.CANNOT_BE_READ
    return None


def can_be_missing(stop: Stop) -> bool:
    """Whether something could be missing here: of the record's own flags, only a page."""
    return stop.entry is not None or any(flag.name == MISSING_PAGE for flag in stop.open_flags)


def value_field(entry: Entry) -> str:
    """Where the right value is typed, or chosen for a mark or a signature."""
    choices = {EntryKind.CHECKBOX: MARKS, EntryKind.SIGNATURE: SIGNED}.get(entry.type)
    if choices is None:
        return st.text_input(
            "Correct value (E)",
            value=entry.value,
            autocomplete="off",
            help="Nothing stands for a blank, N/A for not applicable.",
        )
    now = shown_value(entry.value, entry.state, entry.type)
    words = tuple(choices)
    index = words.index(now) if now in words else None
    chosen = st.radio("Correct value", words, index=index, horizontal=True)
    return choices[chosen] if chosen else entry.value


def needs_own_reason(stop: Stop) -> bool:
    """Whether a critical flag stands here, which takes no standard reason."""
    return any(flag.severity is Severity.CRITICAL for flag in stop.open_flags)


def correct(entry: Entry, value: str, reason: str, act: Act) -> None:
    """Sends the correction; the pipeline refuses one that changes nothing."""
    act((Correct(entry.field, value.strip(), reason.strip() or MISREAD),), "Correction saved")


def dispose(stop: Stop, outcome: Outcome, reason: str, act: Act) -> None:
    """Sends the same answer to every open flag of this stop."""
    if needs_own_reason(stop) and not reason.strip():
        st.warning("Give a reason: a critical flag takes no standard one.")
        return
    why = reason.strip() or STANDARD[outcome]
    done = f"Answered: {OUTCOMES[outcome]}"
    if stop.entry and outcome is Outcome.CONFIRMED:
        act((Confirm(stop.entry.field, why),), done)
        return
    field = stop.entry.field if stop.entry else None
    act(tuple(Dispose(field, flag.name, outcome, why) for flag in stop.open_flags), done)
