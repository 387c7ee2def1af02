"""TIFF, PNG and JPEG files as stored pictures: the packed bytes themselves where a PDF knows them.

Sources: TIFF 6.0 and its technical note 2 (JPEG with tables of its own), PNG (ISO/IEC 15948),
ISO 32000-2, 7.4 (which packings a PDF knows).
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
import pikepdf
from PIL import Image

from extractors.load_pixels import decoding
from extractors.load_raster import PNG_MARK, check_jpeg
from extractors.scan_jpeg import joined_strips
from extractors.scan_strips import GREY_1, GREY_8, GREY_16, RGB_8, Keys, Stored, Strip

_ORIENTATION = 274
_COMPRESSION, _WHITE_OR_BLACK, _FILL_ORDER, _PLANAR, _FAX_OPTIONS = 259, 262, 266, 284, 292
_STARTS, _LENGTHS, _ROWS, _TABLES = 273, 279, 278, 347
_GROUP_3, _GROUP_4, _JPEG = 3, 4, 7
_RGB, _YCBCR = 2, 6
_TURNED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_PNG_COLOURS = {0: (1, pikepdf.Name.DeviceGray), 2: (3, pikepdf.Name.DeviceRGB)}


def jpeg_file(content: bytes) -> Stored:
    """A JPEG file: itself, where it is grey or colour; of four inks its pixels."""
    with decoding("the picture"), Image.open(BytesIO(content)) as picture:
        width, height = picture.size
        orientation = picture.getexif().get(_ORIENTATION, 1)
        dpi = _dpi(picture)
        if check_jpeg(content) not in (1, 3):
            return as_stored(picture, dpi)
    colours = pikepdf.Name.DeviceGray if check_jpeg(content) == 1 else pikepdf.Name.DeviceRGB
    keys = {"/ColorSpace": colours, "/BitsPerComponent": 8, "/Filter": pikepdf.Name.DCTDecode}
    turn = orientation if orientation in range(1, 9) else 1
    strips = (Strip(content, height, keys),)
    return Stored(strips, width, height, dpi, turn, is_as_it_came=True)


def png_file(content: bytes) -> Stored:
    """A PNG file: its own packed rows where it is plain grey or colour, else its pixels."""
    chunks = list(_png_chunks(content))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    with decoding("the picture"), Image.open(BytesIO(content)) as picture:
        dpi = _dpi(picture)
        names = {name for name, _ in chunks}
        if interlaced or kind not in _PNG_COLOURS or b"tRNS" in names:
            picture.load()
            return as_stored(picture, dpi)
    colours, space = _PNG_COLOURS[kind]
    keys: Keys = {
        "/ColorSpace": space,
        "/BitsPerComponent": depth,
        "/Filter": pikepdf.Name.FlateDecode,
        "/DecodeParms": pikepdf.Dictionary(
            Predictor=15, Colors=colours, BitsPerComponent=depth, Columns=width
        ),
    }
    packed = b"".join(data for name, data in chunks if name == b"IDAT")
    return Stored((Strip(packed, height, keys),), width, height, dpi, is_as_it_came=True)


def tiff_pages(content: bytes, wanted: frozenset[int]) -> Iterator[tuple[int, Stored]]:
    """The wanted pages of a TIFF, each with its number: fax and JPEG strips, else pixels."""
    with decoding("the TIFF"):
        picture = Image.open(BytesIO(content))
    with picture:
        for number in sorted(wanted):
            with decoding(f"page {number}"):
                picture.seek(number - 1)
                yield number, _tiff_page(picture, content)


def as_stored(picture: Image.Image, dpi: tuple[float, float] | None = None) -> Stored:
    """The picture's pixels packed anew, none changed; what is transparent shows white paper."""
    samples, keys = _samples(picture)
    width, height = picture.size
    return Stored((Strip(zlib.compress(samples, 6), height, keys),), width, height, dpi)


