"""Certificates that stay: what was destroyed, under which rule, by whom and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from pipeline.accounts import Act, Person, require
from pipeline.core.certificate_sheet import certificate_sheets
from pipeline.core.values import Signature
from pipeline.destruction import DestructionList, ListLine
from pipeline.errors import InputRefused
from pipeline.own_pages import pages_with
from pipeline.report_pdf import as_pdf
from pipeline.site import Site
from pipeline.store.chains import scans_of
from pipeline.store.columns import canonical_json, moment_text
from pipeline.store.database import reading
from pipeline.store.erasing import OF_RECORD, pictures_of
from pipeline.store.manifest import reading_digest
from pipeline.store.page_scans import pages_held
from pipeline.store.retention_tables import DestroyedRecordRow
from pipeline.store.tables import RecordRow, ScanRow, SearchRow, SignatureRow

FORMAT = "recordroom certificate of destruction, version 1"


@dataclass(frozen=True)
class Certificate:
    """The certificate of one record: its document is what the trail has the digest of."""

    record: str
    list: int
    at: datetime
    document: dict[str, Any]


def certificates(site: Site, *, by: Person, limit: int = 1000) -> tuple[Certificate, ...]:
    """The certificates, the newest first."""
    require(by, Act.SEE_RETENTION)
    found = select(DestroyedRecordRow).order_by(
        col(DestroyedRecordRow.at).desc(), col(DestroyedRecordRow.record)
    )
    with reading(site.engine) as session:
        return tuple(_of(row) for row in session.exec(found.limit(limit)))


def certificates_of(site: Site, number: int, *, by: Person) -> tuple[Certificate, ...]:
    """The certificates of a destruction list, by their records."""
    require(by, Act.SEE_RETENTION)
    found = select(DestroyedRecordRow).where(DestroyedRecordRow.list == number)
    with reading(site.engine) as session:
        return tuple(sorted(map(_of, session.exec(found)), key=lambda one: one.record))


def certificate_of(site: Site, record: str, *, by: Person) -> Certificate:
    """The certificate of that record; InputRefused where it was not destroyed."""
    require(by, Act.SEE_RETENTION)
    with reading(site.engine) as session:
        row = session.get(DestroyedRecordRow, record)
    if row is None:
        raise InputRefused(f"there is no certificate of {record}", "look at the record's id")
    return _of(row)


def as_json(found: Certificate) -> bytes:
    """The certificate as a file for programs: its SHA-256 without the last line is in the trail."""
    return (canonical_json(found.document) + "\n").encode()


def as_sheets(found: Sequence[Certificate]) -> bytes:
    """Certificates as a PDF to be printed."""
    return as_pdf(certificate_sheets([one.document for one in found]))


def certificate(
    session: Session,
    found: DestructionList,
    line: ListLine,
    *,
    scans_gone: Sequence[int],
    at: datetime,
    by: str,
) -> dict[str, Any]:
    """The document of a record that is about to be destroyed."""
    row = session.get_one(RecordRow, line.record)
    return {
        "format": FORMAT,
        "record": row.id,
        "batch_number": row.batch_number,
        "form": row.form,
        "version": row.version,
        "title": row.title,
        "revision": row.revision,
        "record_state": row.state,
        "received_at": moment_text(row.received_at),
        "reading": reading_digest(session, row.id),
        "content": line.content,
        "signatures": [_signature(one) for one in _signatures(session, row.id)],
        "scans": [_scan(session, row, scan, scans_gone, at=at) for scan in _scans(session, row)],
        "pictures": list(pictures_of(session, row.id)),
        "rows": _counts(session, row.id),
        "keep_until": line.keep_until.isoformat(),
        "rule": line.rule,
        "list": {
            "number": found.number,
            "reason": found.reason,
            "drawn_up_by": found.by,
            "drawn_up_at": moment_text(found.at),
            "signatures": [_signature(one) for one in found.signatures],
        },
        "destroyed_at": moment_text(at),
        "destroyed_by": by,
    }


def _signatures(session: Session, record: str) -> list[Signature]:
    found = select(SignatureRow).where(SignatureRow.record == record)
    rows = session.exec(found.order_by(col(SignatureRow.position)))
    return [Signature(row.name, row.user, row.meaning, row.at, row.digest) for row in rows]


def _signature(one: Signature) -> dict[str, str]:
    return {
        "name": one.name,
        "user": one.user,
        "meaning": one.meaning,
        "at": moment_text(one.at),
        "digest": one.digest,
    }


def _scans(session: Session, record: RecordRow) -> list[int]:
    return sorted(scans_of(session, [record.id]))


def _scan(
    session: Session, record: RecordRow, number: int, gone: Sequence[int], *, at: datetime
) -> dict[str, Any]:
    """A scan of the record, and its pages that were the record's, with loose sheets among them.

    One that other records need stays, and the certificate says so.
    """
    row = session.get_one(ScanRow, number)
    held = {page for scan, page in pages_held(session, record) if scan == number}
    if number == record.scan:
        held |= pages_with(session, record, row, held, at)
    return {
        "scan": number,
        "name": row.name,
        "sha256": row.sha256,
        "size": row.size,
        "pages": row.page_count,
        "pages_held": sorted(held),
        "is_destroyed": number in gone,
    }


def _counts(session: Session, record: str) -> dict[str, int]:
    """How many rows of each table there were; those of the search are left out."""
    counts: dict[str, int] = {}
    for table in OF_RECORD:
        if table is not SearchRow:
            where = col(table.record) == record  # type: ignore[attr-defined]
            count = session.exec(select(func.count()).select_from(table).where(where)).one()
            counts |= {str(table.__tablename__): count} if count else {}
    return counts


def _of(row: DestroyedRecordRow) -> Certificate:
    return Certificate(row.record, row.list, row.at, row.document)
