"""Records as tables: a line for each entry, or a line for each record of one form version.

A line holds what stands in the record as text, and beside it the number, day, time or mark that
the text stands for, where it stands for one. Empty text means that there is none.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from extractors.values import EntryKind, State
from pipeline.core.document import archive_document
from pipeline.core.forms import Field, MasterForm
from pipeline.core.normal import as_date, as_number, as_time
from pipeline.core.printed_signatures import printed_signatures
from pipeline.core.values import Entry, Record

MARKS = {State.CHECKED: True, State.UNCHECKED: False}

Typed = float | date | time | bool | None


@dataclass(frozen=True)
class EntryLine:
    """An entry with all that is known of it, and of its record what tells it from others.

    `corrections`, `keyings`, `alternatives`, `previous` and `answers` are JSON as in the record's
    document; `flags` are names with a space between. `scan` is the one that the entry's page lies
    in. `signatures` are those of the record, as printed.
    """

    record: str
    record_state: str
    revision: int
    form: str
    version: str
    batch_number: str
    scan: str
    scan_sha256: str
    page: int
    step: str
    field: str
    label: str
    type: str
    unit: str
    value: str
    state: str
    number: float | None
    day: date | None
    time: time | None
    mark: bool | None
    read_value: str
    read_state: str
    confidence: float
    accepted: bool
    reader: str
    flags: str
    answers: str
    corrections: str
    keyings: str
    corrected_by: str
    corrected_at: datetime | None
    alternatives: str
    previous: str
    signatures: str


@dataclass(frozen=True)
class WideLine:
    """A record as one line: its own columns, and the value of each field of its form.

    `scan` are the files of its pages, the record's own first, with `; ` between. `as_written` is
    what stands in fields of which it is no value, such as 25:00 in a time, as JSON by their names.
    """

    record: str
    record_state: str
    revision: int
    batch_number: str
    scan: str
    signatures: str
    as_written: str
    values: tuple[Typed | str, ...]


def entry_lines(record: Record, form: MasterForm | None) -> tuple[EntryLine, ...]:
    """A line for each entry of the record, in the order of the form."""
    fields = {field.name: field for field in form.fields} if form else {}
    documents = archive_document(record)["entries"]
    signed = printed_signatures(record.signatures)
    return tuple(
        _line(record, entry, document, fields.get(entry.field), signed)
        for entry, document in zip(record.entries, documents, strict=True)
    )


def wide_line(record: Record, form: MasterForm) -> WideLine:
    """The record as one line; a field that it has no value for is None."""
    entries = {entry.field: entry for entry in record.entries}
    return WideLine(
        record.id,
        record.state.value,
        record.revision,
        record.batch_number,
        "; ".join(source.file for source in record.sources),
        printed_signatures(record.signatures),
        _as_written(entries, form),
        tuple(_wide_value(entries.get(field.name), field) for field in form.fields),
    )


def _as_written(entries: Mapping[str, Entry], form: MasterForm) -> str:
    """What stands in fields of which it is no value; nothing where there is no such field."""
    found = [(field, entries[field.name]) for field in form.fields if field.name in entries]
    said = {
        field.name: entry.value
        for field, entry in found
        if entry.value and entry.state is State.FILLED and _wide_value(entry, field) is None
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else ""


def typed(entry: Entry, field: Field | None) -> Typed:
    """What the entry's text stands for: a number, a day, a time, a mark; None where nothing."""
    if entry.type is EntryKind.CHECKBOX:
        return MARKS.get(entry.state)
    if entry.state is not State.FILLED or field is None:
        return None
    match entry.type:
        case EntryKind.NUMBER:
            number = as_number(entry.value)
            return None if number is None else float(number)
        case EntryKind.DATE:
            return as_date(field, entry.value)
        case EntryKind.TIME:
            return _time(field, entry.value)
    return None


def _time(field: Field, value: str) -> time | None:
    """The time of day; None where it is none, such as 25:00."""
    try:
        return as_time(field, value)
    except ValueError:
        return None


def _wide_value(entry: Entry | None, field: Field) -> Typed | str:
    if entry is None:
        return None
    if field.type in (EntryKind.NUMBER, EntryKind.DATE, EntryKind.TIME, EntryKind.CHECKBOX):
        return typed(entry, field)
    if entry.state is not State.FILLED:
        return None
    return entry.value or "signed"


def _line(
    record: Record, entry: Entry, document: dict[str, Any], field: Field | None, signed: str
) -> EntryLine:
    value = typed(entry, field)
    last = entry.corrections[-1] if entry.corrections else None
    return EntryLine(
        record=record.id,
        record_state=record.state.value,
        revision=record.revision,
        form=record.form or "",
        version=record.version or "",
        batch_number=record.batch_number,
        scan=record.source_of(entry.page).file,
        scan_sha256=record.source_of(entry.page).sha256,
        page=entry.page,
        step=entry.step or "",
        field=entry.field,
        label=field.label if field else "",
        type=entry.type.value,
        unit=(field.unit or "") if field else "",
        value=entry.value,
        state=entry.state.value,
        number=value if isinstance(value, float) else None,
        day=value if isinstance(value, date) else None,
        time=value if isinstance(value, time) else None,
        mark=value if isinstance(value, bool) else None,
        read_value=entry.reading.value,
        read_state=entry.reading.state.value,
        confidence=document["confidence"],
        accepted=entry.accepted,
        reader=" ".join(f"{name} {model}" for name, model in record.reader.models),
        flags=" ".join(flag.name for flag in entry.flags),
        answers=_json(document["dispositions"]),
        corrections=_json(document["corrections"]),
        keyings=_json(document["keyings"]),
        corrected_by=last.by if last else "",
        corrected_at=last.at if last else None,
        alternatives=_json(document["alternatives"]),
        previous=_json(document.get("previous", [])),
        signatures=signed,
    )


def _json(found: Sequence[Any]) -> str:
    """A list as JSON; nothing where it is empty."""
    return json.dumps(found, ensure_ascii=False) if found else ""