def _samples(picture: Image.Image) -> tuple[bytes, Keys]:
    if picture.has_transparency_data:
        layers = picture.convert("RGBA")
        paper = Image.new("RGBA", layers.size, (255, 255, 255, 255))
        paper.alpha_composite(layers)
        return paper.convert("RGB").tobytes(), dict(RGB_8)
    match picture.mode:
        case "1":
            return picture.tobytes(), dict(GREY_1)
        case "L":
            return picture.tobytes(), dict(GREY_8)
        case "I;16" | "I;16L" | "I;16B" | "I;16N":
            return np.asarray(picture).astype(">u2").tobytes(), dict(GREY_16)
        case _:
            return picture.convert("RGB").tobytes(), dict(RGB_8)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG_MARK)
    while at + 8 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += length + 12


def _tiff_page(picture: Image.Image, content: bytes) -> Stored:
    tags: Any = getattr(picture, "tag_v2")  # noqa: B009 (only a TIFF has it)
    dpi, (width, height) = _dpi(picture), picture.size
    turn = tags.get(_ORIENTATION, 1)
    strips = _strips(tags, content, (width, height))
    if strips is None:
        picture.load()  # turns it upright, too
        return as_stored(picture, dpi)
    return Stored(strips, width, height, dpi, turn, is_as_it_came=not _is_turned(tags))


def _strips(tags: Any, content: bytes, size: tuple[int, int]) -> tuple[Strip, ...] | None:
    """The strips of a fax or JPEG page; None where it is packed in another way."""
    keys = _strip_keys(tags)
    if keys is None or _STARTS not in tags or tags.get(_PLANAR, 1) != 1:
        return None
    width, height = size
    rows = min(tags.get(_ROWS, height), height)
    pieces = [
        _whole(content[start : start + length], tags)
        for start, length in zip(tags[_STARTS], tags[_LENGTHS], strict=True)
    ]
    if len(pieces) != -(-height // rows):
        return None
    if keys["/Filter"] == pikepdf.Name.DCTDecode and len(pieces) > 1:
        joined = joined_strips(pieces, width=width, rows=rows, height=height)
        if joined is not None:
            return (Strip(joined, height, keys),)
    heights = [min(rows, height - rows * place) for place in range(len(pieces))]
    return tuple(
        Strip(piece, tall, _with_rows(keys, tall))
        for piece, tall in zip(pieces, heights, strict=True)
    )


def _strip_keys(tags: Any) -> Keys | None:
    compression, kind = tags.get(_COMPRESSION, 1), tags.get(_WHITE_OR_BLACK)
    if compression in (_GROUP_3, _GROUP_4) and kind in (0, 1):
        is_two_way = bool(tags.get(_FAX_OPTIONS, 0) & 1)
        fax = pikepdf.Dictionary(
            K=-1 if compression == _GROUP_4 else int(is_two_way),
            Columns=tags[256],
            BlackIs1=kind == 1,
            EndOfBlock=False,
        )
        name = pikepdf.Name.CCITTFaxDecode
        return GREY_1 | {"/Filter": name, "/DecodeParms": fax}
    if compression == _JPEG and kind in (1, _RGB, _YCBCR):
        keys = (GREY_8 if kind == 1 else RGB_8) | {"/Filter": pikepdf.Name.DCTDecode}
        if kind == _RGB:
            keys["/DecodeParms"] = pikepdf.Dictionary(ColorTransform=0)
        return keys
    return None


def _with_rows(keys: Keys, rows: int) -> Keys:
    if keys["/Filter"] != pikepdf.Name.CCITTFaxDecode:
        return keys
    fax = pikepdf.Dictionary(keys["/DecodeParms"])
    fax.Rows = rows
    return keys | {"/DecodeParms": fax}


def _whole(piece: bytes, tags: Any) -> bytes:
    """A strip that can be unpacked alone: with the tables that all JPEG strips of a page share."""
    if _is_turned(tags):
        return piece.translate(_TURNED_BITS)
    tables: bytes = tags.get(_TABLES, b"")
    if not tables:
        return piece
    return tables[:-2] + piece[2:]


def _is_turned(tags: Any) -> bool:
    """Whether a fax page has the bits of each byte the other way round than a PDF."""
    return bool(tags.get(_FILL_ORDER, 1) == 2 and tags.get(_COMPRESSION) != _JPEG)


def _dpi(picture: Image.Image) -> tuple[float, float] | None:
    with suppress(KeyError, TypeError, ValueError):
        across, down = picture.info["dpi"]
        return float(across), float(down)
    return None
