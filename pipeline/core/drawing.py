"""A drawing out of a few plain shapes, so that screen and print show the same plot.

Lengths are points (1/72 inch), x to the right and y down from the top left corner.
"""

from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]

INK = "#1f2a33"
QUIET = "#55626f"
GRID = "#dde4ea"
BLUE = "#1d5f96"
PALE_BLUE = "#cfe1f0"
PAPER = "#ffffff"
ORANGE = "#c04a00"


class Anchor(StrEnum):
    """Which part of the words stands at their place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True)
class Stroke:
    """A line through these points."""

    points: tuple[Point, ...]
    colour: str = INK
    width: float = 1.0
    is_dashed: bool = False


@dataclass(frozen=True)
class Area:
    """The inside of a closed line, without an edge."""

    points: tuple[Point, ...]
    colour: str = PALE_BLUE


@dataclass(frozen=True)
class Dot:
    """A filled circle, or a hollow one."""

    middle: Point
    radius: float = 3.0
    colour: str = BLUE
    is_hollow: bool = False


@dataclass(frozen=True)
class Words:
    """A line of text; `place` is on its base line. `is_upright`: it runs from below upwards."""

    place: Point
    text: str
    size: float = 8.5
    colour: str = INK
    anchor: Anchor = Anchor.START
    is_upright: bool = False


Shape = Stroke | Area | Dot | Words


@dataclass(frozen=True)
class Drawing:
    """Shapes in their order from back to front; `title` says what is seen to who cannot see it."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Place:
    """Where on a drawing something can be opened: a rectangle, and what it stands for."""

    key: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Map:
    """A drawing with places on it."""

    drawing: Drawing
    places: tuple[Place, ...]
