"""What goes into a PDF/A beside the pages of a scan: text at its places, bookmarks, files."""

from dataclasses import dataclass, field
from datetime import datetime

Point = tuple[float, float]


@dataclass(frozen=True)
class Written:
    """A line of text at its place on a page, in pixels as reading sees the page, y downwards.

    `start` is where its base line begins, `along` leads to the end of the room that it has, `up`
    to the top of the room.
    """

    text: str
    start: Point
    along: Point
    up: Point


@dataclass(frozen=True)
class Bookmark:
    """A line of the table of contents that leads to a place on a page (in pixels, as seen)."""

    title: str
    place: Point


@dataclass(frozen=True)
class PaperPage:
    """What goes with a page of the scan: its title, which way up it is, text, and bookmarks."""

    title: str
    turned: int = 0
    lines: tuple[Written, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A file in the document. `relation` is what it is to it (ISO 19005-3: Source, Data …)."""

    name: str
    content: bytes = field(repr=False)
    media_type: str
    relation: str
    description: str


@dataclass(frozen=True)
class About:
    """What the document says of itself. `at` is when its content was last changed."""

    title: str
    at: datetime
    scan_title: str
