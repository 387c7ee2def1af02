"""Pages that fit no known form: document control says what they are, or puts them aside."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from pipeline.accounts import Act, Person, require
from pipeline.core.checks_identity import unknown_form
from pipeline.core.values import RecordState
from pipeline.site import Site
from pipeline.store.arrangement_tables import SmallPictureRow
from pipeline.store.database import reading
from pipeline.store.page_scans import HeldPage, held_pages, page_scans
from pipeline.store.tables import FlagRow, RecordRow, ScanRow

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
    with reading(site.engine) as session:
        strange = _strange(session)
        scans = {one.scan for one in strange}
        rows = session.exec(select(ScanRow).where(col(ScanRow.id).in_(scans))).all()
        empty = _empty(session, scans)
    of = {row.id: row for row in rows}
    found = [
        StrangePage(one.scan, row.name, one.scan_page, one.record, row.received_at)
        for one in strange
        if (row := of[one.scan]) and (one.scan, one.scan_page) not in empty
    ]
    return tuple(sorted(found, key=lambda one: (one.scan, one.page))[:MOST])


def _strange(session: Session) -> list[HeldPage]:
    """The pages that fit no form, of records in review that are flagged for them."""
    flagged = select(FlagRow.record).where(
        FlagRow.name == unknown_form.__name__, col(FlagRow.entry).is_(None)
    )
    found = (
        select(RecordRow.id, RecordRow.scan)
        .where(col(RecordRow.id).in_(flagged), RecordRow.state == RecordState.IN_REVIEW.value)
        .order_by(col(RecordRow.scan), col(RecordRow.id))
        .limit(MOST)
    )
    scans = dict(session.exec(found).all())
    kin = select(RecordRow.id).where(col(RecordRow.scan).in_(set(scans.values())))
    held = held_pages(session, tuple(scans), page_scans(session, kin))
    return [one for one in held if one.page is None]


def _empty(session: Session, scans: Collection[int]) -> frozenset[tuple[int, int]]:
    """The pages of these scans with nothing on them."""
    found = select(SmallPictureRow.scan, SmallPictureRow.page).where(
        col(SmallPictureRow.scan).in_(scans), col(SmallPictureRow.is_empty)
    )
    return frozenset((scan, page) for scan, page in session.exec(found))
