"""Corrections: an entry struck through with one line, and the new one beside or above it.

A strike is the one stroke of a hand that goes on, straight and nearly level, over the gaps between
the signs. It is looked for at several slopes, followed along its bow, and taken away where nothing
crosses it; what is left falls into the struck entry and the new one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from extractors.crop import Crop, Mask

SLOPES = tuple(float(slope) for slope in np.arange(-3, 4) * 0.05)
"""Millimetres down for each millimetre to the right; nobody strikes steeper."""
MIN_STRIKE_MM = 3.4
MAX_GAP_MM = 0.3
"""So long a piece of a strike may have faded."""
STRAY_MM = 0.45
"""How far a hand's line strays from a straight one."""
MIN_SHARE_EACH_SIDE = 0.22
"""Share of the strike's way with ink above it, and with ink below it."""
MIN_SHARE_OF_CLEAR_STRIKE = 0.05
CLEAR_STRIKE_LOG_ODDS = 2.0
"""Where all else says clearly that it is a strike, it may run along the foot of small writing."""
CLEAR_MM = 0.15
REACH_MM = 2.6
"""How far above and below the line the struck writing reaches at most."""
LEAST_REACH_MM = 0.9
MIN_NEW_MM2 = 1.2
"""Less ink than this beside the struck entry is no new one."""
MAX_CHIP_MM2 = 0.4
CHIP_WAY_MM = 0.4
"""A smaller piece of ink this close to the struck entry is a chip of it."""
TAIL_MM = 0.5
MAX_TAIL_MM = 2.5
"""The end of a strike may stray this far from the line's way, and is no longer than that."""
MAX_CRUMBS_MM2 = 0.3
"""So little of the new ink may lie close to the old without being a part of it."""
SLACK_MM = 0.25
MAX_BEFORE = 0.15
MIN_GAP_MM = 1.0
MIN_PART_MM2 = 0.45
"""A value and the initials beside it are parted by such a gap, and neither has less ink."""
MAX_STRIKES = 3
"""Lines tried in one field, the longest first."""
MIN_LOG_ODDS = -3.0
"""From these odds on the recogniser is asked what the parts say."""
EDGE = 3
"""Pixels kept around the ink."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Line:
    """A strike's way: for each column of the crop its row, used from `left` to `right` (pixels).

    `thickness` is that of its stroke where it runs alone, in pixels.
    """

    rows: Numbers = field(repr=False)
    left: int
    right: int
    thickness: float


@dataclass(frozen=True, eq=False)
class Struck:
    """A struck entry: `old` is its writing, `line` the strike, `new` the rest of the field's ink.

    `length_mm` is how long the strike is, `ends_mm` how far it runs on alone at its left and its
    right end, `apart_mm` the way from the struck writing to the new one. `before` is the share
    (0 to 1) of the new ink that stands left of the strike, in its row.
    """

    old: Mask = field(repr=False)
    line: Mask = field(repr=False)
    new: Mask = field(repr=False)
    length_mm: float
    ends_mm: tuple[float, float]
    apart_mm: float
    before: float

    @property
    def log_odds(self) -> float:
        """How much likelier a strike is than a stroke of plain writing, by its shape alone.

        A logistic regression on corrections and clean entries of fit writers, rounded. A strike
        is long, runs on alone at both ends, and the new entry keeps away from it; a line that runs
        on alone for long is what is left of a frame. Nobody writes the new entry before the old.
        """
        shorter, longer = min(self.ends_mm), max(self.ends_mm)
        return (
            9.0 * min(shorter, 0.6)
            + 2.2 * min(longer, 1.0)
            - (2.9 if longer > 1.6 else 0.0)
            + 1.2 * min(self.length_mm, 8.0)
            - (2.1 if self.length_mm > 22 else 0.0)
            + 2.3 * min(self.apart_mm, 1.5)
            - (4.0 if self.before > MAX_BEFORE else 0.0)
            - 15.1
        )


def find_strike(crop: Crop, own: Mask) -> Struck | None:
    """The struck and the new entry, or None where nothing is struck through and replaced."""
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    if not len(rows) or len(columns) < MIN_STRIKE_MM * crop.pixels_per_mm:
        return None
    where = np.s_[
        max(0, int(rows[0]) - EDGE) : int(rows[-1]) + 1 + EDGE,
        max(0, int(columns[0]) - EDGE) : int(columns[-1]) + 1 + EDGE,
    ]
    found = [one for one in _strikes(own[where], crop.pixels_per_mm) if one.log_odds > MIN_LOG_ODDS]
    if not found:
        return None
    best = max(found, key=lambda struck: struck.log_odds)
    old, line, new = (np.zeros_like(own) for _ in range(3))
    old[where], line[where], new[where] = best.old, best.line, best.new
    return replace(best, old=old, line=line, new=new)


def _strikes(own: Mask, scale: float) -> Iterator[Struck]:
    """What each long line through writing would strike, the longest line first."""
    for line in _lines(own, scale):
        beside = _share_beside(own, line, scale)
        if beside < MIN_SHARE_OF_CLEAR_STRIKE:
            continue
        struck = _apart(own, line, scale)
        if beside < MIN_SHARE_EACH_SIDE and struck.log_odds < CLEAR_STRIKE_LOG_ODDS:
            continue
        if struck.new.sum() / scale**2 >= MIN_NEW_MM2 and struck.old.any():
            yield struck


def _lines(own: Mask, scale: float) -> Iterator[Line]:
    """Long, nearly level runs of ink, the longest first, each followed to its ends."""
    ink = own.astype(np.uint8)
    for _ in range(MAX_STRIKES):
        run = _longest_run(ink, scale)
        if run is None:
            return
        line = _followed(own, run, scale)
        yield line
        straight = np.asarray(run.row + run.slope * np.arange(own.shape[1]), np.float64)
        ran = replace(line, rows=straight, left=run.left, right=run.right)
        taken = _along(line, own.shape, 1.5 * line.thickness)
        taken |= _along(ran, own.shape, 1.5 * line.thickness)
        ink = np.where(taken, 0, ink).astype(np.uint8)


@dataclass(frozen=True)
class _Run:
    """A straight run of ink in pixels: it passes `row` at column 0 and falls by `slope`."""

    row: float
    slope: float
    left: int
    right: int


def _longest_run(ink: npt.NDArray[np.uint8], scale: float) -> _Run | None:
    best: _Run | None = None
    spread = np.asarray(cv2.dilate(ink, np.ones((3, 1), np.uint8)), np.uint8)
    gap = np.ones((1, max(1, round(MAX_GAP_MM * scale))), np.uint8)
    least = np.ones((1, round(MIN_STRIKE_MM * scale)), np.uint8)
    for slope in SLOPES:
        closed = cv2.morphologyEx(_sheared(spread, slope), cv2.MORPH_CLOSE, gap)
        level = np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, least), np.uint8)
        if not level.any():
            continue
        row, left, right = _longest_in(level)
        if best is None or right - left > best.right - best.left:
            best = _Run(row=row, slope=slope, left=left, right=right)
    return best


def _sheared(ink: npt.NDArray[np.uint8], slope: float) -> npt.NDArray[np.uint8]:
    """The ink with each column moved up, so that a line of this slope lies level."""
    matrix = np.array([[1.0, 0.0, 0.0], [-slope, 1.0, 0.0]])
    size = (ink.shape[1], ink.shape[0])
    return np.asarray(cv2.warpAffine(ink, matrix, size, flags=cv2.INTER_NEAREST), np.uint8)


def _longest_in(level: npt.NDArray[np.uint8]) -> tuple[float, int, int]:
    """Row, first column and last column of the longest level run; the middle of rows as long."""
    padded = np.pad(level, ((0, 0), (1, 1)))
    change = np.diff(padded.astype(np.int8), axis=1)
    rows, starts = np.nonzero(change == 1)
    _, ends = np.nonzero(change == -1)
    lengths = ends - starts
    longest = lengths >= lengths.max() - 2
    middle = float(np.median(rows[longest]))
    place = int(np.argmin(np.abs(rows - middle) + 1e3 * ~longest))
    return float(rows[place]), int(starts[place]), int(ends[place]) - 1


def _followed(own: Mask, run: _Run, scale: float) -> Line:
    """The run with the bow that a hand gives it, carried on as far as there is ink on its way."""
    columns = np.arange(own.shape[1])
    straight = np.asarray(run.row + run.slope * columns, np.float64)
    reach = round(STRAY_MM * scale)
    near, thick = _near(own, straight, reach)
    inside = (columns >= run.left) & (columns <= run.right) & np.isfinite(near)
    thickness = float(np.percentile(thick[inside], 25)) if inside.any() else 2.0
    alone = inside & (thick <= 1.6 * thickness + 1)
    rows = straight
    if alone.sum() >= 8:
        bow = np.polynomial.Polynomial.fit(
            columns[alone], near[alone], deg=2 if run.right - run.left > 8 * scale else 1
        )
        seen = np.clip(columns, run.left - 2 * scale, run.right + 2 * scale)
        bent = np.asarray(bow(seen), np.float64)
        is_near = np.abs(bent - straight) <= 1.5 * reach
        rows = np.asarray(np.where(is_near, bent, straight), np.float64)
    left, right = _ends(own, rows, run, scale)
    return Line(rows=rows, left=left, right=right, thickness=max(2.0, thickness))


def _near(own: Mask, rows: Numbers, reach: int) -> tuple[Numbers, Numbers]:
    """For each column the middle and the height of the ink near a row; NaN and 0 without ink."""
    offsets = np.arange(-reach, reach + 1)
    places = np.clip(np.rint(rows)[None, :].astype(int) + offsets[:, None], 0, own.shape[0] - 1)
    seen = own[places, np.arange(own.shape[1])[None, :]]
    count = seen.sum(axis=0).astype(np.float64)
    total = (seen * offsets[:, None]).sum(axis=0)
    middle = np.where(count > 0, rows + total / np.maximum(count, 1), np.nan)
    return middle, count


def _ends(own: Mask, rows: Numbers, run: _Run, scale: float) -> tuple[int, int]:
    """How far there is ink on the line's way beyond the run, small gaps left aside."""
    places = np.clip(np.rint(rows).astype(int), 1, own.shape[0] - 2)
    columns = np.arange(own.shape[1])
    has = own[places, columns] | own[places - 1, columns] | own[places + 1, columns]
    gap = max(1, round(1.5 * MAX_GAP_MM * scale))
    left, right = run.left, run.right
    while left > 0 and has[max(0, left - gap) : left].any():
        left -= 1
    while right < len(has) - 1 and has[right + 1 : right + 1 + gap].any():
        right += 1
    return left, right


