"""Small pictures of a scan's pages as they lie there: made once, kept in the file store."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from extractors.load import load_pages, open_scan
from extractors.preview import SmallPicture, small_picture
from extractors.values import ScanFile
from pipeline.accounts import Act, Person, require
from pipeline.errors import InputRefused, NotThere
from pipeline.site import Site
from pipeline.store.arrangement_tables import SmallPictureRow
from pipeline.store.database import reading, writing
from pipeline.store.gone import has_destroyed, pages_gone
from pipeline.store.tables import ScanRow


def scan_page_picture(site: Site, scan: int, page: int, *, by: Person) -> bytes:
    """The page of the scan as a small JPEG; all of the scan's are made where they are not yet."""
    require(by, Act.ARRANGE)
    if page in _gone(site, scan):
        raise NotThere(f"page {page} belonged to a record that was destroyed", "look at another")
    digest = _digest(site, scan, page)
    if digest is None:
        with reading(site.engine) as session:
            row = session.get(ScanRow, scan)
        if row is not None and 1 <= page <= row.page_count:
            keep_small_pictures(site, scan, open_scan(row.name, site.files.get(row.sha256)))
            digest = _digest(site, scan, page)
    if digest is None:
        raise InputRefused(f"there is no page {page} of scan {scan}", "choose another page")
    return site.files.get(digest)


def keep_small_pictures(site: Site, scan: int, file: ScanFile) -> None:
    """Make and keep the small pictures of all pages, where they are not there yet.

    Of pages whose record was destroyed none is made.

    Raises ScanRefused where a page can't be decoded.
    """
    with reading(site.engine) as session:
        known = set(session.exec(_of(scan)))
    gone = _gone(site, scan)
    if len(known | gone) >= file.page_count:
        return
    made: list[tuple[SmallPicture, str]] = []
    for page in load_pages(file):
        if page.number not in gone:
            picture = small_picture(page)
            made.append((picture, site.files.put(picture.jpeg)))
    with writing(site.engine) as session:
        if has_destroyed(session):  # the same picture may have been removed a moment ago
            made = [(picture, site.files.put(picture.jpeg)) for picture, _ in made]
        _add(session, scan, made)


def _gone(site: Site, scan: int) -> frozenset[int]:
    with reading(site.engine) as session:
        row = session.get(ScanRow, scan)
        return pages_gone(session, row) if row else frozenset()


def _digest(site: Site, scan: int, page: int) -> str | None:
    with reading(site.engine) as session:
        row = session.get(SmallPictureRow, (scan, page))
    return None if row is None else row.sha256


def _of(scan: int):  # type: ignore[no-untyped-def]
    return select(col(SmallPictureRow.page)).where(col(SmallPictureRow.scan) == scan)


def _add(session: Session, scan: int, made: Sequence[tuple[SmallPicture, str]]) -> None:
    known = set(session.exec(_of(scan)))
    session.add_all(
        SmallPictureRow(scan=scan, page=one.page, sha256=digest, is_empty=one.is_empty)
        for one, digest in made
        if one.page not in known
    )
