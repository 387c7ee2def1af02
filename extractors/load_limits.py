"""How large a scan may be. Every size is checked from the header, before anything is decoded.

A file of a few kilobytes can claim a picture of gigabytes; what it claims is enough to refuse it.
"""

from extractors.errors import ScanRefused

MAX_PAGES = 5_000
MAX_PIXELS = 120_000_000
"""One page: an A3 sheet at 600 dpi has 70 million pixels."""

MAX_SAMPLES = 180_000_000
"""One page, pixels times colour channels, which decoders hold up to four times at once."""

MAX_PAGE_POINTS = 14_400.0
"""The longest side of a PDF page that the PDF standard allows: 5.08 metres."""

RENDER_DPI = 300.0
MAX_RENDER_PIXELS = 40_000_000
"""A page that has to be rendered gets fewer than 300 dpi where it would have more pixels."""

SCAN_AGAIN = "scan the paper again, or ask for the whole file once more"
SMALLER = "scan the paper again at 300 dpi"


def check_pixels(width: int, height: int, *, channels: int, where: str) -> None:
    """Refuse a picture that is empty or too large to be a page. `where` opens the message."""
    if width <= 0 or height <= 0:
        raise ScanRefused(f"{where} has no pixels ({width} × {height})", SCAN_AGAIN)
    if width * height > MAX_PIXELS or width * height * channels > MAX_SAMPLES:
        most = min(MAX_PIXELS, MAX_SAMPLES // channels) // 1_000_000
        raise ScanRefused(
            f"{where} is {width:,} × {height:,} pixels large, and a page of this kind may have "
            f"at most {most} million pixels",
            SMALLER,
        )


def check_page_count(count: int) -> None:
    """Refuse a file without pages, or with more pages than one scan may have."""
    if count == 0:
        raise ScanRefused("the file has no pages", SCAN_AGAIN)
    if count > MAX_PAGES:
        raise ScanRefused(
            f"the file has more than {MAX_PAGES:,} pages",
            "split it into smaller files, best one for each record",
        )


def plain(error: Exception) -> str:
    """What a library said of a broken file, short, on one line and fit to stand in a message."""
    said = "".join(sign if sign.isprintable() else " " for sign in str(error))
    return " ".join(said.replace(";", ",").split()).rstrip(".")[:120] or type(error).__name__
