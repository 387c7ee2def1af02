"""A genealogy as a drawing: a column for each level, and material flows from left to right."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from pipeline.core.drawing import (
    BLUE,
    INK,
    ORANGE,
    PAPER,
    QUIET,
    Anchor,
    Area,
    Drawing,
    Map,
    Place,
    Point,
    Shape,
    Stroke,
    Words,
)
from pipeline.core.genealogy import Direction, Edge, Genealogy, Node
from pipeline.core.lot_uses import UseKind
from pipeline.core.quantities import Quantity
from pipeline.core.values import RecordState

MOST_DRAWN = 150
"""More numbers than these make a drawing that nobody can read: the table has all of them."""
BOX_WIDTH, BOX_HEIGHT = 178.0, 50.0
_ACROSS, _DOWN = 112.0, 16.0
_MARGIN = 14.0
_SIGNS = 21
_BEND = tuple(step / 14 for step in range(15))
_PALE = "#eef4f9"
_SWEEPS = 4
RECEIPT = "receipt"


@dataclass(frozen=True)
class _Arrow:
    """All links between two numbers as one line."""

    begin: str
    end: str
    words: str
    is_possible: bool


def genealogy_drawing(found: Genealogy) -> Map:
    """The drawing, and where each number can be opened; keys are those of the nodes."""
    nodes = {node.key: node for node in found.nodes[:MOST_DRAWN]}
    arrows = [*_arrows(found.edges, nodes)]
    columns = _columns(found, nodes, arrows)
    corners = _corners(columns)
    width = 2 * _MARGIN + len(columns) * BOX_WIDTH + (len(columns) - 1) * _ACROSS
    height = 2 * _MARGIN + max(map(len, columns)) * (BOX_HEIGHT + _DOWN) - _DOWN
    shapes: list[Shape] = []
    for arrow in arrows:
        shapes += _line(arrow, corners)
    for arrow in arrows:
        shapes += _amount(arrow, corners, _alone_at(arrow, arrows))
    gaps = {gap.key for gap in found.gaps}
    for key, corner in corners.items():
        node = nodes[key]
        words = RECEIPT if key in found.receipts else second_line(node)
        shapes += _box(node, words, corner, is_asked=not node.level, has_gap=key in gaps)
    way = "went into" if found.direction is Direction.FORWARD else "came from"
    title = f"What {found.asked} {way}: {len(nodes)} numbers in {len(columns)} columns."
    places = tuple(Place(key, x, y, BOX_WIDTH, BOX_HEIGHT) for key, (x, y) in corners.items())
    return Map(Drawing(width, height, title, tuple(shapes)), places)


def _arrows(edges: Sequence[Edge], nodes: Mapping[str, Node]) -> Iterator[_Arrow]:
    between: defaultdict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        pair = (edge.link.use.key, edge.link.batch.key)
        if pair[0] in nodes and pair[1] in nodes and pair[0] != pair[1]:
            between[pair].append(edge)
    for (begin, end), same in between.items():
        possible = all(edge.link.is_possible for edge in same)
        yield _Arrow(begin, end, _said(same), possible)


def _said(edges: Sequence[Edge]) -> str:
    """How much, in a few signs; how probable, where it is only possible."""
    if all(edge.link.is_possible for edge in edges):
        return f"{_chance(max(edge.link.probability for edge in edges))}?"
    quantities = [edge.link.quantity for edge in edges if edge.counts and edge.link.quantity]
    units = {one.unit for one in quantities}
    if len(units) != 1:
        return ""
    total = sum((one.amount for one in quantities), start=type(quantities[0].amount)(0))
    return str(Quantity(total, units.pop()))


def _columns(
    found: Genealogy, nodes: Mapping[str, Node], arrows: Sequence[_Arrow]
) -> list[list[str]]:
    """The keys level by level from left to right, ordered so that few lines cross."""
    levels: defaultdict[int, list[str]] = defaultdict(list)
    for key, node in nodes.items():
        levels[node.level].append(key)
    columns = [levels[level] for level in sorted(levels)]
    near: defaultdict[str, set[str]] = defaultdict(set)
    for arrow in arrows:
        near[arrow.begin].add(arrow.end)
        near[arrow.end].add(arrow.begin)
    for _ in range(_SWEEPS):
        for column in columns[1:]:
            _sort(column, columns, near)
    return columns if found.direction is Direction.FORWARD else columns[::-1]


def _sort(column: list[str], columns: Sequence[list[str]], near: Mapping[str, set[str]]) -> None:
    """Each number at the height of what it is tied to in other columns."""
    height = {
        key: place / max(1, len(other) - 1)
        for other in columns
        if other is not column
        for place, key in enumerate(other)
    }
    own = {key: place / max(1, len(column) - 1) for place, key in enumerate(column)}
    middle = {
        key: fmean([height[one] for one in near.get(key, ()) if one in height] or [own[key]])
        for key in column
    }
    column.sort(key=lambda key: (middle[key], own[key]))


def _corners(columns: Sequence[Sequence[str]]) -> dict[str, Point]:
    """Where each box begins; a column with fewer boxes stands in the middle."""
    most = max(map(len, columns))
    corners: dict[str, Point] = {}
    for number, column in enumerate(columns):
        x = _MARGIN + number * (BOX_WIDTH + _ACROSS)
        above = (most - len(column)) * (BOX_HEIGHT + _DOWN) / 2
        for place, key in enumerate(column):
            corners[key] = (x, _MARGIN + above + place * (BOX_HEIGHT + _DOWN))
    return corners


def _line(arrow: _Arrow, corners: Mapping[str, Point]) -> Iterator[Shape]:
    begin, end = _ends(arrow, corners)
    colour = ORANGE if arrow.is_possible else "#7f93a5"
    yield Stroke(tuple(_bent(begin, end, share) for share in _BEND), colour, 1.4, arrow.is_possible)
    x, y = end
    yield Area(((x + 7, y), (x, y - 4), (x, y + 4)), colour)


def _alone_at(arrow: _Arrow, arrows: Sequence[_Arrow]) -> float:
    """Which share of its way a line is least among others: those that part or meet lie close."""
    parting = sum(one.begin == arrow.begin for one in arrows)
    meeting = sum(one.end == arrow.end for one in arrows)
    return 0.5 if parting == meeting else 0.8 if parting > meeting else 0.2


def _amount(arrow: _Arrow, corners: Mapping[str, Point], share: float) -> Iterator[Shape]:
    """How much, on its line and over all others."""
    if not arrow.words:
        return
    x, y = _bent(*_ends(arrow, corners), share)
    half = 3.1 * len(arrow.words)
    yield Area(_frame(x - half, y - 8, 2 * half, 15), PAPER)
    colour = ORANGE if arrow.is_possible else INK
    yield Words((x, y + 4), arrow.words, 10.5, colour, Anchor.MIDDLE)


def _ends(arrow: _Arrow, corners: Mapping[str, Point]) -> tuple[Point, Point]:
    """Where its line begins and ends."""
    (left, top), (right, below) = corners[arrow.begin], corners[arrow.end]
    return (left + BOX_WIDTH, top + BOX_HEIGHT / 2), (right - 7, below + BOX_HEIGHT / 2)


def _bent(begin: Point, end: Point, share: float) -> Point:
    """A point of a curve that leaves and arrives level (a cubic Bézier curve)."""
    pull = max(36.0, abs(end[0] - begin[0]) / 2)
    xs = (begin[0], begin[0] + pull, end[0] - pull, end[0])
    ys = (begin[1], begin[1], end[1], end[1])
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    return (
        sum(weight * x for weight, x in zip(weights, xs, strict=True)),
        sum(weight * y for weight, y in zip(weights, ys, strict=True)),
    )


def _frame(x: float, y: float, width: float, height: float) -> tuple[Point, ...]:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def _box(
    node: Node, words: str, corner: Point, *, is_asked: bool, has_gap: bool
) -> Iterator[Shape]:
    x, y = corner
    frame = _frame(x, y, BOX_WIDTH, BOX_HEIGHT)
    colour = ORANGE if node.is_possible else BLUE if node.made else QUIET
    yield Area(frame, _PALE if is_asked else PAPER)
    is_dashed = node.is_possible or not node.made
    yield Stroke((*frame, frame[0]), colour, 2.6 if is_asked else 1.4, is_dashed)
    yield Words((x + 9, y + 20), _short(node.name), 13, INK)
    yield Words((x + 9, y + 38), _short(words, 28), 10.5, QUIET)
    if has_gap:
        yield Words((x + BOX_WIDTH - 9, y + 20), "!", 15, ORANGE, Anchor.END)


def second_line(node: Node) -> str:
    """What the number is, in a few words: possible, without a record, how much, in which state."""
    if node.is_possible:
        return f"possible, {_chance(node.probability)}"
    if not node.made:
        return "no record here"
    much = ", ".join(
        f"{'made' if node.is_batch else 'received'} {Quantity(one.there, one.unit)}"
        for one in node.balances
        if one.there is not None
    )
    states = {one.by.state for one in node.made if one.use.kind is not UseKind.USED}
    is_open = RecordState.APPROVED not in states
    state = "" if not is_open else "rejected" if states == {RecordState.REJECTED} else "in review"
    if any(one.material for one in node.balances):
        return " · ".join(part for part in (state, "several materials") if part)
    return " · ".join(part for part in (state, much, *node.materials[:1]) if part)


def _chance(probability: float) -> str:
    """A probability in few signs; what is possible is never 0 %."""
    return f"{100 * probability:.0f} %" if probability >= 0.01 else "<1 %"


def _short(text: str, most: int = _SIGNS) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
