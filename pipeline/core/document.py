"""A record as the JSON that reading writes, the archive stores and exports hold, and back.

Two shapes of one document: what a reading gives, and the archive's, which also holds what people
made of it. The same record always gives the same bytes: keys in a fixed order, numbers rounded,
two spaces of indent, a line feed at the end. A reader of a document ignores keys that it does
not know.
"""

import json
from typing import Any

from extractors.values import Alternative, Previous
from pipeline.core.document_read import from_document
from pipeline.core.keyed import Keying
from pipeline.core.values import (
    Correction,
    Disposition,
    Entry,
    Flag,
    Record,
    RecordPage,
    Signature,
    Source,
)

__all__ = ["archive_document", "as_json", "from_document", "to_document", "to_json"]

Document = dict[str, Any]


def to_document(record: Record) -> Document:
    """The record as a reading gives it."""
    return {
        **_head(record),
        "pages": [_page(page) for page in record.pages],
        "entries": [_entry(entry) for entry in record.entries],
        "flags": [flag.name for flag in record.flags],
    }


def archive_document(record: Record) -> Document:
    """The record as the archive stores and exports it: the same keys, and people's work beside.

    Beyond the keys of the reading it says in `flag_details` what each flag found, and for each
    page how well it lay (`effective_dpi`, `residual_mm`), so that nothing of the record is lost.
    A page that was scanned again names the newer scan (`source`), in which its `scan_page` counts.
    A keying that nobody may see yet says only who keyed, and when.
    """
    return {
        "record": record.id,
        "record_state": record.state.value,
        "revision": record.revision,
        **_head(record),
        "pages": [_page(page) | _lay(page) for page in record.pages],
        "entries": [_archived(entry) for entry in record.entries],
        "flags": [flag.name for flag in record.flags],
        "flag_details": [_flag(flag) for flag in record.flags],
        "dispositions": [_disposition(one) for one in record.dispositions],
        "signatures": [_signature(one) for one in record.signatures],
    }


def to_json(record: Record) -> str:
    """The JSON that `recordroom read` writes: byte for byte the same for the same record."""
    return as_json(to_document(record))


def as_json(document: Document) -> str:
    """A document as text, in the order of its keys, with a line feed at the end."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _head(record: Record) -> Document:
    return {
        "form": record.form,
        "version": record.version,
        "batch_number": record.batch_number,
        "source": _source(record.source),
        "reader": {
            "recordroom": record.reader.recordroom,
            "models": dict(sorted(record.reader.models)),
        },
    }


def _source(source: Source) -> Document:
    return {"file": source.file, "sha256": source.sha256, "pages": source.pages}


def _page(page: RecordPage) -> Document:
    return {
        "page": page.page,
        "scan_page": page.scan_page,
        "turned": page.turned,
        "form_score": _share(page.form_score),
        "homography": [[_significant(number) for number in row] for row in page.homography],
    }


def _lay(page: RecordPage) -> Document:
    lay: Document = {
        "effective_dpi": _significant(page.effective_dpi),
        "residual_mm": _significant(page.residual_mm),
    }
    return lay | ({"source": _source(page.source)} if page.source else {})


def _entry(entry: Entry) -> Document:
    document: Document = {
        "field": entry.field,
        "page": entry.page,
        "type": entry.type.value,
        "step": entry.step,
        "value": entry.value,
        "state": entry.state.value,
        "confidence": _share(entry.confidence),
        "accepted": entry.accepted,
        "box": [
            _significant(length)
            for length in (entry.box.x, entry.box.y, entry.box.width, entry.box.height)
        ],
        "alternatives": [_alternative(one) for one in entry.alternatives],
    }
    if entry.previous:
        document["previous"] = [_previous(one) for one in entry.previous]
    document["flags"] = [flag.name for flag in entry.flags]
    return document


def _archived(entry: Entry) -> Document:
    reading = entry.reading
    return {
        **_entry(entry),
        "flag_details": [_flag(flag) for flag in entry.flags],
        "reading": {
            "value": reading.value,
            "state": reading.state.value,
            "confidence": _share(reading.confidence),
            "reader": reading.reader,
            "model": reading.model,
            "alternatives": [_alternative(one) for one in reading.alternatives],
            "previous": [_previous(one) for one in reading.previous],
            "evidence": [one.value for one in reading.evidence],
            "free_text": reading.free_text,
        },
        "corrections": [_correction(one) for one in entry.corrections],
        "keyings": [_keying(one) for one in entry.keyings],
        "dispositions": [_disposition(one) for one in entry.dispositions],
    }


def _alternative(one: Alternative) -> Document:
    return {"value": one.value, "probability": _share(one.probability)}


def _previous(one: Previous) -> Document:
    return {"value": one.value, "initials": one.initials}


def _flag(flag: Flag) -> Document:
    return {
        "flag": flag.name,
        "severity": flag.severity.value,
        "detail": flag.detail,
        "field": flag.field,
        "page": flag.page,
    }


def _correction(one: Correction) -> Document:
    return {
        "value": one.value,
        "state": one.state.value,
        "reason": one.reason,
        "by": one.by,
        "at": one.at.isoformat(),
    }


def _keying(one: Keying) -> Document:
    said = {"step": one.step.value, "by": one.by, "at": one.at.isoformat()}
    if one.is_sealed:
        return said
    return said | {"value": one.value, "state": one.state.value, "reason": one.reason}


def _disposition(one: Disposition) -> Document:
    return {
        "flag": one.flag,
        "detail": one.detail,
        "outcome": one.outcome.value,
        "reason": one.reason,
        "by": one.by,
        "at": one.at.isoformat(),
    }


def _signature(one: Signature) -> Document:
    return {
        "name": one.name,
        "user": one.user,
        "meaning": one.meaning,
        "at": one.at.isoformat(),
        "digest": one.digest,
    }


def _share(probability: float) -> float:
    """Six decimals: more than any calibration can tell."""
    return round(float(probability), 6) + 0.0


def _significant(number: float) -> float:
    """Nine significant digits: a homography's smallest terms matter as much as its largest."""
    return float(f"{float(number):.9g}") + 0.0
