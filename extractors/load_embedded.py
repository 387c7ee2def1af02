"""The picture that a scanned PDF page consists of, taken as it is and not drawn anew.

Only where the page is nothing but one upright picture that covers it: no clip, no mask, no other
paint (invisible text from a scanner's own text recognition is none). Any doubt: None, and the
page is drawn instead. The page's /Rotate is left to the caller.
"""

import warnings
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf

from extractors.errors import ScanRefused
from extractors.load_limits import SCAN_AGAIN, check_pixels
from extractors.load_pdf_pages import (
    PDF_BROKEN,
    PageShape,
    drawing_streams,
    inherited,
    room_for_a_picture,
)
from extractors.load_pixels import decoding, pixels_of
from extractors.load_raster import check_jpeg, decode_jpeg

_MOST_RAW_BYTES = 128 * 1024
_MOST_BYTES = 512 * 1024
_MOST_STREAMS = 50
_COVERS = 0.01
"""How far the picture's edges may lie from the page's, as a share of the page."""

_HARMLESS = frozenset(
    "BT ET Tf Td TD Tm T* Tc Tw Tz TL Ts MP BMC EMC n g G rg RG k K cs CS sc scn SC SCN "  # noqa: SIM905
    "w J j M d i ri".split()
)
"""What a drawing may say without painting anything."""

_INVISIBLE = 3
_PLAIN_SPACES = {"/DeviceGray": 1, "/DeviceRGB": 3, "/CalGray": 1, "/CalRGB": 3}
_FAX_AND_FLATE = {"/CCITTFaxDecode", "/FlateDecode", "/LZWDecode", "/RunLengthDecode"}
_ARMOUR = {"/ASCII85Decode", "/ASCIIHexDecode"}


def embedded_picture(
    pdf: pikepdf.Pdf, page: pikepdf.Dictionary, shape: PageShape, number: int
) -> npt.NDArray[np.uint8] | None:
    """The pixels of the one picture that the page is; None where the page has to be drawn."""
    picture = embedded_stream(pdf, page, shape, number)
    return None if picture is None else _pixels(picture, f"page {number}")


def embedded_stream(
    pdf: pikepdf.Pdf, page: pikepdf.Dictionary, shape: PageShape, number: int
) -> pikepdf.Stream | None:
    """The one picture that the page is, as it lies packed in the file; None where it is more."""
    if shape.is_cropped or _has_annotations(page):
        return None
    painted = _one_painted(pdf, page, number)
    if painted is None or not _covers(painted[1], shape):
        return None
    resources = inherited(page, "/Resources")
    things = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    picture = things.get(painted[0]) if isinstance(things, pikepdf.Dictionary) else None
    if not isinstance(picture, pikepdf.Stream) or not _is_plain(picture):
        return None
    return picture


def _has_annotations(page: pikepdf.Object) -> bool:
    notes = page.get("/Annots")
    if notes is None:
        return False
    return any(note.get("/Subtype") not in ("/Link", "/Popup") for note in notes)


def _one_painted(
    pdf: pikepdf.Pdf, page: pikepdf.Dictionary, number: int
) -> tuple[str, pikepdf.Matrix] | None:
    """The name and place of the only thing that the page paints; None if there is more to it."""
    pen = _Pen(number)
    try:
        drawing = _drawing(page)
        if drawing is None or not _follow(pen, pikepdf.Stream(pdf, drawing)):
            return None
    except (*PDF_BROKEN, UserWarning):
        return None
    return pen.painted[0] if len(pen.painted) == 1 else None


def _follow(pen: "_Pen", drawing: pikepdf.Stream) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a drawing that ends too early is only warned of
        return all(
            pen.follow(str(instruction.operator), list(instruction.operands))
            for instruction in pikepdf.parse_content_stream(drawing)
        )


class _Pen:
    """Follows the drawing of a page and notes where it paints a named thing."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.painted: list[tuple[str, pikepdf.Matrix]] = []
        self._place = pikepdf.Matrix()
        self._text_mode = 0
        self._kept: list[tuple[pikepdf.Matrix, int]] = []

    def follow(self, verb: str, operands: list[Any]) -> bool:
        """Whether a page that says this can still be one picture."""
        match verb:
            case "q":
                self._kept.append((self._place, self._text_mode))
            case "Q":
                self._place, self._text_mode = self._kept.pop()
            case "cm":
                step = pikepdf.Matrix(*(float(number) for number in operands))
                self._place = step @ self._place
            case "Tr":
                self._text_mode = int(operands[0])
            case "Do":
                self.painted.append((str(operands[0]), self._place))
            case "Tj" | "TJ" | "'" | '"':
                return self._text_mode == _INVISIBLE
            case "INLINE IMAGE":
                width, height = operands[0].width, operands[0].height
                check_pixels(width, height, channels=1, where=f"a picture on page {self._number}")
                return False
            case _:
                return verb in _HARMLESS
        return True


def _drawing(page: pikepdf.Dictionary) -> bytes | None:
    """The page's drawing instructions; None where they are too long for a page of one picture."""
    streams = drawing_streams(page)
    if streams is None or len(streams) > _MOST_STREAMS:
        return None
    if sum(len(stream.read_raw_bytes()) for stream in streams) > _MOST_RAW_BYTES:
        return None
    drawing = b"\n".join(stream.read_bytes() for stream in streams)
    return drawing if len(drawing) <= _MOST_BYTES else None


