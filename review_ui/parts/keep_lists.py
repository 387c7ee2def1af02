"""Destruction lists on the screen: what is on them, who signed, and the certificates after."""

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.certificates import Certificate, certificates_of
from pipeline.destroying import carry_out
from pipeline.destruction import (
    DestructionList,
    ListLine,
    ListState,
    destruction_lists,
    kept_of,
    withdraw_list,
)
from pipeline.handed_out import CertificateKind, certificates_file, certificates_name
from pipeline.people import Person
from pipeline.wishes import KeepAct, KeepWish
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.keep_words import sign_with, signature_line
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.markup import show
from review_ui.parts.names import name_of
from review_ui.parts.out_files import out_button
from review_ui.parts.sign_forms import show_proof
from review_ui.parts.way import go_to_record, record_link
from review_ui.parts.words import counted, moment, plain

COLUMNS = (
    Column("List", "number"),
    Column("Records", "number"),
    Column("Why"),
    Column("Drawn up by", "nowrap"),
    Column("When", "nowrap"),
    Column("Signatures", "number"),
    Column("Stands", "nowrap"),
)
LINES = (
    Column("Batch", "nowrap"),
    Column("Form", "nowrap"),
    Column("Kept until", "nowrap"),
    Column("Rule"),
    Column("Stands"),
    Column("Record", "nowrap"),
)
STATES = {
    ListState.DRAWN_UP: Part("waits for signatures", "major"),
    ListState.SIGNED: Part("signed by two", "critical"),
    ListState.WITHDRAWN: Part("withdrawn", "quiet"),
    ListState.CARRIED_OUT: Part("carried out", "good"),
}
CERTIFICATES = (
    ("Certificates (PDF)", CertificateKind.PDF, "application/pdf"),
    ("JSON", CertificateKind.JSON, "application/x-ndjson"),
)
LIST = "list"
SIGN = "destruction"


def show_lists(person: Person) -> None:
    """The lists beside the one that is chosen."""
    found = destruction_lists(the_site(), by=person)
    if not found:
        st.info("There is no destruction list. Draw one up from what falls due.")
        return
    table, side = st.columns([1.2, 1], gap="large")
    with table:
        picked = list_view("Destruction lists", COLUMNS, [line(one) for one in found], key="lists")
        if picked:
            st.query_params[LIST] = picked
    with side:
        wanted = st.query_params.get(LIST, str(found[0].number))
        show_one(next((one for one in found if str(one.number) == wanted), found[0]), person)


def line(one: DestructionList) -> Line:
    """A list as a row."""
    return Line(
        str(one.number),
        f"/retention?{urlencode({'part': 'Destruction lists', LIST: one.number})}",
        (
            (Part(str(one.number)),),
            (Part(str(len(one.lines))),),
            (Part(one.reason),),
            (Part(name_of(one.by)),),
            (Part(moment(one.at)),),
            (Part(f"{len(one.signatures)} of 2"),),
            (STATES[one.state],),
        ),
    )


def show_one(one: DestructionList, person: Person) -> None:
    """What is on the list, who signed it, and what can be done."""
    st.subheader(f"Destruction list {one.number}", anchor=False)
    st.markdown(f"{plain(one.reason)} · {counted(len(one.lines), 'record')}")
    kept = kept_of(the_site(), one.number, by=person)
    rows = [record_line(each, kept.get(each.record, "")) for each in one.lines]
    picked = list_view("Records of the list", LINES, rows, key=f"lines {one.number}")
    if picked:
        go_to_record(picked)
    for each in one.signatures:
        show(signature_line(each, "Signed electronically"))
    if one.why:
        st.caption(plain(one.why))
    if one.state is ListState.CARRIED_OUT:
        show_certificates(one, person)
    elif person.role in MAY[Act.DESTROY] and one.state is ListState.DRAWN_UP:
        show_sign(one, person)
    elif person.role in MAY[Act.DESTROY]:
        show_destroy(one, frozenset(kept))
    is_open = one.state in (ListState.DRAWN_UP, ListState.SIGNED)
    if is_open and person.role in (*MAY[Act.DESTROY], *MAY[Act.DRAW_UP]):
        show_withdraw(one)


