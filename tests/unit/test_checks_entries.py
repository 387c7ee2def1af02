"""Checks of single entries: each raises where it should, and is silent where it should be."""

import pytest
from core_examples import (
    BLANK,
    MARKED,
    NOT_APPLICABLE,
    SIGNED,
    UNMARKED,
    UNREADABLE,
    field,
    form,
    found,
    reading,
    record,
)

from extractors.values import Previous
from pipeline.core.check import CheckContext, check
from pipeline.core.values import Severity

REQUIRED = form(field("lot", required=True))


def test_a_blank_required_entry_is_missing() -> None:
    assert found(REQUIRED, record(REQUIRED, lot=BLANK)) == {("lot", "missing_entry")}


@pytest.mark.parametrize("written", ["L1", UNREADABLE])
def test_a_required_entry_with_ink_in_it_is_not_missing(written) -> None:
    assert ("lot", "missing_entry") not in found(REQUIRED, record(REQUIRED, lot=written))


def test_a_blank_entry_that_nobody_requires_is_not_missing() -> None:
    master = form(field("remark"))
    assert found(master, record(master, remark=BLANK)) == set()


def test_an_entry_of_a_page_that_is_not_in_the_scan_is_not_missing() -> None:
    assert found(REQUIRED, record(REQUIRED)) == set()


def test_a_required_box_that_stands_alone_has_to_be_marked() -> None:
    master = form(field("done", "checkbox", required=True))
    assert found(master, record(master, done=UNMARKED)) == {("done", "missing_entry")}
    assert found(master, record(master, done=MARKED)) == set()


@pytest.mark.parametrize("kind", ["signature", "initials"])
def test_a_blank_required_signature_is_missing(kind) -> None:
    master = form(field("signed", kind, required=True), field("dated", "date", format="DD/MM/YY"))
    one = record(master, signed=BLANK, dated="01/02/24")
    assert found(master, one) == {("signed", "missing_signature")}


def test_a_signature_that_is_there_is_not_missing() -> None:
    master = form(field("signed", "signature", required=True))
    assert found(master, record(master, signed=SIGNED)) == set()


CONDITIONAL = form(
    field("deviated", "checkbox"), field("number", required_if="deviated"), field("other")
)


def test_a_marked_box_makes_another_field_required() -> None:
    one = record(CONDITIONAL, deviated=MARKED, number=BLANK)
    assert found(CONDITIONAL, one) == {("number", "missing_entry")}


@pytest.mark.parametrize("box", [UNMARKED, UNREADABLE])
def test_a_box_that_is_not_marked_requires_nothing(box) -> None:
    one = record(CONDITIONAL, deviated=box, number=BLANK)
    assert ("number", "missing_entry") not in found(CONDITIONAL, one)


def test_na_in_a_required_field_is_not_allowed() -> None:
    assert found(REQUIRED, record(REQUIRED, lot=NOT_APPLICABLE)) == {("lot", "na_not_allowed")}


def test_na_is_allowed_in_a_voided_row_and_where_nothing_is_required() -> None:
    void = reading("", "not_applicable", shows=("void_row",))
    assert found(REQUIRED, record(REQUIRED, lot=void)) == set()
    optional = form(field("remark"))
    assert found(optional, record(optional, remark=NOT_APPLICABLE)) == set()


def test_a_voided_row_needs_initials() -> None:
    bare = reading("", "not_applicable", shows=("void_row", "void_unsigned"))
    assert found(REQUIRED, record(REQUIRED, lot=bare)) == {("lot", "void_unsigned")}


def test_ink_that_nobody_can_read_is_shown() -> None:
    assert found(REQUIRED, record(REQUIRED, lot=UNREADABLE)) == {("lot", "unreadable")}
    assert found(REQUIRED, record(REQUIRED, lot="L1")) == set()


@pytest.mark.parametrize(
    ("place", "written"),
    [
        (field("a", "number", decimals=1), "13.25"),
        (field("a", "number", decimals=1), "244"),
        (field("a", "number"), "12,5"),
        (field("a", "date", format="DD/MM/YYYY"), "1/2/2024"),
        (field("a", "time", format="HH:MM"), "7:45"),
        (field("a", pattern=r"[A-Z]{2}\d{2}"), "XB1"),
        (field("a", choices=("K1", "K2")), "K3"),
        (field("a", "initials"), "4J"),
    ],
)
def test_an_entry_that_is_not_in_the_forms_format_is_bad_format(place, written) -> None:
    assert found(form(place), record(form(place), a=written)) == {("a", "bad_format")}


