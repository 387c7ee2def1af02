"""A record out of its document: what a reading wrote or the archive stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from extractors.values import Alternative, Box, EntryKind, Evidence, Previous, Reading, State
from pipeline.core.catalogue import severity_of
from pipeline.core.keyed import Keying, KeyingStep
from pipeline.core.values import (
    Correction,
    Disposition,
    Entry,
    Flag,
    Outcome,
    ReaderInfo,
    Record,
    RecordPage,
    RecordState,
    Severity,
    Signature,
    Source,
)

Found = Mapping[str, Any]

_EVIDENCE = {one.value: one for one in Evidence}


def from_document(document: Found) -> Record:
    """The record that a document holds, in either shape; keys that it does not know are ignored.

    A reading's own document names flags without their details, and has no reader per entry: the
    record is then what can be known from it. ValueError, KeyError or TypeError where it is no
    such document.
    """
    return Record(
        form=document["form"],
        version=document["version"],
        batch_number=document["batch_number"],
        source=_source(document["source"]),
        reader=_reader(document["reader"]),
        pages=tuple(_page(one) for one in document["pages"]),
        entries=tuple(_entry(one) for one in document["entries"]),
        flags=_flags(document, field=None, page=None),
        dispositions=tuple(_disposition(one) for one in document.get("dispositions", ())),
        signatures=tuple(_signature(one) for one in document.get("signatures", ())),
        id=document.get("record", ""),
        state=RecordState(document.get("record_state", RecordState.READING)),
        revision=document.get("revision", 1),
    )


def _source(found: Found) -> Source:
    return Source(file=found["file"], sha256=found["sha256"], pages=found["pages"])


def _reader(found: Found) -> ReaderInfo:
    return ReaderInfo(found["recordroom"], tuple(sorted(found["models"].items())))


def _page(found: Found) -> RecordPage:
    first, second, third = (_row(row) for row in found["homography"])
    return RecordPage(
        page=found["page"],
        scan_page=found["scan_page"],
        turned=found["turned"],
        form_score=found["form_score"],
        homography=(first, second, third),
        effective_dpi=found.get("effective_dpi", 0.0),
        residual_mm=found.get("residual_mm", 0.0),
        source=_source(found["source"]) if found.get("source") else None,
    )


def _row(row: list[float]) -> tuple[float, float, float]:
    first, second, third = row
    return float(first), float(second), float(third)


def _entry(found: Found) -> Entry:
    return Entry(
        field=found["field"],
        page=found["page"],
        type=EntryKind(found["type"]),
        step=found["step"],
        box=Box(*(float(length) for length in found["box"])),
        reading=_reading(found.get("reading", found), found["flags"]),
        accepted=found["accepted"],
        flags=_flags(found, field=found["field"], page=found["page"]),
        corrections=tuple(_correction(one) for one in found.get("corrections", ())),
        keyings=tuple(_keying(one) for one in found.get("keyings", ())),
        dispositions=tuple(_disposition(one) for one in found.get("dispositions", ())),
    )


def _reading(found: Found, flags: list[str]) -> Reading:
    shown = found.get("evidence", [flag for flag in flags if flag in _EVIDENCE])
    return Reading(
        value=found["value"],
        state=State(found["state"]),
        confidence=found["confidence"],
        reader=found.get("reader", ""),
        model=found.get("model", ""),
        alternatives=tuple(
            Alternative(one["value"], one["probability"]) for one in found.get("alternatives", ())
        ),
        previous=tuple(
            Previous(one["value"], one.get("initials", "")) for one in found.get("previous", ())
        ),
        evidence=tuple(Evidence(name) for name in shown),
        free_text=found.get("free_text", ""),
    )


def _flags(found: Found, *, field: str | None, page: int | None) -> tuple[Flag, ...]:
    if "flag_details" in found:
        return tuple(
            Flag(
                one["flag"],
                Severity(one["severity"]),
                one["detail"],
                field=one["field"],
                page=one["page"],
            )
            for one in found["flag_details"]
        )
    return tuple(
        Flag(name, severity_of(name), "", field=field, page=page) for name in found["flags"]
    )


def _correction(found: Found) -> Correction:
    return Correction(
        value=found["value"],
        state=State(found["state"]),
        reason=found["reason"],
        by=found["by"],
        at=datetime.fromisoformat(found["at"]),
    )


def _keying(found: Found) -> Keying:
    return Keying(
        step=KeyingStep(found["step"]),
        value=found.get("value", ""),
        state=State(found.get("state", State.BLANK)),
        reason=found.get("reason", ""),
        by=found["by"],
        at=datetime.fromisoformat(found["at"]),
        is_sealed="value" not in found,
    )


def _disposition(found: Found) -> Disposition:
    return Disposition(
        flag=found["flag"],
        outcome=Outcome(found["outcome"]),
        reason=found["reason"],
        by=found["by"],
        at=datetime.fromisoformat(found["at"]),
        detail=found.get("detail", ""),
    )


def _signature(found: Found) -> Signature:
    return Signature(
        name=found["name"],
        user=found["user"],
        meaning=found["meaning"],
        at=datetime.fromisoformat(found["at"]),
        digest=found["digest"],
    )