def _along(line: Line, shape: tuple[int, ...], reach: float) -> Mask:
    """What lies within reach (pixels) of the line, between its ends."""
    far = np.abs(np.arange(shape[0])[:, None] - line.rows[None, :])
    near = np.asarray(far <= reach, np.bool_)
    near[:, : line.left] = False
    near[:, line.right + 1 :] = False
    return near


def _share_beside(own: Mask, line: Line, scale: float) -> float:
    """The share of the line's way with writing beside it, on the side that has less of it.

    A line runs through writing, not under or over it.
    """
    distance = np.arange(own.shape[0])[:, None] - line.rows[None, :]
    clear = line.thickness / 2 + CLEAR_MM * scale
    sides = []
    for side in (-distance, distance):
        near = own & (side > clear) & (side < 0.75 * REACH_MM * scale)
        seen = np.asarray(near[:, line.left : line.right + 1].any(axis=0), np.bool_)
        width = max(1, round(0.5 * scale))
        bins = [seen[start : start + width].any() for start in range(0, len(seen), width)]
        sides.append(float(np.mean(bins)))
    return min(sides)


def _apart(own: Mask, line: Line, scale: float) -> Struck:
    """The field's ink as the strike, what it strikes, and the rest."""
    stroke = own & _along(line, own.shape, line.thickness / 2 + 1)
    crossing = stroke & _crossed(own, line)
    above, below = _reaches(own, line, scale)
    distance = np.arange(own.shape[0])[:, None] - line.rows[None, :]
    near = (distance >= -above) & (distance <= below)
    rest = own & ~stroke
    slack = round(SLACK_MM * scale)
    along = np.zeros(own.shape, bool)
    along[:, max(0, line.left - slack) : line.right + 1 + slack] = True
    count, labels, stats, _ = cv2.connectedComponentsWithStats((rest & near).astype(np.uint8))
    inside = np.bincount(labels[along], minlength=count)
    is_old = rest & near & (inside >= 0.5 * stats[:, cv2.CC_STAT_AREA])[labels]
    is_old |= _chips(rest & ~is_old, is_old | stroke, line, scale)
    new = np.asarray(rest & ~is_old, np.bool_)
    return Struck(
        old=np.asarray(is_old | crossing, np.bool_),
        line=np.asarray(stroke, np.bool_),
        new=new,
        length_mm=(line.right - line.left + 1) / scale,
        ends_mm=_bare_ends(own & near, line, scale),
        apart_mm=_way(is_old, new, scale),
        before=float((new & near)[:, : line.left].sum()) / max(1, int(new.sum())),
    )


