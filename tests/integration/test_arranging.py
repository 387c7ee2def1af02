"""Arranging a stack on a site: what is read anew, what stays, and what the trail tells."""

import io
from datetime import date

import pikepdf
import pytest
from arranged import PartReader, laid, parts_of, read_next, stack_bytes, take_stack
from record_builders import FakeReader
from site_records import APPROVER, CONTROL, REVIEWER, do, make_ready, proof_of, read
from sqlalchemy import text

from pipeline.arranging import arrange, laid_scan
from pipeline.assignment import assign as give
from pipeline.assignment import plan_release
from pipeline.core.arrangement import (
    FormPlace,
    Sheet,
    assign,
    join,
    move,
    put_aside,
    split,
    take_back,
    turn,
)
from pipeline.core.review import Confirm
from pipeline.core.values import RecordState
from pipeline.errors import Conflict, InputRefused, NotAllowed
from pipeline.export import Format, export_record
from pipeline.intake import ScanState, scan_progress, scans, take
from pipeline.page_pictures import scan_page_picture
from pipeline.rescans import answer_request, ask_for_scan, scan_requests
from pipeline.review import claim, open_record, queue
from pipeline.signing import approve, reject
from pipeline.store.database import reading as looking
from pipeline.store.leases import lease_next
from pipeline.trail import trail
from pipeline.unknown_pages import unknown_pages
from pipeline.verify import verify
from pipeline.who_waits import Step, who_waits

TWO = PartReader(parts=parts_of((1, 2, 3), (4, 5)))


def change(site, scan, act, *words, **more):
    """Arrange the scan otherwise than it lies now."""
    before = laid(site, scan)
    after = act(before.arrangement, *words)
    return arrange(site, scan, after, seen=before.seen, by=CONTROL, **more)


def told(site, kind: str):
    with trail(site) as lines:
        return [line for line in lines if line.kind == kind]


def states(site, scan):
    found = queue(site, states=RecordState)
    return {one.record[-1]: one.state.value for one in found if one.file == "stack.tiff"}


def test_a_stack_lies_as_the_reader_found_it_until_somebody_arranges_it(site) -> None:
    found = laid(site, take_stack(site, TWO))
    assert found.arrangement.parts == parts_of((1, 2, 3), (4, 5))
    assert [[one.record[-2:] for one in part] for part in found.records] == [["-1"], ["-2"]]
    assert found.form_page(5) == (found.records[1][0], 2)
    assert found.seen == 0


def test_splitting_reads_the_split_part_anew_and_leaves_the_other_as_it_is(site) -> None:
    reader = PartReader(parts=TWO.parts)
    scan = take_stack(site, reader)
    kept = laid(site, scan).records[1][0].record
    do(site, kept, Confirm("weight"))
    seen = open_record(site, kept).seen
    change(site, scan, split, 3, reason="page 3 is of another batch")
    assert states(site, scan) == {"1": "superseded", "2": "in_review"}
    read_next(site, reader)
    assert reader.told[-1].parts == parts_of((1, 2), (3,))
    assert states(site, scan) == {
        "1": "superseded", "2": "in_review", "3": "in_review", "4": "in_review",
    }  # fmt: skip
    assert open_record(site, kept).seen == seen
    assert [one.batch_number for part in laid(site, scan).records for one in part] == [
        "XB15-0001", "XB15-0003", "XB15-0004",
    ]  # fmt: skip
    assert verify(site.settings).findings == ()


def test_nobody_waits_for_a_page_of_a_record_that_was_arranged_anew(site) -> None:
    scan = take_stack(site, TWO)
    record = laid(site, scan).records[0][0].record
    ask_for_scan(site, record, 1, "blurred", by=REVIEWER)
    change(site, scan, split, 3)
    assert scan_requests(site) == ()
    (one,) = told(site, "rescan_withdrawn")
    assert (one.record, one.by, one.reason) == (
        record, CONTROL.user, "the record's pages were arranged anew",
    )  # fmt: skip
    assert verify(site.settings).findings == ()


