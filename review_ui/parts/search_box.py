"""The box of the archive: what is searched for, with help while somebody types."""

from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pipeline.suggest import suggestions
from review_ui.opened import the_site

HERE = Path(__file__).parent
BOX, TYPED = "search box", "search typed"
LABEL = "Search batches, lots, materials, equipment, names and every other entry"
EXAMPLE = "lot:L08481V made:2013-05..2013-07 signed:MJ flag:correction"
HTML = '<div class="search"></div>'


@st.fragment
def search_box(query: str, on_asked: Callable[[str], None]) -> None:
    """Shows the box with the query in it; what is asked for with Enter goes to `on_asked`."""
    typed = st.session_state.get(TYPED) or {}
    text = typed.get("text", "") if isinstance(typed, dict) else ""
    offered = suggestions(the_site(), text) if text else ()
    result = component()(
        data={
            "query": query,
            "label": LABEL,
            "example": EXAMPLE,
            "of": text,
            "offered": [asdict(one) for one in offered],
        },
        key=BOX,
        on_typed_change=_typed,
        on_asked_change=lambda: None,
    )
    if isinstance(result.asked, dict):
        st.session_state[TYPED] = {}
        on_asked(str(result.asked.get("text", "")))


def _typed() -> None:
    """Keeps what stands in the box, so that help can be drawn."""
    st.session_state[TYPED] = (st.session_state.get(BOX) or {}).get("typed") or {}


@cache
def component() -> ComponentRenderer:
    """The component, registered once in this process."""
    return st.components.v2.component(
        "recordroom_search_box",
        html=HTML,
        css=(HERE / "search_box.css").read_text(encoding="utf-8"),
        js=(HERE / "search_box.js").read_text(encoding="utf-8"),
    )
