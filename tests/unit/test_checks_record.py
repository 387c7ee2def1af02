"""Checks of the whole record: pages, form, version, batch, and what stays when checking again."""

from dataclasses import replace

import pytest
from core_examples import (
    AT,
    BLANK,
    UNREADABLE,
    day,
    field,
    flags_of,
    form,
    found,
    record,
    with_entry,
)

from extractors.values import State
from pipeline.core.catalogue import CATALOGUE
from pipeline.core.check import (
    RULES,
    CheckContext,
    FoundPage,
    OtherRecords,
    PageEvidence,
    check,
    help_of,
)
from pipeline.core.forms import Meaning
from pipeline.core.triage import triage
from pipeline.core.values import Correction, Severity

THREE = form(
    field("batch_number", pattern=r"[A-Z]\d+", means=Meaning.BATCH_NUMBER),
    field("batch_2", page=2, pattern=r"[A-Z]\d+", same_as="batch_number"),
    field("last", page=3),
)


def pages(*numbers, **keys):
    return PageEvidence(tuple(FoundPage(at, page, **keys) for at, page in enumerate(numbers, 1)))


def page_flags(evidence, master=THREE, **context):
    one = check(record(master), CheckContext(master, pages=evidence, **context))
    return {name for _, name in flags_of(one)}


def test_three_good_pages_in_order_raise_nothing() -> None:
    assert page_flags(pages(1, 2, 3)) == set()


def test_a_page_that_is_not_in_the_scan_is_missing() -> None:
    assert page_flags(pages(1, 3)) == {"missing_page"}


def test_several_missing_pages_are_one_flag_that_names_them() -> None:
    (flag,) = check(record(THREE), CheckContext(THREE, pages=pages(2))).flags
    assert flag.name == "missing_page"
    assert "1, 3" in flag.detail


def test_pages_that_come_in_another_order_are_flagged() -> None:
    assert page_flags(pages(1, 3, 2)) == {"page_order"}


@pytest.mark.parametrize(
    ("is_same_sheet", "name"), [(True, "duplicate_page"), (False, "rewritten_page")]
)
def test_a_page_that_is_there_twice_is_the_same_sheet_or_rewritten(is_same_sheet, name) -> None:
    again = FoundPage(4, 2, is_repeat=True, is_same_sheet=is_same_sheet)
    assert page_flags(PageEvidence((*pages(1, 2, 3).pages, again))) == {name}


def test_a_scan_that_fits_no_form_is_of_an_unknown_form() -> None:
    assert found(None, record(None), pages=PageEvidence((FoundPage(1, None),))) == {
        (None, "unknown_form")
    }


def test_a_page_that_fits_no_form_among_others_that_do_is_shown() -> None:
    assert page_flags(pages(1, 2, 3, None)) == {"unknown_form"}


def test_a_page_of_another_version_is_shown() -> None:
    mixed = PageEvidence(
        (FoundPage(1, 1, "BMR-077", "12"), FoundPage(2, 2, "BMR-077", "11"), FoundPage(3, 3))
    )
    assert page_flags(mixed) == {"wrong_version"}


MADE = form(
    field("made", "date", format="YYYY-MM-DD", means=Meaning.MANUFACTURING_DATE),
    effective=day("2019-03-01"),
    superseded=day("2021-06-30"),
)


@pytest.mark.parametrize("made", ["2019-02-28", "2021-07-01"])
def test_a_version_that_was_not_in_force_on_the_day_of_manufacture_is_wrong(made) -> None:
    assert (None, "wrong_version") in found(MADE, record(MADE, made=made))


@pytest.mark.parametrize("made", ["2019-03-01", "2021-06-30", BLANK])
def test_a_version_that_was_in_force_is_right(made) -> None:
    assert found(MADE, record(MADE, made=made)) == set()


@pytest.mark.parametrize("type", ["text", "number"])
def test_a_month_of_manufacture_in_a_field_that_is_no_date_says_nothing_of_the_version(
    type,
) -> None:
    by_month = form(
        field("made", type, means=Meaning.MANUFACTURING_DATE),
        field("by", "initials", step="1"),
        effective=day("2019-03-01"),
    )
    one = record(by_month, made="MAY 2016", by="MJ")
    assert (None, "wrong_version") not in found(by_month, one, signatories=())


@pytest.mark.parametrize(
    "fault",
    [{"effective_dpi": 100.0}, {"residual_mm": 3.0}, {"problems": ("it is blurred",)}],
)
def test_a_coarse_warped_or_blurred_page_is_a_poor_scan(fault) -> None:
    assert page_flags(pages(1, 2, 3, **fault)) == {"poor_scan"}


def test_a_site_sets_its_own_minimum_resolution() -> None:
    fair = pages(1, 2, 3, effective_dpi=200.0)
    assert page_flags(fair) == set()
    assert page_flags(fair, minimum_dpi=250.0) == {"poor_scan"}


