"""The plot and the table of how answers grow with the archive: two databases side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log10

from pipeline.core.drawing import (
    BLUE,
    INK,
    ORANGE,
    PAPER,
    QUIET,
    Anchor,
    Area,
    Dot,
    Drawing,
    Shape,
    Stroke,
    Words,
)
from pipeline.core.plot_axes import Axis, Frame, axes, moved

WIDTH, HEIGHT = 640.0, 300.0
SLOWEST_MS, QUICKEST_MS = 1000.0, 1.0
KINDS = {
    "selective": ("a number that few records hold", BLUE),
    "broad": ("broad, ranked", ORANGE),
    "record": ("a record's page", INK),
    "genealogy": ("five levels of genealogy", QUIET),
}
"""The kinds of questions as the key of the plot names them, each with its colour."""
_TICKS = tuple((ms, f"{ms:g}") for ms in (1.0, 10.0, 100.0, 1000.0))
_POWERS = {4: "10⁴", 5: "10⁵", 6: "10⁶", 7: "10⁷"}


@dataclass(frozen=True)
class Measured:
    """One question at one size of the archive: milliseconds at the median and at 95 of 100."""

    database: str
    size: int
    kind: str
    question: str
    p50: float
    p95: float
    limit: float

    @property
    def is_missed(self) -> bool:
        """Whether it takes longer than it may."""
        return self.p95 > self.limit


def growth_table(found: Sequence[Measured]) -> str:
    """Median and 95th percentile of every question, a column for each database and size."""
    columns = list(dict.fromkeys((one.database, one.size) for one in found))
    cells = {(one.database, one.size, one.kind, one.question): one for one in found}
    head = " | ".join(f"{database} {size:,}" for database, size in columns)
    lines = [f"| p50 / p95, ms | at most | {head} |", "|---|---|" + "---|" * len(columns)]
    for kind, question in dict.fromkeys((one.kind, one.question) for one in found):
        row = [cells.get((*column, kind, question)) for column in columns]
        limit = next(one.limit for one in row if one)
        said = " | ".join(_cell(one) if one else "" for one in row)
        lines.append(f"| {kind}: {question} | {limit:g} | {said} |")
    return "\n".join(lines) + "\n"


def _cell(one: Measured) -> str:
    mark = " over" if one.is_missed else ""
    return f"{one.p50:.0f} / {one.p95:.0f}{mark}"


def growth_plot(found: Sequence[Measured]) -> Drawing:
    """For each database the slowest answer of each kind (at 95 of 100) as the archive grows."""
    databases = list(dict.fromkeys(one.database for one in found))
    sizes = sorted({one.size for one in found})
    shapes: list[Shape] = [
        Area(((0.0, 0.0), (WIDTH, 0.0), (WIDTH, HEIGHT), (0.0, HEIGHT)), PAPER),
        *_key(),
    ]
    each = (WIDTH - 12) / len(databases)
    for place, database in enumerate(databases):
        frame = _frame(58 + place * each, each - 70, sizes)
        shapes += axes(frame)
        above = (frame.left + frame.width / 2, frame.top - 8)
        shapes.append(Words(above, database, 10, anchor=Anchor.MIDDLE))
        for kind in KINDS:
            of_kind = [one for one in found if (one.database, one.kind) == (database, kind)]
            shapes += _line(frame, of_kind, KINDS[kind][1])
    title = "Milliseconds of the slowest answer of each kind against the size of the archive."
    return Drawing(WIDTH, HEIGHT, title, tuple(shapes))


def _frame(left: float, width: float, sizes: Sequence[int]) -> Frame:
    first, last = log10(sizes[0]), log10(max(sizes[-1], 10 * sizes[0]))
    ticks = tuple((float(size), _POWERS.get(round(log10(size)), f"{size:,}")) for size in sizes)
    across = Axis(
        "Entries (genealogy: records)", lambda size: (log10(size) - first) / (last - first), ticks
    )
    up = Axis("Milliseconds, 95 of 100", _height, _TICKS)
    return Frame(left, 34, width, HEIGHT - 112, across, up)


def _height(milliseconds: float) -> float:
    """0 to 1 on a logarithmic scale."""
    within = min(max(milliseconds, QUICKEST_MS), SLOWEST_MS)
    return log10(within / QUICKEST_MS) / log10(SLOWEST_MS / QUICKEST_MS)


def _line(frame: Frame, of_kind: Sequence[Measured], colour: str) -> Iterator[Shape]:
    """The slowest answer at each size, and how long it may take."""
    slowest = {
        size: max(one.p95 for one in of_kind if one.size == size)
        for size in sorted({one.size for one in of_kind})
    }
    points = tuple(frame.place(size, took) for size, took in slowest.items())
    if len(points) > 1:
        yield Stroke(points, colour, 1.8)
    yield from (Dot(point, 3, colour) for point in points)
    if of_kind:
        right = frame.place(max(slowest), of_kind[0].limit)
        yield Stroke((moved(right, -14, 0), moved(right, 6, 0)), colour, 1.4, is_dashed=True)


def _key() -> Iterator[Shape]:
    left, line = 22.0, HEIGHT - 12
    for words, colour in KINDS.values():
        yield Stroke(((left, line - 3), (left + 16, line - 3)), colour, 1.8)
        yield Words((left + 21, line), words, 8.5)
        left += 34 + 4.2 * len(words)
    yield Words((left, line), "dashed: the most allowed", 8.5, QUIET)
