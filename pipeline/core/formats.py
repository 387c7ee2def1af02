"""How dates and times are written on a form: `DD/MM/YYYY`, `DD MMM YY`, `HH:MM` and the like."""

import re

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
"""A month written as MMM, in the normal form of an entry; on paper `Jan` is as good."""

TIME_FORMATS = ("HH:MM", "HH:MM:SS")

DEFAULT_DATE = "YYYY-MM-DD"
"""How a date is written on a form that does not say."""

DEFAULT_TIME = "HH:MM"
"""How a time is written on a form that does not say."""

_PART = re.compile(r"YYYY|YY|MMM|MM|DD")
_MEANING = {"YYYY": "year", "YY": "year", "MMM": "month", "MM": "month", "DD": "day"}


def date_parts(format: str) -> tuple[str, ...] | None:
    """The parts of a date format and what stands between them, in order; None for no format.

    `DD/MM/YYYY` gives `("DD", "/", "MM", "/", "YYYY")`. Day, month and year are each there once.
    """
    parts = tuple(re.split(r"([/\-. ])", format))
    written, between = parts[::2], parts[1::2]
    if len(written) != 3 or len(between) != 2:
        return None
    if any(_PART.fullmatch(part) is None for part in written):
        return None
    return parts if {_MEANING[part] for part in written} == {"day", "month", "year"} else None
