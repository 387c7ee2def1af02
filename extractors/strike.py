"""Corrections: an entry struck through with one line, and the new one beside or above it."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from extractors.crop import Crop, Mask

MIN_RUN_MM = 5.0
"""The straight part of a strike is at least this long."""
MIN_STRIKE_MM = 5.0
MAX_THICK_MM = 1.0
REACH_MM = 2.4
"""How far above and below the line the struck writing reaches."""
CLEAR_MM = 0.35
MIN_SHARE_EACH_SIDE = 0.3
"""Share of the strike's way with ink above it, and with ink below it."""
MIN_NEW_MM2 = 1.2
"""Less ink than this beside the struck entry is no new one."""


@dataclass(frozen=True, eq=False)
class Struck:
    """A struck entry: `old` is the writing without the line, `new` the rest of the field's ink."""

    old: Mask = field(repr=False)
    new: Mask = field(repr=False)


def find_strike(crop: Crop, own: Mask) -> Struck | None:
    """The struck and the new entry, or None where nothing is struck through and replaced."""
    scale = crop.pixels_per_mm
    for line in _lines(own, scale):
        if not _has_writing_on_both_sides(own, line, scale):
            continue
        old = _struck_writing(own, line, scale)
        new = own & ~_grown(old | line, 2)
        if new.sum() / scale**2 >= MIN_NEW_MM2:
            return Struck(old=old & ~_grown(line, 1), new=new)
    return None


def bands(mask: Mask, pixels_per_mm: float) -> tuple[Mask, ...]:
    """The ink parted into lines of writing where rows without ink lie between, most ink first."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return ()
    breaks = np.flatnonzero(np.diff(rows) > 0.3 * pixels_per_mm)
    starts = [int(rows[0]), *(int(rows[place + 1]) for place in breaks)]
    ends = [*(int(rows[place]) + 1 for place in breaks), int(rows[-1]) + 1]
    parts = []
    for start, end in zip(starts, ends, strict=True):
        part = np.zeros_like(mask)
        part[start:end] = mask[start:end]
        if part.sum() / pixels_per_mm**2 >= 0.45:
            parts.append(part)
    return tuple(sorted(parts, key=lambda part: -int(part.sum())))


def _lines(own: Mask, scale: float) -> list[Mask]:
    """Long, thin, nearly level pieces of ink, the longest first."""
    spread = cv2.dilate(own.astype(np.uint8), np.ones((3, 1), np.uint8))
    run = np.ones((1, round(MIN_RUN_MM * scale)), np.uint8)
    level = cv2.morphologyEx(spread, cv2.MORPH_OPEN, run)
    level = cv2.dilate(level, np.ones((3, round(0.8 * scale)), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(level, connectivity=8)
    found = []
    for label in sorted(range(1, count), key=lambda one: -int(stats[one, cv2.CC_STAT_WIDTH])):
        piece = (labels == label) & own
        width = float(stats[label, cv2.CC_STAT_WIDTH]) / scale
        if width >= MIN_STRIKE_MM and piece.sum() / scale**2 / width <= MAX_THICK_MM:
            found.append(np.asarray(piece, np.bool_))
    return found


def _has_writing_on_both_sides(own: Mask, line: Mask, scale: float) -> bool:
    """Whether the line runs through writing, not under or over it."""
    reach, clear = round(REACH_MM * scale), round(CLEAR_MM * scale)
    above = below = total = 0
    for columns in _bins(line, round(0.5 * scale)):
        rows = np.flatnonzero(line[:, columns].any(axis=1))
        if not len(rows):
            continue
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        total += 1
        above += bool(own[max(0, top - reach) : max(0, top - clear), columns].any())
        below += bool(own[bottom + clear : bottom + reach, columns].any())
    return total > 0 and min(above, below) / total >= MIN_SHARE_EACH_SIDE


def _bins(line: Mask, width: int) -> list[slice]:
    columns = np.flatnonzero(line.any(axis=0))
    return [
        slice(start, start + width)
        for start in range(int(columns[0]), int(columns[-1]) + 1, max(1, width))
    ]


def _struck_writing(own: Mask, line: Mask, scale: float) -> Mask:
    """The ink that the line runs through, no further above and below than writing reaches."""
    _, labels = cv2.connectedComponents(own.astype(np.uint8), connectivity=8)
    touched = np.unique(labels[line])
    columns = np.flatnonzero(line.any(axis=0))
    middle = _middle_rows(line)
    reach = REACH_MM * scale
    rows = np.arange(own.shape[0])[:, None]
    near = np.abs(rows - middle[None, :]) <= reach
    slack = round(0.6 * scale)
    along = np.zeros(own.shape[1], dtype=bool)
    along[max(0, int(columns[0]) - slack) : int(columns[-1]) + 1 + slack] = True
    joined = np.isin(labels, touched[touched > 0])
    between = along[None, :] & (np.abs(rows - middle[None, :]) <= 0.6 * reach)
    return np.asarray(own & near & along[None, :] & (joined | between), np.bool_)


def _middle_rows(line: Mask) -> npt.NDArray[np.float64]:
    """For each column the row of the line, carried on level beyond its ends."""
    rows, columns = np.nonzero(line)
    slope, start = np.polyfit(columns, rows, 1)
    return np.asarray(start + slope * np.arange(line.shape[1]), np.float64)


def _grown(mask: Mask, radius: int) -> Mask:
    size = 2 * radius + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((size, size), np.uint8)), np.bool_)
