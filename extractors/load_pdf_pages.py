"""What a PDF says of its pages before anything is drawn: the tree of pages, sizes, pictures.

Everything here is bounded: a tree that runs in a circle, repeats itself a million times or
claims huge pages or pictures is refused after a few thousand steps.
"""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pikepdf
import pikepdf.settings

from extractors.errors import ScanRefused
from extractors.load_limits import (
    MAX_PAGE_POINTS,
    MAX_PAGES,
    SCAN_AGAIN,
    check_page_count,
    check_pixels,
)
from extractors.load_pixels import BROKEN

PDF_BROKEN = (pikepdf.PdfError, pikepdf.PikepdfError, *BROKEN)
"""What pikepdf raises for a broken PDF."""

_MOST_PACKED_BYTES = 16_000_000
_MOST_PICTURE_BYTES = 200_000_000
pikepdf.settings.set_qpdf_limits(
    doc_max_warnings=1_000,
    parser_max_container_size=200_000,
    flate_max_memory=_MOST_PACKED_BYTES,
    png_max_memory=_MOST_PICTURE_BYTES,
    run_length_max_memory=_MOST_PICTURE_BYTES,
    tiff_max_memory=_MOST_PICTURE_BYTES,
)

_MOST_DRAWING_BYTES = 30_000_000
_MOST_LEVELS = 40
_MOST_NODES = 4 * MAX_PAGES
_MOST_PICTURES = 2_000

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""


@dataclass(frozen=True)
class PageShape:
    """How a PDF page lies: its visible box in points, before it is turned for the reader.

    `quarter_turns` is clockwise. `width` and `height` are in points of 1/72 inch whatever unit
    the page has. `is_cropped`: only a part of the page is shown.
    """

    box: Rectangle
    unit: float
    quarter_turns: int
    is_cropped: bool

    @property
    def width(self) -> float:
        """The width before turning, in points of 1/72 inch."""
        return (self.box[2] - self.box[0]) * self.unit

    @property
    def height(self) -> float:
        """The height before turning, in points of 1/72 inch."""
        return (self.box[3] - self.box[1]) * self.unit


@contextmanager
def room_for_a_picture() -> Iterator[None]:
    """Let pikepdf unpack a whole picture; everything else in a PDF has to be much smaller."""
    pikepdf.settings.set_qpdf_limits(flate_max_memory=_MOST_PICTURE_BYTES)
    try:
        yield
    finally:
        pikepdf.settings.set_qpdf_limits(flate_max_memory=_MOST_PACKED_BYTES)


