"""Whatever people decide: the trail tells all of it, and nothing that was read is lost."""

from datetime import UTC, datetime, timedelta

from core_strategies import FIELDS, FORM, few, records
from hypothesis import given
from hypothesis import strategies as st

from extractors.values import EntryKind, State
from pipeline.core.check import CheckContext, check
from pipeline.core.review import (
    Approve,
    Attest,
    Attestation,
    Comment,
    Confirm,
    Correct,
    Dispose,
    Reject,
    Reviewer,
    decide,
    open_flags,
    replay,
    worked_on_by,
)
from pipeline.core.triage import triage
from pipeline.core.values import Outcome, RecordState
from pipeline.core.written import from_line, to_line
from pipeline.errors import NotAllowed

CONTEXT = CheckContext(FORM)
PEOPLE = {user: Reviewer(user, user.title()) for user in ("ann", "bob", "cy")}
START = datetime(2024, 5, 6, tzinfo=UTC)

names = st.sampled_from([one.name for one in FIELDS])
texts = st.sampled_from(["", " ", "A1", "7.0", "N/A", "(blank)", "(x", "true", "ok"]) | st.text()
flags = st.sampled_from(
    ["missing_entry", "missing_signature", "bad_format", "correction", "unreadable"]
)
decisions = st.one_of(
    st.builds(Correct, names, texts, texts, st.none() | st.sampled_from(State)),
    st.builds(Confirm, names, texts),
    st.builds(Dispose, st.none() | names, flags, st.sampled_from(Outcome), texts),
    st.builds(Comment, st.none() | names, texts),
    st.builds(Attest, st.sampled_from(Attestation), st.just("5e" * 32)),
    st.builds(Approve, texts, st.just("5e" * 32)),
    st.builds(Reject, texts, st.just("5e" * 32)),
)
who = st.sampled_from(sorted(PEOPLE))


def again(record):
    return check(record, CONTEXT)


def decided(record, steps):
    """The record after the steps that were allowed, and their events."""
    events = []
    for minute, (user, decision) in enumerate(steps):
        at = START + timedelta(minutes=minute)
        try:
            record, event = decide(record, decision, by=PEOPLE[user], at=at)
        except NotAllowed:
            continue
        record = again(record) if isinstance(decision, Correct) else record
        events.append(event)
    return record, events


def answers(record):
    """Steps of ann that answer everything that is open."""
    return [
        ("ann", Dispose(flag.field, flag.name, Outcome.CONFIRMED, "seen"))
        for flag in open_flags(record)
    ]


@few
@given(records(), st.lists(st.tuples(who, decisions), max_size=8), st.booleans())
def test_replaying_the_events_from_the_reading_gives_the_record(record, steps, is_approved) -> None:
    start = triage(again(record), 0.9)
    end, events = decided(start, steps)
    if is_approved:
        after, more = decided(end, [*answers(end), ("bob", Approve("approved", "5e" * 32))])
        end, events = after, events + more
    assert replay(start, events, people=PEOPLE, check_again=again) == end


@few
@given(records(), st.lists(st.tuples(who, decisions), max_size=8))
def test_no_decision_touches_a_reading_or_takes_an_answer_back(record, steps) -> None:
    start = triage(again(record), 0.9)
    end, _ = decided(start, steps)
    assert [one.reading for one in end.entries] == [one.reading for one in start.entries]
    for before, after in zip(start.entries, end.entries, strict=True):
        assert after.corrections[: len(before.corrections)] == before.corrections
        assert after.dispositions[: len(before.dispositions)] == before.dispositions
        assert all(one.reason.strip() for one in (*after.corrections, *after.dispositions))


@few
@given(records(), st.lists(st.tuples(who, decisions), max_size=8))
def test_an_approved_record_has_no_open_flag_and_a_signature_of_somebody_else(
    record, steps
) -> None:
    start = triage(again(record), 0.9)
    middle, _ = decided(start, steps)
    end, _ = decided(middle, [*answers(middle), ("cy", Approve("approved", "5e" * 32))])
    if end.state is RecordState.APPROVED:
        assert open_flags(end) == ()
        assert end.signatures[-1].user not in worked_on_by(end)
    else:
        assert "cy" in worked_on_by(middle) or middle.state is RecordState.REJECTED


@few
@given(st.text(), st.sampled_from(State))
def test_a_line_of_the_trail_gives_the_value_and_state_back(value, state) -> None:
    kept = value if state is State.FILLED else ""
    shown = {State.CHECKED: "true", State.UNCHECKED: "false"}.get(state, kept)
    assert from_line(to_line(shown, state)) == (shown, state)


def test_a_signature_has_a_line_of_its_own() -> None:
    assert from_line(to_line("", State.FILLED)) == ("", State.FILLED)
    assert EntryKind.SIGNATURE in {one.type for one in FIELDS}
