"""What stands around an entry: its neighbours in the table, and what else the same hand wrote.

A reviewer who can't be sure of a figure looks at the ones beside it, and at how the same person
writes elsewhere. Both are help for the eye; neither changes a reading.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from extractors.values import Box, EntryKind
from pipeline.core.people import same_initials
from pipeline.core.values import Entry, Record

LEAST_SHARED = 0.5
"""Share of the lower (or narrower) of two boxes that must lie beside the other."""
FARTHEST_MM = 60.0
"""Beyond this gap a box is no neighbour."""
SAME_HAND = 8
"""So many other entries of a hand are shown."""


@dataclass(frozen=True)
class Neighbours:
    """The nearest entries on the four sides, None where there is none."""

    left: Entry | None
    right: Entry | None
    above: Entry | None
    below: Entry | None


def neighbours(record: Record, entry: Entry) -> Neighbours:
    """The nearest entries beside this one on its page."""
    here = entry.box
    others = [one for one in record.entries if one.page == entry.page and one.field != entry.field]
    in_line = [one for one in others if _shared(here, one.box, is_line=True) >= LEAST_SHARED]
    in_column = [one for one in others if _shared(here, one.box, is_line=False) >= LEAST_SHARED]
    return Neighbours(
        left=_nearest((here.x - one.box.right, one) for one in in_line if one.box.x < here.x),
        right=_nearest((one.box.x - here.right, one) for one in in_line if one.box.x > here.x),
        above=_nearest((here.y - one.box.bottom, one) for one in in_column if one.box.y < here.y),
        below=_nearest((one.box.y - here.bottom, one) for one in in_column if one.box.y > here.y),
    )


def writer_of(record: Record, entry: Entry) -> str:
    """The initials of whoever wrote an entry, empty where nothing says so.

    Initials say so themselves; anything else was written by whoever's initials stand nearest to
    it in the same step, or without a step in the same line.
    """
    return _writer(entry, _initials(record))


def same_hand(record: Record, entry: Entry) -> tuple[Entry, ...]:
    """Other entries of the same kind by the same person, the nearest on paper first."""
    initials = _initials(record)
    writer = _writer(entry, initials)
    if not writer:
        return ()
    found = [
        one
        for one in record.entries
        if one.type is entry.type and one.field != entry.field and one.value
    ]
    near = sorted(found, key=lambda one: (abs(one.page - entry.page), abs(one.box.y - entry.box.y)))
    return tuple(islice((one for one in near if _writer(one, initials) == writer), SAME_HAND))


def _initials(record: Record) -> dict[int, list[Entry]]:
    """The initials that stand on each page."""
    pages: dict[int, list[Entry]] = {}
    for one in record.entries:
        if one.type is EntryKind.INITIALS and one.value:
            pages.setdefault(one.page, []).append(one)
    return pages


def _writer(entry: Entry, initials: dict[int, list[Entry]]) -> str:
    if entry.type is EntryKind.INITIALS:
        return same_initials(entry.value)
    if entry.type is EntryKind.SIGNATURE:
        return ""
    there = (one for one in initials.get(entry.page, ()) if _goes_with(entry, one))
    nearest = min(there, key=lambda one: _distance(entry.box, one.box), default=None)
    return same_initials(nearest.value) if nearest else ""


def _goes_with(entry: Entry, initials: Entry) -> bool:
    if entry.step is not None:
        return initials.step == entry.step
    return _shared(entry.box, initials.box, is_line=True) >= LEAST_SHARED


def _shared(one: Box, other: Box, *, is_line: bool) -> float:
    """How much of the lower (narrower) box lies beside the other, 0 to 1."""
    if is_line:
        overlap = min(one.bottom, other.bottom) - max(one.y, other.y)
        return overlap / max(1e-6, min(one.height, other.height))
    overlap = min(one.right, other.right) - max(one.x, other.x)
    return overlap / max(1e-6, min(one.width, other.width))


def _nearest(found: Iterable[tuple[float, Entry]]) -> Entry | None:
    near = [(max(gap, 0.0), one.field, one) for gap, one in found if gap <= FARTHEST_MM]
    return min(near, default=(0.0, "", None), key=lambda one: one[:2])[2]


def _distance(one: Box, other: Box) -> float:
    across = one.x + one.width / 2 - other.x - other.width / 2
    down = one.y + one.height / 2 - other.y - other.height / 2
    return float(across**2 + down**2)
