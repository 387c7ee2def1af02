"""An arrangement: how the pages of a scan lie in parts, each part a record; a value beside it.

The scan itself is never touched. Every change gives another arrangement that holds each page
exactly once, in a part or put aside, and each change has one that takes it back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import InputRefused

QUARTERS = (0, 90, 180, 270)
ASIDE_REASONS = ("cover sheet", "separator", "blank page", "not a page of a record")
"""Why a page is put aside, as people are offered it; they may say it in other words."""


@dataclass(frozen=True)
class FormPlace:
    """A page of a version of a master form."""

    form: str
    version: str
    page: int

    def __str__(self) -> str:
        return f"{self.form} version {self.version} page {self.page}"


@dataclass(frozen=True)
class Sheet:
    """A page of the scan as a person laid it.

    `page` counts from 1 in the scan, `turned` is the clockwise angle (0, 90, 180 or 270) that it
    is turned by before it is read. `form` is the page of a form that a person says it is; None
    where the reader finds out.
    """

    page: int
    turned: int = 0
    form: FormPlace | None = None

    def __post_init__(self) -> None:
        if self.page < 1 or self.turned not in QUARTERS:
            raise ValueError(f"there is no page {self.page} turned by {self.turned}")


@dataclass(frozen=True)
class Aside:
    """A page that belongs to no record, and why; `sheet` is how it lay before."""

    sheet: Sheet
    reason: str


Part = tuple[Sheet, ...]
"""The pages of one record, in its order."""


@dataclass(frozen=True)
class Arrangement:
    """All pages of a scan: in parts, one a record, or put aside. No part is empty."""

    parts: tuple[Part, ...]
    aside: tuple[Aside, ...] = ()

    def __post_init__(self) -> None:
        pages = self.pages
        if sorted(pages) != list(range(1, len(pages) + 1)):
            raise ValueError(f"pages are missing or doubled: {sorted(pages)}")
        if any(not part for part in self.parts):
            raise ValueError("a part of an arrangement has no pages")

    @property
    def pages(self) -> tuple[int, ...]:
        """Every page, in the order of the parts, those put aside last."""
        laid = (sheet.page for part in self.parts for sheet in part)
        return (*laid, *(one.sheet.page for one in self.aside))

    def where(self, page: int) -> tuple[int, int]:
        """In which part the page lies, and at which place in it, both from 0."""
        for number, part in enumerate(self.parts):
            for place, sheet in enumerate(part):
                if sheet.page == page:
                    return number, place
        raise InputRefused(f"page {page} lies in no part", "take it back first")

    def sheet(self, page: int) -> Sheet:
        """The page as it lies in its part."""
        part, place = self.where(page)
        return self.parts[part][place]

    def is_aside(self, page: int) -> bool:
        """Whether the page is put aside."""
        return any(one.sheet.page == page for one in self.aside)


def one_part(pages: int) -> Arrangement:
    """The arrangement of a scan of so many pages as one record."""
    return Arrangement((tuple(Sheet(page) for page in range(1, pages + 1)),))


def as_read(pages: int, held: Sequence[Sequence[int]]) -> Arrangement:
    """The arrangement that the reader found: a part for each record with the pages it holds.

    A page that no record holds (a sheet that came twice) lies with the page before it.
    """
    parts = [list(one) for one in held if one]
    if not parts:
        return one_part(pages)
    owner = {page: part for part in parts for page in part}
    for page in range(1, pages + 1):
        if page not in owner:
            owner[page] = owner[page - 1] if page > 1 else parts[0]
            owner[page].append(page)
    return Arrangement(tuple(tuple(Sheet(page) for page in sorted(part)) for part in parts))


def split(before: Arrangement, page: int) -> Arrangement:
    """A new part begins at this page."""
    part, place = before.where(page)
    if place == 0:
        raise InputRefused(f"page {page} begins a part already", "choose a page further on")
    whole = before.parts[part]
    return _with(before, part, whole[:place], whole[place:])


def join(before: Arrangement, page: int) -> Arrangement:
    """The part that holds this page goes on at the end of the part before."""
    part, _ = before.where(page)
    if part == 0:
        raise InputRefused("there is no part before this one", "choose a page of a later part")
    joined = before.parts[part - 1] + before.parts[part]
    return replace(before, parts=(*before.parts[: part - 1], joined, *before.parts[part + 1 :]))


def move(before: Arrangement, page: int, step: int) -> Arrangement:
    """The page one place earlier (-1) or later (1) in its part, at its ends into the next part.

    Where no part is further on, or the page is alone in the outermost, it stays.
    """
    part, place = before.where(page)
    own = before.parts[part]
    there = place + step
    if 0 <= there < len(own):
        order = list(own)
        order[place], order[there] = order[there], order[place]
        return _with(before, part, tuple(order))
    other = part + step
    if not 0 <= other < len(before.parts):
        return before
    rest = own[:place] + own[place + 1 :]
    neighbour = before.parts[other]
    grown = (own[place], *neighbour) if step > 0 else (*neighbour, own[place])
    parts = list(before.parts)
    parts[part], parts[other] = rest, grown
    return replace(before, parts=tuple(one for one in parts if one))


def place(before: Arrangement, page: int, *, part: int, at: int) -> Arrangement:
    """The page out of its place and into that part, before the sheet that is there at `at` now."""
    own, was_at = before.where(page)
    if not 0 <= part < len(before.parts):
        raise InputRefused(f"there is no part {part + 1}", "choose another place")
    sheet = before.parts[own][was_at]
    parts = [list(one) for one in before.parts]
    parts[part].insert(max(0, min(at, len(parts[part]))), sheet)
    parts[own].pop(was_at + (1 if own == part and at <= was_at else 0))
    return replace(before, parts=tuple(tuple(one) for one in parts if one))


def turn(before: Arrangement, page: int, by: int) -> Arrangement:
    """The page turned clockwise by that many degrees, a multiple of 90."""
    sheet = before.sheet(page)
    return _with_sheet(before, replace(sheet, turned=(sheet.turned + by) % 360))


def assign(before: Arrangement, page: int, form: FormPlace | None) -> Arrangement:
    """The page is that page of that form, whatever the reader makes of it; None: it decides."""
    return _with_sheet(before, replace(before.sheet(page), form=form))


def put_aside(before: Arrangement, page: int, reason: str) -> Arrangement:
    """The page belongs to no record, for that reason."""
    if not reason.strip():
        raise InputRefused("a page is put aside with a reason", "say what kind of page it is")
    part, at = before.where(page)
    own = before.parts[part]
    rest = own[:at] + own[at + 1 :]
    aside = (*before.aside, Aside(own[at], reason.strip()))
    return Arrangement(
        (*before.parts[:part], *([rest] if rest else []), *before.parts[part + 1 :]),
        tuple(sorted(aside, key=lambda one: one.sheet.page)),
    )


def take_back(before: Arrangement, page: int) -> Arrangement:
    """A page that was put aside, back: into the part of the page before it in the scan."""
    found = next((one for one in before.aside if one.sheet.page == page), None)
    if found is None:
        raise InputRefused(f"page {page} is not put aside", "choose another page")
    rest = tuple(one for one in before.aside if one is not found)
    laid = sorted(sheet.page for part in before.parts for sheet in part)
    earlier = [other for other in laid if other < page]
    if not laid:
        return Arrangement(((found.sheet,),), rest)
    part, at = before.where(earlier[-1] if earlier else laid[0])
    own, at = before.parts[part], at + bool(earlier)
    grown = (*own[:at], found.sheet, *own[at:])
    parts = (*before.parts[:part], grown, *before.parts[part + 1 :])
    return Arrangement(parts, rest)


def parts_to_read(
    old: Arrangement, new: Arrangement, *, unread: Collection[Part], again: Collection[int] = ()
) -> tuple[Part, ...]:
    """The parts that have to be read: new ones, those never read, and those with a page again."""
    return tuple(
        part
        for part in new.parts
        if part not in old.parts or part in unread or any(sheet.page in again for sheet in part)
    )


def in_words(arrangement: Arrangement) -> str:
    """The arrangement in a line that people can read, as the trail keeps it."""
    parts = (", ".join(map(_sheet_words, part)) for part in arrangement.parts)
    aside = (f"page {one.sheet.page} put aside: {one.reason}" for one in arrangement.aside)
    return "; ".join([*(f"[{part}]" for part in parts), *aside])


def _sheet_words(sheet: Sheet) -> str:
    turned = f" turned {sheet.turned}°" if sheet.turned else ""
    return f"{sheet.page}{turned}{f' as {sheet.form}' if sheet.form else ''}"


def _with(before: Arrangement, part: int, *parts: Part) -> Arrangement:
    """The arrangement with that part replaced by these."""
    return replace(before, parts=(*before.parts[:part], *parts, *before.parts[part + 1 :]))


def _with_sheet(before: Arrangement, sheet: Sheet) -> Arrangement:
    part, at = before.where(sheet.page)
    own = before.parts[part]
    return _with(before, part, (*own[:at], sheet, *own[at + 1 :]))


def to_lists(arrangement: Arrangement) -> list[object]:
    """The arrangement as plain lists, as it is kept."""
    parts = [[_sheet_list(sheet) for sheet in part] for part in arrangement.parts]
    return [parts, [[_sheet_list(one.sheet), one.reason] for one in arrangement.aside]]


def from_lists(kept: Sequence[Sequence[Sequence[object]]]) -> Arrangement:
    """The arrangement out of the lists that it was kept as."""
    parts, aside = kept
    return Arrangement(
        tuple(tuple(_sheet_of(one) for one in part) for part in parts),
        tuple(Aside(_sheet_of(sheet), str(reason)) for sheet, reason in aside),
    )


def _sheet_list(sheet: Sheet) -> list[object]:
    form = [sheet.form.form, sheet.form.version, sheet.form.page] if sheet.form else []
    return [sheet.page, sheet.turned, form]


def _sheet_of(kept) -> Sheet:  # type: ignore[no-untyped-def]
    page, turned, form = kept
    return Sheet(page, turned, FormPlace(*form) if form else None)
