"""Pages that fit no known form: document control says what they are, or puts them aside."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists
from sqlmodel import col, select

from pipeline.accounts import Act, Person, require
from pipeline.core.checks_identity import unknown_form
from pipeline.core.values import RecordState
from pipeline.site import Site
from pipeline.store.arrangement_tables import SmallPictureRow
from pipeline.store.database import reading
from pipeline.store.tables import FlagRow, PageRow, PictureRow, RecordRow, ScanRow

MOST = 500
"""So many are listed at most."""


@dataclass(frozen=True)
class StrangePage:
    """A page of a scan that fits no known form, on a record in review."""

    scan: int
    name: str
    page: int
    record: str
    received_at: datetime


def unknown_pages(site: Site, *, by: Person) -> tuple[StrangePage, ...]:
    """The pages in review that fit no form and are not empty, those that came first first."""
    require(by, Act.ARRANGE)
    is_known = exists().where(
        col(PageRow.record) == col(PictureRow.record),
        col(PageRow.scan_page) == col(PictureRow.scan_page),
    )
    is_empty = exists().where(
        and_(
            col(SmallPictureRow.scan) == col(ScanRow.id),
            col(SmallPictureRow.page) == col(PictureRow.scan_page),
            col(SmallPictureRow.is_empty),
        )
    )
    flagged = select(FlagRow.record).where(
        FlagRow.name == unknown_form.__name__, col(FlagRow.entry).is_(None)
    )
    found = (
        select(ScanRow, PictureRow.scan_page, RecordRow.id)
        .join(RecordRow, col(RecordRow.scan) == col(ScanRow.id))
        .join(PictureRow, col(PictureRow.record) == col(RecordRow.id))
        .where(
            col(RecordRow.id).in_(flagged),
            RecordRow.state == RecordState.IN_REVIEW.value,
            ~is_known,
            ~is_empty,
        )
        .order_by(col(ScanRow.id), col(PictureRow.scan_page))
        .limit(MOST)
    )
    with reading(site.engine) as session:
        rows = session.exec(found).all()
    return tuple(
        StrangePage(scan.id, scan.name, page, record, scan.received_at)
        for scan, page, record in rows
        if scan.id is not None
    )
