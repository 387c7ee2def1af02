"""JPEG 2000 and JBIG2 pictures, and PDFs whose page is one of them."""

import io
import struct

import numpy as np
import pikepdf
from hostile_files import add_page, picture_pdf, saved
from loaded import bilevel
from pikepdf import Dictionary, Name
from PIL import Image

SHAPES = struct.pack(">IBBBI", 0, 62, 0, 0, 14) + struct.pack(">I", 0x20000000) + b"of letters"
"""Stands for the shapes of letters: a segment that belongs to no page, and that draws nothing."""


def jpeg_2000(page: np.ndarray, *, colours: int = 1) -> bytes:
    """The page without loss as a JP2 file that tells its colours so many times."""
    out = io.BytesIO()
    Image.fromarray(page).save(out, "JPEG2000", irreversible=False)
    content = out.getvalue()
    head, at = content.index(b"jp2h") - 4, content.index(b"colr") - 4
    told = content[at : at + 15]
    assert struct.unpack_from(">I", told)[0] == len(told)
    length = struct.unpack_from(">I", content, head)[0] + (colours - 1) * len(told)
    return (
        content[:head] + struct.pack(">I", length) + content[head + 4 : at] + told * (colours - 1)
        + content[at:]
    )  # fmt: skip


def jpeg_2000_pdf(page: np.ndarray, data: bytes = b"", **keys: object) -> bytes:
    """A PDF of one page that is one JPEG 2000 picture; it says its colours itself."""
    height, width = page.shape[:2]
    data = data or jpeg_2000(page)
    return picture_pdf(data, Width=width, Height=height, Filter=Name.JPXDecode, **keys)


def jbig2(page: np.ndarray) -> bytes:
    """A page of black and white as JBIG2 in a PDF has it: one region, packed as fax group 4 is."""
    height, width = page.shape
    fax = io.BytesIO()
    black = Image.fromarray(bilevel(page)).convert("1", dither=Image.Dither.NONE)
    black.save(fax, "TIFF", compression="group4", tiffinfo={278: height, 262: 0})
    with Image.open(fax) as picture:
        (start,), (length,) = picture.tag_v2[273], picture.tag_v2[279]
    packed = fax.getvalue()[start : start + length]
    page_info = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", width, height, 0, 0, 0, 1) + packed
    return (
        struct.pack(">IBBBI", 1, 48, 0, 1, len(page_info)) + page_info
        + struct.pack(">IBBBI", 2, 38, 0, 1, len(region)) + region
    )  # fmt: skip


def jbig2_keys(page: np.ndarray) -> dict[str, object]:
    return {
        "Width": page.shape[1], "Height": page.shape[0], "BitsPerComponent": 1,
        "ColorSpace": Name.DeviceGray, "Filter": Name.JBIG2Decode,
    }  # fmt: skip


def jbig2_pdf(*pages: np.ndarray) -> bytes:
    """A PDF of pages that are a JBIG2 picture each and share the shapes of their letters."""
    pdf = pikepdf.new()
    shapes = pdf.make_stream(SHAPES)
    for page in pages:
        told = Dictionary(JBIG2Globals=shapes)
        stream = pdf.make_stream(
            jbig2(page), Type=Name.XObject, Subtype=Name.Image, DecodeParms=told, **jbig2_keys(page)
        )
        add_page(pdf, b"q 595 0 0 842 0 0 cm /Im0 Do Q", Dictionary(Im0=stream))
    return saved(pdf)
