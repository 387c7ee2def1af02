"""Exports: records handed out as files, each of them a line of the trail.

What is handed out carries the record's signatures, and the trail says who took what, when, from
where, in which form, and the SHA-256 of the file.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from sqlmodel import col, select

from pipeline.accounts import Act, Person, require
from pipeline.archive import Reach, records_that_fit
from pipeline.core.b2mml import to_b2mml
from pipeline.core.document import archive_document, as_json
from pipeline.core.export_lines import entry_lines, wide_line
from pipeline.core.forms import MasterForm
from pipeline.core.values import Record, RecordState
from pipeline.errors import NotThere
from pipeline.export_excel import records_as_excel
from pipeline.export_tables import lines_as_csv, lines_as_parquet, wide_as_parquet
from pipeline.record_document import EXPORTED, record_pdf
from pipeline.review import OpenRecord, open_record
from pipeline.site import HERE, Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.tables import RecordRow

__all__ = ["Exported", "Format", "Selection", "export_record", "export_table", "selected"]

NO_RECORD = datetime(2000, 1, 1, tzinfo=UTC)
"""When a table of no record at all was made: the same bytes each time."""
_PARQUET = "application/vnd.apache.parquet"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Format(StrEnum):
    """What a record can be handed out as."""

    PDF = "pdf"
    B2MML = "b2mml"
    JSON = "json"
    XLSX = "xlsx"
    CSV = "csv"
    PARQUET = "parquet"


TABLES = frozenset({Format.XLSX, Format.CSV, Format.PARQUET})
"""The formats that hold many records in one file."""


@dataclass(frozen=True)
class Exported:
    """A file that was handed out, and the records in it."""

    name: str
    content: bytes = field(repr=False)
    media_type: str
    records: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The digest of its bytes, which the trail keeps."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Selection:
    """Which records: those in which a search finds what stands there or that are named, else all.

    Only approved ones, but with `everything`.
    """

    query: str = ""
    records: tuple[str, ...] = ()
    everything: bool = False


def selected(site: Site, selection: Selection, *, by: Person) -> tuple[str, ...]:
    """The ids of the records, in the order in which they were received."""
    require(by, Act.EXPORT)
    if selection.everything:
        require(by, Act.EXPORT_OPEN)
    wanted = select(RecordRow.id).order_by(col(RecordRow.received_at), col(RecordRow.id))
    if not selection.everything:
        wanted = wanted.where(RecordRow.state == RecordState.APPROVED.value)
    with reading(site.engine) as session:
        ids = tuple(session.exec(wanted))
    if selection.records:
        named = frozenset(selection.records)
        ids = tuple(one for one in ids if one in named)
    if selection.query:
        hits = records_that_fit(site, selection.query, reach=Reach.STANDING)
        ids = tuple(one for one in ids if one in hits)
    return ids


def require_named(site: Site, selection: Selection, *, by: Person) -> None:
    """Refuse a selection that names records which it can't have, whatever its search finds."""
    there = set(selected(site, replace(selection, query=""), by=by)) if selection.records else set()
    missing = [one for one in selection.records if one not in there]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        kind = "there" if selection.everything else "approved"
        raise NotThere(
            f"no such record is {kind}: {', '.join(missing[:3])}{more}",
            "look at the ids and at how the records stand, or leave them out",
        )


def export_record(
    site: Site, record_id: str, format: Format, *, by: Person, where: str = HERE
) -> Exported:
    """One record as one file; the trail says so before the file is handed out."""
    opened = _opened(site, record_id, by)
    if format in TABLES:
        made = replace(_table_files(format, [opened])[0], name=f"{record_id}.{format.value}")
    else:
        made = _MAKE[format](site, opened)
    return _told(site, made, by, where)


def export_table(
    site: Site, records: Sequence[str], format: Format, *, by: Person, where: str = HERE
) -> tuple[Exported, ...]:
    """Many records as the files of one table; the trail says so of each record."""
    opened = [_opened(site, one, by) for one in records]
    return tuple(_told(site, one, by, where) for one in _table_files(format, opened))


def note_export(site: Site, name: str, content: bytes, *, by: Person, where: str = HERE) -> None:
    """The line of the trail about a file that says what was handed out together."""
    require(by, Act.EXPORT)
    _told(site, Exported(name, content, "application/json", ()), by, where)


def _opened(site: Site, record_id: str, by: Person) -> OpenRecord:
    require(by, Act.EXPORT)
    opened = open_record(site, record_id)
    if opened.record.state is not RecordState.APPROVED:
        require(by, Act.EXPORT_OPEN)
    return opened


def _told(site: Site, made: Exported, by: Person, where: str) -> Exported:
    """The file, once the trail says of each of its records that it is handed out."""
    line = Happening(
        kind=EXPORTED, by=by.user, at=site.now(), where=where, new=made.sha256, reason=made.name
    )
    with writing(site.engine) as session:
        for record in made.records or (None,):
            append(session, replace(line, record=record))
    return made


def _pdf(site: Site, opened: OpenRecord) -> Exported:
    record = opened.record.id
    return Exported(f"{record}.pdf", record_pdf(site, opened), "application/pdf", (record,))


def _json(_: Site, opened: OpenRecord) -> Exported:
    content = as_json(archive_document(opened.record)).encode()
    record = opened.record.id
    return Exported(f"{record}.json", content, "application/json", (record,))


def _b2mml(_: Site, opened: OpenRecord) -> Exported:
    record = opened.record.id
    content = to_b2mml(opened.record, opened.form)
    return Exported(f"{record}.xml", content, "text/xml", (record,))


_MAKE: dict[Format, Callable[[Site, OpenRecord], Exported]] = {
    Format.PDF: _pdf,
    Format.JSON: _json,
    Format.B2MML: _b2mml,
}


def _table_files(format: Format, opened: Sequence[OpenRecord]) -> list[Exported]:
    """The files of one table; entries in the order of the records and of their forms."""
    pairs = [(one.record, one.form) for one in opened]
    ids = tuple(record.id for record, _ in pairs)
    if format is Format.XLSX:
        at = max((_made_at(one) for one in opened), default=NO_RECORD)
        return [Exported("entries.xlsx", records_as_excel(pairs, at), _EXCEL, ids)]
    lines = [line for record, form in pairs for line in entry_lines(record, form)]
    if format is Format.CSV:
        return [Exported("entries.csv", lines_as_csv(lines), "text/csv", ids)]
    long = Exported("entries.parquet", lines_as_parquet(lines), _PARQUET, ids)
    return [long, *_wide_files(pairs)]


def _wide_files(pairs: Sequence[tuple[Record, MasterForm | None]]) -> Iterator[Exported]:
    """One wide table for each form version."""
    forms = {(form.form, form.version): form for _, form in pairs if form is not None}
    for (name, version), form in sorted(forms.items()):
        records = [one for one, _ in pairs if (one.form, one.version) == (name, version)]
        lines = [wide_line(record, form) for record in records]
        file = f"{_as_name(name)}-v{_as_name(version)}.parquet"
        ids = tuple(record.id for record in records)
        yield Exported(file, wide_as_parquet(form, lines), _PARQUET, ids)


def _made_at(opened: OpenRecord) -> datetime:
    """When the record was signed last, or else received."""
    signatures = opened.record.signatures
    return signatures[-1].at if signatures else opened.received_at


def _as_name(text: str) -> str:
    """A form's name or version as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", text)