def _covers(place: pikepdf.Matrix, shape: PageShape) -> bool:
    """Whether the picture, upright, fills the page."""
    if place.a <= 0 or place.d <= 0 or abs(place.b) > 1e-6 or abs(place.c) > 1e-6:
        return False
    left, bottom, right, top = shape.box
    slack_x, slack_y = _COVERS * (right - left), _COVERS * (top - bottom)
    edges = (
        (place.e - left, slack_x),
        (place.e + place.a - right, slack_x),
        (place.f - bottom, slack_y),
        (place.f + place.d - top, slack_y),
    )
    return all(abs(distance) <= slack for distance, slack in edges)


def _is_plain(picture: pikepdf.Stream) -> bool:
    """Whether the picture is opaque, always shown, and grey or colour."""
    if picture.get("/Subtype") != "/Image" or picture.get("/ImageMask", False):
        return False
    if any(name in picture for name in ("/SMask", "/Mask", "/OC", "/SMaskInData")):
        return False
    space = picture.get("/ColorSpace")
    if space is None and picture.get("/Filter") == pikepdf.Name.JPXDecode:
        return True  # such a picture may say its colours itself
    return _channels(space) is not None


def _channels(space: object) -> int | None:
    if isinstance(space, pikepdf.Name):
        return _PLAIN_SPACES.get(str(space))
    if not isinstance(space, pikepdf.Array) or len(space) < 2:
        return None
    family = str(space[0])
    if family == "/ICCBased" and isinstance(space[1], pikepdf.Stream):
        count = space[1].get("/N")
        return int(count) if count in (1, 3) else None
    if family == "/Indexed":
        return 1 if _channels(space[1]) else None
    return _PLAIN_SPACES.get(family)


def _pixels(picture: pikepdf.Stream, where: str) -> npt.NDArray[np.uint8] | None:
    filters = filters_of(picture)
    if filters == ["/DCTDecode"]:
        return _jpeg(picture, picture.read_raw_bytes(), where)
    if filters and filters[-1] == "/DCTDecode" and set(filters[:-1]) <= _ARMOUR:
        jpeg = BytesIO()
        pikepdf.PdfImage(picture).extract_to(stream=jpeg)
        return _jpeg(picture, jpeg.getvalue(), where)
    if set(filters) <= _FAX_AND_FLATE | _ARMOUR:
        return _samples(picture, where)
    return None


def filters_of(picture: pikepdf.Stream) -> list[str]:
    """How the picture is packed, the outermost packing first."""
    filters = picture.get("/Filter")
    if filters is None:
        return []
    names = filters if isinstance(filters, pikepdf.Array) else [filters]
    return [str(name) for name in names]


def _jpeg(picture: pikepdf.Stream, content: bytes, where: str) -> npt.NDArray[np.uint8] | None:
    """The JPEG just as OpenCV decodes it; None where the PDF wants it changed."""
    channels = _channels(picture.get("/ColorSpace"))
    decode = [float(number) for number in picture.get("/Decode", [])]
    if decode not in ([], [0.0, 1.0] * (channels or 0)) or "/DecodeParms" in picture:
        return None
    if check_jpeg(content, where=where) != channels:
        return None
    image = decode_jpeg(content, upright=False, where=where)
    if image.shape[:2] != (int(picture.Height), int(picture.Width)):
        return None
    return image


def _samples(picture: pikepdf.Stream, where: str) -> npt.NDArray[np.uint8] | None:
    """Fax and losslessly packed pictures, with /Decode applied; None where pikepdf can't."""
    try:
        with (
            room_for_a_picture(),
            decoding(where),
            pikepdf.PdfImage(picture).as_pil_image() as decoded,
        ):
            return pixels_of(decoded)
    except (pikepdf.UnsupportedImageTypeError, pikepdf.HifiPrintImageNotTranscodableError):
        return None
    except (pikepdf.PdfError, pikepdf.PikepdfError) as error:
        raise ScanRefused(f"{where} is broken or cut off", SCAN_AGAIN) from error
