"""The signature log: who signs with which initials, how that looks, and from when to when."""

from datetime import date

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.handed_out import LOG, signature_log_file
from pipeline.signature_log import LogLine, SignatureLog, signature_log
from review_ui.opened import the_site
from review_ui.parts.frame import the_person
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.out_files import out_button
from review_ui.parts.signatory_forms import show_add, show_import, show_line
from review_ui.parts.words import counted

COLUMNS = (
    Column("Initials"),
    Column("Name"),
    Column("Role"),
    Column("From", "nowrap"),
    Column("To", "nowrap"),
    Column("Sample"),
)
LINE = "line"
"""Under this name the chosen line stands in the address."""
ALL, TODAY, ENDED = "everybody", "who signs today", "who signs no more"


def draw() -> None:
    """Draws the log beside what can be done with it."""
    st.title("Signature log", anchor=False)
    log, today = signature_log(the_site(), by=the_person()), the_site().now().date()
    found = narrowed(log, today)
    may_change = the_person().role in MAY[Act.SIGNATORIES]
    table, side = st.columns([1.7, 1], gap="large") if may_change else (st.container(), None)
    with table:
        show_table(log, found, today)
    if side is not None:
        with side:
            show_changes(log)


def narrowed(log: SignatureLog, today: date) -> list[tuple[int, LogLine]]:
    """The lines that the filters leave, each with its place in the log."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Initials, name or role", key="q", bind="query-params", type="search", width=280
        )
        who = st.segmented_control(
            "Show", (ALL, TODAY, ENDED), default=ALL, key="show", label_visibility="collapsed"
        )
    words = (text or "").casefold().split()
    return [
        (place, one)
        for place, one in enumerate(log.lines)
        if is_shown(one, who or ALL, today) and all(word in searched(one) for word in words)
    ]


def is_shown(one: LogLine, who: str, today: date) -> bool:
    """Whether the line is one of those that were asked for."""
    end = one.signatory.end
    if who == TODAY:
        return one.signatory.signs_on(today)
    return who == ALL or (end is not None and end < today)


def searched(one: LogLine) -> str:
    """What of a line is searched."""
    return f"{one.signatory.initials} {one.signatory.name} {one.signatory.role}".casefold()


def show_table(log: SignatureLog, found: list[tuple[int, LogLine]], today: date) -> None:
    """How many lines there are, the log as a file, and the lines."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{counted(len(found), 'line')} of {len(log.lines)}, version {log.version}")
        site = the_site()
        out_button(
            "CSV", LOG, "text/csv", lambda by, where: signature_log_file(site, by=by, where=where)
        )
    if not log.lines:
        st.info(
            "There is no signature log yet. With one, known initials are likelier in a reading, "
            "and initials that nobody has are flagged."
        )
        return
    if not found:
        st.info("Nobody in the log fits. Take a filter away.")
        return
    rows = [line(place, one, today) for place, one in found]
    picked = list_view("The signature log", COLUMNS, rows, key="log")
    if picked:
        st.query_params[LINE] = picked


def line(place: int, one: LogLine, today: date) -> Line:
    """A line of the log as a row."""
    who = one.signatory
    sample = Part("no sample", "quiet")
    if one.sample:
        sample = Part(f"How {who.name} signs", picture=f"/pictures/signatories/{one.sample}")
    has_ended = who.end is not None and who.end < today
    end = Part(str(who.end) if who.end else "", "signal" if has_ended else "")
    return Line(
        str(place),
        f"/signatories?{LINE}={place}",
        (
            (Part(who.initials, "mono"),),
            (Part(who.name),),
            (Part(who.role),),
            (Part(str(who.start) if who.start else ""),),
            (end,),
            (sample,),
        ),
    )


def show_changes(log: SignatureLog) -> None:
    """The chosen line's own changes, then a new line, then a file."""
    chosen = st.query_params.get(LINE, "")
    if chosen.isdecimal() and int(chosen) < len(log.lines):
        show_line(log, int(chosen))
    show_add(log)
    show_import(log)
