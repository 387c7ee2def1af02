"""From a record to sheets of paper: the blank printed, and everything drawn on it in its order."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from pdf2image import convert_from_bytes

from extractors.values import Box
from sample_scans.hands import Hands
from sample_scans.ink import draw, lay_paper
from sample_scans.paper import PaperForm
from sample_scans.record import Draft, Work
from sample_scans.values import Act, Mark
from sample_scans.writing import marks_of

Sheet = npt.NDArray[np.uint8]
PAPER_DPI = 300
_OVER = (Act.STRIKE, Act.SCRIBBLE, Act.OVERWRITE, Act.FLUID)


def sheets_of(work: Work, hands: Hands) -> list[Sheet]:
    """The record's sheets in the order of the scan. A sheet scanned twice is there twice."""
    sheets: list[Sheet] = []
    drawn: dict[int, Sheet] = {}
    for place, page in enumerate(work.order):
        if place in work.copies:
            sheets.append(_sheet(work, page, work.copies[place], (), hands=hands))
            continue
        if page not in drawn:
            loose = [mark for mark in work.loose if mark.page == page]
            drawn[page] = _sheet(work, page, work.drafts, loose, hands=hands)
        sheets.append(drawn[page])
    return sheets


def _sheet(
    work: Work, page: int, drafts: dict[str, Draft], loose: Iterable[Mark], *, hands: Hands
) -> Sheet:
    paper = lay_paper(_blank(work.form.folder, page)(work.form), work.rng)
    for draft in drafts.values():
        if draft.paper.field.page == page:
            under: tuple[Box, Box] | None = None
            for mark in marks_of(work, draft):
                if under and mark.act in _OVER:
                    mark = replace(mark, box=moved(mark.box, *under))
                elif under and mark.act == Act.STAMP:
                    mark = replace(mark, box=half_over(mark.box, *under))
                extent = draw(paper, mark, hands, work.rng)
                if mark.act == Act.TEXT:
                    under = (mark.box, extent)
    for mark in loose:
        draw(paper, mark, hands, work.rng)
    return paper.rgb


def moved(box: Box, planned: Box, inked: Box) -> Box:
    """Where a part of the planned box lies once the writing in it is as large as its ink."""
    across, down = inked.width / planned.width, inked.height / planned.height
    return Box(
        inked.x + (box.x - planned.x) * across,
        inked.y + (box.y - planned.y) * down,
        max(box.width * across, 0.5),
        max(box.height * down, 0.5),
    )


def half_over(stamp: Box, planned: Box, inked: Box) -> Box:
    """A stamp moved sideways until it covers just over half of the writing, which stays legible."""
    is_right = stamp.x + stamp.width / 2 >= planned.x + planned.width / 2
    edge = inked.x + inked.width * (0.45 if is_right else 0.55)
    return replace(stamp, x=max(edge if is_right else edge - stamp.width, 2.0))


class _Blank:
    def __init__(self, page: int) -> None:
        self.page = page
        self.image: Sheet | None = None

    def __call__(self, form: PaperForm) -> Sheet:
        if self.image is None:
            (image,) = convert_from_bytes(
                form.blank, dpi=PAPER_DPI, first_page=self.page, last_page=self.page
            )
            self.image = np.asarray(image.convert("RGB"), np.uint8)
        return self.image


@lru_cache(maxsize=10)
def _blank(folder: str, page: int) -> _Blank:
    """A blank page as printed, kept for the next record on the same form."""
    return _Blank(page)
