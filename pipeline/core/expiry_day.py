"""The last day on which a batch may be used, out of an expiry date as it is written.

A date field holds a calendar day. Where a form asks for the month alone, its field is a text: there
a month lasts until its last day, and only what can be read in one way is a day. `04/05/2016` and
`04/16` can be read in two.
"""

import re
from calendar import monthrange
from datetime import date

from extractors.values import EntryKind
from pipeline.core.formats import MONTHS
from pipeline.core.forms import Field
from pipeline.core.normal import as_date, normal_entry

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_NUMBER = r"(?P<month>0?[1-9]|1[0-2])"
_NAME = r"(?P<month>[A-Z]{3,9})\.?"
_DAY = r"(?P<day>[0-3]?[0-9])"
_BETWEEN = "[-/. ]"
_WRITTEN = (
    rf"{_NUMBER} ?{_BETWEEN} ?{_YEAR}",
    rf"{_YEAR}-(?P<month>[01][0-9])",
    rf"{_NAME} ?{_BETWEEN}? ?{_YEAR}",
    rf"{_YEAR}-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])",
    rf"{_DAY} ?{_BETWEEN}? ?{_NAME} ?{_BETWEEN}? ?{_YEAR}",
)
_NAMES = (
    *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER"),
    *("OCTOBER", "NOVEMBER", "DECEMBER"),
)


def expiry_day(field: Field, text: str) -> date | None:
    """The day until which the batch may be used; None where the entry can't be understood."""
    if field.type is EntryKind.DATE:
        return as_date(field, text)
    normal = normal_entry(field, text) if field.type is EntryKind.TEXT else None
    if normal is None:
        return None
    fits = (re.fullmatch(pattern, normal.upper()) for pattern in _WRITTEN)
    found = next((fit.groupdict() for fit in fits if fit is not None), None)
    return None if found is None else _day(found)


def _day(written: dict[str, str]) -> date | None:
    year, month = int(written["year"]), _month(written["month"])
    try:
        return date(year, month, int(written.get("day") or monthrange(year, month)[1]))
    except ValueError:  # no such month, or no such day in it
        return None


def _month(written: str) -> int:
    """The month's number; 0 for a word that names none."""
    if written.isdigit():
        return int(written)
    names = {**{name: place for place, name in enumerate(_NAMES, 1)}, "SEPT": 9}
    names |= {name: place for place, name in enumerate(MONTHS, 1)}
    return names.get(written, 0)
