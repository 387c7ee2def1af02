"""A file becomes a scan, and a scan becomes pages: the first step of reading.

What a file is, its bytes say and not its name. Whatever is broken, cut off, encrypted, empty or
too large is refused as a whole with `ScanRefused`; a page that can't be decoded refuses the
file, so that its other pages are never read without it. Pages come one at a time.
"""

import hashlib
from collections.abc import Iterator
from datetime import date

from extractors.errors import ScanRefused
from extractors.load_pdf import check_pdf, count_pdf_pages, load_pdf, render_pdf_page
from extractors.load_raster import (
    JPEG_MARK,
    PNG_MARK,
    check_jpeg,
    check_png,
    load_jpeg,
    load_png,
)
from extractors.load_tiff import BIG_TIFF_MARKS, TIFF_MARKS, check_tiff, load_tiff
from extractors.load_words import pdf_words
from extractors.values import Page, ScanFile, ScanKind

__all__ = ["count_pdf_pages", "load_pages", "open_scan", "pdf_words", "render_pdf_page"]

_TAKEN = "give a scan as PDF, TIFF, PNG or JPEG"
_OTHERS = {
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"GIF8": "a GIF picture",
    b"BM": "a BMP picture",
    b"RIFF": "a WebP picture or a recording",
    b"\x1f\x8b": "a packed archive",
    b"7z\xbc\xaf": "a packed archive",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"\0\0\0\x0cjP": "a JPEG 2000 picture",
    b"\xff\x4f\xff\x51": "a JPEG 2000 picture",
    b"%!PS": "a PostScript file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}


def open_scan(name: str, content: bytes) -> ScanFile:
    """The file as a scan, checked to be whole and readable page by page; refused otherwise."""
    kind = _kind(content)
    page_count, created = _check(kind, content)
    return ScanFile(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        kind=kind,
        page_count=page_count,
        created=created,
        content=content,
    )


def _kind(content: bytes) -> ScanKind:
    if not content.strip(b"\0 \t\r\n"):
        raise ScanRefused("the file is empty", "scan the paper again")
    if content.startswith(PNG_MARK):
        return ScanKind.PNG
    if content.startswith(JPEG_MARK):
        return ScanKind.JPEG
    if content.startswith(TIFF_MARKS + BIG_TIFF_MARKS):
        return ScanKind.TIFF
    if b"%PDF-" in content[:1024]:
        return ScanKind.PDF
    for mark, what in _OTHERS.items():
        if content.startswith(mark):
            raise ScanRefused(f"the file is {what}, not a scan", _TAKEN)
    raise ScanRefused("the file is not a scan, whatever its name says", _TAKEN)


def _check(kind: ScanKind, content: bytes) -> tuple[int, date | None]:
    match kind:
        case ScanKind.PDF:
            return check_pdf(content)
        case ScanKind.TIFF:
            return check_tiff(content)
        case ScanKind.PNG:
            check_png(content)
        case ScanKind.JPEG:
            check_jpeg(content)
    return 1, None


def load_pages(scan: ScanFile) -> Iterator[Page]:
    """The pages of a scan, one at a time and in order; ScanRefused where one can't be decoded."""
    match scan.kind:
        case ScanKind.PDF:
            yield from load_pdf(scan.content)
        case ScanKind.TIFF:
            yield from load_tiff(scan.content, scan.page_count)
        case ScanKind.PNG:
            yield load_png(scan.content)
        case ScanKind.JPEG:
            yield load_jpeg(scan.content)
