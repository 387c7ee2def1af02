"""What people decide about a record, as pure functions: a record and a decision give the next.

Every decision gives an event for the trail. Replaying the events from the reading gives the
record. After a correction the caller runs the checks again (`pipeline.core.check`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from extractors.values import State
from pipeline.core.answered import is_answered, open_flags, open_on, worked_on_by
from pipeline.core.decisions import (
    Approve,
    Attest,
    Attestation,
    Comment,
    Confirm,
    Correct,
    Decision,
    Dispose,
    Event,
    EventKind,
    Key,
    KeyAgain,
    KeyingDecision,
    Reject,
    Reviewer,
    Settle,
    SignedDecision,
)
from pipeline.core.entries import entry_named, given, with_entry
from pipeline.core.keying import keyed, refuse_while_keyed
from pipeline.core.signed import need, sign
from pipeline.core.values import (
    Correction,
    Disposition,
    Flag,
    Outcome,
    Record,
    RecordState,
    Severity,
)
from pipeline.core.written import from_line, to_line
from pipeline.errors import NotAllowed

__all__ = [
    "Approve",
    "Attest",
    "Attestation",
    "Comment",
    "Confirm",
    "Correct",
    "Decision",
    "Dispose",
    "Event",
    "EventKind",
    "Key",
    "KeyAgain",
    "KeyingDecision",
    "Reject",
    "Reviewer",
    "Settle",
    "SignedDecision",
    "decide",
    "decision_of",
    "is_answered",
    "is_corrected",
    "open_flags",
    "replay",
    "worked_on_by",
]

STANDARD_REASON = "Compared with the scan"
"""The reason of a confirmation where nobody typed one; never for a critical flag."""


def decide(
    record: Record, decision: Decision, *, by: Reviewer, at: datetime
) -> tuple[Record, Event]:
    """The record after the decision, and the event that says so; NotAllowed where it can't be."""
    if at.tzinfo is None:
        raise ValueError("the time of a decision needs its zone")
    if record.state is not RecordState.IN_REVIEW:
        raise NotAllowed(
            f"the record is {record.state.value.replace('_', ' ')} and can't be changed",
            "change only records that are in review",
        )
    match decision:
        case Correct():
            return _correct(record, decision, by=by, at=at)
        case Confirm():
            return _confirm(record, decision, by=by, at=at)
        case Dispose():
            return _dispose(record, decision, by=by, at=at)
        case Comment():
            return _comment(record, decision, by=by, at=at)
        case Key() | KeyAgain() | Settle():
            return keyed(record, decision, by=by, at=at)
        case Attest() | Approve() | Reject():
            return sign(record, decision, by=by, at=at)


def decision_of(event: Event) -> Decision:
    """The decision that an event records."""
    field, new = event.field or "", event.new or ""
    match event.kind:
        case EventKind.CONFIRMED:
            return Confirm(field, event.reason)
        case EventKind.DISPOSED:
            return Dispose(event.field, event.old or "", Outcome(new), event.reason)
        case EventKind.COMMENTED:
            return Comment(event.field, event.reason)
        case EventKind.ATTESTED:
            return Attest(Attestation(event.reason), event.old or "")
        case EventKind.APPROVED:
            return Approve(event.reason, event.old or "")
        case EventKind.REJECTED:
            return Reject(event.reason, event.old or "")
        case _:
            return _value_of(event, field, *from_line(new))


def _value_of(event: Event, field: str, value: str, state: State) -> Correct | KeyingDecision:
    """The decision that gave an entry a value, or keyed one."""
    match event.kind:
        case EventKind.KEYED:
            return Key(field, value, event.reason, state)
        case EventKind.KEYING_AGREED:
            return KeyAgain(field, value, state, agrees=True)
        case EventKind.KEYING_DISAGREED:
            return KeyAgain(field, value, state, agrees=False)
        case EventKind.KEYING_SETTLED:
            return Settle(field, value, event.reason, state)
        case _:
            return Correct(field, value, event.reason, state)


def replay(
    record: Record,
    events: Iterable[Event],
    *,
    people: Mapping[str, Reviewer],
    check_again: Callable[[Record], Record],
) -> Record:
    """The record that the events make of a reading: proof that the trail tells all of it."""
    for event in events:
        before = record
        record, _ = decide(record, decision_of(event), by=people[event.by], at=event.at)
        if is_corrected(before, record):
            record = check_again(record)
    return record


def is_corrected(before: Record, after: Record) -> bool:
    """Whether a decision gave an entry another value, so that the checks have to run again."""
    pairs = zip(before.entries, after.entries, strict=True)
    return any(len(one.corrections) != len(other.corrections) for one, other in pairs)


