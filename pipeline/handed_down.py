"""What a record takes over from the one that its pages lay in before they were arranged anew.

Whoever was to look at those pages still is, by the day that was set for them alone. A batch's own
release day needs no handing down: it holds for whatever has its number.
"""

from collections import Counter
from datetime import datetime

from sqlmodel import Session, select

from pipeline.core.values import Record, RecordState
from pipeline.site import PROGRAM
from pipeline.store.chain import Happening, append
from pipeline.store.page_scans import held_pages, page_scans
from pipeline.store.queue_rows import put_in_queue, queue_row
from pipeline.store.queue_tables import QueueRow
from pipeline.store.site_tables import AccountRow
from pipeline.store.tables import RecordRow


def hand_down(session: Session, scan: int, record: Record, *, now: datetime) -> None:
    """Give the record the assignment and the release day of the one with most of its pages."""
    older = _lay_in(session, scan, record.id)
    if older is None:
        return
    queued = queue_row(session, record.id)
    reason = f"as {older.record} was, in which these pages lay"
    if older.assigned_to and _is_open(session, older.assigned_to):
        queued.assigned_to, queued.assigned_by = older.assigned_to, older.assigned_by
        queued.note = older.note
        _tell(session, "assigned", record.id, older.assigned_to, reason, now)
    if older.own_release_on is not None:
        queued.own_release_on = older.own_release_on
        _tell(session, "release_planned", record.id, older.own_release_on.isoformat(), reason, now)
    session.flush()
    put_in_queue(session, session.get_one(RecordRow, record.id), record)


def _lay_in(session: Session, scan: int, record: str) -> QueueRow | None:
    """The queue's row of the superseded record that shares most pages of the scan, the newest."""
    of_scan = select(RecordRow.id).where(RecordRow.scan == scan)
    held = held_pages(session, of_scan, page_scans(session, of_scan))
    own = {one.scan_page for one in held if one.record == record}
    found = select(RecordRow).where(
        RecordRow.scan == scan,
        RecordRow.id != record,
        RecordRow.state == RecordState.SUPERSEDED.value,
    )
    numbers = {row.id: row.number for row in session.exec(found)}
    shared = Counter(
        one.record
        for one in held
        if one.record in numbers and one.scan == scan and one.scan_page in own
    )
    if not shared:
        return None
    return queue_row(session, max(shared, key=lambda name: (shared[name], numbers[name])))


def _is_open(session: Session, user: str) -> bool:
    account = session.get(AccountRow, user)
    return account is not None and account.closed_at is None


def _tell(session: Session, kind: str, record: str, new: str, reason: str, now: datetime) -> None:
    happening = Happening(
        kind=kind, by=PROGRAM, at=now, where="worker", record=record, new=new, reason=reason
    )
    append(session, happening)
