"""Approval: exactly what is signed, what the signature means, and the password once more."""

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.core.catalogue import title_of
from pipeline.core.review import open_flags, worked_on_by
from pipeline.core.values import Correction, Disposition, Record, RecordState, Severity
from pipeline.people import Person
from pipeline.rescans import scan_requests
from pipeline.review import OpenRecord
from pipeline.signing import MAY_ATTEST, Attestation, content_of, held
from review_ui.opened import the_site
from review_ui.parts.keyed import keyed_lines, keyings_that_wait
from review_ui.parts.markup import piece, show
from review_ui.parts.names import name_of
from review_ui.parts.paper import label_of
from review_ui.parts.sign_forms import (
    show_attest_form,
    show_leaving,
    show_reject_form,
    show_sign_form,
)
from review_ui.parts.signatures import signature_box
from review_ui.parts.words import OUTCOMES, STATES, counted, moment, shown_value


def show_approval(opened: OpenRecord, person: Person) -> None:
    """What is or would be signed on the left, the signature on the right."""
    what, who = st.columns([1.5, 1], gap="large")
    with what:
        show_what(opened)
    with who:
        for one in held(the_site(), opened.record.id):
            show(signature_box(one))
        if opened.record.state is not RecordState.IN_REVIEW:
            st.markdown(f"This record is **{STATES[opened.record.state]}** and can't be changed.")
        elif not show_leaving():
            show_signing(opened, person)


def show_what(opened: OpenRecord) -> None:
    """Everything that the signature binds, and the changes and answers one by one."""
    record = opened.record
    show(
        '<h3 class="stop">What is signed</h3>',
        facts(record),
        changes(opened),
        keyed_lines(opened),
        answers(opened),
    )


def facts(record: Record) -> str:
    """The record in a few lines."""
    form = f"{record.form} version {record.version}" if record.form else "unknown form"
    lines = {
        "Record": f"{record.id}, revision {record.revision}",
        "Batch": record.batch_number or "no batch number",
        "Form": form,
        **scans(record),
        "Entries": str(len(record.entries)),
        "Digest that is signed": content_of(the_site(), record.id),
    }
    rows = (piece("<dt>$name</dt><dd>$text</dd>", name=k, text=v) for k, v in lines.items())
    return '<dl class="facts">' + "".join(rows) + "</dl>"


def scans(record: Record) -> dict[str, str]:
    """The record's scan, and the newer ones that pages of it come from."""
    lines = {
        "Scan": f"{record.source.file}, {counted(record.source.pages, 'page')}",
        "SHA-256 of the scan": record.source.sha256,
    }
    for page in record.pages:
        if page.source:
            name = f"Page {page.page} from a newer scan"
            lines[name] = f"{page.source.file}, page {page.scan_page}: {page.source.sha256}"
    return lines


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


def show_signing(opened: OpenRecord, person: Person) -> None:
    """The forms to sign or reject, or what stands in the way, in plain words."""
    waiting = still_open(opened.record) or page_awaited(opened.record)
    has_worked = person.user in worked_on_by(opened.record)
    if person.role not in MAY[Act.APPROVE]:
        st.info(waiting or "Every flag is answered. An approver can sign this record now.")
    elif waiting:
        st.warning(waiting)
    elif has_worked:
        st.warning("You worked on this record; somebody else has to approve it.")
    else:
        show_sign_form(opened, person)
    can_say = [one for one in Attestation if person.role in MAY[MAY_ATTEST[one]]]
    if waiting and Attestation.REVIEWED in can_say:
        can_say.remove(Attestation.REVIEWED)
    if can_say:
        show_attest_form(opened, can_say)
    if person.role in MAY[Act.APPROVE] and not has_worked:
        show_reject_form(opened)


def page_awaited(record: Record) -> str:
    """That a page is still to be scanned again; empty where none is."""
    if not scan_requests(the_site(), record=record.id):
        return ""
    return "A page is still to be scanned again."


def still_open(record: Record) -> str:
    """How many flags and keyings wait for somebody; empty where none does."""
    waiting = open_flags(record)
    if not waiting:
        return keyings_that_wait(record)
    heavy = sum(flag.severity is Severity.CRITICAL for flag in waiting)
    of_them = f", {heavy} of them critical" if heavy else ""
    waits = "waits" if len(waiting) == 1 else "wait"
    return f"{counted(len(waiting), 'flag')} still {waits} for an answer{of_them}."
