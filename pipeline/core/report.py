"""A report as plain blocks in their order; `pipeline.report_html` and `report_pdf` render them."""

from dataclasses import dataclass, field

from pipeline.core.drawing import Drawing


@dataclass(frozen=True)
class Picture:
    """A JPEG, shown at this size in millimetres; `words` are for who cannot see it."""

    jpeg: bytes = field(repr=False)
    width_mm: float
    height_mm: float
    words: str


Cell = str | Picture


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Command:
    """What somebody types, to be copied as it stands."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows under a head. `words` are the columns that are read as text; the others are numbers.

    `widths` are the columns' shares of the page's width, where they shall not follow the content.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: frozenset[int] = frozenset({0})
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Plot:
    """A drawing, and below it what it shows."""

    drawing: Drawing
    caption: str


Block = Paragraph | Command | Table | Plot


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A whole report."""

    title: str
    sections: tuple[Section, ...]
