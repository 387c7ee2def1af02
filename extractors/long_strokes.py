"""The stroke that voids unused rows: a hand's line across a block of fields.

Straight pieces are found by the probabilistic Hough transform (Matas et al. 2000), joined where
they lie on one line, and followed along the bow that a hand's line has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from extractors.crop import Mask, PageInk
from extractors.streaks import COARSE, coarse_ink
from extractors.values import Box, FieldHint

MIN_PIECE_MM = 9.0
MAX_GAP_MM = 2.5
MIN_VOID_MM = 28.0
"""A line that voids a block is at least this long."""
MIN_COVERED = 0.75
"""Share of a void line's way on which there is ink."""
MIN_DASH_MM = 2.5
ERASED_MM = 1.4
"""So wide a stroke is taken away to see what else a field holds."""
MAX_DASH_LENGTH_MM = 25.0
MAX_DASH_MM = 1.0
"""What is longer, level and no thicker than this is left over from a stroke, and no letter."""
MIN_OCCUPIED_MM2 = 1.0
"""Ink apart from the stroke from which a field of a block counts as written in."""
MIN_SIGNED_MM2 = 2.2
SIGNED_MM = 16.0
"""So much ink on so much of a row signs a void; less hangs in from the row above."""
MAX_WALL_MM = 1.2
"""Fields of one row of a table stand no further apart than this."""
MAX_BESIDE_MM = 12.0
MAX_CHECK_BOX_MM = 6.5
"""A check box stands by itself in its cell, with paper around it."""
MAX_CHAIN_GAP_MM = 13.0
MAX_OVERLAP_MM = 2.5
MAX_CHAIN_TURN = 8.0
"""Two strokes are one where they meet within this gap and turn by no more degrees than this."""
BEND = 0.04
"""How far a hand's line may stray from straight, a millimetre of its way."""
MAX_LEAN = 0.05
"""A line that leans no more than this is straight down the page."""
EDGE_MM = 4.0
"""A stroke that comes so near to two edges that face each other runs from edge to edge."""
BEYOND_MM = 150.0
LOST_MM = 5.0
"""A stroke is followed beyond its straight pieces until there is no ink for this long."""
STEP_MM = 0.5
LOOK_BACK_MM = 12.0
ASIDE_MM = np.array([-0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75])
"""Where a stroke goes is told by its last way; so far beside it the ink is looked for."""

Segment = npt.NDArray[np.float64]
"""x0, y0, x1, y1 in millimetres, left to right."""
Path = npt.NDArray[np.float64]
"""Points along a stroke (n × 2), in millimetres."""


@dataclass(frozen=True)
class VoidBlock:
    """A block of fields that one stroke voids, by their keys.

    `is_signed`: somebody wrote beside the stroke, as initials and date are.
    """

    keys: tuple[str, ...]
    is_signed: bool


def void_blocks(page: PageInk, hints: Sequence[FieldHint]) -> tuple[VoidBlock, ...]:
    """The blocks of fields that a hand has struck out with one stroke."""
    ink = coarse_ink(page)
    paths = []
    for pieces in _joined(_pieces(ink)):
        path = _followed(pieces, ink) if _extent(pieces) >= MIN_VOID_MM else None
        if path is not None and len(path) > 1 and _covered(ink, path) >= MIN_COVERED:
            paths.append(path)
    blocks = (_block(ink, path, hints) for path in _chained(paths))
    return _merged([block for block in blocks if block is not None])


def _block(ink: Mask, path: Path, hints: Sequence[FieldHint]) -> VoidBlock | None:
    """The block that the stroke voids; None where it crosses no fields, or fields with entries.

    Nobody strikes rows out with a line straight down the page, or from edge to edge: those are
    streaks and folds.

    A row into which it only reaches belongs to it where hardly anything else stands there.
    """
    if _is_upright(path) or _is_edge_to_edge(path, ink):
        return None
    crossed = [hint for hint in hints if _is_crossed(hint.box, path)]
    inside = [hint for hint in hints if _is_within(hint.box, path)]
    if len(inside) < 2 or sum(hint in crossed for hint in inside) < 2:
        return None
    rest = _without(ink, path)
    whole = _with_rest_of_rows(inside, hints)
    if _is_empty(rest, whole):
        inside = whole
    elif _occupied(rest, inside):
        return None
    for hint in crossed:
        row = _with_rest_of_rows([hint], hints)
        if hint not in inside and _occupied(rest, row) <= len(row) // 2:
            inside += [one for one in row if one not in inside]
    is_signed = _most_beside(rest, [hint.box for hint in inside]) > MIN_SIGNED_MM2
    keys = {hint.key for hint in inside}
    return VoidBlock(
        keys=tuple(hint.key for hint in hints if hint.key in keys), is_signed=is_signed
    )


