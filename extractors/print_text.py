"""Print on a page, read with Tesseract: form numbers, titles, typed entries.

Starting Tesseract costs a tenth of a second whatever it reads, so there is one call for a page
and one for any number of small strips, never one for a field. With its own threads Tesseract is
five times slower on two cores; it is held to one before it is first imported.
"""

import os

os.environ.setdefault("OMP_THREAD_LIMIT", "1")

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pytesseract
from PIL import Image

from extractors.errors import ReaderUnavailable
from extractors.values import GreyImage

MAX_SECONDS = 120
_MM_PER_INCH = 25.4
_SPARSE_PAGE = 11  # Tesseract's page layouts: text wherever it stands on a form
_ONE_BLOCK = 6  # lines under each other
_GAP_PX = 40
_TALLEST_PX = 20_000  # Tesseract takes no image of more than 32,767 pixels on a side
_INSTALL = "install the package tesseract-ocr"
_CHECK = "check that Tesseract and its English data (tesseract-ocr-eng) are installed and run"


@dataclass(frozen=True)
class PixelBox:
    """A rectangle in an image, in pixels from the top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class PrintedLine:
    """A line of print, where it stands, and how sure Tesseract is of it (0 to 1)."""

    text: str
    box_px: PixelBox
    confidence: float


@dataclass(frozen=True)
class _Word:
    line: tuple[int, int, int]
    text: str
    box: PixelBox
    confidence: float


def read_page_text(image: GreyImage, *, pixels_per_mm: float) -> tuple[PrintedLine, ...]:
    """All print on a page, line by line, upright as the image lies."""
    words = _words(image, layout=_SPARSE_PAGE, dpi=round(pixels_per_mm * _MM_PER_INCH))
    lines = [list(line) for _, line in groupby(words, key=lambda word: word.line)]
    return tuple(_line(line) for line in lines)


def read_strips(strips: Sequence[GreyImage]) -> tuple[str, ...]:
    """The print in each of several small pieces of an image, in their order; "" where none."""
    answers: list[str] = []
    for batch in _batches(strips):
        answers.extend(_read_stack(batch))
    return tuple(answers)


def _batches(strips: Sequence[GreyImage]) -> Iterator[list[GreyImage]]:
    batch: list[GreyImage] = []
    height = 0
    for strip in strips:
        if batch and height + strip.shape[0] + _GAP_PX > _TALLEST_PX:
            yield batch
            batch, height = [], 0
        batch.append(strip)
        height += strip.shape[0] + _GAP_PX
    if batch:
        yield batch


def _read_stack(strips: list[GreyImage]) -> list[str]:
    """One call for all: the strips under each other on white paper, words told apart by place."""
    width = max(strip.shape[1] for strip in strips) + 2 * _GAP_PX
    height = sum(strip.shape[0] + _GAP_PX for strip in strips) + _GAP_PX
    paper = np.full((height, width), 255, dtype=np.uint8)
    tops: list[int] = []
    at = _GAP_PX
    for strip in strips:
        paper[at : at + strip.shape[0], _GAP_PX : _GAP_PX + strip.shape[1]] = strip
        tops.append(at - _GAP_PX // 2)
        at += strip.shape[0] + _GAP_PX
    found: list[list[str]] = [[] for _ in strips]
    for word in _words(paper, layout=_ONE_BLOCK, dpi=None):
        middle = word.box.y + word.box.height / 2
        found[max(0, sum(top <= middle for top in tops) - 1)].append(word.text)
    return [" ".join(words) for words in found]


def _words(image: GreyImage, *, layout: int, dpi: int | None) -> list[_Word]:
    if not image.size:
        return []
    config = f"--psm {layout}" + (f" --dpi {max(70, min(dpi, 2400))}" if dpi else "")
    table = _tesseract(image, config)
    columns = ("block_num", "par_num", "line_num", "left", "top", "width", "height")
    numbers = zip(*(table[column] for column in columns), strict=True)
    rows = zip(numbers, table["text"], table["conf"], strict=True)
    return [
        _Word(
            line=(block, paragraph, line),
            text=text.strip(),
            box=PixelBox(*box),
            confidence=min(1.0, float(confidence) / 100),
        )
        for (block, paragraph, line, *box), text, confidence in rows
        if text.strip() and float(confidence) >= 0
    ]


def _tesseract(image: GreyImage, config: str) -> dict[str, list[Any]]:
    try:
        table: dict[str, list[Any]] = pytesseract.image_to_data(
            Image.fromarray(image),
            lang="eng",
            config=config,
            timeout=MAX_SECONDS,
            output_type=pytesseract.Output.DICT,
        )
    except pytesseract.TesseractNotFoundError as error:
        raise ReaderUnavailable("Tesseract is not installed", _INSTALL) from error
    except (pytesseract.TesseractError, RuntimeError, OSError) as error:
        why = " ".join(str(error).split())[:200]
        raise ReaderUnavailable(f"Tesseract could not read the print ({why})", _CHECK) from error
    return table


def _line(words: list[_Word]) -> PrintedLine:
    left = min(word.box.x for word in words)
    top = min(word.box.y for word in words)
    right = max(word.box.x + word.box.width for word in words)
    bottom = max(word.box.y + word.box.height for word in words)
    return PrintedLine(
        text=" ".join(word.text for word in words),
        box_px=PixelBox(left, top, right - left, bottom - top),
        confidence=sum(word.confidence for word in words) / len(words),
    )
