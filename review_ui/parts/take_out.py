"""A record taken out as a file: as a document, or as data; the trail says who took it."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.api import SESSION_COOKIE
from pipeline.core.values import RecordState
from pipeline.errors import SignInRefused
from pipeline.export import Format, export_record
from pipeline.people import Person, person_of
from pipeline.review import OpenRecord
from review_ui.opened import the_site
from review_ui.parts.frame import the_place


@dataclass(frozen=True)
class Choice:
    """What a record can be taken out as: the button, and what it is good for."""

    format: Format
    label: str
    hint: str
    ending: str
    media_type: str


CHOICES = (
    Choice(
        Format.PDF,
        "Document (PDF/A)",
        "Everything that the record says, the scan with searchable text, and the data attached",
        "pdf",
        "application/pdf",
    ),
    Choice(
        Format.XLSX,
        "Excel",
        "Entries, corrections, flags and signatures as sheets",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    Choice(Format.CSV, "CSV", "A line for each entry", "csv", "text/csv"),
    Choice(Format.JSON, "JSON", "The whole record, for programs", "json", "application/json"),
    Choice(Format.B2MML, "B2MML", "The batch production record of ISA-88", "xml", "text/xml"),
)


def show_take_out(opened: OpenRecord, person: Person) -> None:
    """The button, and what stands behind it; nothing for whoever may not."""
    is_approved = opened.record.state is RecordState.APPROVED
    if person.role not in MAY[Act.EXPORT if is_approved else Act.EXPORT_OPEN]:
        return
    with st.popover("Take out", icon=":material/download:", width="content"):
        if not is_approved:
            st.caption("This record is not approved, and the files say so.")
        for choice in CHOICES:
            show_choice(opened.record.id, choice)
        st.caption("The trail notes who takes out what.")


def show_choice(record: str, choice: Choice) -> None:
    """One button; the file is made when it is pressed."""
    token = st.context.cookies.get(SESSION_COOKIE, "")
    st.download_button(
        choice.label,
        partial(taken, record, choice.format, token=token, where=the_place()),
        f"{record}.{choice.ending}",
        choice.media_type,
        help=choice.hint,
        key=f"take out {choice.format.value}",
        on_click="ignore",
        width="stretch",
    )


def taken(record: str, format: Format, *, token: str, where: str) -> bytes:
    """The file, for whoever the session belongs to at the moment of pressing."""
    person = person_of(the_site(), token)
    if person is None or person.must_change_password:
        raise SignInRefused("your session has ended", "sign in again (what you did is kept)")
    return export_record(the_site(), record, format, by=person, where=where).content
