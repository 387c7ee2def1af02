"""Whatever people decide: the trail tells all of it, and nothing that was read is lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core_strategies import FIELDS, FORM, few, records
from hypothesis import given
from hypothesis import strategies as st

from extractors.values import EntryKind, State
from pipeline.core.check import CheckContext, check
from pipeline.core.keyed import KeyingStep, open_round
from pipeline.core.keying import without_open_keyings
from pipeline.core.review import (
    Approve,
    AskRescan,
    Attest,
    Attestation,
    Comment,
    Confirm,
    Correct,
    Dispose,
    Key,
    KeyAgain,
    Reject,
    Reviewer,
    Settle,
    decide,
    is_corrected,
    open_flags,
    replay,
    worked_on_by,
)
from pipeline.core.triage import triage
from pipeline.core.values import Outcome, RecordState
from pipeline.core.written import from_line, to_line
from pipeline.errors import Conflict, NotAllowed

CONTEXT = CheckContext(FORM)
PEOPLE = {user: Reviewer(user, user.title()) for user in ("ann", "bob", "cy", "dee")}
START = datetime(2024, 5, 6, tzinfo=UTC)

names = st.sampled_from([one.name for one in FIELDS])
texts = st.sampled_from(["", " ", "A1", "7.0", "N/A", "(blank)", "(x", "true", "ok"]) | st.text()
states = st.none() | st.sampled_from(State)
flags = st.sampled_from(
    ["missing_entry", "missing_signature", "bad_format", "correction", "unreadable"]
)
keyings = st.one_of(
    st.builds(Key, names, texts, texts, states),
    st.builds(KeyAgain, names, texts, states, agrees=st.booleans()),
    st.builds(Settle, names, texts, texts, states),
)
decisions = st.one_of(
    st.builds(Correct, names, texts, texts, states),
    keyings,
    st.builds(Confirm, names, texts),
    st.builds(Dispose, st.none() | names, flags, st.sampled_from(Outcome), texts),
    st.builds(Comment, st.none() | names, texts),
    st.builds(AskRescan, st.none() | names, st.none() | st.integers(1, 12), texts),
    st.builds(Attest, st.sampled_from(Attestation), st.just("5e" * 32)),
    st.builds(Approve, texts, st.just("5e" * 32)),
    st.builds(Reject, texts, st.just("5e" * 32)),
)
who = st.sampled_from(["ann", "bob", "cy"])


def again(record):
    return check(record, CONTEXT)


def decided(record, steps):
    """The record after the steps that were allowed, and their events."""
    events = []
    for minute, (user, decision) in enumerate(steps):
        at = START + timedelta(minutes=minute)
        try:
            before = record
            record, event = decide(record, decision, by=PEOPLE[user], at=at)
        except (NotAllowed, Conflict):
            continue
        record = again(record) if is_corrected(before, record) else record
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
@given(records(), names, st.lists(st.tuples(who, keyings), min_size=3, max_size=12))
def test_no_round_of_keyings_has_the_same_person_twice_and_each_is_told(
    record, name, steps
) -> None:
    start = triage(again(record), 0.9)
    on_one = [(user, replace(decision, field=name)) for user, decision in steps]
    end, events = decided(start, on_one)
    assert replay(start, events, people=PEOPLE, check_again=again) == end
    for before, after in zip(start.entries, end.entries, strict=True):
        assert len(after.keyings) == sum(event.field == after.field for event in events)
        for place, keying in enumerate(after.keyings):
            going_on = open_round(after.keyings[:place])
            is_first = keying.step is KeyingStep.FIRST
            assert is_first == (going_on == ())
            assert keying.by not in {one.by for one in going_on}
        settled = {KeyingStep.AGREED, KeyingStep.SETTLED}
        over = sum(one.step in settled for one in after.keyings)
        assert len(after.corrections) - len(before.corrections) <= over


@few
@given(records(), names, st.lists(st.tuples(who, keyings), max_size=8))
def test_a_record_in_which_a_keying_waits_is_never_approved_and_shows_nothing_of_it(
    record, name, steps
) -> None:
    on_one = [(user, replace(decision, field=name)) for user, decision in steps]
    middle, _ = decided(triage(again(record), 0.9), on_one)
    end, _ = decided(middle, [*answers(middle), ("dee", Approve("approved", "5e" * 32))])
    is_waiting = any(open_round(entry.keyings) for entry in middle.entries)
    assert (end.state is RecordState.APPROVED) != is_waiting
    for shown, entry in zip(without_open_keyings(middle).entries, middle.entries, strict=True):
        going_on = len(open_round(entry.keyings))
        assert [one.is_sealed for one in shown.keyings[len(shown.keyings) - going_on :]] == (
            [True] * going_on
        )
        assert not any(one.value for one in shown.keyings if one.is_sealed)


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
        reviewed = {one.user for one in middle.signatures if one.meaning == Attestation.REVIEWED}
        is_waiting = any(open_round(entry.keyings) for entry in middle.entries)
        is_own = "cy" in worked_on_by(middle) | reviewed
        assert is_own or is_waiting or middle.state is RecordState.REJECTED


@few
@given(st.text(), st.sampled_from(State))
def test_a_line_of_the_trail_gives_the_value_and_state_back(value, state) -> None:
    kept = value if state is State.FILLED else ""
    shown = {State.CHECKED: "true", State.UNCHECKED: "false"}.get(state, kept)
    assert from_line(to_line(shown, state)) == (shown, state)


def test_a_signature_has_a_line_of_its_own() -> None:
    assert from_line(to_line("", State.FILLED)) == ("", State.FILLED)
    assert EntryKind.SIGNATURE in {one.type for one in FIELDS}
