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
    """A column's title, and how its cells look: number, nowrap, or nothing special."""

    title: str
    look: str = ""


@dataclass(frozen=True)
class Line:
    """A row: its key, the address that its first cell leads to, and its cells."""

    key: str
    link: str
    cells: tuple[tuple[Part, ...], ...]


def list_view(
    caption: str, columns: Sequence[Column], lines: Sequence[Line], *, key: str
) -> str | None:
    """Shows the table, and gives the key of the row that was just chosen, if any."""
    result = component()(
        data={
            "caption": caption,
            "columns": [asdict(column) for column in columns],
            "rows": [asdict(line) for line in lines],
        },
        key=key,
        on_picked_change=_redraw,
    )
    picked = result.picked
    return picked if isinstance(picked, str) else None


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
