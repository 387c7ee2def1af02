"""Pages scanned again: asked for, answered, read, replaced; the old page stays to be looked at."""

import io
from dataclasses import dataclass, replace

import pytest
from PIL import Image
from record_builders import NOON, FakeReader, picture_bytes, reading, record, scan_bytes
from site_records import (
    ADMIN,
    APPROVER,
    CONTROL,
    CORRECTION,
    MISSING,
    READER,
    REVIEWER,
    SECOND,
    do,
    proof_of,
    read,
    strict,
)

from extractors.values import Box, EntryKind, ScanFile
from pipeline.accounts import Person
from pipeline.core.check import FoundPage, PageEvidence
from pipeline.core.document import archive_document
from pipeline.core.review import Confirm, Correct, Dispose, open_flags
from pipeline.core.values import Entry, Outcome, RecordPage, RecordState, Source
from pipeline.errors import Conflict, InputRefused, NotAllowed
from pipeline.intake import ScanState, take
from pipeline.keying import key_again, waiting
from pipeline.known import KnownForms
from pipeline.pictures import page_picture, pages_of, sharp_picture
from pipeline.queue import QueueQuery, look_queue
from pipeline.reading import known_forms, read_leased
from pipeline.rescans import answer_request, ask_for_scan, scan_requests, withdraw_request
from pipeline.review import open_record
from pipeline.revisions import replaced_pages, revisions_of
from pipeline.run import PagePicture, ReadOptions, ReadScan
from pipeline.signing import approve, reject
from pipeline.site import Site
from pipeline.store.leases import lease_next
from pipeline.trail import TrailQuery, events_of, look, trail_as_csv
from pipeline.verify import verify


@dataclass
class TwoPages:
    """Reads a scan as these pages of one record; the second page holds the remark."""

    pages: tuple[int, ...] = (1, 2)
    remark: str = "sieved twice"
    form: str | None = "BMR-001"
    problems: tuple[str, ...] = ()
    shade: int = 230

    def __call__(self, scan: ScanFile, known: KnownForms, options: ReadOptions) -> ReadScan:
        source = Source(scan.name, scan.sha256, scan.page_count)
        one = record(source=source, state=RecordState.READING, form=self.form)
        places = [replace(one.pages[0], page=page, scan_page=n) for n, page in self._numbered()]
        entries = [entry for entry in one.entries if 1 in self.pages and entry.field != "remark"]
        if 2 in self.pages:
            entries.insert(3, remark(self.remark))
        if self.form is None:
            one = replace(one, version=None, flags=())
            entries, places = [], []
        read = replace(one, pages=tuple(places), entries=tuple(entries))
        pictures = tuple(
            PagePicture(0, page, n, picture_bytes() + bytes([self.shade]), 4.0)
            for n, page in self._numbered()
        )
        evidence = PageEvidence(
            tuple(
                FoundPage(n, page if self.form else None, problems=self.problems)
                for n, page in self._numbered()
            )
        )
        return ReadScan((read,), pictures, (evidence,))

    def _numbered(self) -> list[tuple[int, int]]:
        return list(enumerate(self.pages, start=1))


def remark(value: str) -> Entry:
    read = reading(value)
    return Entry("remark", 2, EntryKind.TEXT, None, Box(40.0, 56.0, 50.0, 9.0), read, accepted=True)


def read_next(site: Site, reader: TwoPages | FakeReader) -> str:
    lease = lease_next(site.engine, site.settings, worker="w", now=site.now())
    assert lease is not None
    assert read_leased(site, lease, reader, known_forms(site))
    return f"{lease.sha256[:12]}-1"


@pytest.fixture
def record_id(site: Site) -> str:
    """A record of two pages, the first corrected and answered."""
    take(site, "0.png", scan_bytes(0), by=CONTROL)
    name = read_next(site, TwoPages(problems=("it is blurred",)))
    do(site, name, CORRECTION)
    do(site, name, MISSING)
    return name


def scanned_again(site: Site, record_id: str, reader: TwoPages, number: int = 50) -> str:
    """Page 2 asked for, answered and read; gives what stands in the record's place."""
    request = ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    answer_request(site, request, "again.png", scan_bytes(number), by=CONTROL)
    read_next(site, reader)
    return revisions_of(site, record_id)[-1].record