def _correct(
    record: Record, decision: Correct, *, by: Reviewer, at: datetime
) -> tuple[Record, Event]:
    entry = entry_named(record, decision.field)
    refuse_while_keyed(entry)
    need(decision.reason, "a correction needs a reason", "say why the value is another one")
    value, state = given(entry, decision.value, decision.state)
    if (value, state) == (entry.value, entry.state):
        raise NotAllowed("the entry reads so already", "confirm it, or give another value")
    correction = Correction(value, state, decision.reason, by.user, at)
    changed = replace(entry, corrections=(*entry.corrections, correction), accepted=False)
    event = Event(
        kind=EventKind.CORRECTED,
        record=record.id,
        field=entry.field,
        old=to_line(entry.value, entry.state),
        new=to_line(value, state),
        reason=decision.reason,
        by=by.user,
        at=at,
    )
    return with_entry(record, changed), event


def _confirm(
    record: Record, decision: Confirm, *, by: Reviewer, at: datetime
) -> tuple[Record, Event]:
    entry = entry_named(record, decision.field)
    refuse_while_keyed(entry)
    waiting = open_on(entry)
    if any(flag.severity is Severity.CRITICAL for flag in waiting):
        need(decision.reason, "a critical flag needs a reason", "say why the entry stands")
    reason = decision.reason.strip() or STANDARD_REASON
    answers = (_answer(flag, Outcome.CONFIRMED, reason, by=by, at=at) for flag in waiting)
    changed = replace(entry, dispositions=(*entry.dispositions, *answers))
    line, answered = to_line(entry.value, entry.state), ", ".join(flag.name for flag in waiting)
    event = Event(EventKind.CONFIRMED, record.id, entry.field, answered, line, reason, by.user, at)
    return with_entry(record, changed), event


def _dispose(
    record: Record, decision: Dispose, *, by: Reviewer, at: datetime
) -> tuple[Record, Event]:
    need(decision.reason, "a flag needs a reason for its answer", "say why")
    event = Event(
        kind=EventKind.DISPOSED,
        record=record.id,
        field=decision.field,
        old=decision.flag,
        new=decision.outcome.value,
        reason=decision.reason,
        by=by.user,
        at=at,
    )
    if decision.field is None:
        flag = _flag(record.flags, decision.flag)
        _refuse_uncorrected(decision, is_corrected=False)
        _refuse_untaken(decision, flag, record.dispositions, record=record)
        answer = _answer(flag, decision.outcome, decision.reason, by=by, at=at)
        return replace(record, dispositions=(*record.dispositions, answer)), event
    entry = entry_named(record, decision.field)
    refuse_while_keyed(entry)
    flag = _flag(entry.flags, decision.flag)
    _refuse_uncorrected(decision, is_corrected=bool(entry.corrections))
    _refuse_untaken(decision, flag, entry.dispositions, record=record)
    answer = _answer(flag, decision.outcome, decision.reason, by=by, at=at)
    return with_entry(record, replace(entry, dispositions=(*entry.dispositions, answer))), event


def _comment(
    record: Record, decision: Comment, *, by: Reviewer, at: datetime
) -> tuple[Record, Event]:
    field, text = decision.field, decision.text
    need(text, "a comment needs words", "write the comment")
    if field is not None:
        entry_named(record, field)
    return record, Event(EventKind.COMMENTED, record.id, field, None, None, text, by.user, at)


def _answer(
    flag: Flag, outcome: Outcome, reason: str, *, by: Reviewer, at: datetime
) -> Disposition:
    return Disposition(flag.name, outcome, reason, by.user, at, detail=flag.detail)


def _refuse_uncorrected(decision: Dispose, *, is_corrected: bool) -> None:
    if decision.outcome is Outcome.CORRECTED and not is_corrected:
        raise NotAllowed("nothing was corrected here", "correct the entry first")


def _refuse_untaken(
    decision: Dispose, flag: Flag, given: Iterable[Disposition], *, record: Record
) -> None:
    """An answer is taken back only where there is one, and before anybody has signed."""
    if decision.outcome is not Outcome.TAKEN_BACK:
        return
    if not is_answered(flag, given):
        raise NotAllowed("this flag has no answer to take back", "answer it")
    if record.signatures:
        raise NotAllowed("somebody has signed since", "correct the entry, or answer anew")


def _flag(flags: Iterable[Flag], name: str) -> Flag:
    for flag in flags:
        if flag.name == name:
            return flag
    raise NotAllowed(f"there is no flag `{name}` here", "look at the record again")
