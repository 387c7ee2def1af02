"""How a field's ink lies in its place: hanging in from an edge, framed like a stamp, blurred."""

import cv2
import numpy as np

from extractors.crop import Crop, Mask

EDGE_MM = 0.7
"""A stroke that comes within this of the box's edge may come from beyond it."""
SECTORS = 24
MIN_SECTORS_A_SIDE = 2
FRAME_NEAR_MM = 0.4
FRAME_FAR_MM = 4.5
"""A stamp's frame runs between these distances around its text."""


def hangs_in(crop: Crop, own: Mask) -> bool:
    """Whether every stroke comes in from one and the same edge and stays in that half."""
    left, top, right, bottom = crop.inner
    slack = EDGE_MM * crop.pixels_per_mm
    mask = own.astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    pieces = stats[1:]
    if not len(pieces):
        return False
    x0, y0 = pieces[:, cv2.CC_STAT_LEFT], pieces[:, cv2.CC_STAT_TOP]
    x1 = x0 + pieces[:, cv2.CC_STAT_WIDTH]
    y1 = y0 + pieces[:, cv2.CC_STAT_HEIGHT]
    tall, wide = bottom - top, right - left
    from_top = (y0 <= top + slack).all() and y1.max() < top + 0.68 * tall
    from_below = (y1 >= bottom - slack).all() and y0.min() > bottom - 0.68 * tall
    from_left = (x0 <= left + slack).all() and x1.max() < left + 0.2 * wide
    from_right = (x1 >= right - slack).all() and x0.min() > right - 0.2 * wide
    return bool(from_top or from_below or from_left or from_right)


def framed_share(crop: Crop) -> float:
    """The share (0 to 1) of directions in which a frame stands around the middle of the ink.

    The innermost strokes near the ink's middle are taken for the text. What does not stand on all
    four sides of it (an underline, a neighbour's writing) counts half.
    """
    text = _middle_strokes(crop)
    rows, columns = np.nonzero(text)
    if not len(rows):
        return 0.0
    rest_rows, rest_columns = np.nonzero(crop.ink & ~text)
    middle_x, middle_y = (columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2
    beyond_x = np.abs(rest_columns - middle_x) - (columns.max() - columns.min()) / 2
    beyond_y = np.abs(rest_rows - middle_y) - (rows.max() - rows.min()) / 2
    distance = np.maximum(beyond_x, beyond_y) / crop.pixels_per_mm
    near = (distance > FRAME_NEAR_MM) & (distance < FRAME_FAR_MM)
    angle = np.arctan2(rest_rows[near] - middle_y, rest_columns[near] - middle_x)
    sector = np.unique(((angle + np.pi) / (2 * np.pi) * SECTORS).astype(int) % SECTORS)
    sides = np.bincount((sector + SECTORS // 8) // (SECTORS // 4) % 4, minlength=4)
    is_all_round = sides.min() >= MIN_SECTORS_A_SIDE
    return len(sector) / SECTORS * (1.0 if is_all_round else 0.5)


def _middle_strokes(crop: Crop) -> Mask:
    """The strokes that lie wholly in the box and no wider or higher than text in it would be."""
    left, top, right, bottom = crop.inner
    count, labels, stats, centres = cv2.connectedComponentsWithStats(
        crop.ink.astype(np.uint8), connectivity=8
    )
    keep = np.zeros(count, dtype=bool)
    for label in range(1, count):
        x, y = centres[label]
        wide, high, area = (
            int(stats[label, place])
            for place in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA)
        )
        is_inside = left < x < right and top < y < bottom
        is_solid = area > 0.22 * wide * high
        keep[label] = is_inside and is_solid and high < 0.75 * (bottom - top)
    return np.asarray(keep[labels], np.bool_)


def sharpness(crop: Crop, own: Mask) -> float:
    """How steeply the ink's edge falls off: about 1 for a pen's stroke, lower for a smear."""
    if not own.any():
        return 0.0
    dark = crop.darkness.astype(np.float32)
    rim = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    rim &= ~np.asarray(cv2.erode(own.astype(np.uint8), np.ones((3, 3), np.uint8)), np.bool_)
    slope_x, slope_y = cv2.Sobel(dark, cv2.CV_32F, 1, 0), cv2.Sobel(dark, cv2.CV_32F, 0, 1)
    steep = np.hypot(slope_x, slope_y)[rim] / 4
    return float(np.median(steep) / max(20.0, float(np.percentile(dark[own], 90))) * 2.5)
