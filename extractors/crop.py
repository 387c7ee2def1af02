"""The place of each field on a registered page: found again locally, ink apart from print.

The page's homography leaves a few tenths of a millimetre (paper is no plane), so each field is
laid onto its blank once more by a small shift. What the blank has is then taken away, and strokes
that cross a printed line are mended.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from extractors.align import print_map
from extractors.fluid import Floats, whiteness, whiteness_in
from extractors.images import blurred, darkest_channel, moved_points
from extractors.values import Box, FieldHint, GreyImage, RegisteredPage

MARGIN_MM = 3.0
"""How much around the box is looked at: writing overshoots, and neighbours overshoot into it."""
SHIFT_MM = 1.0
PRINT_SPREAD_MM = 0.22
"""How far the scan's print may bleed beyond the blank's."""
PRINT_DARKNESS = 40
MIN_INK_DARKNESS = 28

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PageInk:
    """A registered page's darkness with its paper taken away, beside that of its blank.

    `darkness` and `printed` are height × width at `pixels_per_mm`, 0 for paper to 255 for black;
    `threshold` is the darkness from which something is ink and not noise. `tilt` is how far the
    scan's own vertical leans: millimetres to the right for each millimetre down the form. `white`
    is how much whiter than around the paper is (`fluid.py`), None where that can't be seen.
    """

    darkness: GreyImage = field(repr=False)
    printed: GreyImage = field(repr=False)
    pixels_per_mm: float
    threshold: int
    tilt: float = 0.0
    white: Floats | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class Crop:
    """One field with a margin around it, print taken away.

    `ink` marks what was written, `darkness` how dark it is (0 to 255), `printed` where the blank
    has print; all height × width in pixels at `pixels_per_mm`. `inner` is the field's own box in
    these pixels (left, top, right, bottom). `likeness` (−1 to 1) says how well the print around
    lies on the blank's after moving by `shift_mm`; None where there is no print to compare. `white`
    is the page's whiteness here.
    """

    hint: FieldHint
    ink: Mask = field(repr=False)
    darkness: GreyImage = field(repr=False)
    printed: Mask = field(repr=False)
    pixels_per_mm: float
    inner: tuple[int, int, int, int]
    shift_mm: tuple[float, float]
    likeness: float | None
    white: Floats | None = field(default=None, repr=False)


def page_ink(page: RegisteredPage) -> PageInk:
    """Take the paper away from a registered page and from its blank."""
    scale = page.image.shape[1] / page.blank.size_mm[0]
    grey = darkest_channel(page.image)
    darkness = print_map(grey, scale)
    blank = page.blank.image
    if blank.shape != darkness.shape:
        size = (darkness.shape[1], darkness.shape[0])
        blank = np.asarray(cv2.resize(blank, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    quiet = darkness[::4, ::4]
    noise = float(np.percentile(quiet[quiet < 60], 97)) if (quiet < 60).any() else 0.0
    threshold = int(np.clip(1.5 * noise, MIN_INK_DARKNESS, 70))
    printed = print_map(blank, scale)
    ink, print_mask = darkness > threshold, printed > PRINT_DARKNESS
    return PageInk(
        darkness=darkness,
        printed=printed,
        pixels_per_mm=scale,
        threshold=threshold,
        tilt=_tilt(page),
        white=whiteness(grey, blank, ink=ink, printed=print_mask, pixels_per_mm=scale),
    )


def _tilt(page: RegisteredPage) -> float:
    """How the scan's edges lean on the form; the same for both of its directions."""
    middle = np.array([[page.blank.size_mm[0] / 2, page.blank.size_mm[1] / 2]])
    back = np.asarray(np.linalg.inv(page.homography), np.float64)
    x, y = moved_points(middle, back)[0]
    origin, right, below = moved_points(
        np.array([[x, y], [x + 100, y], [x, y + 100]]), page.homography
    )
    across, down = right - origin, below - origin
    upright = down if abs(down[1]) >= abs(down[0]) else across
    return float(upright[0] / upright[1])


def crop(page: PageInk, hints: Iterable[FieldHint]) -> Iterator[Crop]:
    """One crop for each field, in their order."""
    for hint in hints:
        yield _crop(page, hint)


def _crop(page: PageInk, hint: FieldHint) -> Crop:
    scale = page.pixels_per_mm
    left, top, right, bottom = _bounds(page.darkness.shape, hint.box, scale)
    printed = page.printed[top:bottom, left:right]
    (dx, dy), likeness = _local_shift(page, (left, top, right, bottom), printed)
    darkness = _window(page.darkness, left + dx, top + dy, printed.shape)
    print_mask = _spread(printed > PRINT_DARKNESS, PRINT_SPREAD_MM * scale)
    return Crop(
        hint=hint,
        ink=_ink_apart(darkness, print_mask, page),
        darkness=darkness,
        printed=print_mask,
        pixels_per_mm=scale,
        inner=_inner(hint.box, left, top, scale),
        shift_mm=(dx / scale, dy / scale),
        likeness=likeness,
        white=whiteness_in(page.white, left + dx, top + dy, printed.shape),
    )


