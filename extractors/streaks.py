"""The scanner's streaks: thin lines straight along the page from dirt on the glass, taken away."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from extractors.crop import PRINT_DARKNESS, Mask, PageInk

COARSE = 4.0
"""Pixels a millimetre at which long strokes are looked for."""
STREAK_SHARE = 0.35
"""A streak runs along at least this share of the page."""
MIN_CONTRAST = 6.0
BLACK = 110.0
"""Ink that crosses a streak as dark as this is as dark itself: all of it is taken away."""
MIN_MARKED = 0.7
"""Share of a streak's way on which it is darker than both of its sides."""
MIN_WHOLE = 0.78
MIN_MARGIN = 0.5
MARGIN_MM = 15.0
"""The same over the whole page, and over one of its margins: a hand's stroke, or a row of writing,
ends with its table."""


def without_streaks(page: PageInk) -> PageInk:
    """The page with the scanner's streaks taken away: thin lines straight along the scan.

    Only the streak's own darkness is taken away, so that ink which crosses it stays.
    """
    scale = COARSE / page.pixels_per_mm
    size = (round(page.darkness.shape[1] * scale), round(page.darkness.shape[0] * scale))
    coarse = cv2.resize(page.darkness, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    print_there = cv2.resize(_printed(page).astype(np.uint8), size, interpolation=cv2.INTER_AREA)
    is_open = (print_there == 0).astype(np.float32)
    down = _streaks(coarse, is_open, page.tilt)
    across = _streaks(coarse.T.copy(), is_open.T.copy(), -page.tilt).T
    level = np.maximum(down, across)
    if not level.any():
        return page
    height, width = page.darkness.shape
    fine = cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR)
    cleaned = np.clip(page.darkness.astype(np.float32) - fine, 0, 255)
    return replace(page, darkness=cleaned.astype(np.uint8))


Level = npt.NDArray[np.float32]


def _streaks(coarse: Level, is_open: Level, tilt: float) -> Level:
    """How dark a streak down the page is at each place (0: none), on the coarse grid."""
    height, width = coarse.shape
    lean = np.array([[1.0, -tilt, tilt * height / 2], [0.0, 1.0, 0.0]])
    upright = cv2.warpAffine(_contrast(coarse), lean, (width, height))
    there = np.asarray(cv2.warpAffine(is_open, lean, (width, height)), np.float32)
    window = (1, round(STREAK_SHARE * height))
    seen = cv2.boxFilter(there, -1, window, borderType=cv2.BORDER_REFLECT)
    marked = np.asarray((upright > MIN_CONTRAST) & (there > 0.5), np.float32)
    share = cv2.boxFilter(marked, -1, window, borderType=cv2.BORDER_REFLECT) / (seen + 0.05)
    core = np.asarray((share > MIN_MARKED) & (seen > 0.3), np.float32)
    core *= _runs_to_the_edge(marked, there)
    if not core.any():
        return np.zeros_like(coarse)
    along = cv2.boxFilter(core, -1, window, borderType=cv2.BORDER_CONSTANT) > 1e-6
    columns = cv2.dilate(along.astype(np.float32), np.ones((1, 3), np.uint8))
    typical = cv2.boxFilter(np.clip(upright, 0, 120), -1, window, borderType=cv2.BORDER_REFLECT)
    level = columns * cv2.dilate(np.asarray(typical, np.float32), np.ones((1, 3), np.uint8)) * 2.2
    back = cv2.warpAffine(level, lean, (width, height), flags=cv2.WARP_INVERSE_MAP)
    dark = np.where(back > BLACK, 255, back + 12)
    return np.asarray(np.where(back > MIN_CONTRAST, dark, 0), np.float32)


def _runs_to_the_edge(marked: Level, there: Level) -> Mask:
    """For each column whether it is marked, there or close beside, nearly all over the page."""
    near = np.asarray(cv2.dilate(marked, np.ones((1, 5), np.uint8)), np.float32)
    margin = round(MARGIN_MM * COARSE)
    first, last = (_share(near[part], there[part]) for part in (np.s_[:margin], np.s_[-margin:]))
    whole = _share(near, there)
    return np.asarray((whole > MIN_WHOLE) & (np.maximum(first, last) > MIN_MARGIN), np.bool_)


def _share(marked: Level, there: Level) -> Level:
    """For each column the share of its open way that is marked."""
    is_open = there > 0.5
    return np.asarray(
        (marked * is_open).sum(axis=0) / np.maximum(is_open.sum(axis=0), 1), np.float32
    )


def _contrast(coarse: Level) -> Level:
    """How much darker each place is than both of its sides, a millimetre away."""
    reach = round(0.9 * COARSE)
    padded = np.pad(coarse, ((0, 0), (reach, reach)), mode="edge")
    sides = np.maximum(padded[:, : coarse.shape[1]], padded[:, 2 * reach :])
    return np.asarray(coarse - sides, np.float32)


def coarse_ink(page: PageInk) -> Mask:
    """The page's ink apart from print, at COARSE pixels a millimetre."""
    scale = COARSE / page.pixels_per_mm
    ink = np.asarray((page.darkness > page.threshold) & ~_printed(page), np.uint8)
    size = (round(ink.shape[1] * scale), round(ink.shape[0] * scale))
    return np.asarray(cv2.resize(ink * 255, size, interpolation=cv2.INTER_AREA) > 80, np.bool_)


def _printed(page: PageInk) -> Mask:
    mask = np.asarray(page.printed > PRINT_DARKNESS, np.uint8)
    return np.asarray(cv2.dilate(mask, np.ones((5, 5), np.uint8)), np.bool_)
