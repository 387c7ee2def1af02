"""Where a page would lie on a known blank: guessed by features, laid by print, and compared.

Local features give a first homography (MAGSAC, Barath et al. 2019), the print's patches better
it, and the likeness of the print decides between several blanks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from extractors.align import Fit, Patches, correction_of, measure_fit, print_map
from extractors.images import blurred, moved_points, warped
from extractors.recall import COARSE, Descriptors, Family, KnownPage, matches
from extractors.values import GreyImage, Matrix

MIN_POINTS = 12
"""Matching points below which a candidate is not even tried."""
STRAIGHT_SHARE = 0.9
"""A page lies straight on the glass where that explains this share of what agrees at best."""
REACHES_MM = (1.5, 3.0, 1.5, 3.0, 3.0, 1.5)
ENOUGH_AT_ONCE = 0.9
ENOUGH_FOUND = 0.75
"""The print is looked for again, from wherever it lay last, until this share of it is found; at
first a little more of it, since a grid laid down one cell beside its place is found in part."""


@dataclass(frozen=True, eq=False)
class Sight:
    """A page of the scan as it is looked at.

    `small` is `grey` shrunk by `shrink`; `points` (n × 2, pixels of `small`) are where its features
    lie, `descriptors` what they look like.
    """

    grey: GreyImage = field(repr=False)
    shrink: float
    small: GreyImage = field(repr=False)
    points: npt.NDArray[np.float64] = field(repr=False)
    descriptors: Descriptors = field(repr=False)


@dataclass(frozen=True, eq=False)
class Guess:
    """A blank that a page may be, and where that would lie: millimetres of the form for pixels.

    `points` is how many features agree.
    """

    family: Family
    known: KnownPage
    to_mm: Matrix = field(repr=False)
    points: int


@dataclass(frozen=True, eq=False)
class Candidate:
    """A guess after its print was laid onto the blank's.

    `fit` is how well it lies there, `shown` the page's print in the blank's frame.
    """

    family: Family
    known: KnownPage
    to_mm: Matrix = field(repr=False)
    points: int
    fit: Fit = field(repr=False)
    shown: GreyImage = field(repr=False)


def guess(page: Sight, family: Family, known: KnownPage) -> Guess | None:
    """Where the page would lie on one blank, by its features alone."""
    pairs = matches(page.descriptors, known.descriptors)
    if len(pairs) < MIN_POINTS:
        return None
    found = _homography(page.points[pairs[:, 0]], known.points_mm[pairs[:, 1]], page.small.shape)
    if found is None:
        return None
    to_mm, points = found
    return Guess(family=family, known=known, to_mm=to_mm, points=points)


def _homography(
    seen: npt.NDArray[np.float64], known: npt.NDArray[np.float64], shape: tuple[int, ...]
) -> tuple[Matrix, int] | None:
    """Where points of the page lie on the blank, and how many agree; None where too few do.

    A page on the glass is only turned, moved and scaled. Where that explains nearly as many points
    as a homography does, it is taken: a homography follows chance matches, of which a page full of
    like check boxes has many.
    """
    straight, agreeing = cv2.estimateAffinePartial2D(
        seen, known, method=cv2.RANSAC, ransacReprojThreshold=1.0, maxIters=5000, confidence=0.999
    )
    bent, bending = cv2.findHomography(
        seen, known, cv2.USAC_MAGSAC, 1.0, maxIters=5000, confidence=0.999
    )
    plain = int(agreeing.sum()) if straight is not None else 0
    free = int(bending.sum()) if bent is not None else 0
    if bent is not None and not _is_sane(np.asarray(bent, np.float64), shape):
        free = 0
    if max(plain, free) < MIN_POINTS:
        return None
    if plain >= STRAIGHT_SHARE * free:
        to_mm = np.vstack([np.asarray(straight, np.float64), [0.0, 0.0, 1.0]])
        return (to_mm, plain) if _is_sane(to_mm, shape) else None
    return np.asarray(bent, np.float64), free


def fitted(page: Sight, guessed: Guess, least: float) -> Candidate:
    """The guess after its print was laid onto the blank's.

    Not laid again where less than the share `least` (0 to 1) of it is found: a better one is known.
    """
    to_mm, patches = guessed.to_mm, guessed.known.coarse
    for turn, reach in enumerate(REACHES_MM):
        fit = measure_fit(warped_print(page.small, to_mm, patches), patches, reach_mm=reach)
        if turn > 0 and fit.share_found < least:
            break
        better = correction_of(fit, limit_mm=0.5)
        if better is None:
            break
        to_mm = better @ to_mm
        if fit.share_found > (ENOUGH_FOUND if turn > 1 else ENOUGH_AT_ONCE):
            break
    shown = warped_print(page.small, to_mm, patches)
    fit = measure_fit(shown, patches, reach_mm=1.0)
    return Candidate(
        family=guessed.family,
        known=guessed.known,
        to_mm=to_mm,
        points=guessed.points,
        fit=fit,
        shown=shown,
    )


def _is_sane(homography: Matrix, shape: tuple[int, ...]) -> bool:
    """Whether the page stays a page: no mirror, no fold, no wild stretch."""
    height, width = shape[:2]
    corners = np.array([[0.0, 0], [width, 0], [width, height], [0, height]])
    mapped = moved_points(corners, homography)
    sides = np.roll(mapped, -1, axis=0) - mapped
    crosses = [
        float(sides[i][0] * sides[(i + 1) % 4][1] - sides[i][1] * sides[(i + 1) % 4][0])
        for i in range(4)
    ]
    lengths = np.hypot(*sides.T) / [width, height, width, height]
    return min(crosses) > 0 and float(lengths.max() / lengths.min()) < 1.5


def warped_print(small: GreyImage, to_mm: Matrix, patches: Patches) -> GreyImage:
    """The page's print as it lies in the patches' frame, at their scale."""
    scale = patches.pixels_per_mm
    height, width = patches.print_map.shape
    laid = warped(small, np.diag([scale, scale, 1.0]) @ to_mm, (width, height))
    return blurred(print_map(laid, scale), 0.12 * scale)


def decide(candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate whose print fits best; between look-alikes, where their blanks differ."""
    if not candidates:
        return None
    ranked = sorted(
        candidates,
        key=lambda candidate: (-_strength(candidate.fit), candidate.known.blank.key),
    )
    best = ranked[0]
    for rival in ranked[1:]:
        if _strength(rival.fit) > 0.7 * _strength(best.fit) and _favours(rival, best):
            best = rival
    return best