def page_tree(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """All pages in order, from the tree itself and not from the count that the file claims."""
    pages: list[pikepdf.Dictionary] = []
    waiting = [(pdf.Root.Pages, 0)]
    seen = 0
    while waiting:
        node, level = waiting.pop()
        seen += 1
        if level > _MOST_LEVELS or seen > _MOST_NODES or not isinstance(node, pikepdf.Dictionary):
            raise ScanRefused("the PDF's list of pages is broken or endless", SCAN_AGAIN)
        kids = node.get("/Kids")
        if kids is None:
            pages.append(node)
        else:
            check_page_count(max(1, len(kids)))
            waiting.extend((kid, level + 1) for kid in reversed(list(kids)))
        check_page_count(max(1, len(pages)))
    if pages and pages[0].get("/Type") == pikepdf.Name.Pages:
        return []
    return pages


def page_shape(page: pikepdf.Dictionary, number: int) -> PageShape:
    """How the page lies; refused where it has no size or is larger than any sheet of paper."""
    media = _rectangle(inherited(page, "/MediaBox"))
    if media is None:
        raise ScanRefused(f"page {number} of the PDF has no size", SCAN_AGAIN)
    crop = _rectangle(inherited(page, "/CropBox"))
    box = _common(media, crop) if crop else media
    unit = float(page.get("/UserUnit", 1))
    turn = inherited(page, "/Rotate")
    degrees = int(turn) if isinstance(turn, int) else 0
    shape = PageShape(box, unit, degrees // 90 % 4, is_cropped=box != media)
    if not min(shape.width, shape.height) >= 1:
        raise ScanRefused(f"page {number} of the PDF has no size", SCAN_AGAIN)
    longest = max(shape.width, shape.height, media[2] - media[0], media[3] - media[1])
    if not longest <= MAX_PAGE_POINTS:
        raise ScanRefused(
            f"page {number} claims to be {shape.width / 2835:,.1f} m × "
            f"{shape.height / 2835:,.1f} m large",
            "scan the paper again, or print the file to a new PDF of the paper's real size",
        )
    return shape


def check_pictures(page: pikepdf.Dictionary, number: int) -> None:
    """Refuse a page with a picture that claims to be too large, also within its drawings."""
    for count, picture in enumerate(_pictures(inherited(page, "/Resources"))):
        if count > _MOST_PICTURES:
            raise ScanRefused(f"page {number} has too many pictures", SCAN_AGAIN)
        width, height = int(picture.get("/Width", 0)), int(picture.get("/Height", 0))
        where = f"a picture on page {number}"
        check_pixels(width, height, channels=_channels(picture), where=where)


def check_drawing(page: pikepdf.Dictionary, number: int) -> None:
    """Refuse a page whose drawing instructions unpack to more than any form needs."""
    for stream in drawing_streams(page) or ():
        raw = stream.read_raw_bytes()
        if stream.get("/Filter") == pikepdf.Name.FlateDecode:
            with suppress(zlib.error):
                raw = zlib.decompressobj().decompress(raw, _MOST_DRAWING_BYTES + 1)
        if len(raw) > _MOST_DRAWING_BYTES:
            raise ScanRefused(f"page {number} has far too much drawn on it", SCAN_AGAIN)


def drawing_streams(page: pikepdf.Dictionary) -> list[pikepdf.Stream] | None:
    """The pieces of the page's drawing; None where something else stands among them."""
    contents = page.get("/Contents")
    pieces = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    streams = [piece for piece in pieces if isinstance(piece, pikepdf.Stream)]
    return streams if len(streams) == len(pieces) else None


def has_shapes(pages: Iterable[pikepdf.Dictionary], shapes: pikepdf.Stream) -> bool:
    """Whether a picture that one of these pages lists is put together from these shapes (JBIG2)."""
    return any(
        _leads_to(picture.get("/DecodeParms"), shapes)
        for page in pages
        for picture in _pictures(inherited(page, "/Resources"))
    )


def _leads_to(told: object, shapes: pikepdf.Stream) -> bool:
    return any(
        isinstance(one, pikepdf.Dictionary)
        and isinstance(one.get("/JBIG2Globals"), pikepdf.Stream)
        and one.JBIG2Globals.objgen == shapes.objgen
        for one in (told if isinstance(told, pikepdf.Array) else [told])
    )


def _channels(picture: pikepdf.Object) -> int:
    space = picture.get("/ColorSpace")
    return {"/DeviceRGB": 3, "/DeviceCMYK": 4}.get(str(space), 1)


def _pictures(resources: object) -> Iterator[pikepdf.Object]:
    seen: set[tuple[int, int]] = set()
    waiting = [resources]
    while waiting:
        place = waiting.pop()
        things = place.get("/XObject") if isinstance(place, pikepdf.Dictionary) else None
        if not isinstance(things, pikepdf.Dictionary):
            continue
        for _, thing in things.items():
            if not isinstance(thing, pikepdf.Stream) or thing.objgen in seen:
                continue
            seen.add(thing.objgen)
            if thing.get("/Subtype") == pikepdf.Name.Image:
                yield thing
                yield from _masks(thing)
            else:
                waiting.append(thing.get("/Resources"))


def _masks(picture: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for name in ("/SMask", "/Mask"):
        mask = picture.get(name)
        if isinstance(mask, pikepdf.Stream):
            yield mask


def inherited(page: pikepdf.Dictionary, name: str) -> object:
    """What the page says under that name, or the branches of the tree above it."""
    node: object = page
    for _ in range(_MOST_LEVELS + 1):
        if not isinstance(node, pikepdf.Dictionary):
            return None
        value = node.get(name)
        if value is not None:
            return value
        node = node.get("/Parent")
    return None


def _rectangle(value: object) -> Rectangle | None:
    if not isinstance(value, pikepdf.Array) or len(value) != 4:
        return None
    left, bottom, right, top = (float(number) for number in value)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _common(one: Rectangle, other: Rectangle) -> Rectangle:
    return (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )
