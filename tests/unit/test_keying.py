"""Second keying: what is critical, what is the same entry, and who may key what when."""

from dataclasses import replace

import pytest
from record_builders import FORM, NOON, place, record

from extractors.values import EntryKind, State
from pipeline.core.answered import open_flags, worked_on_by
from pipeline.core.critical import as_keyed, is_critical
from pipeline.core.document import archive_document, from_document
from pipeline.core.forms import Meaning
from pipeline.core.keyed import KeyingStep
from pipeline.core.keying import waiting_keyings, without_open_keyings
from pipeline.core.review import (
    Approve,
    Attest,
    Attestation,
    Comment,
    Confirm,
    Correct,
    Dispose,
    EventKind,
    Key,
    KeyAgain,
    Reject,
    Reviewer,
    Settle,
    decide,
)
from pipeline.core.same_entry import same_entry
from pipeline.core.values import Outcome, RecordState
from pipeline.critical_words import DEFAULT, MEANINGS, TYPES, critical_words
from pipeline.errors import Conflict, NotAllowed

ANN, BOB, CY, DEE = (Reviewer(user, user.title()) for user in ("ann", "bob", "cy", "dee"))
FIRST = Key("lot", "L08481V", "the sign before the V is a 1")
SAME, OTHER = KeyAgain("lot", "L08481V", agrees=True), KeyAgain("lot", "L0848IV", agrees=False)
MISSING = Dispose("signed", "missing_signature", Outcome.TRULY_MISSING, "nobody signed")
CONTENT = "5e" * 32


def after(*steps, start=None):
    """The record after these people decided these things one after the other."""
    now = start or record(id="R1")
    for by, decision in steps:
        now, _ = decide(now, decision, by=by, at=NOON)
    return now


# -------------------------------------------------------------------------------- what is critical


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (place("a", EntryKind.NUMBER, "A", 0), False),
        (place("a", EntryKind.NUMBER, "A", 0, low=1), True),
        (place("a", EntryKind.NUMBER, "A", 0, high=1), True),
        (place("a", EntryKind.NUMBER, "A", 0, equals="2 * b"), True),
        (place("a", EntryKind.TEXT, "A", 0, means=Meaning.LOT), True),
        (place("a", EntryKind.NUMBER, "A", 0, means=Meaning.QUANTITY), True),
        (place("a", EntryKind.DATE, "A", 0, means=Meaning.EXPIRY_DATE), True),
        (place("a", EntryKind.TEXT, "A", 0, means=Meaning.EQUIPMENT), False),
        (place("a", EntryKind.SIGNATURE, "A", 0), False),
    ],
)
def test_what_decides_over_release_is_critical_unless_the_site_says_otherwise(
    field, expected
) -> None:
    assert is_critical(field, critical_words(DEFAULT)) is expected
    assert is_critical(field, critical_words("all"))
    assert not is_critical(field, critical_words("none"))


def test_a_site_names_what_is_critical_by_type_too() -> None:
    words = critical_words(" Number, equipment ")
    assert is_critical(place("a", EntryKind.NUMBER, "A", 0), words)
    assert is_critical(place("a", EntryKind.TEXT, "A", 0, means=Meaning.EQUIPMENT), words)
    assert not is_critical(place("a", EntryKind.TEXT, "A", 0, means=Meaning.LOT), words)


@pytest.mark.parametrize("text", ["lots", "", " , ", "none, lot"])
def test_words_that_mean_nothing_are_refused(text) -> None:
    with pytest.raises(ValueError, match="none"):
        critical_words(text)


def test_the_words_of_the_setting_are_those_of_the_form_s_definition() -> None:
    assert [*TYPES] == [*EntryKind]
    assert [*MEANINGS] == [*Meaning]


def test_a_correction_of_a_critical_field_is_a_first_keying() -> None:
    words = critical_words(DEFAULT)
    wanted = Correct("lot", "L1", "why", State.FILLED)
    assert as_keyed(wanted, FORM, words) == Key("lot", "L1", "why", State.FILLED)
    for untouched in (replace(wanted, field="remark"), Confirm("lot"), Comment("lot", "hm")):
        assert as_keyed(untouched, FORM, words) is untouched
    assert as_keyed(wanted, None, words) is wanted


# ------------------------------------------------------------------------------- the same entry


