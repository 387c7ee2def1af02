"""What a pen leaves on paper: strokes and letters become ink on a sheet.

Lines are drawn at three times the sheet's resolution in the small region that they need, made
thicker and thinner by speed (pens slow down in curves: the two-thirds power law) and pressure,
given the tool's texture, and multiplied onto the paper, so that print stays visible below.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from extractors.values import Box
from sample_scans.hands import own_rng
from sample_scans.ink_paper import Floats, Sheet, blend, noise_like
from sample_scans.ink_shapes import MaskLetter, Stroke
from sample_scans.values import Ink, Tool

FINE = 3  # how many times finer than the sheet ink is drawn
STEP = 4.0  # distance of the points of a line, in fine pixels
THINNEST_MM = 0.30


@dataclass(frozen=True)
class Pen:
    """One pen in one hand: `colour` is what its ink lets through of red, green and blue."""

    tool: Tool
    colour: tuple[float, float, float]
    width_mm: float
    pressure: float


@dataclass(frozen=True, eq=False)
class PlacedMask:
    """A font's letter on the page: `matrix` (2 × 3) takes capital heights to millimetres."""

    letter: MaskLetter
    matrix: Floats = field(repr=False)


COLOURS = {
    Ink.BLACK: (0.14, 0.14, 0.17),
    Ink.BLUE: (0.13, 0.20, 0.58),
    Ink.RED: (0.76, 0.13, 0.18),
}
WIDTHS = {Tool.BALLPOINT: 0.36, Tool.FELT_TIP: 0.58, Tool.PENCIL: 0.42}


def pen_of(hand: str, tool: Tool, ink: Ink, *, thickness: float, pressure: float) -> Pen:
    """The pen that this person uses: its own shade and width, the same in every entry."""
    (red, green, blue), width = _own_pen(hand, tool, ink)
    return Pen(tool, (red, green, blue), width * thickness, pressure)


@lru_cache(maxsize=1024)
def _own_pen(hand: str, tool: Tool, ink: Ink) -> tuple[tuple[float, float, float], float]:
    rng = own_rng(hand, f"pen {tool} {ink}")
    shade = np.clip(np.array(COLOURS[ink]) + rng.normal(0, 0.035, 3), 0.04, 0.9)
    if tool is Tool.PENCIL:
        shade = np.clip(shade + 0.16, 0, 0.9)
    red, green, blue = shade.tolist()
    return (red, green, blue), WIDTHS[tool] * float(rng.uniform(0.9, 1.15))


def put_ink(
    sheet: Sheet,
    strokes: Sequence[Stroke],
    masks: Sequence[PlacedMask],
    *,
    pen: Pen,
    rng: np.random.Generator,
) -> Box:
    """Draw strokes (in millimetres of the page) and font letters, and say how far the ink goes."""
    region = _region(sheet, strokes, masks, pen)
    if region is None:
        return Box(0.0, 0.0, 0.0, 0.0)
    left, top, width, height = region
    fine = np.zeros((height * FINE, width * FINE), np.uint8)
    scale = sheet.pixels_per_mm * FINE
    origin = np.array([left * FINE, top * FINE], np.float32)
    if strokes:
        _draw_lines(fine, [s * scale - origin for s in strokes], pen.width_mm * scale, pen, rng)
    for placed in masks:
        _draw_mask(fine, placed, scale, origin)
    if masks:
        fine = _not_too_thin(fine, scale)
    alpha = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    alpha *= np.float32(1 / 255)
    if masks:
        alpha = _vary_thickness(alpha, rng)
    inked = blend(sheet, _texture(alpha, pen, rng), (left, top), pen.colour)
    return inked


def _region(
    sheet: Sheet, strokes: Sequence[Stroke], masks: Sequence[PlacedMask], pen: Pen
) -> tuple[int, int, int, int] | None:
    """Left, top, width and height in pixels of the part of the sheet that the ink needs."""
    corners = [s for s in strokes if len(s)] + [mask_corners(m) for m in masks]
    if not corners:
        return None
    points = np.concatenate(corners) * sheet.pixels_per_mm
    margin = pen.width_mm * sheet.pixels_per_mm + 3
    low = np.floor(points.min(axis=0) - margin).astype(int)
    high = np.ceil(points.max(axis=0) + margin).astype(int)
    page = np.array(sheet.rgb.shape[1::-1])
    low, high = np.clip(low, 0, page - 1), np.clip(high, 1, page)
    if (high <= low).any():
        return None
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def mask_corners(placed: PlacedMask) -> Floats:
    """The four corners of a font's letter on the page, in millimetres."""
    letter = placed.letter
    height, width = (n / letter.pixels for n in letter.mask.shape)
    x, y = 0.0, letter.top
    box = np.array([[x, y], [x + width, y], [x, y + height], [x + width, y + height]], np.float32)
    out: Floats = box @ placed.matrix[:, :2].T + placed.matrix[:, 2]
    return out


def _draw_mask(
    fine: npt.NDArray[np.uint8], placed: PlacedMask, scale: float, origin: Floats
) -> None:
    letter = placed.letter
    corners = mask_corners(placed) * scale - origin
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 2, fine.shape[::-1])
    if (high <= low).any():
        return
    to_fine = (placed.matrix * scale).astype(np.float64)
    linear = to_fine[:, :2] / letter.pixels
    shift = to_fine[:, :2] @ np.array([0.0, letter.top]) + to_fine[:, 2] - origin - low
    matrix = np.column_stack([linear, shift])
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    drawn = cv2.warpAffine(letter.mask, matrix, size, flags=cv2.INTER_LINEAR)
    part = fine[low[1] : high[1], low[0] : high[0]]
    np.maximum(part, drawn, out=part)


