"""What falls due: records by the day until which they are kept, and a list drawn up of them."""

from datetime import date, timedelta

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.destruction import draw_up
from pipeline.people import Person
from pipeline.retention import Kept, falls_due
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.keep_words import day_of, stands
from review_ui.parts.list_view import Column, Line, Part, choice_view
from review_ui.parts.way import record_link
from review_ui.parts.words import counted

COLUMNS = (
    Column("Batch", "nowrap"),
    Column("Form", "nowrap"),
    Column("Certified", "nowrap"),
    Column("Expiry", "nowrap"),
    Column("Kept until", "nowrap"),
    Column("Stands"),
    Column("Record", "nowrap"),
)
MOST = 200
REASON = "destruction reason"
FREE, ALL = "may be destroyed", "all of them"


def show_due(person: Person) -> None:
    """The records, oldest first, and the button that draws up a list of those chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        until = st.date_input(
            "Falls due until",
            value=the_site().now().date(),
            max_value=date.today() + timedelta(days=365 * 30),
            format="YYYY-MM-DD",
            width=180,
        )
        which = st.segmented_control(
            "Show", (FREE, ALL), default=ALL, label_visibility="collapsed", key="which is due"
        )
        page = st.number_input("Page", 1, value=1, width=110, key="page of due")
    day, start = until if isinstance(until, date) else None, MOST * (int(page or 1) - 1)
    found = falls_due(the_site(), by=person, until=day, limit=MOST, start=start)
    shown = [one for one in found if fits(one, day) and (which != FREE or one.is_free)]
    if not shown:
        st.info(
            "No record on this page falls due until that day."
            if start or len(found) == MOST
            else "No record falls due until that day."
        )
        return
    if len(found) == MOST:
        st.caption(
            f"These are among {MOST} records of that age; there may be more on page "
            f"{start // MOST + 2}."
        )
    st.caption(
        f"{counted(len(shown), 'record')}, the oldest certification first. Nothing is destroyed "
        "before its day, on a guess, or while a legal hold is on it."
    )
    may_draw = person.role in MAY[Act.DRAW_UP]
    chosen = choice_view(
        "Records that fall due",
        COLUMNS,
        [line(one) for one in shown],
        key="due",
        is_to_choose=may_draw,
        begins=st.session_state.get("lists drawn", 0),
    ).chosen
    if may_draw:
        show_draw_up([one.record for one in shown if one.record in chosen])


def fits(one: Kept, until: date | None) -> bool:
    """Whether the record falls due until that day, or nobody can tell."""
    return one.retention.until is None or until is None or one.retention.until <= until


def line(one: Kept) -> Line:
    """A record as a row."""
    form = f"{one.form} v{one.version}" if one.form else "unknown form"
    return Line(
        one.record,
        record_link(one.record),
        (
            (Part(one.batch_number or "no batch number"),),
            (Part(form),),
            (Part(day_of(one.retention.certified)),),
            (Part(day_of(one.retention.expiry.day)),),
            (Part(day_of(one.retention.until)),),
            (stands(one),),
            (Part(one.record, "mono"),),
        ),
    )


def show_draw_up(chosen: list[str]) -> None:
    """Draws up a destruction list of the records that are chosen."""
    row = st.form("draw up", border=False)
    with row, st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Why are these records destroyed?", key=REASON, width=420)
        st.form_submit_button(
            f"Draw up a destruction list of {counted(len(chosen), 'record')}",
            disabled=not chosen,
            on_click=draw,
            args=(chosen,),
        )


def draw(chosen: list[str]) -> None:
    """Draws the list up; two other people have to sign it."""
    reason = st.session_state[REASON].strip()
    by, where = the_person(), the_place()
    if attempt(
        lambda: draw_up(the_site(), chosen, reason, by=by, where=where),
        done="Drawn up: two other people have to sign it",
    ):
        st.session_state["lists drawn"] = st.session_state.get("lists drawn", 0) + 1
