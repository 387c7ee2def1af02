"""Which pages of a scan make one record: several records in one scan, pages doubled or missing.

Pages are taken in the order of the scan. A wrong batch number on a later page does not part it
from its record: only a page that the record already holds, or a first page of another batch,
begins a new one. Two halves that complete each other, as when the last page came first, are one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from extractors.values import Reading
from pipeline.core.forms import Field, Meaning
from pipeline.core.values import RecordPage

SAME_INK = 0.735
"""Correlation of two pages' ink from which they are the same sheet scanned again.

Sheets scanned twice have over 0.76 on fit and tune writers, sheets filled in anew under 0.70.
"""
MIN_BATCH_CONFIDENCE = 0.5
OTHER_SHARE = 0.5
"""Unsure readings of a batch number are of two batches where this share of the signs differs."""


@dataclass(frozen=True, eq=False)
class ReadPage:
    """One page of a scan, registered and read.

    `problems` say in plain words what makes the scan poor; `outside_writing` counts the places with
    ink outside every field. `ink_map` is how much of each cell of a coarse grid is ink, row by
    row, in the blank's frame: two scans of one sheet have nearly the same.
    """

    form: str
    version: str
    where: RecordPage
    fields: tuple[tuple[Field, Reading], ...]
    is_cut: bool = False
    problems: tuple[str, ...] = ()
    outside_writing: int = 0
    ink_map: tuple[float, ...] = field(default=(), repr=False)


@dataclass(frozen=True, eq=False)
class Repeat:
    """A page that a record holds twice. `is_same_sheet`: scanned again, not filled in again."""

    page: ReadPage
    is_same_sheet: bool


@dataclass(frozen=True, eq=False)
class Assembly:
    """The pages of one record: the first of each number, in the scan's order, and the repeats."""

    pages: tuple[ReadPage, ...]
    repeats: tuple[Repeat, ...] = ()


@dataclass
class _Growing:
    pages: list[ReadPage]
    repeats: list[Repeat]


def assemble(pages: Sequence[ReadPage]) -> tuple[Assembly, ...]:
    """Sort the pages of one scan into records, in the order of their first pages."""
    records: list[_Growing] = []
    for page in pages:
        if records and _belongs(page, records[-1]):
            _add(page, records[-1])
        else:
            records.append(_Growing(pages=[page], repeats=[]))
    return tuple(
        Assembly(pages=tuple(record.pages), repeats=tuple(record.repeats))
        for record in _completed(records)
    )


def assemble_part(pages: Sequence[ReadPage]) -> tuple[Assembly, ...]:
    """The pages that a person put together: one record, or one for each form among them.

    They stand in the order in which the person laid them.
    """
    records: dict[str, _Growing] = {}
    for page in pages:
        _add(page, records.setdefault(page.form, _Growing(pages=[], repeats=[])))
    return tuple(
        Assembly(pages=tuple(record.pages), repeats=tuple(record.repeats))
        for record in records.values()
    )


def _completed(records: Sequence[_Growing]) -> list[_Growing]:
    """The records, a half that lacks its first page made one with the next, where that has it."""
    whole: list[_Growing] = []
    for record in records:
        if whole and _complete_each_other(whole[-1], record):
            whole[-1].pages += record.pages
            whole[-1].repeats += record.repeats
        else:
            whole.append(record)
    return whole


def _complete_each_other(first: _Growing, second: _Growing) -> bool:
    """Whether both are of one form, and together hold each page once, from the first on."""
    if first.pages[0].form != second.pages[0].form:
        return False
    ours, theirs = ({page.where.page for page in one.pages} for one in (first, second))
    both = ours | theirs
    return 1 in theirs - ours and not ours & theirs and both == {*range(1, len(both) + 1)}


def _belongs(page: ReadPage, record: _Growing) -> bool:
    if page.form != record.pages[0].form:
        return False
    held = _held(page, record)
    is_other_batch = _is_other_batch(page, record)
    if held is None:
        return not (page.where.page == 1 and is_other_batch)
    return _is_same_sheet(page, held) or not is_other_batch


def _add(page: ReadPage, record: _Growing) -> None:
    held = _held(page, record)
    if held is None:
        record.pages.append(page)
    else:
        record.repeats.append(Repeat(page=page, is_same_sheet=_is_same_sheet(page, held)))


def _held(page: ReadPage, record: _Growing) -> ReadPage | None:
    for other in record.pages:
        if other.where.page == page.where.page:
            return other
    return None


def _is_other_batch(page: ReadPage, record: _Growing) -> bool:
    """Whether the page's batch number is none of those that stand on the record's pages."""
    own = _batch_of(page)
    held = [batch for other in record.pages if (batch := _batch_of(other)) is not None]
    if own is None or not held:
        return False
    return all(_differ(own, other) for other in held)


def _batch_of(page: ReadPage) -> Reading | None:
    for place, reading in page.fields:
        if place.means is Meaning.BATCH_NUMBER and reading.value:
            return reading
    return None


def _differ(first: Reading, second: Reading) -> bool:
    """Whether two readings are of two batch numbers: more than a sign apart, or far if unsure."""
    one, other = _signs(first.value), _signs(second.value)
    distance = Levenshtein.distance(one, other)
    if min(first.confidence, second.confidence) >= MIN_BATCH_CONFIDENCE:
        return distance > 1
    return distance >= OTHER_SHARE * max(len(one), len(other))


def _signs(value: str) -> str:
    """The letters and digits alone: blanks and points come and go with the boxes written in."""
    return "".join(sign for sign in value.upper() if sign.isalnum())


def _is_same_sheet(page: ReadPage, other: ReadPage) -> bool:
    return correlation(page.ink_map, other.ink_map) >= SAME_INK


def correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Pearson's correlation (−1 to 1) of two ink maps; 0 where one is empty or flat."""
    if not first or len(first) != len(second):
        return 0.0
    mean_1, mean_2 = sum(first) / len(first), sum(second) / len(second)
    apart_1 = [value - mean_1 for value in first]
    apart_2 = [value - mean_2 for value in second]
    size = (sum(v * v for v in apart_1) * sum(v * v for v in apart_2)) ** 0.5
    if size == 0:
        return 0.0
    return float(sum(a * b for a, b in zip(apart_1, apart_2, strict=True)) / size)
