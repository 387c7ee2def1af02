"""Which scan a page of a record comes from: the record's own, or a newer one that replaced it."""

from collections.abc import Collection

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.store.revision_tables import ReplacedPageRow
from pipeline.store.tables import PageRow, PictureRow, RecordRow, ScanRow


def scan_of_page(session: Session, record: RecordRow, page: int) -> ScanRow:
    """The scan that this page of the record was read from; `page` is the record's, as shown."""
    scan = newer_scans(session, (record.id,)).get((record.id, page), record.scan)
    return session.get_one(ScanRow, scan)


def pages_held(session: Session, record: RecordRow) -> frozenset[tuple[int, int]]:
    """The scans and their pages that the record was read from, as read or as a picture."""
    newer = newer_scans(session, (record.id,))
    read = session.exec(select(PageRow).where(PageRow.record == record.id))
    shown = session.exec(select(PictureRow).where(PictureRow.record == record.id))
    return frozenset(
        (newer.get((record.id, row.page), record.scan), row.scan_page) for row in (*read, *shown)
    )


def newer_scans(
    session: Session, records: Collection[str] | SelectOfScalar[str]
) -> dict[tuple[str, int], int]:
    """By record and page the scans of pages that were scanned again; all others are missing."""
    found = select(ReplacedPageRow).where(col(ReplacedPageRow.record).in_(records))
    return {(row.record, row.page): row.scan for row in session.exec(found)}
