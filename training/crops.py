"""Crops to learn from: filled sheets scanned badly, then cut out by the reader's own stages.

python -m training.crops --hands FOLDER --out FOLDER [--sheets 2000] [--split fit] [--workers 2]

Each sheet becomes one file: the lines as the readers see them, at the height of the tallest, with
their texts.
A sheet follows from the seed and its number alone; one that is there already is not made again.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from extractors.crop import crop, page_ink
from extractors.images import warped
from extractors.line import line_image, own_strokes
from extractors.recognise import PADDLE_HEIGHT as HEIGHT
from extractors.recognise import at_height
from extractors.streaks import without_streaks
from extractors.values import BlankPage, EntryKind, FieldHint, GreyImage, Matrix, RegisteredPage
from sample_scans.everybody import Everybody, open_everybody
from sample_scans.scanner import plan_scan
from sample_scans.scanner_page import lay_and_scan
from sample_scans.values import ScanPlan, Split
from training.sheets import (
    HEIGHT_MM,
    PIXELS_PER_MM,
    WIDTH_MM,
    FilledSheet,
    Texts,
    fill_sheet,
    texts_of,
)

LONGEST = 576
FINE = 8.0
OFF_MM = 0.08
"""Registration leaves about so much at each corner."""


@dataclass(frozen=True)
class Order:
    """What is asked for."""

    hands: Path | None
    out: Path
    split: Split
    seed: int


@cache
def _people(folder: Path | None, split: Split) -> tuple[Everybody, Texts]:
    hands = open_everybody(folder)
    return hands, texts_of(hands, split)


def make_crops(order: Order, number: int) -> int:
    """Make one sheet's crops and save them; gives how many."""
    path = order.out / f"{order.split.value}-{order.seed}-{number:05}.npz"
    if path.exists():
        return 0
    rng = np.random.default_rng([order.seed, list(Split).index(order.split), number])
    hands, texts = _people(order.hands, order.split)
    sheet = fill_sheet(hands, order.split, texts, rng)
    images: list[GreyImage] = []
    written: list[str] = []
    for image, entry in zip(_lines(sheet, _scanned(sheet, rng)), sheet.entries, strict=True):
        if image is not None and image.shape[1] <= LONGEST:
            images.append(image)
            written.append(entry.text)
    widths = np.array([image.shape[1] for image in images], np.int32)
    pixels = np.concatenate([image.T.ravel() for image in images])
    unfinished = path.with_suffix(".part.npz")
    np.savez_compressed(unfinished, pixels=pixels, widths=widths, texts=np.array(written))
    unfinished.rename(path)
    return len(images)


def _scanned(sheet: FilledSheet, rng: np.random.Generator) -> RegisteredPage:
    """The sheet through a scanner, and laid back onto its blank nearly as well as pages are."""
    plan = plan_scan(rng, pages=1, split=Split.FIT)
    plan = replace(plan, dpi=min(plan.dpi, 300), punch_holes=False, folded_corner=False)
    image, place = lay_and_scan(sheet.filled, sheet.filled[:, ::-1], plan, rng)
    image = _stored(np.ascontiguousarray(image[..., ::-1]) if image.ndim == 3 else image, plan)
    to_mm = np.diag([25.4 / plan.dpi, 25.4 / plan.dpi, 1.0]) @ np.linalg.inv(place)
    to_mm = _off(rng) @ to_mm
    size = (round(WIDTH_MM * FINE), round(HEIGHT_MM * FINE))
    blank = BlankPage("sheet", lambda: sheet.blank, (WIDTH_MM, HEIGHT_MM), PIXELS_PER_MM)
    return RegisteredPage(
        number=1,
        key="sheet",
        homography=to_mm,
        turned=0,
        score=1.0,
        residual_mm=OFF_MM,
        effective_dpi=plan.dpi,
        image=warped(image, np.diag([FINE, FINE, 1.0]) @ to_mm, size, cubic=True),
        blank=blank,
    )


def _off(rng: np.random.Generator) -> Matrix:
    """A page laid down a little beside its place."""
    corners = np.array([[0, 0], [WIDTH_MM, 0], [WIDTH_MM, HEIGHT_MM], [0, HEIGHT_MM]], np.float32)
    moved = corners + rng.normal(0, OFF_MM, (4, 2)).astype(np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners, moved), np.float64)


def _stored(image: npt.NDArray[np.uint8], plan: ScanPlan) -> npt.NDArray[np.uint8]:
    """The image as its file keeps it: through JPEG, but for black and white."""
    if plan.mode == "bilevel":
        return image
    _, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, plan.jpeg_quality])
    flag = cv2.IMREAD_COLOR if image.ndim == 3 else cv2.IMREAD_GRAYSCALE
    return np.asarray(cv2.imdecode(content, flag), np.uint8)


def _lines(sheet: FilledSheet, page: RegisteredPage) -> list[GreyImage | None]:
    """Each entry's line as the recogniser sees it, at its height; None where no ink was found."""
    hints = [
        FieldHint(str(place), EntryKind.TEXT, entry.box)
        for place, entry in enumerate(sheet.entries)
    ]
    found: list[GreyImage | None] = []
    for one in crop(without_streaks(page_ink(page)), hints):
        image = line_image(one, own_strokes(one).own)
        found.append(None if image is None else at_height(image, HEIGHT))
    return found


def main(given: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.crops", description=__doc__)
    parser.add_argument("--hands", type=Path, help="folder with handwriting; else packaged fonts")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sheets", type=int, default=2000)
    parser.add_argument("--split", type=Split, choices=list(Split), default=Split.FIT)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args(given)
    chosen.out.mkdir(parents=True, exist_ok=True)
    order = Order(chosen.hands, chosen.out, chosen.split, chosen.seed)
    total = 0
    with ProcessPoolExecutor(chosen.workers) as pool:
        counts = pool.map(make_crops, [order] * chosen.sheets, range(chosen.sheets))
        for number, count in enumerate(counts, start=1):
            total += count
            sys.stderr.write(f"\r{number} of {chosen.sheets} sheets, {total} crops    ")
    sys.stderr.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
