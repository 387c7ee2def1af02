"""What was destroyed is not taken in again, and its names and numbers are given to nothing else."""

from sqlmodel import Session, col, func, select

from pipeline.errors import InputRefused
from pipeline.store.chains import users_of
from pipeline.store.page_scans import pages_held
from pipeline.store.retention_tables import DestroyedRecordRow, DestroyedScanRow
from pipeline.store.tables import RecordRow, ScanRow


def refuse_destroyed(session: Session, sha256: str) -> None:
    """Refuse a scan whose records were destroyed."""
    row = session.exec(select(DestroyedScanRow).where(DestroyedScanRow.sha256 == sha256)).first()
    if row is not None:
        raise InputRefused(
            f"this very file came before, as {row.name}, and was destroyed by destruction list "
            f"{row.list}",
            "scan the paper page again if it still has to be read",
        )


def refuse_gone(session: Session, record: str) -> None:
    """Say of a record that was destroyed that it was."""
    row = session.get(DestroyedRecordRow, record)
    if row is not None:
        raise InputRefused(
            f"the record {record} was destroyed on {row.at:%Y-%m-%d} by destruction list "
            f"{row.list}",
            "look at its certificate on the screen Retention",
        )


def next_scan(session: Session) -> int | None:
    """A number for a new scan where the database would give one again; None where it would not."""
    if session.get_bind().dialect.name != "sqlite":
        return None
    gone = session.exec(select(func.max(DestroyedScanRow.scan))).one() or 0
    there = session.exec(select(func.max(ScanRow.id))).one() or 0
    return gone + 1 if gone >= there and gone else None


def last_destroyed(session: Session, sha256: str) -> int:
    """The highest number of a record of that scan that was destroyed; 0 where there is none."""
    begins = f"{sha256[:12]}-"
    found = session.exec(
        select(DestroyedRecordRow.record).where(
            col(DestroyedRecordRow.record).startswith(begins, autoescape=True)
        )
    )
    numbers = (name.removeprefix(begins) for name in found)
    return max((int(one) for one in numbers if one.isdecimal()), default=0)


def destroyed_pages(session: Session, scan: ScanRow) -> frozenset[int]:
    """The pages of the scan that belonged to records that were destroyed."""
    begins = f"{scan.sha256[:12]}-"
    found = select(DestroyedRecordRow).where(
        col(DestroyedRecordRow.record).startswith(begins, autoescape=True)
    )
    return frozenset(
        page
        for row in session.exec(found)
        for one in row.document["scans"]
        if one["scan"] == scan.id
        for page in one["pages_held"]
    )


def pages_gone(session: Session, scan: ScanRow) -> frozenset[int]:
    """The same without pages that a record which is still there holds too."""
    gone = destroyed_pages(session, scan)
    if not gone or scan.id is None:
        return frozenset()
    held = {
        page
        for name in users_of(session, scan.id)
        for number, page in pages_held(session, session.get_one(RecordRow, name))
        if number == scan.id
    }
    return gone - held


def has_destroyed(session: Session) -> bool:
    """Whether anything was ever destroyed here."""
    return session.exec(select(DestroyedRecordRow.record).limit(1)).first() is not None
