"""Correction fluid: a patch whiter than the paper around, with the entry written on it.

Only a scan in grey or colour shows it, and only where its paper is not burnt out to white. What
the blank itself has lighter or darker (shaded cells) is taken away first; then the paper close by
is held against the paper around. Some scanners make the paper lighter along every stroke, and some
paper is mottled: so whiteness is measured against what all of the page's ink lies on.
"""

import cv2
import numpy as np
import numpy.typing as npt

from extractors.images import scaled
from extractors.values import GreyImage

SHRINK = 0.25
"""The paper is looked at this much smaller than the page."""
MOST_WHITE = 252
"""Nothing shows as whiter than paper as light as this."""
CLOSE_MM, AROUND_MM = 0.6, 7.0
"""How far the paper close by and the paper around reach (standard deviations)."""
BESIDE_INK, BESIDE_PRINT = 9, 5
"""Pixels so close to ink are no bare paper; pixels so close to print may be its bleeding edge."""
LEAST_PAPER = 0.02
LEAST_SPREAD = 0.3
"""No page is more even than this many grey levels."""
INK_SPREAD_SHARE = 0.7
WHITE = 3.0
"""So many of the page's spreads above its usual, paper is no longer paper."""
MIN_SHARE = 0.2
"""An entry of which this share lies on fluid was written on it; of others it is next to nothing
(one in two thousand has more, by the paper's mottle)."""

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def whiteness(
    image: GreyImage, blank: GreyImage, *, ink: Mask, printed: Mask, pixels_per_mm: float
) -> Floats | None:
    """How much whiter the paper is than around, in the page's own spreads; smaller by SHRINK.

    `image` and `blank` are the page and its blank, grey and of one size; `ink` is what is written
    there, `printed` what is print. None where the paper is burnt out, or there is hardly any ink.
    """
    small, paper = scaled(image, SHRINK).astype(np.float32), scaled(blank, SHRINK)
    is_bare = ~_shrunk(_spread(ink | printed, BESIDE_INK), small.shape)
    level = float(np.median(small[is_bare])) if is_bare.any() else 255.0
    is_ink = _shrunk(ink & ~_spread(printed, BESIDE_PRINT), small.shape)
    if level >= MOST_WHITE or is_ink.sum() < 50:
        return None
    weight = is_bare.astype(np.float32)
    lighter = small - paper * np.float32(level / 255)
    scale = pixels_per_mm * SHRINK
    above = lighter - _mean(lighter, weight, AROUND_MM * scale, shrink=0.25)
    white = _mean(above, weight, CLOSE_MM * scale)
    usual, ink_spread = _middle(white[is_ink])
    spread = max(_middle(white[is_bare])[1], INK_SPREAD_SHARE * ink_spread)
    return np.asarray((white - max(0.0, usual)) / (LEAST_SPREAD + spread), np.float32)


def is_on_fluid(white: Floats | None, own: Mask) -> bool:
    """Whether a field's own ink lies on fluid. `white` is the page's whiteness in the field."""
    if white is None or not own.any():
        return False
    return float((white[own] > WHITE).mean()) >= MIN_SHARE


def whiteness_in(
    white: Floats | None, left: int, top: int, shape: tuple[int, ...]
) -> Floats | None:
    """The whiteness of a piece of the page, in the page's own pixels."""
    if white is None:
        return None
    height, width = shape[:2]
    size = (max(1, round(width * SHRINK)), max(1, round(height * SHRINK)))
    middle = ((left + width / 2) * SHRINK - 0.5, (top + height / 2) * SHRINK - 0.5)
    piece = cv2.getRectSubPix(white, size, middle)
    whole = cv2.resize(piece, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole, np.float32)


def _spread(mask: Mask, pixels: int) -> Mask:
    """The mask and what lies beside it, in squares of so many pixels."""
    grown = cv2.dilate(mask.astype(np.uint8), np.ones((pixels, pixels), np.uint8))
    return np.asarray(grown, np.bool_)


def _shrunk(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """The mask made smaller, by one pixel of each square."""
    size = (shape[1], shape[0])
    small = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(small, np.bool_)


def _mean(values: Floats, weight: Floats, sigma: float, *, shrink: float = 1.0) -> Floats:
    """The mean of the values around each pixel as far as they count; 0 where hardly any do.

    A wide mean needs no fine pixels: it is taken smaller by `shrink`.
    """
    sums = []
    for one in (values * weight, weight):
        small = cv2.resize(one, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        blurred = cv2.GaussianBlur(small, (0, 0), sigma * shrink)
        sums.append(cv2.resize(blurred, values.shape[::-1], interpolation=cv2.INTER_LINEAR))
    mean = np.where(sums[1] > LEAST_PAPER, sums[0] / np.maximum(sums[1], LEAST_PAPER), 0)
    return np.asarray(mean, np.float32)


def _middle(values: Floats) -> tuple[float, float]:
    """The median, and the spread around it as a standard deviation that strays do not move."""
    median = float(np.median(values))
    return median, 1.48 * float(np.median(np.abs(values - median)))
