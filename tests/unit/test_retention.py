"""Until when a record is kept: the longer day, leap days, rules that only lengthen, no guesses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_builders import FORM, NOON, entry, place, reading, record

from extractors.values import EntryKind, State
from pipeline.core.forms import FormPage, MasterForm, Meaning
from pipeline.core.retention import (
    GMP,
    Expiry,
    RetentionRule,
    checked_rule,
    expiry_of,
    is_past,
    retention,
    rule_for,
    years_after,
)
from pipeline.core.values import Correction, Disposition, Flag, Outcome, Severity
from pipeline.errors import InputRefused

DAYS = st.dates(date(1950, 1, 1), date(2200, 12, 31))
YEARS = st.integers(1, 100)
RULES = st.lists(
    st.builds(
        RetentionRule, st.sampled_from(["", "A", "B"]), st.integers(1, 60), st.integers(5, 60)
    ),
    max_size=6,
)
EXPIRY = place(
    "expiry", EntryKind.DATE, "Expiry", 6, format="DD/MM/YYYY", means=Meaning.EXPIRY_DATE
)
DATED = replace(FORM, pages=(FormPage(1, (210.0, 297.0), (*FORM.fields, EXPIRY)),))


def expiring(type: EntryKind, **keys: object) -> MasterForm:
    """A form whose expiry date is a field of that type."""
    field = replace(EXPIRY, type=type, format=None, **keys)
    return replace(FORM, pages=(FormPage(1, (210.0, 297.0), (*FORM.fields, field)),))


MONTHLY = expiring(EntryKind.TEXT)
UNSURE = Flag("low_confidence", Severity.MAJOR, "Read as '01/04/2016'.", "expiry", 1)


def until(rule: RetentionRule, certified: date, expiry: date | None) -> date | None:
    known = Expiry(expiry, "" if expiry else "not known")
    return retention(rule, certified=[certified], expiry=known, is_over=True).until


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        ("2024-02-29", 1, "2025-03-01"),
        ("2024-02-29", 4, "2028-02-29"),
        ("2096-02-29", 4, "2100-03-01"),
        ("2023-02-28", 1, "2024-02-28"),
        ("2026-12-31", 5, "2031-12-31"),
        ("9998-05-01", 5, "9999-12-31"),
    ],
)
def test_so_many_years_later(day, years, then) -> None:
    assert str(years_after(date.fromisoformat(day), years)) == then


@given(DAYS, YEARS)
def test_years_never_end_early(day, years) -> None:
    later = years_after(day, years)
    assert later.year == day.year + years
    assert (later.month, later.day) >= (day.month, day.day)
    assert (
        timedelta() <= later - day - timedelta(days=365 * years) <= timedelta(days=years // 4 + 2)
    )


@given(DAYS, DAYS, RULES)
def test_the_longer_one_wins_and_no_rule_makes_it_shorter(certified, expiry, rules) -> None:
    found = until(rule_for("A", rules, has_expiry=True), certified, expiry)
    gmp = until(GMP, certified, expiry)
    assert found is not None and gmp is not None
    assert gmp == max(years_after(expiry, 1), years_after(certified, 5))
    assert found >= gmp
    for one in rules:
        if one.form in ("", "A"):
            alone = until(one, certified, expiry)
            assert alone is not None and found >= alone
            assert until(rule_for("A", [*rules, one], has_expiry=True), certified, expiry) == found


@given(DAYS, DAYS, RULES, RULES)
def test_more_rules_never_shorten(certified, expiry, some, more) -> None:
    before = until(rule_for("A", some, has_expiry=True), certified, expiry)
    after = until(rule_for("A", [*some, *more], has_expiry=True), certified, expiry)
    assert before is not None and after is not None and after >= before


def test_without_a_known_expiry_there_is_no_day_and_it_says_why() -> None:
    kept = retention(
        GMP, certified=[date(1990, 1, 1)], expiry=Expiry(None, "nobody knows"), is_over=True
    )
    assert (kept.until, kept.why_kept) == (None, "nobody knows")


def test_a_form_that_bears_no_expiry_can_be_said_to_and_only_such_a_form() -> None:
    rule = RetentionRule("LOG-1", None, 10)
    bears_none = rule_for("LOG-1", [rule], has_expiry=False)
    assert until(bears_none, date(2010, 5, 1), None) == date(2020, 5, 1)
    other = rule_for("OTHER", [rule], has_expiry=False)
    assert until(other, date(2010, 5, 1), None) is None
    with pytest.raises(InputRefused, match="bears none"):
        checked_rule(rule, form_has_expiry=True)
    with pytest.raises(InputRefused, match="bears none"):
        checked_rule(replace(rule, form=""), form_has_expiry=False)


def test_a_later_version_that_bears_an_expiry_date_is_kept_by_it() -> None:
    rules = [RetentionRule("LOG-1", None, 10), RetentionRule("", 3, 5)]
    found = rule_for("LOG-1", rules, has_expiry=True)
    assert (found.after_expiry, found.after_certification) == (3, 10)
    assert until(found, date(2010, 5, 1), date(2030, 5, 1)) == date(2033, 5, 1)
    assert until(found, date(2010, 5, 1), None) is None


@pytest.mark.parametrize(("expiry", "certified"), [(0, 5), (1, 4), (101, 5), (1, 101)])
def test_a_rule_that_keeps_less_than_gmp_is_refused(expiry, certified) -> None:
    with pytest.raises(InputRefused, match="EU GMP"):
        checked_rule(RetentionRule("A", expiry, certified), form_has_expiry=True)


@pytest.mark.parametrize("is_over", [True, False])
def test_what_nobody_certified_has_no_day(is_over) -> None:
    certified = [] if is_over else [date(2000, 1, 1)]
    kept = retention(GMP, certified=certified, expiry=Expiry(date(2001, 1, 1)), is_over=is_over)
    assert kept.until is None


@pytest.mark.parametrize(
    ("now", "past"),
    [
        ("2026-03-01T23:59:00+00:00", False),
        ("2026-03-03T11:59:00+00:00", False),
        ("2026-03-03T12:00:00+00:00", True),
        ("2026-03-03T02:00:00-12:00", True),
    ],
)
def test_a_day_is_over_when_it_is_so_everywhere(now, past) -> None:
    assert is_past(date(2026, 3, 1), datetime.fromisoformat(now)) is past


@given(DAYS, st.datetimes(datetime(1960, 1, 1), datetime(2190, 1, 1)), st.integers(-12, 14))
def test_no_zone_sees_a_day_end_early(day, moment, hours) -> None:
    here = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=hours)))
    assert not is_past(day, here) or here.date() > day


def dated(value: str = "01/04/2016", confidence: float = 0.99, **changes: object):
    made = entry("remark", reading(value, confidence), **changes)
    one = replace(made, field="expiry", type=EntryKind.DATE)
    return replace(record(), entries=(*record().entries, one))


def correction(value: str) -> Correction:
    return Correction(value, State.FILLED, "looked again", "reviewer", NOON)


def answer(outcome: Outcome) -> Disposition:
    return Disposition("low_confidence", outcome, "looked", "reviewer", NOON)


def test_an_expiry_that_was_accepted_corrected_or_confirmed_counts() -> None:
    unsure = {"accepted": False, "flags": (UNSURE,)}
    assert expiry_of(dated(), DATED).day == date(2016, 4, 1)
    corrected = dated(**unsure, corrections=(correction("02/04/2017"),))
    assert expiry_of(corrected, DATED).day == date(2017, 4, 2)
    confirmed = dated(**unsure, dispositions=(answer(Outcome.CONFIRMED),))
    assert expiry_of(confirmed, DATED).day == date(2016, 4, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"accepted": False, "flags": (UNSURE,)},
        {"accepted": False},
        {"accepted": True, "flags": (UNSURE,)},
        {"accepted": False, "dispositions": (answer(Outcome.CANNOT_BE_READ),)},
        {"accepted": False, "dispositions": (answer(Outcome.TRULY_MISSING),)},
        {"accepted": True, "value": ""},
    ],
)
def test_an_expiry_that_is_not_sure_does_not_count(changes) -> None:
    found = expiry_of(dated(**changes), DATED)
    assert (found.day, found.why_not) == (None, "its expiry date is not known (Expiry)")


def test_a_form_without_an_expiry_field_leaves_it_unknown() -> None:
    assert expiry_of(record(), FORM).day is None
    assert expiry_of(record(), None).day is None


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("04/2016", "2016-04-30"),
        ("4/2016", "2016-04-30"),
        ("02-2016", "2016-02-29"),
        ("12.2017", "2017-12-31"),
        ("2016-04", "2016-04-30"),
        ("APR 2016", "2016-04-30"),
        ("Apr. 2016", "2016-04-30"),
        ("september 2016", "2016-09-30"),
        ("SEPT/2016", "2016-09-30"),
        ("MAY2016", "2016-05-31"),
        ("2016-04-03", "2016-04-03"),
        ("3 Apr 2016", "2016-04-03"),
    ],
)
def test_a_written_month_lasts_until_its_last_day(written, last) -> None:
    assert expiry_of(dated(written, accepted=True), MONTHLY).day == date.fromisoformat(last)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "04/16",
            "03/04/2016",
            "13/2016",
            "00/2016",
            "2016-13",
            "31 FEB 2016",
            "2016",
            "XYZ 2016",
        ),
        *("see label", "24 months", "4/2106/2016", "APR 16", "04/2O16"),
    ],
)
@pytest.mark.parametrize("type", [EntryKind.TEXT, EntryKind.NUMBER])
def test_an_expiry_that_is_not_understood_leaves_the_day_unknown(written, type) -> None:
    found = expiry_of(dated(written, accepted=True), expiring(type))
    assert (found.day, found.why_not) == (None, "its expiry date is not understood (Expiry)")


def test_a_day_that_is_none_of_the_calendar_and_a_number_are_not_understood() -> None:
    for value, form in (("31/02/2016", DATED), ("042016", expiring(EntryKind.NUMBER))):
        found = expiry_of(dated(value, accepted=True), form)
        assert (found.day, found.why_not) == (None, "its expiry date is not understood (Expiry)")


def test_a_month_that_is_not_sure_or_not_in_the_fields_pattern_does_not_count() -> None:
    assert expiry_of(dated("04/2016", accepted=False), MONTHLY).day is None
    narrow = expiring(EntryKind.TEXT, pattern="[0-9]{2}/[0-9]{4}")
    assert expiry_of(dated("04/2016", accepted=True), narrow).day == date(2016, 4, 30)
    assert expiry_of(dated("APR 2016", accepted=True), narrow).day is None
