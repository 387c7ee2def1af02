"""A page's picture as it is stored: packed pieces from top to bottom, and how to unpack them."""

from dataclasses import dataclass, field
from typing import Any

import pikepdf

Keys = dict[str, Any]
"""What a PDF's picture says of itself beside its width and height."""

_FLATE = pikepdf.Name.FlateDecode
GREY_1: Keys = {
    "/ColorSpace": pikepdf.Name.DeviceGray, "/BitsPerComponent": 1, "/Filter": _FLATE,
}  # fmt: skip
GREY_8: Keys = GREY_1 | {"/BitsPerComponent": 8}
GREY_16: Keys = GREY_1 | {"/BitsPerComponent": 16}
RGB_8: Keys = GREY_8 | {"/ColorSpace": pikepdf.Name.DeviceRGB}


@dataclass(frozen=True, eq=False)
class Strip:
    """A piece of a picture over its whole width: packed bytes, rows, and how they are packed.

    `shapes` are those of the letters that a JBIG2 picture is put together from.
    """

    packed: bytes = field(repr=False)
    rows: int
    keys: Keys
    shapes: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, eq=False)
class Stored:
    """A page's picture. Width and height are in stored pixels, before it is turned.

    `orientation` is 1 to 8 as Exif counts them. `is_as_it_came`: the packed bytes are the scan's.
    """

    strips: tuple[Strip, ...]
    width: int
    height: int
    dpi: tuple[float, float] | None = None
    orientation: int = 1
    is_as_it_came: bool = False
