"""Approval: exactly what is signed, what the signature means, and the password once more."""

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.core.catalogue import title_of
from pipeline.core.digest import digest
from pipeline.core.review import Reject, open_flags, worked_on_by
from pipeline.core.values import Correction, Disposition, Record, RecordState, Severity, Signature
from pipeline.people import Person
from pipeline.review import OpenRecord, approve, decide
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.markup import piece, show
from review_ui.parts.names import name_of
from review_ui.parts.paper import label_of
from review_ui.parts.words import OUTCOMES, STATES, counted, moment, plain, shown_value

MEANINGS = (
    "Reviewed and approved: the record is complete and agrees with the scan",
    "Approved with the deviations that the record names",
)

MEANING, PASSWORD, REJECTION = "meaning", "password", "rejection reason"


def show_approval(opened: OpenRecord, person: Person) -> None:
    """What is or would be signed on the left, the signature on the right."""
    what, who = st.columns([1.5, 1], gap="large")
    with what:
        show_what(opened)
    with who:
        for signature in opened.record.signatures:
            show_signature(signature)
        if opened.record.state is RecordState.IN_REVIEW:
            show_signing(opened, person)
        else:
            st.markdown(f"This record is **{STATES[opened.record.state]}** and can't be changed.")


def show_what(opened: OpenRecord) -> None:
    """Everything that the signature binds, and the changes and answers one by one."""
    record = opened.record
    show('<h3 class="stop">What is signed</h3>', facts(record), changes(opened), answers(opened))


def facts(record: Record) -> str:
    """The record in a few lines."""
    form = f"{record.form} version {record.version}" if record.form else "unknown form"
    lines = {
        "Record": f"{record.id}, revision {record.revision}",
        "Batch": record.batch_number or "no batch number",
        "Form": form,
        "Scan": f"{record.source.file}, {counted(record.source.pages, 'page')}",
        "SHA-256 of the scan": record.source.sha256,
        "Entries": str(len(record.entries)),
        "Digest that is signed": digest(record),
    }
    rows = (piece("<dt>$name</dt><dd>$text</dd>", name=k, text=v) for k, v in lines.items())
    return '<dl class="facts">' + "".join(rows) + "</dl>"


def changes(opened: OpenRecord) -> str:
    """Every correction: what was read, what it says now, by whom and why."""
    found = [
        (label_of(opened.form, entry), entry, one)
        for entry in opened.record.entries
        for one in entry.corrections
    ]
    if not found:
        return '<h4 class="stop">No corrections</h4>'
    lines = (
        changed_line(
            label,
            shown_value(entry.reading.value, entry.reading.state, entry.type),
            one,
            shown_value(one.value, one.state, entry.type),
        )
        for label, entry, one in found
    )
    return (
        piece('<h4 class="stop">$n</h4><ul class="signed">', n=counted(len(found), "correction"))
        + "".join(lines)
        + "</ul>"
    )


def changed_line(label: str, read: str, one: Correction, now: str) -> str:
    """One correction in a line."""
    return piece(
        "<li>$label: <s>$read</s> <b>$now</b> <q>$reason</q> <small>$by, $at</small></li>",
        label=label,
        read=read,
        now=now,
        reason=one.reason,
        by=name_of(one.by),
        at=moment(one.at),
    )


def answers(opened: OpenRecord) -> str:
    """Every flag that somebody answered, and how."""
    record = opened.record
    found = [("the whole record", one) for one in record.dispositions]
    found += [
        (label_of(opened.form, entry), one)
        for entry in record.entries
        for one in entry.dispositions
    ]
    if not found:
        return '<h4 class="stop">No flags were answered</h4>'
    lines = "".join(answered_line(label, one) for label, one in found)
    head = piece('<h4 class="stop">$n</h4>', n=counted(len(found), "answered flag"))
    return f'{head}<ul class="signed">{lines}</ul>'


def answered_line(label: str, one: Disposition) -> str:
    """One answer in a line."""
    return piece(
        "<li>$title, $label: <b>$outcome</b> <q>$reason</q> <small>$by, $at</small></li>",
        title=title_of(one.flag),
        label=label,
        outcome=OUTCOMES[one.outcome],
        reason=one.reason,
        by=name_of(one.by),
        at=moment(one.at),
    )


def show_signature(signature: Signature) -> None:
    """A signature as it is shown and printed: name, time with zone, meaning."""
    show(
        piece(
            '<div class="signature"><small>Signed electronically</small><b>$name</b>'
            "<span>$meaning</span><span>$at</span><small>$user · $digest</small></div>",
            name=signature.name,
            meaning=signature.meaning,
            at=moment(signature.at),
            user=signature.user,
            digest=signature.digest,
        )
    )


def show_signing(opened: OpenRecord, person: Person) -> None:
    """The form to sign or reject, or what stands in the way, in plain words."""
    waiting = still_open(opened.record)
    if person.role not in MAY[Act.APPROVE]:
        st.info(waiting or "Every flag is answered. An approver can sign this record now.")
        return
    if waiting:
        st.warning(waiting)
    elif person.user in worked_on_by(opened.record):
        st.warning("You worked on this record; somebody else has to approve it.")
    else:
        show_sign_form(opened, person)
    show_reject_form(opened)


def still_open(record: Record) -> str:
    """How many flags wait for an answer; empty where none does."""
    waiting = open_flags(record)
    if not waiting:
        return ""
    heavy = sum(flag.severity is Severity.CRITICAL for flag in waiting)
    of_them = f", {heavy} of them critical" if heavy else ""
    waits = "waits" if len(waiting) == 1 else "wait"
    return f"{counted(len(waiting), 'flag')} still {waits} for an answer{of_them}."


def show_sign_form(opened: OpenRecord, person: Person) -> None:
    """The electronic signature: its meaning, and the password typed again."""
    with st.form("signature", clear_on_submit=True):
        st.subheader("Sign", anchor=False)
        st.markdown(
            f"You sign as **{plain(person.name)}**. The signature has the force of one on paper; "
            "the record is locked with it."
        )
        st.selectbox("Meaning of the signature", MEANINGS, key=MEANING)
        st.text_input("Your password", type="password", autocomplete="off", key=PASSWORD)
        st.form_submit_button(
            "Sign the record", type="primary", width="stretch", on_click=sign, args=(opened,)
        )


def sign(opened: OpenRecord) -> None:
    """Signs what was on the screen; refused where it has changed meanwhile."""
    attempt(
        lambda: approve(
            the_site(),
            opened.record.id,
            by=the_person(),
            password=st.session_state[PASSWORD],
            meaning=st.session_state[MEANING],
            seen=opened.seen,
            where=the_place(),
        ),
        done="Signed and locked",
    )


def show_reject_form(opened: OpenRecord) -> None:
    """Sending the record back, with a reason."""
    with st.expander("Reject this record"), st.form("rejection", border=False):
        st.text_area("Why is it rejected?", height=80, key=REJECTION)
        st.form_submit_button("Reject the record", on_click=reject, args=(opened,))


def reject(opened: OpenRecord) -> None:
    """Rejects what was on the screen."""
    decision = Reject(st.session_state[REJECTION].strip())
    attempt(
        lambda: decide(
            the_site(),
            opened.record.id,
            decision,
            by=the_person(),
            seen=opened.seen,
            where=the_place(),
        ),
        done="Rejected",
    )
