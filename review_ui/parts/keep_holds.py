"""Legal holds on the screen: those that stand and stood, a new one, and the lifting of one."""

from urllib.parse import urlencode

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.holds import Hold, Scope, holds, would_hold
from pipeline.named import Named, named
from pipeline.people import Person
from pipeline.wishes import KeepAct, KeepWish
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person
from review_ui.parts.keep_words import sign_with, signature_line
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.markup import show
from review_ui.parts.names import name_of
from review_ui.parts.sign_forms import key_of, show_proof
from review_ui.parts.way import go_to_record, record_link
from review_ui.parts.words import counted, moment, plain

COLUMNS = (
    Column("Hold", "number"),
    Column("On"),
    Column("Records", "number"),
    Column("Why"),
    Column("Placed by", "nowrap"),
    Column("When", "nowrap"),
    Column("Stands"),
)
HELD = (Column("Batch", "nowrap"), Column("Form", "nowrap"), Column("Record", "nowrap"))
PLACE, LIFT = "hold", "lift"
WOULD_HOLD = "would hold"
HOLD = "hold"
"""Under this name the chosen hold stands in the address."""


def show_holds(person: Person) -> None:
    """The holds beside what can be done about them."""
    found = holds(the_site(), by=person)
    may = person.role in MAY[Act.HOLD]
    table, side = st.columns([1.7, 1], gap="large") if may else (st.container(), None)
    with table:
        if not found:
            st.info("There is no legal hold.")
        else:
            picked = list_view("Legal holds", COLUMNS, [line(one) for one in found], key="holds")
            if picked:
                st.query_params[HOLD] = picked
        chosen = next((one for one in found if str(one.number) == st.query_params.get(HOLD)), None)
        if chosen:
            show_one(chosen)
    if side is not None:
        with side:
            if chosen and chosen.lifted is None:
                show_lift(chosen)
            show_place()


def line(one: Hold) -> Line:
    """A hold as a row."""
    stands = Part("lifted", "quiet") if one.lifted else Part("◆ stands", "critical")
    if one.problem:
        stands = Part("◆ stands, but can't be followed", "critical")
    return Line(
        str(one.number),
        f"/retention?{urlencode({'part': 'Legal holds', HOLD: one.number})}",
        (
            (Part(str(one.number)),),
            (Part(one.scope.words),),
            (Part(str(len(one.records))),),
            (Part(one.reason),),
            (Part(name_of(one.by)),),
            (Part(moment(one.at)),),
            (stands,),
        ),
    )


def show_one(one: Hold) -> None:
    """A hold's records and signatures."""
    with st.container(border=True):
        st.subheader(f"Legal hold {one.number}", anchor=False)
        st.markdown(f"{plain(one.reason)}. On {counted(len(one.records), 'record')}:")
        show_held(one)
        if one.problem:
            st.warning(
                f"**This hold can't be followed.** {plain(one.problem)} What it held so far "
                "stays held, and nothing that it might be on is destroyed. Place a new hold with a "
                "search that works, then lift this one."
            )
        if one.signature:
            show(signature_line(one.signature, "Placed"))
        if one.lifted:
            show(signature_line(one.lifted, f"Lifted: {one.why_lifted}"))


def show_held(one: Hold) -> None:
    """The records of a hold, each by what people call it, and the way to it."""
    names = named(the_site(), one.records, by=the_person())
    rows = [held_line(names[record]) for record in one.records if record in names]
    picked = list_view("Records of the hold", HELD, rows, key=f"held {one.number}")
    if picked:
        go_to_record(picked)


def held_line(one: Named) -> Line:
    """A held record as a row."""
    return Line(
        one.record,
        "" if one.is_destroyed else record_link(one.record),
        (
            (Part(one.batch_number or "no batch number"),),
            (Part(one.form_words),),
            (Part(one.record, "mono"),),
        ),
    )


def show_place() -> None:
    """Asks for a new hold, signed."""
    with st.form("new hold", enter_to_submit=False):
        st.subheader("Place a legal hold", anchor=False)
        st.text_input("Records (their ids, with spaces between)", key=key_of(PLACE, "records"))
        one, two = st.columns(2)
        one.text_input("Batch", key=key_of(PLACE, "batch"))
        two.text_input("Form", key=key_of(PLACE, "form"))
        st.text_input("Or all that a search finds, such as a lot", key=key_of(PLACE, "query"))
        st.form_submit_button("Show the records", on_click=look_first)
        show_would_hold()
        st.text_input("Reason", key=key_of(PLACE, "reason"))
        show_proof(PLACE)
        st.form_submit_button("Sign and hold", type="primary", on_click=place)


def show_would_hold() -> None:
    """What the hold would be on, for whoever looks before signing."""
    found = st.session_state.get(WOULD_HOLD)
    if found is None:
        return
    words, records = found
    st.markdown(f"**{counted(len(records), 'record')}** now, for {plain(words)}:")
    names = named(the_site(), records, by=the_person())
    lines = [
        f"{one.batch_number or 'no batch number'} · {one.form_words}" for one in names.values()
    ]
    st.code("\n".join(sorted(lines)) or "none", language=None, height=160)


def look_first() -> None:
    """Shows what a hold on what the form names would be on; nothing is held by that."""
    scope = scope_now()

    def found() -> None:
        records = would_hold(the_site(), scope, by=the_person())
        st.session_state[WOULD_HOLD] = (scope.words, records)

    st.session_state.pop(WOULD_HOLD, None)
    attempt(found)


def scope_now() -> Scope:
    """What the form names."""
    state = st.session_state
    return Scope(
        records=tuple(state[key_of(PLACE, "records")].replace(",", " ").split()),
        query=state[key_of(PLACE, "query")].strip(),
        form=state[key_of(PLACE, "form")].strip(),
        batch_number=state[key_of(PLACE, "batch")].strip(),
    )


def place() -> None:
    """Places the hold on what the form names; records that come later and fit are held too."""
    reason = st.session_state[key_of(PLACE, "reason")].strip()
    wish = KeepWish(KeepAct.HOLD, words=reason, scope=scope_now())
    st.session_state.pop(WOULD_HOLD, None)
    sign_with(PLACE, wish, "Signed: the records are held")


def show_lift(one: Hold) -> None:
    """Asks why the hold is lifted, and for the signature."""
    with st.form("lift hold"):
        st.subheader(f"Lift legal hold {one.number}", anchor=False)
        st.text_input("Why is it lifted?", key=key_of(LIFT, "reason"))
        show_proof(LIFT)
        st.form_submit_button("Sign and lift", on_click=lift, args=(one.number,))


def lift(number: int) -> None:
    """Lifts the hold."""
    reason = st.session_state[key_of(LIFT, "reason")].strip()
    sign_with(LIFT, KeepWish(KeepAct.LIFT, number, reason), "Signed: the hold is lifted")