def test_whoever_was_to_look_at_the_pages_still_is_after_they_were_arranged_anew(site) -> None:
    reader = PartReader(parts=TWO.parts)
    scan = take_stack(site, reader)
    first, second = (part[0].record for part in laid(site, scan).records)
    day = date(2026, 12, 1)
    give(site, [first], REVIEWER.user, note="before noon", by=APPROVER)
    plan_release(site, [first], day, by=APPROVER)
    change(site, scan, split, 3)
    read_next(site, reader)
    now = {one.record: one for one in queue(site)}
    new = [part[0].record for part in laid(site, scan).records if part[0].record != second]
    assert [(now[one].assigned_to, now[one].release_on) for one in new] == [
        (REVIEWER.user, day), (REVIEWER.user, day),
    ]  # fmt: skip
    assert now[second].assigned_to is None
    reasons = [line.reason for line in told(site, "assigned") if line.record in new]
    assert reasons == [f"as {first} was, in which these pages lay"] * 2
    assert verify(site.settings).findings == ()


def test_joining_and_turning_are_read_as_they_were_laid(site) -> None:
    reader = PartReader(parts=TWO.parts)
    scan = take_stack(site, reader)
    before = laid(site, scan)
    after = turn(join(before.arrangement, 4), 5, 90)
    arrange(site, scan, move(after, 2, -1), seen=0, by=CONTROL)
    read_next(site, reader)
    assert reader.told[-1].parts == ((Sheet(2), Sheet(1), Sheet(3), Sheet(4), Sheet(5, turned=90)),)
    (part,) = laid(site, scan).records
    assert open_record(site, part[0].record).record.pages[-1].turned == 90
    assert verify(site.settings).findings == ()


def test_the_kept_scan_is_never_touched(site) -> None:
    scan = take_stack(site, TWO)
    change(site, scan, turn, 1, 180)
    read_next(site, TWO)
    (row,) = scans(site)
    assert site.files.get(row.sha256) == stack_bytes(5)
    assert take(site, "again.tiff", stack_bytes(5), by=CONTROL).duplicate_of == "stack.tiff"


def test_the_trail_tells_who_arranged_what_and_how_it_was_before(site) -> None:
    scan = take_stack(site, TWO)
    change(site, scan, put_aside, 1, "cover sheet", reason="it came with the stack")
    (line,) = told(site, "arranged")
    assert (line.by, line.scan, line.reason) == ("control", scan, "it came with the stack")
    assert line.old == "[1, 2, 3]; [4, 5]"
    assert (line.new or "").startswith("[2, 3]; [4, 5]; page 1 put aside: cover sheet ")
    (aside,) = told(site, "page_put_aside")
    assert (aside.new, aside.reason) == ("page 1", "cover sheet")
    (over,) = told(site, "superseded")
    assert over.record == queue(site, states=[RecordState.SUPERSEDED])[0].record


def test_a_page_that_a_person_named_the_form_of_is_told_as_theirs(site) -> None:
    reader = PartReader(parts=parts_of((1,), (2,)), strange=frozenset({2}))
    scan = take_stack(site, reader, pages=2)
    (strange,) = unknown_pages(site, by=CONTROL)
    assert (strange.page, strange.name) == (2, "stack.tiff")
    change(site, scan, assign, 2, FormPlace("BMR-001", "3", 1))
    (line,) = told(site, "page_assigned")
    assert (line.by, line.new) == ("control", "page 2 is BMR-001 version 3 page 1")
    read_next(site, reader)
    assert unknown_pages(site, by=CONTROL) == ()
    assert laid(site, scan).records[1][0].form == "BMR-001"


def test_a_form_that_the_site_has_not_is_refused(site) -> None:
    scan = take_stack(site, TWO)
    for place in (FormPlace("BMR-001", "3", 2), FormPlace("none", "1", 1)):
        with pytest.raises(InputRefused, match="has no form"):
            change(site, scan, assign, 1, place)


def test_pages_put_aside_wait_for_nobody_and_can_be_taken_back(site) -> None:
    reader = PartReader(parts=parts_of((1,), (2,)), strange=frozenset({2}))
    scan = take_stack(site, reader, pages=2)
    change(site, scan, put_aside, 2, "separator")
    assert unknown_pages(site, by=CONTROL) == ()
    (row,) = scans(site)
    assert row.state is ScanState.READ  # nothing is left to read
    change(site, scan, take_back, 2)
    read_next(site, reader)
    assert [one.page for one in unknown_pages(site, by=CONTROL)] == [2]
    assert laid(site, scan).arrangement.parts == parts_of((1, 2))
    assert told(site, "page_taken_back")[0].new == "page 2"
    assert verify(site.settings).findings == ()


