"""Scans made for the tests, and what loading makes of them."""

import io
import zlib

import cv2
import numpy as np
import pikepdf
from hostile_files import picture_pdf, saved
from pikepdf import Name
from PIL import Image

from extractors.load import load_pages, open_scan
from extractors.values import Page

GREY = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8, "Filter": Name.FlateDecode}


def pages_of(content: bytes) -> list[Page]:
    return list(load_pages(open_scan("scan", content)))


def only_page(content: bytes) -> Page:
    (page,) = pages_of(content)
    return page


def coloured(page: np.ndarray) -> np.ndarray:
    colour = cv2.cvtColor(page, cv2.COLOR_GRAY2BGR)
    colour[300:340, 100:400] = (160, 40, 20)
    return colour


def by_pillow(page: np.ndarray, mode: str, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    source = Image.fromarray(page if page.ndim == 2 else page[:, :, ::-1].copy())
    source.convert(mode).save(out, kind, **options)
    return out.getvalue()


def is_close(one: np.ndarray, other: np.ndarray, *, within: int = 3) -> bool:
    return one.shape == other.shape and int(cv2.absdiff(one, other).max()) <= within


def flate_pdf(page: np.ndarray, **more: object) -> bytes:
    height, width = page.shape[:2]
    return picture_pdf(zlib.compress(page.tobytes()), Width=width, Height=height, **(GREY | more))


def fax_pdf(page: np.ndarray, **more: object) -> bytes:
    """The page as Pillow packs a bilevel page, with keys of the picture changed."""
    out = io.BytesIO()
    Image.fromarray(page).convert("1", dither=Image.Dither.NONE).save(out, "PDF", resolution=75)
    with pikepdf.open(out) as pdf:
        stream = pdf.pages[0].Resources.XObject["/image"]
        assert "/CCITTFaxDecode" in str(stream.Filter)
        for key, value in more.items():
            stream[f"/{key}"] = value
        return saved(pdf)


def bilevel(page: np.ndarray) -> np.ndarray:
    return np.where(page >= 128, 255, 0).astype(np.uint8)


def drawn(content: bytes) -> np.ndarray:
    """The same PDF as Poppler draws it: one little stroke more, so that it has to be drawn."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page = pikepdf.Page(pdf.pages[0])
        page.contents_add(b"q 1 g 1 1 1 1 re f Q")
        return only_page(saved(pdf)).image
