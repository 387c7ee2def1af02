"""The pages of a scan as pictures for another PDF: packed just as the scan has them, if possible.

JPEG and fax data, and what a PDF or PNG has packed losslessly, go over byte for byte. All else is
packed anew without loss: the same pixels. A page of a PDF that is more than one picture is drawn
as reading sees it, and said to be.
"""

import math
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf
from PIL import Image

from extractors.errors import ScanRefused
from extractors.load_embedded import embedded_picture, embedded_stream, filters_of
from extractors.load_limits import SCAN_AGAIN
from extractors.load_pdf import open_pdf, render_dpi
from extractors.load_pdf_pages import (
    PDF_BROKEN,
    PageShape,
    check_drawing,
    has_shapes,
    page_shape,
    page_tree,
    room_for_a_picture,
)
from extractors.load_pixels import decoding, squared_size, truly_coloured
from extractors.load_render import (
    draw_page,
    limited_poppler,
    unpacked_picture,
    writing_there,
)
from extractors.scan_packed import jbig2, jpeg_2000, letter_shapes
from extractors.scan_raster import as_stored, jpeg_file, png_file, tiff_pages
from extractors.scan_strips import GREY_8, RGB_8, Keys, Stored, Strip
from extractors.values import ScanFile, ScanKind

_SPACES = {1: pikepdf.Name.DeviceGray, 3: pikepdf.Name.DeviceRGB}
_TURNED = {0: 1, 1: 6, 2: 3, 3: 8}
"""Quarter turns clockwise as the note of a camera (Exif) says them."""
_POINTS = 72.0


@dataclass(frozen=True, eq=False)
class ScanPicture:
    """One page of a scan, to be laid on a page of a PDF.

    `seen_px` is its width and height as reading sees the page; `size_pt` the same in points.
    `is_drawn`: the page was more than one picture, and is not what the file holds.
    """

    number: int
    stored: Stored = field(repr=False)
    seen_px: tuple[int, int]
    size_pt: tuple[float, float]
    is_drawn: bool = False


def scan_pictures(
    scan: ScanFile, wanted: frozenset[int], assumed_dpi: dict[int, float]
) -> Iterator[ScanPicture]:
    """The wanted pages (counted from 1), one at a time and in order.

    `assumed_dpi` is for pages of which the file does not say how large they are.
    """
    if scan.kind is ScanKind.PDF:
        yield from _pdf_pages(scan.content, wanted)
        return
    match scan.kind:
        case ScanKind.TIFF:
            pages = tiff_pages(scan.content, wanted)
        case ScanKind.PNG:
            pages = iter([(1, png_file(scan.content))])
        case _:
            pages = iter([(1, jpeg_file(scan.content))])
    for number, stored in pages:
        if number in wanted:
            yield _laid(number, stored, assumed_dpi.get(number, 300.0))


def _laid(number: int, stored: Stored, assumed_dpi: float) -> ScanPicture:
    seen, known = squared_size(stored.width, stored.height, stored.dpi)
    dpi = stored.dpi if known is not None and stored.dpi else (assumed_dpi, assumed_dpi)
    size = (stored.width * _POINTS / dpi[0], stored.height * _POINTS / dpi[1])
    if stored.orientation >= 5:
        seen, size = (seen[1], seen[0]), (size[1], size[0])
    return ScanPicture(number, stored, seen, size)


def _pdf_pages(content: bytes, wanted: frozenset[int]) -> Iterator[ScanPicture]:
    with open_pdf(content) as pdf:
        pages = list(enumerate(page_tree(pdf), start=1))
        left = [page for number, page in pages if number not in wanted]
        for number, page in pages:
            if number in wanted:
                yield _pdf_page(_Page(content, pdf, page, number), left)


@dataclass(frozen=True)
class _Page:
    """A page of a PDF and the file that it lies in."""

    content: bytes
    pdf: pikepdf.Pdf
    page: pikepdf.Dictionary
    number: int


def _pdf_page(one: _Page, left: Sequence[pikepdf.Dictionary]) -> ScanPicture:
    """The page; `left` are those of the file that are not wanted."""
    number = one.number
    try:
        shape = page_shape(one.page, number)
        stored = _picture_of(one.pdf, one.page, shape, number)
        packed = None if stored else _packed_of(one, shape, left)
        if stored is None and packed is None:
            check_drawing(one.page, number)
    except PDF_BROKEN as error:
        raise ScanRefused(f"page {number} of the PDF is broken", SCAN_AGAIN) from error
    if stored is not None:
        return _taken(number, stored, shape)
    if packed is None:
        return _drawn(one.content, shape, number)
    return replace(_taken(number, packed, shape), seen_px=_drawn_px(shape))


def _packed_of(one: _Page, shape: PageShape, left: Sequence[pikepdf.Dictionary]) -> Stored | None:
    """The page's one picture in a packing that reading leaves to Poppler."""
    stream = embedded_stream(one.pdf, one.page, shape, one.number)
    packing = filters_of(stream) if stream is not None else []
    with suppress(ScanRefused):  # a picture that can't be unpacked here is drawn
        if stream is not None and packing == ["/JPXDecode"]:
            return jpeg_2000(stream, one.number)
        if stream is not None and packing == ["/JBIG2Decode"]:
            shapes = letter_shapes(stream)
            if shapes is not None and has_shapes(left, shapes):
                return _unpacked(one, stream)
            return jbig2(stream)
    return None


