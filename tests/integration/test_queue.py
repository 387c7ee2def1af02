"""The queue on both databases: order, filters, counts, pages, who is to look at what."""

from datetime import date, timedelta

import pytest
from record_builders import FakeReader, scan_bytes
from site_records import ADMIN, APPROVER, CONTROL, MISSING, REVIEWER, approved, do, make_ready, read

from pipeline.account_changes import close_account
from pipeline.accounts import Person, PersonRole
from pipeline.assignment import assign, hand_on, plan_batch, plan_release
from pipeline.core.review import Correct
from pipeline.core.standing import TO_DO, Standing
from pipeline.core.values import RecordState
from pipeline.errors import Conflict, InputRefused, NotAllowed
from pipeline.intake import take
from pipeline.people import add_person
from pipeline.presence import be_present, leave
from pipeline.queue import NOBODY, UNKNOWN, Order, QueueQuery, look_queue
from pipeline.rescans import ask_for_scan
from pipeline.review import claim, open_record, queue
from pipeline.site import Site
from pipeline.trail import TrailQuery, events_of, look
from pipeline.verify import verify

DAY = date(2026, 3, 4)


@pytest.fixture
def three(site: Site, clock) -> list[str]:
    """Three records, an hour apart, each of another batch."""
    made = []
    for number in (1, 2, 3):
        made.append(read(site, number, FakeReader(batch=f"B-{number}")))
        clock.move(hours=1)
    return made


def ids(site: Site, **query) -> list[str]:
    return [item.record for item in look_queue(site, QueueQuery(**query)).items]


def other_reviewer(site: Site) -> Person:
    return add_person(
        site, user="second.reviewer", name="Two", role=PersonRole.REVIEWER, by=ADMIN
    ).person


# ------------------------------------------------------------------------------- order


def test_a_missing_signature_comes_before_age_and_age_in_the_end_before_both(site, three) -> None:
    do(site, three[0], MISSING)
    assert ids(site) == [three[1], three[2], three[0]]
    late = read(site, 4, FakeReader(batch="B-4"))
    do(site, three[1], MISSING)
    do(site, three[2], MISSING)
    assert ids(site) == [late, *three]


def test_what_is_old_overtakes_what_is_grave(site, three, clock) -> None:
    do(site, three[0], MISSING)  # a doubtful reading is left: a week
    clock.move(days=8)
    grave = read(site, 4, FakeReader(batch="B-4"))
    assert ids(site) == [three[1], three[2], three[0], grave]


def test_a_release_day_brings_a_record_forward(site, three) -> None:
    for record in three:
        do(site, record, MISSING)
    assert plan_release(site, [three[2]], DAY, by=CONTROL) == 1
    page = look_queue(site, QueueQuery())
    assert [item.record for item in page.items] == [three[2], three[0], three[1]]
    assert page.items[0].release_on == DAY
    assert ids(site, order=Order.RELEASE) == [three[2], three[0], three[1]]
    plan_release(site, [three[2]], None, by=APPROVER)
    assert ids(site) == three


def test_a_batch_s_release_day_holds_for_records_that_come_later(site, three) -> None:
    assert plan_batch(site, "B-2", DAY, by=CONTROL) == 1
    later = read(site, 5, FakeReader(batch="B-2"))
    found = {item.record: item.release_on for item in look_queue(site, QueueQuery()).items}
    assert found == {three[0]: None, three[1]: DAY, three[2]: None, later: DAY}
    plan_release(site, [later], DAY + timedelta(days=1), by=CONTROL)
    plan_batch(site, "B-2", None, by=CONTROL)
    found = {item.record: item.release_on for item in look_queue(site, QueueQuery()).items}
    assert found == {three[0]: None, three[1]: None, three[2]: None, later: date(2026, 3, 5)}


def test_a_corrected_batch_number_takes_the_release_day_of_its_batch(site, three) -> None:
    plan_batch(site, "B-9", DAY, by=CONTROL)
    do(site, three[0], Correct("batch_number", "B-9", "a 9"))
    assert look_queue(site, QueueQuery(batch="B-9")).items[0].release_on == DAY


