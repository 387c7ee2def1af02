"""Entries side by side, so that the odd one out stands out: the contact sheet's order.

Eyes are quick at seeing one seven among sixty that is none. What is written unlike the others
comes first, then what the reader was least sure of.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from extractors.values import EntryKind, State
from pipeline.core.answered import open_on
from pipeline.core.values import Entry, Severity


@dataclass(frozen=True)
class Look:
    """One entry on a contact sheet. `seen` is handed back when it is confirmed from there.

    `needs_eyes`: a flag on it waits. `may_confirm`: it can be confirmed from the sheet; where a
    critical flag waits it can't, since that takes a reason of its own.
    """

    record: str
    batch_number: str
    field: str
    label: str
    page: int
    type: EntryKind
    value: str
    state: State
    confidence: float
    needs_eyes: bool
    may_confirm: bool
    seen: int


def may_confirm(entry: Entry) -> bool:
    """Whether an entry can be confirmed beside many others: no critical flag waits on it."""
    waiting = open_on(entry)
    return bool(waiting) and all(flag.severity is not Severity.CRITICAL for flag in waiting)


def shape_of(value: str) -> str:
    """How a value is built, with each digit as 9 and each letter as A: `13.2` is `99.9`."""
    return "".join("9" if s.isdigit() else "A" if s.isalpha() else s for s in value)


def odd_first(looks: Iterable[Look]) -> tuple[Look, ...]:
    """The looks with the odd ones first: of a rare build or unsurely read, then of a rare value."""
    found = tuple(looks)
    shapes = Counter((one.state, shape_of(one.value)) for one in found)
    values = Counter((one.state, one.value) for one in found)

    def oddness(one: Look) -> tuple[float, float, str, str]:
        shape = shapes[one.state, shape_of(one.value)] / len(found)
        value = values[one.state, one.value] / len(found)
        return shape + one.confidence, value, one.record, one.field

    return tuple(sorted(found, key=oddness))
