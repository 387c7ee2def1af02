"""The reading room: the chosen records, a search in them, and each of them to be read."""

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from pipeline.archive import Hit
from pipeline.batch_file import batch_file
from pipeline.errors import SignInRefused
from pipeline.people import person_of
from pipeline.reading_room import Lying, find, look_at, lying, rooms_now
from review_ui.opened import the_site
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.hit_words import found_as
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.room_record import show_record
from review_ui.parts.sign_forms import the_token
from review_ui.parts.words import STATES, counted, moment, plain

COLUMNS = (
    Column("Batch", "nowrap"),
    Column("Form", "nowrap"),
    Column("Title"),
    Column("Revision", "number"),
    Column("State", "nowrap"),
    Column("Open until", "nowrap"),
    Column("Record", "nowrap"),
)
HITS = (
    Column("Batch", "nowrap"),
    Column("Field"),
    Column("Value"),
    Column("Found as"),
    Column("Record", "nowrap"),
)
RECORD = "record"


def draw() -> None:
    """Draws the room, or the record in it that the address names."""
    person = the_person()
    st.title("Reading room", anchor=False)
    rooms = rooms_now(the_site(), person)
    told = [
        f"{plain(room.reason)} · open until {moment(room.closes_at)} · "
        f"{counted(len(room.records), 'record')}."
        for room in rooms
    ]
    st.caption("  \n".join([*told, "What you open, search and print is written in the trail."]))
    chosen = st.query_params.get(RECORD, "")
    if chosen:
        show_one(chosen)
    else:
        show_list(lying(the_site(), by=person, where=the_place()))


def show_one(record: str) -> None:
    """One record, and the way back."""
    person = the_person()
    opened = look_at(the_site(), record, by=person, where=the_place())
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("All records", icon=":material/arrow_back:"):
            st.query_params.clear()
            st.rerun()
        batch = opened.record.batch_number
        if batch:
            show_print(batch)
    show_record(opened)


def show_print(batch: str) -> None:
    """Everything about the batch as one file."""
    st.download_button(
        f"Everything about batch {plain(batch)}",
        partial(printed, batch, token=the_token(), where=the_place()),
        f"batch-{batch}.zip",
        "application/zip",
        icon=":material/print:",
        help="Documents, data, trail and keyings of each record of the batch that lies here",
        on_click="ignore",
    )


def printed(batch: str, *, token: str, where: str) -> bytes:
    """The file, for whoever the session belongs to at the moment of pressing."""
    person = person_of(the_site(), token)
    if person is None or person.must_change_password:
        raise SignInRefused("your session has ended", "sign in again")
    return batch_file(the_site(), batch, by=person, where=where).content


def show_list(records: tuple[Lying, ...]) -> None:
    """The search box, and what it finds or all that lies here."""
    query = st.text_input(
        "Search in these records", key="room query", type="search", placeholder="A lot, a value"
    )
    if (query or "").strip():
        hits = find(the_site(), query or "", by=the_person(), where=the_place())
        if not hits:
            st.info("Nothing in this room fits.")
            return
        rows = [hit_line(hit, n) for n, hit in enumerate(hits)]
        picked = list_view("Found in this room", HITS, rows, key="room hits")
        go(hits[int(picked)].record if picked else "")
        return
    picked = list_view("Records in this room", COLUMNS, [line(one) for one in records], key="room")
    go(picked or "")


def go(record: str) -> None:
    """Opens a record of the room."""
    if record:
        st.query_params[RECORD] = record
        st.rerun()


def line(one: Lying) -> Line:
    """A record as a row."""
    form = f"{one.form} v{one.version}" if one.form else "unknown form"
    return Line(
        one.record,
        link(one.record),
        (
            (Part(one.batch_number or "no batch number"),),
            (Part(form),),
            (Part(one.title),),
            (Part(str(one.revision)),),
            (Part(STATES[one.state]),),
            (Part(moment(one.open_until)),),
            (Part(one.record, "mono"),),
        ),
    )


def hit_line(hit: Hit, number: int) -> Line:
    """A hit as a row."""
    return Line(
        str(number),
        link(hit.record),
        (
            (Part(hit.batch_number or "no batch number"),),
            (Part(hit.label),),
            (Part(hit.value, "mono"),),
            found_as(hit),
            (Part(hit.record, "mono"),),
        ),
    )


def link(record: str) -> str:
    """The address of a record in the room."""
    return f"/room?{urlencode({RECORD: record})}"
