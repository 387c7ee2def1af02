"""What a field's ink looks like as a drawing, in millimetres: how much, how long, how straight."""

from dataclasses import dataclass

import cv2
import numpy as np

from extractors.crop import Mask


@dataclass(frozen=True)
class Shape:
    """Measures of a mask of ink.

    `area_mm2` is the inked area; `width_mm` and `height_mm` its extent; `stroke_mm` the typical
    stroke width, `thickest_mm` the widest place; `length_mm` what the pen has travelled (area over
    stroke width); `off_line_mm` how far the ink strays from its straight axis (root mean square);
    `pieces` how many connected strokes; `turns` the pen's travel over the extent's diagonal.
    """

    area_mm2: float
    width_mm: float
    height_mm: float
    stroke_mm: float
    thickest_mm: float
    length_mm: float
    off_line_mm: float
    pieces: int

    @property
    def turns(self) -> float:
        """The pen's travel over the extent's diagonal: 1 for a line, far more for writing."""
        return self.length_mm / max(0.5, float(np.hypot(self.width_mm, self.height_mm)))


NOTHING = Shape(0, 0, 0, 0, 0, 0, 0, 0)


def shape_of(mask: Mask, pixels_per_mm: float) -> Shape:
    """Measure a mask of ink."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return NOTHING
    top, left = int(rows.min()), int(columns.min())
    piece = np.pad(mask[top : rows.max() + 1, left : columns.max() + 1].astype(np.uint8), 2)
    distance = cv2.distanceTransform(piece, cv2.DIST_L2, 3)
    inside = distance[piece > 0]
    ridge = inside[inside >= np.percentile(inside, 60)]
    stroke = float(2 * ridge.mean() - 0.5)
    centred = np.stack([columns, rows]).astype(np.float64)
    centred -= centred.mean(axis=1, keepdims=True)
    spread = np.linalg.eigvalsh(np.cov(centred)) if len(rows) > 2 else np.zeros(2)
    count, _ = cv2.connectedComponents(piece, connectivity=8)
    scale = pixels_per_mm
    return Shape(
        area_mm2=len(rows) / scale**2,
        width_mm=float(np.ptp(columns) + 1) / scale,
        height_mm=float(np.ptp(rows) + 1) / scale,
        stroke_mm=stroke / scale,
        thickest_mm=float(2 * inside.max()) / scale,
        length_mm=len(rows) / max(1.0, stroke) / scale,
        off_line_mm=float(np.sqrt(max(0.0, spread[0]))) / scale,
        pieces=count - 1,
    )


def thick_patch(mask: Mask, pixels_per_mm: float, *, least_mm: float) -> Mask:
    """The largest patch of ink that is nowhere thinner than `least_mm`; empty where all is thin."""
    ink = np.asarray(mask, np.uint8)
    size = max(3, round(least_mm * pixels_per_mm) | 1)
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, disk), connectivity=8
    )
    if len(stats) < 2:
        return np.zeros_like(mask)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    return np.asarray(labels == largest, np.bool_)