def test_a_cut_page_and_writing_outside_fields_are_shown() -> None:
    assert page_flags(pages(1, 2, 3, is_cut=True)) == {"page_cut"}
    assert page_flags(pages(1, 2, 3, outside_writing=2)) == {"outside_writing"}


def test_a_batch_number_that_differs_on_another_page_is_a_mismatch() -> None:
    one = record(THREE, batch_number="X1", batch_2="X2")
    assert found(THREE, one) == {("batch_2", "batch_number_mismatch")}


@pytest.mark.parametrize("second", ["X1", BLANK, UNREADABLE])
def test_a_batch_number_that_is_the_same_or_not_told_is_no_mismatch(second) -> None:
    one = record(THREE, batch_number="X1", batch_2=second)
    assert ("batch_2", "batch_number_mismatch") not in found(THREE, one)


def test_the_records_batch_number_is_the_current_entry() -> None:
    one = check(record(THREE, batch_number="X1"), CheckContext(THREE))
    assert one.batch_number == "X1"
    correction = Correction("X7", State.FILLED, "misread", "ann", AT)
    entry = replace(one.entry("batch_number"), corrections=(correction,))
    assert check(with_entry(one, entry), CheckContext(THREE)).batch_number == "X7"


def test_the_same_batch_again_weighs_more_than_the_same_scan_again() -> None:
    same_batch = CheckContext(THREE, others=OtherRecords(same_batch=("R7",)))
    (flag,) = check(record(THREE), same_batch).flags
    assert (flag.name, flag.severity) == ("duplicate_record", Severity.MAJOR)
    same_scan = CheckContext(THREE, others=OtherRecords(same_scan=("R7",)))
    (flag,) = check(record(THREE), same_scan).flags
    assert (flag.name, flag.severity) == ("duplicate_record", Severity.MINOR)
    assert check(record(THREE), CheckContext(THREE, others=OtherRecords())).flags == ()


def test_what_was_found_about_pages_and_other_records_stays_when_checking_again() -> None:
    context = CheckContext(
        THREE,
        pages=pages(1, 3, outside_writing=1),
        others=OtherRecords(same_batch=("R7",)),
    )
    first = check(record(THREE, batch_number="X1"), context)
    names = {"missing_page", "outside_writing", "duplicate_record"}
    assert {flag.name for flag in first.flags} == names
    assert check(first, CheckContext(THREE)) == first


def test_a_version_flag_goes_when_the_date_of_manufacture_is_corrected() -> None:
    first = check(record(MADE, made="2018-05-01"), CheckContext(MADE))
    assert (None, "wrong_version") in flags_of(first)
    correction = Correction("2019-05-01", State.FILLED, "misread", "ann", AT)
    corrected = replace(first.entry("made"), corrections=(correction,))
    assert flags_of(check(with_entry(first, corrected), CheckContext(MADE))) == set()


def test_checking_keeps_what_triage_found_until_a_person_corrects_it() -> None:
    unsure = triage(record(THREE, last="maybe"), 0.999)
    again = check(unsure, CheckContext(THREE))
    assert flags_of(again) == {("last", "low_confidence")}
    correction = Correction("sure", State.FILLED, "misread", "ann", AT)
    entry = replace(again.entry("last"), corrections=(correction,))
    assert flags_of(check(with_entry(again, entry), CheckContext(THREE))) == set()


def test_an_entry_with_a_flag_is_not_accepted() -> None:
    accepted = triage(record(THREE, batch_number="X1", batch_2="X2"), 0.9)
    assert accepted.entry("batch_2").accepted
    checked = check(accepted, CheckContext(THREE))
    assert checked.entry("batch_number").accepted
    assert not checked.entry("batch_2").accepted


def test_triage_accepts_what_is_sure_and_unflagged_by_the_threshold_of_its_type() -> None:
    master = form(field("a", "number"), field("b", "initials"))
    one = check(record(master, a="12", b="MJ"), CheckContext(master))
    thresholds = {entry.type: 0.9 for entry in one.entries} | {one.entry("b").type: 0.999}
    sorted_out = triage(one, thresholds)
    assert [entry.accepted for entry in sorted_out.entries] == [True, False]
    assert flags_of(sorted_out) == {("b", "low_confidence")}


def test_triage_flags_no_blank_as_read_unsurely() -> None:
    (entry,) = triage(record(THREE, last=BLANK), 0.999).entries
    assert (entry.accepted, entry.flags) == (False, ())


def test_a_record_is_not_checked_without_its_form() -> None:
    with pytest.raises(ValueError, match="BMR-077"):
        check(record(THREE), CheckContext(None))


def test_every_rule_is_named_after_a_flag_of_the_catalogue_and_helps_the_reviewer() -> None:
    names = {kind.name for kind in CATALOGUE}
    for rule in RULES:
        assert rule.__name__ in names
    assert all(help_of(name) for name in names)
    assert help_of("no_such_flag") == ""


def test_no_rule_is_cited_that_nobody_has_read() -> None:
    for unread in ("211.186", "211.100", "211.111", "211.103", "211.184", "*"):
        assert not any(unread in kind.rule for kind in CATALOGUE)
