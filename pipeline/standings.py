"""What follows when a record is written: where it stands now, told in the trail."""

from sqlmodel import Session

from pipeline.core.standing import Standing, passage
from pipeline.core.values import Record
from pipeline.site import Site
from pipeline.store.chain import Happening, append
from pipeline.store.queue_rows import open_requests_of, put_in_queue, queue_row
from pipeline.store.tables import RecordRow


def standing_now(session: Session, record: str) -> Standing:
    """Where the record stands by its row in the queue."""
    return Standing(queue_row(session, record).standing)


def tell_passage(
    session: Session, site: Site, record: str, *, before: Standing, by: str, where: str
) -> None:
    """Tell in the trail that the record waits for a second person now, or no longer does."""
    kind = passage(before, standing_now(session, record))
    if kind is not None:
        append(session, Happening(kind=kind, by=by, at=site.now(), where=where, record=record))


def put_anew(
    session: Session, site: Site, row: RecordRow, record: Record, *, by: str, where: str
) -> None:
    """Put the record where it stands now that something around it has changed, and tell it."""
    before = standing_now(session, record.id)
    put_in_queue(session, row, record)
    tell_passage(session, site, record.id, before=before, by=by, where=where)


def drop_requests(
    session: Session, site: Site, record: str, *, by: str, where: str, reason: str
) -> None:
    """Nobody waits for new scans of the record any more, and why that is."""
    for row in session.exec(open_requests_of(record)).all():
        row.outcome = "withdrawn"
        append(
            session,
            Happening(
                kind="rescan_withdrawn",
                by=by,
                at=site.now(),
                where=where,
                record=record,
                old=f"page {row.page}",
                reason=reason,
            ),
        )
