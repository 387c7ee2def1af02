"""The contact sheet: entries of one kind side by side, out of a record or the whole queue.

What somebody corrected is left out of a sheet over the queue: a person has looked at it already.
So is what waits for a second keying.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from sqlalchemy import ColumnElement, exists, tuple_
from sqlmodel import Session, col, select

from extractors.errors import RecordroomError
from extractors.values import EntryKind
from pipeline.accounts import Act, Person, require
from pipeline.core.answered import open_on
from pipeline.core.contact import Look, may_confirm, odd_first
from pipeline.core.forms import MasterForm
from pipeline.core.review import Confirm
from pipeline.core.values import Entry, RecordState
from pipeline.review import OpenRecord, decide, open_record, release
from pipeline.site import HERE, Site
from pipeline.site_forms import form_of
from pipeline.store import noun_rows as nouns
from pipeline.store.database import reading
from pipeline.store.keying_rows import waits
from pipeline.store.tables import CorrectionRow, DispositionRow, EntryRow, FlagRow, RecordRow

__all__ = ["Look", "Looked", "Sheet", "confirm_all", "same_kind"]

MOST = 240
"""So many entries fit on a sheet; of more, the least sure ones."""


class Sheet(StrEnum):
    """What the entries of a sheet have in common."""

    COLUMN = "column"  # the same field, or the same column of a table
    TYPE = "type"  # all numbers, all dates …
    VALUE = "value"  # the same value, such as all sevens


@dataclass(frozen=True)
class Looked:
    """What became of the entries confirmed from a sheet: how many, and what was refused."""

    confirmed: int
    refused: tuple[tuple[Look, str], ...]


def same_kind(
    site: Site, record_id: str, field: str, sheet: Sheet, *, whole_queue: bool
) -> tuple[Look, ...]:
    """Entries like that one, the odd ones first: of its record, or of all that wait in review."""
    opened = open_record(site, record_id)
    like = opened.record.entry(field)
    if not whole_queue:
        return odd_first(_in_record(opened, like, sheet))
    with reading(site.engine) as session:
        return odd_first(_in_queue(site, session, opened, like, sheet))


def confirm_all(site: Site, looks: Iterable[Look], *, by: Person, where: str = HERE) -> Looked:
    """Confirm each of these as it was seen; one that is refused leaves the others be.

    A record that was nobody's is given back afterwards: a sheet over the queue takes none away.
    """
    require(by, Act.REVIEW)
    confirmed, refused = 0, []
    in_order = sorted(looks, key=lambda one: one.record)
    for record_id, group in groupby(in_order, key=lambda one: one.record):
        was_mine = open_record(site, record_id).claimed_by == by.user
        seen = 0
        for look in group:
            try:
                decision = Confirm(look.field)
                opened = decide(
                    site, record_id, decision, by=by, seen=seen or look.seen, where=where
                )
            except RecordroomError as error:
                refused.append((look, str(error)))
                continue
            seen, confirmed = opened.seen, confirmed + 1
        if seen and not was_mine:
            release(site, record_id, by=by, where=where)
    return Looked(confirmed, tuple(refused))


def column_of(field: str, step: str | None) -> str:
    """The column of a table that a field stands in: `observed_4.3` of step 4.3 is `observed`."""
    return field.removesuffix(f"_{step}") if step else field


def _in_record(opened: OpenRecord, like: Entry, sheet: Sheet) -> Iterable[Look]:
    record = opened.record
    column = column_of(like.field, like.step)
    for one in record.entries:
        if one.type is not like.type:
            continue
        if sheet is Sheet.COLUMN and column_of(one.field, one.step) != column:
            continue
        if sheet is Sheet.VALUE and (one.value, one.state) != (like.value, like.state):
            continue
        yield _look(record.id, record.batch_number, opened.form, one, seen=opened.seen)


def _in_queue(
    site: Site, session: Session, opened: OpenRecord, like: Entry, sheet: Sheet
) -> list[Look]:
    rows = session.exec(
        select(EntryRow)
        .where(*_alike(opened, like, sheet), _waits(opened, sheet), ~_is_corrected())
        .where(~waits(col(EntryRow.record), col(EntryRow.field)))
        .order_by(col(EntryRow.confidence))
        .limit(MOST)
    ).all()
    records = _records(session, rows)
    on_entry = _what_stands(session, rows)
    looks = []
    for row in rows:
        flags, dispositions = on_entry[row.record, row.field]
        entry = nouns.entry_of(
            row,
            flags=tuple(map(nouns.flag_of, flags)),
            corrections=(),
            dispositions=tuple(map(nouns.disposition_of, dispositions)),
            keyings=(),
        )
        of = records[row.record]
        form = form_of(site, of.form, of.version)
        looks.append(_look(of.id, of.batch_number, form, entry, seen=of.seen))
    return looks


def _alike(opened: OpenRecord, like: Entry, sheet: Sheet) -> list[ColumnElement[bool]]:
    if sheet is Sheet.COLUMN:
        return [col(EntryRow.field) == like.field]
    same = [col(EntryRow.type) == like.type.value]
    if sheet is Sheet.VALUE:
        same += [col(EntryRow.value) == like.value, col(EntryRow.state) == like.state.value]
    return same


def _waits(opened: OpenRecord, sheet: Sheet) -> ColumnElement[bool]:
    """Whether an entry's record is in review; looked up from the entry, which has an index."""
    of = [col(RecordRow.id) == col(EntryRow.record)]
    of.append(col(RecordRow.state) == RecordState.IN_REVIEW.value)
    if sheet is Sheet.COLUMN:
        of.append(col(RecordRow.form) == opened.record.form)
    return exists().where(*of)


def _is_corrected() -> ColumnElement[bool]:
    return exists().where(
        col(CorrectionRow.record) == col(EntryRow.record),
        col(CorrectionRow.entry) == col(EntryRow.field),
    )


def _records(session: Session, rows: Sequence[EntryRow]) -> dict[str, RecordRow]:
    wanted = {row.record for row in rows}
    found = session.exec(select(RecordRow).where(col(RecordRow.id).in_(wanted)))
    return {row.id: row for row in found}


def _what_stands(
    session: Session, rows: Sequence[EntryRow]
) -> dict[tuple[str, str], tuple[list[FlagRow], list[DispositionRow]]]:
    """The flags and the answers on each of these entries."""
    found: dict[tuple[str, str], tuple[list[FlagRow], list[DispositionRow]]]
    found = defaultdict(lambda: ([], []))
    keys = [(row.record, row.field) for row in rows]
    on = tuple_(col(FlagRow.record), col(FlagRow.entry)).in_(keys)
    for flag in session.exec(select(FlagRow).where(on).order_by(col(FlagRow.position))):
        found[flag.record, str(flag.entry)][0].append(flag)
    on = tuple_(col(DispositionRow.record), col(DispositionRow.entry)).in_(keys)
    answers = select(DispositionRow).where(on).order_by(col(DispositionRow.position))
    for answer in session.exec(answers):
        found[answer.record, str(answer.entry)][1].append(answer)
    return found


def _look(
    record: str, batch_number: str, form: MasterForm | None, entry: Entry, *, seen: int
) -> Look:
    fields = form.fields if form else ()
    label = next((one.label for one in fields if one.name == entry.field), entry.field)
    return Look(
        record=record,
        batch_number=batch_number,
        field=entry.field,
        label=label,
        page=entry.page,
        type=EntryKind(entry.type),
        value=entry.value,
        state=entry.state,
        confidence=entry.confidence,
        needs_eyes=bool(open_on(entry)),
        may_confirm=may_confirm(entry),
        seen=seen,
    )
