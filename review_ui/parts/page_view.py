"""The page picture with a frame around each field; a click on a frame picks the field."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from extractors.values import Box

HERE = Path(__file__).parent
HTML = """<div class="whole">
<div class="view" tabindex="0"><div class="sheet"><img></div></div>
<div class="tools"><button type="button" class="out" aria-label="Smaller">−</button
><button type="button" class="in" aria-label="Larger">+</button></div>
</div>"""


@dataclass(frozen=True)
class Framed:
    """A field on the picture: where it is, in percent of the page, and how it looks.

    `look` is `current`, `open` (a flag waits for an answer), `answered` or `plain`.
    """

    name: str
    title: str
    look: str
    left: float
    top: float
    width: float
    height: float


def framed(name: str, box: Box, size_mm: tuple[float, float], *, title: str, look: str) -> Framed:
    """A field's box in millimetres as a frame in percent of its page."""
    width, height = size_mm
    return Framed(
        name,
        title,
        look,
        left=100 * box.x / width,
        top=100 * box.y / height,
        width=100 * box.width / width,
        height=100 * box.height / height,
    )


def page_view(
    picture: str,
    fields: tuple[Framed, ...],
    *,
    alt: str,
    key: str,
    above: int,
    on_pick: Callable[[], None],
) -> None:
    """Shows the page; the picked field's name is in the session under `key` at `on_pick`.

    `above` is how many pixels of the screen stand above and below the picture.
    """
    current = next((field.name for field in fields if field.look == "current"), "")
    component()(
        data={
            "picture": picture,
            "alt": alt,
            "fields": [asdict(field) for field in fields],
            "current": current,
            "above": above,
        },
        key=key,
        on_picked_change=on_pick,
    )


@cache
def component() -> ComponentRenderer:
    """The component, registered once in this process."""
    return st.components.v2.component(
        "recordroom_page_view",
        html=HTML,
        css=(HERE / "page_view.css").read_text(encoding="utf-8"),
        js=(HERE / "page_view.js").read_text(encoding="utf-8"),
    )
