"""Signatures on both databases: who signs what, what is refused, and when a signature is void."""

from dataclasses import replace

import pytest
from record_builders import FakeReader
from site_records import (
    ADMIN,
    APPROVER,
    CONTROL,
    CORRECTION,
    READER,
    REVIEWER,
    approved,
    do,
    make_ready,
    password_of,
    proof_of,
    read,
)
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from pipeline.accounts import PersonRole
from pipeline.core.review import Approve, Confirm, Correct
from pipeline.core.values import RecordState
from pipeline.errors import Conflict, NotAllowed, SignInRefused
from pipeline.people import Proof, add_person, change_password, sign_in, sign_out
from pipeline.queue import queue
from pipeline.review import decide, open_record
from pipeline.signing import Attestation, approve, attest, content_of, held, reject
from pipeline.site import Site
from pipeline.trail import events_of, trail

MEANING = "approved for release"


@pytest.fixture
def record_id(site: Site) -> str:
    return read(site)


def sign(site: Site, record_id: str, proof: Proof):
    seen = open_record(site, record_id).seen
    return approve(site, record_id, MEANING, proof=proof, seen=seen)


def state(site: Site, record_id: str) -> RecordState:
    return open_record(site, record_id).record.state


def test_an_approval_signs_what_was_seen_and_locks_the_record(site) -> None:
    record_id = read(site)
    make_ready(site, record_id)
    content = content_of(site, record_id)
    record = sign(site, record_id, proof_of(site, APPROVER)).record
    (signature,) = record.signatures
    assert record.state is RecordState.APPROVED
    assert (signature.user, signature.name) == ("approver", "Amir Castellan")
    assert (signature.meaning, signature.at.tzinfo is not None) == (MEANING, True)
    assert events_of(site, record_id)[-1].old == content
    assert [one.holds for one in held(site, record_id)] == [True]
    with pytest.raises(NotAllowed, match="approved"):
        do(site, record_id, Correct("weight", "1.0", "why not"))
    with pytest.raises(DatabaseError), site.engine.begin() as connection:
        connection.execute(text("UPDATE record SET batch_number = 'other'"))


def test_another_process_finds_the_signature_holding(site, second_site) -> None:
    record_id = approved(site)
    assert [one.holds for one in held(second_site(site), record_id)] == [True]


def test_open_flags_keep_a_record_from_being_approved(site, record_id) -> None:
    do(site, record_id, CORRECTION)
    with pytest.raises(NotAllowed, match="Signature missing"):
        sign(site, record_id, proof_of(site, APPROVER))


def test_whoever_corrected_can_not_approve(site, record_id) -> None:
    make_ready(site, record_id)
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE account SET role = 'approver' WHERE \"user\" = 'reviewer'"))
    with pytest.raises(NotAllowed, match="somebody else"):
        sign(site, record_id, proof_of(site, REVIEWER))


def test_the_first_signature_of_a_session_needs_the_account_s_name(site, record_id) -> None:
    other = read(site, 1, FakeReader(batch="XB15-2289"))
    make_ready(site, record_id)
    make_ready(site, other)
    proof = proof_of(site, APPROVER, user="")
    with pytest.raises(SignInRefused, match="first signature"):
        sign(site, record_id, proof)
    sign(site, record_id, replace(proof, user=" Approver "))
    assert sign(site, other, proof).record.state is RecordState.APPROVED


def test_nobody_signs_in_the_session_of_somebody_else(site, record_id) -> None:
    make_ready(site, record_id)
    theirs = proof_of(site, REVIEWER, user="approver", password=password_of(APPROVER))
    with pytest.raises(SignInRefused, match="not that of this session"):
        sign(site, record_id, theirs)
    with trail(site) as lines:
        *_, last = lines
    assert (last.kind, last.by) == ("sign_in_refused", "reviewer")
    assert state(site, record_id) is RecordState.IN_REVIEW


@pytest.mark.parametrize("token", ["", "forged", "x" * 43])
def test_a_forged_session_signs_nothing(site, record_id, token) -> None:
    make_ready(site, record_id)
    with pytest.raises(SignInRefused, match="session has ended"):
        sign(site, record_id, Proof(token, "approver", password_of(APPROVER)))


def test_a_session_that_was_idle_or_left_signs_nothing(site, record_id, clock) -> None:
    make_ready(site, record_id)
    idle, left = proof_of(site, APPROVER), proof_of(site, APPROVER)
    sign_out(site, left.token)
    with pytest.raises(SignInRefused, match="session has ended"):
        sign(site, record_id, left)
    clock.move(minutes=site.settings.session_idle_minutes)
    with pytest.raises(SignInRefused, match="session has ended"):
        sign(site, record_id, idle)
    assert state(site, record_id) is RecordState.IN_REVIEW