def _is_upright(path: Path) -> bool:
    """Whether the stroke hardly moves across the page while it goes down."""
    wide, high = np.ptp(path, axis=0)
    return bool(wide < MAX_LEAN * high)


def _is_edge_to_edge(path: Path, ink: Mask) -> bool:
    """Whether the stroke runs all over the page, however it leans."""
    size = np.array(ink.shape[::-1]) / COARSE
    ends = (path.min(axis=0) < EDGE_MM) & (path.max(axis=0) > size - EDGE_MM)
    return bool(ends.any())


def _is_empty(rest: Mask, hints: Sequence[FieldHint]) -> bool:
    """Whether no more than initials, a date and what hangs in stand there beside the stroke."""
    return _occupied(rest, hints) <= 1 + len(hints) // 3


def _most_beside(rest: Mask, boxes: Sequence[Box]) -> float:
    """The most ink, in square millimetres, that SIGNED_MM of a row hold apart from the stroke.

    Between its fields too: a check box leaves much of its cell free for initials.
    """
    left, right = min(box.x for box in boxes), max(box.right for box in boxes)
    rows = {(box.y, box.height) for box in boxes if not _is_small(box)}
    most = 0.0
    for y, height in sorted(rows or {(box.y, box.height) for box in boxes}):
        piece = _inside(rest, Box(left, y, right - left, height))
        ink = np.concatenate([[0], np.cumsum(piece.sum(axis=0))])
        wide = min(round(SIGNED_MM * COARSE), len(ink) - 1)
        most = max(most, float((ink[wide:] - ink[: len(ink) - wide]).max(initial=0)))
    return most / COARSE**2


def _occupied(rest: Mask, hints: Sequence[FieldHint]) -> int:
    """How many fields hold ink apart from the stroke: in a void, initials and date at most."""
    return sum(_ink_mm2(rest, hint.box) > MIN_OCCUPIED_MM2 for hint in hints)


def _with_rest_of_rows(inside: Sequence[FieldHint], hints: Sequence[FieldHint]) -> list[FieldHint]:
    """The fields and those that go on beside them in their rows, whose stroke has faded."""
    found = {hint.key: hint for hint in inside}
    waiting = list(inside)
    while waiting:
        one = waiting.pop()
        for hint in hints:
            if hint.key not in found and is_beside(one.box, hint.box):
                found[hint.key] = hint
                waiting.append(hint)
    return [hint for hint in hints if hint.key in found]


def is_beside(box: Box, other: Box) -> bool:
    """Whether two fields stand in one row of a table: wall to wall, or a check box between."""
    gap = max(other.x - box.right, box.x - other.right)
    offset = max(abs(other.y - box.y), abs(other.bottom - box.bottom))
    if gap < MAX_WALL_MM and offset < MAX_WALL_MM:
        return True
    small, large = sorted((box, other), key=lambda one: one.height)
    off_middle = abs(small.y + small.height / 2 - large.y - large.height / 2)
    return _is_small(small) and gap < MAX_BESIDE_MM and off_middle < MAX_WALL_MM


def _is_small(box: Box) -> bool:
    """Whether a field is no wider than high, as a check box that stands alone in its cell."""
    return box.width < 1.3 * box.height and box.height < MAX_CHECK_BOX_MM


def _merged(blocks: Sequence[VoidBlock]) -> tuple[VoidBlock, ...]:
    """The blocks, those that share fields made into one."""
    merged: list[VoidBlock] = []
    for block in blocks:
        shared = [one for one in merged if set(one.keys) & set(block.keys)]
        merged = [one for one in merged if one not in shared]
        keys = dict.fromkeys(key for one in (*shared, block) for key in one.keys)
        signed = any(one.is_signed for one in (*shared, block))
        merged.append(VoidBlock(keys=tuple(keys), is_signed=signed))
    return tuple(merged)


