"""JPEG 2000 and JBIG2 in a PDF: pictures that reading has drawn, and documents take as they are.

JPEG 2000 goes over byte for byte where PDF/A allows its kind (ISO 19005-3, 6.2.8.3): one or three
channels of 8 bits, whose colours are told once. Where they are told several times, its pixels are
packed anew without loss. JBIG2 goes over with the shapes of letters that it is put together from.
All sizes are the picture's own. Anything else is None: then the page is drawn.

Sources: ISO/IEC 15444-1, annexes A and I; ISO 32000-2, 7.4.7 and 7.4.9.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from PIL import Image

from extractors.load_limits import check_pixels
from extractors.load_pixels import decoding
from extractors.scan_raster import as_stored
from extractors.scan_strips import GREY_1, GREY_8, RGB_8, Stored, Strip

_BARE = b"\xff\x4f\xff\x51"
_SIZES_AT = 8
"""Where in the bare data the picture's size begins: behind two markers, a length and a kind."""
_EIGHT_BITS, _BY_NAME, _BY_PROFILE = 7, b"\1", b"\2"
_COLOURS = {1: 17, 3: 16}
"""The colours of so many channels by the number that JP2 gives them: grey, and sRGB."""
_PROFILE = 0
_KNOWN = {*_COLOURS.values(), _PROFILE}
_NOT_PLAIN = {b"bpcc", b"pclr", b"cmap", b"cdef"}


@dataclass(frozen=True)
class _Sizes:
    width: int
    height: int
    channels: int


def jpeg_2000(picture: pikepdf.Stream, number: int) -> Stored | None:
    """The picture as it is packed, or its pixels; None where it is of a rare kind."""
    content = picture.read_raw_bytes()
    sizes = _sizes(next((part for name, part in _boxes(content) if name == b"jp2c"), b""))
    if sizes is None or (sizes.width, sizes.height) != _told(picture):
        return None
    if not _has_usual_values(picture, sizes.channels):
        return None
    colours = _colours(content, sizes)
    if not colours or any(one not in _KNOWN for one in colours):
        return None
    if colours not in ([_COLOURS[sizes.channels]], [_PROFILE]):
        return _unpacked(content, sizes, f"page {number}")
    keys = dict(GREY_8 if sizes.channels == 1 else RGB_8) | {"/Filter": pikepdf.Name.JPXDecode}
    strips = (Strip(content, sizes.height, keys),)
    return Stored(strips, sizes.width, sizes.height, is_as_it_came=True)


def jbig2(picture: pikepdf.Stream) -> Stored | None:
    """The picture as it is packed, with the shapes of its letters; None where it is not plain."""
    if picture.get("/BitsPerComponent", 1) != 1 or not _is_grey(picture.get("/ColorSpace")):
        return None
    keys = dict(GREY_1) | {"/Filter": pikepdf.Name.JBIG2Decode}
    if "/Decode" in picture:
        keys["/Decode"] = pikepdf.Array([int(one) for one in picture.Decode])
    shapes = letter_shapes(picture)
    width, height = _told(picture)
    strip = Strip(
        picture.read_raw_bytes(), height, keys, b"" if shapes is None else shapes.read_bytes()
    )
    return Stored((strip,), width, height, is_as_it_came=True)


def _told(picture: pikepdf.Stream) -> tuple[int, int]:
    return int(picture.Width), int(picture.Height)


def letter_shapes(picture: pikepdf.Object) -> pikepdf.Stream | None:
    """The shapes of letters that a JBIG2 picture is put together from."""
    told = picture.get("/DecodeParms")
    if isinstance(told, pikepdf.Array) and len(told) == 1:
        told = told[0]
    shapes = told.get("/JBIG2Globals") if isinstance(told, pikepdf.Dictionary) else None
    return shapes if isinstance(shapes, pikepdf.Stream) else None


def _is_grey(space: object) -> bool:
    """Whether colours of a picture that is one (`load_embedded`) are shades of grey."""
    if isinstance(space, pikepdf.Array):
        return str(space[0]) == "/CalGray" or (str(space[0]) == "/ICCBased" and space[1].N == 1)
    return str(space) in ("/DeviceGray", "/CalGray")


def _has_usual_values(picture: pikepdf.Stream, channels: int) -> bool:
    """Whether the PDF takes the samples as they are, and names no colours or those."""
    decode = [float(one) for one in picture.get("/Decode", [])]
    if decode not in ([], [0.0, 1.0] * channels) or "/DecodeParms" in picture:
        return False
    space = picture.get("/ColorSpace")
    if space is None:
        return True
    is_indexed = isinstance(space, pikepdf.Array) and str(space[0]) == "/Indexed"
    return not is_indexed and channels == (1 if _is_grey(space) else 3)


def _sizes(data: bytes) -> _Sizes | None:
    """What the data themselves say; None where it is not one or three whole channels of 8 bits."""
    if not data.startswith(_BARE) or len(data) < _SIZES_AT + 34:
        return None
    right, low, left, top = struct.unpack_from(">4I", data, _SIZES_AT)
    (channels,) = struct.unpack_from(">H", data, _SIZES_AT + 32)
    each = data[_SIZES_AT + 34 : _SIZES_AT + 34 + 3 * channels]
    if channels not in _COLOURS or each != bytes((_EIGHT_BITS, 1, 1)) * channels:
        return None
    return _Sizes(right - left, low - top, channels)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a JP2 file, or of a part of it, each with its name."""
    at = 0
    while at + 8 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        head = 8
        if length == 1 and at + 16 <= len(content):
            (length,), head = struct.unpack_from(">Q", content, at + 8), 16
        end = at + length if length else len(content)
        if end < at + head:
            return
        yield name, content[at + head : end]
        at = end


def _colours(content: bytes, sizes: _Sizes) -> list[int]:
    """How the file tells its colours, each time; none where it is not just what its data say."""
    heads = [part for name, part in _boxes(content) if name == b"jp2h"]
    parts = list(_boxes(heads[0])) if len(heads) == 1 else []
    told = struct.pack(">IIHB", sizes.height, sizes.width, sizes.channels, _EIGHT_BITS)
    if [part[:11] for name, part in parts if name == b"ihdr"] != [told]:
        return []
    if {name for name, _ in parts} & _NOT_PLAIN:
        return []
    return [_colour(part) for name, part in parts if name == b"colr"]


def _colour(part: bytes) -> int:
    if part[:1] == _BY_NAME and len(part) >= 7:
        return int.from_bytes(part[3:7], "big")
    return _PROFILE if part[:1] == _BY_PROFILE else -1


def _unpacked(content: bytes, sizes: _Sizes, where: str) -> Stored | None:
    check_pixels(sizes.width, sizes.height, channels=sizes.channels, where=where)
    with decoding(where), Image.open(BytesIO(content)) as decoded:
        decoded.load()
        wanted = "L" if sizes.channels == 1 else "RGB"
        if decoded.mode != wanted or decoded.size != (sizes.width, sizes.height):
            return None
        return as_stored(decoded)
