"""Plain words for people: names of states, roles, flags and moments, and text shown as text."""

import string
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from extractors.errors import RecordroomError
from extractors.values import EntryKind, State
from pipeline.core.standing import Standing
from pipeline.core.values import Outcome, RecordState, Severity
from pipeline.people import PersonRole

ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in string.punctuation})

ROLES = {
    PersonRole.DOCUMENT_CONTROL: "document control",
    PersonRole.REVIEWER: "reviewer",
    PersonRole.APPROVER: "approver",
    PersonRole.READER: "archive reader",
    PersonRole.ADMINISTRATOR: "administrator",
    PersonRole.INSPECTOR: "inspector",
}
STATES = {
    RecordState.RECEIVED: "received",
    RecordState.READING: "being read",
    RecordState.IN_REVIEW: "in review",
    RecordState.APPROVED: "approved",
    RecordState.REJECTED: "rejected",
    RecordState.SUPERSEDED: "superseded",
}
STANDINGS = {
    Standing.RECEIVED: "received",
    Standing.READING: "being read",
    Standing.IN_REVIEW: "in review",
    Standing.WAITING: "waiting for a second person",
    Standing.APPROVED: "approved",
    Standing.REJECTED: "rejected",
    Standing.SUPERSEDED: "superseded",
}
ENTRY_STATES = {
    State.FILLED: "filled in",
    State.BLANK: "blank",
    State.CHECKED: "marked",
    State.UNCHECKED: "not marked",
    State.NOT_APPLICABLE: "N/A",
    State.UNREADABLE: "can't be read",
}
OUTCOMES = {
    Outcome.CONFIRMED: "confirmed",
    Outcome.CORRECTED: "corrected",
    Outcome.TRULY_MISSING: "truly missing",
    Outcome.CANNOT_BE_READ: "can't be read",
    Outcome.TAKEN_BACK: "taken back",
}
SIGNS = {
    Severity.CRITICAL: "◆",
    Severity.MAJOR: "▲",
    Severity.MINOR: "●",
    Severity.SIGNAL: "○",
}
"""A shape beside each severity, so that nobody has to tell colours apart."""

COLOURS = {
    Severity.CRITICAL: "red",
    Severity.MAJOR: "orange",
    Severity.MINOR: "blue",
    Severity.SIGNAL: "gray",
}


def plain(text: str) -> str:
    """The text so that Streamlit's Markdown shows it letter by letter."""
    return " ".join(text.translate(ESCAPES).split())


def flag_words(name: str) -> str:
    """A flag's name as people say it: `missing_signature` is "missing signature"."""
    return name.replace("_", " ")


def shown_value(value: str, state: State, kind: EntryKind) -> str:
    """An entry's value as it is shown: a blank or a mark in words, never an empty place."""
    if state is State.FILLED and (value or kind is not EntryKind.SIGNATURE):
        return value
    return "signed" if state is State.FILLED else ENTRY_STATES[state]


def moment(at: datetime) -> str:
    """A moment in the person's own zone (else in UTC), to the minute, with the zone's name."""
    here = at.astimezone(the_zone())
    return f"{here:%Y-%m-%d %H:%M} {here.tzname() or ''}".strip()


def clock(at: datetime) -> str:
    """The time of day of a moment in the person's own zone, with the zone's name."""
    return moment(at).split(" ", 1)[1]


def the_zone() -> tzinfo:
    """The zone that the person's browser works in; UTC where it names none that is known."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def age(since: datetime, now: datetime) -> str:
    """How long something has waited, in the largest unit that says enough."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "just now"


def due(at: datetime, now: datetime) -> str:
    """When something has to be done, in whole days: "late by 3 days", "today", "in 2 days"."""
    days = (at.date() - now.date()).days
    if days == 0:
        return "today"
    return f"in {counted(days, 'day')}" if days > 0 else f"late by {counted(-days, 'day')}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 record", "3 entries"."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def sentence(error: RecordroomError) -> str:
    """Reason and remedy as one sentence that begins with a capital."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def percent(probability: float) -> str:
    """A probability in percent; a machine is never quite certain, a person's value is."""
    if probability == 1:
        return "100 %"
    return "over 99 %" if probability > 0.99 else f"{100 * probability:.0f} %"
