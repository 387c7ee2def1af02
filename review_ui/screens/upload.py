"""The upload desk: files handed in, their pages arranged, unknown pages, new scans, who waits."""

from collections.abc import Callable

import streamlit as st

from pipeline.rescans import scan_requests
from pipeline.unknown_pages import unknown_pages
from review_ui.opened import the_site
from review_ui.parts.arrange_desk import show_arranging
from review_ui.parts.frame import the_person
from review_ui.parts.upload_files import may_arrange, show_files
from review_ui.parts.upload_lists import show_requests, show_unknown, show_waits

SCAN, PAGE, SECTION = "scan", "page", "section"
CHOSEN = "chosen section"
FILES, UNKNOWN, NEW_SCANS, WAITS = "Files", "Unknown pages", "New scans wanted", "What waits"


def draw() -> None:
    """Draws the scan that the address names, or the desk."""
    scan = st.query_params.get(SCAN, "")
    if scan.isdecimal():
        page = st.query_params.get(PAGE, "")
        show_arranging(int(scan), int(page) if page.isdecimal() else 0, leave=leave)
        return
    draw_desk()


def leave() -> None:
    """Goes back to the desk."""
    for name in (SCAN, PAGE):
        st.query_params.pop(name, None)
    st.rerun()


def draw_desk() -> None:
    """Draws the desk, one of its sections at a time."""
    counts = waiting_counts()
    shown = tuple(SECTIONS) if may_arrange() else (FILES, WAITS)
    wanted = st.query_params.get(SECTION, FILES)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title("Upload", anchor=False, width="content")
        st.segmented_control(
            "Section",
            shown,
            default=wanted if wanted in shown else FILES,
            required=True,
            format_func=lambda name: f"{name} ({counts[name]})" if counts.get(name) else name,
            key=CHOSEN,
            on_change=keep_section,
            label_visibility="collapsed",
        )
    SECTIONS[st.session_state[CHOSEN] or FILES]()


def keep_section() -> None:
    """Keeps the section in the address, to be opened again or sent to somebody."""
    st.query_params[SECTION] = st.session_state[CHOSEN] or FILES


def waiting_counts() -> dict[str, int]:
    """How much waits in the sections of document control."""
    if not may_arrange():
        return {}
    return {
        UNKNOWN: len(unknown_pages(the_site(), by=the_person())),
        NEW_SCANS: sum(one.waits for one in scan_requests(the_site())),
    }


def draw_files() -> None:
    """Draws the files, and goes to the one that is chosen."""
    picked = show_files()
    if picked:
        st.query_params[SCAN] = picked
        st.rerun()


SECTIONS: dict[str, Callable[[], None]] = {
    FILES: draw_files,
    UNKNOWN: show_unknown,
    NEW_SCANS: show_requests,
    WAITS: show_waits,
}
