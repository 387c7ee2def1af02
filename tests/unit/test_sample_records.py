"""The truth of the samples against the checks: each planned flag, and no other, follows."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from extractors.values import Box, EntryKind, Evidence, Previous, Reading, State
from pipeline.core.check import CheckContext, FoundPage, PageEvidence, check
from pipeline.core.forms import FormPage, MasterForm
from pipeline.core.people import Signatory
from pipeline.core.values import Entry, ReaderInfo, Record, Source
from sample_scans.blank_forms import TEST_ONLY, forms_of
from sample_scans.contents import FAULTS, PAGE_FAULTS, make_record
from sample_scans.paper import PaperForm
from sample_scans.people import Roster, make_roster
from sample_scans.record import Draft, Work
from sample_scans.values import Act, Split
from sample_scans.writing import marks_of

SHOWN = {
    "correction": Evidence.CORRECTION,
    "uninitialled_correction": Evidence.UNINITIALLED_CORRECTION,
    "overwritten": Evidence.OVERWRITTEN,
    "obliterated": Evidence.OBLITERATED,
    "void_unsigned": Evidence.VOID_UNSIGNED,
}
"""What only ink can show. Every other flag has to follow from the values."""

ROSTER = make_roster([f"writer {number}" for number in range(60)], "test")


def record_of_number(number: int, *, roster: Roster = ROSTER) -> Work:
    rng = np.random.default_rng([11, number])
    forms = forms_of(Split.TEST)
    return make_record(forms[number % len(forms)], roster, rng)


def master(form: PaperForm) -> MasterForm:
    head = form.head
    pages = tuple(
        FormPage(page, head.size_mm, tuple(paper.field for paper in form.on_page(page)))
        for page in range(1, head.page_count + 1)
    )
    return MasterForm(
        head.number, head.version, head.title, pages, Path(), head.effective, head.superseded
    )


def entry(draft: Draft) -> Entry:
    evidence = [SHOWN[flag] for flag in draft.flags if flag in SHOWN]
    if draft.fault in ("void", "void_unsigned"):
        evidence.append(Evidence.VOID_ROW)
    previous = tuple(Previous(old["value"], old["initials"]) for old in draft.previous)
    reading = Reading(
        value=draft.value,
        state=draft.state,
        confidence=1.0,
        reader="truth",
        evidence=tuple(evidence),
        previous=previous,
    )
    field = draft.paper.field
    return Entry(field.name, field.page, field.type, field.step, field.box, reading)


def checked(work: Work) -> Record:
    record = Record(
        form=work.form.head.number,
        version=work.form.head.version,
        batch_number="",
        source=Source("scan.pdf", "", len(work.order)),
        reader=ReaderInfo("0", ()),
        pages=(),
        entries=tuple(entry(draft) for draft in work.drafts.values()),
    )
    pages = tuple(
        FoundPage(
            scan_page=place + 1,
            page=page,
            is_repeat=page in work.order[:place],
            is_same_sheet=page in work.order[:place] and place not in work.copies,
            outside_writing=sum(mark.page == page for mark in work.loose),
        )
        for place, page in enumerate(work.order)
    )
    log = tuple(
        Signatory(one.initials, one.name, one.role, one.start, one.end)
        for one in work.roster.staff + work.roster.others
        if one.is_logged
    )
    context = CheckContext(
        form=master(work.form),
        scanned_on=work.scanned_on,
        signatories=log,
        pages=PageEvidence(pages),
    )
    return check(record, context)


@pytest.mark.parametrize("start", range(0, 400, 40))
def test_the_planned_flags_are_those_that_the_checks_find_in_the_true_values(start: int) -> None:
    for number in range(start, start + 40):
        work = record_of_number(number)
        record = checked(work)
        found = {one.field: sorted(flag.name for flag in one.flags) for one in record.entries}
        planned = {name: sorted(draft.flags) for name, draft in work.drafts.items()}
        assert found == planned, f"record {number}, {work.form.folder}, {work.faults}"
        assert sorted(flag.name for flag in record.flags) == sorted(work.flags), f"record {number}"


def test_a_record_does_not_depend_on_the_others() -> None:
    first = record_of_number(17)
    record_of_number(18)
    again = record_of_number(17)
    assert [d.value for d in first.drafts.values()] == [d.value for d in again.drafts.values()]
    assert first.faults == again.faults


def test_about_a_third_of_the_records_has_no_fault_and_most_others_have_one_to_four() -> None:
    counts = Counter(len(record_of_number(number).faults) for number in range(400))
    assert 0.28 <= counts[0] / 400 <= 0.42
    assert sum(counts[n] for n in (1, 2, 3, 4)) / 400 > 0.5


def test_each_kind_of_fault_is_in_at_least_a_twentieth_of_the_records_that_can_have_it() -> None:
    works = [record_of_number(number) for number in range(1500)]
    for name in PAGE_FAULTS | FAULTS:
        folders = {work.form.folder for work in works if name in work.faults}
        able = [work for work in works if work.form.folder in folders]
        share = sum(name in work.faults for work in works) / max(len(able), 1)
        assert share >= 0.05, f"{name}: {share:.3f} of {len(able)}"


def test_two_forms_are_the_tests_own() -> None:
    test, fit = forms_of(Split.TEST), forms_of(Split.FIT)
    own = {form.folder for form in test} - {form.folder for form in fit}
    assert len(own) == len(TEST_ONLY) == 2


def test_a_void_has_initials_unless_it_was_planned_without() -> None:
    seen = set()
    for number in range(200):
        work = record_of_number(number)
        for draft in work.drafts.values():
            marks = draft.marks or []
            if marks and marks[0].act is Act.LINE and draft.fault.startswith("void"):
                is_signed = any(mark.act is Act.TEXT for mark in marks)
                assert is_signed != ("void_unsigned" in draft.flags)
                seen.add(is_signed)
    assert seen == {True, False}


def test_a_correction_is_written_struck_and_written_again_in_that_order() -> None:
    seen = 0
    for number in range(300):
        for draft in record_of_number(number).drafts.values():
            if draft.previous:
                acts = [mark.act for mark in draft.marks or []]
                assert acts[:3] == [Act.TEXT, Act.STRIKE, Act.TEXT]
                assert (len(acts) == 4) == bool(draft.previous[0]["initials"])
                seen += 1
    assert seen > 10


def test_a_blank_field_has_no_ink_and_a_filled_one_has() -> None:
    for number in range(60):
        work = record_of_number(number)
        for draft in work.drafts.values():
            if draft.fault:
                continue
            has_ink = bool(marks_of(work, draft))
            assert has_ink == (draft.state not in (State.BLANK, State.UNCHECKED))


def test_notes_and_stray_signatures_stand_clear_of_every_field() -> None:
    def apart(one: Box, other: Box) -> bool:
        beside = one.right < other.x or other.right < one.x
        return beside or one.bottom < other.y or other.bottom < one.y

    seen = 0
    for number in range(200):
        work = record_of_number(number)
        for mark in work.loose:
            fields = work.form.on_page(mark.page)
            assert all(apart(mark.box, paper.field.box) for paper in fields)
            seen += 1
    assert seen > 10


def test_nobody_shares_initials_with_anybody() -> None:
    people = ROSTER.staff + ROSTER.others
    assert len({one.initials for one in people}) == len(people)
    assert all(2 <= len(one.initials) <= 3 and one.initials.isupper() for one in people)


def test_signatures_and_blanks_have_no_value() -> None:
    for number in range(60):
        for draft in record_of_number(number).drafts.values():
            if draft.kind is EntryKind.SIGNATURE or draft.state is State.BLANK:
                assert draft.value == ""