@pytest.mark.parametrize(
    ("kind", "format", "one", "other", "expected"),
    [
        (EntryKind.DATE, "DD/MM/YYYY", "01/02/2024", "1/2/24", True),
        (EntryKind.DATE, "DD/MM/YYYY", "01/02/2024", "02/01/2024", False),
        (EntryKind.DATE, "MM/DD/YY", "02/01/24", "2/1/2024", True),
        (EntryKind.DATE, "DD MMM YY", "01 FEB 24", "1 Feb 2024", True),
        (EntryKind.DATE, "DD MMM YY", "01 FEB 24", "1 February 2024", True),
        (EntryKind.DATE, None, "2024-02-01", "2024-2-1", True),
        (EntryKind.DATE, "DD/MM/YYYY", "01/02/1924", "01/02/24", False),
        (EntryKind.DATE, "DD/MM/YY", "01/02/69", "01/02/1969", True),
        (EntryKind.DATE, "DD/MM/YYYY", "31/02/2024", "31/02/2024", True),
        (EntryKind.DATE, "DD/MM/YYYY", "31/02/2024", "31/2/24", False),  # no day: as it stands
        (EntryKind.DATE, "DD/MM/YYYY", "01/02", "01/02", True),
        (EntryKind.TIME, "HH:MM", "9:05", "09:05", True),
        (EntryKind.TIME, "HH:MM", "09:05", "09:50", False),
        (EntryKind.TIME, "HH:MM:SS", "09:05", "09:05:00", False),
        (EntryKind.NUMBER, None, "1.0", "1.00", False),
        (EntryKind.NUMBER, None, "1.0", " 1.0", True),
        (EntryKind.NUMBER, None, "01.0", "1.0", False),
        (EntryKind.NUMBER, None, "24.4", "244", False),
        (EntryKind.INITIALS, None, "M J", "mj", True),
        (EntryKind.INITIALS, None, "TB", "JB", False),
        (EntryKind.TEXT, None, "L08481V", "L0848 1V", False),
        (EntryKind.TEXT, None, "L08481V", "l08481v", False),
        (EntryKind.TEXT, None, " sieved  twice", "sieved twice", True),
    ],
)
def test_two_keyings_are_compared_by_the_format_of_the_field(
    kind, format, one, other, expected
) -> None:
    field = place("a", kind, "A", 0, format=format)
    assert same_entry(field, (one, State.FILLED), (other, State.FILLED)) is expected
    assert same_entry(field, (other, State.FILLED), (one, State.FILLED)) is expected


def test_a_blank_is_not_the_same_as_what_can_not_be_read() -> None:
    field = place("a", EntryKind.TEXT, "A", 0)
    assert not same_entry(field, ("", State.BLANK), ("", State.UNREADABLE))
    assert same_entry(field, ("", State.BLANK), ("", State.BLANK))


# ------------------------------------------------------------------------------- round by round


def test_a_first_keying_waits_and_changes_no_value() -> None:
    before = record(id="R1")
    now, event = decide(before, FIRST, by=ANN, at=NOON)
    lot = now.entry("lot")
    assert (lot.value, lot.corrections, lot.accepted) == ("L0848N", (), False)
    assert [entry.field for entry, _ in waiting_keyings(now)] == ["lot"]
    assert (event.kind, event.old, event.new) == (EventKind.KEYED, "L0848N", "L08481V")
    assert "lot" not in {flag.field for flag in open_flags(now)}


def test_where_a_second_person_keys_the_same_the_entry_is_corrected() -> None:
    now = after((ANN, FIRST))
    now, event = decide(now, SAME, by=BOB, at=NOON)
    (correction,) = now.entry("lot").corrections
    assert (correction.value, correction.by) == ("L08481V", "ann")
    assert correction.reason == FIRST.reason
    assert (event.kind, event.by) == (EventKind.KEYING_AGREED, "bob")
    assert [*waiting_keyings(now)] == []


def test_where_they_differ_the_first_s_value_does_not_stand_and_a_third_decides() -> None:
    now = after((ANN, FIRST), (BOB, OTHER))
    assert now.entry("lot").value == "L0848N"
    assert [going_on[-1].step for _, going_on in waiting_keyings(now)] == [KeyingStep.DISAGREED]
    now, event = decide(now, Settle("lot", "L08481V", "a 1 with a serif"), by=CY, at=NOON)
    (correction,) = now.entry("lot").corrections
    assert (correction.value, correction.by, correction.reason) == (
        "L08481V",
        "cy",
        "a 1 with a serif",
    )
    assert (event.kind, event.old, event.new) == (EventKind.KEYING_SETTLED, "L0848N", "L08481V")


