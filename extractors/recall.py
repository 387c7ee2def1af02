"""The index of known pages: local features by which a few candidates are recalled for a page.

SIFT (Lowe 2004) with the square root of its histograms (Arandjelović and Zisserman 2012). What
many known pages have too says nothing, so that look-alikes come up together and geometry decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from extractors.align import Patches, find_patches, same_patches
from extractors.images import blurred, scaled
from extractors.title import Title, alike_pages, title_of
from extractors.values import BlankPage, GreyImage

COARSE = 4.0
"""Pixels a millimetre at which forms are told apart."""
FINE = 8.0
"""Pixels a millimetre of `RegisteredPage.image`: every later stage works at this resolution."""
INDEX_FEATURES = 500
VOTING_FEATURES = 1000
PAGE_FEATURES = 1400
CANDIDATES = 12
"""So many known pages are tried at most, in groups, until one is surely found."""
COMMON = 0.75
"""What this share of the known pages has at least as well says nothing."""

Descriptors = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class KnownPage:
    """One page of a blank form. What registration needs of it is made when it is first needed."""

    blank: BlankPage

    @cached_property
    def _features(self) -> tuple[npt.NDArray[np.float64], Descriptors]:
        drawn = self.blank.draw()  # not kept: most known pages are never met on a scan
        small = scaled(drawn, COARSE / self.blank.pixels_per_mm)
        points, descriptors = features(small, PAGE_FEATURES)
        return points / COARSE, descriptors

    @property
    def points_mm(self) -> npt.NDArray[np.float64]:
        """Where its features lie (n × 2), strongest first."""
        return self._features[0]

    @property
    def descriptors(self) -> Descriptors:
        """Its features, strongest first."""
        return self._features[1]

    @cached_property
    def coarse(self) -> Patches:
        """The places with print, by which it is told from others."""
        return find_patches(self.blank, COARSE)

    @cached_property
    def fine(self) -> Patches:
        """The same patches at full resolution."""
        return same_patches(self.coarse, self.blank, FINE)


@dataclass(frozen=True, eq=False)
class Family:
    """Known pages with nearly the same print: versions of one page. The first stands for all."""

    pages: tuple[KnownPage, ...] = field(repr=False)

    @cached_property
    def title(self) -> Title:
        """The print by which its pages are told apart."""
        return title_of([page.blank for page in self.pages])


@dataclass(frozen=True, eq=False)
class KnownPages:
    """All pages of all blank forms, made ready once: families, and the index of their features."""

    families: tuple[Family, ...] = field(repr=False)
    index: Descriptors = field(repr=False)
    starts: npt.NDArray[np.int64] = field(repr=False)


def know(blanks: Sequence[BlankPage]) -> KnownPages:
    """Make the pages of all blank forms ready to be recognised."""
    families = [Family(tuple(KnownPage(blank) for blank in alike)) for alike in alike_pages(blanks)]
    families = [family for family in families if len(family.pages[0].descriptors)]
    strongest = [family.pages[0].descriptors[:INDEX_FEATURES] for family in families]
    starts = np.cumsum([0, *(len(part) for part in strongest)])[:-1]
    index = np.concatenate(strongest) if strongest else np.zeros((0, 128), np.float32)
    return KnownPages(families=tuple(families), index=index, starts=starts)


def features(image: GreyImage, count: int) -> tuple[npt.NDArray[np.float64], Descriptors]:
    """The strongest features, strongest first: points (n × 2, pixels), RootSIFT descriptors."""
    keypoints, descriptors = cv2.SIFT.create(count).detectAndCompute(blurred(image, 0.8), None)
    if descriptors is None:
        return np.zeros((0, 2)), np.zeros((0, 128), np.float32)
    order = sorted(
        range(len(keypoints)), key=lambda place: (-keypoints[place].response, keypoints[place].pt)
    )[:count]
    points = np.array([keypoints[place].pt for place in order], dtype=np.float64)
    chosen = descriptors[order]
    rooted = np.sqrt(chosen / np.maximum(chosen.sum(axis=1, keepdims=True), 1e-6))
    return points, np.asarray(rooted, dtype=np.float32)


def vote(descriptors: Descriptors, known: KnownPages) -> list[int]:
    """The families that the page's strongest features speak for, most votes first.

    What many of them have too (common letters, corners of cells) says nothing.
    """
    if not len(descriptors) or not len(known.index):
        return []
    likeness = descriptors[:VOTING_FEATURES] @ known.index.T
    best = np.maximum.reduceat(likeness, known.starts, axis=1)
    common = np.quantile(best, COMMON, axis=1, keepdims=True)
    votes = (np.maximum(best - common, 0) ** 2).sum(axis=0)
    return [int(place) for place in np.argsort(-votes, kind="stable")[:CANDIDATES]]


def matches(page: Descriptors, blank: Descriptors) -> npt.NDArray[np.int64]:
    """Pairs (page feature, blank feature) that choose each other and no other nearly as well."""
    if len(blank) < 2 or not len(page):
        return np.zeros((0, 2), np.int64)
    likeness = page @ blank.T
    forward = likeness.argmax(axis=1)
    backward = likeness.argmax(axis=0)
    rows = np.arange(len(page))
    first = likeness[rows, forward]
    likeness[rows, forward] = -1
    second = likeness.max(axis=1)
    nearest, next_nearest = (np.sqrt(np.maximum(2 - 2 * one, 1e-9)) for one in (first, second))
    is_clear = nearest < 0.9 * next_nearest
    chosen = rows[is_clear & (backward[forward] == rows)]
    return np.stack([chosen, forward[chosen]], axis=1)
