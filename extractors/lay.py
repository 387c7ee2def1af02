"""A page laid onto its blank as a person arranged it: turned first, and onto the blank they named.

What comes out speaks of the page as it lies in the scan, so that the scan stays what everything
is measured on.
"""

from dataclasses import replace

import numpy as np

from extractors.images import turned
from extractors.recall import KnownPages
from extractors.register import UnknownPage, register, register_as
from extractors.values import Matrix, Page, RegisteredPage


def lay(
    page: Page, known: KnownPages, *, angle: int = 0, key: str | None = None
) -> RegisteredPage | UnknownPage:
    """The page turned clockwise by `angle`, on the blank named `key` or on the one it fits."""
    upright = replace(page, image=turned(page.image, angle)) if angle else page
    found = register(upright, known) if key is None else register_as(upright, known, key)
    if isinstance(found, UnknownPage) or not angle:
        return found
    to_mm = found.homography @ turning(angle, page.image.shape)
    return replace(
        found,
        homography=np.asarray(to_mm / to_mm[2, 2], np.float64),
        turned=(found.turned + angle) % 360,
    )


def turning(angle: int, shape: tuple[int, ...]) -> Matrix:
    """What takes the pixels of an image of that shape to those of the image turned clockwise."""
    height, width = shape[:2]
    return np.array(
        {
            0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
            90: [[0, -1, height - 1], [1, 0, 0], [0, 0, 1]],
            180: [[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]],
            270: [[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]],
        }[angle],
        np.float64,
    )
