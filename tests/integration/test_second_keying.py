"""Second keying on a site, on both databases: from the correction to the signature, and blind."""

import json
import threading
from dataclasses import replace

import pytest
from site_records import (
    ADMIN,
    APPROVER,
    CORRECTION,
    MISSING,
    READER,
    REVIEWER,
    SECOND,
    approved,
    do,
    make_ready,
    proof_of,
    read,
    strict,
)
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from pipeline.account_changes import set_role
from pipeline.accounts import Person, PersonRole
from pipeline.api import SESSION_COOKIE, make_api
from pipeline.archive import search
from pipeline.contact import Sheet, confirm_all, same_kind
from pipeline.core.document import archive_document
from pipeline.core.review import Comment, Confirm, Correct, KeyAgain, Settle
from pipeline.core.values import RecordState
from pipeline.errors import Conflict, InputRefused, NotAllowed
from pipeline.export import Format, export_record
from pipeline.keying import key_again, settle, sheet, waiting
from pipeline.people import list_people, sign_in
from pipeline.review import claim, decide, open_record, queue, release
from pipeline.settings import Settings
from pipeline.signing import Attestation, approve, attest, held, reject
from pipeline.site import Site
from pipeline.trail import TrailQuery, events_of, look, trail_as_csv
from pipeline.verify import verify

THIRD = Person("third", "Tom Ilves", PersonRole.APPROVER)
WEIGHT = Correct("weight", "15.0", "a 5, not a 3")


@pytest.fixture
def at(site: Site) -> Site:
    """A site on which batch numbers, lots and limits are critical, as they are by default."""
    return strict(site)


@pytest.fixture
def record_id(at: Site) -> str:
    return read(at)


def lot(site: Site, record_id: str):
    return open_record(site, record_id).record.entry("lot")


def kinds(site: Site, record_id: str) -> list[str]:
    return [event.kind for event in events_of(site, record_id)]


def fields_of(site: Site, by: Person) -> list[tuple[str, bool]]:
    return [(one.field, one.needs_decision) for one in waiting(site, by=by)]


def sign(site: Site, record_id: str, by: Person = APPROVER):
    seen = open_record(site, record_id).seen
    return approve(site, record_id, "approved for release", proof=proof_of(site, by), seen=seen)


def test_a_corrected_critical_entry_waits_for_another_person(at, record_id) -> None:
    do(at, record_id, CORRECTION)
    assert lot(at, record_id).value == "L0848N"
    assert fields_of(at, REVIEWER) == []
    for other in (SECOND, APPROVER):
        assert fields_of(at, other) == [("lot", False)]
    assert [flag.name for flag in queue(at)[0].flags] == ["missing_signature"]
    assert verify(at.settings).findings == ()


def test_a_field_that_is_not_critical_is_corrected_at_once(at, record_id) -> None:
    do(at, record_id, Correct("remark", "sieved once", "read again"))
    assert open_record(at, record_id).record.entry("remark").value == "sieved once"
    assert fields_of(at, SECOND) == []


def test_where_both_key_the_same_the_entry_is_corrected_and_checked_again(at, record_id) -> None:
    do(at, record_id, replace(WEIGHT, value="25.0"))
    assert open_record(at, record_id).record.entry("weight").flags == ()
    opened = key_again(at, record_id, "weight", " 25.0 ", by=SECOND)
    weight = opened.record.entry("weight")
    assert (weight.value, weight.corrections[0].by) == ("25.0", "reviewer")
    assert [flag.name for flag in weight.flags] == ["out_of_limit"]
    assert "out_of_limit" in [flag.name for flag in queue(at)[0].flags]
    assert verify(at.settings).findings == ()


def test_a_new_flag_after_a_keying_reopens_a_record_that_had_every_answer(at, record_id) -> None:
    do(at, record_id, replace(WEIGHT, value="25.0"))
    do(at, record_id, MISSING)
    do(at, record_id, Confirm("lot", "seen"))
    assert queue(at)[0].flags == ()
    with pytest.raises(NotAllowed, match="another person's keying"):
        sign(at, record_id)
    key_again(at, record_id, "weight", "25.0", by=SECOND)
    assert [flag.name for flag in queue(at)[0].flags] == ["out_of_limit"]
    with pytest.raises(NotAllowed, match="no answer yet"):
        sign(at, record_id)


