"""Chains: a record with all its revisions. They are about one batch, and are kept or go together.

With the last of a scan's records also go those that were put aside when its pages were arranged
anew: nobody ever signed them, and nothing else holds their scan.
"""

from collections.abc import Collection

from sqlmodel import Session, col, or_, select

from pipeline.core.values import RecordState
from pipeline.store.revision_tables import ReplacedPageRow, RescanRow, RevisionRow
from pipeline.store.tables import RecordRow, ScanRow, SignatureRow


def chain_of(session: Session, record: str) -> tuple[str, ...]:
    """The record's chain, in the order of their numbers, and what goes with it."""
    found, waiting = {record}, [record]
    while waiting:
        name = waiting.pop()
        rows = session.exec(
            select(RevisionRow).where(or_(RevisionRow.record == name, RevisionRow.amends == name))
        )
        for other in {one for row in rows for one in (row.record, row.amends)} - found:
            found.add(other)
            waiting.append(other)
    left = _left_over(session, found)
    return (*sorted(found, key=lambda name: (len(name), name)), *sorted(left))


def scans_of(session: Session, records: Collection[str]) -> frozenset[int]:
    """The scans that these records come from, with those of pages that were scanned again."""
    own = session.exec(select(RecordRow.scan).where(col(RecordRow.id).in_(records)))
    newer = session.exec(
        select(ReplacedPageRow.scan).where(col(ReplacedPageRow.record).in_(records))
    )
    asked = session.exec(select(RescanRow.scan).where(col(RescanRow.record).in_(records)))
    return frozenset({*own, *newer, *(one for one in asked if one is not None)})


def waits_to_be_read(session: Session, records: Collection[str]) -> bool:
    """Whether pages of their scans still have to be read: nobody knows yet whose they are."""
    unread = select(ScanRow.id).where(
        col(ScanRow.id).in_(scans_of(session, records)), ScanRow.state != "read"
    )
    return session.exec(unread.limit(1)).first() is not None


def users_of(session: Session, scan: int) -> frozenset[str]:
    """All records that need this scan."""
    own = session.exec(select(RecordRow.id).where(RecordRow.scan == scan))
    newer = session.exec(select(ReplacedPageRow.record).where(ReplacedPageRow.scan == scan))
    asked = session.exec(select(RescanRow.record).where(RescanRow.scan == scan))
    return frozenset({*own, *newer, *asked})


def _left_over(session: Session, chain: Collection[str]) -> set[str]:
    """Records that were put aside, of scans that only the chain uses otherwise."""
    left: set[str] = set()
    for scan in scans_of(session, chain):
        others = users_of(session, scan) - set(chain)
        if all(_is_put_aside(session, one) for one in others):
            left |= others
    return left


def _is_put_aside(session: Session, record: str) -> bool:
    row = session.get_one(RecordRow, record)
    revised = select(RevisionRow).where(
        or_(RevisionRow.record == record, RevisionRow.amends == record)
    )
    signed = select(SignatureRow).where(SignatureRow.record == record)
    return row.state == RecordState.SUPERSEDED.value and not any(
        session.exec(question.limit(1)).first() for question in (revised, signed)
    )