def _way(old: Mask, new: Mask, scale: float) -> float:
    """How far the new writing keeps from the old, in mm; a few crumbs may lie closer."""
    if not old.any() or not new.any():
        return 0.0
    distance = cv2.distanceTransform((~old).astype(np.uint8), cv2.DIST_L2, 3)[new]
    crumbs = min(round(MAX_CRUMBS_MM2 * scale**2), len(distance) - 1)
    return float(np.partition(distance, crumbs)[crumbs]) / scale


def _chips(rest: Mask, struck: Mask, line: Line, scale: float) -> Mask:
    """Small pieces close to the struck writing: what the cut along the line has left of it.

    A tail of the line itself may be longer.
    """
    count, labels, stats, centres = cv2.connectedComponentsWithStats(rest.astype(np.uint8))
    distance = cv2.distanceTransform((~struck).astype(np.uint8), cv2.DIST_L2, 3)
    near = np.bincount(labels[distance <= CHIP_WAY_MM * scale], minlength=count) > 0
    is_small = stats[:, cv2.CC_STAT_AREA] < MAX_CHIP_MM2 * scale**2
    columns = np.clip(np.rint(centres[:, 0]), 0, rest.shape[1] - 1).astype(int)
    is_level = np.abs(centres[:, 1] - line.rows[columns]) < TAIL_MM * scale
    is_level &= stats[:, cv2.CC_STAT_HEIGHT] < line.thickness + TAIL_MM * scale
    is_tail = is_level & (stats[:, cv2.CC_STAT_WIDTH] < MAX_TAIL_MM * scale)
    return np.asarray(rest & (near & (is_small | is_tail))[labels], np.bool_)