def _chained(paths: Sequence[Path]) -> list[Path]:
    """Paths of which one goes on where another ends, as one: a hand's line may bend."""
    waiting = sorted(paths, key=lambda path: tuple(path[0]))
    chained: list[Path] = []
    while waiting:
        whole = waiting.pop(0)
        place = 0
        while place < len(waiting):
            if _goes_on(whole, waiting[place]):
                whole = np.concatenate([whole, waiting.pop(place)])
                place = 0
            else:
                place += 1
        chained.append(whole)
    return chained


def _goes_on(first: Path, second: Path) -> bool:
    ways = [path[-1] - path[0] for path in (first, second)]
    angles = [float(np.degrees(np.arctan2(way[1], way[0]))) for way in ways]
    if abs(angles[0] - angles[1]) >= MAX_CHAIN_TURN:
        return False
    gap = second[0] - first[-1]
    is_ahead = float(np.hypot(*gap)) < MAX_CHAIN_GAP_MM and float(gap @ ways[0]) > 0
    return is_ahead or float(np.hypot(*(first - second[0]).T).min()) < MAX_OVERLAP_MM


def _pieces(ink: Mask) -> list[Segment]:
    lines = cv2.HoughLinesP(
        _long_parts(ink),
        1,
        np.pi / 360,
        threshold=round(0.6 * MIN_PIECE_MM * COARSE),
        minLineLength=MIN_PIECE_MM * COARSE,
        maxLineGap=MAX_GAP_MM * COARSE,
    )
    if lines is None:
        return []
    pieces = []
    for x0, y0, x1, y1 in np.asarray(lines, np.float64).reshape(-1, 4) / COARSE:
        ends = (x0, y0, x1, y1) if (x0, y0) <= (x1, y1) else (x1, y1, x0, y0)
        pieces.append(np.array(ends))
    return sorted(pieces, key=lambda piece: (-_length(piece), tuple(piece)))


