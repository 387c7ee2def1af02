"""What can be done with a record as a whole: take it, hand it on, scan a page again, amend it."""

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.assignment import hand_on
from pipeline.core.standing import TO_DO, Standing
from pipeline.people import Person
from pipeline.presence import be_present
from pipeline.rescans import ScanRequest, ask_for_scan, scan_requests, withdraw_request
from pipeline.review import OpenRecord, claim
from pipeline.revisions import amend
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.markup import piece
from review_ui.parts.names import name_of
from review_ui.parts.queue_filters import reviewers
from review_ui.parts.way import go_to_record

GO_TO = "go to record"
AGAIN_SECONDS = 30


def show_acts(opened: OpenRecord, person: Person) -> None:
    """Who else is on it, and what this person may do with the record where it stands."""
    show_presence(opened.record.id, person)
    is_open = opened.standing in TO_DO
    is_reviewer = person.role in MAY[Act.REVIEW]
    is_free = opened.claimed_by in (None, person.user)
    if is_open and is_reviewer and opened.claimed_by is None:
        show_take(opened)
    if is_open and person.role in MAY[Act.HAND_ON] and is_free:
        show_hand_on(opened, person)
    if is_open and is_reviewer and is_free:
        show_ask_for_scan(opened, scan_requests(the_site(), record=opened.record.id))
    if opened.standing is Standing.APPROVED and person.role in MAY[Act.AMEND]:
        show_amend(opened)


@st.fragment(run_every=AGAIN_SECONDS)
def show_presence(record_id: str, person: Person) -> None:
    """Who else has this record open; asked again while it is on the screen."""
    others = be_present(the_site(), record_id, by=person)
    if others:
        names = ", ".join(name_of(user) for user in others)
        said = piece('<p class="others" role="status">also open: $names</p>', names=names)
        st.html(said, width="content")


def show_take(opened: OpenRecord) -> None:
    """The way to keep a record that nobody works on."""
    st.button(
        "Take it",
        help="Keeps this record for you for a while; others see so",
        on_click=take,
        args=(opened.record.id,),
    )


def take(name: str) -> None:
    """Claims the record."""
    attempt(lambda: claim(the_site(), name, by=the_person(), where=the_place()))


def show_hand_on(opened: OpenRecord, person: Person) -> None:
    """To whom, and a word on what is left."""
    people = {shown: user for shown, user in reviewers().items() if user != person.user}
    name = opened.record.id
    with (
        st.popover("Hand on", key=f"hand on {name}:{opened.seen}"),
        st.form(f"hand on form {name}", border=False),
    ):
        st.selectbox("To", tuple(people), key="hand to")
        st.text_input("What is left to do", key="hand note")
        st.form_submit_button("Hand it on", on_click=give, args=(name, people))


def give(name: str, people: dict[str, str]) -> None:
    """Hands the record on to whoever was chosen."""
    to, note = people.get(st.session_state["hand to"], ""), st.session_state["hand note"]
    attempt(
        lambda: hand_on(the_site(), name, to, note, by=the_person(), where=the_place()),
        done="Handed on",
    )


def show_ask_for_scan(opened: OpenRecord, requests: tuple[ScanRequest, ...]) -> None:
    """Which page is to be scanned again, and why; and requests to be taken back."""
    name = opened.record.id
    asked = {one.page for one in requests}
    pages = [page for page in pages_to_ask(opened) if page not in asked]
    turn = "-".join(str(one.id) for one in requests)
    with st.popover("Scan again", key=f"scan again {name}:{turn}"):
        for one in requests:
            st.button(
                f"Page {one.page} stands as it is",
                disabled=not one.waits,
                key=f"withdraw {one.id}",
                on_click=withdraw,
                args=(one.id,),
            )
        if pages:
            with st.form(f"rescan {name}", border=False):
                st.selectbox("Page", pages, key="rescan page")
                st.text_input("What is wrong with it", key="rescan reason")
                st.form_submit_button("Send it back", on_click=ask, args=(name,))


def pages_to_ask(opened: OpenRecord) -> list[int]:
    """The pages of the form, missing ones too; of an unknown form those of the scan."""
    if opened.form is not None:
        return [page.page for page in opened.form.pages]
    return list(range(1, opened.record.source.pages + 1))


def ask(name: str) -> None:
    """Asks document control for a new scan of the page that was chosen."""
    page, reason = st.session_state["rescan page"], st.session_state["rescan reason"]
    attempt(
        lambda: ask_for_scan(the_site(), name, page, reason, by=the_person(), where=the_place()),
        done=f"Document control is asked for page {page}",
    )


def withdraw(request: int) -> None:
    """Takes the request for a new scan back."""
    attempt(lambda: withdraw_request(the_site(), request, by=the_person(), where=the_place()))


def show_amend(opened: OpenRecord) -> None:
    """Why an approved record has to be changed; the new revision opens at once."""
    name = opened.record.id
    with st.popover("Amend", key=f"amend of {name}"), st.form(f"amend {name}", border=False):
        st.markdown("The approved record stays as it is. A new revision of it begins.")
        st.text_input("Why it has to be changed", key="amend reason")
        st.form_submit_button("Begin a new revision", on_click=begin_revision, args=(name,))
    begun = st.session_state.pop(GO_TO, "")
    if begun:
        go_to_record(begun)


def begin_revision(name: str) -> None:
    """Begins the revision, and remembers to go there."""
    reason, made = st.session_state["amend reason"], []
    attempt(
        lambda: made.append(amend(the_site(), name, reason, by=the_person(), where=the_place())),
        done="A new revision has begun; it is yours for a while",
    )
    st.session_state[GO_TO] = next(iter(made), "")