def _bounds(shape: tuple[int, ...], box: Box, scale: float) -> tuple[int, int, int, int]:
    height, width = shape[:2]
    return (
        max(0, round((box.x - MARGIN_MM) * scale)),
        max(0, round((box.y - MARGIN_MM) * scale)),
        min(width, round((box.right + MARGIN_MM) * scale)),
        min(height, round((box.bottom + MARGIN_MM) * scale)),
    )


def _inner(box: Box, left: int, top: int, scale: float) -> tuple[int, int, int, int]:
    return (
        round(box.x * scale) - left,
        round(box.y * scale) - top,
        round(box.right * scale) - left,
        round(box.bottom * scale) - top,
    )


def _local_shift(
    page: PageInk, bounds: tuple[int, int, int, int], printed: GreyImage
) -> tuple[tuple[int, int], float | None]:
    """How far the print around the field lies from the blank's, in pixels, and how alike it is."""
    if (printed > PRINT_DARKNESS).mean() < 0.004:
        return (0, 0), None
    reach = round(SHIFT_MM * page.pixels_per_mm)
    left, top, _, _ = bounds
    height, width = printed.shape
    around = _window(
        page.darkness, left - reach, top - reach, (height + 2 * reach, width + 2 * reach)
    )
    template = blurred(np.asarray(np.minimum(printed, 160), np.uint8), 1.2)
    field_view = blurred(np.asarray(np.minimum(around, 160), np.uint8), 1.2)
    scores = cv2.matchTemplate(field_view, template, cv2.TM_CCOEFF_NORMED)
    scores = np.nan_to_num(scores, nan=-1, posinf=-1, neginf=-1)
    rows, columns = np.indices(scores.shape)
    distance = np.hypot(rows - reach, columns - reach) / reach
    place = int(np.argmax(scores - 0.08 * distance))
    row, column = divmod(place, scores.shape[1])
    likeness = float(min(1.0, scores[row, column]))
    if likeness < 0.3:
        return (0, 0), likeness
    return (column - reach, row - reach), likeness


def _window(image: GreyImage, left: int, top: int, shape: tuple[int, ...]) -> GreyImage:
    """A piece of the image, with paper where it reaches beyond the edge."""
    height, width = shape[:2]
    found = np.zeros((height, width), dtype=np.uint8)
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(image.shape[0], top + height), min(image.shape[1], left + width)
    if y1 > y0 and x1 > x0:
        found[y0 - top : y1 - top, x0 - left : x1 - left] = image[y0:y1, x0:x1]
    return found


def _spread(mask: Mask, radius_px: float) -> Mask:
    size = 2 * round(radius_px) + 1
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), element), dtype=np.bool_)


def _ink_apart(darkness: GreyImage, print_mask: Mask, page: PageInk) -> Mask:
    """What is dark and not print; and under the print, what joins ink on both of its sides."""
    dark = darkness > page.threshold
    free = dark & ~print_mask
    length = round(0.9 * page.pixels_per_mm)
    joined = np.zeros_like(free)
    seed = free.astype(np.uint8)
    for shape in ((length, 1), (1, length)):
        closed = cv2.morphologyEx(seed, cv2.MORPH_CLOSE, np.ones(shape, np.uint8))
        joined |= np.asarray(closed, dtype=np.bool_)
    mended = free | (joined & print_mask & dark)
    return _without_specks(mended, page.pixels_per_mm)


def _without_specks(mask: Mask, scale: float) -> Mask:
    """The mask without pieces too small to be a full stop."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=8
    )
    keep = np.zeros(count, dtype=bool)
    keep[1:] = stats[1:, cv2.CC_STAT_AREA] >= 0.05 * scale * scale
    return np.asarray(keep[labels], dtype=np.bool_)


def ink_map(page: PageInk, cell_mm: float = 2.0) -> tuple[float, ...]:
    """How much of each cell of a coarse grid is ink apart from print (0 to 1), row by row.

    Two scans of one sheet have nearly the same map; two sheets of one form do not.
    """
    size = round(cell_mm * page.pixels_per_mm)
    print_mask = _spread(page.printed > PRINT_DARKNESS, PRINT_SPREAD_MM * page.pixels_per_mm)
    ink = ((page.darkness > page.threshold) & ~print_mask).astype(np.float32)
    rows, columns = ink.shape[0] // size, ink.shape[1] // size
    cells = ink[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return tuple(float(value) for value in np.round(cells.mean(axis=(1, 3)), 4).ravel())