def test_the_search_finds_what_two_people_keyed_and_not_before(at, record_id) -> None:
    do(at, record_id, replace(CORRECTION, value="Q7777Q"))
    assert search(at, "Q7777Q") == ()
    key_again(at, record_id, "lot", "Q7777Q", by=SECOND)
    assert [hit.field for hit in search(at, "Q7777Q")] == ["lot"]


def test_where_they_differ_a_third_decides(at, record_id) -> None:
    do(at, record_id, CORRECTION)
    key_again(at, record_id, "lot", "L08481Y", by=SECOND)
    assert fields_of(at, SECOND) == fields_of(at, REVIEWER) == []
    assert fields_of(at, THIRD) == [("lot", True)]
    shown = sheet(at, record_id, "lot", by=THIRD)
    assert [one.value for one in shown.candidates] == ["L08481V", "L08481Y"]
    settle(at, record_id, "lot", "L08481V", "a V, its right arm is worn", by=THIRD)
    assert lot(at, record_id).value == "L08481V"
    assert kinds(at, record_id)[-3:] == ["keyed", "keying_disagreed", "keying_settled"]
    assert waiting(at, by=APPROVER) == ()
    assert verify(at.settings).findings == ()


def test_a_third_may_find_that_the_reading_was_right(at, record_id) -> None:
    do(at, record_id, CORRECTION)
    key_again(at, record_id, "lot", "L0848N", by=SECOND)
    settle(at, record_id, "lot", "L0848N", "it is an N", by=THIRD)
    assert (lot(at, record_id).value, lot(at, record_id).corrections) == ("L0848N", ())
    assert "low_confidence" in [flag.name for flag in queue(at)[0].flags]
    assert verify(at.settings).findings == ()


def test_the_trail_tells_who_keyed_what_and_why_when_it_is_over(at, record_id) -> None:
    do(at, record_id, CORRECTION)
    key_again(at, record_id, "lot", "L08481V", by=SECOND)
    first, second = events_of(at, record_id)[-2:]
    assert (first.kind, first.by, first.old, first.new, first.reason) == (
        "keyed",
        "reviewer",
        "L0848N",
        "L08481V",
        CORRECTION.reason,
    )
    assert (second.kind, second.by, second.old, second.new) == (
        "keying_agreed",
        "second",
        "L0848N",
        "L08481V",
    )
    assert "without seeing" in second.reason


def test_another_process_goes_on_with_the_round(at, record_id, second_site) -> None:
    do(at, record_id, CORRECTION)
    elsewhere = second_site(at)
    assert fields_of(elsewhere, SECOND) == [("lot", False)]
    key_again(elsewhere, record_id, "lot", "L08481V", by=SECOND)
    assert lot(at, record_id).value == "L08481V"


# ------------------------------------------------------------------------------- blind


SECRET = "Q7777Q"


@pytest.mark.parametrize("round_", ["waits for a second", "waits for a third"])
def test_nobody_is_shown_what_was_keyed_while_it_waits(at, record_id, round_) -> None:
    do(at, record_id, replace(CORRECTION, value=SECRET, reason=f"it says {SECRET}"))
    if round_ == "waits for a third":
        key_again(at, record_id, "lot", SECRET[::-1] + SECRET, by=SECOND)
    token = sign_in(at, "approver", "demo-approver-1", where="here").token
    with TestClient(make_api(at), cookies={SESSION_COOKIE: token}) as browser:
        answers = [browser.get(path).text for path in (f"/records/{record_id}", "/records")]
        answers += [browser.get("/records", params={"text": SECRET}).text]
    assert '"step": "first"' in json.dumps(json.loads(answers[0]))
    seen = [
        *answers,
        repr(open_record(at, record_id)),
        repr(archive_document(open_record(at, record_id).record)),
        repr(events_of(at, record_id)),
        repr(look(at, TrailQuery(), by=APPROVER)),
        trail_as_csv(at, TrailQuery(record=record_id), by=APPROVER).decode(),
        repr(waiting(at, by=APPROVER)),
        repr(queue(at)),
        repr(search(at, SECRET)),
        repr(verify(at.settings)),
    ]
    if round_ == "waits for a second":
        seen.append(repr(sheet(at, record_id, "lot", by=APPROVER)))
    assert [one for one in seen if SECRET in one] == []
    assert "sealed until" in repr(events_of(at, record_id))


