"""Where an entry is keyed: one line for the value, Enter, and a key for everything else."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from extractors.values import EntryKind, State
from pipeline.core.formats import DEFAULT_DATE, DEFAULT_TIME
from pipeline.core.forms import Field
from pipeline.keying import Candidate
from review_ui.parts.words import counted, shown_value

HERE = Path(__file__).parent
KEYED = "keyed"
SAVE, BLANK, UNREADABLE, LATER, CHOICE = "save", "blank", "unreadable", "later", "choice"
EMPTY = "Nothing is typed. Press Alt+B if nothing is written there."
REASON = "Why? (empty: compared with the page)"
CHOICES = {
    EntryKind.CHECKBOX: (("marked", "true"), ("not marked", "false")),
    EntryKind.SIGNATURE: (("signed", "signed"), ("blank", "")),
}
"""What is chosen and not typed, and the value that it stands for."""


@dataclass(frozen=True)
class Key:
    """A button with its key: what it says, does, and stands for."""

    words: str
    key: str
    action: str
    value: str = ""
    mono: bool = False


def key_in(
    field: Field,
    candidates: tuple[Candidate, ...],
    *,
    item: str,
    turn: int,
    on_keyed: Callable[[], None],
) -> None:
    """Asks for the entry; what was keyed is in the session under `KEYED` at `on_keyed`.

    Each `turn` begins with an empty line.
    """
    kind = field.type
    component()(
        data={
            "item": item,
            "turn": turn,
            "typed": kind not in CHOICES,
            "label": f"{field.label}: {format_words(field)}",
            "empty": EMPTY,
            "choices": [asdict(one) for one in choices(kind, candidates)],
            "reason": REASON if candidates else "",
            "others": [asdict(one) for one in others(kind)],
        },
        key=KEYED,
        on_keyed_change=on_keyed,
    )


def choices(kind: EntryKind, candidates: tuple[Candidate, ...]) -> list[Key]:
    """What can be chosen: what two people keyed, or for a mark or signature what there is."""
    if candidates:
        shown = (
            (shown_value(one.value, one.state, kind), place) for place, one in enumerate(candidates)
        )
        return [
            Key(words, f"Alt+{place + 1}", CHOICE, str(place), mono=True) for words, place in shown
        ]
    fixed = enumerate(CHOICES.get(kind, ()), 1)
    return [Key(words, f"Alt+{place}", SAVE, value) for place, (words, value) in fixed]


def others(kind: EntryKind) -> list[Key]:
    """What can be said of an entry beside a value."""
    blank = () if kind in CHOICES else (Key("Nothing is written", "Alt+B", BLANK),)
    return [*blank, Key("Can't be read", "Alt+X", UNREADABLE), Key("Later", "Alt+N", LATER)]


def format_words(field: Field) -> str:
    """How entries of this field are written, in a few words."""
    match field.type:
        case EntryKind.NUMBER:
            decimals = (
                "" if field.decimals is None else f" with {counted(field.decimals, 'decimal')}"
            )
            return f"a number{decimals}{f', in {field.unit}' if field.unit else ''}"
        case EntryKind.DATE:
            return f"a day as {field.format or DEFAULT_DATE}"
        case EntryKind.TIME:
            return f"a time as {field.format or DEFAULT_TIME}"
        case EntryKind.INITIALS:
            return "initials"
        case EntryKind.CHECKBOX:
            return "marked or not"
        case EntryKind.SIGNATURE:
            return "signed or blank"
        case _:
            return f"one of {', '.join(field.choices)}" if field.choices else "letter by letter"


def state_said(action: str) -> State | None:
    """The state that a button says; None where the value says it."""
    return {BLANK: State.BLANK, UNREADABLE: State.UNREADABLE}.get(action)


@cache
def component() -> ComponentRenderer:
    """The component, registered once in this process."""
    return st.components.v2.component(
        "recordroom_key_in",
        html='<div class="key-in"></div>',
        css=(HERE / "key_in.css").read_text(encoding="utf-8"),
        js=(HERE / "key_in.js").read_text(encoding="utf-8"),
    )
