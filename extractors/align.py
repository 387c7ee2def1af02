"""How well the print of a page lies on the print of a blank, patch by patch.

Both are looked at in the blank's own frame. A patch is a place of the blank with enough print to
be found again; where it is found in the scan, and how alike it looks there, is the only evidence
for "this is the form" that repeated grids can't fake.
"""

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from extractors.images import blurred, scaled
from extractors.values import BlankPage, GreyImage, Matrix

PATCH_MM = 10.0
CELL_MM = 14.0
"""One patch at most is taken from each cell of this size."""
PAPER_MM = 9.0
"""What is dark over more than this in both directions is shading, not print or ink."""
GOOD_LIKENESS = 0.5
"""Normalised correlation from which a patch counts as found."""


@dataclass(frozen=True, eq=False)
class Patches:
    """The places of one blank to look for, at one resolution.

    `centres` is n × 2 in pixels of `print_map`, which is the blank's print, bright on black.
    """

    pixels_per_mm: float
    print_map: GreyImage = field(repr=False)
    centres: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fit:
    """Where each patch was found: `shift_mm` (n × 2, scan minus blank) and `likeness` (−1 to 1)."""

    centres_mm: npt.NDArray[np.float64]
    shift_mm: npt.NDArray[np.float64]
    likeness: npt.NDArray[np.float64]

    @property
    def share_found(self) -> float:
        """The share (0 to 1) of patches that look like the blank's."""
        return float((self.likeness > GOOD_LIKENESS).mean()) if len(self.likeness) else 0.0

    @property
    def residual_mm(self) -> float:
        """The median distance between blank and scan over the patches found, in millimetres."""
        found = self.likeness > GOOD_LIKENESS
        if not found.any():
            return float("inf")
        return float(np.median(np.hypot(*self.shift_mm[found].T)))


def print_map(image: GreyImage, pixels_per_mm: float) -> GreyImage:
    """Print and ink bright on black, paper and its shading taken away."""
    size = max(3, round(PAPER_MM * pixels_per_mm) | 1)
    small = scaled(image, 0.25)
    element = cv2.getStructuringElement(cv2.MORPH_RECT, (max(3, size // 4),) * 2)
    paper = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, element), 5)
    paper = cv2.resize(paper, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.subtract(paper, image), dtype=np.uint8)


def find_patches(blank: BlankPage, pixels_per_mm: float) -> Patches:
    """The places of a blank that have print enough to be found again, one a cell."""
    shown = _shown_print(blank, pixels_per_mm)
    half = PATCH_MM * pixels_per_mm / 2
    corners = cv2.cornerMinEigenVal(shown, 3)
    strength = cv2.boxFilter(corners, -1, (round(2 * half), round(2 * half)))
    floor = 1e-3 * float(strength.max())
    cell = round(CELL_MM * pixels_per_mm)
    centres = []
    for top in range(0, shown.shape[0], cell):
        for left in range(0, shown.shape[1], cell):
            part = strength[top : top + cell, left : left + cell]
            row, column = np.unravel_index(int(part.argmax()), part.shape)
            y, x = top + row, left + column
            inside = half < x < shown.shape[1] - half and half < y < shown.shape[0] - half
            if inside and part[row, column] > floor:
                centres.append((x, y))
    return Patches(
        pixels_per_mm=pixels_per_mm,
        print_map=shown,
        centres=np.array(centres, dtype=np.float64).reshape(-1, 2),
    )


def same_patches(patches: Patches, blank: BlankPage, pixels_per_mm: float) -> Patches:
    """The same places of a blank at another resolution."""
    return Patches(
        pixels_per_mm=pixels_per_mm,
        print_map=_shown_print(blank, pixels_per_mm),
        centres=patches.centres * (pixels_per_mm / patches.pixels_per_mm),
    )


def _shown_print(blank: BlankPage, pixels_per_mm: float) -> GreyImage:
    image = scaled(blank.image, pixels_per_mm / blank.pixels_per_mm)
    return blurred(print_map(image, pixels_per_mm), 0.12 * pixels_per_mm)


def measure_fit(shown: GreyImage, patches: Patches, *, reach_mm: float) -> Fit:
    """Look for each patch within `reach_mm` of where it should be.

    `shown` is the scan's print map warped into the blank's frame, of the size of the patches'.
    """
    scale = patches.pixels_per_mm
    half, reach = round(PATCH_MM * scale / 2), round(reach_mm * scale)
    padded = cv2.copyMakeBorder(shown, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    shifts, likeness = [], []
    for x, y in patches.centres.astype(int):
        template = patches.print_map[y - half : y + half, x - half : x + half]
        window = padded[y - half : y + half + 2 * reach, x - half : x + half + 2 * reach]
        scores = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
        scores[~np.isfinite(scores)] = -1
        _, best, _, (column, row) = cv2.minMaxLoc(scores)
        shifts.append(_refined(scores, row, column) - reach)
        likeness.append(min(1.0, best))
    return Fit(
        centres_mm=patches.centres / scale,
        shift_mm=np.array(shifts, dtype=np.float64).reshape(-1, 2) / scale,
        likeness=np.array(likeness, dtype=np.float64),
    )


def _refined(scores: npt.NDArray[Any], row: int, column: int) -> npt.NDArray[np.float64]:
    """The top of the peak to a fraction of a pixel (x, y), by a parabola in each direction."""
    offset = [float(column), float(row)]
    for axis, (place, length) in enumerate(((column, scores.shape[1]), (row, scores.shape[0]))):
        if 0 < place < length - 1:
            line = scores[row, :] if axis == 0 else scores[:, column]
            low, mid, high = (float(line[place + step]) for step in (-1, 0, 1))
            bend = low - 2 * mid + high
            if bend < 0:
                offset[axis] += 0.5 * (low - high) / bend
    return np.array(offset)


def correction_of(fit: Fit, *, limit_mm: float) -> Matrix | None:
    """The homography from where the patches were found to where they should be, in millimetres.

    None where too few patches were found for one.
    """
    found = fit.likeness > GOOD_LIKENESS
    if found.sum() < 8:
        return None
    goal = fit.centres_mm[found]
    homography, _ = cv2.findHomography(
        goal + fit.shift_mm[found], goal, cv2.USAC_MAGSAC, limit_mm, maxIters=2000, confidence=0.999
    )
    return None if homography is None else np.asarray(homography, dtype=np.float64)
