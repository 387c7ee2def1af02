"""Pictures of a record: its pages as the reader laid them, and single entries cut out of them."""

from dataclasses import dataclass

from sqlmodel import col, select

from extractors.load import load_pages, open_scan
from extractors.preview import cut, sharp_page
from extractors.values import Box
from pipeline.accounts import Person
from pipeline.errors import NotThere
from pipeline.looks import ENTRY, PAGE, Look, note_look
from pipeline.sight import require_sight
from pipeline.site import Site
from pipeline.site_forms import form_of
from pipeline.store.database import reading
from pipeline.store.page_scans import scan_of_page, shown_pages
from pipeline.store.tables import EntryRow, PageRow, PictureRow, RecordRow, ScanRow

PICTURES = "pictures"
"""From where, in the trail, for a picture that a screen shows."""
ENTRY_MARGIN_MM = 4.0
"""How much of the form around an entry is shown with it."""


@dataclass(frozen=True)
class PagePlace:
    """A page of a record that there is a picture of. `page` is the form's, or the scan's own.

    `scan_file` and `scan_sha256` are the scan that it lies in.
    """

    page: int
    scan_page: int
    pixels_per_mm: float
    scan_file: str
    scan_sha256: str


def pages_of(site: Site, record_id: str) -> tuple[PagePlace, ...]:
    """The pages of the record that there are pictures of, in order."""
    with reading(site.engine) as session:
        record = session.get(RecordRow, record_id)
        found = shown_pages(session, record) if record else ()
        scans = {scan: session.get_one(ScanRow, scan) for scan in {one for _, one in found}}
        return tuple(
            PagePlace(
                page=row.page,
                scan_page=row.scan_page,
                pixels_per_mm=row.pixels_per_mm,
                scan_file=scans[scan].name,
                scan_sha256=scans[scan].sha256,
            )
            for row, scan in found
        )


def page_picture(site: Site, record_id: str, page: int, *, by: Person | None = None) -> bytes:
    """The page upright as a JPEG; where it is in the scan twice, the first.

    Here and below `by` is who looks; without, it is the program itself.
    """
    _see(site, by, Look(PAGE, record_id, f"page {page}"))
    return site.files.get(_picture(site, record_id, page).sha256)


def sharp_picture(site: Site, record_id: str, page: int, *, by: Person | None = None) -> bytes:
    """The page as sharp as its scan, made out of the scan itself; for eyes that go close.

    Raises NotThere where the scan has no such page of a form that is known here.
    """
    _see(site, by, Look(PAGE, record_id, f"page {page}"))
    with reading(site.engine) as session:
        found = select(PageRow).where(PageRow.record == record_id, PageRow.page == page)
        where = session.exec(found.order_by(col(PageRow.position))).first()
        record = session.get(RecordRow, record_id)
        scan = scan_of_page(session, record, page) if record else None
    form = form_of(site, record.form, record.version) if record else None
    size = next((one.size_mm for one in form.pages if one.page == page), None) if form else None
    if where is None or scan is None or size is None:
        raise _no_picture(record_id, page)
    opened = open_scan(scan.name, site.files.get(scan.sha256))
    for one in load_pages(opened):
        if one.number == where.scan_page:
            return sharp_page(one, where.homography, size, effective_dpi=where.effective_dpi)
    raise _no_picture(record_id, page)


def entry_picture(site: Site, record_id: str, field: str, *, by: Person | None = None) -> bytes:
    """One entry with a little of the form around it, cut out of its page as a JPEG."""
    _see(site, by, Look(ENTRY, record_id, field))
    with reading(site.engine) as session:
        entry = session.get(EntryRow, (record_id, field))
    if entry is None:
        raise NotThere(f"the record {record_id} has no entry {field}", "look at its page")
    picture = _picture(site, record_id, entry.page)
    box = Box(entry.x, entry.y, entry.width, entry.height)
    jpeg = site.files.get(picture.sha256)
    return cut(jpeg, box, pixels_per_mm=picture.pixels_per_mm, margin_mm=ENTRY_MARGIN_MM)


def _see(site: Site, by: Person | None, look: Look) -> None:
    """Refuse what the person may not see; an inspector's look is written down first."""
    if by is not None and look.record is not None:
        require_sight(site, by, look.record)
        note_look(site, by, look, where=PICTURES)


def _picture(site: Site, record_id: str, page: int) -> PictureRow:
    with reading(site.engine) as session:
        found = select(PictureRow).where(PictureRow.record == record_id, PictureRow.page == page)
        row = session.exec(found.order_by(col(PictureRow.position))).first()
    if row is None:
        raise _no_picture(record_id, page)
    return row


def _no_picture(record_id: str, page: int) -> NotThere:
    return NotThere(
        f"there is no picture of page {page} of the record {record_id}",
        "the page is not in the scan",
    )
