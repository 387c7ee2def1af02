"""Which pages of a scan make one record: several records in one scan, pages doubled or missing.

Pages are taken in the order of the scan. A wrong batch number on a later page does not part it
from its record: only a page that the record already holds, or a first page of another batch,
begins a new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from extractors.values import Reading
from pipeline.core.forms import Field, Meaning
from pipeline.core.values import RecordPage

SAME_INK = 0.8
"""Correlation of two pages' ink from which they are the same sheet scanned again."""
MIN_BATCH_CONFIDENCE = 0.5


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
        Assembly(pages=tuple(record.pages), repeats=tuple(record.repeats)) for record in records
    )


def _belongs(page: ReadPage, record: _Growing) -> bool:
    first = record.pages[0]
    if page.form != first.form:
        return False
    held = _held(page, record)
    is_other_batch = not _may_be_same(_batch_of(page), _batch_of(first))
    if held is None:
        is_restart = page.where.page == 1 and is_other_batch
        return not is_restart
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


def _batch_of(page: ReadPage) -> str | None:
    for place, reading in page.fields:
        if place.means is Meaning.BATCH_NUMBER and reading.confidence >= MIN_BATCH_CONFIDENCE:
            return reading.value or None
    return None


def _may_be_same(first: str | None, second: str | None) -> bool:
    """Whether two readings may be of one batch number: unread, or at most a sign apart."""
    if first is None or second is None:
        return True
    return Levenshtein.distance(first, second) <= 1


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