def _long_parts(ink: Mask) -> npt.NDArray[np.uint8]:
    """The ink that hangs together over some way: a stroke between two printed lines, no letters."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    reach = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = reach >= 0.5 * MIN_PIECE_MM * COARSE
    keep[0] = False
    return np.where(keep[labels], 255, 0).astype(np.uint8)


def _length(piece: Segment) -> float:
    return float(np.hypot(piece[2] - piece[0], piece[3] - piece[1]))


def _joined(pieces: Sequence[Segment]) -> list[list[Segment]]:
    """Pieces that lie on one line, together; the group of the longest piece first."""
    groups: list[list[Segment]] = []
    waiting = list(pieces)
    while waiting:
        whole = waiting.pop(0)
        group = [whole]
        is_growing = True
        while is_growing:
            near = [piece for piece in waiting if _on_one_line(whole, piece)]
            waiting = [piece for piece in waiting if not _on_one_line(whole, piece)]
            for piece in near:
                whole = _span(whole, piece)
            group += near
            is_growing = bool(near)
        groups.append(group)
    return groups


def _on_one_line(whole: Segment, piece: Segment) -> bool:
    start, end = whole[:2], whole[2:]
    along = (end - start) / max(_length(whole), 1e-6)
    across = np.array([-along[1], along[0]])
    ends = piece.reshape(2, 2) - start
    reached = ends @ along
    overhang = np.maximum(0, np.maximum(-reached, reached - _length(whole)))
    if (np.abs(ends @ across) > 1.2 + BEND * overhang).any():
        return False
    return bool(reached.max() > -12 and reached.min() < _length(whole) + 12)


def _span(whole: Segment, piece: Segment) -> Segment:
    start = whole[:2]
    along = (whole[2:] - start) / max(_length(whole), 1e-6)
    ends = np.concatenate([whole.reshape(2, 2), piece.reshape(2, 2)])
    order = np.argsort((ends - start) @ along)
    return np.concatenate([ends[order[0]], ends[order[-1]]])


def _followed(pieces: Sequence[Segment], ink: Mask) -> Path:
    """The path of a stroke through its pieces: a line with the bow that a hand gives it.

    It goes on beyond the pieces as far as there is ink ahead.
    """
    ends = np.concatenate([piece.reshape(2, 2) for piece in pieces])
    whole = pieces[0]
    along = (whole[2:] - whole[:2]) / max(_length(whole), 1e-6)
    across = np.array([-along[1], along[0]])
    way, stray = (ends - whole[:2]) @ along, (ends - whole[:2]) @ across
    bow = np.polynomial.Polynomial.fit(way, stray, deg=2 if len(pieces) > 3 else 1)
    steps = np.arange(way.min(), way.max() + STEP_MM, STEP_MM)
    path = whole[:2] + steps[:, None] * along + bow(steps)[:, None] * across
    forth = _beyond(path, ink)
    back = _beyond(path[::-1], ink)
    return np.concatenate([back[::-1], path, forth])


def _beyond(path: Path, ink: Mask) -> Path:
    """How a stroke goes on where its path ends: step by step, as the ink ahead leads."""
    lost, reach = round(LOST_MM / STEP_MM), round(LOOK_BACK_MM / STEP_MM)
    points = [*path[-reach:]]
    known = len(points)
    missed = 0
    while missed < lost and len(points) - known < BEYOND_MM / STEP_MM:
        way = points[-1] - points[max(0, len(points) - reach)]
        way = way / max(float(np.hypot(*way)), 1e-6)
        across = np.array([-way[1], way[0]])
        ahead = points[-1] + STEP_MM * way
        has_ink = _ink_at(ink, ahead + ASIDE_MM[:, None] * across)
        missed = 0 if has_ink.any() else missed + 1
        if has_ink.any():
            ahead = ahead + across * float(ASIDE_MM[has_ink].mean()) / 2
        points.append(ahead)
    return np.array(points[known : len(points) - missed]).reshape(-1, 2)


def _extent(pieces: Sequence[Segment]) -> float:
    ends = np.concatenate([piece.reshape(2, 2) for piece in pieces])
    return float(np.hypot(*np.ptp(ends, axis=0)))


def _travel(path: Path) -> float:
    return float(np.hypot(*(path[-1] - path[0])))


def _covered(ink: Mask, path: Path) -> float:
    """The share of the path with ink on it."""
    return float(_ink_on(ink, path).mean())


def _ink_on(ink: Mask, path: Path) -> Mask:
    """For each point whether there is ink within half a millimetre."""
    return _ink_at(cv2.dilate(ink.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0, path)


def _ink_at(ink: Mask, points: Path) -> Mask:
    place = np.rint(points * COARSE).astype(int)
    column = np.clip(place[:, 0], 0, ink.shape[1] - 1)
    row = np.clip(place[:, 1], 0, ink.shape[0] - 1)
    is_on_page = (place == np.stack([column, row], axis=1)).all(axis=1)
    return np.asarray(ink[row, column] & is_on_page, np.bool_)


def _without(ink: Mask, path: Path) -> Mask:
    """The ink apart from the stroke, and from the dashes that a faded stroke leaves."""
    rest = ink.astype(np.uint8)
    points = np.rint(path * COARSE).astype(np.int32)
    cv2.polylines(rest, [points], isClosed=False, color=(0,), thickness=round(ERASED_MM * COARSE))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    is_level = high <= np.maximum(MAX_DASH_MM * COARSE, wide / 8)
    is_dash = is_level & (wide >= MIN_DASH_MM * COARSE) & (wide <= MAX_DASH_LENGTH_MM * COARSE)
    is_dash |= np.arange(count) == 0
    return np.asarray(~is_dash[labels], np.bool_)


def _ink_mm2(rest: Mask, box: Box) -> float:
    """How much ink a field holds apart from long strokes, in square millimetres."""
    return float(_inside(rest, box).sum()) / COARSE**2


def _inside(mask: Mask, box: Box) -> Mask:
    left, top = round((box.x + 0.4) * COARSE), round((box.y + 0.4) * COARSE)
    right, bottom = round((box.right - 0.4) * COARSE), round((box.bottom - 0.4) * COARSE)
    return mask[max(0, top) : bottom, max(0, left) : right]


def _is_within(box: Box, path: Path) -> bool:
    """Whether the field's middle lies in the extent of the stroke, a little more or less."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    (left, top), (right, bottom) = path.min(axis=0), path.max(axis=0)
    slack = max(0.8, 0.2 * box.height)
    return bool(left - slack <= x <= right + slack and top - slack <= y <= bottom + slack)


def _is_crossed(box: Box, path: Path) -> bool:
    """Whether the stroke really runs through the field, not along its edge."""
    x, y = path[:, 0], path[:, 1]
    is_inside = (x > box.x) & (x < box.right)
    is_inside &= (y > box.y + 0.15 * box.height) & (y < box.bottom - 0.15 * box.height)
    return bool(is_inside.any())