def _not_too_thin(fine: npt.NDArray[np.uint8], scale: float) -> npt.NDArray[np.uint8]:
    """Letters of hairline fonts made as thick as a fine pen: no pen leaves less."""
    black = cv2.threshold(fine, 127, 255, cv2.THRESH_BINARY)[1]
    edge = cv2.countNonZero(cv2.morphologyEx(black, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)))
    width = 4 * cv2.countNonZero(black) / max(edge, 1)
    lacking = round(THINNEST_MM * scale - width)
    if lacking < 1:
        return fine
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (lacking + 1, lacking + 1))
    return np.asarray(cv2.dilate(fine, brush), np.uint8)


def _draw_lines(
    fine: npt.NDArray[np.uint8],
    strokes: Sequence[Stroke],
    width: float,
    pen: Pen,
    rng: np.random.Generator,
) -> None:
    """Lines of changing thickness and darkness through the points, in fine pixels."""
    points, owner, along = resample(strokes)
    thickness, darkness = _thickness_and_darkness(points, owner, along, pen, rng)
    widths = np.maximum(np.rint(thickness * width), 1).astype(int).tolist()
    shades = np.clip(darkness * 255, 0, 255).astype(int).tolist()
    places = np.rint(points * 16).astype(int).tolist()
    same = (owner[1:] == owner[:-1]).tolist()
    line, kind = cv2.line, cv2.LINE_8
    line(fine, places[0], places[0], shades[0], widths[0], kind, 4)
    for k, is_same in enumerate(same):
        start = places[k] if is_same else places[k + 1]
        line(fine, start, places[k + 1], shades[k], widths[k + 1], kind, 4)


def resample(strokes: Sequence[Stroke]) -> tuple[Floats, npt.NDArray[np.int64], Floats]:
    """Points at even distances along all strokes, whose they are, and how far along, smoothed."""
    counts = np.array([len(s) for s in strokes])
    points = np.concatenate(strokes)
    lengths = np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)
    firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    lengths[firsts[1:]] = 1.0  # the way through the air
    along = np.cumsum(lengths)
    begins, ends = along[firsts], along[firsts + counts - 1]
    places = np.unique(np.concatenate([np.arange(begins[0], ends[-1], STEP), begins, ends]))
    owner = np.searchsorted(begins, places, side="right") - 1
    kept = places <= ends[owner]
    places, owner = places[kept], owner[kept]
    x = np.interp(places, along, points[:, 0])
    y = np.interp(places, along, points[:, 1])
    out = np.stack([x, y], axis=1).astype(np.float32)
    inner = (owner[2:] == owner[1:-1]) & (owner[1:-1] == owner[:-2])
    for _ in range(2):
        middle = (out[:-2] + 2 * out[1:-1] + out[2:]) / 4
        out[1:-1][inner] = middle[inner]
    return out, owner, places.astype(np.float32)


def _thickness_and_darkness(
    points: Floats,
    owner: npt.NDArray[np.int64],
    along: Floats,
    pen: Pen,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """How thick (1: the pen's own width) and how dark (1: full ink) the line is at each point."""
    step = np.diff(points, axis=0, prepend=points[:1])
    angle = np.arctan2(step[:, 1], step[:, 0])
    bend = np.abs(np.angle(np.exp(1j * np.diff(angle, append=angle[-1:]))))
    around = np.convolve(bend, np.ones(5) / 5, mode="same")[: len(bend)]
    slow = np.minimum(around * 2.0, 1.0)
    knots = max(int((along[-1] - along[0]) / 60), 1) + 2
    where = np.linspace(along[0], along[-1] + 1, knots)
    press = np.interp(along, where, rng.normal(0, 1, knots))
    thickness = 0.92 + 0.16 * slow + 0.10 * press
    last = np.append(owner[1:] != owner[:-1], True)
    thickness = np.where(last, thickness * 0.75, thickness)
    darkness = pen.pressure + 0.10 * slow + 0.10 * press
    if pen.tool is Tool.BALLPOINT:
        skips = np.interp(along, where, rng.random(knots))
        darkness = np.where(skips < 0.10, darkness * (0.45 + 4 * skips), darkness)
    limits = (0.6, 1.5)
    return (
        np.clip(thickness, *limits).astype(np.float32),
        np.clip(darkness, 0.15, 1.0).astype(np.float32),
    )


def _vary_thickness(alpha: Floats, rng: np.random.Generator) -> Floats:
    """A font's letters a little thicker here and thinner there."""
    _, coarse = noise_like(alpha.shape, rng)
    soft = cv2.GaussianBlur(alpha, (0, 0), 1.0)
    threshold = np.clip(0.34 + 0.05 * coarse, 0.22, 0.46)
    out: Floats = np.clip((soft - threshold) * 2.6 + 0.5, 0, 1)
    return out


def _texture(alpha: Floats, pen: Pen, rng: np.random.Generator) -> Floats:
    """The tool's own look: a ballpoint's grain, a felt tip's bleeding, a pencil's crumbs."""
    fine, coarse = noise_like(alpha.shape, rng)
    if pen.tool is Tool.FELT_TIP:
        soft = cv2.GaussianBlur(alpha, (0, 0), 0.9)
        bled = soft * 1.25 * (0.95 + 0.05 * coarse) + 0.05 * fine * (soft > 0.2)
        return np.asarray(np.clip(bled, 0, 1), np.float32)
    if pen.tool is Tool.PENCIL:
        grain = np.clip(0.70 + 0.24 * fine + 0.08 * coarse, 0.0, 1.0)
        return np.asarray(alpha * grain * (0.55 + 0.4 * pen.pressure), np.float32)
    grain = np.clip(0.93 + 0.10 * fine + 0.05 * coarse, 0.3, 1.0)
    return np.asarray(alpha * grain, np.float32)