def test_a_request_is_seen_by_document_control_until_it_is_answered(site, record_id) -> None:
    request = ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    (one,) = scan_requests(site)
    assert (one.id, one.record, one.page, one.reason) == (request, record_id, 2, "blurred")
    assert (one.form, one.batch_number, one.by) == ("BMR-001", "XB15-2288", "reviewer")
    assert one.waits
    receipt = answer_request(site, request, "again.png", scan_bytes(50), by=CONTROL)
    (one,) = scan_requests(site)
    assert (one.scan, one.scan_name, one.scan_state) == (
        receipt.scan,
        "again.png",
        ScanState.RECEIVED,
    )
    assert (one.is_open, one.waits) == (True, False)
    read_next(site, TwoPages(pages=(2,)))
    assert scan_requests(site) == ()
    (one,) = scan_requests(site, is_all=True)
    assert (one.outcome, one.revision) == ("replaced", f"{record_id}-r2")


def test_the_new_page_replaces_the_old_one_and_other_corrections_stay(site, record_id) -> None:
    name = scanned_again(site, record_id, TwoPages(pages=(2,), remark="sieved 3 times"))
    now = open_record(site, name).record
    assert now.state is RecordState.IN_REVIEW
    assert now.entry("remark").value == "sieved 3 times"
    assert now.entry("lot").value == "L08481V"
    assert now.entry("lot").corrections[0].reason == CORRECTION.reason
    assert [one.outcome.value for one in now.entry("signed").dispositions] == ["truly_missing"]
    assert [entry.field for entry in now.entries] == [
        "batch_number",
        "lot",
        "weight",
        "remark",
        "signed",
    ]
    assert [page.page for page in now.pages] == [1, 2]


def test_the_old_page_is_kept_and_still_shown(site, record_id) -> None:
    before = page_picture(site, record_id, 2)
    name = scanned_again(site, record_id, TwoPages(pages=(2,), shade=7))
    old = open_record(site, record_id).record
    assert (old.state, old.entry("remark").value) == (RecordState.SUPERSEDED, "sieved twice")
    assert page_picture(site, record_id, 2) == before
    assert page_picture(site, name, 2) != before
    assert page_picture(site, name, 1) == page_picture(site, record_id, 1)
    assert [place.page for place in pages_of(site, name)] == [1, 2]
    (replaced,) = replaced_pages(site, name)
    assert (replaced.page, replaced.file, replaced.before) == (2, "again.png", record_id)


def test_a_page_that_was_scanned_again_is_as_sharp_as_its_newer_scan(site) -> None:
    record_id = read(site)
    old = sharp_picture(site, record_id, 1)
    request = ask_for_scan(site, record_id, 1, "blurred", by=REVIEWER)
    answer_request(site, request, "again.png", dark_scan(), by=CONTROL)
    read_next(site, FakeReader())
    assert old != sharp_picture(site, f"{record_id}-r2", 1)
    assert old == sharp_picture(site, record_id, 1)


def dark_scan() -> bytes:
    """A scan of one page that is dark on its left."""
    out = io.BytesIO()
    sheet = Image.new("L", (240, 320), 200)
    sheet.paste(0, (0, 0, 120, 320))
    sheet.save(out, "PNG")
    return out.getvalue()


def test_the_checks_run_again_over_the_pages_as_they_are_now(site, record_id) -> None:
    assert open_record(site, record_id).record.flags == ()  # FakeReader's record was not checked
    name = scanned_again(site, record_id, TwoPages(pages=(2,), problems=("a corner is folded",)))
    (flag,) = open_record(site, name).record.flags
    assert flag.name == "poor_scan"
    assert "it is blurred" in flag.detail
    assert "a corner is folded" in flag.detail
    again = scanned_again(site, name, TwoPages(pages=(2,)), number=51)
    (flag,) = open_record(site, again).record.flags
    assert "a corner is folded" not in flag.detail


def test_a_page_that_is_missing_can_be_asked_for_too(site) -> None:
    take(site, "0.png", scan_bytes(0), by=CONTROL)
    name = read_next(site, TwoPages(pages=(2,)))
    request = ask_for_scan(site, name, 1, "missing", by=REVIEWER)
    answer_request(site, request, "again.png", scan_bytes(50), by=CONTROL)
    read_next(site, TwoPages(pages=(1,)))
    assert open_record(site, f"{name}-r2").record.entry("lot").value == "L0848N"


