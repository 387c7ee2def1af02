"""A record in the reading room: what it says, its pages, and all that was done, to be read."""

import streamlit as st

from pipeline.pictures import pages_of
from pipeline.review import OpenRecord
from pipeline.signing import held
from review_ui.opened import the_site
from review_ui.parts.approval import answers, changes, facts
from review_ui.parts.entries import show_entries
from review_ui.parts.keyed import keyed_lines
from review_ui.parts.markup import piece, show
from review_ui.parts.paper import page_url
from review_ui.parts.signatures import signature_box
from review_ui.parts.story import show_story
from review_ui.parts.title import title_line

ENTRIES, PAGES, DONE, STORY = "Entries", "Pages", "Corrections and signatures", "Who did what"
PICTURE = (
    '<img style="width:100%;max-width:64rem;border:1px solid #c9d3dd" src="$picture" '
    'alt="Page $number as it was scanned">'
)
PARTS = (ENTRIES, PAGES, DONE, STORY)


def show_record(opened: OpenRecord) -> None:
    """The record in parts; nothing on it can be changed here."""
    show(title_line(opened, ""))
    part = st.segmented_control(
        "Part of the record", PARTS, default=ENTRIES, label_visibility="collapsed", key="room part"
    )
    match part or ENTRIES:
        case "Pages":
            show_pages(opened)
        case "Corrections and signatures":
            show_done(opened)
        case "Who did what":
            show_story(opened.record.id, opened.form)
        case _:
            show_entries(opened.record, opened.form, lambda _: None, is_to_open=False)


def show_pages(opened: OpenRecord) -> None:
    """One page at a time, as it was scanned."""
    record = opened.record.id
    numbers = sorted({one.page for one in pages_of(the_site(), record)})
    if not numbers:
        st.info("There is no picture of this record.")
        return
    number = st.segmented_control("Page", numbers, default=numbers[0], key=f"pages of {record}")
    show(
        piece(
            PICTURE,
            picture=page_url(record, number or numbers[0]),
            number=str(number or numbers[0]),
        )
    )


def show_done(opened: OpenRecord) -> None:
    """The facts, every correction with the old value, every answered flag, and the signatures."""
    what, who = st.columns([1.5, 1], gap="large")
    with what:
        show(facts(opened.record), changes(opened), keyed_lines(opened), answers(opened))
    with who:
        signatures = held(the_site(), opened.record.id)
        if not signatures:
            st.info("Nobody has signed this record.")
        for one in signatures:
            show(signature_box(one))