@pytest.mark.parametrize(
    ("order", "places"),
    [
        (Order.OLDEST, [0, 1, 2]),
        (Order.NEWEST, [2, 1, 0]),
        (Order.BATCH, [0, 1, 2]),
        (Order.FORM, [1, 2, 0]),
        (Order.FLAGS, [1, 2, 0]),
    ],
)
def test_the_queue_is_sorted_as_asked(site, three, order, places) -> None:
    do(site, three[0], MISSING)
    assert ids(site, order=order) == [three[place] for place in places]


# ------------------------------------------------------------------------------- filters


def test_filters_leave_out_what_does_not_fit(site, three) -> None:
    do(site, three[0], MISSING)
    assign(site, [three[1]], "reviewer", by=CONTROL)
    assert ids(site, form="BMR-001") == [three[1], three[2], three[0]]
    assert ids(site, form="BMR-002") == []
    assert ids(site, form="BMR-001", version="9") == []
    assert ids(site, form=UNKNOWN) == []
    assert ids(site, batch="B-3") == [three[2]]
    assert ids(site, batch="B-") == [three[1], three[2], three[0]]
    assert ids(site, flag="missing_signature") == [three[1], three[2]]
    assert ids(site, assigned_to="reviewer") == [three[1]]
    assert ids(site, assigned_to=NOBODY) == [three[2], three[0]]
    assert ids(site, text="B-2") == [three[1]]
    assert ids(site, text="B-2", batch="B-3") == []
    assert ids(site, text="…") == []


def test_only_what_has_waited_for_so_long_is_shown(site, three, clock) -> None:
    clock.move(days=2)
    read(site, 4, FakeReader(batch="B-4"))
    assert len(ids(site)) == 4
    assert ids(site, days=1) == three
    assert ids(site, days=3) == []