def _crossed(own: Mask, line: Line) -> Mask:
    """The columns of the line where ink goes on above or below it, as a crossing stroke does."""
    edge = line.thickness / 2 + 2
    columns = np.arange(own.shape[1])
    last = own.shape[0] - 1
    up = own[np.clip(np.rint(line.rows - edge).astype(int), 0, last), columns]
    down = own[np.clip(np.rint(line.rows + edge).astype(int), 0, last), columns]
    return np.asarray((up | down)[None, :] & np.ones(own.shape, bool), np.bool_)


def _reaches(own: Mask, line: Line, scale: float) -> tuple[float, float]:
    """How far above and below the line, in pixels, the struck writing goes: to the emptiest row."""
    distance = np.rint(np.arange(own.shape[0])[:, None] - line.rows[None, :]).astype(int)
    columns = slice(line.left, line.right + 1)
    low, high = round(LEAST_REACH_MM * scale), round(REACH_MM * scale)
    found = []
    for sign in (-1, 1):
        side = np.where(own[:, columns], sign * distance[:, columns], -1)
        counts = np.bincount(side[side > 0], minlength=high + 2)[low : high + 1]
        found.append(float(low + int(np.argmin(counts))))
    return found[0], found[1]


def _bare_ends(near: Mask, line: Line, scale: float) -> tuple[float, float]:
    """For how many millimetres the line runs alone at its left and its right end."""
    distance = np.abs(np.arange(near.shape[0])[:, None] - line.rows[None, :])
    beside = near & (distance > line.thickness / 2 + 1.5)
    signs = np.flatnonzero(beside[:, line.left : line.right + 1].any(axis=0))
    if not len(signs):
        return (line.right - line.left + 1) / scale, 0.0
    return float(signs[0]) / scale, float(line.right - line.left - signs[-1]) / scale


def parted(new: Mask, pixels_per_mm: float) -> tuple[Mask, Mask] | None:
    """What stands left and right of the widest gap in the new ink: the value, and the initials."""
    columns = np.flatnonzero(new.any(axis=0))
    gaps = np.diff(columns)
    if not len(gaps) or gaps.max() < MIN_GAP_MM * pixels_per_mm:
        return None
    start = int(columns[int(gaps.argmax())]) + 1
    left, right = new.copy(), new.copy()
    left[:, start:] = False
    right[:, :start] = False
    least = MIN_PART_MM2 * pixels_per_mm**2
    return (left, right) if min(left.sum(), right.sum()) >= least else None
