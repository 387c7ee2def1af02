"""Entries of a record as decisions take hold of them: one by its name, what is given for it."""

from dataclasses import replace

from extractors.values import State
from pipeline.core.values import Entry, Record
from pipeline.core.written import entry_as_given, fits, state_of
from pipeline.errors import NotAllowed


def entry_named(record: Record, field: str) -> Entry:
    """The entry of that field; NotAllowed where the record has none."""
    try:
        return record.entry(field)
    except KeyError as error:
        raise NotAllowed(
            f"the record has no entry `{field}`", "look at the record again"
        ) from error


def given(entry: Entry, value: str, state: State | None) -> tuple[str, State]:
    """The value and state that somebody gives for the entry; NotAllowed where they do not fit it.

    Without a state the value says it.
    """
    state = state or state_of(entry.type, value)
    if not fits(entry.type, state):
        shown = state.value.replace("_", " ")
        raise NotAllowed(f"a {entry.type.value} field can't be {shown}", "give another value")
    return entry_as_given(entry.type, value, state), state


def with_entry(record: Record, changed: Entry) -> Record:
    """The record with that entry in the place of the one before."""
    entries = tuple(changed if one.field == changed.field else one for one in record.entries)
    return replace(record, entries=entries)
