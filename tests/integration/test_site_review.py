"""A record's way through review on both databases: queue, claim, decisions, approval, trail."""

from dataclasses import replace

import pytest
from record_builders import FORM, FakeReader
from site_records import (
    ADMIN,
    APPROVER,
    CONTROL,
    CORRECTION,
    MISSING,
    READER,
    REVIEWER,
    do,
    make_ready,
    proof_of,
    read,
)

from pipeline.accounts import Person, PersonRole
from pipeline.core.review import Comment, Confirm, Correct
from pipeline.core.values import RecordState, Severity
from pipeline.errors import Conflict, InputRefused, NotAllowed
from pipeline.people import add_person
from pipeline.pictures import entry_picture, page_picture, pages_of
from pipeline.review import claim, decide, open_record, queue, release
from pipeline.signing import approve
from pipeline.site import Site
from pipeline.trail import events_of
from pipeline.verify import verify


@pytest.fixture
def record_id(site: Site) -> str:
    return read(site)


def kinds(site: Site, record_id: str) -> list[str]:
    return [event.kind for event in events_of(site, record_id)]


def test_a_record_waits_in_review_after_it_is_read(site, record_id) -> None:
    (item,) = queue(site)
    assert (item.record, item.form, item.version) == (record_id, FORM.form, FORM.version)
    assert (item.title, item.batch_number, item.file) == (FORM.title, "XB15-2288", "0.png")
    assert [(flag.name, flag.count) for flag in item.flags] == [
        ("missing_signature", 1),
        ("low_confidence", 1),
    ]
    assert item.count(Severity.CRITICAL) == 1


def test_an_opened_record_comes_with_its_form(site, record_id) -> None:
    opened = open_record(site, record_id)
    assert opened.form is not None
    assert opened.form.field("lot").label == "Lot of lactose"
    assert opened.record.state is RecordState.IN_REVIEW


def test_a_record_that_is_not_there_is_said(site) -> None:
    with pytest.raises(InputRefused, match="no record"):
        open_record(site, "none-1")


def test_a_correction_stands_beside_the_reading(site, record_id) -> None:
    do(site, record_id, CORRECTION)
    lot = open_record(site, record_id).record.entry("lot")
    assert (lot.value, lot.reading.value) == ("L08481V", "L0848N")
    assert lot.flags == ()


def test_the_checks_run_again_after_a_correction(site, record_id) -> None:
    opened = do(site, record_id, Correct("weight", "25.0", "a 2, not a 1"))
    assert [flag.name for flag in opened.record.entry("weight").flags] == ["out_of_limit"]
    opened = do(site, record_id, Correct("weight", "15.0", "it is a 1 after all"))
    assert opened.record.entry("weight").flags == ()


@pytest.mark.parametrize("typed", ["<b>bold</b>", "5 ° ± 😀 ع", "'; DROP TABLE record", "a\nb\tc"])
def test_what_people_type_is_kept_as_it_is(site, record_id, typed: str) -> None:
    opened = do(site, record_id, Correct("remark", typed, typed))
    (correction,) = opened.record.entry("remark").corrections
    assert correction.reason == typed
    assert " ".join(opened.record.entry("remark").value.split()) == " ".join(typed.split())


def test_signs_that_no_table_can_hold_are_replaced(site, record_id) -> None:
    opened = do(site, record_id, Comment("lot", "a\0b\ud800c"))
    assert opened.seen == 2
    assert events_of(site, record_id)[-1].reason == "a\ufffdb\ufffdc"


def test_a_corrected_batch_number_is_the_record_s(site, record_id) -> None:
    opened = do(site, record_id, Correct("batch_number", "XB15-2299", "a 9"))
    assert opened.record.batch_number == "XB15-2299"
    assert [item.batch_number for item in queue(site, text="XB15-2299")] == ["XB15-2299"]
    assert queue(site, text="XB15-2288") == ()


def test_an_answered_flag_is_not_open_in_the_queue(site, record_id) -> None:
    do(site, record_id, MISSING)
    (item,) = queue(site)
    assert [flag.name for flag in item.flags] == ["low_confidence"]


def test_a_correction_without_a_reason_is_refused_and_leaves_nothing(site, record_id) -> None:
    before = kinds(site, record_id)
    with pytest.raises(NotAllowed, match="reason"):
        do(site, record_id, replace(CORRECTION, reason=" "))
    assert kinds(site, record_id) == before
    assert open_record(site, record_id).seen == 1