def test_a_scan_that_fitted_no_form_is_replaced_as_a_whole(site) -> None:
    take(site, "0.png", scan_bytes(0), by=CONTROL)
    name = read_next(site, TwoPages(form=None))
    assert open_record(site, name).record.form is None
    request = ask_for_scan(site, name, 1, "upside down and torn", by=REVIEWER)
    answer_request(site, request, "again.png", scan_bytes(50), by=CONTROL)
    read_next(site, TwoPages())
    now = open_record(site, f"{name}-r2").record
    assert (now.form, now.revision, len(now.entries)) == ("BMR-001", 2, 5)
    assert [(one.page, one.file) for one in replaced_pages(site, now.id)] == [
        (1, "again.png"),
        (2, "again.png"),
    ]
    assert verify(site.settings).findings == ()


def test_a_scan_without_the_page_is_no_answer_and_document_control_is_told(site, record_id) -> None:
    request = ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    answer_request(site, request, "wrong.png", scan_bytes(50), by=CONTROL)
    read_next(site, TwoPages(pages=(1,)))
    (one,) = scan_requests(site)
    assert one.waits
    assert "wrong.png is no answer: page 2 of the form is not in it" in one.problem
    answer_request(site, request, "right.png", scan_bytes(51), by=CONTROL)
    read_next(site, TwoPages(pages=(2,)))
    assert scan_requests(site) == ()
    assert verify(site.settings).findings == ()


def test_a_file_that_is_no_scan_says_so_and_the_request_stays(site, record_id) -> None:
    request = ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    receipt = answer_request(site, request, "no.pdf", b"no scan", by=CONTROL)
    assert receipt.problem is not None
    (one,) = scan_requests(site)
    assert one.waits
    assert one.problem == receipt.problem


def test_a_file_that_came_before_is_no_new_scan(site, record_id) -> None:
    request = ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    with pytest.raises(InputRefused, match="came before"):
        answer_request(site, request, "0.png", scan_bytes(0), by=CONTROL)


def test_two_pages_of_one_record_are_answered_by_one_scan(site, record_id) -> None:
    request = ask_for_scan(site, record_id, 1, "folded", by=REVIEWER)
    ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    answer_request(site, request, "both.png", scan_bytes(50), by=CONTROL)
    read_next(site, TwoPages())
    now = open_record(site, f"{record_id}-r2").record
    assert now.entry("lot").corrections == ()  # the page was read anew
    assert scan_requests(site) == ()


def test_what_was_asked_for_and_not_answered_goes_on_for_the_new_revision(site, record_id) -> None:
    request = ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    ask_for_scan(site, record_id, 1, "folded", by=REVIEWER)
    answer_request(site, request, "one.png", scan_bytes(50), by=CONTROL)
    read_next(site, TwoPages(pages=(2,)))
    (one,) = scan_requests(site)
    assert (one.record, one.page, one.waits) == (f"{record_id}-r2", 1, True)
    (item,) = look_queue(site, QueueQuery()).items
    assert (item.record, item.standing.value) == (f"{record_id}-r2", "in_review")
    assert item.waits_for_scan


def test_a_page_asked_for_while_another_is_read_is_waited_for_by_the_new_revision(
    site, record_id
) -> None:
    request = ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    answer_request(site, request, "one.png", scan_bytes(50), by=CONTROL)
    later = ask_for_scan(site, record_id, 1, "folded", by=REVIEWER)
    read_next(site, TwoPages(pages=(2,)))
    name = f"{record_id}-r2"
    (one,) = scan_requests(site)
    assert (one.id, one.record, one.waits) == (later, name, True)
    (item,) = look_queue(site, QueueQuery()).items
    assert item.waits_for_scan
    seen = do(site, name, Dispose(None, "poor_scan", Outcome.CONFIRMED, "legible")).seen
    with pytest.raises(NotAllowed, match="scanned again"):
        approve(site, name, "released", proof=proof_of(site, APPROVER), seen=seen)
    answer_request(site, later, "two.png", scan_bytes(51), by=CONTROL)
    read_next(site, TwoPages(pages=(1,)))
    assert scan_requests(site) == ()
    assert open_record(site, f"{record_id}-r3").record.state is RecordState.IN_REVIEW
    assert verify(site.settings).findings == ()


def test_a_scan_on_its_way_for_another_page_answers_the_new_revision(site, record_id) -> None:
    for page in (2, 1):
        request = ask_for_scan(site, record_id, page, "blurred", by=REVIEWER)
        answer_request(site, request, f"{page}.png", scan_bytes(50 + page), by=CONTROL)
    read_next(site, TwoPages(pages=(2,)))
    (one,) = scan_requests(site)
    assert (one.record, one.page, one.waits) == (f"{record_id}-r2", 1, False)
    read_next(site, TwoPages(pages=(1,)))
    assert scan_requests(site) == ()
    assert verify(site.settings).findings == ()