def test_pages_can_be_read_again_where_they_lie(site) -> None:
    reader = PartReader(parts=TWO.parts)
    scan = take_stack(site, reader)
    before = laid(site, scan)
    arrange(site, scan, before.arrangement, seen=0, by=CONTROL, again=(4,))
    read_next(site, reader)
    assert reader.told[-1].parts == parts_of((4, 5))


def test_an_arrangement_that_changes_nothing_is_refused(site) -> None:
    scan = take_stack(site, TWO)
    with pytest.raises(InputRefused, match="nothing"):
        change(site, scan, turn, 1, 360)


def test_an_approved_record_keeps_its_pages_and_the_rest_can_be_arranged(site) -> None:
    reader = PartReader(parts=TWO.parts)
    scan = take_stack(site, reader)
    first = laid(site, scan).records[0][0].record
    seen = make_ready(site, first)
    approve(site, first, "approved", proof=proof_of(site, APPROVER), seen=seen)
    with pytest.raises(NotAllowed, match="approved"):
        change(site, scan, split, 2)
    assert told(site, "arranged") == []
    change(site, scan, split, 5)
    read_next(site, reader)
    assert reader.told[-1].parts == parts_of((4,), (5,))
    assert states(site, scan)["1"] == "approved"
    assert verify(site.settings).findings == ()


def test_a_rejected_record_stays_rejected_and_its_pages_can_be_read_otherwise(site) -> None:
    reader = PartReader(parts=TWO.parts)
    scan = take_stack(site, reader)
    first = laid(site, scan).records[0][0].record
    seen = open_record(site, first).seen
    reject(site, first, "two batches", proof=proof_of(site, APPROVER), seen=seen)
    change(site, scan, split, 2)
    read_next(site, reader)
    assert states(site, scan)["1"] == "rejected"
    assert reader.told[-1].parts == parts_of((1,), (2, 3))
    assert verify(site.settings).findings == ()


def test_a_record_that_somebody_works_on_is_not_taken_from_them(site) -> None:
    scan = take_stack(site, TWO)
    claim(site, laid(site, scan).records[0][0].record, by=REVIEWER)
    with pytest.raises(Conflict, match="reviewer is working"):
        change(site, scan, split, 2)


def test_of_two_people_who_arrange_one_scan_the_later_is_told(site) -> None:
    scan = take_stack(site, TWO)
    late = laid(site, scan)
    change(site, scan, split, 2)
    with pytest.raises(Conflict, match="somebody else"):
        arrange(site, scan, turn(late.arrangement, 1, 90), seen=late.seen, by=CONTROL)


def test_a_scan_that_is_being_read_is_not_arranged_meanwhile(site) -> None:
    scan = take(site, "stack.tiff", stack_bytes(5), by=CONTROL).scan
    assert lease_next(site.engine, site.settings, worker="w", now=site.now())
    with pytest.raises(Conflict, match="being read"):
        change(site, scan, split, 2)


def test_a_scan_may_be_arranged_before_it_is_read(site) -> None:
    scan = take(site, "stack.tiff", stack_bytes(5), by=CONTROL).scan
    change(site, scan, put_aside, 1, "cover sheet")
    change(site, scan, split, 4)
    reader = PartReader()
    read_next(site, reader)
    assert reader.told[-1].parts == parts_of((2, 3), (4, 5))
    assert verify(site.settings).findings == ()


def test_a_page_that_breaks_the_reader_is_put_aside_and_the_rest_is_read(site) -> None:
    scan = take(site, "stack.tiff", stack_bytes(3), by=CONTROL).scan
    for _ in range(site.settings.max_tries):
        read_next(site, FakeReader(trouble=[ValueError("odd page")]))  # type: ignore[arg-type]
    (row,) = scans(site)
    assert row.state is ScanState.QUARANTINED
    change(site, scan, put_aside, 2, "not a page of a record")
    reader = PartReader()
    read_next(site, reader)
    assert reader.told[-1].parts == parts_of((1, 3))


def test_it_is_known_which_page_is_being_read(site) -> None:
    scan = take(site, "stack.tiff", stack_bytes(3), by=CONTROL).scan
    seen = []

    class Looking(PartReader):
        def __call__(self, scan_file, known, options):
            read = super().__call__(scan_file, known, options)
            seen.append(scan_progress(site, [scan])[0].at_page)
            return read

    assert scan_progress(site, [scan])[0].at_page is None
    read_next(site, Looking())
    assert seen == [3]
    assert scan_progress(site, [scan])[0].at_page is None


