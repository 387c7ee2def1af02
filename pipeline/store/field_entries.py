"""The entries of one field in all records of a form, with what people made of them since."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from extractors.values import Box, EntryKind, Reading, State
from pipeline.core.values import Correction, Disposition, Entry
from pipeline.store.noun_rows import correction_of, disposition_of
from pipeline.store.tables import CorrectionRow, DispositionRow, EntryRow, RecordRow

_ENTRY = (
    *(col(EntryRow.record), col(EntryRow.page), col(EntryRow.type), col(EntryRow.step)),
    *(col(EntryRow.x), col(EntryRow.y), col(EntryRow.width), col(EntryRow.height)),
    *(col(EntryRow.value), col(EntryRow.state), col(EntryRow.confidence), col(EntryRow.reader)),
    col(EntryRow.accepted),
)


def field_entries(session: Session, form: str, field: str) -> dict[str, Entry]:
    """The entry of the field in each record of the form, without its alternatives and flags."""
    asked = sa.select(*_ENTRY).where(
        col(EntryRow.field) == field, col(EntryRow.record).in_(_records_of(form))
    )
    corrections = _corrections(session, form, field)
    dispositions = _dispositions(session, form, field)
    found: dict[str, Entry] = {}
    for record, page, kind, step, x, y, width, height, *read, is_accepted in session.execute(asked):
        value, state, confidence, reader = read
        found[record] = Entry(
            field,
            page,
            EntryKind(kind),
            step,
            Box(x, y, width, height),
            Reading(value, State(state), confidence, reader),
            accepted=is_accepted,
            corrections=tuple(corrections.get(record, ())),
            dispositions=tuple(dispositions.get(record, ())),
        )
    return found


def _records_of(form: str) -> Any:
    return sa.select(col(RecordRow.id)).where(col(RecordRow.form) == form)


def _corrections(session: Session, form: str, field: str) -> dict[str, list[Correction]]:
    """What people set in the field, in that order."""
    asked = select(CorrectionRow).where(
        col(CorrectionRow.entry) == field, col(CorrectionRow.record).in_(_records_of(form))
    )
    found: defaultdict[str, list[Correction]] = defaultdict(list)
    for row in session.exec(asked.order_by(col(CorrectionRow.position))):
        found[row.record].append(correction_of(row))
    return found


def _dispositions(session: Session, form: str, field: str) -> dict[str, list[Disposition]]:
    """How people answered the field's flags, in that order."""
    asked = select(DispositionRow).where(
        col(DispositionRow.entry) == field, col(DispositionRow.record).in_(_records_of(form))
    )
    found: defaultdict[str, list[Disposition]] = defaultdict(list)
    for row in session.exec(asked.order_by(col(DispositionRow.position))):
        found[row.record].append(disposition_of(row))
    return found