def _strength(fit: Fit) -> float:
    return float(np.clip(fit.likeness, 0, 1).mean()) if len(fit.likeness) else 0.0


def _favours(rival: Candidate, best: Candidate) -> bool:
    """Whether the scan looks more like the rival in the places where the two blanks differ."""
    first, second = best.known.coarse.print_map, rival.known.coarse.print_map
    if first.shape != second.shape:
        return False
    change = cv2.absdiff(first, second)
    if (change > 40).mean() > 0.03:
        return False
    spread = cv2.dilate(np.asarray(change > 40, np.uint8), np.ones((9, 9), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(spread)
    favour = 0.0
    for left, top, width, height, area in stats[1:count]:
        where = np.s_[top : top + height, left : left + width]
        ours = _likeness_near(best.shown, first[where], left, top)
        theirs = _likeness_near(rival.shown, second[where], left, top)
        favour += (theirs - ours) * float(area)
    return favour > 0


def _likeness_near(shown: GreyImage, template: GreyImage, left: int, top: int) -> float:
    """The best correlation of a piece of print within a millimetre of its place (−1 to 1)."""
    if not template.any():
        height, width = template.shape
        window = shown[top : top + height, left : left + width]
        return 1.0 - float((window > 60).mean()) * 4
    reach = round(COARSE)
    height, width = template.shape
    around = np.pad(shown, reach)[top : top + height + 2 * reach, left : left + width + 2 * reach]
    scores = cv2.matchTemplate(around, template, cv2.TM_CCOEFF_NORMED)
    return float(np.nan_to_num(scores, nan=-1, posinf=-1, neginf=-1).max())