def test_what_was_settled_before_is_not_sealed_again(at, record_id) -> None:
    do(at, record_id, CORRECTION)
    key_again(at, record_id, "lot", "L08481V", by=SECOND)
    do(at, record_id, Correct("lot", SECRET, "another look"))
    told = [(one.new, one.reason) for one in events_of(at, record_id) if "key" in one.kind]
    assert told[0] == ("L08481V", CORRECTION.reason)
    assert told[2] == ("(sealed until the keying is over)",) * 2


def test_the_sheet_shows_nothing_but_the_place_and_the_format(at, record_id) -> None:
    do(at, record_id, WEIGHT)
    shown = sheet(at, record_id, "weight", by=SECOND)
    assert (shown.field.label, shown.field.unit, shown.candidates) == ("Net weight", "kg", ())
    with pytest.raises(Conflict, match="does not wait for your keying"):
        sheet(at, record_id, "weight", by=REVIEWER)


# ------------------------------------------------------------------------------- who and when


def test_nobody_keys_twice(at, record_id) -> None:
    do(at, record_id, CORRECTION)
    with pytest.raises(NotAllowed, match="already"):
        key_again(at, record_id, "lot", "L08481V", by=REVIEWER)
    key_again(at, record_id, "lot", "x", by=SECOND)
    for one in (REVIEWER, SECOND):
        with pytest.raises(NotAllowed, match="already"):
            settle(at, record_id, "lot", "L08481V", "mine", by=one)
    assert kinds(at, record_id)[-2:] == ["keyed", "keying_disagreed"]


@pytest.mark.parametrize("decision", [KeyAgain("lot", "x", agrees=True), Settle("lot", "x", "y")])
def test_a_keying_does_not_come_in_by_the_way_of_other_decisions(at, record_id, decision) -> None:
    do(at, record_id, CORRECTION)
    with pytest.raises(NotAllowed, match="compared with the one before"):
        do(at, record_id, decision, SECOND)


@pytest.mark.parametrize("by", [READER, ADMIN])
def test_who_may_not_key_sees_no_sheet_and_keys_nothing(at, record_id, by) -> None:
    do(at, record_id, CORRECTION)
    for act in (
        lambda: waiting(at, by=by),
        lambda: sheet(at, record_id, "lot", by=by),
        lambda: key_again(at, record_id, "lot", "x", by=by),
        lambda: settle(at, record_id, "lot", "x", "y", by=by),
    ):
        with pytest.raises(NotAllowed, match="may not"):
            act()


def test_a_record_or_field_that_is_not_there_is_said(at, record_id) -> None:
    with pytest.raises(InputRefused, match="no record"):
        key_again(at, "none-1", "lot", "x", by=SECOND)
    with pytest.raises(NotAllowed, match="no entry"):
        key_again(at, record_id, "none", "x", by=SECOND)
    with pytest.raises(Conflict):
        key_again(at, record_id, "lot", "x", by=SECOND)


def test_a_claim_does_not_keep_the_second_person_out_nor_is_it_taken(at, record_id) -> None:
    claim(at, record_id, by=REVIEWER)
    do(at, record_id, CORRECTION)
    opened = key_again(at, record_id, "lot", "L08481V", by=SECOND)
    assert opened.claimed_by == "reviewer"


