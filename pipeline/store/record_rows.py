"""Records as rows and back: the only place where a whole record meets its tables.

What was read is written once. A later save adds corrections, keyings, dispositions and
signatures, puts the flags anew, and never touches a reading.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col, delete, select

from pipeline.core.keying import waiting_keyings
from pipeline.core.values import Entry, ReaderInfo, Record, RecordPage, RecordState, Source
from pipeline.errors import NotThere
from pipeline.store import noun_rows as nouns
from pipeline.store.gone import refuse_gone
from pipeline.store.kept_readings import readings_of
from pipeline.store.keying_tables import KeyingRow
from pipeline.store.page_scans import scans_of_record
from pipeline.store.queue_rows import put_in_queue
from pipeline.store.tables import (
    CorrectionRow,
    DispositionRow,
    EntryRow,
    FlagRow,
    OfEntry,
    PageRow,
    RecordRow,
    ScanRow,
    SignatureRow,
)

Noun = TypeVar("Noun")
OfEntryRow = TypeVar("OfEntryRow", bound=OfEntry)
InOrder = TypeVar("InOrder", PageRow, EntryRow, SignatureRow)


@dataclass(frozen=True)
class Stored:
    """A record as it stands in the tables, with the rows that hold what is no part of it."""

    record: Record
    row: RecordRow
    scan: ScanRow


def add_record(
    session: Session, record: Record, *, scan: int, number: int, title: str, at: datetime
) -> None:
    """Write a record that was just read, flags and all; it must not be there yet."""
    session.add(
        RecordRow(
            id=record.id,
            scan=scan,
            number=number,
            form=record.form,
            version=record.version,
            title=title,
            batch_number=record.batch_number,
            state=record.state.value,
            revision=record.revision,
            recordroom=record.reader.recordroom,
            models=[list(model) for model in record.reader.models],
            received_at=at,
        )
    )
    session.flush()
    session.add_all(nouns.page_row(record.id, i, page) for i, page in enumerate(record.pages))
    session.add_all(nouns.entry_row(record.id, i, one) for i, one in enumerate(record.entries))
    session.flush()
    _add_what_people_did(session, record, before=None)
    session.add_all(nouns.flag_rows(record))
    session.flush()
    put_in_queue(session, session.get_one(RecordRow, record.id), record)


def save_record(session: Session, row: RecordRow, *, before: Record, after: Record) -> None:
    """Write what changed from one to the other; the state last, as it may lock the rest."""
    for was, one in _changed(before, after):
        if was.accepted != one.accepted:
            session.get_one(EntryRow, (after.id, one.field)).accepted = one.accepted
    _add_what_people_did(session, after, before=before)
    has_other_flags = any(was.flags != one.flags for was, one in _changed(before, after))
    if has_other_flags or before.flags != after.flags:
        session.exec(delete(FlagRow).where(col(FlagRow.record) == after.id))
        session.add_all(nouns.flag_rows(after))
    session.flush()
    row.batch_number, row.state = after.batch_number, after.state.value
    row.keyings_awaited = len([*waiting_keyings(after)])
    row.seen += 1
    session.flush()
    put_in_queue(session, row, after)


def known_row(session: Session, record_id: str) -> RecordRow:
    """The row of the record of that id; NotThere where there is none."""
    row = session.get(RecordRow, record_id)
    if row is None:
        refuse_gone(session, record_id)
        raise NotThere(f"there is no record {record_id}", "look for it in the search")
    return row


def known_record(session: Session, record_id: str) -> Stored:
    """The record of that id; NotThere where there is none."""
    known_row(session, record_id)
    stored = stored_record(session, record_id)
    assert stored is not None
    return stored


def stored_record(session: Session, record_id: str) -> Stored | None:
    """The record of that id, None where there is none."""
    row = session.get(RecordRow, record_id)
    if row is None:
        return None
    scan = session.get_one(ScanRow, row.scan)
    source, pages = _read_from(session, row)
    flags = _by_entry(session, FlagRow, record_id)
    dispositions = _by_entry(session, DispositionRow, record_id)
    record = Record(
        form=row.form,
        version=row.version,
        batch_number=row.batch_number,
        source=source,
        reader=ReaderInfo(row.recordroom, tuple((name, model) for name, model in row.models)),
        pages=pages,
        entries=_entries(session, record_id, flags, dispositions),
        flags=tuple(map(nouns.flag_of, flags[None])),
        dispositions=tuple(map(nouns.disposition_of, dispositions[None])),
        signatures=tuple(map(nouns.signature_of, _in_order(session, SignatureRow, record_id))),
        id=row.id,
        state=RecordState(row.state),
        revision=row.revision,
    )
    return Stored(record, row, scan)


def _read_from(session: Session, row: RecordRow) -> tuple[Source, tuple[RecordPage, ...]]:
    """The scan that the record lies in, and its pages; those of newer scans name theirs."""
    scans = scans_of_record(session, row)
    own = scans.own[row.id]
    rows = _in_order(session, PageRow, row.id)
    of_pages = [scans.of_page(row.id, page.page) for page in rows]
    pages = (
        replace(nouns.page_of(page), source=None if scan == own else _source(session, scan))
        for page, scan in zip(rows, of_pages, strict=True)
    )
    return _source(session, own), tuple(pages)


def _source(session: Session, scan: int) -> Source:
    row = session.get_one(ScanRow, scan)
    return Source(row.name, row.sha256, row.page_count)


def _entries(
    session: Session,
    record_id: str,
    flags: dict[str | None, list[FlagRow]],
    dispositions: dict[str | None, list[DispositionRow]],
) -> tuple[Entry, ...]:
    corrections = _by_entry(session, CorrectionRow, record_id)
    keyings = _by_entry(session, KeyingRow, record_id)
    refused = select(EntryRow.field).where(
        col(EntryRow.record) == record_id, col(EntryRow.accepted).is_(False)
    )
    unaccepted = frozenset(session.exec(refused))
    read = readings_of(session, record_id)
    entries = list(read.entries)
    touched = {*flags, *corrections, *dispositions, *keyings} - {None}
    for field in touched | (unaccepted ^ read.unaccepted):
        place = read.places[str(field)]
        entries[place] = replace(
            entries[place],
            accepted=field not in unaccepted,
            flags=tuple(map(nouns.flag_of, flags.get(field, ()))),
            corrections=tuple(map(nouns.correction_of, corrections.get(field, ()))),
            dispositions=tuple(map(nouns.disposition_of, dispositions.get(field, ()))),
            keyings=tuple(map(nouns.keying_of, keyings.get(field, ()))),
        )
    return tuple(entries)


def _in_order(session: Session, table: type[InOrder], record_id: str) -> Sequence[InOrder]:
    found = select(table).where(col(table.record) == record_id)
    return session.exec(found.order_by(col(table.position))).all()


def _by_entry(
    session: Session, table: type[OfEntryRow], record_id: str
) -> dict[str | None, list[OfEntryRow]]:
    found = select(table).where(col(table.record) == record_id)
    rows: dict[str | None, list[OfEntryRow]] = defaultdict(list)
    for row in session.exec(found.order_by(col(table.position))):
        rows[row.entry].append(row)
    return rows


def _add_what_people_did(session: Session, after: Record, *, before: Record | None) -> None:
    """The corrections, keyings, dispositions and signatures that came since."""
    pairs = _changed(before, after) if before else ((None, one) for one in after.entries)
    for was, one in pairs:
        for i, correction in _added(was.corrections if was else (), one.corrections):
            session.add(nouns.correction_row(after.id, one.field, i, correction))
        for i, disposition in _added(was.dispositions if was else (), one.dispositions):
            session.add(nouns.disposition_row(after.id, one.field, i, disposition))
        for i, keying in _added(was.keyings if was else (), one.keyings):
            session.add(nouns.keying_row(after.id, one.field, i, keying))
    for i, disposition in _added(before.dispositions if before else (), after.dispositions):
        session.add(nouns.disposition_row(after.id, None, i, disposition))
    for i, signature in _added(before.signatures if before else (), after.signatures):
        session.add(nouns.signature_row(after.id, i, signature))


def _added(before: Sequence[Noun], after: Sequence[Noun]) -> Iterator[tuple[int, Noun]]:
    """What came after the ones before, with its place; the ones before must still be there."""
    if tuple(after[: len(before)]) != tuple(before):
        raise ValueError("what people did to a record is added to, never changed")
    return iter(list(enumerate(after))[len(before) :])


def _changed(before: Record, after: Record) -> Iterator[tuple[Entry, Entry]]:
    """The entries that are others now; most of a record's entries stay the very same."""
    pairs = zip(before.entries, after.entries, strict=True)
    return ((was, one) for was, one in pairs if was is not one)
