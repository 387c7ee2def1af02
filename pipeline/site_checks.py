"""The checks as a site makes them: with its signature log and the records it holds already."""

from dataclasses import replace

from sqlmodel import Session, col, select

from pipeline.core.check import CheckContext, OtherRecords, check
from pipeline.core.forms import MasterForm
from pipeline.core.people import Signatory
from pipeline.core.values import Record, RecordState
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
) -> Record:
    """The record with the flags that its current values give, beside the site's other records.

    The batch number that is looked for is the one that the values say now.
    """
    context = CheckContext(form, scan.scanned_on, signatories, others=OtherRecords())
    alone = check(record, context)
    same = _same_batch(session, alone)
    return check(record, replace(context, others=OtherRecords(same_batch=same))) if same else alone


def _same_batch(session: Session, record: Record) -> tuple[str, ...]:
    if record.form is None or not record.batch_number:
        return ()
    found = select(RecordRow.id).where(
        RecordRow.form == record.form,
        RecordRow.batch_number == record.batch_number,
        RecordRow.id != record.id,
        col(RecordRow.state).in_([state.value for state in LIVE]),
    )
    return tuple(session.exec(found.order_by(col(RecordRow.received_at), col(RecordRow.id))))
