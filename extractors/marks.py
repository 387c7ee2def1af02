"""Check boxes: marked or not, by the ink inside the box and by a circle around it."""

import numpy as np

from extractors.crop import Crop
from extractors.values import Reading, State

MIN_SHARE = 0.035
"""Share of the box's inside that is ink from which the box is marked."""


RING_MM = 2.4
"""A circle around a box runs within this distance of it."""
SECTORS = 24
MIN_CIRCLED = 0.62
"""Share of the directions around a box in which a circle has ink."""


def read_mark(crop: Crop) -> Reading:
    """Whether the box is marked: ink inside it, or a circle around it."""
    share, circled = inked_share(crop), circled_share(crop)
    is_marked = share > MIN_SHARE or circled > MIN_CIRCLED
    distance = max(
        abs(np.log((share + 0.004) / (MIN_SHARE + 0.004))) * (share > MIN_SHARE or not is_marked),
        4 * (circled - MIN_CIRCLED),
    )
    confidence = float(0.5 + 0.4999 * (1 - np.exp(-2.5 * distance)))
    return Reading(
        value="true" if is_marked else "false",
        state=State.CHECKED if is_marked else State.UNCHECKED,
        confidence=confidence,
        reader="ink",
    )


def inked_share(crop: Crop) -> float:
    """The share (0 to 1) of the box's inside, its printed frame left out, that is ink."""
    left, top, right, bottom = crop.inner
    inset = round(0.1 * min(right - left, bottom - top))
    inside = np.s_[top + inset : bottom - inset, left + inset : right - inset]
    open_place = ~crop.printed[inside]
    return float(crop.ink[inside][open_place].mean()) if open_place.any() else 0.0


def circled_share(crop: Crop) -> float:
    """The share (0 to 1) of the directions around the box in which there is ink close by."""
    left, top, right, bottom = crop.inner
    rows, columns = np.nonzero(crop.ink)
    x = columns - (left + right) / 2
    y = rows - (top + bottom) / 2
    half_width, half_height = (right - left) / 2, (bottom - top) / 2
    beyond = np.maximum(np.abs(x) - half_width, np.abs(y) - half_height)
    is_near = (beyond > -0.15 * half_width) & (beyond < RING_MM * crop.pixels_per_mm)
    angle = np.arctan2(y[is_near], x[is_near])
    sector = ((angle + np.pi) / (2 * np.pi) * SECTORS).astype(int) % SECTORS
    return len(np.unique(sector)) / SECTORS
