"""A record as a document for people: a PDF/A of its sheets and its scan, everything attached.

What it says comes from the record, its trail and its scan alone, and its times from them too: the
same approved record gives the same bytes.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from extractors.load import open_scan
from extractors.pdfa import write_pdfa
from extractors.pdfa_values import About, Attachment
from extractors.scan_pictures import ScanPicture, scan_pictures
from extractors.values import ScanFile, ScanKind
from pipeline.accounts import Person
from pipeline.core.b2mml import to_b2mml
from pipeline.core.document import archive_document, as_json
from pipeline.core.record_sheet import SheetSource, TrailLine, record_sheet, title_of_record
from pipeline.core.text_layer import paper_page
from pipeline.core.values import Record, RecordState
from pipeline.errors import InputRefused
from pipeline.people import list_people
from pipeline.report_pdf import as_pdf
from pipeline.review import OpenRecord
from pipeline.signing import content_of, held
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.gone import destroyed_pages
from pipeline.store.page_scans import newer_scans
from pipeline.store.tables import PageRow, PictureRow, RecordRow, ScanRow
from pipeline.trail import TrailEvent, events_for, events_of

EXPORTED = "exported"
"""The kind of line that says that a copy was handed out."""
_ENDS = ("approved", "rejected")
_TYPES = {
    ScanKind.PDF: "application/pdf",
    ScanKind.TIFF: "image/tiff",
    ScanKind.PNG: "image/png",
    ScanKind.JPEG: "image/jpeg",
}


@dataclass(frozen=True)
class _Laid:
    """The pages of the scan that the document shows."""

    scan: ScanFile
    pictures: tuple[ScanPicture, ...]


def record_pdf(site: Site, opened: OpenRecord, *, by: Person | None = None) -> bytes:
    """The record as a PDF/A-3b; ScanRefused or SiteUnavailable where its scan can't be had.

    The trail in it is what `by` may read, all of it where nobody is named.

    Raises InputRefused where a page was scanned again: the document has pages of one scan only.
    """
    record = opened.record
    _refuse_newer_pages(site, record)
    source = _source(site, opened, by)
    laid = _lay(site, record)
    papers = [paper_page(record, opened.form, one.number) for one in laid.pictures]
    title = title_of_record(record)
    return write_pdfa(
        as_pdf(record_sheet(source)),
        zip(laid.pictures, papers, strict=True),
        attachments=_attachments(opened, laid),
        about=About(title, source.trail[-1].at, f"Scan {record.source.file}"),
    )


def _refuse_newer_pages(site: Site, record: Record) -> None:
    with reading(site.engine) as session:
        pages = sorted(page for _, page in newer_scans(session, (record.id,)))
    if pages:
        listed = ", ".join(map(str, pages))
        raise InputRefused(
            f"the record {record.id} has no PDF: page {listed} comes from a newer scan, and a "
            "document has pages of one scan only",
            "take it out as JSON, B2MML or a table",
        )


def _source(site: Site, opened: OpenRecord, by: Person | None) -> SheetSource:
    record = opened.record
    events = events_of(site, record.id) if by is None else events_for(site, record.id, by=by)
    return SheetSource(
        record=record,
        form=opened.form,
        received_at=opened.received_at,
        trail=tuple(map(_line, _told(record, events))),
        holds=tuple(one.holds for one in held(site, record.id)),
        content=content_of(site, record.id),
        names={person.user: person.name for person in list_people(site)},
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


def _lay(site: Site, record: Record) -> _Laid:
    """All pages of the scan but those that are another record's."""
    scan = open_scan(record.source.file, site.files.get(record.source.sha256))
    wanted = frozenset(range(1, scan.page_count + 1)) - _of_others(site, record)
    known = {page.scan_page: page.effective_dpi for page in record.pages if page.effective_dpi > 0}
    return _Laid(scan, tuple(scan_pictures(scan, wanted, known)))


def _of_others(site: Site, record: Record) -> frozenset[int]:
    """The pages of the scan that another of its records holds, and this one does not.

    Pages of no known form are held too, and known by their pictures; so are pages of a superseded
    record, of which the newer one may come from another scan, and those of destroyed records.
    """
    with reading(site.engine) as session:
        scan = session.get_one(ScanRow, session.get_one(RecordRow, record.id).scan)
        of_scan = select(RecordRow.id).where(RecordRow.scan == scan.id)
        held = _held(session, of_scan)
        gone = destroyed_pages(session, scan)
    own = {page for name, page in held if name == record.id}
    return (frozenset(page for _, page in held) | gone) - own


def _held(session: Session, records: SelectOfScalar[str]) -> set[tuple[str, int]]:
    """Which record holds which pages of its own scan, as read or as a picture."""
    newer = newer_scans(session, records)
    read = select(PageRow).where(col(PageRow.record).in_(records))
    shown = select(PictureRow).where(col(PictureRow.record).in_(records))
    rows = [*session.exec(read), *session.exec(shown)]
    return {(row.record, row.scan_page) for row in rows if (row.record, row.page) not in newer}


def _attachments(opened: OpenRecord, laid: _Laid) -> list[Attachment]:
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
    if any(one.is_drawn for one in laid.pictures):
        scan, why = laid.scan, "The scan as it came: one of its pages had to be drawn"
        name = f"scan.{scan.kind.value}"
        found.append(Attachment(name, scan.content, _TYPES[scan.kind], "Source", why))
    return found
