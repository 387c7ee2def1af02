"""What lies over a place: correction fluid, a rubber stamp, a smudge."""

from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from extractors.values import Box
from sample_scans.ink_paper import Floats, Sheet, blend, extent, noise_like
from sample_scans.values import Ink, Mark

STAMP_PIXELS = 64
STAMP_INKS = {
    Ink.BLACK: ((0.18, 0.17, 0.20),),
    Ink.BLUE: ((0.20, 0.24, 0.66), (0.42, 0.20, 0.62)),  # blue and violet pads
    Ink.RED: ((0.80, 0.16, 0.20), (0.74, 0.20, 0.36)),
}


def _window(sheet: Sheet, box: Box, margin_mm: float) -> tuple[int, int, int, int]:
    """Left, top, right and bottom in pixels of a box with a margin, within the page."""
    k = sheet.pixels_per_mm
    height, width = sheet.rgb.shape[:2]
    left = min(max(int((box.x - margin_mm) * k), 0), width - 2)
    top = min(max(int((box.y - margin_mm) * k), 0), height - 2)
    right = max(min(int((box.right + margin_mm) * k) + 1, width), left + 2)
    return left, top, right, max(min(int((box.bottom + margin_mm) * k) + 1, height), top + 2)


def fluid(sheet: Sheet, box: Box, rng: np.random.Generator) -> Box:
    """A white patch with soft, uneven edges over paper, print and ink; some let a ghost through."""
    left, top, right, bottom = _window(sheet, box, 2.5)
    k = sheet.pixels_per_mm
    patch = np.zeros((bottom - top, right - left), np.uint8)
    rows = max(int(box.height / 2.2), 1)
    for row in range(rows):
        y = (box.y + box.height * (row + 0.5) / rows) * k - top
        ends = np.array([box.x, box.right]) * k - left + rng.normal(0, 0.5, 2) * k
        tilt = float(rng.normal(0, 0.25)) * k
        brush = int(box.height / rows * k * float(rng.uniform(1.0, 1.25)))
        start, end = (
            (round(float(ends[0])), round(y - tilt)),
            (round(float(ends[1])), round(y + tilt)),
        )
        cv2.line(patch, start, end, 255, max(brush, 6), cv2.LINE_AA)
    fine, coarse = noise_like(patch.shape, rng)
    soft = cv2.GaussianBlur(patch, (0, 0), 5).astype(np.float32) / 255
    alpha: Floats = np.clip((soft - 0.42 + 0.06 * coarse) * 5 + 0.5, 0, 1).astype(np.float32)
    alpha *= float(rng.uniform(0.86, 0.93)) if rng.random() < 0.4 else float(rng.uniform(0.97, 1))
    rim = alpha - cv2.GaussianBlur(alpha, (0, 0), 3)
    ridges = cv2.GaussianBlur(fine, (0, 0), sigmaX=9, sigmaY=0.6)
    white = 253 - 34 * np.clip(rim, 0, 1) + 7 * ridges + 1.2 * coarse
    part = sheet.rgb[top:bottom, left:right]
    tint = np.stack([white, white, white - 4], axis=2)
    part[:] = np.clip(part * (1 - alpha[..., None]) + tint * alpha[..., None], 0, 255)
    return extent(alpha, (left, top), k)


