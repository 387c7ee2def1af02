"""The shape of a well-formed entry, and what an entry stands for."""

import re
from datetime import date, time
from decimal import Decimal

import pytest
from core_examples import field

from extractors.automaton import automaton
from pipeline.core.formats import date_parts
from pipeline.core.forms import Meaning
from pipeline.core.grammar import grammar, likely_grammar
from pipeline.core.normal import as_date, as_number, as_time, normal_entry
from pipeline.core.patterns import fault_of

WELL_FORMED = [
    (field("a", pattern=r"[A-Z]{2}\d{2}-\d{4}"), "XB15-2288"),
    (field("a", choices=("K1", "a+b")), "a+b"),
    (field("a", "number"), "13"),
    (field("a", "number"), "-13.25"),
    (field("a", "number", decimals=0), "007"),
    (field("a", "number", decimals=2), "13.25"),
    (field("a", "date", format="DD/MM/YYYY"), "31/02/2024"),
    (field("a", "date", format="DD.MM.YY"), "03.11.24"),
    (field("a", "date", format="DD-MMM-YYYY"), "03-NOV-2024"),
    (field("a", "date", format="DD MMM YY"), "03 Nov 24"),
    (field("a", "date", format="YYYY-MM-DD"), "2024-11-03"),
    (field("a", "date"), "2024-11-03"),
    (field("a", "time", format="HH:MM"), "23:59"),
    (field("a", "time", format="HH:MM:SS"), "00:00:00"),
    (field("a", "initials"), "MJ"),
    (field("a", "initials"), "MJT"),
]

MALFORMED = [
    (field("a", pattern=r"[A-Z]{2}\d{2}-\d{4}"), "XB15-22880"),
    (field("a", choices=("K1", "a+b")), "aab"),
    (field("a", "number", decimals=0), "7."),
    (field("a", "number", decimals=1), "244"),
    (field("a", "number", decimals=1), "13.25"),
    (field("a", "number"), "1,5"),
    (field("a", "date", format="DD/MM/YYYY"), "31/02/24"),
    (field("a", "date", format="DD/MM/YYYY"), "31-02-2024"),
    (field("a", "date", format="DD.MM.YY"), "03x11x24"),
    (field("a", "date", format="DD-MMM-YYYY"), "03-NIV-2024"),
    (field("a", "time", format="HH:MM"), "24:00"),
    (field("a", "time", format="HH:MM"), "7:15"),
    (field("a", "time", format="HH:MM:SS"), "07:15"),
    (field("a", "initials"), "M"),
    (field("a", "initials"), "M4"),
]


@pytest.mark.parametrize(("place", "text"), WELL_FORMED)
def test_a_well_formed_entry_matches_as_a_whole(place, text) -> None:
    shape = grammar(place)
    assert shape is not None
    assert re.fullmatch(shape, text)
    assert automaton(shape).accepts(text)
    assert normal_entry(place, text) is not None


@pytest.mark.parametrize(("place", "text"), MALFORMED)
def test_a_malformed_entry_does_not_match(place, text) -> None:
    shape = grammar(place)
    assert shape is not None
    assert re.fullmatch(shape, text) is None
    assert not automaton(shape).accepts(text)
    assert normal_entry(place, text) is None


@pytest.mark.parametrize(
    ("format", "likely", "unlikely"),
    [
        ("DD/MM/YYYY", "31/12/2024", "31/17/2024"),
        ("DD/MM/YYYY", "09/10/1998", "09/10/1077"),
        ("DD.MM.YY", "03.11.24", "33.11.24"),
        ("DD MMM YY", "03 NOV 99", "03 NOV 77"),
    ],
)
def test_a_likely_date_is_one_of_the_calendar_and_of_this_age(format, likely, unlikely) -> None:
    place = field("a", "date", format=format)
    form = automaton(likely_grammar(place) or "")
    assert form.accepts(likely)
    assert not form.accepts(unlikely)
    assert automaton(grammar(place) or "").accepts(likely)


