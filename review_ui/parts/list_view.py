"""A table whose rows lead somewhere: by a click, by the keyboard, or as a link in a new tab."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Part:
    """A piece of a cell's text, and how it looks: quiet, mono, or the colour of a severity.

    With a `picture`, an address of this site, the picture is shown and the text is its name.
    """

    text: str
    look: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Column:
    """A column's title, and how its cells look: number, nowrap, wide, or nothing special."""

    title: str
    look: str = ""


@dataclass(frozen=True)
class Line:
    """A row: its key, the address that its first cell leads to, and its cells."""

    key: str
    link: str
    cells: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True)
class Chosen:
    """The row that was just opened, if any, and the rows that are chosen."""

    picked: str | None
    chosen: tuple[str, ...]


def list_view(
    caption: str, columns: Sequence[Column], lines: Sequence[Line], *, key: str
) -> str | None:
    """Shows the table, and gives the key of the row that was just chosen, if any."""
    return choice_view(caption, columns, lines, key=key, is_to_choose=False).picked


def choice_view(
    caption: str,
    columns: Sequence[Column],
    lines: Sequence[Line],
    *,
    key: str,
    is_to_choose: bool,
    begins: int = 0,
) -> Chosen:
    """Shows the table with a box before each row that leads somewhere, to choose several.

    Another number for `begins` takes every choice back.
    """
    result = component()(
        data={
            "caption": caption,
            "columns": [asdict(column) for column in columns],
            "rows": [asdict(line) for line in lines],
            "is_to_choose": is_to_choose,
            "begins": begins,
        },
        key=key,
        on_picked_change=_redraw,
        on_chosen_change=_redraw,
    )
    picked, chosen = result.picked, result.get("chosen") or {}
    is_fresh = isinstance(chosen, dict) and chosen.get("begins") == begins
    there = {line.key for line in lines}
    keys = [str(one) for one in chosen["keys"]] if is_to_choose and is_fresh else []
    return Chosen(
        picked if isinstance(picked, str) else None, tuple(one for one in keys if one in there)
    )


def _redraw() -> None:
    """Nothing more than the redraw that follows a choice."""


@cache
def component() -> ComponentRenderer:
    """The component, registered once in this process."""
    return st.components.v2.component(
        "recordroom_list_view",
        html='<div class="list"></div>',
        css=(HERE / "list_view.css").read_text(encoding="utf-8"),
        js=(HERE / "list_view.js").read_text(encoding="utf-8"),
    )
