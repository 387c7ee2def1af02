"""Checks of numbers: each raises where it should, and is silent where it should be."""

from dataclasses import replace
from decimal import Decimal

import pytest
from core_examples import (
    AT,
    BLANK,
    NOT_APPLICABLE,
    UNREADABLE,
    field,
    flags_of,
    form,
    found,
    record,
    with_entry,
)

from extractors.values import State
from pipeline.core.check import CheckContext, FoundPage, PageEvidence, check
from pipeline.core.forms import Meaning
from pipeline.core.values import Correction

LIMITED = form(field("ph", "number", decimals=1, low=Decimal("6.5"), high=Decimal(7)))


@pytest.mark.parametrize("ph", ["6.4", "7.1", "-6.8"])
def test_a_number_outside_its_limits_is_flagged(ph) -> None:
    assert found(LIMITED, record(LIMITED, ph=ph)) == {("ph", "out_of_limit")}


@pytest.mark.parametrize("ph", ["6.5", "7.0", BLANK, UNREADABLE, NOT_APPLICABLE])
def test_a_number_on_or_within_its_limits_or_none_is_not(ph) -> None:
    assert ("ph", "out_of_limit") not in found(LIMITED, record(LIMITED, ph=ph))


def test_a_number_with_too_many_decimals_is_still_held_against_its_limits() -> None:
    assert found(LIMITED, record(LIMITED, ph="7.25")) == {
        ("ph", "out_of_limit"),
        ("ph", "bad_format"),
    }


YIELD = form(
    field("received", "number"),
    field("packed", "number"),
    field("yielded", "number", decimals=1, equals="100 * packed / received"),
)


def test_a_wrong_yield_is_a_mismatch() -> None:
    one = record(YIELD, received="300", packed="299", yielded="98.7")
    assert found(YIELD, one) == {("yielded", "calculation_mismatch")}


def test_a_yield_that_is_rounded_to_the_fields_decimals_is_right() -> None:
    assert found(YIELD, record(YIELD, received="300", packed="299", yielded="99.7")) == set()


@pytest.mark.parametrize("received", [BLANK, UNREADABLE, NOT_APPLICABLE, "3OO", "0"])
def test_nothing_is_judged_where_an_operand_has_no_value(received) -> None:
    one = record(YIELD, received=received, packed="299", yielded="12.0")
    assert ("yielded", "calculation_mismatch") not in found(YIELD, one)


def test_nothing_is_judged_where_an_operand_is_on_a_missing_page() -> None:
    assert found(YIELD, record(YIELD, packed="299", yielded="12.0")) == set()


@pytest.mark.parametrize(("total", "is_wrong"), [("7.4", True), ("7.5", False), ("8.5", False)])
def test_a_sum_may_be_off_by_its_tolerance(total, is_wrong) -> None:
    master = form(
        field("w_1.1", "number"),
        field("w_1.2", "number"),
        field("total", "number", decimals=1, equals="sum(w_1.1, w_1.2)", tolerance=Decimal("0.5")),
    )
    one = record(master, **{"w_1.1": "3.5", "w_1.2": "4.5", "total": total})
    assert (("total", "calculation_mismatch") in found(master, one)) is is_wrong


DEVIATED = form(
    field("ph", "number", high=Decimal(7)),
    field("remark", pattern="[a-z]+"),
    field("deviation", means=Meaning.DEVIATION),
)


@pytest.mark.parametrize("nothing", [BLANK, NOT_APPLICABLE])
def test_a_critical_flag_without_a_deviation_number_is_shown_on_the_deviation_field(
    nothing,
) -> None:
    one = record(DEVIATED, ph="9", deviation=nothing)
    assert ("deviation", "no_deviation") in found(DEVIATED, one)


@pytest.mark.parametrize("deviation", ["DEV-1", UNREADABLE])
def test_with_something_in_the_deviation_field_there_is_a_deviation(deviation) -> None:
    one = record(DEVIATED, ph="9", deviation=deviation)
    assert ("deviation", "no_deviation") not in found(DEVIATED, one)


def test_without_a_critical_flag_no_deviation_is_needed() -> None:
    one = record(DEVIATED, ph="6", remark="NOT SO", deviation=BLANK)
    assert found(DEVIATED, one) == {("remark", "bad_format")}


def test_a_critical_flag_on_the_whole_record_needs_a_deviation_too() -> None:
    one = replace(record(DEVIATED, ph="6", deviation=BLANK), form="BMR-077")
    two_pages = form(*DEVIATED.fields, field("extra", page=2))
    pages = PageEvidence((FoundPage(1, 1),))
    assert found(two_pages, one, pages=pages) == {
        (None, "missing_page"),
        ("deviation", "no_deviation"),
    }


def test_checks_run_on_the_corrected_value_and_not_on_the_reading() -> None:
    one = record(YIELD, received="300", packed="299", yielded="98.7")
    wrong = check(one, CheckContext(YIELD))
    assert flags_of(wrong) == {("yielded", "calculation_mismatch")}
    correction = Correction("99.7", State.FILLED, "misread", "ann", AT)
    entry = replace(wrong.entry("yielded"), corrections=(correction,))
    assert flags_of(check(with_entry(wrong, entry), CheckContext(YIELD))) == set()
