"""The queue's row of a record, put anew in the same transaction whenever the record is written."""

from collections import Counter
from datetime import date

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.core.answered import open_flags
from pipeline.core.standing import TO_DO, Standing, due_at, standing_of
from pipeline.core.values import Flag, Record, Severity
from pipeline.store.queue_tables import NO_DAY, BatchReleaseRow, QueueFlagRow, QueueRow
from pipeline.store.revision_tables import RescanRow
from pipeline.store.tables import RecordRow


def queue_row(session: Session, record: str) -> QueueRow:
    """The queue's row of a record that is there."""
    return session.get_one(QueueRow, record)


def waits_for_scan(session: Session, record: str) -> bool:
    """Whether a page of the record is still to be scanned again."""
    return session.exec(open_requests_of(record).limit(1)).first() is not None


def open_requests_of(record: str) -> SelectOfScalar[RescanRow]:
    """The pages of the record that are still to be scanned again, the oldest request first."""
    found = select(RescanRow).where(RescanRow.record == record, RescanRow.outcome == "")
    return found.order_by(col(RescanRow.id))


def put_in_queue(session: Session, row: RecordRow, record: Record) -> QueueRow:
    """Write where the record stands now, and what is open on it."""
    standing = standing_of(record, waits_for_scan=waits_for_scan(session, record.id))
    flags = open_flags(record) if standing in TO_DO else ()
    queued = session.get(QueueRow, record.id)
    if queued is None:
        queued = _new_row(row, standing)
        session.add(queued)
    queued.standing, queued.is_done = standing.value, standing not in TO_DO
    queued.form, queued.version = record.form or "", record.version or ""
    queued.batch_number = record.batch_number
    weights = Counter(flag.severity for flag in flags)
    queued.open_flags = len(flags)
    queued.critical, queued.major = weights[Severity.CRITICAL], weights[Severity.MAJOR]
    release_on = queued.own_release_on or batch_release(session, record.batch_number)
    queued.release_on = release_on or NO_DAY
    queued.due_at = due_at(flags, received_at=row.received_at, release_on=release_on)
    session.flush()
    _put_flags(session, record.id, flags)
    return queued


def batch_release(session: Session, batch_number: str) -> date | None:
    """When the batch is to be released, where somebody said so."""
    row = session.get(BatchReleaseRow, batch_number) if batch_number else None
    return row.release_on if row else None


def _new_row(row: RecordRow, standing: Standing) -> QueueRow:
    return QueueRow(
        record=row.id,
        standing=standing.value,
        is_done=False,
        received_at=row.received_at,
        due_at=row.received_at,
    )


def _put_flags(session: Session, record: str, flags: tuple[Flag, ...]) -> None:
    counts = Counter((flag.name, flag.severity.value) for flag in flags)
    session.exec(delete(QueueFlagRow).where(col(QueueFlagRow.record) == record))
    session.add_all(
        QueueFlagRow(record=record, name=name, severity=severity, count=count)
        for (name, severity), count in counts.items()
    )
    session.flush()
