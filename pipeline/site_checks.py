"""The checks as a site makes them: with its signature log and the records it holds already."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, select

from pipeline.core.check import CheckContext, OtherRecords, PageEvidence, check
from pipeline.core.forms import MasterForm
from pipeline.core.people import Signatory
from pipeline.core.values import Record, RecordState
from pipeline.store.revision_tables import ReplacedPageRow
from pipeline.store.tables import RecordRow, ScanRow

LIVE = (RecordState.IN_REVIEW, RecordState.APPROVED)
"""A record in these states stands for its batch; a rejected or superseded one does not."""


def checked(
    session: Session,
    record: Record,
    form: MasterForm | None,
    *,
    scan: ScanRow,
    signatories: tuple[Signatory, ...] | None,
    pages: PageEvidence | None = None,
    follows: Collection[str] = (),
) -> Record:
    """The record with the flags that its current values give, beside the site's other records.

    The batch number that is looked for is the one that the values say now. `follows` are older
    revisions of the same record, which are no other records.
    """
    scanned_on = _scanned_on(session, record, scan)
    context = CheckContext(form, scanned_on, signatories, pages=pages, others=OtherRecords())
    alone = check(record, context)
    same = _same_batch(session, alone, follows)
    return check(record, replace(context, others=OtherRecords(same_batch=same))) if same else alone


def _scanned_on(session: Session, record: Record, scan: ScanRow) -> date | None:
    """The last day on which a page of the record was scanned."""
    others = select(ReplacedPageRow.scan).where(ReplacedPageRow.record == record.id)
    rows = session.exec(select(ScanRow).where(col(ScanRow.id).in_(others)))
    days = (scan.scanned_on, *(row.scanned_on for row in rows))
    return max((day for day in days if day is not None), default=None)


def _same_batch(session: Session, record: Record, follows: Collection[str]) -> tuple[str, ...]:
    if record.form is None or not record.batch_number:
        return ()
    found = select(RecordRow.id).where(
        RecordRow.form == record.form,
        RecordRow.batch_number == record.batch_number,
        col(RecordRow.id).not_in((record.id, *follows)),
        col(RecordRow.state).in_([state.value for state in LIVE]),
    )
    return tuple(session.exec(found.order_by(col(RecordRow.received_at), col(RecordRow.id))))
