"""Which blank form a page was filled in on, which way up, and exactly where.

An index of local features over all known pages (`recall.py`) votes for a few candidates; geometry
(MAGSAC homography) and then the likeness of the print itself decide between them. Which version
of a page it is, the title block says (`title.py`); where that is in doubt, the places where the
blanks differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from extractors.align import Fit, Patches, correction_of, measure_fit, print_map
from extractors.images import blurred, darkest_channel, moved_points, scaled, warped
from extractors.recall import (
    COARSE,
    FINE,
    PAGE_FEATURES,
    Descriptors,
    Family,
    KnownPage,
    KnownPages,
    features,
    matches,
    vote,
)
from extractors.recognise import paddle_reader
from extractors.title import log_likelihoods
from extractors.values import GreyImage, Matrix, Page, RegisteredPage

RECALL_PIXELS = 1000
"""The longer side of a page as its features are looked for."""
MIN_POINTS = 12
"""Matching points below which a candidate is not even tried."""
REACHES_MM = (1.5, 3.0, 1.5, 3.0, 3.0, 1.5)
ENOUGH_AT_ONCE = 0.9
ENOUGH_FOUND = 0.75
"""The print is looked for again, from wherever it lay last, until this share of it is found; at
first a little more of it, since a grid laid down one cell beside its place is found in part."""
SURE_FOUND = 0.8
GROUP = 4
"""Known pages are tried by fours, until of one this share of the print is found."""
RIVAL_SHARE = 0.5
"""Share of the best candidate's points, and of its print found, from which another one counts."""
NEARLY_SAID = 5.0
MOST_SAID = 3
"""So many versions are laid onto the page at most: those whose title the print says, or nearly
(as a logarithm) says."""
SAID_SHARE = 0.8
"""A version that the title names has to fit at least so well as the one that stands for all."""
MIN_SHARE_FOUND = 0.35
"""Share of print patches found below which a page fits no known form."""

EMPTY_DARKNESS = 60
EMPTY_SHARE = 0.0004
"""A page with less than this share of dark places is empty."""


@dataclass(frozen=True, eq=False)
class UnknownPage:
    """A page that fits no known form. `matching_points` belong to the best candidate.

    `is_empty`: there is next to nothing on it, as on the back of most sheets.
    """

    number: int
    image: npt.NDArray[np.uint8] = field(repr=False)
    matching_points: int
    best_key: str | None
    is_empty: bool


@dataclass(frozen=True, eq=False)
class _Candidate:
    family: Family
    known: KnownPage
    to_mm: Matrix
    points: int
    fit: Fit
    shown: GreyImage


def register(page: Page, known: KnownPages) -> RegisteredPage | UnknownPage:
    """Lay a page onto the blank that it was filled in on, or say that it fits none."""
    grey = darkest_channel(page.image)
    shrink = min(1.0, RECALL_PIXELS / max(grey.shape))
    small = scaled(grey, shrink)
    points, descriptors = features(small, PAGE_FEATURES)
    best = _recognised(small, points, descriptors, known)
    if best is None or best.fit.share_found < MIN_SHARE_FOUND:
        return UnknownPage(
            number=page.number,
            image=page.image,
            matching_points=best.points if best else 0,
            best_key=best.known.blank.key if best else None,
            is_empty=_is_empty(small),
        )
    if len(best.family.pages) > 1:
        best = _version(grey, shrink, small, points, descriptors, best)
    return _finish(page, grey, best, best.to_mm @ np.diag([shrink, shrink, 1.0]))


def _version(
    grey: GreyImage,
    shrink: float,
    small: GreyImage,
    points: npt.NDArray[np.float64],
    descriptors: Descriptors,
    first: _Candidate,
) -> _Candidate:
    """Of all versions of a page the one that the title block names.

    `first` is the one that stands for all, laid onto the page. Where the print says no version
    clearly, or the one it names fits badly, the places where the blanks differ decide.
    """
    family = first.family
    onto = first.to_mm @ np.diag([shrink, shrink, 1.0])
    said = log_likelihoods(family.title, grey, onto, paddle_reader())
    order = np.argsort(-said, kind="stable")
    named = [int(place) for place in order if said[place] >= said.max() - NEARLY_SAID][:MOST_SAID]
    fitted = [
        first
        if place == 0
        else _fitted(
            small,
            _guess(small, points, descriptors, family, family.pages[place])
            or _Guess(family, family.pages[place], first.to_mm, first.points),
            0.0,
        )
        for place in named
    ]
    least = SAID_SHARE * first.fit.share_found
    good = [one for one in fitted if one.fit.share_found >= least]
    return _decide(good) or first


