"""In which order hits come, and where in it a part of them ended.

A part of a list goes on after the last hit that was shown, wherever that stands by now: what comes
into the archive meanwhile shows no hit twice, and leaves none out.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum

from pipeline.core.ranking import Scored, by_weight

_UNDATED = "9999"
_LONGEST = 100
"""So many signs of a batch number are compared."""
Key = tuple[float, str, float, float, str]


class Sort(StrEnum):
    """What hits are sorted by."""

    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"
    MADE = "made"
    BATCH = "batch"


@dataclass(frozen=True)
class Place:
    """The place of a hit: what orders it, and what it is."""

    number: float
    words: str
    weight: float
    newest: float
    record: str
    field: str
    page: str

    @property
    def key(self) -> Key:
        """What orders it."""
        return self.number, self.words, self.weight, self.newest, self.record

    def parts(self) -> tuple[str, ...]:
        """The place as texts, which `place_of` takes back."""
        return tuple(map(str, astuple(self)))


def place_of(parts: Sequence[str]) -> Place | None:
    """The place that these texts stand for; None where they are none."""
    try:
        number, words, weight, newest, record, field, page = parts
        return Place(float(number), words, float(weight), float(newest), record, field, page)
    except ValueError:
        return None


def in_order(
    hits: Iterable[Scored], sort: Sort, days: Mapping[str, str]
) -> tuple[tuple[Scored, Place], ...]:
    """The hits in the order that is asked for, within it the weightiest first; each with its place.

    `days` are those on which records were made; a record that has none comes last.
    """
    placed = [(hit, _place(hit, sort, days)) for hit in hits]
    return tuple(sorted(placed, key=lambda one: (one[1].key, one[0].row.id)))


def begin_after(places: Sequence[Place], last: Place) -> int:
    """How many of the hits in order come no later than the one that ended the part before."""
    for number, one in enumerate(places, 1):
        if (one.record, one.field, one.page) == (last.record, last.field, last.page):
            return number
    return bisect_right([one.key for one in places], last.key)


def _place(hit: Scored, sort: Sort, days: Mapping[str, str]) -> Place:
    row, received = hit.row, hit.row.received_at.timestamp()
    number, words = 0.0, ""
    match sort:
        case Sort.NEWEST:
            number = -received
        case Sort.OLDEST:
            number = received
        case Sort.BATCH:
            words = row.batch_number[:_LONGEST]
        case Sort.MADE:
            words = days.get(row.record, _UNDATED)
    weight, newest, record, _ = by_weight(hit)
    page = "" if row.page is None else str(row.page)
    return Place(number, words, weight, newest, record, row.field or "", page)