def _unpacked(one: _Page, stream: pikepdf.Stream) -> Stored | None:
    """The pixels of the page's one picture, as Poppler unpacks it.

    Of a picture that shares the shapes of its letters with pages that stay behind: as it is packed,
    it would take them along.
    """
    if "/Decode" in stream:
        return None
    with _laid_down(one.content) as (path, poppler):
        picture = unpacked_picture(path, one.number, poppler=poppler)
    if picture is None or picture.size != (int(stream.Width), int(stream.Height)):
        return None
    return as_stored(picture)


def _drawn_px(shape: PageShape) -> tuple[int, int]:
    """How large reading sees a page that is drawn."""
    scale = render_dpi(shape) / _POINTS
    width, height = math.ceil(shape.width * scale), math.ceil(shape.height * scale)
    return (height, width) if shape.quarter_turns % 2 else (width, height)


def _picture_of(
    pdf: pikepdf.Pdf, page: pikepdf.Dictionary, shape: PageShape, number: int
) -> Stored | None:
    """The page's one picture as it is packed, wherever reading takes it as that picture too."""
    pixels = embedded_picture(pdf, page, shape, number)
    stream = embedded_stream(pdf, page, shape, number)
    if pixels is None or stream is None:
        return None
    keys = _keys(stream)
    if keys is None:
        return as_stored(_image_of(stream, number))
    height, width = int(stream.Height), int(stream.Width)
    return Stored(
        (Strip(stream.read_raw_bytes(), height, keys),), width, height, is_as_it_came=True
    )


def _keys(stream: pikepdf.Stream) -> Keys | None:
    """What a PDF says of the picture, colours in the output's own space; None where it can't."""
    space = _space(stream.get("/ColorSpace"))
    if space is None or "LZW" in str(stream.get("/Filter", "")):
        return None
    keys: Keys = {"/ColorSpace": space, "/BitsPerComponent": int(stream.BitsPerComponent)}
    for name in ("/Filter", "/DecodeParms", "/Decode"):
        if name in stream:
            keys[name] = _plain(stream[name])
    return keys


def _space(space: Any) -> Any:
    if isinstance(space, pikepdf.Name):
        return _SPACES[1] if str(space) in ("/DeviceGray", "/CalGray") else _SPACES[3]
    family = str(space[0])
    if family == "/ICCBased":
        return _SPACES[int(space[1].N)]
    if family == "/Indexed":
        return None
    return _SPACES[1] if family in ("/DeviceGray", "/CalGray") else _SPACES[3]


def _plain(value: Any) -> Any:
    """A small PDF value without its file."""
    return (
        pikepdf.Object.parse(value.unparse(resolved=True)) if hasattr(value, "unparse") else value
    )


def _image_of(stream: pikepdf.Stream, number: int) -> Image.Image:
    with room_for_a_picture(), decoding(f"page {number}"):
        return pikepdf.PdfImage(stream).as_pil_image()


def _taken(number: int, stored: Stored, shape: PageShape) -> ScanPicture:
    dpi = (stored.width * _POINTS / shape.width, stored.height * _POINTS / shape.height)
    turned = Stored(
        stored.strips, stored.width, stored.height, dpi, _TURNED[shape.quarter_turns],
        is_as_it_came=stored.is_as_it_came,
    )  # fmt: skip
    seen, _ = squared_size(stored.width, stored.height, dpi)
    size = (shape.width, shape.height)
    if shape.quarter_turns % 2:
        seen, size = (seen[1], seen[0]), (size[1], size[0])
    return ScanPicture(number, turned, seen, size)


@contextmanager
def _laid_down(content: bytes) -> Iterator[tuple[Path, str | None]]:
    with limited_poppler() as (folder, poppler):
        path = Path(folder) / "scan.pdf"
        with writing_there():
            path.write_bytes(content)
        yield path, poppler


def _drawn(content: bytes, shape: PageShape, number: int) -> ScanPicture:
    """The page as Poppler draws it for reading."""
    with _laid_down(content) as (path, poppler):
        image = draw_page(path, number, dpi=render_dpi(shape), colour=True, poppler=poppler)
    pixels = truly_coloured(image)
    height, width = pixels.shape[:2]
    size = (shape.width, shape.height)
    if shape.quarter_turns % 2:
        size = (size[1], size[0])
    stored = Stored((Strip(*_packed(pixels)),), width, height)
    return ScanPicture(number, stored, (width, height), size, is_drawn=True)


def _packed(pixels: npt.NDArray[np.uint8]) -> tuple[bytes, int, Keys]:
    is_grey = pixels.ndim == 2
    samples = pixels if is_grey else pixels[:, :, ::-1]
    packed = zlib.compress(np.ascontiguousarray(samples).tobytes(), 6)
    return packed, pixels.shape[0], dict(GREY_8 if is_grey else RGB_8)
