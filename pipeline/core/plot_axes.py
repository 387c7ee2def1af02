"""Where a plot lies in its drawing, and its two axes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.core.drawing import GRID, INK, QUIET, Anchor, Point, Shape, Stroke, Words


@dataclass(frozen=True)
class Axis:
    """One direction of a plot: `scale` takes a value to 0 … 1, ticks are values with labels."""

    title: str
    scale: Callable[[float], float]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Frame:
    """Where a plot lies in its drawing, in points, and its two axes."""

    left: float
    top: float
    width: float
    height: float
    across: Axis
    up: Axis

    def place(self, x: float, y: float) -> Point:
        """Where a pair of values stands in the drawing."""
        return (
            self.left + self.width * self.across.scale(x),
            self.top + self.height * (1 - self.up.scale(y)),
        )


def axes(frame: Frame, *, size: float = 8.5) -> Iterator[Shape]:
    """Grid, ticks with their labels, and the titles of both axes."""
    right, bottom = frame.left + frame.width, frame.top + frame.height
    for value, label in frame.up.ticks:
        y = frame.top + frame.height * (1 - frame.up.scale(value))
        yield Stroke(((frame.left, y), (right, y)), GRID, 0.7)
        yield Words((frame.left - 5, y + size / 3), label, size, INK, Anchor.END)
    for value, label in frame.across.ticks:
        x = frame.left + frame.width * frame.across.scale(value)
        yield Stroke(((x, frame.top), (x, bottom)), GRID, 0.7)
        yield Words((x, bottom + size + 4), label, size, INK, Anchor.MIDDLE)
    yield Stroke(((frame.left, frame.top), (frame.left, bottom), (right, bottom)), QUIET, 1)
    middle = (frame.left + frame.width / 2, bottom + 2.6 * size + 7)
    yield Words(middle, frame.across.title, size, QUIET, Anchor.MIDDLE)
    side = (frame.left - 3.4 * size - 6, frame.top + frame.height / 2)
    yield Words(side, frame.up.title, size, QUIET, Anchor.MIDDLE, is_upright=True)


def moved(point: Point, right: float, down: float) -> Point:
    """The point so many points further right and down."""
    return point[0] + right, point[1] + down