def test_the_third_may_key_what_neither_did_and_what_the_machine_read() -> None:
    now = after((ANN, FIRST), (BOB, OTHER), (CY, Settle("lot", "L0848W", "a W")))
    assert now.entry("lot").value == "L0848W"
    now = after((ANN, FIRST), (BOB, OTHER), (CY, Settle("lot", "L0848N", "it was right")))
    assert (now.entry("lot").value, now.entry("lot").corrections) == ("L0848N", ())
    assert [*waiting_keyings(now)] == []
    assert "lot" in {flag.field for flag in open_flags(now)}  # its flag waits for an answer again


@pytest.mark.parametrize(
    ("steps", "by", "decision"),
    [
        ([(ANN, FIRST)], ANN, SAME),
        ([(ANN, FIRST)], ANN, OTHER),
        ([(ANN, FIRST), (BOB, OTHER)], ANN, Settle("lot", "x", "y")),
        ([(ANN, FIRST), (BOB, OTHER)], BOB, Settle("lot", "x", "y")),
    ],
)
def test_nobody_keys_twice_in_a_round(steps, by, decision) -> None:
    with pytest.raises(NotAllowed, match="already"):
        after(*steps, (by, decision))


@pytest.mark.parametrize(
    ("steps", "decision"),
    [
        ([], SAME),
        ([], Settle("lot", "x", "y")),
        ([(ANN, FIRST)], Settle("lot", "x", "y")),
        ([(ANN, FIRST), (BOB, OTHER)], SAME),
        ([(ANN, FIRST), (BOB, SAME)], OTHER),
        ([(ANN, FIRST), (BOB, SAME)], Settle("lot", "x", "y")),
    ],
)
def test_a_keying_out_of_turn_is_refused(steps, decision) -> None:
    with pytest.raises(Conflict):
        after(*steps, (DEE, decision))


@pytest.mark.parametrize(
    "decision",
    [
        Correct("lot", "L1", "why"),
        FIRST,
        Confirm("lot", "it stands"),
        Dispose("lot", "low_confidence", Outcome.CONFIRMED, "it stands"),
    ],
)
def test_nothing_else_is_decided_of_an_entry_that_waits(decision) -> None:
    for steps in ([(ANN, FIRST)], [(ANN, FIRST), (BOB, OTHER)]):
        with pytest.raises(NotAllowed, match="another person's keying"):
            after(*steps, (DEE, decision))
        after(*steps, (DEE, Comment("lot", "faint")))


@pytest.mark.parametrize(
    "decision",
    [
        replace(FIRST, reason=" "),
        replace(FIRST, value="L0848N"),
        replace(FIRST, state=State.CHECKED),
        replace(FIRST, field="nothing"),
    ],
)
def test_a_first_keying_is_refused_as_a_correction_is(decision) -> None:
    with pytest.raises(NotAllowed):
        after((ANN, decision))


def test_a_decision_between_two_needs_a_reason() -> None:
    with pytest.raises(NotAllowed, match="reason"):
        after((ANN, FIRST), (BOB, OTHER), (CY, Settle("lot", "x", "  ")))


def test_a_new_round_may_begin_after_one_is_over() -> None:
    again = Key("lot", "L08481W", "a W after all")
    now = after((ANN, FIRST), (BOB, SAME), (BOB, again))
    assert now.entry("lot").value == "L08481V"
    with pytest.raises(NotAllowed, match="already"):
        after((BOB, SAME), start=now)
    now = after((ANN, KeyAgain("lot", "L08481W", agrees=True)), start=now)
    assert [one.by for one in now.entry("lot").corrections] == ["ann", "bob"]


# ------------------------------------------------------------------------------- four eyes


def answered(*steps):
    return after(*steps, (ANN, MISSING))


def test_nothing_is_approved_while_a_keying_waits() -> None:
    for steps in ([(ANN, FIRST)], [(ANN, FIRST), (BOB, OTHER)]):
        now = answered(*steps)
        assert open_flags(now) == ()
        with pytest.raises(NotAllowed, match=r"another person's keying \(lot\)"):
            decide(now, Approve("ok", CONTENT), by=DEE, at=NOON)
        with pytest.raises(NotAllowed, match="another person's keying"):
            decide(now, Attest(Attestation.REVIEWED, CONTENT), by=DEE, at=NOON)


