"""Amendments: an approved record changes only as a new revision, and the old one stays signed."""

import pytest
from site_records import (
    APPROVER,
    REVIEWER,
    approved,
    approved_again,
    do,
    make_ready,
    proof_of,
    read,
)

from pipeline.archive import search
from pipeline.core.review import Correct
from pipeline.core.values import RecordState
from pipeline.errors import Conflict, NotAllowed
from pipeline.pictures import page_picture
from pipeline.queue import QueueQuery, look_queue
from pipeline.review import open_record
from pipeline.revisions import amend, revisions_of
from pipeline.signing import approve, held, reject
from pipeline.site import Site
from pipeline.trail import events_of
from pipeline.verify import verify

REASON = "the weight was transcribed from the wrong tag"


@pytest.fixture
def old(site: Site) -> str:
    return approved(site)


def sign_again(site: Site, record_id: str) -> None:
    seen = open_record(site, record_id).seen
    approve(site, record_id, "approved again", proof=proof_of(site, APPROVER), seen=seen)


def kinds(site: Site, record_id: str) -> list[str]:
    return [event.kind for event in events_of(site, record_id) if event.record]


def test_an_amendment_is_a_new_revision_that_names_the_old_one(site, old) -> None:
    new = amend(site, old, REASON, by=REVIEWER)
    assert new == f"{old}-r2"
    opened = open_record(site, new)
    assert (opened.record.revision, opened.record.state) == (2, RecordState.IN_REVIEW)
    assert opened.record.signatures == ()
    assert opened.claimed_by == "reviewer"
    first, second = revisions_of(site, new)
    assert (first.record, first.state, first.kind) == (old, RecordState.APPROVED, "")
    assert (second.record, second.kind, second.reason, second.by) == (
        new,
        "amendment",
        REASON,
        "reviewer",
    )
    assert revisions_of(site, old) == revisions_of(site, new)


def test_a_new_revision_begins_with_all_that_the_old_one_said(site, old) -> None:
    new = amend(site, old, REASON, by=REVIEWER)
    before, after = open_record(site, old).record, open_record(site, new).record
    assert after.entries == before.entries
    assert (after.flags, after.dispositions, after.pages) == (
        before.flags,
        before.dispositions,
        before.pages,
    )
    assert page_picture(site, new, 1) == page_picture(site, old, 1)


def test_the_old_one_stands_until_the_new_one_is_approved_and_then_is_superseded(site, old) -> None:
    new = amend(site, old, REASON, by=REVIEWER)
    do(site, new, Correct("weight", "13.8", REASON))
    assert open_record(site, old).record.state is RecordState.APPROVED
    assert open_record(site, old).record.entry("weight").value == "13.2"
    sign_again(site, new)
    assert open_record(site, old).record.state is RecordState.SUPERSEDED
    assert open_record(site, old).record.entry("weight").value == "13.2"
    assert open_record(site, new).record.entry("weight").value == "13.8"
    assert {hit.record for hit in search(site, "13.8")} == {new}
    assert kinds(site, old)[-2:] == ["revision_begun", "superseded"]
    assert kinds(site, new)[:2] == ["revised", "carried_over"]


def test_signatures_of_the_old_one_stay_valid(site, old) -> None:
    new = amend(site, old, REASON, by=REVIEWER)
    do(site, new, Correct("weight", "13.8", REASON))
    sign_again(site, new)
    assert [one.holds for one in held(site, old)] == [True]
    assert [one.holds for one in held(site, new)] == [True]
    found = verify(site.settings)
    assert (found.findings, found.signatures) == ((), 2)


def test_who_corrected_the_first_revision_does_not_approve_the_second(site, old) -> None:
    new = amend(site, old, REASON, by=REVIEWER)
    assert "reviewer" in {
        one.by for entry in open_record(site, new).record.entries for one in entry.corrections
    }


def test_a_rejected_amendment_leaves_the_old_one_as_it_was(site, old) -> None:
    new = amend(site, old, REASON, by=REVIEWER)
    seen = open_record(site, new).seen
    reject(site, new, "no ground for it", proof=proof_of(site, APPROVER), seen=seen)
    assert open_record(site, old).record.state is RecordState.APPROVED
    third = amend(site, old, "a better reason", by=REVIEWER)
    assert (third, open_record(site, third).record.revision) == (f"{old}-r3", 3)
    assert verify(site.settings).findings == ()


def test_there_is_one_amendment_at_a_time(site, old) -> None:
    amend(site, old, REASON, by=REVIEWER)
    with pytest.raises(Conflict, match="already"):
        amend(site, old, REASON, by=REVIEWER)


def test_an_amendment_needs_a_reason(site, old) -> None:
    with pytest.raises(NotAllowed, match="reason"):
        amend(site, old, " ", by=REVIEWER)
    assert len(revisions_of(site, old)) == 1


def test_only_the_newest_approved_revision_is_amended(site, old) -> None:
    under_way = read(site, 3)
    with pytest.raises(NotAllowed, match="only an approved record"):
        amend(site, under_way, REASON, by=REVIEWER)
    sign_again(site, amend(site, old, REASON, by=REVIEWER))
    with pytest.raises(NotAllowed, match="superseded"):
        amend(site, old, REASON, by=REVIEWER)


def test_a_new_revision_is_no_double_of_its_own_batch(site, old) -> None:
    new = amend(site, old, REASON, by=REVIEWER)
    opened = do(site, new, Correct("weight", "13.8", REASON))
    assert opened.record.flags == ()


def test_a_page_scanned_again_in_an_amendment_supersedes_both_before(site) -> None:
    newest = approved_again(site)
    states = [one.state for one in revisions_of(site, newest)]
    assert states == [RecordState.SUPERSEDED, RecordState.SUPERSEDED, RecordState.APPROVED]
    assert verify(site.settings).findings == ()
    assert look_queue(site, QueueQuery()).total == 0


def test_a_correction_that_raises_a_flag_reopens_the_record(site) -> None:
    record_id = read(site)
    make_ready(site, record_id)
    assert kinds(site, record_id)[-2:] == ["waits_for_second", "confirmed"]
    do(site, record_id, Correct("weight", "25.0", "a 2, not a 1"))
    assert kinds(site, record_id)[-2:] == ["corrected", "reopened"]
    do(site, record_id, Correct("weight", "13.2", "a 1 after all"))
    assert kinds(site, record_id)[-2:] == ["corrected", "waits_for_second"]
