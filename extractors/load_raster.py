"""Scans that are one picture: PNG and JPEG.

The file's own structure is checked first (sizes, check sums, end marks), so that a cut-off or
damaged file is refused before a decoder sees it and paints the missing part grey.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from extractors.errors import ScanRefused
from extractors.load_limits import SCAN_AGAIN, check_pixels
from extractors.load_pixels import decoding, pixels_of, squared, truly_coloured
from extractors.values import Page

PNG_MARK = b"\x89PNG\r\n\x1a\n"
JPEG_MARK = b"\xff\xd8\xff"
MOST_SCANS = 60
"""A progressive JPEG comes in about ten passes; thousands of them are made to stall a decoder."""

_PNG_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
_FRAME_MARKERS = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_png(content: bytes) -> None:
    """Refuse a PNG that is cut off, damaged, animated or too large."""
    names = set()
    for name, data in _png_chunks(content):
        names.add(name)
        if name == b"IHDR":
            _check_png_header(data)
    if b"acTL" in names:
        raise ScanRefused("the PNG is animated", "save each page as a picture of its own")
    if not {b"IHDR", b"IDAT", b"IEND"} <= names:
        raise ScanRefused("the PNG is broken: a part is missing", SCAN_AGAIN)


def _check_png_header(data: bytes) -> None:
    if len(data) != 13:
        raise ScanRefused("the PNG is broken: its header is damaged", SCAN_AGAIN)
    width, height, _, kind = struct.unpack(">IIBB", data[:10])
    check_pixels(width, height, channels=_PNG_CHANNELS.get(kind, 4), where="the picture")


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    view = memoryview(content)
    at = len(PNG_MARK)
    name = b""
    while name != b"IEND":
        if at + 12 > len(content):
            raise ScanRefused("the PNG is cut off before its end", SCAN_AGAIN)
        (length,) = struct.unpack_from(">I", content, at)
        name = content[at + 4 : at + 8]
        end = at + 8 + length
        if end + 4 > len(content):
            raise ScanRefused("the PNG is cut off before its end", SCAN_AGAIN)
        if zlib.crc32(view[at + 4 : end]) != struct.unpack_from(">I", content, end)[0]:
            raise ScanRefused("the PNG is damaged: a check sum does not fit", SCAN_AGAIN)
        yield name, content[at + 8 : end] if name == b"IHDR" else b""
        at = end + 4


def check_jpeg(content: bytes, *, where: str = "the picture") -> int:
    """Refuse a JPEG that is cut off, damaged or too large; otherwise its colour channels."""
    frame, data = _jpeg_frame(content, where)
    height, width, channels = frame
    check_pixels(width, height, channels=channels, where=where)
    if content.rfind(b"\xff\xd9", data) < 0:
        raise ScanRefused(f"{where} is cut off: the JPEG has no end", SCAN_AGAIN)
    if content.count(b"\xff\xda", data) > MOST_SCANS:
        raise ScanRefused(f"{where} is a JPEG with too many passes", "save it again as plain JPEG")
    return channels


def _jpeg_frame(content: bytes, where: str) -> tuple[tuple[int, int, int], int]:
    """Height, width and channels, and where the picture's data begin."""
    frame = None
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _FRAME_MARKERS and at + 10 <= len(content):
            frame = struct.unpack_from(">HHB", content, at + 5)
        if marker == 0xDA and frame is not None:
            return frame, at
        at += 2 if 0xD0 <= marker <= 0xD7 else 2 + struct.unpack_from(">H", content, at + 2)[0]
    raise ScanRefused(f"{where} is a broken JPEG: its header is damaged or cut off", SCAN_AGAIN)


def decode_jpeg(
    content: bytes, *, upright: bool, where: str = "the picture"
) -> npt.NDArray[np.uint8]:
    """The JPEG's pixels, grey or colour, just as OpenCV decodes them.

    `upright`: turned as the camera's note in the file says (in a PDF the note does not count).
    """
    if check_jpeg(content, where=where) == 4:
        return decode_picture(content, where=where)
    flags = cv2.IMREAD_ANYCOLOR | (0 if upright else cv2.IMREAD_IGNORE_ORIENTATION)
    try:
        image = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), flags)
    except (cv2.error, MemoryError):
        image = None
    if image is None:
        raise ScanRefused(f"{where} is a JPEG that can't be decoded", SCAN_AGAIN)
    return np.asarray(image, dtype=np.uint8)


def decode_picture(content: bytes, *, where: str = "the picture") -> npt.NDArray[np.uint8]:
    """The pixels of a picture that Pillow knows, grey or colour."""
    with decoding(where), Image.open(BytesIO(content)) as picture:
        picture.load()
        return pixels_of(picture)


def load_png(content: bytes) -> Page:
    """The one page of a PNG."""
    check_png(content)
    image, dpi = squared(decode_picture(content), _dpi(content))
    return Page(number=1, image=image, dpi=dpi)


def load_jpeg(content: bytes) -> Page:
    """The one page of a JPEG."""
    image = truly_coloured(decode_jpeg(content, upright=True))
    image, dpi = squared(image, _dpi(content))
    return Page(number=1, image=image, dpi=dpi)


def _dpi(content: bytes) -> tuple[float, float] | None:
    with suppress(ScanRefused), decoding("the picture"), Image.open(BytesIO(content)) as picture:
        across, down = picture.info["dpi"]
        return float(across), float(down)
    return None
