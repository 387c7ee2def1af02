"""All that a signature binds, row by row as it lies in the tables, and its digest.

A manifest names everything: the scan's digest, each page and its picture's digest, each entry with
its reading, flags, corrections, keyings, answers, and the signatures before. `pipeline/verify`
reads the same out of the tables by itself, so that neither has to be believed.
"""

import hashlib
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.store.columns import JsonText, canonical_json, moment_text
from pipeline.store.keying_tables import KeyingRow
from pipeline.store.revision_tables import ReplacedPageRow, RevisionRow
from pipeline.store.site_tables import Row
from pipeline.store.tables import (
    CorrectionRow,
    DispositionRow,
    EntryRow,
    FlagRow,
    OfEntry,
    PageRow,
    PictureRow,
    RecordRow,
    ScanRow,
    SignatureRow,
)

Said = dict[str, Any]
Manifest = dict[str, list[Said]]

SAID: dict[type[Row], tuple[str, ...]] = {
    ScanRow: (
        "id", "sha256", "name", "size", "page_count", "scanned_on", "received_at", "received_by",
    ),
    RecordRow: (
        "id", "scan", "number", "form", "version", "title", "batch_number", "revision",
        "recordroom", "models", "received_at",
    ),
    PageRow: (
        "record", "position", "page", "scan_page", "turned", "form_score", "homography",
        "effective_dpi", "residual_mm",
    ),
    PictureRow: ("record", "position", "page", "scan_page", "pixels_per_mm", "sha256"),
    EntryRow: (
        "record", "field", "position", "page", "type", "step", "x", "y", "width", "height", "value",
        "state", "confidence", "reader", "model", "free_text", "alternatives", "previous",
        "evidence", "accepted",
    ),
    FlagRow: ("record", "entry", "position", "name", "severity", "detail", "field", "page"),
    CorrectionRow: ("record", "entry", "position", "value", "state", "reason", "by", "at"),
    KeyingRow: ("record", "entry", "position", "step", "value", "state", "reason", "by", "at"),
    DispositionRow: (
        "record", "entry", "position", "flag", "detail", "outcome", "reason", "by", "at",
    ),
    SignatureRow: ("record", "position", "name", "user", "meaning", "at", "digest"),
    RevisionRow: ("record", "amends", "kind", "reason", "by", "at"),
    ReplacedPageRow: ("record", "position", "page", "scan", "sha256", "since"),
}  # fmt: skip
"""The columns that say something; the others follow where a record or a scan stands."""
CHANGED_LATER = frozenset({"batch_number", "accepted"})
"""What people's corrections may change beside the reading."""


def reading_digest(session: Session, record: str) -> str:
    """The digest of what the machine read: pages, pictures and readings, and from which scan."""
    row = session.get_one(RecordRow, record)
    read = _read(session, row)
    return _digest(
        {
            table: [{k: v for k, v in one.items() if k not in CHANGED_LATER} for one in rows]
            for table, rows in read.items()
        }
    )


def content_digest(session: Session, record: str, *, signatures: int | None = None) -> str:
    """The digest of all that the record says now, with its first signatures (or all of them).

    Keyings are named only where there are any, as signatures of before there were any hold on.
    """
    row = session.get_one(RecordRow, record)
    keyings = _of_entries(session, KeyingRow, record)
    return _digest(
        {
            **_read(session, row),
            **({"keying": keyings} if keyings else {}),
            "flag": _of_entries(session, FlagRow, record),
            "correction": _of_entries(session, CorrectionRow, record),
            "disposition": _of_entries(session, DispositionRow, record),
            "signature": _in_order(session, SignatureRow, record)[:signatures],
        }
    )


def _read(session: Session, row: RecordRow) -> Manifest:
    return {
        "record": [_said(row)],
        "scan": [_said(session.get_one(ScanRow, scan)) for scan in _scans(session, row)],
        "page": _in_order(session, PageRow, row.id),
        "picture": _in_order(session, PictureRow, row.id),
        "entry": _in_order(session, EntryRow, row.id),
        **_revised(session, row.id),
    }


def _scans(session: Session, row: RecordRow) -> tuple[int, ...]:
    """The record's own scan, then those of pages that were scanned again."""
    found = select(ReplacedPageRow.scan).where(ReplacedPageRow.record == row.id).distinct()
    return (row.scan, *sorted(set(session.exec(found)) - {row.scan}))


def _revised(session: Session, record: str) -> Manifest:
    """What it is a revision of; a first revision says nothing of that."""
    revision = session.get(RevisionRow, record)
    if revision is None:
        return {}
    replaced = _in_order(session, ReplacedPageRow, record)
    return {"revision": [_said(revision)], "replaced_page": replaced}


def _of_entries(session: Session, table: type[OfEntry], record: str) -> list[Said]:
    """Rows in the order of their texts, which is the same on every database."""
    found = session.exec(select(table).where(col(table.record) == record)).all()
    return sorted(map(_said, found), key=canonical_json)


def _in_order(session: Session, table: type[Any], record: str) -> list[Said]:
    found = select(table).where(col(table.record) == record).order_by(col(table.position))
    return [_said(row) for row in session.exec(found)]


def _said(row: Row) -> Said:
    """A row as its columns lie: moments and days as text, small lists as their JSON."""
    columns = type(row).__table__.columns  # type: ignore[attr-defined]
    return {name: _as_it_lies(getattr(row, name), columns[name].type) for name in SAID[type(row)]}


def _as_it_lies(value: Any, kind: object) -> Any:
    if isinstance(kind, JsonText):
        return canonical_json(value)
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _digest(manifest: Manifest) -> str:
    return hashlib.sha256(canonical_json(manifest).encode()).hexdigest()