def _recognised(
    small: GreyImage, points: npt.NDArray[np.float64], descriptors: Descriptors, known: KnownPages
) -> _Candidate | None:
    """The known page that fits best, of those that the features vote for."""
    places = vote(descriptors, known)
    fitted: list[_Candidate] = []
    most = 0
    for first in range(0, len(places), GROUP):
        guesses = [
            guess
            for place in places[first : first + GROUP]
            if (guess := _guess_first(small, points, descriptors, known.families[place]))
        ]
        most = max([most, *(guess.points for guess in guesses)])
        for guess in sorted(guesses, key=lambda guess: -guess.points):
            if guess.points >= RIVAL_SHARE * most:
                found = max((one.fit.share_found for one in fitted), default=0.0)
                fitted.append(_fitted(small, guess, RIVAL_SHARE * found))
        best = _decide(fitted)
        if best is not None and best.fit.share_found >= SURE_FOUND:
            return best
    return _decide(fitted)


def _is_empty(small: GreyImage) -> bool:
    """Whether a page has next to no ink or print, its edges left out."""
    height, width = small.shape
    middle = small[height // 16 : -height // 16, width // 16 : -width // 16]
    return float((print_map(middle, COARSE) > EMPTY_DARKNESS).mean()) < EMPTY_SHARE


@dataclass(frozen=True, eq=False)
class _Guess:
    family: Family
    known: KnownPage
    to_mm: Matrix
    points: int


def _guess_first(
    small: GreyImage, points: npt.NDArray[np.float64], descriptors: Descriptors, family: Family
) -> _Guess | None:
    """Where the page would lie on the blank that stands for a family."""
    return _guess(small, points, descriptors, family, family.pages[0])


def _guess(
    small: GreyImage,
    points: npt.NDArray[np.float64],
    descriptors: Descriptors,
    family: Family,
    known: KnownPage,
) -> _Guess | None:
    """Where the page would lie on one blank, by its features alone."""
    pairs = matches(descriptors, known.descriptors)
    if len(pairs) < MIN_POINTS:
        return None
    homography, inliers = cv2.findHomography(
        points[pairs[:, 0]],
        known.points_mm[pairs[:, 1]],
        cv2.USAC_MAGSAC,
        1.0,
        maxIters=5000,
        confidence=0.999,
    )
    if homography is None or inliers.sum() < MIN_POINTS:
        return None
    to_mm = np.asarray(homography, dtype=np.float64)
    if not _is_sane(to_mm, small.shape):
        return None
    return _Guess(family=family, known=known, to_mm=to_mm, points=int(inliers.sum()))


def _fitted(small: GreyImage, guess: _Guess, least: float) -> _Candidate:
    """The guess after its print was laid onto the blank's.

    Not laid again where less than the share `least` (0 to 1) of it is found: a better one is known.
    """
    to_mm, patches = guess.to_mm, guess.known.coarse
    for turn, reach in enumerate(REACHES_MM):
        fit = measure_fit(_warped_print(small, to_mm, patches), patches, reach_mm=reach)
        if turn > 0 and fit.share_found < least:
            break
        better = correction_of(fit, limit_mm=0.5)
        if better is None:
            break
        to_mm = better @ to_mm
        if fit.share_found > (ENOUGH_FOUND if turn > 1 else ENOUGH_AT_ONCE):
            break
    shown = _warped_print(small, to_mm, patches)
    fit = measure_fit(shown, patches, reach_mm=1.0)
    return _Candidate(
        family=guess.family,
        known=guess.known,
        to_mm=to_mm,
        points=guess.points,
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


def _warped_print(small: GreyImage, to_mm: Matrix, patches: Patches) -> GreyImage:
    scale = patches.pixels_per_mm
    height, width = patches.print_map.shape
    laid = warped(small, np.diag([scale, scale, 1.0]) @ to_mm, (width, height))
    return blurred(print_map(laid, scale), 0.12 * scale)


def _decide(candidates: Sequence[_Candidate]) -> _Candidate | None:
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


def _favours(rival: _Candidate, best: _Candidate) -> bool:
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


def _finish(page: Page, grey: GreyImage, best: _Candidate, to_mm: Matrix) -> RegisteredPage:
    """Refine at full resolution, and warp the page once into the blank's frame."""
    patches = best.known.fine
    source, reduction = _reduced(grey, to_mm)
    shown = _warped_print(source, to_mm @ np.linalg.inv(reduction), patches)
    fit = measure_fit(shown, patches, reach_mm=1.2)
    better = correction_of(fit, limit_mm=0.25)
    if better is not None:
        to_mm = better @ to_mm
        fit = _after(fit, better)
    colour, reduction = _reduced(page.image, to_mm)
    height, width = patches.print_map.shape
    onto = np.diag([FINE, FINE, 1.0]) @ to_mm @ np.linalg.inv(reduction)
    image = warped(colour, onto, (width, height), cubic=True)
    dpi = 25.4 / _mm_per_pixel(to_mm, page.image.shape)
    return RegisteredPage(
        number=page.number,
        key=best.known.blank.key,
        homography=to_mm / to_mm[2, 2],
        turned=_turned(to_mm, page.image.shape),
        score=_score(best.fit),
        residual_mm=fit.residual_mm,
        effective_dpi=dpi,
        image=image,
        blank=best.known.blank,
        is_cut=_is_cut(page, best, to_mm),
    )


def _after(fit: Fit, correction: Matrix) -> Fit:
    moved = moved_points(fit.centres_mm + fit.shift_mm, correction)
    return Fit(centres_mm=fit.centres_mm, shift_mm=moved - fit.centres_mm, likeness=fit.likeness)


def _reduced(image: npt.NDArray[np.uint8], to_mm: Matrix) -> tuple[npt.NDArray[np.uint8], Matrix]:
    """The image shrunk to little over FINE where it is far finer, and what shrinks it."""
    scale = min(1.0, 1.25 * FINE * _mm_per_pixel(to_mm, image.shape))
    if scale > 0.8:
        return image, np.eye(3)
    small = scaled(image, scale)
    exact = np.diag([small.shape[1] / image.shape[1], small.shape[0] / image.shape[0], 1.0])
    return small, exact


def _mm_per_pixel(to_mm: Matrix, shape: tuple[int, ...]) -> float:
    """The length of one scan pixel on the form, at the middle of the page."""
    x, y = shape[1] / 2, shape[0] / 2
    origin, right, down = moved_points(np.array([[x, y], [x + 10, y], [x, y + 10]]), to_mm)
    return float((np.hypot(*(right - origin)) + np.hypot(*(down - origin))) / 20)


def _turned(to_mm: Matrix, shape: tuple[int, ...]) -> int:
    x, y = shape[1] / 2, shape[0] / 2
    origin, right = moved_points(np.array([[x, y], [x + 10, y]]), to_mm)
    dx, dy = right - origin
    return round(float(np.degrees(np.arctan2(dy, dx))) / 90) % 4 * 90


def _score(fit: Fit) -> float:
    """The probability that form and page are right; a first mapping, from the share found."""
    return float(np.clip(1 / (1 + np.exp(-18 * (fit.share_found - MIN_SHARE_FOUND))), 0, 1))


def _is_cut(page: Page, best: _Candidate, to_mm: Matrix) -> bool:
    """Whether print of the form lies outside the image."""
    corners = best.known.coarse.centres / COARSE
    mapped = moved_points(corners, np.asarray(np.linalg.inv(to_mm), np.float64))
    height, width = page.image.shape[:2]
    inside = (mapped > -1).all(axis=1) & (mapped[:, 0] < width + 1) & (mapped[:, 1] < height + 1)
    return not bool(inside.all())
