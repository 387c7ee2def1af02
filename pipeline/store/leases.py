"""Leases: which worker has which scan, until when, and what happens when it does not answer.

A scan is leased for a time that grows with its pages. A lease that runs out, or whose worker is
gone, ends that try; after the last one the scan is quarantined with the reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from pipeline.settings import Settings
from pipeline.store.arrangement_tables import ProgressRow
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.tables import ScanRow

NO_ANSWER = "reading it took too long"
WORKER_GONE = "the worker process ended while it was reading it"


@dataclass(frozen=True)
class Lease:
    """A scan that a worker may read until then. `attempt` counts from 1."""

    scan: int
    name: str
    sha256: str
    worker: str
    attempt: int
    until: datetime


@dataclass(frozen=True)
class Waiting:
    """How many scans wait to be read, and how many are being read."""

    received: int
    reading: int

    @property
    def is_over(self) -> bool:
        """Whether everything has been read, refused or quarantined."""
        return not self.received and not self.reading


def waiting(engine: Engine) -> Waiting:
    """How much there is to do."""
    with reading(engine) as session:
        found = select(ScanRow.state).where(col(ScanRow.state).in_(("received", "reading")))
        states = list(session.exec(found))
    return Waiting(states.count("received"), states.count("reading"))


def lease_next(engine: Engine, settings: Settings, *, worker: str, now: datetime) -> Lease | None:
    """The next scan for this worker, the least tried first; None where nothing waits."""
    if not _is_any(engine, now):
        return None
    with writing(engine) as session:
        for row in session.exec(_overdue(now)).all():
            end_try(session, row, settings, now=now, reason=NO_ANSWER)
        found = select(ScanRow).where(ScanRow.state == "received")
        row = session.exec(found.order_by(col(ScanRow.tries), col(ScanRow.id)).limit(1)).first()
        if row is None or row.id is None:
            return None
        seconds = settings.lease_seconds + settings.lease_seconds_per_page * row.page_count
        until = now + timedelta(seconds=seconds)
        row.state, row.leased_by, row.leased_until = "reading", worker, until
        row.tries += 1
        return Lease(row.id, row.name, row.sha256, worker, row.tries, until)


def leased_row(session: Session, lease: Lease) -> ScanRow | None:
    """The lease's scan if the lease still holds; None where the scan was given to another."""
    row = session.get_one(ScanRow, lease.scan)
    holds = row.state == "reading" and row.leased_by == lease.worker and row.tries == lease.attempt
    return row if holds else None


def end_try(
    session: Session, row: ScanRow, settings: Settings, *, now: datetime, reason: str
) -> None:
    """Let the scan wait for its next try, or quarantine it after its last."""
    row.leased_by = row.leased_until = None
    is_last = row.tries >= settings.max_tries
    row.state = "quarantined" if is_last else "received"
    if is_last:
        row.problem = (
            f"{reason}, {row.tries} times; hand the scan in again to have it tried once "
            "more, or in parts"
        )
    append(
        session,
        Happening(
            kind="quarantined" if is_last else "reading_failed",
            by="recordroom",
            at=now,
            where="worker",
            scan=row.id,
            reason=reason,
        ),
    )


def refuse_scan(session: Session, row: ScanRow, *, now: datetime, problem: str) -> None:
    """Write down that the scan can't be read at all."""
    row.state, row.problem = "refused", problem
    row.leased_by = row.leased_until = None
    append(
        session,
        Happening(
            kind="refused", by="recordroom", at=now, where="worker", scan=row.id, reason=problem
        ),
    )


def note_page(engine: Engine, lease: Lease, page: int) -> None:
    """Note which page of its scan a worker begins with, for whoever waits for it."""
    with writing(engine) as session:
        row = session.get(ProgressRow, lease.scan) or ProgressRow(
            scan=lease.scan, attempt=0, page=0
        )
        row.attempt, row.page = lease.attempt, page
        session.add(row)


def leased(engine: Engine) -> tuple[Lease, ...]:
    """All scans that are leased now."""
    with reading(engine) as session:
        rows = session.exec(select(ScanRow).where(ScanRow.state == "reading")).all()
    return tuple(
        Lease(row.id, row.name, row.sha256, row.leased_by, row.tries, row.leased_until)
        for row in rows
        if row.id is not None and row.leased_by is not None and row.leased_until is not None
    )


def _is_any(engine: Engine, now: datetime) -> bool:
    """Whether something waits, or a lease ran out; looked up without holding up writers."""
    with reading(engine) as session:
        received = select(ScanRow.id).where(ScanRow.state == "received").limit(1)
        if session.exec(received).first() is not None:
            return True
        return session.exec(_overdue(now).limit(1)).first() is not None


def _overdue(now: datetime):  # type: ignore[no-untyped-def]
    return select(ScanRow).where(ScanRow.state == "reading", col(ScanRow.leased_until) < now)
