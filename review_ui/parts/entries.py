"""All entries of a record as a table to read; corrections are made at the desk."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from pipeline.core.catalogue import title_of
from pipeline.core.forms import MasterForm
from pipeline.core.review import is_answered
from pipeline.core.values import Entry, Record
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.names import name_of
from review_ui.parts.paper import label_of
from review_ui.parts.stops import on_paper
from review_ui.parts.way import record_link
from review_ui.parts.words import SIGNS, percent, shown_value

COLUMNS = (
    Column("Field"),
    Column("Page", "number"),
    Column("Step", "quiet"),
    Column("Value"),
    Column("Read with", "number"),
    Column("Flags"),
    Column("Corrected"),
)


def show_entries(
    record: Record,
    form: MasterForm | None,
    go: Callable[[str], None],
    *,
    is_to_open: bool = True,
) -> None:
    """The table, in the order of the paper; choosing a row leads to it at the desk, if it may."""
    if not record.entries:
        st.info("This record has no entries: its pages fit no known form.")
        return
    entries = sorted(record.entries, key=on_paper)
    accepted = sum(entry.accepted for entry in entries)
    st.caption(f"{len(entries)} entries, {accepted} of them accepted without anybody looking.")
    lines = [line(record, entry, label_of(form, entry)) for entry in entries]
    if not is_to_open:
        lines = [replace(one, link="") for one in lines]
    picked = list_view("Entries in the order of the paper", COLUMNS, lines, key="entries")
    if picked:
        go(picked)


def line(record: Record, entry: Entry, label: str) -> Line:
    """One entry as a row of the table."""
    return Line(
        entry.field,
        record_link(record.id, entry.field),
        (
            (Part(label),),
            (Part(str(entry.page)),),
            (Part(entry.step or ""),),
            (Part(shown_value(entry.value, entry.state, entry.type), "mono"),),
            (Part(percent(entry.confidence)),),
            flags(entry),
            corrections(entry),
        ),
    )


def flags(entry: Entry) -> tuple[Part, ...]:
    """The entry's flags, answered ones with a tick; or that it was accepted."""
    if entry.accepted:
        return (Part("accepted", "good"),)
    return tuple(
        Part(f"✓ {title_of(flag.name)}", "quiet")
        if is_answered(flag, entry.dispositions)
        else Part(f"{SIGNS[flag.severity]} {title_of(flag.name)}", flag.severity.value)
        for flag in entry.flags
    )


def corrections(entry: Entry) -> tuple[Part, ...]:
    """What was read before the last correction, whose it is, and why."""
    if not entry.corrections:
        return ()
    last = entry.corrections[-1]
    read = shown_value(entry.reading.value, entry.reading.state, entry.type)
    return (Part(f"read as {read};"), Part(f"{name_of(last.by)}: {last.reason}", "quiet"))
