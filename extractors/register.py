"""Which blank form a page was filled in on, which way up, and exactly where.

An index of local features over all known pages (`recall.py`) votes for a few candidates; geometry
(MAGSAC homography) and then the likeness of the print itself decide between them. Which version
of a page it is, the title block says (`title.py`); where that is in doubt, the places where the
blanks differ.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from extractors.align import Fit, correction_of, measure_fit, print_map
from extractors.candidates import (
    Candidate,
    Guess,
    Sight,
    decide,
    fitted,
    guess,
    warped_print,
)
from extractors.images import darkest_channel, moved_points, scaled, warped
from extractors.recall import (
    COARSE,
    FINE,
    PAGE_FEATURES,
    KnownPage,
    KnownPages,
    features,
    vote,
)
from extractors.recognise import paddle_reader
from extractors.title import log_likelihoods
from extractors.values import GreyImage, Matrix, Page, RegisteredPage

RECALL_PIXELS = 1000
"""The longer side of a page as its features are looked for."""
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

SURE_SCORE = 0.5
"""`RegisteredPage.score` of a page of whose print MIN_SHARE_FOUND is found."""

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


def register(page: Page, known: KnownPages) -> RegisteredPage | UnknownPage:
    """Lay a page onto the blank that it was filled in on, or say that it fits none."""
    sight = _sight(page)
    best = _recognised(sight, known)
    if best is None or best.fit.share_found < MIN_SHARE_FOUND:
        return _unknown(page, sight, best)
    if len(best.family.pages) > 1:
        best = _version(sight, best)
    return _finish(page, sight, best)


def register_as(page: Page, known: KnownPages, key: str) -> RegisteredPage | UnknownPage:
    """Lay a page onto the blank that a person says it was filled in on, however badly it fits.

    Where its features do not tell, it is taken to lie as the blank does, edge on edge. UnknownPage
    where no known page that has any print bears that key.
    """
    sight = _sight(page)
    pairs = ((family, one) for family in known.families for one in family.pages)
    found = next((pair for pair in pairs if pair[1].blank.key == key), None)
    if found is None:
        return _unknown(page, sight, None)
    family, blank = found
    edge_on_edge = Guess(family, blank, _edge_on_edge(sight, blank), 0)
    guesses = [one for one in (guess(sight, family, blank), edge_on_edge) if one is not None]
    laid = [fitted(sight, one, 0.0) for one in guesses]
    return _finish(page, sight, max(laid, key=lambda one: one.fit.share_found))


def is_sure(found: RegisteredPage) -> bool:
    """Whether the reader by itself would say that the page is of that form."""
    return found.score >= SURE_SCORE


def _edge_on_edge(sight: Sight, known: KnownPage) -> Matrix:
    """What lays the whole image onto the whole blank."""
    height, width = sight.small.shape
    across, down = known.blank.size_mm
    return np.diag([across / width, down / height, 1.0])


def _unknown(page: Page, sight: Sight, best: Candidate | None) -> UnknownPage:
    return UnknownPage(
        number=page.number,
        image=page.image,
        matching_points=best.points if best else 0,
        best_key=best.known.blank.key if best else None,
        is_empty=is_empty_page(sight.small),
    )


def _sight(page: Page) -> Sight:
    grey = darkest_channel(page.image)
    shrink = min(1.0, RECALL_PIXELS / max(grey.shape))
    small = scaled(grey, shrink)
    points, descriptors = features(small, PAGE_FEATURES)
    return Sight(grey, shrink, small, points, descriptors)


def _version(sight: Sight, first: Candidate) -> Candidate:
    """Of all versions of a page the one that the title block names.

    `first` is the one that stands for all, laid onto the page. Where the print says no version
    clearly, or the one it names fits badly, the places where the blanks differ decide.
    """
    family = first.family
    said = log_likelihoods(family.title, sight.grey, _of_scan(sight, first), paddle_reader())
    order = np.argsort(-said, kind="stable")
    named = [int(place) for place in order if said[place] >= said.max() - NEARLY_SAID][:MOST_SAID]
    laid = [first if place == 0 else _laid(sight, family.pages[place], first) for place in named]
    least = SAID_SHARE * first.fit.share_found
    return decide([one for one in laid if one.fit.share_found >= least]) or first


def _laid(sight: Sight, known: KnownPage, first: Candidate) -> Candidate:
    """A version of a page, laid where `first` lies where its own features don't tell."""
    own = guess(sight, first.family, known)
    return fitted(sight, own or Guess(first.family, known, first.to_mm, first.points), 0.0)


def _of_scan(sight: Sight, found: Candidate) -> Matrix:
    """What takes the pixels of the scan itself to millimetres of the form."""
    return np.asarray(found.to_mm @ np.diag([sight.shrink, sight.shrink, 1.0]), np.float64)


def _recognised(sight: Sight, known: KnownPages) -> Candidate | None:
    """The known page that fits best, of those that the features vote for."""
    places = vote(sight.descriptors, known)
    laid: list[Candidate] = []
    most = 0
    for first in range(0, len(places), GROUP):
        families = [known.families[place] for place in places[first : first + GROUP]]
        guesses = [one for family in families if (one := guess(sight, family, family.pages[0]))]
        most = max([most, *(one.points for one in guesses)])
        for one in sorted(guesses, key=lambda one: -one.points):
            if one.points >= RIVAL_SHARE * most:
                found = max((before.fit.share_found for before in laid), default=0.0)
                laid.append(fitted(sight, one, RIVAL_SHARE * found))
        best = decide(laid)
        if best is not None and best.fit.share_found >= SURE_FOUND:
            return best
    return decide(laid)


def is_empty_page(small: GreyImage) -> bool:
    """Whether a page, RECALL_PIXELS long, has next to no ink or print, its edges left out."""
    height, width = small.shape
    middle = small[height // 16 : -height // 16, width // 16 : -width // 16]
    return float((print_map(middle, COARSE) > EMPTY_DARKNESS).mean()) < EMPTY_SHARE


def _finish(page: Page, sight: Sight, best: Candidate) -> RegisteredPage:
    """Refine at full resolution, and warp the page once into the blank's frame."""
    patches, to_mm = best.known.fine, _of_scan(sight, best)
    source, reduction = _reduced(sight.grey, to_mm)
    shown = warped_print(source, to_mm @ np.linalg.inv(reduction), patches)
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


def _is_cut(page: Page, best: Candidate, to_mm: Matrix) -> bool:
    """Whether print of the form lies outside the image."""
    corners = best.known.coarse.centres / COARSE
    mapped = moved_points(corners, np.asarray(np.linalg.inv(to_mm), np.float64))
    height, width = page.image.shape[:2]
    inside = (mapped > -1).all(axis=1) & (mapped[:, 0] < width + 1) & (mapped[:, 1] < height + 1)
    return not bool(inside.all())
