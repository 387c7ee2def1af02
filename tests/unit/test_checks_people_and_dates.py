"""Checks of who signed and when: each raises where it should, and is silent where it should be."""

import pytest
from core_examples import BLANK, SIGNED, UNREADABLE, day, field, form, found, record

from pipeline.core.forms import Meaning, Role
from pipeline.core.people import Signatory

DONE, SEEN = Role.PERFORMED_BY, Role.VERIFIED_BY


def step_form(kind="initials", *, step="4", other_step="4"):
    return form(
        field("did", kind, role=DONE, step=step), field("saw", kind, role=SEEN, step=other_step)
    )


def test_the_same_initials_for_doing_and_verifying_are_the_same_person() -> None:
    master = step_form()
    assert found(master, record(master, did="MJ", saw="MJ")) == {("saw", "same_person")}


@pytest.mark.parametrize(("did", "saw"), [("MJ", "TB"), ("MJ", UNREADABLE), (BLANK, BLANK)])
def test_other_or_unknown_initials_are_not_the_same_person(did, saw) -> None:
    master = step_form()
    assert ("saw", "same_person") not in found(master, record(master, did=did, saw=saw))


def test_the_same_initials_in_different_steps_are_fine() -> None:
    for master in (step_form(other_step="5"), step_form(step=None, other_step=None)):
        assert found(master, record(master, did="MJ", saw="MJ")) == set()


def test_signatures_are_not_compared() -> None:
    master = step_form("signature")
    assert found(master, record(master, did=SIGNED, saw=SIGNED)) == set()


LOG = (
    Signatory("MJ", "Maria Jansen", "operator", day("2020-01-01"), day("2021-12-31")),
    Signatory("TB", "Tom Bauer", "operator"),
)
SIGNED_STEP = form(
    field("made", "date", format="DD/MM/YYYY", means=Meaning.MANUFACTURING_DATE),
    field("by", "initials", step="4"),
    field("on", "date", format="DD/MM/YYYY", step="4"),
)


@pytest.mark.parametrize(
    ("by", "on"), [("XX", "05/05/2021"), ("MJ", "01/01/2022"), ("MJ", "31/12/2019")]
)
def test_initials_that_the_log_does_not_hold_for_that_day_are_unknown(by, on) -> None:
    one = record(SIGNED_STEP, by=by, on=on, made="01/06/2021")
    assert found(SIGNED_STEP, one, signatories=LOG) == {("by", "unknown_signatory")}


@pytest.mark.parametrize(
    ("by", "on"), [("MJ", "31/12/2021"), ("mj", "01/01/2020"), ("TB", "01/01/2040")]
)
def test_initials_that_the_log_holds_for_that_day_are_known(by, on) -> None:
    one = record(SIGNED_STEP, by=by, on=on)
    assert ("by", "unknown_signatory") not in found(SIGNED_STEP, one, signatories=LOG)


def test_without_a_date_beside_them_initials_count_for_the_day_of_manufacture() -> None:
    late = record(SIGNED_STEP, by="MJ", on=BLANK, made="01/06/2022")
    assert found(SIGNED_STEP, late, signatories=LOG) == {("by", "unknown_signatory")}
    in_time = record(SIGNED_STEP, by="MJ", on=BLANK, made="01/06/2021")
    assert found(SIGNED_STEP, in_time, signatories=LOG) == set()


def test_a_day_that_can_not_be_says_nothing_about_who_signed() -> None:
    one = record(SIGNED_STEP, by="MJ", on="05/05/2021", made="01/06/2020")
    scanned = {"signatories": LOG, "scanned_on": day("2021-01-01")}
    assert found(SIGNED_STEP, one, **scanned) == {("on", "impossible_date")}
    gone = record(SIGNED_STEP, by="MJ", on="05/05/2021", made="01/06/2019")
    assert ("by", "unknown_signatory") in found(SIGNED_STEP, gone, **scanned)


def test_with_no_better_day_initials_count_for_the_days_of_the_record() -> None:
    master = form(field("by", "initials", step="4"), field("seen", "date", format="DD/MM/YYYY"))
    late, in_time = (record(master, by="MJ", seen=f"01/06/{year}") for year in (2022, 2021))
    assert found(master, late, signatories=LOG) == {("by", "unknown_signatory")}
    assert found(master, in_time, signatories=LOG) == set()


def test_without_a_log_nothing_is_said_about_who_a_person_is() -> None:
    assert found(SIGNED_STEP, record(SIGNED_STEP, by="XX", on="05/05/2021")) == set()


DATED = form(
    field("on", "date", format="DD/MM/YYYY"),
    field("expiry", "date", format="DD/MM/YYYY", means=Meaning.EXPIRY_DATE),
    effective=day("2019-03-01"),
    superseded=day("2021-06-30"),
)