def test_a_rejected_record_waits_for_nobody(at, record_id) -> None:
    do(at, record_id, CORRECTION)
    seen = open_record(at, record_id).seen
    reject(at, record_id, "not ours", proof=proof_of(at, APPROVER), seen=seen)
    assert waiting(at, by=SECOND) == ()
    with pytest.raises(NotAllowed, match="rejected"):
        key_again(at, record_id, "lot", "L08481V", by=SECOND)
    assert "L08481V" in repr(events_of(at, record_id))
    assert verify(at.settings).findings == ()


def test_whoever_keyed_can_not_approve_even_in_another_role(at, record_id) -> None:
    make_ready(at, record_id)
    for user in ("reviewer", "second"):
        set_role(at, user, PersonRole.APPROVER, by=ADMIN)
    for one in (REVIEWER, SECOND):
        now = next(person for person in list_people(at) if person.user == one.user)
        assert now.role is PersonRole.APPROVER
        with pytest.raises(NotAllowed, match="let somebody else approve"):
            sign(at, record_id, now)
    assert sign(at, record_id).record.state is RecordState.APPROVED


@pytest.mark.parametrize("act", [approve, reject])
def test_whoever_confirmed_an_entry_without_flags_can_not_close_the_record(
    at, record_id, act
) -> None:
    make_ready(at, record_id)
    release(at, record_id, by=REVIEWER)
    do(at, record_id, Confirm("remark", "seen"), SECOND)
    set_role(at, "second", PersonRole.APPROVER, by=ADMIN)
    seen = open_record(at, record_id).seen
    with pytest.raises(NotAllowed, match="let somebody else"):
        act(at, record_id, "done", proof=proof_of(at, SECOND), seen=seen)


def test_an_approved_record_keeps_its_keyings_and_its_signature_holds(at) -> None:
    record_id = approved(at)
    assert [one.step for one in lot(at, record_id).keyings] == ["first", "agreed"]
    assert [one.holds for one in held(at, record_id)] == [True]
    assert verify(at.settings).findings == ()


def test_a_keying_makes_an_earlier_signature_void(at, record_id) -> None:
    proof = proof_of(at, APPROVER)
    attest(at, record_id, Attestation.TRUE_COPY, proof=proof, seen=1)
    assert [one.holds for one in held(at, record_id)] == [True]
    do(at, record_id, WEIGHT)
    assert [one.holds for one in held(at, record_id)] == [False]
    assert verify(at.settings).findings == ()


# ------------------------------------------------------------------------------- two at once


def test_a_second_keying_takes_no_edit_out_of_the_reviewer_s_hands(at, record_id) -> None:
    seen = do(at, record_id, CORRECTION).seen
    key_again(at, record_id, "lot", "L08481V", by=SECOND)
    opened = decide(at, record_id, Correct("remark", "once", "read"), by=REVIEWER, seen=seen)
    assert opened.record.entry("remark").value == "once"
    assert opened.record.entry("lot").value == "L08481V"


@pytest.mark.parametrize("decision", [Confirm("signed", "seen"), MISSING])
def test_no_flag_is_answered_after_a_keying_that_ran_the_checks_again(
    at, record_id, decision
) -> None:
    seen = do(at, record_id, CORRECTION).seen
    key_again(at, record_id, "lot", "L08481V", by=SECOND)
    with pytest.raises(Conflict):
        decide(at, record_id, decision, by=REVIEWER, seen=seen)


def test_a_flag_is_answered_beside_a_keying_after_which_a_third_is_waited_for(
    at, record_id
) -> None:
    seen = do(at, record_id, CORRECTION).seen
    key_again(at, record_id, "lot", "L08481Y", by=SECOND)
    opened = decide(at, record_id, MISSING, by=REVIEWER, seen=seen)
    assert opened.record.entry("signed").dispositions != ()


def test_a_contact_sheet_confirms_nothing_after_such_a_keying(at, record_id) -> None:
    do(at, record_id, Correct("weight", "25.0", "a 2"))
    looks = same_kind(at, record_id, "lot", Sheet.COLUMN, whole_queue=False)
    key_again(at, record_id, "weight", "25.0", by=SECOND)
    looked = confirm_all(at, [*looks, *looks], by=REVIEWER)
    assert (looked.confirmed, len(looked.refused)) == (0, 2)


