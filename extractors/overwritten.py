"""Figures written over in place: another stroke lies on the first, and both can be seen.

Where two figures lie on each other there is more ink than any one figure has, the pen seems
broader and blacker than in the rest of the entry, and the readers are in doubt. Each figure of an
entry is measured against what its kind mostly looks like and against the other figures beside it;
letters are left alone, hands differ too much in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from extractors.ctc import places
from extractors.frames import COLUMN, Seen
from extractors.values import Evidence, Reading, State
from extractors.writing import Writing

USUAL = {
    "0": (0.82, -0.59, 1.58),
    "1": (0.11, -0.97, 1.14),
    "2": (0.73, -0.69, 1.93),
    "3": (0.72, -0.65, 2.05),
    "4": (0.71, -0.53, 1.32),
    "5": (0.79, -0.61, 2.00),
    "6": (0.77, -0.51, 1.76),
    "7": (0.53, -0.73, 1.50),
    "8": (0.96, -0.45, 2.04),
    "9": (0.77, -0.50, 1.72),
}
"""Of each figure the pen's travel, its density (logarithms, see Figure) and how many strokes lie
one above the other: medians of clean entries of fit writers."""
USUAL_BREADTH = (-0.51, -0.17)
"""The same of `broad` and `thick`, for every figure."""
INK = 100
"""From this darkness on, where the entry's dark strokes have 225, something counts as ink."""
WINDOW_SHARE = 0.5
"""Density is looked at in squares of this share of the writing's height."""
LEAST_HEIGHT = 8
SMALL_HOLE = 0.18
"""A hole narrower than this share of a figure's height is what two strokes leave between them."""
LONGEST = 20
"""Lines longer than so many times their height are remarks."""
SUREST = 1e-4
MEASURES = {
    "travel": 1.0,
    "crossed": 2.4,
    "small holes": 0.9,
    "sure, first reader": -0.2,
    "sure, last reader": -0.44,
    "dense": 5.8,
    "broad": 4.4,
    "thick": 2.9,
    "higher than the others": 3.2,
    "blacker than the others": 17.0,
    "apart": -9.6,
    "is a one": -5.7,
    "is a zero": -1.7,
}
"""What is measured of a figure, in this order, and what it weighs. Ink that falls to pieces has
been scanned badly; ones vary most, from a stroke to a stroke with foot and flag."""
INTERCEPT = -4.1
MIN_LOG_ODDS = 1.5
"""Above this lie half of the entries written over and less than one in a thousand others."""

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """One figure of an entry.

    Logarithms: `travel` of the pen's travel (the ink's area over the stroke's width) and `height`,
    in pixels; `dense` of the share of ink where it is densest; `broad` and `thick` of the stroke's
    usual and greatest half width over the entry's stroke; `black` of its darkest. `crossed` is how
    many strokes lie one above the other, `small_holes` how many holes are too small for a figure's
    own, `apart` the share (0 to 1) of ink that does not hang together with the rest. `sure` are
    the first and the last reader's log-odds for the figure.
    """

    sign: str
    travel: float
    height: float
    dense: float
    broad: float
    thick: float
    black: float
    crossed: float
    small_holes: int
    apart: float
    sure: tuple[float, ...]


def with_overwriting(reading: Reading, writing: Writing, seen: Seen) -> Reading:
    """The reading, with its evidence where a figure of it seems to be written over another.

    `seen` is what the readers saw in all of the field's ink.
    """
    if writing.drawing is not None or reading.state is not State.FILLED or reading.evidence:
        return reading
    if log_odds(figures_of(writing.darkness, reading.value, seen)) < MIN_LOG_ODDS:
        return reading
    return replace(reading, evidence=(Evidence.OVERWRITTEN,))


def figures_of(dark: Floats, text: str, seen: Seen) -> tuple[Figure, ...]:
    """The figures of a text in its line (see `line_darkness`); none where there are no places."""
    if dark.shape[1] > LONGEST * len(dark) or not all(sign in COLUMN for sign in text):
        return ()
    if not any(sign in USUAL for sign in text):
        return ()
    columns = _columns(dark, text, seen)
    line = _Line.of(dark)
    found = []
    for sign, (left, right) in zip(text, columns, strict=False):
        rows = np.flatnonzero(line.ink[:, left:right].any(axis=1))
        if sign in USUAL and len(rows) and np.ptp(rows) + 1 >= LEAST_HEIGHT:
            where = np.s_[int(rows[0]) : int(rows[-1]) + 1, left:right]
            found.append(_figure(line, where, sign, _sure(sign, left, right, len(dark), seen)))
    return tuple(found)


def _columns(dark: Floats, text: str, seen: Seen) -> list[tuple[int, int]]:
    """Each sign's first column and the one behind its last: cut where there is least ink."""
    step = seen[-1].step * len(dark)
    middles = [(place + 0.5) * step for place in places(seen[-1].probabilities, text)]
    if not middles:
        return []
    amount = dark.sum(axis=0)
    cuts = [0]
    for left, right in pairwise(middles):
        first = min(int(left + 0.3 * (right - left)), len(amount) - 1)
        last = min(max(first + 1, int(right - 0.3 * (right - left)) + 1), len(amount))
        away = np.abs(np.arange(first, last) - (left + right) / 2)
        cuts.append(first + int(np.argmin(amount[first:last] + 5 * away)))
    return list(zip(cuts, [*cuts[1:], len(amount)], strict=True))


