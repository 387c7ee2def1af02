"""What a worker's calculator gives for a field that is calculated, rounded as the form has it."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from pipeline.core.expressions import calculate, fields_of, parse
from pipeline.core.forms import Field


def rounded(value: Decimal | float, decimals: int) -> str:
    """A number written with that many decimals; no minus before a zero."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = str(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
    return text.removeprefix("-") if not Decimal(text) else text


def operands(field: Field) -> tuple[str, ...]:
    """The fields that this one is calculated from."""
    return tuple(dict.fromkeys(fields_of(parse(field.equals)))) if field.equals else ()


def result(formula: str, value_of: Callable[[str], str]) -> Decimal | None:
    """The exact result; None where an operand has no value."""

    def number(name: str) -> Decimal | None:
        text = value_of(name)
        return Decimal(text) if text else None

    return calculate(parse(formula), number)
