"""Writing outside every field: notes in the margin, remarks between the lines."""

from collections.abc import Sequence

import cv2
import numpy as np

from extractors.crop import PRINT_DARKNESS, PRINT_SPREAD_MM, PageInk
from extractors.shape import shape_of
from extractors.values import Box, FieldHint

FIELD_MARGIN_MM = 3.0
"""Writing overshoots its field by this much before it counts as outside."""
EDGE_MM = 6.0
"""Nothing counts this near to the page's edge: shadows, holes and folds."""
REACH_MM = 3.0
"""Strokes this near to each other are one note."""
MIN_LENGTH_MM = 22.0
"""A note's pen travels at least this far."""


def outside_writing(page: PageInk, hints: Sequence[FieldHint]) -> tuple[Box, ...]:
    """The places (millimetres on the form) with writing outside every field, from the top."""
    scale = page.pixels_per_mm
    size = 2 * round((PRINT_SPREAD_MM + 0.15) * scale) + 1
    print_mask = cv2.dilate(
        np.asarray(page.printed > PRINT_DARKNESS, np.uint8), np.ones((size, size), np.uint8)
    )
    ink = (page.darkness > page.threshold + 20) & (print_mask == 0)
    edge = round(EDGE_MM * scale)
    ink[:edge], ink[-edge:], ink[:, :edge], ink[:, -edge:] = False, False, False, False
    for hint in hints:
        box, margin = hint.box, FIELD_MARGIN_MM
        ink[
            max(0, round((box.y - margin) * scale)) : round((box.bottom + margin) * scale),
            max(0, round((box.x - margin) * scale)) : round((box.right + margin) * scale),
        ] = False
    reach = round(REACH_MM * scale) | 1
    joined = cv2.dilate(ink.astype(np.uint8), np.ones((reach, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    found = []
    for label in range(1, count):
        left, top, width, height = (int(value) for value in stats[label][:4])
        where = np.s_[top : top + height, left : left + width]
        shape = shape_of(np.asarray(ink[where] & (labels[where] == label)), scale)
        is_writing = shape.pieces >= 3 and shape.stroke_mm < 1.2 and shape.turns > 1.5
        if is_writing and shape.length_mm >= MIN_LENGTH_MM:
            found.append(Box(left / scale, top / scale, width / scale, height / scale))
    return tuple(found)
