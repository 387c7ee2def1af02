"""Scans that are a TIFF: one directory after the other, each one page.

The directories are walked here first, sizes and places of the strips checked against the file,
because a cut-off fax strip decodes without any error into white paper.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from PIL import Image

from extractors.errors import ScanRefused
from extractors.load_limits import MAX_PAGES, SCAN_AGAIN, check_page_count, check_pixels
from extractors.load_pixels import decoding, pixels_of, squared
from extractors.values import Page

TIFF_MARKS = (b"II*\0", b"MM\0*")
BIG_TIFF_MARKS = (b"II+\0", b"MM\0+")

_WIDTH, _HEIGHT, _SAMPLES, _DATE = 256, 257, 277, 306
_X_DPI, _Y_DPI, _UNIT = 282, 283, 296
_PLACES = ((273, 279), (324, 325))  # strips and tiles: where they begin, how long they are
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MOST_NUMBERS = 200_000
_BROKEN = "the TIFF is broken or cut off"


@dataclass(frozen=True)
class _Tag:
    type: int
    count: int
    at: int


@dataclass(frozen=True)
class _Tiff:
    """The bytes, and the order in which their numbers stand."""

    content: bytes
    order: str

    def number(self, letter: str, at: int) -> int:
        try:
            return int(struct.unpack_from(self.order + letter, self.content, at)[0])
        except struct.error as error:
            raise ScanRefused(_BROKEN, SCAN_AGAIN) from error

    def numbers(self, tag: _Tag | None) -> tuple[int, ...]:
        letter = {1: "B", 3: "H", 4: "I"}.get(tag.type) if tag else None
        if tag is None or letter is None:
            return ()
        return struct.unpack_from(f"{self.order}{tag.count}{letter}", self.content, tag.at)

    def text(self, tag: _Tag | None) -> str:
        if tag is None or tag.type != 2:
            return ""
        return self.content[tag.at : tag.at + tag.count].decode("ascii", "replace")


def check_tiff(content: bytes) -> tuple[int, date | None]:
    """How many pages the TIFF has and the day it was made; refuses what can't be read whole."""
    if content[:4] in BIG_TIFF_MARKS:
        raise ScanRefused("the file is a BigTIFF, which is not read", "save it as TIFF or PDF")
    tiff = _Tiff(content, "<" if content[:2] == b"II" else ">")
    count = 0
    made = None
    for directory in _directories(tiff):
        count += 1
        check_page_count(count)
        _check_page(tiff, directory, f"page {count}")
        made = made or _day(tiff.text(directory.get(_DATE)))
    check_page_count(count)
    return count, made


def _directories(tiff: _Tiff) -> Iterator[dict[int, _Tag]]:
    seen: set[int] = set()
    claimed = 0
    at = tiff.number("I", 4)
    while at:
        if at in seen:
            raise ScanRefused("the TIFF is broken: its list of pages runs in a circle", SCAN_AGAIN)
        seen.add(at)
        entries = tiff.number("H", at)
        directory = dict(_tags(tiff, at + 2, entries))
        claimed += sum(tag.count * _SIZES.get(tag.type, 0) for tag in directory.values())
        if claimed > len(tiff.content):
            raise ScanRefused(f"{_BROKEN}: it claims more bytes than it has", SCAN_AGAIN)
        yield directory
        at = tiff.number("I", at + 2 + 12 * entries)


def _tags(tiff: _Tiff, start: int, entries: int) -> Iterator[tuple[int, _Tag]]:
    for at in range(start, start + 12 * entries, 12):
        kind, count = tiff.number("H", at + 2), tiff.number("I", at + 4)
        length = _SIZES.get(kind, 0) * count
        place = at + 8 if length <= 4 else tiff.number("I", at + 8)
        is_too_long = count > _MOST_NUMBERS and kind not in {1, 2, 7}
        if place + length > len(tiff.content) or is_too_long:
            raise ScanRefused(_BROKEN, SCAN_AGAIN)
        yield tiff.number("H", at), _Tag(kind, count, place)


def _check_page(tiff: _Tiff, directory: dict[int, _Tag], where: str) -> None:
    width, height = (_first(tiff, directory.get(tag)) for tag in (_WIDTH, _HEIGHT))
    channels = _first(tiff, directory.get(_SAMPLES)) or 1
    check_pixels(width, height, channels=channels, where=where)
    pieces = 0
    for begins, lengths in _PLACES:
        starts = tiff.numbers(directory.get(begins))
        sizes = tiff.numbers(directory.get(lengths))
        pieces += len(starts)
        if len(starts) != len(sizes) or any(
            start + size > len(tiff.content) for start, size in zip(starts, sizes, strict=True)
        ):
            raise ScanRefused(f"{_BROKEN}: a part of {where} is missing", SCAN_AGAIN)
    if not pieces:
        raise ScanRefused(f"{_BROKEN}: {where} has no picture", SCAN_AGAIN)


def _first(tiff: _Tiff, tag: _Tag | None) -> int:
    numbers = tiff.numbers(tag)
    return numbers[0] if numbers else 0


def _day(text: str) -> date | None:
    try:
        year, month, day = (int(part) for part in text[:10].replace("-", ":").split(":"))
        return date(year, month, day)
    except ValueError:
        return None


def load_tiff(content: bytes, page_count: int) -> Iterator[Page]:
    """The pages of a TIFF, one at a time."""
    if page_count > MAX_PAGES:
        check_page_count(page_count)
    with decoding("the TIFF"):
        picture = Image.open(BytesIO(content))
    with picture:
        for number in range(1, page_count + 1):
            yield _page(picture, number)


def _page(picture: Image.Image, number: int) -> Page:
    with decoding(f"page {number}"):
        picture.seek(number - 1)
        dpi = _dpi(picture)
        picture.load()
        image, finest = squared(pixels_of(picture), dpi)
    return Page(number=number, image=image, dpi=finest)


def _dpi(picture: Image.Image) -> tuple[float, float] | None:
    dpi = picture.info.get("dpi")
    if not isinstance(dpi, tuple) or len(dpi) != 2:
        return None
    return float(dpi[0]), float(dpi[1])