def test_small_pictures_are_made_once_and_kept(site) -> None:
    scan = take(site, "stack.tiff", stack_bytes(3), by=CONTROL).scan
    first = scan_page_picture(site, scan, 2, by=CONTROL)
    assert first.startswith(b"\xff\xd8")
    files = sorted(site.files.digests())
    assert len(files) == 4  # the scan and its three pages
    read_next(site, PartReader())
    assert scan_page_picture(site, scan, 2, by=CONTROL) == first
    with pytest.raises(InputRefused, match="no page 4"):
        scan_page_picture(site, scan, 4, by=CONTROL)


def test_arrangements_are_guarded_and_verified(site) -> None:
    scan = take_stack(site, TWO)
    change(site, scan, split, 2)
    changed = "UPDATE arrangement SET parts = '[[[[1,0,[]]]],[]]'"
    with pytest.raises(Exception, match="never changed"), site.engine.begin() as connection:
        connection.execute(text(changed))
    with site.engine.begin() as connection:
        drop = "DROP TRIGGER arrangement_update_never"
        is_sqlite = connection.dialect.name == "sqlite"
        connection.execute(text(drop if is_sqlite else f"{drop} ON arrangement"))
        connection.execute(text(changed))
    said = " ".join(one.sentence for one in verify(site.settings).findings)
    assert "arrangement of scan" in said
    assert "arrangement_update_never" in said


def test_what_waits_for_whom_is_counted_by_step_and_person(site, clock) -> None:
    read(site, 0)
    ready = read(site, 1, FakeReader(batch="XB15-9"))
    make_ready(site, ready)
    clock.move(minutes=1)
    take_stack(site, PartReader(strange=frozenset({1, 2}), parts=parts_of((1, 2))), pages=2)
    take(site, "waits.tiff", stack_bytes(2, 1), by=CONTROL)
    found = {(one.step, one.user): one.count for one in who_waits(site)}
    assert found == {
        (Step.READING, None): 1,
        (Step.FORM, None): 1,
        (Step.REVIEW, None): 1,
        (Step.APPROVAL, "reviewer"): 1,
    }


def test_a_scan_that_is_not_there_or_can_not_be_read_has_no_pages(site) -> None:
    with pytest.raises(InputRefused, match="no scan 99"):
        laid_scan(site, 99, by=CONTROL)
    bad = take(site, "bad.pdf", b"not a scan", by=CONTROL)
    with pytest.raises(InputRefused, match="can't be read"):
        laid_scan(site, bad.scan, by=CONTROL)


def test_looking_at_arrangements_writes_nothing(site) -> None:
    scan = take_stack(site, TWO)
    with looking(site.engine) as session:
        before = session.connection().execute(text("SELECT count(*) FROM event")).scalar_one()
    laid(site, scan)
    unknown_pages(site, by=CONTROL)
    who_waits(site)
    with looking(site.engine) as session:
        after = session.connection().execute(text("SELECT count(*) FROM event")).scalar_one()
    assert before == after


def test_a_page_that_was_scanned_again_counts_where_the_old_one_lies(site) -> None:
    scan = take_stack(site, PartReader(parts=parts_of((1, 2), (3,))), pages=3)
    old = laid(site, scan).records[1][0].record
    request = ask_for_scan(site, old, 1, "blurred", by=REVIEWER)
    answer_request(site, request, "again.tiff", stack_bytes(1, 9), by=CONTROL)
    read_next(site, PartReader())
    found = laid(site, scan)
    assert found.arrangement.parts == parts_of((1, 2), (3,))
    assert [[one.record for one in part] for part in found.records][1] == [f"{old}-r2"]
    assert found.form_page(3) == (found.records[1][0], 1)
    assert found.form_page(1) == (found.records[0][0], 1)


def test_a_document_holds_no_page_of_no_known_form_that_is_another_record_s(site) -> None:
    reader = PartReader(parts=parts_of((1, 2), (3,)), strange=frozenset({2, 3}))
    scan = take_stack(site, reader, pages=3)
    sizes = [
        len(scan_titles(site, one.record)) for part in laid(site, scan).records for one in part
    ]
    assert sizes == [2, 1]


def scan_titles(site, record: str) -> list[str]:
    """The pages of the scan in the document of a record, by its bookmarks."""
    made = export_record(site, record, Format.PDF, by=APPROVER)
    with pikepdf.open(io.BytesIO(made.content)) as pdf, pdf.open_outline() as outline:
        return [page.title for page in outline.root[-1].children]
