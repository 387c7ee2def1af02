"""Which pages of its scan are a record's own, where it holds other records or loose sheets too.

A record's own are the pages that it holds, and those that no record ever held and that lie with
them, as a sheet that came twice. A page that was put aside is no record's.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.laid import laid_now
from pipeline.site import Site
from pipeline.store.chain import TrailEvent
from pipeline.store.database import reading
from pipeline.store.gone import destroyed_pages
from pipeline.store.page_scans import held_pages, page_scans, scans_of_record
from pipeline.store.revision_tables import ReplacedPageRow
from pipeline.store.tables import RecordRow, ScanRow

_ABOUT_A_PAGE = ("page_assigned", "page_put_aside", "page_taken_back")
_ABOUT_ALL_PAGES = "arranged"


def pages_with(
    session: Session, row: RecordRow, scan: ScanRow, held: Iterable[int], now: datetime
) -> frozenset[int]:
    """The pages of the scan that no record holds and that lie with these, which this one holds."""
    held = frozenset(held)
    loose = frozenset(range(1, scan.page_count + 1)) - held
    loose = loose and loose - _of_others(session, row, scan)
    if not loose:
        return loose
    parts = laid_now(session, scan, now).arrangement.parts
    pages = (frozenset(sheet.page for sheet in part) for part in parts)
    return frozenset(page for part in pages if part & held for page in part & loose)


def own_pages(session: Session, row: RecordRow, now: datetime) -> frozenset[int]:
    """The pages of its first scan that are the record's or an older revision's."""
    scans = scans_of_record(session, row)
    found = held_pages(session, tuple(scans.own), scans)
    held = frozenset(one.scan_page for one in found if one.scan == row.scan)
    return held | pages_with(session, row, session.get_one(ScanRow, row.scan), held, now)


def lines_alone(site: Site, record_id: str, events: Iterable[TrailEvent]) -> tuple[TrailEvent, ...]:
    """Those of the lines that are about no page of the scan but the record's own."""
    events = tuple(events)
    if not any(one.kind in (*_ABOUT_A_PAGE, _ABOUT_ALL_PAGES) for one in events):
        return events
    with reading(site.engine) as session:
        row = session.get_one(RecordRow, record_id)
        own = own_pages(session, row, site.now())
        count = session.get_one(ScanRow, row.scan).page_count
    return tuple(one for one in events if _is_alone(one, own, is_whole=len(own) == count))


def _is_alone(event: TrailEvent, own: frozenset[int], *, is_whole: bool) -> bool:
    if event.kind == _ABOUT_ALL_PAGES:
        return is_whole
    if event.kind not in _ABOUT_A_PAGE or event.record is not None:
        return True
    _, number, *_ = (event.new or "").split(" ")
    return int(number) in own


def _of_others(session: Session, row: RecordRow, scan: ScanRow) -> frozenset[int]:
    """The pages of the scan that another record holds, also one that is superseded or destroyed.

    Pages of no known form are held too, and known by their pictures.
    """
    records = _users(scan)
    held = held_pages(session, records, page_scans(session, records))
    pages = {one.scan_page for one in held if one.record != row.id and one.scan == scan.id}
    return frozenset(pages) | destroyed_pages(session, scan)


def _users(scan: ScanRow) -> SelectOfScalar[str]:
    """The records of the scan, and those with a page that comes from it, with all revisions."""
    others = select(ReplacedPageRow.record).where(ReplacedPageRow.scan == scan.id)
    scans = select(RecordRow.scan).where(col(RecordRow.id).in_(others))
    return select(RecordRow.id).where(
        or_(col(RecordRow.scan) == scan.id, col(RecordRow.scan).in_(scans))
    )
