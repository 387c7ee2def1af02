"""A slip at the desk taken back: what stood before waits again, and nothing is deleted."""

from dataclasses import replace
from datetime import timedelta

import pytest
from record_builders import FORM, NOON, record

from pipeline.core.check import CheckContext, check
from pipeline.core.review import (
    Attest,
    Attestation,
    Comment,
    Confirm,
    Correct,
    Decision,
    Dispose,
    Reviewer,
    decide,
    open_flags,
)
from pipeline.core.triage import triage
from pipeline.core.undo import undoing
from pipeline.core.values import Outcome, Record
from pipeline.errors import NotAllowed

ANN = Reviewer("ann", "Ann")
MISSING = Dispose("signed", "missing_signature", Outcome.TRULY_MISSING, "nobody signed")


def start() -> Record:
    return triage(check(record(), CheckContext(FORM)), 0.9)


def after(before: Record, *decisions: Decision) -> Record:
    now = before
    for minute, decision in enumerate(decisions):
        now, _ = decide(now, decision, by=ANN, at=NOON + timedelta(minutes=minute))
        if isinstance(decision, Correct):
            now = check(now, CheckContext(FORM))
    return now


def names(of: Record) -> list[tuple[str | None, str]]:
    return [(flag.field, flag.name) for flag in open_flags(of)]


@pytest.mark.parametrize(
    "decision", [Confirm("lot", "seen"), MISSING, Correct("lot", "L08481V", "misread")]
)
def test_what_was_taken_back_waits_as_it_did(decision: Decision) -> None:
    before = start()
    now = after(before, decision)
    assert names(now) != names(before)
    assert names(after(now, *undoing(before, decision))) == names(before)


def test_an_answer_that_is_taken_back_stays_in_the_record() -> None:
    before = start()
    now = after(after(before, MISSING), *undoing(before, MISSING), MISSING)
    outcomes = [one.outcome for one in now.entry("signed").dispositions]
    assert outcomes == [Outcome.TRULY_MISSING, Outcome.TAKEN_BACK, Outcome.TRULY_MISSING]
    assert ("signed", "missing_signature") not in names(now)


def test_a_sure_reading_whose_correction_was_taken_back_is_looked_at_once_more() -> None:
    before, decision = start(), Correct("weight", "18.2", "a slip")
    now = after(after(before, decision), *undoing(before, decision))
    assert now.entry("weight").value == "13.2"
    assert before.entry("weight").accepted
    assert not now.entry("weight").accepted
    assert ("weight", "low_confidence") in names(now)
    assert ("weight", "low_confidence") in names(triage(now, 0.5))


def test_nothing_is_taken_back_once_somebody_has_signed() -> None:
    before = start()
    copy = Attest(Attestation.TRUE_COPY, "5e" * 32)
    signed = after(before, MISSING, copy)
    with pytest.raises(NotAllowed, match="somebody has signed since"):
        after(signed, *undoing(before, MISSING))


def test_an_answer_that_is_not_there_is_not_taken_back() -> None:
    back = replace(MISSING, outcome=Outcome.TAKEN_BACK)
    with pytest.raises(NotAllowed, match="no answer to take back"):
        after(start(), back)


def test_what_was_said_is_said() -> None:
    with pytest.raises(NotAllowed, match="can't be taken back"):
        undoing(start(), Comment(None, "seen"))
