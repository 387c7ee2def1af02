"""Two people at a critical entry, as pure decisions: key, key again blind, settle.

first ──► second person keys the same ───────────────► corrected
      └─► second person keys something else ─► third ─► corrected, or stands as it was read

What the first person keyed stands where both agree, with that person's reason: the second may
have written the same day in another way.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from pipeline.core.decisions import (
    Event,
    EventKind,
    Key,
    KeyAgain,
    KeyingDecision,
    Reviewer,
    Settle,
)
from pipeline.core.entries import entry_named, given, with_entry
from pipeline.core.keyed import Keying, KeyingStep, open_round, sealed
from pipeline.core.signed import need
from pipeline.core.values import Correction, Entry, Record, RecordState
from pipeline.core.written import to_line
from pipeline.errors import Conflict, NotAllowed

BLIND = "Keyed from the page without seeing what was keyed before"
"""The reason of every second keying."""

SEALED_IN = (RecordState.IN_REVIEW, RecordState.SUPERSEDED)
"""In records of these states, what was keyed in a round that is not over is shown to nobody."""

KINDS = {
    KeyingStep.FIRST: EventKind.KEYED,
    KeyingStep.AGREED: EventKind.KEYING_AGREED,
    KeyingStep.DISAGREED: EventKind.KEYING_DISAGREED,
    KeyingStep.SETTLED: EventKind.KEYING_SETTLED,
}


def waiting_keyings(record: Record) -> Iterator[tuple[Entry, tuple[Keying, ...]]]:
    """The entries that wait for another person's keying, each with its round so far."""
    if record.state is not RecordState.IN_REVIEW:
        return
    for entry in record.entries:
        if going_on := open_round(entry.keyings):
            yield entry, going_on


def without_open_keyings(record: Record) -> Record:
    """The record as it is shown: of rounds that go on nobody sees what was keyed, or why.

    Nor of those that a superseded record was left with: the entry is keyed anew, and blind, in the
    record that took its place.
    """
    if record.state not in SEALED_IN:
        return record
    entries = (replace(one, keyings=sealed(one.keyings)) for one in record.entries)
    return replace(record, entries=tuple(entries))


def keyed(
    record: Record, decision: KeyingDecision, *, by: Reviewer, at: datetime
) -> tuple[Record, Event]:
    """The record after somebody keyed an entry, and the event; NotAllowed where they may not."""
    entry = entry_named(record, decision.field)
    value, state = given(entry, decision.value, decision.state)
    match decision:
        case Key(reason=reason):
            need(reason, "a correction needs a reason", "say why the value is another one")
            refuse_while_keyed(entry)
            if (value, state) == (entry.value, entry.state):
                raise NotAllowed("the entry reads so already", "confirm it, or give another value")
            step = KeyingStep.FIRST
        case KeyAgain(agrees=agrees):
            _refuse_same_person(entry, KeyingStep.FIRST, by)
            step, reason = (KeyingStep.AGREED if agrees else KeyingStep.DISAGREED), BLIND
        case Settle(reason=reason):
            need(reason, "a decision between two keyings needs a reason", "say what the page shows")
            _refuse_same_person(entry, KeyingStep.DISAGREED, by)
            step = KeyingStep.SETTLED
    one = Keying(step, value, state, reason, by.user, at)
    old, new = to_line(entry.value, entry.state), to_line(value, state)
    event = Event(KINDS[step], record.id, entry.field, old, new, reason, by.user, at)
    return with_entry(record, _with_keying(entry, one)), event


def refuse_while_keyed(entry: Entry) -> None:
    """Refuse anything else at an entry that waits for another person's keying."""
    if open_round(entry.keyings):
        raise NotAllowed(
            "the entry waits for another person's keying", "go on with the others meanwhile"
        )


def _refuse_same_person(entry: Entry, expected: KeyingStep, by: Reviewer) -> None:
    going_on = open_round(entry.keyings)
    if not going_on or going_on[-1].step is not expected:
        raise Conflict(
            "the entry does not wait for this keying any more", "go on with the next one"
        )
    if by.user in {one.by for one in going_on}:
        raise NotAllowed(f"{by.name} has keyed this entry already", "let somebody else key it")


def _with_keying(entry: Entry, one: Keying) -> Entry:
    """The entry with the keying, and with the correction that the round ends with, if any."""
    keyings = (*entry.keyings, one)
    correction = _correction(entry, one)
    corrections = entry.corrections if correction is None else (*entry.corrections, correction)
    return replace(entry, keyings=keyings, corrections=corrections, accepted=False)


def _correction(entry: Entry, one: Keying) -> Correction | None:
    if one.step is KeyingStep.AGREED:
        first = open_round(entry.keyings)[0]
        return Correction(first.value, first.state, first.reason, first.by, one.at)
    is_other = (one.value, one.state) != (entry.value, entry.state)
    if one.step is KeyingStep.SETTLED and is_other:
        return Correction(one.value, one.state, one.reason, one.by, one.at)
    return None