def test_nothing_more_is_known_of_what_is_no_date() -> None:
    assert likely_grammar(field("a", "time")) is None
    assert likely_grammar(field("a", "number")) is None


def test_limits_are_no_part_of_the_shape() -> None:
    bare, limited = field("a", "number"), field("a", "number", low=Decimal(6), high=Decimal(7))
    assert grammar(bare) == grammar(limited)


@pytest.mark.parametrize("kind", ["text", "checkbox", "signature"])
def test_a_field_without_a_format_takes_anything(kind) -> None:
    assert grammar(field("a", kind)) is None


def test_an_entry_is_kept_as_its_format_writes_it() -> None:
    day = field("a", "date", format="DD MMM YYYY")
    assert normal_entry(day, " 03  Nov 2024 ") == "03 NOV 2024"
    assert normal_entry(field("a"), " Line  4 ") == "Line 4"


@pytest.mark.parametrize(
    ("format", "text", "day"),
    [
        ("DD/MM/YYYY", "03/11/2024", date(2024, 11, 3)),
        ("MM/DD/YYYY", "11/03/2024", date(2024, 11, 3)),
        ("DD MMM YY", "03 Nov 24", date(2024, 11, 3)),
        ("DD.MM.YY", "31.12.99", date(1999, 12, 31)),
        ("YYYY-MM-DD", "2024-02-29", date(2024, 2, 29)),
        ("DD/MM/YYYY", "29/02/2023", None),
        ("DD/MM/YYYY", "00/01/2023", None),
        ("DD/MM/YYYY", "sometime", None),
    ],
)
def test_a_date_stands_for_a_day_of_the_calendar_or_for_none(format, text, day) -> None:
    assert as_date(field("a", "date", format=format), text) == day


@pytest.mark.parametrize("type", ["text", "number", "initials"])
@pytest.mark.parametrize("text", ["MAY 2016", "04/2016", "2016-05-03", "2016", "TB"])
def test_a_field_of_another_type_holds_no_day(type, text) -> None:
    assert as_date(field("a", type, means=Meaning.MANUFACTURING_DATE), text) is None


def test_a_time_stands_for_a_time_of_day() -> None:
    assert as_time(field("a", "time"), "07:05") == time(7, 5)
    assert as_time(field("a", "time", format="HH:MM:SS"), "07:05:09") == time(7, 5, 9)
    assert as_time(field("a", "time"), "07:65") is None


@pytest.mark.parametrize("text", ["", "1e5", "1_000", "NaN", "Infinity", "1.", "9" * 40])
def test_what_is_no_plain_number_is_none(text) -> None:
    assert as_number(text) is None


def test_a_number_keeps_its_decimals() -> None:
    assert str(as_number(" 13.20 ")) == "13.20"


@pytest.mark.parametrize(
    "format", ["DD/MM", "DD/MM/MM", "DDMMYYYY", "DD/MM/YYYY/", "D/M/YYYY", "DD_MM_YYYY", ""]
)
def test_what_is_no_date_format_is_told(format) -> None:
    assert date_parts(format) is None


@pytest.mark.parametrize(
    "pattern",
    [r"[A-Z]{2}\d{2}-\d{4}", r"(A|B)+", r"[(?=]", r"\\1", r"[^]]a", r"[]1]", r"(?:a|b)", r"[\1]"],
)
def test_a_plain_pattern_has_no_fault(pattern) -> None:
    assert fault_of(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?=a)a",
        r"a(?!b)",
        r"(?<=a)b",
        r"(?<!a)b",
        r"(a)\1",
        r"(?P<n>a)(?P=n)",
        r"(a)?(?(1)b|c)",
        r"[]](?=a)",
        r"a++",
        r"(?>a)b",
        r"(?i)abc",
        r"(?i:a)",
        r"\bab",
        r"[[a]",
        r"(",
        r"a{2,1}",
        r"((a{100}){100}){100}",
        r"(a{0,99}){99}",
        "a" * 2000,
    ],
)
def test_a_pattern_that_is_more_than_an_automaton_has_a_fault(pattern) -> None:
    assert fault_of(pattern)