def test_an_export_beside_a_second_keying_takes_no_edit_away_either(at, record_id) -> None:
    seen = do(at, record_id, CORRECTION).seen
    key_again(at, record_id, "lot", "L08481V", by=SECOND)
    export_record(at, record_id, Format.JSON, by=APPROVER)
    opened = decide(at, record_id, Correct("remark", "once", "read"), by=REVIEWER, seen=seen)
    assert opened.record.entry("remark").value == "once"


def test_a_decision_on_the_entry_that_was_keyed_meanwhile_is_refused(at, record_id) -> None:
    seen = do(at, record_id, CORRECTION).seen
    key_again(at, record_id, "lot", "L08481V", by=SECOND)
    for decision in (Correct("lot", "L9", "read"), Comment(None, "all of it")):
        with pytest.raises(Conflict):
            decide(at, record_id, decision, by=REVIEWER, seen=seen)


def test_what_others_did_beside_a_keying_is_still_a_conflict(at, record_id) -> None:
    seen = do(at, record_id, CORRECTION).seen
    do(at, record_id, Confirm("remark"))
    key_again(at, record_id, "lot", "L08481V", by=SECOND)
    with pytest.raises(Conflict):
        decide(at, record_id, MISSING, by=REVIEWER, seen=seen)


def test_nothing_is_signed_that_was_keyed_since_it_was_seen(at, record_id) -> None:
    do(at, record_id, MISSING)
    seen = do(at, record_id, CORRECTION).seen
    key_again(at, record_id, "lot", "L08481V", by=SECOND)
    with pytest.raises(Conflict):
        approve(at, record_id, "approved", proof=proof_of(at, APPROVER), seen=seen)


def test_of_two_who_key_at_once_one_is_the_second_and_nothing_is_lost(at, record_id) -> None:
    do(at, record_id, CORRECTION)
    do(at, record_id, WEIGHT)
    start, outcomes = threading.Barrier(3), []

    def key(by: Person) -> None:
        start.wait()
        for field, value in (("lot", "L08481V"), ("weight", "15.0")):
            try:
                key_again(at, record_id, field, value, by=by)
                outcomes.append(field)
            except Conflict:
                outcomes.append(f"late for {field}")

    def review() -> None:
        start.wait()
        for words in ("one", "two", "three"):
            do(at, record_id, Correct("remark", words, "read again"))
            outcomes.append(words)

    people = [threading.Thread(target=key, args=(by,)) for by in (SECOND, THIRD)]
    reviewing = threading.Thread(target=review)
    for one in (*people, reviewing):
        one.start()
    for one in (*people, reviewing):
        one.join()
    assert sorted(outcomes) == sorted(
        ["lot", "weight", "late for lot", "late for weight", "one", "two", "three"]
    )
    record = open_record(at, record_id).record
    assert (record.entry("lot").value, record.entry("weight").value) == ("L08481V", "15.0")
    assert [one.value for one in record.entry("remark").corrections] == ["one", "two", "three"]
    assert verify(at.settings).findings == ()


# ------------------------------------------------------------------------------- kept for ever


def test_the_database_itself_refuses_to_change_a_keying(at) -> None:
    approved(at)
    for statement in (
        "UPDATE keying SET value = 'x'",
        "DELETE FROM keying",
        'INSERT INTO keying (record, entry, position, step, value, state, reason, "by", at) '
        "SELECT record, entry, 9, 'first', 'x', 'filled', 'y', 'z', at FROM keying",
    ):
        with pytest.raises(IntegrityError), at.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_setting_that_means_nothing_is_refused_in_plain_words(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("RECORDROOM_CRITICAL_FIELDS", "lots")
    with pytest.raises(InputRefused, match=r"RECORDROOM_CRITICAL_FIELDS can't be used .*lots"):
        Settings.of(tmp_path)
    monkeypatch.setenv("RECORDROOM_CRITICAL_FIELDS", "")
    assert "lot" in Settings.of(tmp_path).critical
