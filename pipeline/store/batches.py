"""The records of one batch, however its number is spelt on them: `XB15-2288`, `xb15 2288`."""

from typing import Any

from sqlmodel import col, or_, select

from pipeline.core.lot_uses import Said, UseKind, lot_key
from pipeline.core.spelling import LONGEST_KEY
from pipeline.store.genealogy_tables import LotUseRow
from pipeline.store.tables import RecordRow


def of_batch(number: str) -> Any:
    """The condition on a record that it is of this batch, as numbers are compared.

    Records of an older version have to be put first (`pipeline.lots_due.catch_up`).
    """
    as_written = RecordRow.batch_number == number
    key = lot_key(number)[:LONGEST_KEY]
    if not key:
        return as_written
    own = select(col(LotUseRow.record)).where(
        LotUseRow.key == key,
        LotUseRow.kind == UseKind.MADE.value,
        LotUseRow.said == Said.VALUE.value,
    )
    return or_(as_written, col(RecordRow.id).in_(own))
