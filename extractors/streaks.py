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


def without_streaks(page: PageInk) -> PageInk:
    """The page with the scanner's streaks taken away: thin lines straight along the page."""
    ink = coarse_ink(page).astype(np.uint8)
    streaks = _streaks(ink, axis=0) | _streaks(ink, axis=1)
    if not streaks.any():
        return page
    height, width = page.darkness.shape
    size = (width, height)
    fine = cv2.resize(streaks.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    wider = cv2.dilate(fine, np.ones((3, 3), np.uint8))
    return replace(page, darkness=np.where(wider > 0, 0, page.darkness).astype(np.uint8))


def _streaks(ink: npt.NDArray[np.uint8], *, axis: int) -> Mask:
    """Where thin ink runs along `axis` for much of the page (on the coarse grid)."""
    run = round(STREAK_SHARE * ink.shape[axis])
    near = cv2.dilate(ink, np.ones((1, 3) if axis == 0 else (3, 1), np.uint8))
    window = (1, run) if axis == 0 else (run, 1)
    share = cv2.boxFilter(near.astype(np.float32), -1, window, borderType=cv2.BORDER_REFLECT)
    core = np.asarray(share > 0.9, np.float32)
    reached = cv2.boxFilter(core, -1, window, borderType=cv2.BORDER_CONSTANT) > 0
    thick = cv2.morphologyEx(
        ink, cv2.MORPH_OPEN, np.ones((1, 5) if axis == 0 else (5, 1), np.uint8)
    )
    return np.asarray(reached & (near > 0) & (thick == 0), np.bool_)


def coarse_ink(page: PageInk) -> Mask:
    """The page's ink apart from print, at COARSE pixels a millimetre."""
    scale = COARSE / page.pixels_per_mm
    ink = np.asarray((page.darkness > page.threshold) & ~_printed(page), np.uint8)
    size = (round(ink.shape[1] * scale), round(ink.shape[0] * scale))
    return np.asarray(cv2.resize(ink * 255, size, interpolation=cv2.INTER_AREA) > 80, np.bool_)


def _printed(page: PageInk) -> Mask:
    mask = np.asarray(page.printed > PRINT_DARKNESS, np.uint8)
    return np.asarray(cv2.dilate(mask, np.ones((5, 5), np.uint8)), np.bool_)