def smudge(
    sheet: Sheet, box: Box, colour: tuple[float, float, float], rng: np.random.Generator
) -> Box:
    """Ink rubbed by a sleeve or finger, or a few drips: dirt, but no writing."""
    left, top, right, bottom = _window(sheet, box, 0.0)
    height, width = bottom - top, right - left
    alpha: Floats = np.zeros((height, width), np.float32)
    unit = min(height, width * 0.6)
    if rng.random() < 0.65:
        x, y = rng.uniform(0.3, 0.7, 2) * (width, height)
        axes = (
            round(unit * float(rng.uniform(0.3, 0.7))),
            round(unit * float(rng.uniform(0.08, 0.2))),
        )
        turn = float(rng.uniform(-35, 35))
        cv2.ellipse(alpha, (round(x), round(y)), axes, turn, 0, 360, 1.0, -1, cv2.LINE_AA)
        alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), max(unit * 0.09, 2)), np.float32)
        _, coarse = noise_like(alpha.shape, rng)
        alpha *= np.clip(0.8 + 0.35 * coarse, 0.1, 1.3) * float(rng.uniform(0.22, 0.5))
    else:
        for _ in range(int(rng.integers(1, 5))):
            x, y = rng.uniform(0.15, 0.85, 2) * (width, height)
            radius = max(round(float(rng.uniform(0.15, 0.7)) * sheet.pixels_per_mm), 1)
            cv2.circle(alpha, (round(x), round(y)), radius, 0.85, -1, cv2.LINE_AA)
        alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), 1.0), np.float32)
    return blend(sheet, np.clip(alpha, 0, 1), (left, top), colour)


def stamp(sheet: Sheet, mark: Mark, rng: np.random.Generator) -> Box:
    """A rubber stamp with a frame, turned a little, its pad inked unevenly."""
    design = _stamp_design(mark.text, int(rng.integers(3)))
    k, box = sheet.pixels_per_mm, mark.box
    scale = min(box.width * k / design.shape[1], box.height * 1.5 * k / design.shape[0])
    turn = float(rng.normal(0, 6))
    left, top, right, bottom = _window(sheet, box, max(box.width, box.height) * 0.3)
    matrix = cv2.getRotationMatrix2D((design.shape[1] / 2, design.shape[0] / 2), turn, scale)
    matrix[0, 2] += (box.x + box.width / 2) * k - left - design.shape[1] / 2
    matrix[1, 2] += (box.y + box.height / 2) * k - top - design.shape[0] / 2
    size = (right - left, bottom - top)
    small = cv2.GaussianBlur(design, (0, 0), max(0.4 / max(scale, 0.05), 0.3))
    alpha = cv2.warpAffine(small, matrix, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    fine, coarse = noise_like(alpha.shape, rng)
    pad = np.clip(0.66 + 0.20 * coarse + 0.16 * fine, 0.08, 0.95)
    x = np.linspace(-1, 1, size[0], dtype=np.float32)
    lean = 1 - 0.25 * np.clip(x * float(rng.choice([-1, 1])), 0, 1)
    inks = STAMP_INKS[mark.ink]
    colour = inks[int(rng.integers(len(inks)))]
    inked: Floats = (alpha * pad * lean).astype(np.float32)
    return blend(sheet, inked, (left, top), colour)


@lru_cache(maxsize=64)
def _stamp_design(text: str, frame: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The rubber itself: lines of text (parted by `|` or line breaks) in a frame."""
    lines = [line.strip().upper() for line in text.replace("|", "\n").splitlines() if line.strip()]
    lines = lines or ["RECEIVED"]
    fonts = [
        ImageFont.load_default(STAMP_PIXELS if n == 0 else STAMP_PIXELS * 0.7)
        for n in range(len(lines))
    ]
    widths = [font.getlength(line) for font, line in zip(fonts, lines, strict=True)]
    width = int(max(widths)) + 90
    height = int(STAMP_PIXELS * (1.25 + 0.95 * (len(lines) - 1))) + 60
    image = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(image)
    y = 24.0
    for font, line, wide in zip(fonts, lines, widths, strict=True):
        pen.text(
            ((width - wide) / 2, y), line, font=font, fill=255, stroke_width=2, stroke_fill=255
        )
        y += STAMP_PIXELS * 0.95
    outer = (6, 6, width - 7, height - 7)
    if frame == 0:
        pen.rectangle(outer, outline=255, width=7)
    else:
        pen.rounded_rectangle(outer, radius=height // 4, outline=255, width=6)
    if frame == 2:
        inner = (18, 18, width - 19, height - 19)
        pen.rounded_rectangle(inner, radius=height // 5, outline=255, width=3)
    return np.asarray(image, np.uint8)
