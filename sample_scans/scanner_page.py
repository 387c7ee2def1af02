"""One sheet on the scanner's glass: from paper to a grey, colour or bilevel image.

First what happened to the paper (copies of copies, holes, a fold, the back shining through), then
where it lay (skew, perspective, the lid around it), then light and electronics (uneven light,
fading, streaks, blur, noise), then the scanner's mode. Lengths in pixels at the scan's own dpi.
"""

import cv2
import numpy as np
import numpy.typing as npt

from extractors.values import Matrix
from sample_scans.values import ScanPlan

SHEET_DPI = 300
Image = npt.NDArray[np.uint8]


def scan_page(
    sheet: Image, back: Image, plan: ScanPlan, *, turn: int, rng: np.random.Generator
) -> Image:
    """One page as the scanner stores it: height × width, with × 3 (RGB) in colour mode.

    In bilevel mode every pixel is 0 or 255. `back` is what shines through; `turn` is the
    clockwise quarter turn in degrees.
    """
    page, _ = lay_and_scan(sheet, back, plan, rng)
    return np.ascontiguousarray(np.rot90(page, -turn // 90))


def lay_and_scan(
    sheet: Image, back: Image, plan: ScanPlan, rng: np.random.Generator
) -> tuple[Image, Matrix]:
    """The page upright, and where it lay: from pixels of the sheet at `plan.dpi` to its own."""
    page = _resized(_grey(sheet) if plan.mode != "colour" else sheet, plan.dpi)
    if plan.bleed_through > 0:
        page = _shine_through(page, back, plan.bleed_through)
    for _ in range(plan.generations - 1):
        page = _copied(page, plan.dpi, rng)
    lid = _lid(plan, rng)
    if plan.punch_holes:
        _punch(page, plan.dpi, lid, rng)
    if plan.folded_corner:
        _fold(page, plan.dpi, lid, rng)
    page, place = _laid(page, plan, lid, rng)
    page = _lit(page, plan, rng)
    if plan.streaks > 0:
        _streak(page, plan.streaks, rng)
    page = _blurred(page, plan)
    page = _noisy(page, plan, rng)
    if plan.mode == "bilevel":
        page = _bilevel(page, plan.dpi)
    return page, place


def _grey(sheet: Image) -> Image:
    return np.asarray(cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY), np.uint8)


def _resized(page: Image, dpi: int) -> Image:
    """The page at the scan's resolution; always a copy."""
    if dpi == SHEET_DPI:
        return page.copy()
    scale = dpi / SHEET_DPI
    size = (round(page.shape[1] * scale), round(page.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(page, size, interpolation=how), np.uint8)


def _shine_through(page: Image, back: Image, strength: float) -> Image:
    """The other side, mirrored, soft and faint."""
    small = cv2.resize(_grey(back), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(cv2.flip(small, 1), (0, 0), 0.8)
    veil = cv2.resize(small, page.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    table = np.rint(255 - (255 - np.arange(256)) * (0.05 + 0.11 * strength)).astype(np.uint8)
    veil = cv2.LUT(veil, table)
    return _times(page, np.asarray(veil, np.uint8))


def _times(page: Image, veil: Image) -> Image:
    """Multiply a grey veil (255 changes nothing) onto a page."""
    if page.ndim == 3:
        veil = np.asarray(cv2.merge([veil, veil, veil]), np.uint8)
    return np.asarray(cv2.multiply(page, veil, scale=1 / 255), np.uint8)


def _copied(page: Image, dpi: int, rng: np.random.Generator) -> Image:
    """A photocopy: grey, nearly black and white, a little fatter or thinner, with specks."""
    is_colour = page.ndim == 3
    grey = _grey(page) if is_colour else page
    grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.055 * dpi / 25.4), np.uint8)
    paper = float(np.percentile(grey[::16, ::16], 80))
    middle, width = paper * float(rng.uniform(0.76, 0.83)), float(rng.uniform(11, 18))
    levels = np.arange(256, dtype=np.float64)
    curve = 250 / (1 + np.exp(-(levels - middle) / width))
    low = float(rng.uniform(5, 45))
    grey = np.asarray(
        cv2.LUT(grey, np.rint(low + curve * (1 - low / 255)).astype(np.uint8)), np.uint8
    )
    _speckle(grey, rng, count=int(rng.integers(40, 260)), dark=True)
    return np.asarray(cv2.merge([grey, grey, grey]), np.uint8) if is_colour else grey


def _speckle(page: Image, rng: np.random.Generator, *, count: int, dark: bool) -> None:
    """Specks of toner or dust of one or two pixels."""
    height, width = page.shape[:2]
    y, x = rng.integers(0, height - 1, count), rng.integers(0, width - 1, count)
    value = 30 if dark else 245
    page[y, x] = value
    big = rng.random(count) < 0.4
    page[y[big] + 1, x[big]] = value
    page[y[big], x[big] + 1] = value


def _lid(plan: ScanPlan, rng: np.random.Generator) -> int:
    """How bright the scanner is where there is no paper."""
    if plan.dark_border > 0:
        return int(rng.integers(15, 70))
    return int(rng.integers(228, 250))


def _punch(page: Image, dpi: int, lid: int, rng: np.random.Generator) -> None:
    """Two holes 80 mm apart near the binding edge (ISO 838), or three as in North America."""
    mm = dpi / 25.4
    height, width = page.shape[:2]
    is_upright = height >= width
    length = (height if is_upright else width) / mm
    apart = (-40.0, 40.0) if rng.random() < 0.7 else (-108.0, 0.0, 108.0)
    inset = float(rng.uniform(7.5, 10.0))
    for offset in apart:
        along = length / 2 + offset + float(rng.normal(0, 0.3))
        centre = (inset, along) if is_upright else (along, inset)
        place = (round(centre[0] * mm * 16), round(centre[1] * mm * 16))
        shade = int(lid * 0.92)
        rim = 70 if lid > 128 else 200
        cv2.circle(page, place, round(2.75 * mm * 16), (shade,) * 3, -1, cv2.LINE_AA, 4)
        cv2.circle(page, place, round(2.75 * mm * 16), (rim,) * 3, 1, cv2.LINE_AA, 4)


def _fold(page: Image, dpi: int, lid: int, rng: np.random.Generator) -> None:
    """A corner folded over: nothing where it was, and the paper's back where it lies now."""
    mm = dpi / 25.4
    height, width = page.shape[:2]
    a, b = (float(v) * mm for v in rng.uniform(6, 15, 2))
    corner = int(rng.integers(4))
    x0, to_x = (0.0, 1.0) if corner % 2 == 0 else (width - 1.0, -1.0)
    y0, to_y = (0.0, 1.0) if corner < 2 else (height - 1.0, -1.0)
    tip = np.array([2 * a * b * b / (a * a + b * b), 2 * a * a * b / (a * a + b * b)])
    ends = np.array([[a, 0.0], [0.0, b]])
    turn = np.array([to_x, to_y])
    place = np.array([x0, y0])
    fold, flap = ends * turn + place, tip * turn + place
    gone = np.rint(np.array([place, *fold])).astype(np.int32)
    over = np.rint(np.array([flap, *fold])).astype(np.int32)
    cv2.fillPoly(page, [over + np.array([2, 2], np.int32)], (150,) * 3, cv2.LINE_AA)
    cv2.fillPoly(page, [over], (int(rng.integers(222, 240)),) * 3, cv2.LINE_AA)
    cv2.fillPoly(page, [gone], (lid,) * 3, cv2.LINE_AA)
    start, end = (tuple(int(v) for v in np.rint(point)) for point in fold)
    cv2.line(page, start, end, (120,) * 3, max(round(0.15 * mm), 1), cv2.LINE_AA)


def _laid(page: Image, plan: ScanPlan, lid: int, rng: np.random.Generator) -> tuple[Image, Matrix]:
    """The page as it lay: turned a little, drawn a little out of square, the lid around it."""
    height, width = page.shape[:2]
    mm = plan.dpi / 25.4
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    angle = np.deg2rad(np.clip(plan.skew_degrees + rng.normal(0, 0.15), -5, 5))
    stretch = 1 + rng.normal(0, 0.0025, 2)
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    laid = ((corners - corners.mean(axis=0)) * stretch) @ spin
    laid += rng.uniform(-1, 1, (4, 2)) * np.array([width, height]) * 0.012 * plan.perspective
    edge = rng.uniform(0, 1, 4) * (1.0 + 6.0 * plan.dark_border) * mm - 1.0 * mm
    low = laid.min(axis=0) - edge[:2]
    size = np.ceil(laid.max(axis=0) + edge[2:] - low).astype(int)
    matrix = cv2.getPerspectiveTransform(
        corners.astype(np.float32), (laid - low).astype(np.float32)
    )
    out = cv2.warpPerspective(
        page,
        matrix,
        (int(size[0]), int(size[1])),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(lid, lid, lid),
    )
    return np.asarray(out, np.uint8), np.asarray(matrix, np.float64)


def _lit(page: Image, plan: ScanPlan, rng: np.random.Generator) -> Image:
    """Light that is not even over the glass, a lamp that has grown weak, ink that has faded."""
    uneven = {"good": 0.02, "fair": 0.06, "poor": 0.13}[plan.quality]
    grid = 1 - np.abs(rng.normal(0, uneven / 2, (4, 3))).clip(0, uneven)
    light = cv2.resize((grid * 255).astype(np.float32), (96, 128), interpolation=cv2.INTER_CUBIC)
    small = np.clip(light, 0, 255).astype(np.uint8)
    veil = np.asarray(cv2.resize(small, page.shape[1::-1]), np.uint8)
    lamp = 1 - float(rng.uniform(0, 0.03 + 0.05 * plan.fade))
    levels = np.arange(256, dtype=np.float64) * lamp
    table = levels + (250 * lamp - levels) * 0.42 * plan.fade * (levels < 250 * lamp)
    return _times(np.asarray(cv2.LUT(page, np.rint(table).astype(np.uint8)), np.uint8), veil)


def _streak(page: Image, strength: float, rng: np.random.Generator) -> None:
    """Lines along the feed from dust on the sensor: thin, and never hiding what is below."""
    width = page.shape[1]
    for _ in range(int(rng.integers(1, 2 + round(4 * strength)))):
        x, thick = int(rng.integers(2, width - 4)), int(rng.integers(1, 3))
        change = float(rng.uniform(15, 40 + 40 * strength)) * (-1 if rng.random() < 0.7 else 1)
        part = page[:, x : x + thick].astype(np.float32) + change
        page[:, x : x + thick] = np.clip(part, 0, 255).astype(np.uint8)


def _blurred(page: Image, plan: ScanPlan) -> Image:
    sigma = 0.085 * plan.blur * plan.dpi / 25.4
    if sigma < 0.25:
        return page
    return np.asarray(cv2.GaussianBlur(page, (0, 0), sigma), np.uint8)


def _noisy(page: Image, plan: ScanPlan, rng: np.random.Generator) -> Image:
    """The sensor's noise, and dust on the glass."""
    spread = (1.0 + 11.0 * plan.noise) * (0.6 if plan.mode == "bilevel" else 1.0)
    tile = (rng.standard_normal((512, 512), np.float32) * spread).astype(np.int16)
    height, width = page.shape[:2]
    grain = np.tile(tile, (-(-height // 512), -(-width // 512)))[:height, :width]
    if page.ndim == 3:
        grain = np.asarray(cv2.merge([grain, grain, grain]), np.int16)
    out = np.asarray(cv2.add(page, np.ascontiguousarray(grain), dtype=cv2.CV_8U), np.uint8)
    if plan.noise > 0.4:
        _speckle(out, rng, count=int(200 * plan.noise), dark=bool(rng.random() < 0.8))
    return out


def _bilevel(page: Image, dpi: int) -> Image:
    """Black and white by each place's own paper, so that faint pencil is kept."""
    height, width = page.shape[:2]
    small = cv2.resize(
        page, (max(width // 8, 1), max(height // 8, 1)), interpolation=cv2.INTER_AREA
    )
    reach = max(round(2.5 * dpi / 25.4 / 8), 1) * 2 + 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), reach / 2)
    paper = np.maximum(paper, np.uint8(0.6 * np.percentile(paper, 90)))
    limit = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    limit = cv2.LUT(limit, np.rint(np.arange(256) * 0.83).astype(np.uint8))
    return np.asarray(cv2.compare(page, limit, cv2.CMP_GT), np.uint8)
