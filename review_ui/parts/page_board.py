"""A scan's pages as small pictures in their parts: dragged, or moved by buttons and keys."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent
HTML = """<div class="whole">
<div class="tools" role="toolbar" aria-label="What to do with the chosen page"></div>
<div class="board"></div></div>"""


@dataclass(frozen=True)
class SheetView:
    """A page on the board: where its picture is, how it lies, and what it is in a few words."""

    page: int
    number: str
    label: str
    look: str
    picture: str
    turned: int


@dataclass(frozen=True)
class RecordLink:
    """The way to a record that was read from a part."""

    record: str
    text: str
    link: str


@dataclass(frozen=True)
class PartView:
    """A part on the board. `look` is `changed` where it will be read anew."""

    title: str
    note: str
    look: str
    records: tuple[RecordLink, ...]
    pages: tuple[SheetView, ...]


@dataclass(frozen=True)
class Tool:
    """A button above the board; `do` is what it asks for, `title` says its key."""

    do: str
    text: str
    title: str
    works: bool


@dataclass(frozen=True)
class Board:
    """All that the board shows. `turn` counts what was done, so that nothing is done twice."""

    parts: tuple[PartView, ...]
    aside: tuple[SheetView, ...]
    aside_title: str
    tools: Sequence[Tool]
    selected: int
    turn: int
    above: int


def page_board(board: Board, *, key: str, on_act: Callable[[], None]) -> None:
    """Shows the board; what somebody asks for is in the session under `key` at `on_act`."""
    component()(data=asdict(board), key=key, on_act_change=on_act)


@cache
def component() -> ComponentRenderer:
    """The component, registered once in this process."""
    return st.components.v2.component(
        "recordroom_page_board",
        html=HTML,
        css=(HERE / "page_board.css").read_text(encoding="utf-8"),
        js=(HERE / "page_board.js").read_text(encoding="utf-8"),
    )
