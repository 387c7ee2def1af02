"""Check boxes: marked or not, by the ink inside the box."""

import numpy as np

from extractors.crop import Crop
from extractors.values import Reading, State

MIN_SHARE = 0.035
"""Share of the box's inside that is ink from which the box is marked."""


def read_mark(crop: Crop) -> Reading:
    """Whether the box is marked, from the share of its inside that is ink."""
    share = inked_share(crop)
    is_marked = share > MIN_SHARE
    distance = abs(np.log((share + 0.004) / (MIN_SHARE + 0.004)))
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
