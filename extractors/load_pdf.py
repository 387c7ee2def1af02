"""Scans that are a PDF: opened, checked as a whole, and handed out page by page.

A page that is just one embedded picture is taken as that picture (load_embedded.py); any other
is drawn by Poppler (load_render.py). A PDF that only opens after repair is refused: a repaired
file may lack pages, and nobody would notice.
"""

import math
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pikepdf

from extractors.errors import ScanRefused
from extractors.load_embedded import embedded_picture
from extractors.load_limits import (
    MAX_RENDER_PIXELS,
    RENDER_DPI,
    SCAN_AGAIN,
    check_page_count,
)
from extractors.load_pdf_index import check_object_count
from extractors.load_pdf_pages import (
    PDF_BROKEN,
    PageShape,
    check_drawing,
    check_pictures,
    page_shape,
    page_tree,
)
from extractors.load_pixels import squared, truly_coloured
from extractors.load_render import draw_page, limited_poppler, writing_there
from extractors.values import Page

_PDF_DAY = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_XMP_DAY = re.compile(rb"xmp:CreateDate(?:\s*=\s*[\"']|[^>]{0,200}>)\s*(\d{4})-(\d{2})-(\d{2})")


@contextmanager
def open_pdf(content: bytes) -> Iterator[pikepdf.Pdf]:
    """The PDF, open; refused where it is encrypted, broken or cut off."""
    check_object_count(content)
    try:
        pdf = pikepdf.open(
            BytesIO(content),
            suppress_warnings=True,
            attempt_recovery=False,
            inherit_page_attributes=False,  # would visit all pages before they are counted
        )
    except pikepdf.PasswordError as error:
        raise _encrypted() from error
    except PDF_BROKEN as error:
        raise _broken(error) from error
    with pdf:
        if pdf.is_encrypted:
            raise _encrypted()
        yield pdf


def _encrypted() -> ScanRefused:
    return ScanRefused(
        "the PDF is encrypted", "save it without password or protection, and take that file"
    )


def _broken(error: Exception) -> ScanRefused:
    if "no pages found" in str(error):
        return ScanRefused("the file has no pages", SCAN_AGAIN)
    if "Loop detected in /Pages" in str(error):
        return ScanRefused("the PDF's list of pages runs in a circle", SCAN_AGAIN)
    return ScanRefused(
        "the PDF is broken or cut off",
        "ask for the whole file once more, or print it to a new PDF and compare the pages",
    )


def check_pdf(content: bytes) -> tuple[int, date | None]:
    """How many pages the PDF has and the day it was made; refuses what can't be read whole."""
    with open_pdf(content) as pdf:
        try:
            pages = page_tree(pdf)
            check_page_count(len(pages))
            for number, page in enumerate(pages, start=1):
                page_shape(page, number)
                check_pictures(page, number)
            return len(pages), _made_on(pdf)
        except PDF_BROKEN as error:
            raise _broken(error) from error


def _made_on(pdf: pikepdf.Pdf) -> date | None:
    info = pdf.trailer.get("/Info")
    written = info.get("/CreationDate") if isinstance(info, pikepdf.Dictionary) else None
    found = _PDF_DAY.match(str(written)) if isinstance(written, pikepdf.String) else None
    if found:
        return _day(found.groups())
    metadata = pdf.Root.get("/Metadata")
    if not isinstance(metadata, pikepdf.Stream) or len(metadata.read_raw_bytes()) > 1_000_000:
        return None
    stamped = _XMP_DAY.search(metadata.read_bytes())
    return _day(tuple(part.decode() for part in stamped.groups())) if stamped else None


def _day(parts: tuple[str, ...]) -> date | None:
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def load_pdf(content: bytes) -> Iterator[Page]:
    """The pages of a PDF, one at a time, upright as the PDF says."""
    with open_pdf(content) as pdf, ExitStack() as stack:
        drawer = _Drawer(content, stack)
        for number, page in enumerate(page_tree(pdf), start=1):
            yield _page(pdf, page, number, drawer)


def _page(pdf: pikepdf.Pdf, page: pikepdf.Dictionary, number: int, drawer: "_Drawer") -> Page:
    try:
        shape = page_shape(page, number)
        image = embedded_picture(pdf, page, shape, number)
    except PDF_BROKEN as error:
        raise ScanRefused(f"page {number} of the PDF is broken", SCAN_AGAIN) from error
    if image is None:
        check_drawing(page, number)
        return drawer.page(number, shape)
    height, width = image.shape[:2]
    dpi = (width * 72 / shape.width, height * 72 / shape.height)
    squares, finest = squared(truly_coloured(image), dpi)
    upright = np.ascontiguousarray(np.rot90(squares, -shape.quarter_turns))
    return Page(number=number, image=upright, dpi=finest)


class _Drawer:
    """Draws pages with Poppler; the file is laid down for it when the first page needs it."""

    def __init__(self, content: bytes, stack: ExitStack) -> None:
        self._content = content
        self._stack = stack
        self._place: tuple[Path, str | None] | None = None

    def page(self, number: int, shape: PageShape) -> Page:
        path, poppler = self._place or self._lay_down()
        dpi = render_dpi(shape)
        image = draw_page(path, number, dpi=dpi, colour=True, poppler=poppler)
        return Page(number=number, image=truly_coloured(image), dpi=dpi)

    def _lay_down(self) -> tuple[Path, str | None]:
        folder, poppler = self._stack.enter_context(limited_poppler())
        path = folder / "scan.pdf"
        with writing_there():
            path.write_bytes(self._content)
        self._place = (path, poppler)
        return self._place


def render_dpi(shape: PageShape, wanted: float = RENDER_DPI) -> float:
    """The wanted dots per inch, or as many as the cap on pixels leaves."""
    square_inches = shape.width * shape.height / 72**2
    return min(wanted, math.sqrt(MAX_RENDER_PIXELS / square_inches))


def count_pdf_pages(path: Path) -> int:
    """How many pages a PDF on disk has (a blank form); refuses what can't be read whole."""
    return check_pdf(_bytes_of(path))[0]


def render_pdf_page(
    path: Path, page: int, dpi: float, *, colour: bool = False
) -> npt.NDArray[np.uint8]:
    """A page of a PDF on disk (a blank form) as Poppler draws it, the same every time.

    Grey, or with `colour` blue, green, red. Pages count from 1.
    """
    with open_pdf(_bytes_of(path)) as pdf:
        try:
            pages = page_tree(pdf)
            if not 1 <= page <= len(pages):
                raise ScanRefused(f"the PDF has no page {page}", "choose a page that it has")
            shape = page_shape(pages[page - 1], page)
            check_pictures(pages[page - 1], page)
        except PDF_BROKEN as error:
            raise _broken(error) from error
    with limited_poppler() as (_, poppler):
        finest = render_dpi(shape, dpi)
        return draw_page(path, page, dpi=finest, colour=colour, poppler=poppler)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ScanRefused(
            f"the PDF can't be read ({error.strerror or 'unknown reason'})",
            "check the file and who may read it",
        ) from error
