"""Paper: a sheet that takes ink, its tone and unevenness, and where on it ink is seen.

Comes before `ink_pen` and `ink_cover` in the order of dependencies.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from extractors.values import Box

TILE = 1024  # the side of the piece of noise that all paper is cut from

Floats = npt.NDArray[np.float32]


@dataclass(eq=False)
class Sheet:
    """A page of paper at 300 dpi that is being written on: `rgb` changes in place."""

    rgb: npt.NDArray[np.uint8] = field(repr=False)
    pixels_per_mm: float = 300 / 25.4


def lay_paper(blank: npt.NDArray[np.uint8], rng: np.random.Generator) -> Sheet:
    """A blank page (RGB, 300 dpi) printed on real paper, which is never quite white.

    Without the paper's tone correction fluid could not be seen on it.
    """
    tone = float(rng.uniform(0.945, 0.98)) * np.array([1.0, 0.998, float(rng.uniform(0.97, 0.995))])
    table = np.rint(np.arange(256)[:, None] * tone).astype(np.uint8)
    rgb = cv2.LUT(np.ascontiguousarray(blank), np.ascontiguousarray(table[None]))
    return Sheet(np.asarray(rgb, np.uint8))


@lru_cache(maxsize=1)
def paper_noise() -> tuple[Floats, Floats]:
    """Fine and coarse unevenness of paper, mean 0 and spread 1, the same on every machine."""
    rng = np.random.default_rng(20190301)
    raw = rng.standard_normal((TILE, TILE)).astype(np.float32)
    fine = cv2.GaussianBlur(raw, (0, 0), 0.8)
    coarse = cv2.GaussianBlur(raw, (0, 0), 7.0)
    return fine / fine.std(), coarse / coarse.std()


def noise_like(shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """A piece of the paper's fine and coarse unevenness, taken anywhere."""
    height, width = shape[:2]
    fine, coarse = paper_noise()
    if height > TILE or width > TILE:
        times = (-(-height // TILE), -(-width // TILE))
        return np.tile(fine, times)[:height, :width], np.tile(coarse, times)[:height, :width]
    y, x = int(rng.integers(TILE - height + 1)), int(rng.integers(TILE - width + 1))
    return fine[y : y + height, x : x + width], coarse[y : y + height, x : x + width]


def blend(
    sheet: Sheet,
    alpha: Floats,
    corner: tuple[int, int],
    colour: tuple[float, float, float],
) -> Box:
    """Multiply ink onto the paper, its upper left pixel at `corner`; the extent in millimetres."""
    left, top = corner
    height, width = alpha.shape
    part = sheet.rgb[top : top + height, left : left + width]
    swallowed = np.array([1 - c for c in colour], np.float32)
    kept = 1 - alpha[:, :, None] * swallowed
    part[:] = np.rint(part * kept).astype(np.uint8)
    return extent(alpha, corner, sheet.pixels_per_mm)


def extent(alpha: Floats, corner: tuple[int, int], pixels_per_mm: float) -> Box:
    """Where there is visible ink, in millimetres; an empty box where there is none."""
    seen = alpha > 0.12
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return Box(corner[0] / pixels_per_mm, corner[1] / pixels_per_mm, 0.0, 0.0)
    x, y = corner[0] + int(columns[0]), corner[1] + int(rows[0])
    right, bottom = corner[0] + int(columns[-1]) + 1, corner[1] + int(rows[-1]) + 1
    k = pixels_per_mm
    return Box(x / k, y / k, (right - x) / k, (bottom - y) / k)
