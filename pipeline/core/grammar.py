"""What a well-formed entry of a field looks like: its shape, as a regular expression.

The shape is the field's own format (pattern, choices, decimals, date or time format) and never a
limit, a sum or another page: a day 31/02 has the shape of a date, and a check finds it later. What
is likely of it (a month up to 12, a year of this age) tips the scales where the ink is in doubt.
"""

import re
from collections.abc import Mapping

from extractors.values import EntryKind
from pipeline.core.formats import DEFAULT_DATE, DEFAULT_TIME, MONTHS, date_parts
from pipeline.core.forms import Field

_MONTH_NAMES = "|".join(form for name in MONTHS for form in (name, name.title()))

_DATE_SHAPES = {
    "DD": "[0-3][0-9]",
    "MM": "[01][0-9]",
    "MMM": f"(?:{_MONTH_NAMES})",
    "YY": "[0-9]{2}",
    "YYYY": "(?:19|20)[0-9]{2}",
}

_LIKELY_DATE_SHAPES = _DATE_SHAPES | {
    "DD": "(?:0[1-9]|[12][0-9]|3[01])",
    "MM": "(?:0[1-9]|1[0-2])",
    "YY": "(?:[0-3][0-9]|9[0-9])",
    "YYYY": "(?:199[0-9]|20[0-3][0-9])",
}

_TIME_SHAPES = {
    "HH:MM": "(?:[01][0-9]|2[0-3]):[0-5][0-9]",
    "HH:MM:SS": "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]",
}

_INITIALS = "[A-Z]{2,3}"


def grammar(field: Field) -> str | None:
    """The regular expression that a well-formed entry matches as a whole; None: anything.

    Without look-around and back-references. A month name may be written `JAN` or `Jan`; what
    an entry keeps is `pipeline.core.normal.normal_entry`.
    """
    match field.type:
        case EntryKind.TEXT:
            return _text(field)
        case EntryKind.NUMBER:
            return _number(field.decimals)
        case EntryKind.DATE:
            return _date(field.format or DEFAULT_DATE, _DATE_SHAPES)
        case EntryKind.TIME:
            return _TIME_SHAPES[field.format or DEFAULT_TIME]
        case EntryKind.INITIALS:
            return _INITIALS
        case EntryKind.CHECKBOX | EntryKind.SIGNATURE:
            return None


def likely_grammar(field: Field) -> str | None:
    """The regular expression of what nearly every entry of a field is; None where that is all."""
    if field.type is not EntryKind.DATE:
        return None
    return _date(field.format or DEFAULT_DATE, _LIKELY_DATE_SHAPES)


def _text(field: Field) -> str | None:
    if field.choices:
        return "(?:" + "|".join(re.escape(choice) for choice in field.choices) + ")"
    return field.pattern


def _number(decimals: int | None) -> str:
    if decimals is None:
        return r"-?[0-9]+(?:\.[0-9]+)?"
    return "-?[0-9]+" if decimals == 0 else rf"-?[0-9]+\.[0-9]{{{decimals}}}"


def _date(format: str, shapes: Mapping[str, str]) -> str:
    parts = date_parts(format)
    if parts is None:
        raise ValueError(f"{format!r} is no date format")
    return "".join(shapes.get(part, re.escape(part)) for part in parts)