def test_pages_follow_each_other_without_gap_or_double(site, three) -> None:
    pages = [look_queue(site, QueueQuery(size=2, page=number)) for number in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [2, 1, 0]
    assert [item.record for page in pages for item in page.items] == three
    assert {page.total for page in pages} == {3}


def test_there_are_counts_for_every_state(site, three) -> None:
    make_ready(site, three[0])
    approved(site, 7)
    take(site, "unread.png", scan_bytes(8), by=CONTROL)
    page = look_queue(site, QueueQuery())
    assert page.counts == {
        Standing.RECEIVED: 1,
        Standing.READING: 0,
        Standing.IN_REVIEW: 2,
        Standing.WAITING: 1,
        Standing.APPROVED: 1,
        Standing.REJECTED: 0,
        Standing.SUPERSEDED: 0,
    }
    assert (page.total, page.critical, page.major) == (3, 2, 0)
    (waiting,) = look_queue(site, QueueQuery(standings=(Standing.WAITING,))).items
    assert (waiting.record, waiting.flags) == (three[0], ())


def test_scans_that_are_no_record_yet_are_seen(site) -> None:
    take(site, "unread.png", scan_bytes(8), by=CONTROL)
    (item,) = look_queue(site, QueueQuery(standings=(Standing.RECEIVED,))).items
    assert (item.record, item.file, item.standing) == ("", "unread.png", Standing.RECEIVED)


def test_a_record_that_waits_for_a_scan_is_in_review_and_says_so(site, three) -> None:
    make_ready(site, three[0])
    ask_for_scan(site, three[0], 1, "blurred", by=REVIEWER)
    (item,) = look_queue(site, QueueQuery(batch="B-1")).items
    assert (item.standing, item.waits_for_scan) == (Standing.IN_REVIEW, True)


def test_the_queue_says_of_each_record_what_it_is_in_itself(site, three) -> None:
    make_ready(site, three[0])
    for record in [*three, approved(site, 7)]:
        opened = open_record(site, record)
        found = queue(site, states=tuple(RecordState))
        assert [one.state for one in found if one.record == record] == [opened.record.state]


# ------------------------------------------------------------------------------- assigning


def test_chosen_records_are_assigned_at_once_and_the_trail_tells_each(site, three) -> None:
    assert assign(site, three[:2], "reviewer", by=APPROVER, note="urgent") == 2
    assert assign(site, three[:2], "reviewer", by=APPROVER) == 0
    first, *_ = look_queue(site, QueueQuery(assigned_to="reviewer")).items
    assert (first.assigned_to, first.note) == ("reviewer", "urgent")
    event = events_of(site, three[0])[-1]
    assert (event.kind, event.by, event.new, event.reason) == (
        "assigned",
        "approver",
        "reviewer",
        "urgent",
    )
    assign(site, three[:1], None, by=CONTROL)
    assert ids(site, assigned_to="reviewer") == [three[1]]
    assert verify(site.settings).findings == ()


def test_records_are_assigned_all_or_none(site, three) -> None:
    done = approved(site, 7)
    with pytest.raises(NotAllowed, match="nothing is left to do"):
        assign(site, [three[0], done], "reviewer", by=CONTROL)
    assert ids(site, assigned_to="reviewer") == []


@pytest.mark.parametrize("to", ["reader", "control", "nobody.here"])
def test_records_are_given_to_people_who_review(site, three, to) -> None:
    with pytest.raises(InputRefused, match=r"reviews no records|no open account"):
        assign(site, three, to, by=CONTROL)


def test_nothing_is_assigned_to_a_closed_account(site, three) -> None:
    close_account(site, "reviewer", by=ADMIN)
    with pytest.raises(InputRefused, match="no open account"):
        assign(site, three, "reviewer", by=CONTROL)


def test_a_record_is_handed_on_with_a_note(site, three) -> None:
    other = other_reviewer(site)
    claim(site, three[0], by=REVIEWER)
    hand_on(site, three[0], other.user, "the lots are left", by=REVIEWER)
    (item,) = look_queue(site, QueueQuery(assigned_to=other.user)).items
    assert (item.claimed_by, item.note) == (None, "the lots are left")
    assert claim(site, three[0], by=other).claimed_by == other.user
    event = [one for one in events_of(site, three[0]) if one.kind == "handed_on"][-1]
    assert (event.by, event.new, event.reason) == ("reviewer", other.user, "the lots are left")


def test_handing_on_needs_a_note_and_somebody_else(site, three) -> None:
    with pytest.raises(NotAllowed, match="note"):
        hand_on(site, three[0], "approver", " ", by=REVIEWER)
    with pytest.raises(InputRefused, match="that is you"):
        hand_on(site, three[0], "reviewer", "mine", by=REVIEWER)


def test_what_somebody_works_on_is_not_handed_on_by_another(site, three, clock) -> None:
    other = other_reviewer(site)
    claim(site, three[0], by=REVIEWER)
    with pytest.raises(Conflict, match="reviewer is working"):
        hand_on(site, three[0], "approver", "to you", by=other)
    clock.move(minutes=site.settings.claim_minutes)
    hand_on(site, three[0], "approver", "to you", by=other)


def test_an_expired_claim_is_taken_over_and_the_trail_says_from_whom(site, three, clock) -> None:
    other = other_reviewer(site)
    claim(site, three[0], by=REVIEWER)
    clock.move(minutes=site.settings.claim_minutes)
    assert claim(site, three[0], by=other).claimed_by == other.user
    event = events_of(site, three[0])[-1]
    assert (event.kind, event.by, event.old) == ("taken_over", other.user, "reviewer")


def test_release_days_are_told_in_the_trail(site, three) -> None:
    plan_release(site, three[:1], DAY, by=CONTROL)
    plan_batch(site, "B-1", DAY, by=CONTROL)
    found = [(one.kind, one.new) for one in look(site, TrailQuery(by="control"), by=ADMIN, limit=2)]
    assert found == [("batch_release_planned", "2026-03-04"), ("release_planned", "2026-03-04")]


# ------------------------------------------------------------------------------- presence


def test_who_has_a_record_open_is_seen_by_the_others_for_a_while(site, three, clock) -> None:
    assert be_present(site, three[0], by=REVIEWER) == ()
    assert be_present(site, three[0], by=APPROVER) == ("reviewer",)
    assert be_present(site, three[0], by=REVIEWER) == ("approver",)
    assert be_present(site, three[1], by=CONTROL) == ()
    leave(site, three[0], by=APPROVER)
    assert be_present(site, three[0], by=REVIEWER) == ()
    be_present(site, three[0], by=APPROVER)
    clock.move(minutes=2)
    assert be_present(site, three[0], by=REVIEWER) == ()


def test_looking_at_a_record_leaves_no_line_in_the_trail(site, three) -> None:
    before = len(events_of(site, three[0]))
    be_present(site, three[0], by=REVIEWER)
    assert len(events_of(site, three[0])) == before


def test_what_is_to_do_are_the_two_states_in_which_somebody_has_something_to_do() -> None:
    assert TO_DO == (Standing.IN_REVIEW, Standing.WAITING)
