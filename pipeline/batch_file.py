"""Everything about a batch as one ZIP file: to be printed, handed to an inspector, or kept.

Of each record the document (sheets, scan, trail and data in one PDF/A), its data, all lines of its
trail, and what two people keyed. A manifest names the digest of each file.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence

from sqlmodel import col, select

from pipeline.accounts import MAY, Act, Person, PersonRole, require
from pipeline.core.document import archive_document, as_json
from pipeline.core.values import RecordState
from pipeline.errors import InputRefused, NotAllowed
from pipeline.export import Exported
from pipeline.looks import PRINTED, Look, note_look
from pipeline.lots_due import catch_up
from pipeline.plain import as_cell
from pipeline.record_document import EXPORTED, record_pdf
from pipeline.review import OpenRecord, open_record
from pipeline.sight import only_for, require_sight
from pipeline.site import HERE, Site
from pipeline.store.batches import of_batch
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.tables import RecordRow
from pipeline.trail import COLUMNS, events_with

KEYING = ("entry", "step", "value", "state", "reason", "by", "at")
AT = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the ZIP, so that the same records give the same bytes."""

File = tuple[str, bytes]


def batch_file(site: Site, batch_number: str, *, by: Person, where: str = HERE) -> Exported:
    """The file of that batch; an inspector's is of what lies in their room, and is a look."""
    if by.role is not PersonRole.INSPECTOR:
        require(by, Act.EXPORT)
    records = _records(site, batch_number, by)
    if not records and by.role is PersonRole.INSPECTOR:
        raise NotAllowed(
            f"{by.user} may not see batch {batch_number}: nothing of it lies in an open room",
            "ask the plant's document control",
        )
    if not records:
        raise InputRefused(f"no record of batch {batch_number} is here", "look at the number")
    for record in records:
        require_sight(site, by, record)
    files = [one for record in records for one in _files(site, open_record(site, record), by)]
    content = _zipped([*files, ("manifest.json", _manifest(batch_number, by, files))])
    made = Exported(f"batch-{_as_name(batch_number)}.zip", content, "application/zip", records)
    _tell(site, made, by, where)
    return made


def _records(site: Site, batch_number: str, by: Person) -> tuple[str, ...]:
    """The records of the batch that this person may take out, however its number is spelt."""
    catch_up(site)
    only = only_for(site, by)
    found = select(RecordRow.id).where(of_batch(batch_number))
    if only is not None:
        found = found.where(col(RecordRow.id).in_(only))
    elif by.role not in MAY[Act.EXPORT_OPEN]:
        found = found.where(RecordRow.state == RecordState.APPROVED.value)
    with reading(site.engine) as session:
        return tuple(session.exec(found.order_by(col(RecordRow.received_at), col(RecordRow.id))))


def _files(site: Site, opened: OpenRecord, by: Person) -> Iterator[File]:
    record = opened.record
    try:
        yield f"{record.id}.pdf", record_pdf(site, opened, by=by)
    except InputRefused as error:
        yield f"{record.id} has no PDF.txt", f"{error}.\n".encode()
    yield f"{record.id}.json", as_json(archive_document(record)).encode()
    yield f"{record.id} trail.csv", _trail(site, record.id, by)
    yield f"{record.id} keyings.csv", _keyings(opened)


def _trail(site: Site, record: str, by: Person) -> bytes:
    rows = [[getattr(line, name) for name in COLUMNS] for line in events_with(site, record, by=by)]
    return _csv(COLUMNS, rows)


def _keyings(opened: OpenRecord) -> bytes:
    rows = [
        [entry.field, one.step, one.value, one.state.value, one.reason, one.by, one.at]
        for entry in opened.record.entries
        for one in entry.keyings
    ]
    return _csv(KEYING, rows)


def _csv(head: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([as_cell("" if one is None else str(one)) for one in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _manifest(batch_number: str, by: Person, files: Sequence[File]) -> bytes:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files}
    said = {"batch_number": batch_number, "made_for": by.user, "sha256": digests}
    return (json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _zipped(files: Sequence[File]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, AT), content)
    return out.getvalue()


def _tell(site: Site, made: Exported, by: Person, where: str) -> None:
    """The lines of the trail: of each record that it went out, or that an inspector printed it."""
    for record in made.records:
        look = Look(PRINTED, record, new=made.sha256, reason=made.name)
        note_look(site, by, look, where=where)
    if by.role is PersonRole.INSPECTOR:
        return
    with writing(site.engine) as session:
        for record in made.records:
            line = Happening(
                kind=EXPORTED, by=by.user, at=site.now(), where=where, record=record,
                new=made.sha256, reason=made.name,
            )  # fmt: skip
            append(session, line)


def _as_name(text: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in text) or "unnamed"
