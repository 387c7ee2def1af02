"""Dates in a search: a year, a month or a day, and ranges of them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True)
class Days:
    """From the first to the last day, both among them; None where the range is open.

    `text` is how it was written.
    """

    first: date | None
    last: date | None
    text: str


def days_of(text: str) -> Days | None:
    """`2013`, `2013-05`, `2013-05-12`, `2013-05..2013-07`, `..2013`; None where it is no date."""
    begin, dots, end = text.strip().partition("..")
    if not dots:
        both = _span(begin)
        return Days(*both, text.strip()) if both else None
    first, last = _span(begin), _span(end)
    if (begin and first is None) or (end and last is None) or not (begin or end):
        return None
    days = Days(first[0] if first else None, last[1] if last else None, text.strip())
    is_backward = days.first is not None and days.last is not None and days.first > days.last
    return None if is_backward else days


def days_text(days: Days) -> str:
    """The range as it was written."""
    return days.text


def _span(text: str) -> tuple[date, date] | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        if year is None or month is None:
            return date(int(year or 0), 1, 1), date(int(year or 0), 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None
