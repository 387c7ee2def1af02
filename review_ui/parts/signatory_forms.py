"""What document control and administrators do with the signature log; each change is one step."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from pipeline.core.signature_log import told
from pipeline.errors import InputRefused
from pipeline.signature_log import (
    By,
    Signatory,
    SignatureLog,
    Taken,
    add_signatory,
    end_signatory,
    give_sample,
    preview,
    take_log,
)
from review_ui.opened import the_site
from review_ui.parts.edge import attempt, show_refusal
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.markup import piece, show
from review_ui.parts.words import counted, plain

EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
MOST_LISTED = 12
MOST_MB = 20
ROUND = "signature log round"
"""Counts what was uploaded, so that the next file gets an empty place."""


def show_line(log: SignatureLog, place: int) -> None:
    """The chosen line: how the person signs, its end, and another sample."""
    line, version = log.lines[place], log.version
    one = line.signatory
    with st.container(border=True):
        st.subheader(f"{plain(one.initials)} · {plain(one.name)}", anchor=False)
        if line.sample:
            show(
                piece(
                    '<p class="sample"><img src="/pictures/signatories/$digest" alt="$name"></p>',
                    digest=line.sample,
                    name=f"How {one.name} signs",
                )
            )
        with st.form(f"end {place}:{version}", border=False):
            day, why = st.columns([1, 1.6])
            with day:
                last = st.date_input(
                    "Last day",
                    value=the_site().now().date(),
                    format="YYYY-MM-DD",
                    min_value=EARLIEST,
                    max_value=LATEST,
                )
            with why:
                reason = st.text_input("Reason", placeholder="Left the plant", autocomplete="off")
            if st.form_submit_button("Signs no more after this day") and isinstance(last, date):
                attempt(
                    lambda: end_signatory(the_site(), place, last, by=by(log), reason=reason),
                    done="Ended; the line stays in the log",
                )
                st.rerun()
        sample = upload("Sample of the signature (PNG or JPEG)", ["png", "jpg", "jpeg"], "sample")
        if sample is not None and st.button("Keep this sample"):
            keep(lambda: give_sample(the_site(), place, sample, by=by(log)), "Sample kept")


def show_add(log: SignatureLog) -> None:
    """Asks for a new line."""
    with st.expander("Add somebody", expanded=not log.lines):
        sample = upload("Sample, if there is one (PNG or JPEG)", ["png", "jpg", "jpeg"], "new")
        with st.form("new line", border=False, clear_on_submit=True):
            short, long = st.columns([1, 2])
            with short:
                initials = st.text_input("Initials", autocomplete="off")
            with long:
                name = st.text_input("Name", autocomplete="off")
            role = st.text_input("Role in the plant", placeholder="Operator", autocomplete="off")
            start, end = st.columns(2)
            with start:
                first = st.date_input(
                    "Signs from",
                    value=None,
                    format="YYYY-MM-DD",
                    min_value=EARLIEST,
                    max_value=LATEST,
                )
            with end:
                last = st.date_input(
                    "to, if known",
                    value=None,
                    format="YYYY-MM-DD",
                    min_value=EARLIEST,
                    max_value=LATEST,
                )
            if st.form_submit_button("Add to the log", type="primary"):
                one = Signatory(initials, name, role, day_of(first), day_of(last))
                keep(
                    lambda: add_signatory(the_site(), one, by=by(log), sample=sample),
                    "Added to the log",
                )


def show_import(log: SignatureLog) -> None:
    """A file: first what it would change, then the step that takes it in."""
    with st.expander("Take in a CSV file"):
        st.caption(
            "Columns initials, name, role, from, to; days as 2026-03-01, empty for open. A line is "
            "known by its initials, name and first day. Whoever the file does not name stays."
        )
        content = upload("Signature log (CSV)", ["csv"], "log file")
        if content is None:
            return
        try:
            found = preview(the_site(), content, by=the_person())
        except InputRefused as error:
            show_refusal(error)
            return
        show_preview(found)
        if found.is_change and st.button("Take it in", type="primary"):
            keep(lambda: take_log(the_site(), content, by=by(log)), "Taken into the log")


def show_preview(found: Taken) -> None:
    """What would be added and changed, line by line, and what stays."""
    parts = [
        *(("Added", told(one)) for one in found.added),
        *(("Changed", f"{told(old)} → {told(new)}") for old, new in found.changed),
    ]
    lines = "".join(
        piece("<li><b>$what</b> $line</li>", what=what, line=line)
        for what, line in parts[:MOST_LISTED]
    )
    more = len(parts) - MOST_LISTED
    if more > 0:
        lines += piece("<li>and $n more</li>", n=str(more))
    show(
        piece(
            '<p role="status">$added, $changed, $same the same; $stay in the log that the file '
            "does not name, and stay.</p>",
            added=f"{len(found.added)} added",
            changed=f"{len(found.changed)} changed",
            same=str(found.same),
            stay=f"{counted(len(found.not_in_file), 'line')} are",
        ),
        f'<ul class="signed">{lines}</ul>',
    )


def upload(label: str, kinds: list[str], key: str) -> bytes | None:
    """A file that was dropped, for the step after."""
    turn = st.session_state.setdefault(ROUND, 0)
    file = st.file_uploader(label, type=kinds, max_upload_size=MOST_MB, key=f"{key}:{turn}")
    return None if file is None else file.getvalue()


def keep(action: Callable[[], object], done: str) -> None:
    """One change of the log; what was uploaded for it is gone from the screen afterwards."""
    if attempt(action, done=done):
        st.session_state[ROUND] += 1
    st.rerun()


def by(log: SignatureLog) -> By:
    """Who changes the log that is on the screen."""
    return By(the_person(), the_place(), log.version)


def day_of(value: object) -> date | None:
    """The day that was chosen, if any."""
    return value if isinstance(value, date) else None