@pytest.mark.parametrize(
    ("place", "written"),
    [
        (field("a", "number", decimals=1), "13.2"),
        (field("a", "number", decimals=1), "-18.5"),
        (field("a", "number"), "12.25"),
        (field("a", "date", format="DD MMM YYYY"), "03 Feb 2024"),
        (field("a", "time", format="HH:MM:SS"), "07:45:00"),
        (field("a", pattern=r"[A-Z]{2}\d{2}"), "XB12"),
        (field("a", choices=("K1", "K2")), "K2"),
        (field("a", "initials"), "MJ"),
        (field("a"), "anything, really"),
        (field("a", "number", decimals=1), BLANK),
    ],
)
def test_an_entry_in_the_forms_format_is_not_bad_format(place, written) -> None:
    assert found(form(place), record(form(place), a=written)) == set()


def test_what_the_ink_says_clearly_against_the_format_is_bad_format() -> None:
    master = form(field("a"))
    assert found(master, record(master, a=reading("x", shows=("bad_format",)))) == {
        ("a", "bad_format")
    }


def test_a_correction_is_shown_with_what_it_was() -> None:
    master = form(field("a", "number", decimals=1))
    corrected = reading("13.2", shows=("correction",), previous=(Previous("13.8", "MJ"),))
    checked = check(record(master, a=corrected), CheckContext(master))
    (flag,) = checked.entry("a").flags
    assert (flag.name, flag.severity) == ("correction", Severity.MINOR)
    assert "13.8" in flag.detail


def test_a_corrected_mark_weighs_more_than_a_corrected_number() -> None:
    master = form(field("a", "checkbox"))
    corrected = reading("true", "checked", shows=("correction",))
    (flag,) = check(record(master, a=corrected), CheckContext(master)).entry("a").flags
    assert (flag.name, flag.severity) == ("correction", Severity.MAJOR)


@pytest.mark.parametrize("name", ["uninitialled_correction", "overwritten", "obliterated"])
def test_what_the_ink_shows_is_flagged_by_its_name(name) -> None:
    master = form(field("a"))
    assert found(master, record(master, a=reading("x", shows=(name,)))) == {("a", name)}
    assert found(master, record(master, a="x")) == set()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (reading("x", shows=("obliterated",)), "stands on correction fluid"),
        (reading("", "unreadable", shows=("obliterated",)), "was made illegible"),
    ],
)
def test_an_entry_on_fluid_is_not_called_illegible(entry, said) -> None:
    master = form(field("a"))
    flags = check(record(master, a=entry), CheckContext(master)).entry("a").flags
    (detail,) = [flag.detail for flag in flags if flag.name == "obliterated"]
    assert said in detail


CHOICE = form(
    field("early", "checkbox", group="shift", required=True),
    field("late", "checkbox", group="shift"),
    field("night", "checkbox", group="shift"),
)


def choice(early, late, night):
    return found(CHOICE, record(CHOICE, early=early, late=late, night=night))


def test_two_marked_boxes_of_a_group_are_in_conflict() -> None:
    assert choice(UNMARKED, MARKED, MARKED) == {("early", "choice_conflict")}


def test_no_marked_box_of_a_required_group_is_a_conflict_and_no_missing_entry() -> None:
    assert choice(UNMARKED, UNMARKED, UNMARKED) == {("early", "choice_conflict")}


def test_one_marked_box_of_a_required_group_is_enough() -> None:
    assert choice(UNMARKED, MARKED, UNMARKED) == set()


@pytest.mark.parametrize("third", [UNREADABLE, NOT_APPLICABLE])
def test_a_group_is_not_judged_empty_where_a_box_can_not_be_told(third) -> None:
    assert ("early", "choice_conflict") not in choice(UNMARKED, UNMARKED, third)


def test_a_group_is_not_judged_empty_where_a_box_is_on_a_missing_page() -> None:
    assert found(CHOICE, record(CHOICE, early=UNMARKED, late=UNMARKED)) == set()


def test_no_marked_box_of_a_group_that_nobody_requires_is_fine() -> None:
    master = form(field("a", "checkbox", group="g"), field("b", "checkbox", group="g"))
    assert found(master, record(master, a=UNMARKED, b=UNMARKED)) == set()
