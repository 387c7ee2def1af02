"""Whether two people keyed the same entry: by the format of its field, not by its letters alone.

* A day is a day: `01/02/2024` and `1/2/24` are the same, `01/02/2024` and `02/01/2024` are not.
  A time is a time of day: `9:05` and `09:05` are the same; seconds that one of them wrote are not.
* Initials are the same whatever their case and spaces.
* A number is what stands on the paper: `1.0` and `1.00` are not the same entry, since the digits
  say how well it was measured.
* Any other text is the same letter by letter; spaces at its ends and repeated ones aside. Case
  counts: lots differ by it.
"""

import re
from datetime import date

from extractors.values import EntryKind, State
from pipeline.core.formats import DEFAULT_DATE, MONTHS, date_parts
from pipeline.core.forms import Field
from pipeline.core.people import same_initials

Keyed = tuple[str, State]
"""What somebody keyed: a value and the state that goes with it."""

_CENTURY = 100
_FIRST_SHORT_YEAR = 69


def same_entry(field: Field, one: Keyed, other: Keyed) -> bool:
    """Whether both say the same of that field."""
    return one[1] is other[1] and _meant(field, one[0]) == _meant(field, other[0])


def _meant(field: Field, text: str) -> object:
    words = " ".join(text.split())
    match field.type:
        case EntryKind.DATE:
            return _day(field.format or DEFAULT_DATE, words) or words
        case EntryKind.TIME:
            return _time(words) or words
        case EntryKind.INITIALS:
            return same_initials(words)
        case _:
            return words


def _day(format: str, text: str) -> date | None:
    """The day that the text writes in the order of the format, with leading zeros or without."""
    names = [part for part in date_parts(format) or () if part.isalpha()]
    found = re.split(r"[/\-. ]+", text.upper())
    if len(found) != len(names) or not names:
        return None
    written = {name[0]: _figure(part) for name, part in zip(names, found, strict=True)}
    try:
        return date(_year(written["Y"]), written["M"], written["D"])
    except ValueError:
        return None


def _figure(part: str) -> int:
    """A part of a date as a number, a month's name too; 0 for what is neither."""
    if part[:3] in MONTHS and part.isalpha():
        return MONTHS.index(part[:3]) + 1
    return int(part) if re.fullmatch(r"[0-9]{1,4}", part) else 0


def _year(written: int) -> int:
    if not 0 < written < _CENTURY:
        return written
    return written + (1900 if written >= _FIRST_SHORT_YEAR else 2000)


def _time(text: str) -> tuple[int, ...] | None:
    """The parts of the time of day that the text writes: hours, minutes, perhaps seconds."""
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", text)
    return tuple(int(part) for part in found.groups() if part is not None) if found else None
