"""Rows of the queue, the archive and the upload, without a browser or a site."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from record_builders import NOON, entry, reading

from pipeline.archive import Hit, Matched
from pipeline.core.genealogy import Gap, GapKind
from pipeline.core.query import About
from pipeline.core.standing import Standing
from pipeline.core.values import Disposition, Flag, Outcome, RecordState, Severity
from pipeline.intake import Receipt, ScanProgress, ScanState
from pipeline.quality import CORRECTION, Count
from pipeline.queue import FlagCount, QueueItem, QueuePage
from review_ui.parts import entries, facets, quality_view, queue_lines
from review_ui.parts import upload_files as upload
from review_ui.parts.hit_words import found_as
from review_ui.parts.scan_words import standing
from review_ui.parts.way import record_link
from review_ui.parts.words import plain
from review_ui.screens import archive, genealogy


@pytest.fixture(autouse=True)
def printed_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accounts as they are, without a site."""
    monkeypatch.setattr(queue_lines, "name_of", lambda user: user)


SCRIPT = "<script>alert(1)</script>"


def queue_item(**changes: object) -> QueueItem:
    item = QueueItem(
        "abc-1",
        "BMR-001",
        "3",
        "Granulation",
        "XB15-2288",
        RecordState.IN_REVIEW,
        (FlagCount("missing_signature", Severity.CRITICAL, 2),),
        NOON,
        None,
        "012.pdf",
        due_at=NOON - timedelta(days=2),
        release_on=date(2026, 3, 3),
    )
    return replace(item, **changes)  # type: ignore[arg-type]


def words(parts: tuple) -> str:
    return " ".join(part.text for part in parts)


def test_a_row_of_the_queue_says_what_to_look_at() -> None:
    row = queue_lines.line(queue_item(), NOON + timedelta(hours=3))
    assert row.link == "/record?record=abc-1"
    assert [words(cell) for cell in row.cells] == [
        "XB15-2288",
        "BMR-001 v3 Granulation",
        "in review",
        "◆ Signature missing × 2",
        "2",
        "late by 2 days release 2026-03-03",
        "3 hours",
        "",
        "012.pdf",
    ]


def test_a_scan_of_an_unknown_form_is_named_as_such_in_the_queue() -> None:
    unknown = queue_item(form=None, version=None, title="Unknown form", batch_number="")
    assert words(queue_lines.line(unknown, NOON).cells[1]) == "Unknown form"


def test_the_queue_says_how_much_there_is_by_weight_and_state() -> None:
    counts = {Standing.IN_REVIEW: 2, Standing.WAITING: 1, Standing.REJECTED: 0}
    assert queue_lines.summary(QueuePage((), 3, counts, critical=1)) == (
        "3 records · ◆ 1 with critical flags  —  in review 2 · waiting for a second person 1"
    )


def test_a_row_says_who_works_on_a_record_or_to_whom_it_was_given() -> None:
    given = queue_item(assigned_to="reviewer", note="the lots are left")
    assert words(queue_lines.who(given)) == "reviewer assigned “the lots are left”"
    assert words(queue_lines.who(replace(given, claimed_by="two"))) == "two now"
    assert queue_lines.who(queue_item()) == ()


def test_a_scan_that_is_no_record_yet_leads_nowhere() -> None:
    row = queue_lines.line(queue_item(record="", standing=Standing.RECEIVED), NOON)
    assert (row.link, words(row.cells[0]), words(row.cells[2])) == ("", "", "received")


def test_what_waits_for_a_scan_says_so_before_its_flags() -> None:
    shown = queue_lines.what_to_see(queue_item(waits_for_scan=True))
    assert [part.text for part in shown] == ["waits for a new scan", "◆ Signature missing × 2"]


def test_a_hit_says_whether_a_value_or_an_alternative_was_found() -> None:
    hit = Hit(
        "abc-1",
        "XB15-2288",
        "BMR-001",
        "3",
        1,
        "lot",
        "Lot of lactose",
        "L08481V",
        0.2,
        Matched.ALTERNATIVE,
        RecordState.APPROVED,
    )
    shown = [words(cell) for cell in archive.line(hit, 0).cells]
    assert shown[2:5] == ["L08481V", "alternative reading 20 %", "Lot of lactose, page 1"]
    assert shown[-1] == "approved"
    assert archive.line(hit, 0).cells[1][0].picture == "/pictures/abc-1/entries/lot"
    assert archive.line(hit, 0).link == "/record?record=abc-1&field=lot"
    assert found_as(replace(hit, matched=Matched.VALUE))[0].text == "value"
    (similar,) = found_as(replace(hit, matched=Matched.SIMILAR))
    assert similar.text == "may be a misreading"


