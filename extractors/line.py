"""The writing of one field as a recogniser wants it: one upright line, dark on white."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from extractors.crop import Crop, Mask
from extractors.values import GreyImage

PAD_SHARE = 0.16
"""Paper left around the writing, as a share of its height."""
MIN_HEIGHT_MM = 3.0
"""Writing lower than this (a dash, a full stop) is not blown up to fill the line."""
GAP_SHARE = 0.55
"""A gap wider than this share of the height is narrowed to it (character boxes, wide spacing)."""
OWN_SHARE = 0.5
"""A stroke belongs to the field where at least this share of it lies in the box."""


@dataclass(frozen=True, eq=False)
class Strokes:
    """The connected strokes of a field's ink that belong to it, and those that reach in.

    `own` is what was written in this field; `foreign` came from a neighbour or from outside.
    """

    own: Mask = field(repr=False)
    foreign: Mask = field(repr=False)


def own_strokes(crop: Crop) -> Strokes:
    """Tell the field's own strokes from what reaches into it and from what is left of its lines."""
    mask = crop.ink.astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, right, bottom = crop.inner
    slack = round(0.3 * crop.pixels_per_mm)
    inside = np.zeros(mask.shape, dtype=bool)
    inside[max(0, top - slack) : bottom + slack, max(0, left - slack) : right + slack] = True
    total = np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    within = np.bincount(labels[inside], minlength=count) / total
    beside_print = np.bincount(labels[_near_print(crop)], minlength=count) / total
    is_own = within >= OWN_SHARE
    is_own[0] = False
    is_own &= ~_runs_through(np.asarray(stats, np.int32), mask.shape, crop.pixels_per_mm)
    is_foreign = ~is_own & (within > 0)
    is_foreign[0] = False
    is_own &= ~_is_leftover(np.asarray(stats, np.int32), beside_print, crop.pixels_per_mm)
    return Strokes(
        own=np.asarray(is_own[labels], dtype=np.bool_),
        foreign=np.asarray(is_foreign[labels], dtype=np.bool_),
    )


def _runs_through(stats: npt.NDArray[np.int32], shape: tuple[int, ...], scale: float) -> Mask:
    """Thin pieces straight through the whole crop, far beyond the box: streaks and folds."""
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    down = (height >= 0.8 * shape[0]) & (width < 0.9 * scale)
    across = (width >= 0.95 * shape[1]) & (height < 0.9 * scale)
    return np.asarray(down | across, dtype=np.bool_)


def _near_print(crop: Crop) -> Mask:
    element = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.dilate(crop.printed.astype(np.uint8), element), dtype=np.bool_)


def _is_leftover(
    stats: npt.NDArray[np.int32], beside_print: npt.NDArray[np.float64], scale: float
) -> Mask:
    """Thin pieces that lie along the print: what is left of a ruled line or a letter's edge."""
    thin = np.minimum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) < 0.45 * scale
    return np.asarray((beside_print > 0.45) & thin, dtype=np.bool_)


def line_image(crop: Crop, own: Mask) -> GreyImage | None:
    """The writing alone, cut to its extent, its darkness spread to black. None without ink."""
    dark = line_darkness(crop, own)
    return None if dark is None else as_image(dark)


def as_image(dark: npt.NDArray[np.float32]) -> GreyImage:
    """The line as a recogniser sees it: dark on white."""
    return np.asarray(255 - np.minimum(dark, 255), dtype=np.uint8)


def line_darkness(crop: Crop, own: Mask) -> npt.NDArray[np.float32] | None:
    """How dark the writing is (0 for paper, 225 for its dark strokes, blots more), as one line."""
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    if not len(rows):
        return None
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    around = np.asarray(cv2.dilate(own.astype(np.uint8), element), dtype=np.bool_)
    kept = around & (~crop.printed | own)
    ink = np.where(kept, crop.darkness, 0).astype(np.float32)
    dark = max(40.0, float(np.percentile(crop.darkness[own], 80)))
    ink = ink * np.float32(225.0 / dark)
    piece = _padded_rows(ink, rows, crop.pixels_per_mm)[:, columns[0] : columns[-1] + 1]
    piece = _narrowed(piece)
    pad = round(PAD_SHARE * piece.shape[0])
    return np.pad(piece, ((pad, pad), (2 * pad, 2 * pad)))


def _padded_rows(
    ink: npt.NDArray[np.float32], rows: npt.NDArray[np.int64], scale: float
) -> npt.NDArray[np.float32]:
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    short = round(MIN_HEIGHT_MM * scale) - (bottom - top)
    piece = ink[top:bottom]
    if short > 0:
        piece = np.pad(piece, ((short // 2, short - short // 2), (0, 0)))
    return piece


def _narrowed(piece: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The line with wide empty gaps made narrower, so that spread signs read as one entry."""
    limit = max(1, round(GAP_SHARE * piece.shape[0]))
    is_empty = np.asarray(piece.max(axis=0) <= 20)
    run, keep = 0, np.ones(piece.shape[1], dtype=bool)
    for column in range(piece.shape[1]):
        run = run + 1 if is_empty[column] else 0
        keep[column] = run <= limit
    return piece[:, keep]
