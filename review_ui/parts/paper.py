"""The paper's side of the desk: a page of the record with its fields framed."""

from urllib.parse import quote

import streamlit as st

from pipeline.core.forms import MasterForm
from pipeline.core.values import Entry, Record
from pipeline.pictures import pages_of
from review_ui.opened import the_site
from review_ui.parts.page_view import Framed, framed, page_view
from review_ui.parts.stops import STOP, Stop, stop_of
from review_ui.parts.words import shown_value

ABOVE_MANY = 232
ABOVE_ONE = 186
"""Pixels of the screen around the picture, with and without the choice of a page above it."""


def show_paper(record: Record, form: MasterForm | None, stop: Stop | None) -> None:
    """The page of the current stop; a page that the person chose stays until the next stop."""
    pages = tuple(dict.fromkeys(place.page for place in pages_of(the_site(), record.id)))
    if not pages:
        st.info("There is no picture of this record.")
        return
    page = chosen_page(record, pages, stop)
    page_view(
        page_url(record.id, page),
        frames(record, form, page, stop),
        alt=f"Page {page} as scanned",
        key="page_view",
        above=ABOVE_MANY if len(pages) > 1 else ABOVE_ONE,
        on_pick=pick,
    )


def chosen_page(record: Record, pages: tuple[int, ...], stop: Stop | None) -> int:
    """The page to show: of the current entry, else what was chosen above the picture."""
    about = page_of(stop)
    wanted = about if about in pages else pages[0]
    if len(pages) == 1:
        return wanted
    shown = st.segmented_control(
        "Page",
        pages,
        default=wanted,
        required=True,
        format_func=lambda page: f"Page {page}",
        key=f"page:{record.id}:{stop.key if stop else ''}",
        label_visibility="collapsed",
    )
    return shown or wanted


def page_of(stop: Stop | None) -> int | None:
    """The page that a stop is about, None where it is about all of them."""
    if stop is None:
        return None
    return stop.entry.page if stop.entry else stop.flags[0].page


def frames(
    record: Record, form: MasterForm | None, page: int, stop: Stop | None
) -> tuple[Framed, ...]:
    """A frame for each entry of that page."""
    size = next((one.size_mm for one in form.pages if one.page == page), None) if form else None
    if form is None or size is None:
        return ()
    current = stop.entry.field if stop and stop.entry else ""
    return tuple(
        framed(
            entry.field,
            entry.box,
            size,
            title=f"{label_of(form, entry)}: {shown_value(entry.value, entry.state, entry.type)}",
            look="current" if entry.field == current else look_of(entry),
        )
        for entry in record.entries
        if entry.page == page
    )


def look_of(entry: Entry) -> str:
    """How an entry's frame looks: waiting, answered, or nothing to see."""
    if not entry.flags:
        return "plain"
    return "open" if stop_of(entry).is_open else "answered"


def label_of(form: MasterForm | None, entry: Entry) -> str:
    """What a person calls the field; its name where the form is not known here."""
    fields = form.fields if form else ()
    return next((field.label for field in fields if field.name == entry.field), entry.field)


def page_url(record: str, page: int) -> str:
    """Where the picture of a page is."""
    return f"/pictures/{quote(record, safe='')}/pages/{page}"


def entry_url(record: str, field: str) -> str:
    """Where the crop of an entry is."""
    return f"/pictures/{quote(record, safe='')}/entries/{quote(field, safe='')}"


def pick() -> None:
    """A frame on the picture was clicked: its field becomes the current stop."""
    picked = st.session_state["page_view"].picked
    if picked:
        st.session_state[STOP] = picked
