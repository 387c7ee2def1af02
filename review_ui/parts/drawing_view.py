"""A drawing on the screen, with places that lead somewhere: by a click or by the keyboard."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pipeline.core.drawing import Map

HERE = Path(__file__).parent
HTML = """<div class="drawing"><div class="sheet"></div>
<div class="note" role="status" hidden></div></div>"""


@dataclass(frozen=True)
class Spot:
    """What a place says and where it leads: its name, what is told beside it, and a picture."""

    label: str
    lines: tuple[str, ...]
    link: str = ""
    picture: str = ""


def drawing_view(
    shown: Map, spots: Mapping[str, Spot], *, key: str, fits: bool, begins: str = ""
) -> str | None:
    """Shows the drawing, and gives the key of the place that was just opened, if any.

    With `fits` it is as wide as the screen, else as wide as it is, and scrolls; the place that
    `begins` names is in sight first.
    """
    drawing = shown.drawing
    result = component()(
        data={
            "title": drawing.title,
            "width": drawing.width,
            "height": drawing.height,
            "fits": fits,
            "begins": begins,
            "shapes": [shape_of(one) for one in drawing.shapes],
            "places": [
                asdict(place) | asdict(spots[place.key])
                for place in shown.places
                if place.key in spots
            ],
        },
        key=key,
        on_picked_change=_redraw,
    )
    return result.picked if isinstance(result.picked, str) else None


def shape_of(shape: Any) -> dict[str, Any]:
    """A shape as the browser draws it."""
    return {"kind": type(shape).__name__.lower()} | asdict(shape)


def _redraw() -> None:
    """Nothing more than the redraw that follows a choice."""


@cache
def component() -> ComponentRenderer:
    """The component, registered once in this process."""
    return st.components.v2.component(
        "recordroom_drawing_view",
        html=HTML,
        css=(HERE / "drawing_view.css").read_text(encoding="utf-8"),
        js=(HERE / "drawing_view.js").read_text(encoding="utf-8"),
    )