def test_a_wrong_password_signs_nothing_and_five_lock_the_account(site, record_id) -> None:
    make_ready(site, record_id)
    proof = proof_of(site, APPROVER)
    for _ in range(site.settings.wrong_passwords):
        with pytest.raises(SignInRefused, match="wrong"):
            sign(site, record_id, replace(proof, password="wrong"))
    with pytest.raises(SignInRefused, match="locked"):
        sign(site, record_id, proof)
    assert state(site, record_id) is RecordState.IN_REVIEW
    with trail(site) as lines:
        assert "account_locked" in [line.kind for line in lines]


def test_a_record_that_changed_since_it_was_seen_is_not_signed(site, record_id) -> None:
    seen = make_ready(site, record_id)
    do(site, record_id, Correct("remark", "sieved once", "once"))
    with pytest.raises(Conflict):
        approve(site, record_id, MEANING, proof=proof_of(site, APPROVER), seen=seen)


@pytest.mark.parametrize("by", [REVIEWER, READER, ADMIN, CONTROL])
@pytest.mark.parametrize("act", [approve, reject])
def test_only_an_approver_approves_or_rejects(site, record_id, by, act) -> None:
    seen = make_ready(site, record_id)
    with pytest.raises(NotAllowed, match="may not approve"):
        act(site, record_id, "why", proof=proof_of(site, by), seen=seen)


@pytest.mark.parametrize(
    ("by", "may"),
    [
        (CONTROL, {Attestation.TRUE_COPY}),
        (REVIEWER, {Attestation.TRUE_COPY, Attestation.REVIEWED}),
        (APPROVER, {Attestation.TRUE_COPY}),
        (READER, set()),
        (ADMIN, set()),
    ],
)
def test_who_may_sign_for_a_true_copy_or_a_review(site, record_id, by, may) -> None:
    make_ready(site, record_id)
    for meaning in Attestation:
        seen, proof = open_record(site, record_id).seen, proof_of(site, by)
        if meaning in may:
            attest(site, record_id, meaning, proof=proof, seen=seen)
        else:
            with pytest.raises(NotAllowed, match="may not"):
                attest(site, record_id, meaning, proof=proof, seen=seen)
    assert len(held(site, record_id)) == len(may)


def test_no_decision_signs_without_a_password(site, record_id) -> None:
    seen = make_ready(site, record_id)
    with pytest.raises(NotAllowed, match="password"):
        decide(site, record_id, Approve("approved", "5e" * 32), by=APPROVER, seen=seen)


def test_a_one_time_password_signs_nothing(site, record_id) -> None:
    make_ready(site, record_id)
    new = add_person(site, user="new.qa", name="New", role=PersonRole.APPROVER, by=ADMIN)
    token = sign_in(site, "new.qa", new.password, where="here").token
    with pytest.raises(NotAllowed, match="one-time"):
        sign(site, record_id, Proof(token, "new.qa", new.password))
    change_password(site, "new.qa", old=new.password, new="blue granules", where="here", keep=token)
    signed = sign(site, record_id, Proof(token, "new.qa", "blue granules"))
    assert signed.record.signatures[0].name == "New"


def test_a_rejected_record_is_signed_and_leaves_the_queue(site, record_id) -> None:
    seen = open_record(site, record_id).seen
    proof = proof_of(site, APPROVER)
    record = reject(site, record_id, "two batches in one scan", proof=proof, seen=seen).record
    assert record.signatures[0].meaning == "Rejected: two batches in one scan"
    assert queue(site) == ()
    assert queue(site, states=(RecordState.REJECTED,))[0].record == record_id


def test_a_change_after_a_signature_makes_it_void_for_all_to_see(site, record_id) -> None:
    seen = open_record(site, record_id).seen
    proof = proof_of(site, CONTROL)
    attest(site, record_id, Attestation.TRUE_COPY, proof=proof, seen=seen)
    assert [one.holds for one in held(site, record_id)] == [True]
    do(site, record_id, CORRECTION)
    assert [one.holds for one in held(site, record_id)] == [False]


def test_a_later_signature_leaves_the_one_before_holding(site, record_id) -> None:
    make_ready(site, record_id)
    seen, proof = open_record(site, record_id).seen, proof_of(site, REVIEWER)
    attest(site, record_id, Attestation.REVIEWED, proof=proof, seen=seen)
    sign(site, record_id, proof_of(site, APPROVER))
    assert [one.holds for one in held(site, record_id)] == [True, True]


def test_a_confirmation_without_flags_names_none(site, record_id) -> None:
    do(site, record_id, Confirm("weight"))
    assert events_of(site, record_id)[-1].old == ""