def record_line(each: ListLine, why_kept: str) -> Line:
    """A record of the list as a row; what stops it stands there."""
    stands = Part("destroyed", "good") if each.is_destroyed else Part("there", "quiet")
    return Line(
        each.record,
        "" if each.is_destroyed else record_link(each.record),
        (
            (Part(each.named.batch_number or "no batch number"),),
            (Part(each.named.form_words),),
            (Part(str(each.keep_until)),),
            (Part(each.rule),),
            (Part(f"◆ stays: {why_kept}", "critical") if why_kept else stands,),
            (Part(each.record, "mono"),),
        ),
    )


def show_destroy(one: DestructionList, kept: frozenset[str]) -> None:
    """The button that carries a signed list out, after one more question."""
    is_signed = one.state is ListState.SIGNED
    if is_signed and st.button("Destroy these records", type="primary"):
        ask_once_more(one, kept)


def show_sign(one: DestructionList, person: Person) -> None:
    """The signature under the list; neither who drew it up nor the same person twice may."""
    if person.user == one.by:
        st.info("You drew this list up; two other people have to sign it.")
    elif person.user in {each.user for each in one.signatures}:
        st.info("You have signed this list; somebody else has to sign it too.")
    else:
        with st.form("sign destruction"):
            st.markdown(
                f"You sign as **{plain(person.name)}** that these records are destroyed. With the "
                "second signature they can be; scans, pictures and entries are gone for good then."
            )
            show_proof(SIGN)
            st.form_submit_button(
                "Sign the list", type="primary", on_click=sign, args=(one.number,)
            )


def sign(number: int) -> None:
    """Signs the list."""
    sign_with(SIGN, KeepWish(KeepAct.DESTROY, number), "Signed")


@st.dialog("Destroy for good?")
def ask_once_more(one: DestructionList, kept: frozenset[str]) -> None:
    """Says what destroying means; nothing happens without a yes."""
    goes = [each for each in one.lines if not each.is_destroyed and each.record not in kept]
    st.markdown(
        f"The scans, page pictures and entries of {counted(len(goes), 'record')} are removed "
        "and can't be brought back. A certificate of each stays."
    )
    if kept:
        st.markdown(f"{counted(len(kept), 'record')} of the list can't be destroyed now.")
    with st.container(horizontal=True):
        if st.button("Yes, destroy them", type="primary"):
            attempt(lambda: destroy(one.number), done="Destroyed; the certificates stay")
            st.rerun()
        if st.button("No"):
            st.rerun()


def destroy(number: int) -> None:
    """Carries the list out."""
    carry_out(the_site(), number, by=the_person(), where=the_place())


def show_withdraw(one: DestructionList) -> None:
    """Takes the list back, with a reason."""
    with st.expander("Take this list back"), st.form("withdraw list", border=False):
        st.text_input("Why?", key="withdraw reason")
        st.form_submit_button("Take it back", on_click=withdraw, args=(one.number,))


def withdraw(number: int) -> None:
    """Takes the list back."""
    reason, by, where = st.session_state["withdraw reason"].strip(), the_person(), the_place()
    attempt(
        lambda: withdraw_list(the_site(), number, reason, by=by, where=where),
        done="Taken back; the records stay",
    )


def show_certificates(one: DestructionList, person: Person) -> None:
    """The certificates of the list, to be printed or kept."""
    found: tuple[Certificate, ...] = certificates_of(the_site(), one.number, by=person)
    if not found:
        return
    with st.container(horizontal=True):
        for label, kind, media_type in CERTIFICATES:
            out_button(
                label,
                certificates_name(found, kind),
                media_type,
                partial(certificates_of_session, found, kind),
            )


def certificates_of_session(
    found: tuple[Certificate, ...], kind: CertificateKind, by: Person, where: str
) -> bytes:
    """The file, for whoever presses the button."""
    return certificates_file(the_site(), found, kind, by=by, where=where)
