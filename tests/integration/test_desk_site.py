"""The desk on a site, on both databases: undo, new scans, sheets, sharp pages, the index."""

import cv2
import numpy as np
import pytest
from record_builders import FakeReader
from site_records import APPROVER, CORRECTION, MISSING, READER, REVIEWER, do, proof_of, read
from sqlmodel import select

from pipeline.archive import index, search
from pipeline.contact import Sheet, confirm_all, same_kind
from pipeline.core.review import Comment, Confirm, Correct
from pipeline.core.undo import undoing
from pipeline.core.values import Severity
from pipeline.errors import InputRefused, NotAllowed
from pipeline.pictures import sharp_picture
from pipeline.queue import queue
from pipeline.rescans import ask_for_scan
from pipeline.review import claim, open_record
from pipeline.signing import Attestation, attest
from pipeline.site import Site
from pipeline.store.database import reading, writing
from pipeline.store.tables import SearchRow
from pipeline.trail import notes_of
from pipeline.verify import verify


def open_critical(site: Site) -> int:
    return queue(site)[0].count(Severity.CRITICAL)


def test_an_answer_that_is_taken_back_waits_in_the_queue_again(site: Site) -> None:
    record = read(site)
    before = open_record(site, record).record
    assert open_critical(site) == 1
    do(site, record, MISSING)
    assert open_critical(site) == 0
    for decision in undoing(before, MISSING):
        do(site, record, decision)
    assert open_critical(site) == 1
    do(site, record, MISSING)
    assert open_critical(site) == 0


def test_what_was_taken_back_leaves_a_trail_that_verifies(site: Site) -> None:
    record = read(site)
    for decision in (CORRECTION, MISSING, Confirm("lot", "seen")):
        before = open_record(site, record).record
        do(site, record, decision)
        for back in undoing(before, decision):
            do(site, record, back)
    assert verify(site.settings).findings == ()


def test_nothing_that_was_signed_is_taken_back(sqlite_site: Site) -> None:
    record = read(sqlite_site)
    before = open_record(sqlite_site, record).record
    seen = do(sqlite_site, record, MISSING).seen
    proof = proof_of(sqlite_site, APPROVER)
    attest(sqlite_site, record, Attestation.TRUE_COPY, proof=proof, seen=seen)
    with pytest.raises(NotAllowed, match="somebody has signed since"):
        do(sqlite_site, record, undoing(before, MISSING)[0])


def test_a_new_scan_that_is_asked_for_and_a_comment_are_notes_of_their_entry(site: Site) -> None:
    record = read(site)
    ask_for_scan(site, record, 1, "blurred", field="lot", by=REVIEWER)
    do(site, record, Comment("lot", "ask Dana"))
    notes = [(one.kind, one.field, one.old, one.reason) for one in notes_of(site, record)]
    assert notes == [
        ("rescan_asked", "lot", "page 1", "blurred"),
        ("commented", "lot", None, "ask Dana"),
    ]
    assert len(open_record(site, record).record.entry("lot").flags) == 1


def test_a_decision_gives_the_record_as_it_is_stored(site: Site) -> None:
    record = read(site)
    for decision in (CORRECTION, MISSING, Confirm("weight"), Correct("weight", "25", "misread")):
        given = do(site, record, decision)
        assert given.record == open_record(site, record).record


def rows_of(site: Site) -> list[tuple[object, ...]]:
    with reading(site.engine) as session:
        rows = session.exec(select(SearchRow)).all()
    return sorted(
        (str(one.field), one.label, one.value, one.probability, one.matched, one.context, one.key)
        for one in rows
    )


@pytest.mark.parametrize(
    "decisions",
    [
        (CORRECTION,),
        (CORRECTION, Correct("lot", "L0848N", "it was right")),
        (Correct("batch_number", "XB15-9999", "misread"),),
        (Correct("batch_number", "", "nothing there"), Correct("remark", "XB15-2288", "misread")),
    ],
)
def test_the_index_after_a_correction_is_that_of_the_whole_record(
    sqlite_site: Site, decisions: tuple[Correct, ...]
) -> None:
    record = read(sqlite_site)
    for decision in decisions:
        opened = do(sqlite_site, record, decision)
    changed = rows_of(sqlite_site)
    with writing(sqlite_site.engine) as session:
        index(session, opened.record, opened.form)
    assert rows_of(sqlite_site) == changed


def test_a_corrected_entry_is_found_by_its_new_value_alone(site: Site) -> None:
    record = read(site)
    do(site, record, CORRECTION)
    assert [hit.probability for hit in search(site, "L08481V")] == [1.0]
    assert search(site, "L0848W") == ()


def test_a_sheet_over_the_queue_holds_the_field_of_every_record_in_review(site: Site) -> None:
    records = [read(site, n, FakeReader(batch=f"XB15-000{n}")) for n in range(3)]
    do(site, records[1], CORRECTION)
    looks = same_kind(site, records[0], "lot", Sheet.COLUMN, whole_queue=True)
    assert {one.record for one in looks} == {records[0], records[2]}
    sevens = same_kind(site, records[0], "weight", Sheet.VALUE, whole_queue=True)
    assert {(one.record, one.value) for one in sevens} == {(one, "13.2") for one in records}
    texts = same_kind(site, records[0], "lot", Sheet.TYPE, whole_queue=False)
    assert {one.field for one in texts} == {"batch_number", "lot", "remark"}


def test_entries_are_confirmed_from_a_sheet_and_their_records_given_back(site: Site) -> None:
    records = [read(site, n, FakeReader(batch=f"XB15-000{n}")) for n in range(3)]
    looks = same_kind(site, records[0], "lot", Sheet.COLUMN, whole_queue=True)
    do(site, records[1], Comment("lot", "somebody was here"))
    looked = confirm_all(site, looks, by=REVIEWER)
    assert looked.confirmed == 2
    assert [look.record for look, _ in looked.refused] == [records[1]]
    assert "somebody changed this record" in looked.refused[0][1]
    assert open_record(site, records[0]).claimed_by is None
    again = same_kind(site, records[0], "lot", Sheet.COLUMN, whole_queue=True)
    assert [one.record for one in again if one.needs_eyes] == [records[1]]


def test_a_sheet_keeps_a_record_that_was_the_reviewers_before(sqlite_site: Site) -> None:
    record = read(sqlite_site)
    claim(sqlite_site, record, by=REVIEWER)
    looks = same_kind(sqlite_site, record, "lot", Sheet.COLUMN, whole_queue=False)
    confirm_all(sqlite_site, looks, by=REVIEWER)
    assert open_record(sqlite_site, record).claimed_by == REVIEWER.user


@pytest.mark.parametrize("by", [APPROVER, READER], ids=lambda by: by.user)
def test_only_reviewers_confirm_from_a_sheet(sqlite_site: Site, by) -> None:
    record = read(sqlite_site)
    looks = same_kind(sqlite_site, record, "lot", Sheet.COLUMN, whole_queue=False)
    with pytest.raises(NotAllowed, match="may not"):
        confirm_all(sqlite_site, looks, by=by)


def test_a_page_is_as_sharp_as_its_scan(sqlite_site: Site) -> None:
    record = read(sqlite_site)
    jpeg = np.frombuffer(sharp_picture(sqlite_site, record, 1), np.uint8)
    height, width = cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE).shape
    assert width == pytest.approx(210 * 300 / 25.4, abs=1)
    assert height == pytest.approx(297 * 300 / 25.4, abs=1)
    with pytest.raises(InputRefused, match="no picture of page 2"):
        sharp_picture(sqlite_site, record, 2)
