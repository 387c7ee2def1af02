"""Decisions in review: what each does, who may, and what is refused in plain words."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from core_examples import AT, BLANK, MARKED, SIGNED, UNREADABLE, field, form, record

from extractors.values import State
from pipeline.core.check import CheckContext, FoundPage, PageEvidence, check
from pipeline.core.digest import signature_digest
from pipeline.core.review import (
    Approve,
    Attest,
    Attestation,
    Comment,
    Confirm,
    Correct,
    Dispose,
    EventKind,
    Reject,
    Reviewer,
    decide,
    is_answered,
    open_flags,
    replay,
    worked_on_by,
)
from pipeline.core.triage import triage
from pipeline.core.values import Outcome, RecordState
from pipeline.errors import NotAllowed

SEEN = "5e" * 32
"""The digest of what a signer saw."""
ANN, BOB = Reviewer("ann", "Ann Lee"), Reviewer("bob", "Bob Roe")
MASTER = form(
    field("lot", pattern=r"L\d+", required=True),
    field("weight", "number", decimals=1, high=100),
    field("done", "checkbox"),
    field("signed", "signature", required=True),
    field("extra", page=2),
)
CONTEXT = CheckContext(MASTER)


def in_review(**written):
    standing = {"lot": "L1", "weight": "99.0", "done": MARKED, "signed": SIGNED} | written
    whole = PageEvidence((FoundPage(1, 1), FoundPage(2, 2)))
    return check(record(MASTER, **standing), replace(CONTEXT, pages=whole))


def after(one, *decisions, by=ANN):
    for decision in decisions:
        one, _ = decide(one, decision, by=by, at=AT)
        one = check(one, CONTEXT) if isinstance(decision, Correct) else one
    return one


def refusal(one, decision, by=ANN) -> str:
    with pytest.raises(NotAllowed) as caught:
        decide(one, decision, by=by, at=AT)
    return str(caught.value)


def test_a_correction_stands_beside_the_reading_with_its_reason() -> None:
    one, event = decide(in_review(), Correct("weight", "98.0", "a smudge"), by=ANN, at=AT)
    entry = one.entry("weight")
    assert (entry.value, entry.reading.value) == ("98.0", "99.0")
    assert (entry.corrections[0].reason, entry.corrections[0].by) == ("a smudge", "ann")
    assert (event.kind, event.old, event.new) == (EventKind.CORRECTED, "99.0", "98.0")
    assert (event.record, event.field, event.by, event.at) == ("R1", "weight", "ann", AT)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_needs_a_reason(reason) -> None:
    assert "needs a reason" in refusal(in_review(), Correct("weight", "98.0", reason))


def test_a_correction_to_what_stands_there_is_refused() -> None:
    assert "reads so already" in refusal(in_review(), Correct("weight", " 99.0", "why"))


@pytest.mark.parametrize(
    ("name", "value", "state", "kept"),
    [
        ("lot", "", State.BLANK, ""),
        ("lot", "N/A", State.NOT_APPLICABLE, ""),
        ("lot", " L  2 ", State.FILLED, "L 2"),
        ("done", "false", State.UNCHECKED, "false"),
        ("signed", "", State.BLANK, ""),
    ],
)
def test_what_is_typed_says_the_state(name, value, state, kept) -> None:
    entry = after(in_review(), Correct(name, value, "why")).entry(name)
    assert (entry.state, entry.value) == (state, kept)


def test_a_signature_that_was_missed_can_be_said_to_be_there() -> None:
    one = after(in_review(signed=BLANK), Correct("signed", "signed", "faint, but there"))
    assert (one.entry("signed").state, one.entry("signed").value) == (State.FILLED, "")
    assert open_flags(one) == ()


def test_a_text_can_not_be_marked_nor_a_box_filled_in() -> None:
    assert "can't be" in refusal(in_review(), Correct("lot", "", "why", State.CHECKED))
    assert "can't be" in refusal(in_review(), Correct("done", "x", "why", State.FILLED))


def test_a_correction_that_the_checks_accept_leaves_no_flag() -> None:
    one = in_review(weight="102.3")
    assert [flag.name for flag in open_flags(one)] == ["out_of_limit"]
    assert open_flags(after(one, Correct("weight", "100.0", "misread"))) == ()


def test_an_answer_does_not_count_for_what_the_flag_says_after_a_correction() -> None:
    answer = Dispose("weight", "out_of_limit", Outcome.CONFIRMED, "deviation 12")
    one = after(in_review(weight="102.3"), answer)
    assert open_flags(one) == ()
    again = after(one, Correct("weight", "109.0", "misread"))
    assert [flag.name for flag in open_flags(again)] == ["out_of_limit"]
    assert open_flags(after(again, answer)) == ()


def test_a_missing_signature_is_disposed_of_as_truly_missing() -> None:
    answer = Dispose("signed", "missing_signature", Outcome.TRULY_MISSING, "not on the paper")
    one, event = decide(in_review(signed=BLANK), answer, by=ANN, at=AT)
    entry = one.entry("signed")
    assert is_answered(entry.flags[0], entry.dispositions)
    assert entry.dispositions[0].outcome is Outcome.TRULY_MISSING
    assert (event.old, event.new) == ("missing_signature", "truly_missing")


def test_a_flag_on_the_record_is_answered_on_the_record() -> None:
    one = check(record(MASTER), replace(CONTEXT, pages=PageEvidence((FoundPage(1, 1),))))
    one = after(one, Dispose(None, "missing_page", Outcome.TRULY_MISSING, "lost in the archive"))
    assert [answer.flag for answer in one.dispositions] == ["missing_page"]
    assert open_flags(one) == ()


def test_an_answer_needs_a_reason_and_a_flag_that_is_there() -> None:
    one = in_review(signed=BLANK)
    bare = Dispose("signed", "missing_signature", Outcome.TRULY_MISSING, " ")
    assert "needs a reason" in refusal(one, bare)
    assert "no flag" in refusal(one, Dispose("lot", "missing_entry", Outcome.CONFIRMED, "x"))
    assert "no flag" in refusal(one, Dispose(None, "missing_page", Outcome.CONFIRMED, "x"))
    assert "no entry" in refusal(one, Dispose("nowhere", "missing_entry", Outcome.CONFIRMED, "x"))


def test_a_flag_can_not_be_called_corrected_where_nothing_was() -> None:
    answer = Dispose("signed", "missing_signature", Outcome.CORRECTED, "done")
    assert "nothing was corrected" in refusal(in_review(signed=BLANK), answer)


def test_confirming_answers_every_open_flag_of_the_entry() -> None:
    one = triage(in_review(lot="X1"), 0.999)
    assert {flag.name for flag in one.entry("lot").flags} == {"bad_format", "low_confidence"}
    confirmed, event = decide(one, Confirm("lot"), by=ANN, at=AT)
    assert not [flag for flag in open_flags(confirmed) if flag.field == "lot"]
    assert event.reason == "Compared with the scan"


def test_confirming_a_critical_flag_needs_a_reason() -> None:
    one = in_review(weight="102.3")
    assert "needs a reason" in refusal(one, Confirm("weight"))
    assert open_flags(after(one, Confirm("weight", "deviation 12"))) == ()


def test_a_comment_changes_nothing_but_is_an_event() -> None:
    one = in_review()
    same, event = decide(one, Comment("lot", "asked the plant"), by=ANN, at=AT)
    assert same == one
    assert (event.kind, event.reason) == (EventKind.COMMENTED, "asked the plant")
    assert "needs words" in refusal(one, Comment(None, ""))


def test_an_approval_signs_and_locks_the_record() -> None:
    one, event = decide(in_review(), Approve("approved for the archive", SEEN), by=BOB, at=AT)
    (signature,) = one.signatures
    assert one.state is RecordState.APPROVED
    assert (signature.name, signature.user, signature.at) == ("Bob Roe", "bob", AT)
    assert signature.meaning == "approved for the archive"
    assert signature.digest == signature_digest(
        record="R1",
        content=SEEN,
        name="Bob Roe",
        user="bob",
        meaning="approved for the archive",
        at=AT,
    )
    assert (event.old, event.new) == (SEEN, "approved")


def test_a_signature_is_of_this_record_this_content_this_person_and_this_meaning() -> None:
    said = {"record": "R1", "content": SEEN, "name": "B", "user": "b", "meaning": "m", "at": AT}
    others = {"record": "R2", "content": "0" * 64, "name": "C", "user": "c", "meaning": "n"}
    digests = {signature_digest(**said)} | {
        signature_digest(**said | {key: value}) for key, value in others.items()
    }
    digests.add(signature_digest(**said | {"at": AT + timedelta(microseconds=1)}))
    assert len(digests) == 7


@pytest.mark.parametrize("meaning", Attestation)
def test_an_attestation_is_a_signature_that_leaves_the_record_in_review(meaning) -> None:
    one, event = decide(in_review(), Attest(meaning, SEEN), by=ANN, at=AT)
    assert one.state is RecordState.IN_REVIEW
    assert [signature.meaning for signature in one.signatures] == [meaning.value]
    assert (event.kind, event.old, event.new) == (EventKind.ATTESTED, SEEN, "in_review")
    assert after(one, Correct("lot", "L2", "misread")).signatures == one.signatures


def test_a_review_is_signed_when_every_flag_has_its_answer() -> None:
    one = in_review(signed=BLANK)
    assert "no answer yet" in refusal(one, Attest(Attestation.REVIEWED, SEEN))
    assert after(one, Attest(Attestation.TRUE_COPY, SEEN)).signatures


@pytest.mark.parametrize(
    "decision", [Attest(Attestation.TRUE_COPY, ""), Approve("approved", " "), Reject("why", "")]
)
def test_a_signature_of_nothing_is_refused(decision) -> None:
    assert "needs to be of something" in refusal(in_review(), decision, by=BOB)


@pytest.mark.parametrize(
    "decision",
    [
        Correct("lot", "L2", "why"),
        Confirm("lot"),
        Dispose("lot", "bad_format", Outcome.CONFIRMED, "why"),
        Comment(None, "late"),
        Attest(Attestation.TRUE_COPY, SEEN),
        Approve("again", SEEN),
        Reject("why", SEEN),
    ],
)
@pytest.mark.parametrize(
    "state", [state for state in RecordState if state is not RecordState.IN_REVIEW]
)
def test_only_a_record_in_review_can_be_changed(decision, state) -> None:
    assert "can't be changed" in refusal(replace(in_review(), state=state), decision)


@pytest.mark.parametrize("written", [{"signed": BLANK}, {"lot": UNREADABLE}])
def test_every_flag_needs_an_answer_before_the_approval(written) -> None:
    assert "no answer yet" in refusal(in_review(**written), Approve("approved", SEEN), by=BOB)


def test_nobody_approves_what_they_corrected_or_answered() -> None:
    corrected = after(in_review(), Correct("lot", "L2", "misread"))
    assert worked_on_by(corrected) == {"ann"}
    assert "somebody else" in refusal(corrected, Approve("approved", SEEN), by=ANN)
    assert after(corrected, Approve("approved", SEEN), by=BOB).state is RecordState.APPROVED
    answered = after(in_review(weight="102.3"), Confirm("weight", "deviation 12"))
    assert "somebody else" in refusal(answered, Approve("approved", SEEN), by=ANN)


def test_a_signature_needs_a_meaning() -> None:
    assert "needs a meaning" in refusal(in_review(), Approve(" ", SEEN), by=BOB)


def test_a_rejected_record_is_closed_with_its_reason() -> None:
    one, event = decide(in_review(signed=BLANK), Reject("not our batch", SEEN), by=BOB, at=AT)
    assert one.state is RecordState.REJECTED
    assert (event.kind, event.new, event.reason) == (
        EventKind.REJECTED, "rejected", "not our batch",
    )  # fmt: skip
    assert [signature.meaning for signature in one.signatures] == ["Rejected: not our batch"]
    assert "needs a reason" in refusal(in_review(), Reject("", SEEN))


def test_a_decision_needs_a_time_with_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        decide(in_review(), Comment(None, "x"), by=ANN, at=datetime(2024, 5, 6))


def test_replaying_the_events_gives_the_approved_record() -> None:
    start = one = triage(in_review(weight="102.3", signed=BLANK), 0.9)
    events = []
    for by, decision in (
        (ANN, Correct("lot", "(blank)", "that is what it says")),
        (ANN, Correct("weight", "", "nothing there")),
        (ANN, Confirm("lot")),
        (ANN, Dispose("signed", "missing_signature", Outcome.TRULY_MISSING, "not there")),
        (ANN, Comment(None, "done")),
        (ANN, Attest(Attestation.REVIEWED, SEEN)),
        (BOB, Approve("approved", SEEN)),
    ):
        one, event = decide(one, decision, by=by, at=AT)
        one = check(one, CONTEXT) if isinstance(decision, Correct) else one
        events.append(event)
    people = {"ann": ANN, "bob": BOB}
    again = replay(start, events, people=people, check_again=lambda old: check(old, CONTEXT))
    assert again == one
    assert again.entry("lot").value == "(blank)"