def test_the_same_page_is_asked_for_once(site, record_id) -> None:
    ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    with pytest.raises(Conflict, match="asked for already"):
        ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)


def test_a_request_needs_a_reason_and_a_record_in_review(site, record_id) -> None:
    with pytest.raises(NotAllowed, match="reason"):
        ask_for_scan(site, record_id, 2, "  ", by=REVIEWER)
    seen = open_record(site, record_id).seen
    approve(site, record_id, "released", proof=proof_of(site, APPROVER), seen=seen)
    with pytest.raises(NotAllowed, match="new revision"):
        ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)


def test_nothing_is_signed_while_a_page_is_to_come_and_a_request_can_be_taken_back(
    site, record_id
) -> None:
    do(site, record_id, Confirm("weight"))
    request = ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    assert kinds(site, record_id)[-2:] == ["rescan_asked", "reopened"]
    seen = open_record(site, record_id).seen
    with pytest.raises(NotAllowed, match="scanned again"):
        approve(site, record_id, "released", proof=proof_of(site, APPROVER), seen=seen)
    withdraw_request(site, request, by=REVIEWER)
    assert kinds(site, record_id)[-2:] == ["rescan_withdrawn", "waits_for_second"]
    approve(site, record_id, "released", proof=proof_of(site, APPROVER), seen=seen)
    assert scan_requests(site) == ()


def test_nobody_waits_for_a_page_of_a_rejected_record(site, record_id) -> None:
    ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    seen = open_record(site, record_id).seen
    reject(site, record_id, "not ours", proof=proof_of(site, APPROVER), seen=seen)
    assert scan_requests(site) == ()


def test_a_record_that_was_decided_on_meanwhile_keeps_its_page(site, record_id) -> None:
    request = ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    answer_request(site, request, "again.png", scan_bytes(50), by=CONTROL)
    with pytest.raises(Conflict, match="being read"):
        withdraw_request(site, request, by=REVIEWER)
    seen = open_record(site, record_id).seen
    reject(site, record_id, "not ours", proof=proof_of(site, APPROVER), seen=seen)
    read_next(site, TwoPages(pages=(2,)))
    assert open_record(site, record_id).record.entry("remark").value == "sieved twice"
    assert kinds(site, record_id)[-1] == "rescan_failed"
    assert look_queue(site, QueueQuery()).total == 0  # no record comes of it
    assert verify(site.settings).findings == ()


@pytest.mark.parametrize("by", [CONTROL, APPROVER, READER, ADMIN])
def test_reviewers_alone_send_pages_back(sqlite_site, by: Person) -> None:
    take(sqlite_site, "0.png", scan_bytes(0), by=CONTROL)
    name = read_next(sqlite_site, TwoPages())
    with pytest.raises(NotAllowed, match="may not"):
        ask_for_scan(sqlite_site, name, 2, "blurred", by=by)


def test_the_trail_tells_of_the_replaced_page_and_verifying_agrees(site, record_id) -> None:
    name = scanned_again(site, record_id, TwoPages(pages=(2,)))
    assert kinds(site, record_id)[-5:] == [
        "rescan_asked",
        "reopened",
        "rescan_answered",
        "revision_begun",
        "superseded",
    ]
    assert ("revised", "reviewer") in [(one.kind, one.by) for one in events_of(site, name)]
    seen = do(site, name, Dispose(None, "poor_scan", Outcome.CONFIRMED, "legible")).seen
    approve(site, name, "released", proof=proof_of(site, APPROVER), seen=seen)
    assert verify(site.settings).findings == ()


def kinds(site: Site, record_id: str) -> list[str]:
    return [event.kind for event in events_of(site, record_id) if event.record]


def test_moments_are_told_with_the_request(site, record_id) -> None:
    ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    assert scan_requests(site)[0].at == NOON
    assert isinstance(open_record(site, record_id).record.pages[1], RecordPage)


def test_a_keying_that_waits_for_a_second_person_begins_anew_in_the_new_revision(site) -> None:
    site = strict(site)
    take(site, "0.png", scan_bytes(0), by=CONTROL)
    name = read_next(site, TwoPages())
    do(site, name, CORRECTION)
    assert [one.field for one in waiting(site, by=APPROVER)] == ["lot"]
    now = open_record(site, scanned_again(site, name, TwoPages(pages=(2,)))).record
    assert now.entry("lot").value == "L0848N"  # as the machine read it
    assert [flag.name for flag in open_flags(now)] == ["low_confidence", "missing_signature"]
    assert waiting(site, by=APPROVER) == ()
    assert verify(site.settings).findings == ()


