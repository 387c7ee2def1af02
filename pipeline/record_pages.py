"""The pages of scans that a record's document shows, each out of the scan that it lies in.

Pages that were scanned again come out of their newer scan, in the places of the old ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from extractors.cut_pdf import cut_pdf
from extractors.load import open_scan
from extractors.scan_pictures import ScanPicture, scan_pictures
from extractors.values import ScanFile, ScanKind
from pipeline.core.values import Record, Source
from pipeline.own_pages import pages_with
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.page_scans import HeldPage, held_pages, scans_of_record
from pipeline.store.tables import RecordRow, ScanRow


@dataclass(frozen=True)
class LaidPage:
    """A page of a scan as a picture."""

    source: Source
    picture: ScanPicture


@dataclass(frozen=True)
class DrawnScan:
    """A scan of which a page had to be drawn, and what of it goes with the document.

    `content` is the scan as it came where all its `pages` are the record's (`is_whole`), else those
    pages alone, packed as they came; None where they can't be told from the pages of others.
    """

    source: Source
    kind: ScanKind
    pages: tuple[int, ...]
    is_whole: bool
    content: bytes | None = field(repr=False)


@dataclass(frozen=True)
class LaidPages:
    """The pages in their order, and the scans of which one had to be drawn."""

    pages: tuple[LaidPage, ...]
    drawn: tuple[DrawnScan, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The scans, by the order of their first pages."""
        return tuple(dict.fromkeys(one.source.file for one in self.pages))


_Place = tuple[int, int]
"""A scan and its page."""


def lay_pages(site: Site, record: Record) -> LaidPages:
    """The record's own pages of its scan, and those that were scanned again."""
    with reading(site.engine) as session:
        places = _places(session, session.get_one(RecordRow, record.id), site.now())
        sources = {scan: _source(session, scan) for scan, _ in places}
    pictures: dict[_Place, ScanPicture] = {}
    drawn: list[DrawnScan] = []
    for scan, source in sources.items():
        file = open_scan(source.file, site.files.get(source.sha256))
        wanted = frozenset(page for of, page in places if of == scan)
        taken = tuple(scan_pictures(file, wanted, _dpi(record, source)))
        pictures |= {(scan, one.number): one for one in taken}
        if any(one.is_drawn for one in taken):
            drawn.append(_drawn(file, source, wanted))
    pages = (LaidPage(sources[one[0]], pictures[one]) for one in places if one in pictures)
    return LaidPages(tuple(pages), tuple(drawn))


def _drawn(file: ScanFile, source: Source, wanted: frozenset[int]) -> DrawnScan:
    """Nothing leaves with a record that is another's, or that was destroyed."""
    is_whole = len(wanted) == file.page_count
    content = file.content if is_whole else cut_pdf(file.content, wanted)
    return DrawnScan(source, file.kind, tuple(sorted(wanted)), is_whole, content)


def _source(session: Session, scan: int) -> Source:
    row = session.get_one(ScanRow, scan)
    return Source(row.name, row.sha256, row.page_count)


def _dpi(record: Record, source: Source) -> dict[int, float]:
    """How fine the scan's pages are, as reading measured it on their forms."""
    return {
        page.scan_page: page.effective_dpi
        for page in record.pages
        if page.effective_dpi > 0 and (page.source or record.source) == source
    }


def _places(session: Session, row: RecordRow, now: datetime) -> list[_Place]:
    """What the document shows, in order."""
    scans = scans_of_record(session, row)
    own = scans.own[row.id]
    held = held_pages(session, (row.id,), scans)
    of_own = {one.scan_page: one for one in held if one.scan == own}
    if own == row.scan:  # nobody asked for the other pages of a newer scan
        scan = session.get_one(ScanRow, own)
        near = pages_with(session, row, scan, of_own, now)
        of_own |= {page: HeldPage(row.id, own, page, None) for page in near}
    laid = [of_own[page] for page in sorted(of_own)]
    newer = sorted(
        (one for one in held if one.scan != own), key=lambda one: (one.page or 0, one.scan_page)
    )
    return [(one.scan, one.scan_page) for one in _in_their_places(laid, newer)]


def _in_their_places(laid: Sequence[HeldPage], newer: Iterable[HeldPage]) -> list[HeldPage]:
    """The pages with the newer ones before the first that comes after them on the form."""
    pages = list(laid)
    for one in newer:
        after = (
            place
            for place, other in enumerate(pages)
            if other.page is not None and one.page is not None and other.page > one.page
        )
        pages.insert(next(after, len(pages)), one)
    return pages
