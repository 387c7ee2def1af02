"""The trail: everything that ever happened on the site, narrowed down, and as a file."""

import re
from datetime import date

import streamlit as st

from pipeline.handed_out import TRAIL, trail_file
from pipeline.trail import TrailEvent, TrailQuery, kinds, look
from review_ui.opened import the_site
from review_ui.parts.frame import the_person
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.names import name_of
from review_ui.parts.out_files import out_button
from review_ui.parts.way import go_to_record, record_link
from review_ui.parts.words import flag_words, moment

COLUMNS = (
    Column("Line", "number"),
    Column("When", "nowrap"),
    Column("Who", "nowrap"),
    Column("What", "nowrap"),
    Column("Record", "nowrap"),
    Column("Where on it"),
    Column("From"),
    Column("To"),
    Column("Why"),
    Column("From where", "quiet"),
)
EVERYTHING = "everything"
MOST_SHOWN = 300
LONGEST = 60
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


def draw() -> None:
    """Draws the filters, the lines and their download."""
    st.title("Trail", anchor=False)
    query = asked()
    person, site = the_person(), the_site()
    found = look(site, query, by=person, limit=MOST_SHOWN)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"The last {MOST_SHOWN} lines that fit; the file has all of them."
            if len(found) == MOST_SHOWN
            else f"{len(found)} lines fit."
        )
        out_button(
            "CSV with digests",
            TRAIL,
            "text/csv",
            lambda by, where: trail_file(site, query, by=by, where=where),
        )
    if not found:
        st.info("No line of the trail fits. Take a filter away.")
        return
    picked = list_view(
        "Lines, the newest first", COLUMNS, [line(one) for one in found], key="trail"
    )
    record = next((one.record for one in found if str(one.sequence) == picked), None)
    if record:
        go_to_record(record)


def asked() -> TrailQuery:
    """What the filters say; they stay in the address."""
    who, what, record, since, until = st.columns([1, 1.2, 1.2, 1, 1])
    with who:
        by = st.text_input("Account", key="by", bind="query-params")
    with what:
        kind = st.selectbox(
            "What",
            (EVERYTHING, *kinds(the_site())),
            format_func=flag_words,
            key="what",
            bind="query-params",
        )
    with record:
        name = st.text_input("Record", key="of", bind="query-params")
    with since:
        first = st.date_input(
            "From", value=None, format="YYYY-MM-DD", key="from", bind="query-params"
        )
    with until:
        last = st.date_input(
            "Until", value=None, format="YYYY-MM-DD", key="until", bind="query-params"
        )
    return TrailQuery(
        by=(by or "").strip().lower(),
        kind="" if kind in (None, EVERYTHING) else kind,
        record=(name or "").strip(),
        since=first if isinstance(first, date) else None,
        until=last if isinstance(last, date) else None,
    )


def line(event: TrailEvent) -> Line:
    """One line of the trail as a row."""
    return Line(
        str(event.sequence),
        record_link(event.record) if event.record else "",
        (
            (Part(str(event.sequence)),),
            (Part(moment(event.at)),),
            (Part(name_of(event.by)),),
            (Part(flag_words(event.kind)),),
            (Part(event.record or "", "mono"),),
            (Part(event.field or ""),),
            (Part(short(event.old)),),
            (Part(short(event.new)),),
            (Part(short(event.reason)),),
            (Part(event.where, "quiet"),),
        ),
    )


def short(text: str | None) -> str:
    """A text that fits a cell, digests by how they begin; the file has all of it."""
    text = DIGEST.sub(lambda found: f"{found[0][:12]}…", text or "")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