def test_a_decision_on_an_old_sight_of_the_record_is_refused(site, record_id) -> None:
    seen = open_record(site, record_id).seen
    decide(site, record_id, CORRECTION, by=REVIEWER, seen=seen)
    with pytest.raises(Conflict):
        decide(site, record_id, MISSING, by=REVIEWER, seen=seen)
    assert kinds(site, record_id).count("disposed") == 0


@pytest.mark.parametrize(
    ("by", "decision"),
    [
        (READER, CORRECTION),
        (CONTROL, MISSING),
        (APPROVER, CORRECTION),
        (ADMIN, Confirm("lot")),
        (READER, Comment(None, "hello")),
    ],
)
def test_a_role_that_may_not_is_refused(site, record_id, by, decision) -> None:
    with pytest.raises(NotAllowed, match="may not"):
        do(site, record_id, decision, by)


def test_a_claimed_record_is_left_to_its_reviewer_for_a_while(site, record_id, clock) -> None:
    other = reviewer(site, "second.reviewer")
    claim(site, record_id, by=REVIEWER)
    assert queue(site)[0].claimed_by == "reviewer"
    with pytest.raises(Conflict, match="reviewer is working"):
        claim(site, record_id, by=other)
    with pytest.raises(Conflict, match="reviewer is working"):
        do(site, record_id, CORRECTION, other)
    clock.move(minutes=site.settings.claim_minutes)
    assert queue(site)[0].claimed_by is None
    assert claim(site, record_id, by=other).claimed_by == "second.reviewer"


def test_a_record_given_back_can_be_claimed_by_another(site, record_id) -> None:
    other = reviewer(site, "second.reviewer")
    claim(site, record_id, by=REVIEWER)
    release(site, record_id, by=other)
    assert queue(site)[0].claimed_by == "reviewer"
    release(site, record_id, by=REVIEWER)
    claim(site, record_id, by=other)
    assert kinds(site, record_id)[-3:] == ["claimed", "released", "claimed"]


def reviewer(site: Site, user: str) -> Person:
    return add_person(site, user=user, name="Two", role=PersonRole.REVIEWER, by=ADMIN).person


def test_the_queue_begins_with_the_most_critical_then_the_oldest(site, clock) -> None:
    first = read(site, 1, FakeReader(batch="B-1"))
    clock.move(minutes=1)
    second = read(site, 2, FakeReader(batch="B-2"))
    clock.move(minutes=1)
    third = read(site, 3, FakeReader(batch="B-3"))
    do(site, first, MISSING)
    assert [item.record for item in queue(site)] == [second, third, first]


def test_the_same_batch_of_the_same_form_again_is_flagged(site) -> None:
    first = read(site, 1)
    second = read(site, 2)
    flags = open_record(site, second).record.flags
    assert [flag.name for flag in flags] == ["duplicate_record"]
    assert first in flags[0].detail
    assert open_record(site, first).record.flags == ()


def test_a_corrected_batch_number_is_no_double_any_more(site) -> None:
    read(site, 1)
    second = read(site, 2)
    opened = do(site, second, Correct("batch_number", "XB15-2289", "a 9"))
    assert opened.record.flags == ()


def test_the_trail_tells_who_did_what_from_scan_to_signature(site, record_id) -> None:
    make_ready(site, record_id)
    seen = open_record(site, record_id).seen
    approve(site, record_id, "approved for release", proof=proof_of(site, APPROVER), seen=seen)
    events = events_of(site, record_id)
    assert [(event.kind, event.by) for event in events] == [
        ("received", "control"),
        ("read", "recordroom"),
        ("corrected", "reviewer"),
        ("disposed", "reviewer"),
        ("waits_for_second", "reviewer"),
        ("confirmed", "reviewer"),
        ("approved", "approver"),
    ]
    corrected = events[2]
    assert (corrected.field, corrected.old, corrected.new) == ("lot", "L0848N", "L08481V")
    assert corrected.reason == CORRECTION.reason
    assert verify(site.settings).findings == ()


def test_pages_and_entries_are_shown_as_pictures(site, record_id) -> None:
    assert [(one.page, one.scan_page) for one in pages_of(site, record_id)] == [(1, 1)]
    page, cut = page_picture(site, record_id, 1), entry_picture(site, record_id, "lot")
    assert page.startswith(b"\xff\xd8")
    assert cut.startswith(b"\xff\xd8")
    assert len(cut) < len(page)


def test_a_picture_that_is_not_there_is_said(site, record_id) -> None:
    with pytest.raises(InputRefused):
        page_picture(site, record_id, 2)
    with pytest.raises(InputRefused):
        entry_picture(site, record_id, "none")
