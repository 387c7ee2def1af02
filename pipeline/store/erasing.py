"""Taking records out of the tables for good: each table that holds rows of a record, named once.

The database's own guards let this happen only to records that have a certificate.
"""

from collections.abc import Collection

from sqlmodel import Session, col, delete, select

from pipeline.store.arrangement_tables import ArrangementRow, ProgressRow, SmallPictureRow
from pipeline.store.audit_tables import AuditKeyingRow, AuditLineRow
from pipeline.store.genealogy_tables import LotUseRow, LotUseTodoRow
from pipeline.store.keying_tables import KeyingRow
from pipeline.store.queue_tables import PresenceRow, QueueFlagRow, QueueRow
from pipeline.store.revision_tables import (
    PageEvidenceRow,
    ReplacedPageRow,
    RescanRow,
    RevisionRow,
)
from pipeline.store.search_tables import SearchDueRow, SearchFacetRow
from pipeline.store.site_tables import Row, SignatoryRow, SignatureLogRow
from pipeline.store.tables import (
    CorrectionRow,
    DispositionRow,
    EntryRow,
    FlagRow,
    PageRow,
    PictureRow,
    RecordRow,
    ScanRow,
    SearchRow,
    SignatureRow,
)

OF_RECORD: tuple[type[Row], ...] = (
    LotUseRow, LotUseTodoRow, SearchRow, SearchFacetRow, SearchDueRow, PresenceRow,
    QueueFlagRow, QueueRow, RescanRow, ReplacedPageRow, RevisionRow,
    PageEvidenceRow, SignatureRow, KeyingRow, DispositionRow, CorrectionRow, FlagRow, AuditLineRow,
    PictureRow, PageRow, EntryRow,
)  # fmt: skip
"""Tables with a column `record`, those first that point at others."""
OF_SCAN: tuple[type[Row], ...] = (ArrangementRow, SmallPictureRow, ProgressRow)
"""Tables with a column `scan` that go with it."""


def erase_records(session: Session, records: Collection[str]) -> None:
    """Take away every row of these records."""
    _erase_audit(session, records)
    for table in OF_RECORD:
        session.exec(delete(table).where(col(table.record).in_(records)))  # type: ignore[attr-defined]
    session.exec(delete(RecordRow).where(col(RecordRow.id).in_(records)))
    session.flush()
    session.expire_all()


def erase_scan(session: Session, scan: int) -> None:
    """Take away every row of this scan."""
    for table in OF_SCAN:
        session.exec(delete(table).where(col(table.scan) == scan))  # type: ignore[attr-defined]
    session.exec(delete(ScanRow).where(col(ScanRow.id) == scan))
    session.flush()


def pictures_of(session: Session, record: str) -> tuple[str, ...]:
    """The digests of the record's page pictures."""
    found = select(PictureRow.sha256).where(PictureRow.record == record)
    return tuple(session.exec(found.order_by(col(PictureRow.position))))


def small_pictures_of(session: Session, scan: int) -> tuple[str, ...]:
    """The digests of the small pictures of a scan's pages."""
    return tuple(session.exec(select(SmallPictureRow.sha256).where(SmallPictureRow.scan == scan)))


def erase_small_pictures(session: Session, scan: int, pages: Collection[int]) -> frozenset[str]:
    """Take away the small pictures of these pages of a scan that stays; gives their digests."""
    there = (col(SmallPictureRow.scan) == scan, col(SmallPictureRow.page).in_(pages))
    digests = frozenset(session.exec(select(SmallPictureRow.sha256).where(*there)))
    session.exec(delete(SmallPictureRow).where(*there))
    return digests


def is_used(session: Session, sha256: str) -> bool:
    """Whether any row still names the file."""
    questions = (
        select(ScanRow.id).where(ScanRow.sha256 == sha256),
        select(PictureRow.record).where(PictureRow.sha256 == sha256),
        select(SmallPictureRow.scan).where(SmallPictureRow.sha256 == sha256),
        select(ReplacedPageRow.record).where(ReplacedPageRow.sha256 == sha256),
        select(SignatoryRow.log).where(SignatoryRow.sample == sha256),
        select(SignatureLogRow.version).where(SignatureLogRow.digest == sha256),
    )
    return any(session.exec(one.limit(1)).first() is not None for one in questions)


def _erase_audit(session: Session, records: Collection[str]) -> None:
    """What was keyed for drawn entries of these records; the trail keeps that it was drawn."""
    lines = session.exec(select(AuditLineRow).where(col(AuditLineRow.record).in_(records))).all()
    for line in lines:
        session.exec(
            delete(AuditKeyingRow).where(
                col(AuditKeyingRow.sample) == line.sample,
                col(AuditKeyingRow.position) == line.position,
            )
        )
