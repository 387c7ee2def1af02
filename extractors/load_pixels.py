"""From whatever a decoder hands out to the two kinds of picture that reading knows: grey, colour.

Grey is height × width, colour is height × width × 3 in OpenCV's order blue, green, red.
"""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from extractors.errors import ScanRefused
from extractors.load_limits import MAX_PIXELS, SCAN_AGAIN, plain

Image.MAX_IMAGE_PIXELS = MAX_PIXELS

BROKEN = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError),
    *(AttributeError, AssertionError, RuntimeError, MemoryError, struct.error, zlib.error),
    Image.DecompressionBombError,
)
"""What Pillow's decoders raise for a broken picture."""

GREY_TOLERANCE = 16
"""Channels that never differ by more than this (of 255) are a grey scan saved as colour."""

SQUARE_TOLERANCE = 1.05

_GREY_MODES = {"1", "L", "I;16", "I;16B", "I;16L", "I;16N"}


@contextmanager
def decoding(where: str) -> Iterator[None]:
    """Turn what a decoder raises for a broken picture into a refusal that names the place."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except BROKEN as error:
        raise ScanRefused(f"{where} is broken or cut off ({plain(error)})", SCAN_AGAIN) from error


def pixels_of(picture: Image.Image) -> npt.NDArray[np.uint8]:
    """The picture in grey or colour; what is transparent shows white paper."""
    if picture.mode in _GREY_MODES and "transparency" not in picture.info:
        return _grey_pixels(picture)
    if picture.mode in {"I", "F"}:
        raise ScanRefused(
            f"the picture has an unusual kind of pixel ({picture.mode})",
            "save it as 8-bit grey or colour",
        )
    if picture.has_transparency_data:
        picture = _on_white(picture)
    if picture.mode == "L":
        return np.asarray(picture, dtype=np.uint8).copy()
    colour = np.asarray(picture.convert("RGB"), dtype=np.uint8)
    return truly_coloured(np.ascontiguousarray(colour[:, :, ::-1]))


def truly_coloured(colour: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The picture itself, or its grey where the scanner saved grey as colour."""
    if colour.ndim == 2:
        return colour
    if _spread(colour[::8, ::8]) > GREY_TOLERANCE or _spread(colour) > GREY_TOLERANCE:
        return colour
    return _as_bytes(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY))


def squared(
    image: npt.NDArray[np.uint8], dpi: tuple[float, float] | None
) -> tuple[npt.NDArray[np.uint8], float | None]:
    """The page with square pixels (fax has not) and its dots per inch, None where not known."""
    height, width = image.shape[:2]
    size, finest = squared_size(width, height, dpi)
    if size == (width, height):
        return image, finest
    return _as_bytes(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)), finest


def squared_size(
    width: int, height: int, dpi: tuple[float, float] | None
) -> tuple[tuple[int, int], float | None]:
    """How wide and high a page is with square pixels, and its dots per inch where known."""
    if dpi is None or not (10 <= dpi[0] <= 10_000 and 10 <= dpi[1] <= 10_000):
        return (width, height), None
    across, down = dpi
    if max(across, down) / min(across, down) <= SQUARE_TOLERANCE:
        return (width, height), across
    finest = max(across, down)
    size = (round(width * finest / across), round(height * finest / down))
    return (size, finest) if size[0] * size[1] <= 4 * width * height else ((width, height), None)


def _grey_pixels(picture: Image.Image) -> npt.NDArray[np.uint8]:
    pixels = np.asarray(picture)
    if picture.mode == "1":
        return pixels.astype(np.uint8) * np.uint8(255)
    if picture.mode == "L":
        return pixels.astype(np.uint8)
    return (pixels >> 8).astype(np.uint8)


def _on_white(picture: Image.Image) -> Image.Image:
    grey = picture.mode in {"L", "LA", "1"}
    if picture.mode == "I;16":
        picture = Image.fromarray(_grey_pixels(picture))
        return picture
    layers = picture.convert("RGBA")
    paper = Image.new("RGBA", layers.size, (255, 255, 255, 255))
    paper.alpha_composite(layers)
    return paper.convert("L" if grey else "RGB")


def _spread(colour: npt.NDArray[np.uint8]) -> float:
    blue, green, red = (np.ascontiguousarray(colour[:, :, channel]) for channel in range(3))
    return max(
        float(cv2.minMaxLoc(cv2.absdiff(one, other))[1])
        for one, other in ((blue, green), (green, red), (blue, red))
    )


def _as_bytes(image: object) -> npt.NDArray[np.uint8]:
    return np.asarray(image, dtype=np.uint8)
