"""A record as a document for people: a PDF/A of its sheets and its scans, everything attached.

What it says comes from the record, its trail and its scans alone, and its times from them too: the
same approved record gives the same bytes.
"""

import hashlib

from extractors.pdfa import write_pdfa
from extractors.pdfa_values import About, Attachment
from extractors.values import ScanKind
from pipeline.accounts import Person
from pipeline.core.b2mml import to_b2mml
from pipeline.core.document import archive_document, as_json
from pipeline.core.record_sheet import (
    AttachedScan,
    SheetSource,
    TrailLine,
    record_sheet,
    title_of_record,
)
from pipeline.core.text_layer import paper_page
from pipeline.core.values import Record, RecordState
from pipeline.people import list_people
from pipeline.record_pages import DrawnScan, LaidPages, lay_pages
from pipeline.report_pdf import as_pdf
from pipeline.review import OpenRecord
from pipeline.signing import content_of, held
from pipeline.site import Site
from pipeline.trail import TrailEvent, events_alone, events_with

EXPORTED = "exported"
"""The kind of line that says that a copy was handed out."""
_ENDS = ("approved", "rejected")
_WHOLE = "The scan as it came: one of its pages had to be drawn"
_CUT = "The record's own pages of the scan, packed as they came: one of them had to be drawn"
_TYPES = {
    ScanKind.PDF: "application/pdf",
    ScanKind.TIFF: "image/tiff",
    ScanKind.PNG: "image/png",
    ScanKind.JPEG: "image/jpeg",
}


def record_pdf(site: Site, opened: OpenRecord, *, by: Person | None = None) -> bytes:
    """The record as a PDF/A-3b; ScanRefused or SiteUnavailable where a scan of it can't be had.

    The trail in it is what `by` may read, all of it where nobody is named.
    """
    record = opened.record
    laid = lay_pages(site, record)
    attached = tuple(_attached(number, one) for number, one in enumerate(laid.drawn, start=1))
    source = _source(site, opened, by, attached)
    pages = (
        (one.picture, paper_page(record, opened.form, one.picture.number, one.source))
        for one in laid.pages
    )
    return write_pdfa(
        as_pdf(record_sheet(source)),
        pages,
        attachments=_attachments(opened, laid, attached),
        about=About(title_of_record(record), source.trail[-1].at, _scan_title(laid)),
    )


def _scan_title(laid: LaidPages) -> str:
    word = "Scan" if len(laid.files) == 1 else "Scans"
    return f"{word} {', '.join(laid.files)}"


def _source(
    site: Site, opened: OpenRecord, by: Person | None, attached: tuple[AttachedScan, ...]
) -> SheetSource:
    record = opened.record
    events = events_alone(site, record.id) if by is None else events_with(site, record.id, by=by)
    return SheetSource(
        record=record,
        form=opened.form,
        received_at=opened.received_at,
        trail=tuple(map(_line, _told(record, events))),
        holds=tuple(one.holds for one in held(site, record.id)),
        content=content_of(site, record.id),
        names={person.user: person.name for person in list_people(site)},
        attached=attached,
    )


def _told(record: Record, events: tuple[TrailEvent, ...]) -> tuple[TrailEvent, ...]:
    """The lines that made the record what it is: none after its end, and no copies handed out."""
    if record.state is not RecordState.IN_REVIEW:
        ends = [place for place, event in enumerate(events) if event.kind in _ENDS]
        events = events[: ends[-1] + 1] if ends else events
    return tuple(event for event in events if event.kind != EXPORTED)


def _line(event: TrailEvent) -> TrailLine:
    return TrailLine(
        at=event.at,
        by=event.by,
        kind=event.kind,
        field=event.field or "",
        old=event.old or "",
        new=event.new or "",
        reason=event.reason or "",
        digest=event.digest,
    )


def _attached(number: int, scan: DrawnScan) -> AttachedScan:
    """What the sheets say of a scan of which a page had to be drawn."""
    word = "scan" if scan.is_whole else "scan-pages"
    content = scan.content
    return AttachedScan(
        scan=scan.source.file,
        name="" if content is None else f"{word}{_count(number)}.{scan.kind.value}",
        pages=() if scan.is_whole else scan.pages,
        sha256="" if content is None else hashlib.sha256(content).hexdigest(),
    )


def _count(number: int) -> str:
    return "" if number == 1 else f"-{number}"


def _attachments(
    opened: OpenRecord, laid: LaidPages, attached: tuple[AttachedScan, ...]
) -> list[Attachment]:
    record = opened.record
    found = [
        Attachment(
            f"{record.id}.json",
            as_json(archive_document(record)).encode(),
            "application/json",
            "Data",
            "The record with every reading, correction, answer and signature",
        ),
        Attachment(
            f"{record.id}.xml",
            to_b2mml(record, opened.form),
            "text/xml",
            "Data",
            "The batch production record of ISA-88 in B2MML",
        ),
    ]
    for scan, said in zip(laid.drawn, attached, strict=True):
        if scan.content is not None:
            what = _WHOLE if scan.is_whole else _CUT
            found.append(Attachment(said.name, scan.content, _TYPES[scan.kind], "Source", what))
    return found