def progress(state: ScanState, **changes: object) -> ScanProgress:
    made = ScanProgress(1, "a.pdf", "0" * 64, 2, state, (), None, None, NOON, "control")
    return replace(made, **changes)  # type: ignore[arg-type]


RECEIPT = Receipt(1, "a.pdf", "0" * 64, None, (), None)


def test_an_upload_says_how_many_records_were_found() -> None:
    now = progress(ScanState.READ, records=("abc-1",))
    assert upload.verdict(RECEIPT, now, 0) == ("done", "1 record found on 2 pages.")


def test_an_upload_leads_to_its_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "fits_no_form", lambda _record: True)
    monkeypatch.setattr(upload, "leads_to_pages", lambda: True)
    shown = upload.outcome(RECEIPT, progress(ScanState.READ, records=("abc-1",)))
    assert record_link("abc-1") in shown
    assert "1 record of an unknown form: see the unknown pages." in shown
    assert 'href="/upload?scan=1"' in shown


def test_a_second_upload_of_the_same_file_names_the_first() -> None:
    again = replace(RECEIPT, duplicate_of="first.pdf")
    look, said = upload.verdict(again, progress(ScanState.READ, records=("abc-1",)), 0)
    assert look == "again"
    assert "The same file came before as first.pdf; there is no second record." in said


def test_a_refused_upload_says_why_and_what_to_do() -> None:
    now = progress(ScanState.REFUSED, problem="the file is empty; scan it again")
    assert upload.verdict(RECEIPT, now, 0) == (
        "refused",
        "Refused: the file is empty; scan it again.",
    )


def test_a_scan_that_is_being_read_says_at_which_page() -> None:
    assert standing(progress(ScanState.READING, at_page=2)) == "Reading page 2 of 2."
    assert standing(progress(ScanState.READING)) == "Being read (2 pages)."


def test_a_scan_whose_pages_are_all_put_aside_says_so() -> None:
    assert standing(progress(ScanState.READ)) == "All its pages are put aside."


def test_a_file_that_could_not_be_kept_says_what_to_do() -> None:
    shown = upload.not_kept(upload.NotKept(SCRIPT, "The disk is full; make space."))
    assert "Not kept: The disk is full; make space." in shown
    assert SCRIPT not in shown


def test_a_file_name_that_looks_like_a_script_is_shown_as_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upload, "leads_to_pages", lambda: False)
    shown = upload.outcome(replace(RECEIPT, name=SCRIPT), progress(ScanState.RECEIVED))
    assert SCRIPT not in shown


def test_an_answered_flag_is_told_from_one_that_waits_in_the_table_of_entries() -> None:
    doubt = Flag("low_confidence", Severity.MAJOR, "Read as 'L0848N'.", "lot", 1)
    limit = Flag("out_of_limit", Severity.CRITICAL, "Over its limit.", "lot", 1)
    said = Disposition(doubt.name, Outcome.CONFIRMED, "looked", "ruth", NOON, doubt.detail)
    one = entry("lot", reading("L0848N", 0.7), accepted=False, flags=(doubt, limit))
    one = replace(one, dispositions=(said,))
    shown = [(part.text, part.look) for part in entries.flags(one)]
    assert shown == [("✓ Not read with certainty", "quiet"), ("◆ Outside its limits", "critical")]


def test_gaps_are_one_line_above_the_graph_that_says_the_first_and_how_many() -> None:
    gap = Gap(GapKind.NO_RECEIPT, "L1", "Lot [L1](x) has no receipt in the archive.")
    title = genealogy.gaps_title((gap,))
    assert "has no receipt in the archive" in title
    assert "[L1](x)" not in title  # no Markdown of a lot's name is heeded
    assert "2 gaps" in genealogy.gaps_title((gap, gap))


def test_what_a_search_asks_for_and_nothing_counts_is_not_said_to_be_none() -> None:
    counts = {"2019": 17, "2019-03..2019-06": 0}
    shown = [facets.shown(About.MADE, counts, one) for one in counts]
    assert shown == ["2019 · 17", plain("2019-03..2019-06")]


def test_flags_and_corrections_have_the_names_that_other_screens_give_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quality_view, "name_of", {"reviewer": "Ruth Lindqvist"}.__getitem__)
    counts = (
        Count("BMR-001", "4.3", "MJ", "low confidence", 3),
        Count("BMR-001", "", "reviewer", CORRECTION, 1),
    )
    rows = [[part.text for (part,) in quality_view.what_and_where(one)] for one in counts]
    assert rows == [
        ["Not read with certainty", "BMR-001", "4.3", "MJ"],
        ["corrected at the desk", "BMR-001", "", "Ruth Lindqvist"],
    ]
