"""The arithmetic of forms: what it gives, what it refuses, and what is near enough."""

from decimal import Decimal

import pytest

from pipeline.core.expressions import NotArithmetic, calculate, fields_of, holds, parse

VALUES = {"a": Decimal(6), "b": Decimal("1.5"), "w_1.1": Decimal(10), "w_1.2": Decimal(20)}


def result(text: str) -> Decimal | None:
    return calculate(parse(text), VALUES.get)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 2 - 3", "5"),
        ("24 / 4 / 2", "3"),
        ("-a + 7", "1"),
        ("2 * -a", "-12"),
        ("100 * a / b", "400"),
        ("w_1.1+w_1.2", "30"),
        ("mean(w_1.1, w_1.2)", "15"),
        ("sum(a, b, 0.5)", "8.0"),
        ("min(a, b) + max(a, b)", "7.5"),
        ("sum(w_1.1, (2 + 1) * a)", "28"),
        ("0.1 + 0.2", "0.3"),
    ],
)
def test_an_expression_gives_what_a_calculator_gives(text, expected) -> None:
    assert result(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["a + missing", "a / (b - 1.5)", "0 / 0", "mean(a, missing)"])
def test_without_a_value_or_a_divisor_there_is_no_result(text) -> None:
    assert result(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a +",
        "+ a",
        "a b",
        "(a",
        "a)",
        "2a",
        "a ** 2",
        "a // 2",
        "a % 2",
        "a = 6",
        "a, b",
        "abs(a)",
        "sum()",
        "sum(a,)",
        "A + 1",
        "__import__('os')",
        "1e5",
        "'a'",
        "a if b else 1",
        "(" * 100 + "a" + ")" * 100,
        "-" * 100 + "a",
        "1" + "+1" * 300,
        "1" * 5000,
    ],
)
def test_what_does_more_than_arithmetic_is_refused(text) -> None:
    with pytest.raises(NotArithmetic):
        parse(text)


def test_the_fields_that_an_expression_needs_are_named() -> None:
    assert list(fields_of(parse("100 * w_1.1 / (a - sum(b, a))"))) == ["w_1.1", "a", "b", "a"]


def test_a_field_may_have_the_name_of_a_function() -> None:
    assert list(fields_of(parse("sum + mean(sum, min)"))) == ["sum", "sum", "min"]


@pytest.mark.parametrize(
    ("entry", "exact", "tolerance", "decimals", "is_equal"),
    [
        ("8", "8", "0", None, True),
        ("8.01", "8", "0", None, False),
        ("8.5", "8", "0.5", None, True),
        ("8.51", "8", "0.5", None, False),
        ("99.7", "99.6667", "0", 1, True),
        ("99.6", "99.6667", "0", 1, False),
        ("0.3", "0.25", "0", 1, True),
        ("0.2", "0.25", "0", 1, True),
        ("100", "99.6", "0", 0, True),
        ("99.9", "99.6667", "0.2", 1, False),
    ],
)
def test_an_entry_holds_within_its_tolerance_or_rounded(
    entry, exact, tolerance, decimals, is_equal
) -> None:
    held = holds(Decimal(entry), Decimal(exact), tolerance=Decimal(tolerance), decimals=decimals)
    assert held is is_equal
