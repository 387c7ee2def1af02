"""An entry's text as the day, time or number that it stands for, by the format of its field."""

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation

from extractors.values import EntryKind
from pipeline.core.formats import DEFAULT_DATE, MONTHS, date_parts
from pipeline.core.forms import Field
from pipeline.core.grammar import grammar

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")


def normal_entry(field: Field, text: str) -> str | None:
    """The entry as the field's format writes it, or None where the text does not fit the format.

    Spaces at the ends go, and several become one; a month name is written `JAN`.
    """
    words = " ".join(text.split())
    shape = grammar(field)
    if shape is not None and re.fullmatch(shape, words) is None:
        return None
    return words.upper() if field.type is EntryKind.DATE else words


def is_well_formed(field: Field, text: str) -> bool:
    """Whether the text fits the field's format."""
    return normal_entry(field, text) is not None


def as_number(text: str) -> Decimal | None:
    """The number that the text writes, however many decimals it has; None where it writes none."""
    if _NUMBER.fullmatch(text.strip()) is None:
        return None
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None


def as_date(field: Field, text: str) -> date | None:
    """The calendar day that a date entry stands for; None where it is none, such as 31/02/2024.

    Two-digit years run from 1969 to 2068. A field of another type, whatever it means, holds no day.
    """
    normal = normal_entry(field, text) if field.type is EntryKind.DATE else None
    parts = date_parts(field.format or DEFAULT_DATE)
    if normal is None or parts is None:
        return None
    written = dict(zip(parts[::2], re.split(r"[/\-. ]", normal), strict=True))
    try:
        return date(_year(written), _month(written), int(written["DD"]))
    except ValueError:
        return None


def as_time(field: Field, text: str) -> time | None:
    """The time of day that a time entry stands for; None where it is none."""
    normal = normal_entry(field, text)
    if normal is None:
        return None
    parts = [int(part) for part in normal.split(":")]
    return time(parts[0], parts[1], parts[2] if len(parts) > 2 else 0)


def _year(written: dict[str, str]) -> int:
    if "YYYY" in written:
        return int(written["YYYY"])
    short = int(written["YY"])
    return 1900 + short if short >= 69 else 2000 + short


def _month(written: dict[str, str]) -> int:
    if "MM" in written:
        return int(written["MM"])
    return MONTHS.index(written["MMM"]) + 1