@pytest.mark.parametrize(
    "on", ["31/02/2020", "32/01/2020", "01/13/2020", "28/02/2019", "01/07/2021", "02/06/2020"]
)
def test_a_day_that_can_not_be_is_impossible(on) -> None:
    one = record(DATED, on=on)
    assert found(DATED, one, scanned_on=day("2020-06-01")) == {("on", "impossible_date")}


@pytest.mark.parametrize("on", ["29/02/2020", "01/03/2019", "01/06/2020", BLANK, UNREADABLE])
def test_a_day_that_can_be_is_possible(on) -> None:
    one = record(DATED, on=on)
    assert ("on", "impossible_date") not in found(DATED, one, scanned_on=day("2020-06-01"))


def test_without_a_day_of_scanning_nothing_is_said_about_the_future() -> None:
    assert found(DATED, record(DATED, on="30/06/2021")) == set()


def test_an_expiry_date_may_be_far_away_but_must_be_in_the_calendar() -> None:
    far = record(DATED, expiry="31/12/2039")
    assert found(DATED, far, scanned_on=day("2020-06-01")) == set()
    none = record(DATED, expiry="31/11/2039")
    assert found(DATED, none) == {("expiry", "impossible_date")}


ORDERED = form(
    field("start", "date", format="DD-MMM-YY"),
    field("end", "date", format="DD-MMM-YY", not_before="start"),
)


def test_an_end_before_its_start_is_out_of_order() -> None:
    one = record(ORDERED, start="02-JAN-24", end="31-DEC-23")
    assert found(ORDERED, one) == {("end", "date_order")}


def test_last_years_number_in_january_is_out_of_order() -> None:
    one = record(ORDERED, start="31-DEC-23", end="02-JAN-23")
    assert found(ORDERED, one) == {("end", "date_order")}


@pytest.mark.parametrize("end", ["31-DEC-23", "01-JAN-24", BLANK, UNREADABLE, "31-FEB-20"])
def test_the_same_day_a_later_one_or_none_is_in_order(end) -> None:
    one = record(ORDERED, start="31-DEC-23", end=end)
    assert ("end", "date_order") not in found(ORDERED, one)


TIMES = form(field("start", "time", step="1"), field("end", "time", step="1", not_before="start"))


def times(start, end):
    return ("end", "time_order") in found(TIMES, record(TIMES, start=start, end=end))


@pytest.mark.parametrize(
    ("start", "end", "is_wrong"),
    [
        ("10:00", "09:59", True),
        ("23:00", "11:01", True),
        ("23:00", "11:00", False),
        ("23:00", "01:30", False),
        ("10:00", "10:00", False),
        ("10:00", BLANK, False),
        (UNREADABLE, "09:00", False),
    ],
)
def test_without_dates_going_back_by_less_than_twelve_hours_is_wrong(start, end, is_wrong) -> None:
    assert times(start, end) is is_wrong


WITH_DATES = form(
    field("day_1", "date", step="1", format="DD/MM/YY"),
    field("start", "time", step="1"),
    field("day_2", "date", step="2", format="DD/MM/YY"),
    field("end", "time", step="2", not_before="start"),
)
IN_ONE_STEP = form(
    field("day_1", "date", step="1", format="DD/MM/YY"),
    field("start", "time", step="1"),
    field("day_2", "date", step="1", format="DD/MM/YY"),
    field("end", "time", step="1", not_before="start"),
)


@pytest.mark.parametrize("master", [WITH_DATES, IN_ONE_STEP])
@pytest.mark.parametrize(
    ("start", "day_2", "end", "is_wrong"),
    [
        ("23:00", "01/02/24", "01:30", True),
        ("23:00", "02/02/24", "01:30", False),
        ("10:00", "02/02/24", "09:00", False),
        ("10:00", "31/01/24", "23:00", True),
        ("10:00", BLANK, "09:00", False),
    ],
)
def test_with_dates_beside_them_times_are_compared_exactly(
    master, start, day_2, end, is_wrong
) -> None:
    one = record(master, day_1="01/02/24", start=start, day_2=day_2, end=end)
    assert (("end", "time_order") in found(master, one)) is is_wrong


def test_one_date_for_both_times_is_the_day_of_the_first() -> None:
    master = form(
        field("on", "date", step="1", format="DD/MM/YY"),
        field("start", "time", step="1"),
        field("end", "time", step="1", not_before="start"),
    )
    over_midnight = record(master, on="01/02/24", start="23:00", end="01:30")
    assert found(master, over_midnight) == set()
    back = record(master, on="01/02/24", start="10:00", end="09:00")
    assert found(master, back) == {("end", "time_order")}
