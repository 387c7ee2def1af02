"""The plant's forms drawn once more with one thing changed, as another version of them would be.

The modules `form_*.py` draw with the `Drawing` that they import; while a form is drawn anew they
find a `ChangedDrawing` under that name. Print and fields change together, so that such a form can
be loaded like any other. The limits in its form.yaml stay: it is there to be told apart.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np

from sample_scans.arithmetic import operands
from sample_scans.drawing import Column, Drawing, Look, Row
from sample_scans.paper import FormHead, PaperField, PaperForm
from sample_scans.places import free_place

Draw = Callable[[], PaperForm]
_LIMIT = re.compile(r"\d\s?[–-]\s?\d|max\.|min\.|[±≤≥]")
_TITLE_BLOCK_MM = 24
_EDGE_MM = 4
_WORDS = (" (pilot scale)", " II", ", plant 2", " – copy", " (export)")
_LABELS = ("Shift", "Line", "Copy No.", "Room", "Seal No.")
_SWAPPED = str.maketrans("0123456789", "1435682907")


class What(StrEnum):
    """What is changed beside the version."""

    VERSION = "version"  # nothing
    HEADER = "header"  # the title says a little more
    LIMIT = "limit"  # a printed limit has other digits
    FIELD_LESS = "field_less"
    FIELD_MORE = "field_more"
    ROW_LESS = "row_less"
    ROW_MORE = "row_more"
    ROW_ORDER = "row_order"  # the printed cells of two rows have changed places


@dataclass(frozen=True)
class Change:
    """One change. `pick` says which limit, field or table it is, counted from 0 as drawn.

    `share` (0 to below 1) says where in it: which row of the table, which words.
    """

    what: What
    version: str
    pick: int = 0
    share: float = 0.0

    def one_of(self, words: Sequence[str]) -> str:
        """The words that the change takes."""
        return words[int(self.share * len(words))]


class ChangedDrawing(Drawing):
    """A form while it is drawn, with one change to it. `places` were met that might change."""

    def __init__(self, change: Change, head: FormHead, look: Look) -> None:
        self._change = change
        self.places = 0
        head = replace(head, version=change.version)
        if change.what is What.HEADER:
            head = replace(head, title=head.title + change.one_of(_WORDS))
        super().__init__(head, look)

    def text(self, x: float, y: float, words: str, **how: Any) -> None:
        """Print words; a limit's digits are others where that is the change."""
        if y > _TITLE_BLOCK_MM and _LIMIT.search(words) and self._is_turn(What.LIMIT):
            words = words.translate(_SWAPPED)
        super().text(x, y, words, **how)

    def entry(self, *what: Any, **keys: Any) -> None:
        """A field with its label, left out where that is the change."""
        if not self._is_turn(What.FIELD_LESS):
            super().entry(*what, **keys)

    def table(
        self,
        at: tuple[float, float],
        columns: Sequence[Column],
        rows: Sequence[Row],
        **how: Any,
    ) -> float:
        """A table, its rows fewer, more or in another order where that is the change."""
        at_row = 1 + int(self._change.share * max(len(rows) - 1, 0))
        if self._is_turn(What.ROW_LESS):
            rows = [*rows[: at_row - 1], *rows[at_row:]]
        elif self._is_turn(What.ROW_MORE):
            again = replace(rows[at_row - 1], tag=f"{rows[at_row - 1].tag}x")
            rows = [*rows[:at_row], again, *rows[at_row:]]
        elif self._is_turn(What.ROW_ORDER) and at_row < len(rows):
            one, other = rows[at_row - 1], rows[at_row]
            swapped = (replace(one, printed=other.printed), replace(other, printed=one.printed))
            rows = [*rows[: at_row - 1], *swapped, *rows[at_row + 1 :]]
        return super().table(at, columns, rows, **how)

    def done(self) -> PaperForm:
        """The finished form; what refers to a field that is gone no longer does."""
        if self._change.what is What.FIELD_MORE:
            self._add_field()
        form = super().done()
        names = {paper.field.name for paper in form.fields}
        return replace(form, fields=tuple(_without_loose_ends(one, names) for one in form.fields))

    def _is_turn(self, what: What) -> bool:
        """Whether this is the place of the change; counts the places as they come."""
        if self._change.what is not what:
            return False
        self.places += 1
        return self.places == self._change.pick + 1

    def _add_field(self) -> None:
        """One more field on the last page, where there is room for it."""
        so_far = PaperForm(self.head, tuple(self._fields), b"", self.printed, repr(self._change))
        rng = np.random.default_rng(int(self._change.share * 1e9))
        label = self._change.one_of(_LABELS)
        box = free_place(so_far, self.page_number, (38.0, 7.0), rng=rng)
        if box is not None:
            place = (box.x, box.y, box.width - 16, box.height)
            super().entry("one_more", label, "text", place, label_width=16)


def drawn_with(draw: Draw, change: Change) -> PaperForm | None:
    """The form with that change; None where it changes nothing, or no longer fits its pages."""
    with _drawing_as(draw, change):
        form = draw()
    with _drawing_as(draw, Change(What.VERSION, change.version)):
        plain = draw()
    is_other = change.what is What.VERSION or form.blank != plain.blank
    return form if is_other and _is_on_paper(form) else None


@cache
def places_for(draw: Draw, what: What) -> int:
    """At how many places of the form such a change can be; 1 where it is about the whole form."""
    if what in (What.VERSION, What.HEADER, What.FIELD_MORE):
        return 1
    with _drawing_as(draw, Change(what, "0", pick=-1)) as drawings:
        draw()
    return drawings[0].places


@contextmanager
def _drawing_as(draw: Draw, change: Change) -> Iterator[list[ChangedDrawing]]:
    """While it lasts, forms of that module are drawn with the change; gives what drew them."""
    drawings: list[ChangedDrawing] = []

    def drawing(head: FormHead, look: Look) -> ChangedDrawing:
        drawings.append(ChangedDrawing(change, head, look))
        return drawings[-1]

    module = sys.modules[draw.__module__]
    module.__dict__["Drawing"] = drawing
    try:
        yield drawings
    finally:
        module.__dict__["Drawing"] = Drawing


def _is_on_paper(form: PaperForm) -> bool:
    """Whether all of its fields and print still lie on their pages."""
    width, height = form.head.size_mm
    boxes = [paper.field.box for paper in form.fields] + [box for _, box in form.print]
    return all(box.right < width - _EDGE_MM and box.bottom < height - _EDGE_MM for box in boxes)


def _without_loose_ends(paper: PaperField, names: set[str]) -> PaperField:
    field = paper.field
    gone: dict[str, Any] = {
        key: None
        for key in ("same_as", "not_before", "required_if")
        if getattr(field, key) is not None and getattr(field, key) not in names
    }
    if not set(operands(field)) <= names:
        gone["equals"] = None
    return replace(paper, field=replace(field, **gone)) if gone else paper
