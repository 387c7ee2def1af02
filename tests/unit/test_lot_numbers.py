"""The numbers that a lot entry names: one by the form's pattern, several, and words beside them."""

import pytest

from pipeline.core.lot_numbers import Named, holds_whole, named_in

LOT = r"[LA]\d{5}[A-Z]"


@pytest.mark.parametrize("pattern", [None, LOT])
@pytest.mark.parametrize(
    "entry",
    [
        *("L08481V", "Lot L08481V", "lot no. L08481V", "L08481V (rest)", "L08481V, opened"),
        *("L08481V 24.05 kg", "L08481V 12.03.2013", "L08481V / l08481v", "remaining L08481V"),
    ],
)
def test_words_remarks_days_and_amounts_are_no_part_of_a_number(entry, pattern) -> None:
    assert named_in(entry, pattern) == Named(("L08481V",))


@pytest.mark.parametrize(
    "entry",
    [
        *("2024-03-15-01", "24-03-15-7", "3-4-56-789", "2208-12L", "18-240T", "12-5G", "CH-12345"),
        *("NO-4711", "LOT_0815", "12.5-3", "A-2kg"),
    ],
)
def test_what_is_joined_by_a_hyphen_is_one_number(entry) -> None:
    assert named_in(entry) == Named((entry,))
    assert named_in(f"Lot: {entry} (rest)") == Named((entry,))


def test_a_number_with_something_joined_to_it_may_be_another_one() -> None:
    assert named_in("L08481V-3T", LOT) == Named(("L08481V",), has_unread=True)
    assert named_in("Nr.4711") == named_in("no: 4711") == Named(("4711",))
    assert named_in("24-03-15") == Named(("24-03-15",))


@pytest.mark.parametrize("pattern", [None, LOT])
@pytest.mark.parametrize("sign", [" / ", ", ", ";", "+", " & ", " and ", "\n", " und "])
def test_an_entry_with_several_numbers_names_each(sign, pattern) -> None:
    named = named_in(f"L08481V{sign}L08499V", pattern)
    assert (named.numbers, named.is_shared) == (("L08481V", "L08499V"), True)


def test_what_fits_the_pattern_is_whole_whatever_signs_it_has() -> None:
    assert named_in("12/34 X", r"\d\d/\d\d X") == Named(("12/34 X",))
    assert named_in("12/34 and 12/35", r"\d\d/\d\d") == Named(("12/34", "12/35"))
    assert named_in("123456-1", r"\d{6}-\d") == Named(("123456-1",))


def test_another_number_beside_one_that_fits_is_named_as_it_stands() -> None:
    assert named_in("L08481V / L0849V", LOT).numbers == ("L08481V", "L0849V")


@pytest.mark.parametrize("entry", ["L08481V / ?", "L08481V/2"])
def test_a_rest_that_may_be_a_number_is_unread(entry) -> None:
    assert named_in(entry, LOT) == Named(("L08481V",), has_unread=True)


def test_without_a_pattern_a_tight_slash_stands_between_long_numbers_or_within_one() -> None:
    assert named_in("L08481V/L08499V") == Named(("L08481V", "L08499V"), ("L08481V/L08499V",))
    assert named_in("L1/L2").numbers == ("L1", "L2")
    assert named_in("12/34") == Named(("12/34",))
    assert named_in("2015/01234") == Named(("2015/01234",), ("01234",))
    assert named_in("L08481V L08499V") == Named(("L08481V L08499V",), ("L08481V", "L08499V"))
    assert named_in("XB15 2288") == Named(("XB15 2288",))


def test_letters_alone_are_a_number_where_no_other_is() -> None:
    assert named_in("AB / CD").numbers == ("AB", "CD")
    assert named_in("rest") == Named(("rest",))
    assert named_in("?") == named_in(" - ") == Named()


@pytest.mark.parametrize(
    ("entry", "number", "is_there"),
    [
        ("bag of XB15-2288 kept", "xb15 2288", True),
        ("L08481V-2", "L08481V", True),
        ("L08481VX", "L08481V", False),
        ("XL08481V", "L08481V", False),
        ("L10 1", "L1", False),
        ("L1", "-", False),
    ],
)
def test_a_number_stands_by_itself_in_an_entry_or_not(entry, number, is_there) -> None:
    assert holds_whole(entry, number) is is_there
