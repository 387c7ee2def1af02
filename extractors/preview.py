"""Pictures for people: a page upright in its form's own frame, and one field cut out of it.

And a page as it lies in the scan, small.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np

from extractors.images import Image, darkest_channel, scaled, warped
from extractors.register import is_empty_page
from extractors.values import Box, Page

PAGE_QUALITY = 82
CUT_QUALITY = 90
LEAST_PIXELS_PER_MM, MOST_PIXELS_PER_MM = 8.0, 16.0
MM_PER_INCH = 25.4
PAGES_KEPT = 6
SMALL_QUALITY = 78
SMALL_PIXELS = 1000
"""The longer side of a page's small picture: enough to see which form it is."""


@dataclass(frozen=True, eq=False)
class SmallPicture:
    """A page as it lies in the scan, small. `is_empty`: next to nothing is on it."""

    page: int
    jpeg: bytes = field(repr=False)
    is_empty: bool


def small_picture(page: Page) -> SmallPicture:
    """The page of a scan as a small JPEG."""
    shrink = min(1.0, SMALL_PIXELS / max(page.image.shape[:2]))
    small = scaled(page.image, shrink)
    is_empty = is_empty_page(darkest_channel(small))
    return SmallPicture(page.number, _jpeg(small, SMALL_QUALITY), is_empty)


def page_jpeg(image: Image) -> bytes:
    """A page as a JPEG, at the resolution that it has."""
    return _jpeg(image, PAGE_QUALITY)


def cut(jpeg: bytes, box: Box, *, pixels_per_mm: float, margin_mm: float) -> bytes:
    """One field with a margin around it out of a page's picture, as a JPEG.

    Raises ValueError where the picture can't be decoded. Many fields of a page are often asked for
    in a row: the last few pages stay decoded.
    """
    page = _decoded(jpeg)
    height, width = page.shape[:2]
    left = max(0, round((box.x - margin_mm) * pixels_per_mm))
    top = max(0, round((box.y - margin_mm) * pixels_per_mm))
    right = min(width, max(left + 1, round((box.right + margin_mm) * pixels_per_mm)))
    bottom = min(height, max(top + 1, round((box.bottom + margin_mm) * pixels_per_mm)))
    return _jpeg(np.asarray(page[top:bottom, left:right], np.uint8), CUT_QUALITY)


def sharp_page(
    page: Page,
    to_mm: Sequence[Sequence[float]],
    size_mm: tuple[float, float],
    *,
    effective_dpi: float,
) -> bytes:
    """A page of a scan in its form's own frame, at all the sharpness that the scan has.

    `to_mm` takes scan pixels to millimetres of the blank.
    """
    pixels_per_mm = min(MOST_PIXELS_PER_MM, max(LEAST_PIXELS_PER_MM, effective_dpi / MM_PER_INCH))
    size = (round(size_mm[0] * pixels_per_mm), round(size_mm[1] * pixels_per_mm))
    onto = np.diag([pixels_per_mm, pixels_per_mm, 1.0]) @ np.array(to_mm, dtype=np.float64)
    return _jpeg(warped(page.image, onto, size, cubic=True), CUT_QUALITY)


@lru_cache(maxsize=PAGES_KEPT)
def _decoded(jpeg: bytes) -> Image:
    page = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED)
    if page is None:
        raise ValueError("the page's picture can't be decoded")
    return np.asarray(page, np.uint8)


def _jpeg(image: Image, quality: int) -> bytes:
    done, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("the picture can't be encoded")
    return bytes(encoded)