CLOSE = [Approve("approved", CONTENT), Reject("not ours", CONTENT)]
ANSWER_LOT = Dispose("lot", "low_confidence", Outcome.CANNOT_BE_READ, "nobody can")
WORK = {
    "corrected": [(DEE, Correct("remark", "sieved once", "read again"))],
    "confirmed": [(DEE, Confirm("lot", "seen"))],
    "answered that it is missing": [(DEE, MISSING)],
    "answered that it can't be read": [(DEE, ANSWER_LOT)],
    "keyed first": [(DEE, FIRST), (BOB, SAME)],
    "keyed second, the same": [(ANN, FIRST), (DEE, SAME)],
    "keyed second, another": [(ANN, FIRST), (DEE, OTHER), (CY, Settle("lot", "L1", "an L"))],
    "decided as a third": [(ANN, FIRST), (BOB, OTHER), (DEE, Settle("lot", "L1", "an L"))],
    "decided that it stands as read": [
        (ANN, FIRST),
        (BOB, OTHER),
        (DEE, Settle("lot", "L0848N", "an N")),
    ],
}


def finished(steps):
    """The record after the steps, with all that is still open answered by ann."""
    now = after(*steps)
    for flag in open_flags(now):
        answer = Dispose(flag.field, flag.name, Outcome.CONFIRMED, "seen")
        now, _ = decide(now, answer, by=ANN, at=NOON)
    return now


@pytest.mark.parametrize("close", CLOSE, ids=["approve", "reject"])
@pytest.mark.parametrize("work", WORK)
def test_whoever_worked_on_a_record_can_not_close_it(work, close) -> None:
    now = finished(WORK[work])
    assert "dee" in worked_on_by(now)
    with pytest.raises(NotAllowed, match="Dee"):
        decide(now, close, by=DEE, at=NOON)
    closed, _ = decide(now, close, by=Reviewer("eve", "Eve"), at=NOON)
    assert closed.state in (RecordState.APPROVED, RecordState.REJECTED)


@pytest.mark.parametrize("close", CLOSE, ids=["approve", "reject"])
def test_whoever_signed_the_review_can_not_close_the_record(close) -> None:
    now, _ = decide(finished([]), Attest(Attestation.REVIEWED, CONTENT), by=DEE, at=NOON)
    with pytest.raises(NotAllowed, match="signed the review"):
        decide(now, close, by=DEE, at=NOON)
    now, _ = decide(finished([]), Attest(Attestation.TRUE_COPY, CONTENT), by=DEE, at=NOON)
    assert decide(now, close, by=DEE, at=NOON)[0].state is not RecordState.IN_REVIEW


def test_a_comment_alone_leaves_the_approval_open() -> None:
    now = finished([(DEE, Comment(None, "seen"))])
    assert decide(now, CLOSE[0], by=DEE, at=NOON)[0].state is RecordState.APPROVED


# ------------------------------------------------------------------------------- blind


def test_what_is_shown_of_a_record_holds_nothing_of_a_keying_that_waits() -> None:
    over = after((ANN, FIRST), (BOB, SAME))
    start = after((ANN, Key("lot", "L1SECRET", "it says SECRET")), start=over)
    for now in (start, after((BOB, KeyAgain("lot", "L2SECRET", agrees=False)), start=start)):
        assert "SECRET" in repr(now)
        shown = without_open_keyings(now)
        assert "SECRET" not in repr(shown)
        assert "SECRET" not in repr(archive_document(shown))
        assert shown.entry("lot").keyings[:2] == over.entry("lot").keyings
        assert worked_on_by(shown) == worked_on_by(now)
        assert [one for one, _ in waiting_keyings(shown)] == [shown.entry("lot")]
        assert from_document(archive_document(shown)) == shown


def test_what_a_superseded_record_was_left_with_stays_sealed() -> None:
    now = after((ANN, Key("lot", "L1SECRET", "it says SECRET")))
    old = replace(now, state=RecordState.SUPERSEDED)
    assert "SECRET" not in repr(without_open_keyings(old))
    assert [*waiting_keyings(old)] == []


def test_what_was_keyed_is_told_when_the_record_is_closed() -> None:
    now = after((ANN, FIRST), (CY, Reject("not ours", CONTENT)))
    assert without_open_keyings(now) is now
    assert [*waiting_keyings(now)] == []
    assert from_document(archive_document(now)) == now