def _sure(sign: str, left: int, right: int, height: int, seen: Seen) -> tuple[float, ...]:
    """The first and the last reader's log-odds for a sign between two columns of a line."""
    found = []
    for frames in (seen[0], seen[-1]):
        step = frames.step * height
        first = int(left / step)
        part = frames.probabilities[first : max(first + 1, int(np.ceil(right / step)))]
        best = float(part[:, COLUMN[sign]].max()) if len(part) else 0.0
        bounded = min(max(best, SUREST), 1 - SUREST)
        found.append(float(np.log(bounded / (1 - bounded))))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Line:
    """A line's ink: its darkness, its half width in the middle of strokes, how dense it is.

    `stroke` is the entry's usual stroke width in pixels.
    """

    dark: Floats
    ink: npt.NDArray[np.bool_]
    depth: Floats
    is_middle: npt.NDArray[np.bool_]
    density: Floats
    stroke: float

    @classmethod
    def of(cls, dark: Floats) -> "_Line":
        ink = np.asarray(dark > INK, np.uint8)
        depth = cv2.distanceTransform(ink, cv2.DIST_L2, 5)
        middle = (depth > 0) & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)))
        rows = np.flatnonzero(ink.any(axis=1))
        size = max(3, int(WINDOW_SHARE * (np.ptp(rows) + 1)) if len(rows) else 3) | 1
        density = cv2.boxFilter(ink.astype(np.float32), -1, (size, size))
        return cls(
            dark=dark,
            ink=np.asarray(ink, np.bool_),
            depth=np.asarray(depth, np.float32),
            is_middle=np.asarray(middle, np.bool_),
            density=np.asarray(density, np.float32),
            stroke=max(1.0, float(2 * np.median(depth[middle]) - 0.5)) if len(rows) else 1.0,
        )


def _figure(line: _Line, where: tuple[slice, slice], sign: str, sure: tuple[float, ...]) -> Figure:
    ink, depth = line.ink[where], line.depth[where]
    area, height = int(ink.sum()), len(ink)
    runs = ink[0] + (ink[1:] & ~ink[:-1]).sum(axis=0)
    middle = depth[line.is_middle[where]]
    _, _, pieces, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    paper = cv2.copyMakeBorder((~ink).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, _, gaps, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    return Figure(
        sign=sign,
        travel=float(np.log(area / line.stroke)),
        height=float(np.log(height)),
        dense=float(np.log(line.density[where].max())),
        broad=float(np.log(_of_share(middle, 0.75) / line.stroke)) if len(middle) else 0.0,
        thick=float(np.log(depth.max() / line.stroke)),
        black=float(np.log(_of_share(line.dark[where][ink], 0.97))),
        crossed=float(runs[runs > 0].mean()),
        small_holes=int((gaps[2:, cv2.CC_STAT_AREA] < (SMALL_HOLE * height) ** 2).sum()),
        apart=1 - float(pieces[1:, cv2.CC_STAT_AREA].max()) / area,
        sure=sure,
    )


def _of_share(values: Floats, share: float) -> float:
    """The value that this share (0 to 1) of the values does not exceed."""
    place = round(share * (len(values) - 1))
    return float(np.partition(values, place)[place])


def log_odds(figures: Sequence[Figure]) -> float:
    """How much likelier it is that one of the figures is written over than that none is.

    A logistic regression on each figure, of fit writers, rounded; the likeliest one counts.
    """
    if not figures:
        return float("-inf")
    weights = np.array(list(MEASURES.values()))
    return float((measures(figures) @ weights).max()) + INTERCEPT


def measures(figures: Sequence[Figure]) -> Numbers:
    """What speaks for a figure being written over: figures × MEASURES.

    What the others of the entry say counts the less, the fewer there are. A slash through a zero
    looks like a second stroke: of a zero only the pen counts, and how close its strokes lie.
    """
    usual = np.array([USUAL[one.sign] for one in figures])
    heights = np.array([one.height for one in figures])
    blacks = np.array([one.black for one in figures])
    shapes = np.array([(one.travel, one.dense, one.broad, one.thick) for one in figures])
    shapes[:, 0] -= np.median(heights)
    shapes[:, :2] -= usual[:, :2]
    shapes[:, 2:] -= USUAL_BREADTH
    shapes -= _of_others(shapes)
    is_zero = np.array([one.sign == "0" for one in figures])
    doubt = np.array([one.sure for one in figures])
    drawn = np.c_[
        shapes[:, 0],
        [one.crossed for one in figures] - usual[:, 2],
        [min(one.small_holes, 2) for one in figures],
        doubt,
    ]
    drawn[is_zero] = 0
    every = np.c_[
        drawn,
        shapes[:, 1:],
        heights - np.median(heights),
        blacks - np.median(blacks),
        [one.apart for one in figures],
        [one.sign == "1" for one in figures],
        is_zero,
    ]
    return np.asarray(every, np.float64)


def _of_others(shapes: Numbers) -> Numbers:
    """For each figure the median of the others, counting the less the fewer they are."""
    count = len(shapes)
    if count < 2:
        return np.zeros_like(shapes)
    medians = [np.median(np.delete(shapes, place, axis=0), axis=0) for place in range(count)]
    return (count - 1) / count * np.array(medians)
