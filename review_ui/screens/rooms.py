"""Reading rooms: opened for an inspector, closed before their time, and what was looked at."""

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

import streamlit as st

from pipeline.named import Named, named
from pipeline.rooms import (
    Room,
    Scope,
    close_room,
    inspectors,
    looks_in,
    open_room,
    records_in_room,
    rooms,
)
from pipeline.trail import TrailEvent
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.names import name_of
from review_ui.parts.way import go_to_record, record_link
from review_ui.parts.words import STATES, counted, flag_words, moment, the_zone

COLUMNS = (
    Column("Room", "number"),
    Column("For", "nowrap"),
    Column("Why"),
    Column("Records", "number"),
    Column("Opens", "nowrap"),
    Column("Closes", "nowrap"),
    Column("Stands", "nowrap"),
)
LOOKS = (
    Column("When", "nowrap"),
    Column("What", "nowrap"),
    Column("Batch", "nowrap"),
    Column("Form", "nowrap"),
    Column("Where on it"),
    Column("Said"),
)
LYING = (
    Column("Batch", "nowrap"),
    Column("Form", "nowrap"),
    Column("State", "nowrap"),
    Column("Record", "nowrap"),
)
ROOM = "room"


def draw() -> None:
    """Draws the rooms and the looks beside the form for a new one."""
    st.title("Reading rooms", anchor=False)
    found = rooms(the_site(), by=the_person())
    table, side = st.columns([1.7, 1], gap="large")
    with table:
        if not found:
            st.info("There is no reading room yet.")
        else:
            picked = list_view("Reading rooms", COLUMNS, [line(one) for one in found], key="rooms")
            if picked:
                st.query_params[ROOM] = picked
        chosen = next((one for one in found if str(one.number) == st.query_params.get(ROOM)), None)
        if chosen:
            show_records(chosen)
            show_looks(chosen)
    with side:
        if chosen and chosen.closed_at is None and the_site().now() < chosen.closes_at:
            st.button(f"Close room {chosen.number} now", on_click=close, args=(chosen.number,))
        show_form()


def line(one: Room) -> Line:
    """A room as a row."""
    now = the_site().now()
    stands = Part("closed", "quiet")
    if one.is_open(now):
        stands = Part("open", "good")
    elif one.closed_at is None and now < one.opens_at:
        stands = Part("not open yet", "minor")
    return Line(
        str(one.number),
        f"/rooms?{urlencode({ROOM: one.number})}",
        (
            (Part(str(one.number)),),
            (Part(name_of(one.user)),),
            (Part(one.reason),),
            (Part(str(len(one.records))),),
            (Part(moment(one.opens_at)),),
            (Part(moment(one.closed_at or one.closes_at)),),
            (stands,),
        ),
    )


def show_records(one: Room) -> None:
    """What lies in the room: whoever opens it sees what a batch or a search brought."""
    with st.expander(f"What lies in room {one.number}: {counted(len(one.records), 'record')}"):
        lines = [
            Line(
                each.record,
                record_link(each.record),
                (
                    (Part(each.batch_number or "no batch number"),),
                    (Part(each.form),),
                    (Part(STATES[each.state]),),
                    (Part(each.record, "mono"),),
                ),
            )
            for each in records_in_room(the_site(), one.number, by=the_person())
        ]
        picked = list_view(f"Records in room {one.number}", LYING, lines, key="lying")
    if picked:
        go_to_record(picked)


def show_looks(one: Room) -> None:
    """What the inspector looked at, the newest first."""
    looks = looks_in(the_site(), one.number, by=the_person())
    st.subheader(f"What was looked at in room {one.number}", anchor=False)
    if not looks:
        st.info("Nothing yet.")
        return
    names = named(the_site(), {each.record for each in looks if each.record}, by=the_person())
    rows = [look(each, names.get(each.record or "")) for each in looks]
    list_view("Looks, the newest first", LOOKS, rows, key="looks")


def look(event: TrailEvent, of: Named | None) -> Line:
    """A look as a row."""
    said = event.reason or "" if event.kind != "room_searched" else f"{event.new}: {event.reason}"
    return Line(
        str(event.sequence),
        "",
        (
            (Part(moment(event.at)),),
            (Part(flag_words(event.kind.removeprefix("room_"))),),
            (Part((of.batch_number or "no batch number") if of else ""),),
            (Part(of.form_words if of else ""),),
            (Part(event.field or ""),),
            (Part(said),),
        ),
    )


def show_form() -> None:
    """Asks for whom, from when to when, and which records."""
    accounts = inspectors(the_site(), by=the_person())
    if not accounts:
        st.info("No account has the role inspector. An administrator adds one on People.")
        return
    today = the_site().now().astimezone(the_zone()).date()
    with st.form("new room"):
        st.subheader("Open a reading room", anchor=False)
        st.selectbox("For", accounts, format_func=name_of, key="room user")
        one, two = st.columns(2)
        one.date_input("From (whole day)", today, format="YYYY-MM-DD", key="room from")
        two.date_input(
            "Until (whole day)", today + timedelta(days=4), format="YYYY-MM-DD", key="room until"
        )
        st.text_input("Records (their ids, with spaces between)", key="room records")
        one, two = st.columns(2)
        one.text_input("Batch", key="room batch")
        two.text_input("Form", key="room form")
        st.text_input("Or all that a search finds now, such as a lot", key="room search")
        st.text_input("Reason", key="room reason")
        st.form_submit_button("Open the room", type="primary", on_click=open_it)


def open_it() -> None:
    """Opens the room that the form says; the days are the plant's own."""
    state, by, where = st.session_state, the_person(), the_place()
    scope = Scope(
        records=tuple(state["room records"].replace(",", " ").split()),
        query=state["room search"].strip(),
        form=state["room form"].strip(),
        batch_number=state["room batch"].strip(),
    )

    def opening() -> None:
        room = open_room(
            the_site(),
            state["room user"],
            scope,
            opens_at=begin_of(state["room from"]),
            closes_at=begin_of(state["room until"] + timedelta(days=1)),
            reason=state["room reason"].strip(),
            by=by,
            where=where,
        )
        st.query_params[ROOM] = str(room.number)  # so that what lies there is on the screen

    attempt(opening, done="The reading room is open: look at what lies there")


def begin_of(day: date) -> datetime:
    """The moment at which a day begins here."""
    return datetime.combine(day, time(), the_zone())


def close(number: int) -> None:
    """Closes the room now."""
    by, where = the_person(), the_place()
    attempt(lambda: close_room(the_site(), number, by=by, where=where), done="Closed")
