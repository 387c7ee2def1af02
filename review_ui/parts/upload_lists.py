"""The lists of the upload desk: unknown pages, requests for new scans, what waits for whom."""

from datetime import UTC, datetime

import streamlit as st

from pipeline.people import PersonRole
from pipeline.rescans import ScanRequest, answer_request, scan_requests
from pipeline.unknown_pages import StrangePage, unknown_pages
from pipeline.who_waits import Step, Waits, who_waits
from review_ui.opened import the_site
from review_ui.parts.arrange_view import page_url
from review_ui.parts.edge import attempt, notify
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.markup import piece, show
from review_ui.parts.names import name_of
from review_ui.parts.upload_files import arrange_link
from review_ui.parts.way import record_link
from review_ui.parts.words import ROLES, age, counted, plain

STEPS = {
    Step.READING: "Scans to be read",
    Step.MENDING: "Scans that can't be read: scan again, or hand in again",
    Step.AGAIN: "Pages to be scanned again",
    Step.FORM: "Records of unknown forms: say which, put aside, or have the form added",
    Step.REVIEW: "Records with flags to answer",
    Step.KEYING: "Records with critical entries to be keyed by a second person",
    Step.APPROVAL: "Records with every flag answered: to be approved",
}
WAIT_COLUMNS = (
    Column("What"),
    Column("Waits for"),
    Column("How many", "number"),
    Column("The oldest has waited", "nowrap"),
)


def show_unknown() -> None:
    """The pages that fit no form, each with its picture and the way to where it is assigned."""
    found = unknown_pages(the_site(), by=the_person())
    if not found:
        st.info("Every page fits a form that is known.")
        return
    st.caption(
        "Open a page to say which form it is, or to put it aside. Where its form is not known "
        "here, an administrator adds the master form; then let its part be read again."
    )
    show('<ul class="strange-pages">', *(strange(one) for one in found), "</ul>")


def strange(one: StrangePage) -> str:
    """One page as a picture that leads to its scan."""
    return piece(
        '<li><a href="$link" target="_self"><img src="$url" alt="" loading="lazy">'
        "<b>$name</b><span>page $page</span></a></li>",
        link=arrange_link(one.scan, one.page),
        url=page_url(one.scan, one.page),
        name=one.name,
        page=str(one.page),
    )


def show_requests() -> None:
    """Who wants which page scanned again and why, each with the place for its new scan."""
    found = scan_requests(the_site())
    if not found:
        st.info("Nobody has asked for a new scan.")
        return
    for one in found:
        show_request(one)


def show_request(one: ScanRequest) -> None:
    """One request, and where its new scan is dropped."""
    with st.container(border=True):
        words, drop = st.columns([1.3, 1], gap="medium", vertical_alignment="center")
        with words:
            show(request_words(one, datetime.now(UTC)))
        with drop:
            if not one.waits:
                st.info(f"{plain(one.scan_name)} has come for it, and is being read.")
                return
            if one.problem:
                st.warning(f"{plain(one.scan_name)} was no answer: {plain(one.problem)}")
            key = f"request {one.id}"
            file = st.file_uploader(f"The new scan for {plain(one.batch_number)}", key=key)
            if file and attempt(lambda: answer(one, file.name, file.getvalue())):
                st.rerun()


def request_words(one: ScanRequest, now: datetime) -> str:
    """What is wanted, of what, by whom and why."""
    form = f"{one.form} version {one.version}" if one.form else "unknown form"
    return piece(
        '<p class="request"><b>$batch</b> $form, <b>$page</b><br><q>$reason</q><br>'
        '<small>$by, $age ago</small> <a href="$link" target="_self">Open the record</a></p>',
        batch=one.batch_number or "No batch number",
        form=form,
        page=f"page {one.page}",
        reason=one.reason,
        by=name_of(one.by),
        age=age(one.at, now).replace("just now", "a moment"),
        link=record_link(one.record),
    )


def answer(one: ScanRequest, name: str, content: bytes) -> None:
    """Hands the new scan in, and says what became of it."""
    receipt = answer_request(the_site(), one.id, name, content, by=the_person(), where=the_place())
    if receipt.problem:
        notify("error", f"{receipt.name} is no answer: {receipt.problem}.")
    else:
        notify("success", f"{receipt.name} is kept and waits to be read")


def show_waits() -> None:
    """How much waits at each step, and for whom."""
    found = who_waits(the_site())
    if not found:
        st.info("Nothing waits for anybody.")
        return
    now = datetime.now(UTC)
    lines = [wait_line(one, number, now) for number, one in enumerate(found)]
    list_view("What waits, in the order of the way", WAIT_COLUMNS, lines, key="waits")
    st.caption(f"{counted(sum(one.count for one in found), 'scan or record', 'scans and records')}")


def wait_line(one: Waits, number: int, now: datetime) -> Line:
    """What waits at a step for a person, or for whoever takes it."""
    return Line(
        str(number),
        "",
        (
            (Part(STEPS[one.step]),),
            (Part(waits_for(one.role, one.user)),),
            (Part(str(one.count)),),
            (Part(age(one.since, now)),),
        ),
    )


def waits_for(role: PersonRole | None, user: str | None) -> str:
    """The person who has it, else the role that may take it."""
    if user is not None:
        return name_of(user)
    return "the workers" if role is None else ROLES[role]
