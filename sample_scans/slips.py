"""Slips of the pen: how people misremember a value, and how they write one in the wrong form."""

import re

import numpy as np

from extractors.values import EntryKind
from pipeline.core.formats import date_parts
from pipeline.core.forms import Field
from pipeline.core.normal import as_date, is_well_formed

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def misremembered(value: str, rng: np.random.Generator) -> str:
    """Another value of the same shape: a digit changed or two of them swapped."""
    digits = [index for index, sign in enumerate(value) if sign.isdigit()]
    letters = [index for index, sign in enumerate(value) if sign.isalpha()]
    for _ in range(20):
        signs = list(value)
        if len(digits) > 1 and rng.random() < 0.3:
            at = int(rng.integers(len(digits) - 1))
            first, second = digits[at], digits[at + 1]
            signs[first], signs[second] = signs[second], signs[first]
        elif digits:
            at = digits[int(rng.integers(len(digits)))]
            signs[at] = str(int(rng.integers(10)))
        elif letters:
            at = letters[int(rng.integers(len(letters)))]
            letter = LETTERS[int(rng.integers(len(LETTERS)))]
            signs[at] = letter if signs[at].isupper() else letter.lower()
        if "".join(signs) != value:
            return "".join(signs)
    return value


def other_value(field: Field, value: str, rng: np.random.Generator) -> str:
    """What somebody may have written here at first: another well-formed value."""
    if field.choices:
        others = [choice for choice in field.choices if choice != value]
        return others[int(rng.integers(len(others)))]
    for _ in range(60):
        other = misremembered(value, rng)
        is_day = field.type != EntryKind.DATE or as_date(field, other) is not None
        if other != value and is_day and is_well_formed(field, other):
            return other
    return value


def misformed(field: Field, value: str, rng: np.random.Generator) -> str | None:
    """The same value in another form than the field's; None where nothing comes to mind."""
    match field.type:
        case EntryKind.NUMBER:
            return _number(field, value, rng)
        case EntryKind.TIME:
            return _time(value, rng)
        case EntryKind.DATE:
            return _date(field, value, rng)
        case EntryKind.TEXT if field.pattern:
            return _text(value, rng)
        case _:
            return None


def _number(field: Field, value: str, rng: np.random.Generator) -> str | None:
    """One decimal too many, one too few, or a comma; still within the field's limits."""
    decimals = field.decimals or 0
    if decimals == 0:
        return f"{value}.{int(rng.integers(1, 5))}" if field.low is None else f"{value}.0"
    choice = rng.random()
    if choice < 0.4:
        return f"{value}{int(rng.integers(0, 5))}"
    if choice < 0.7:
        return value.replace(".", ",")
    shorter = value[:-1].rstrip(".")
    return shorter


def _time(value: str, rng: np.random.Generator) -> str:
    if value.startswith("0") and rng.random() < 0.6:
        return value[1:]
    return value.replace(":", "." if rng.random() < 0.6 else "")


def _date(field: Field, value: str, rng: np.random.Generator) -> str | None:
    parts = date_parts(field.format or "YYYY-MM-DD")
    if parts is None:
        return None
    values = re.split(r"[/\-. ]", value)
    named = dict(zip(parts[::2], values, strict=True))
    day, month = named["DD"], named.get("MM") or named.get("MMM") or ""
    year = named.get("YYYY") or named.get("YY") or ""
    forms = [
        f"{day.lstrip('0')}{parts[1]}{month.lstrip('0')}{parts[1]}{year[-2:]}",
        f"{day}.{month}.{year[-2:]}",
        f"{day} {month} {year}",
        f"{day}/{month}/{year}",
    ]
    return forms[int(rng.integers(len(forms)))]


def _text(value: str, rng: np.random.Generator) -> str:
    if re.search(r"[-/.]", value) and rng.random() < 0.7:
        return re.sub(r"[-/.]", "", value, count=1)
    return value[:-1] if rng.random() < 0.5 else value + str(int(rng.integers(10)))