def weight_flags(site: Site, record_id: str) -> list[str]:
    return [one.detail for one in open_flags(open_record(site, record_id).record)
            if one.field == "weight"]  # fmt: skip


def test_an_entry_that_was_being_keyed_again_is_looked_at_in_the_new_revision(site) -> None:
    site = strict(site)
    take(site, "0.png", scan_bytes(0), by=CONTROL)
    name = read_next(site, TwoPages())
    assert open_record(site, name).record.entry("weight").accepted
    for number in (1, 2):
        do(site, name, Correct("weight", "15.0", "a 5"))
        name = scanned_again(site, name, TwoPages(pages=(2,)), number=50 + number)
        weight = open_record(site, name).record.entry("weight")
        assert (weight.value, weight.accepted) == ("13.2", False)
        (said,) = weight_flags(site, name)
        assert "“13.2”; somebody was correcting it" in said
        assert f"in revision {number}" in said
        do(site, name, Correct("remark", f"sieved {number}", "read again"))  # the checks run again
        assert weight_flags(site, name) == [said]
        do(site, name, Confirm("weight", "13.2 it is"))
        assert weight_flags(site, name) == []
    assert verify(site.settings).findings == ()


def test_so_is_one_that_two_people_had_corrected_before(site) -> None:
    site = strict(site)
    take(site, "0.png", scan_bytes(0), by=CONTROL)
    name = read_next(site, TwoPages())
    do(site, name, Correct("weight", "15.0", "a 5"))
    key_again(site, name, "weight", "15.0", by=SECOND)
    do(site, name, Correct("weight", "16.0", "a 6"))
    name = scanned_again(site, name, TwoPages(pages=(2,)))
    do(site, name, Correct("remark", "sieved", "read again"))
    (said,) = weight_flags(site, name)
    assert "“15.0”; somebody was correcting it" in said
    assert verify(site.settings).findings == ()


def test_what_was_keyed_before_a_new_scan_stays_sealed_in_the_old_revision(site) -> None:
    site = strict(site)
    take(site, "0.png", scan_bytes(0), by=CONTROL)
    name = read_next(site, TwoPages())
    do(site, name, replace(CORRECTION, value="Q7777Q", reason="it says Q7777Q"))
    newer = scanned_again(site, name, TwoPages(pages=(2,)))
    do(site, newer, CORRECTION)  # the second person of that round must not know of the first one
    seen = [
        repr(open_record(site, name)),
        repr(archive_document(open_record(site, name).record)),
        repr(events_of(site, name)),
        repr(look(site, TrailQuery(), by=APPROVER)),
        trail_as_csv(site, TrailQuery(record=name), by=APPROVER).decode(),
        repr(verify(site.settings)),
    ]
    assert [one for one in seen if "Q7777Q" in one] == []
    assert [one.record for one in waiting(site, by=APPROVER)] == [newer]
    assert verify(site.settings).findings == ()


def test_a_request_that_was_taken_back_is_left_as_it_was_by_a_scan_that_is_no_answer(
    site, record_id
) -> None:
    request = ask_for_scan(site, record_id, 2, "blurred", by=REVIEWER)
    answer_request(site, request, "again.png", scan_bytes(50), by=CONTROL)
    seen = open_record(site, record_id).seen
    reject(site, record_id, "not ours", proof=proof_of(site, APPROVER), seen=seen)
    read_next(site, TwoPages(pages=(2,)))
    (one,) = scan_requests(site, is_all=True)
    assert (one.outcome, one.problem) == ("withdrawn", "")
    assert kinds(site, record_id)[-1] == "rescan_failed"


@pytest.mark.parametrize("page", [0, 3, 99])
def test_a_page_that_neither_the_form_nor_the_scan_has_is_not_asked_for(sqlite_site, page) -> None:
    take(sqlite_site, "0.png", scan_bytes(0), by=CONTROL)
    name = read_next(sqlite_site, TwoPages())
    with pytest.raises(InputRefused, match=f"no page {page}"):
        ask_for_scan(sqlite_site, name, page, "blurred", by=REVIEWER)
    take(sqlite_site, "1.png", scan_bytes(1), by=CONTROL)
    name = read_next(sqlite_site, TwoPages(form=None))
    with pytest.raises(InputRefused, match=f"no page {page}"):
        ask_for_scan(sqlite_site, name, page, "blurred", by=REVIEWER)
