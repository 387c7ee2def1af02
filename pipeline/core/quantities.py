"""Quantities with their units: what can be added up, and what can't be compared.

Mass is added up in kilograms and volume in litres; any other unit (packs, tablets) only with
itself. A quantity whose unit nobody knows is a quantity of an unknown unit, and never added to one
that is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.core.forms import Field
from pipeline.core.normal import as_number

_KNOWN: dict[str, tuple[str, Decimal]] = {
    "t": ("kg", Decimal(1000)),
    "kg": ("kg", Decimal(1)),
    "g": ("kg", Decimal("0.001")),
    "mg": ("kg", Decimal("0.000001")),
    "µg": ("kg", Decimal("0.000000001")),
    "hl": ("l", Decimal(100)),
    "l": ("l", Decimal(1)),
    "ml": ("l", Decimal("0.001")),
}


@dataclass(frozen=True)
class Quantity:
    """How much, in which unit; an empty unit is one that the form does not say."""

    amount: Decimal
    unit: str = ""

    def __str__(self) -> str:
        """As people write it: `24.15 kg`."""
        text = f"{self.amount:f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return f"{text} {self.unit}".strip()


def quantity_of(text: str, unit: str) -> Quantity | None:
    """The quantity that an entry writes; None where it writes no number."""
    amount = as_number(text)
    return None if amount is None else Quantity(amount, unit)


def in_base(quantity: Quantity) -> Quantity:
    """The same in the unit in which its kind is added up."""
    base, factor = _KNOWN.get(_spelt(quantity.unit), (quantity.unit, Decimal(1)))
    return Quantity(quantity.amount * factor, base)


def factor(unit: str, into: str) -> Decimal | None:
    """By what a number in that unit is one in the other; None where they can't be compared."""
    one, other = (in_base(Quantity(Decimal(1), name)) for name in (unit, into))
    return one.amount / other.amount if one.unit == other.unit else None


def totals(quantities: Iterable[Quantity]) -> dict[str, Decimal]:
    """The sum for each unit that can be added up."""
    found: dict[str, Decimal] = {}
    for one in map(in_base, quantities):
        found[one.unit] = found.get(one.unit, Decimal(0)) + one.amount
    return found


def unit_of(field: Field) -> str:
    """The field's unit; where the form gives none, a known unit that its label prints."""
    if field.unit:
        return field.unit
    printed = [word for word in field.label.split() if _spelt(word) in _KNOWN]
    return printed[-1] if len(printed) == 1 else ""


def _spelt(unit: str) -> str:
    """The unit as the table has it. A capital T is no tonne: forms write it for tablets."""
    return unit if unit == "T" else unit.lower().replace("μ", "µ")
