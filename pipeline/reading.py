"""Reading a leased scan, and writing down all of its records at once, or none.

What a try leaves behind before its end is nothing but files that the next try leaves again, so a
crash at any moment doubles nothing. A try that comes back after its lease has ended is refused.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog
from sqlmodel import Session, func, select

from extractors.errors import RecordroomError, ScanRefused
from extractors.load import open_scan
from extractors.values import ScanFile
from pipeline.archive import index
from pipeline.core.values import Record, RecordState
from pipeline.handed_down import hand_down
from pipeline.known import KnownForms
from pipeline.laid import parts_of_reading
from pipeline.page_pictures import keep_small_pictures
from pipeline.replacing import Newer, asked_for, replace_pages
from pipeline.run import PagePicture, ReadOptions, ReadScan
from pipeline.site import PROGRAM, Site
from pipeline.site_checks import checked
from pipeline.site_forms import forms_of, signatories_of
from pipeline.store.chain import Happening, append
from pipeline.store.database import writing
from pipeline.store.evidence import put_evidence
from pipeline.store.gone import has_destroyed, last_destroyed
from pipeline.store.leases import Lease, end_try, leased_row, note_page, refuse_scan
from pipeline.store.manifest import content_digest, reading_digest
from pipeline.store.record_rows import add_record
from pipeline.store.tables import PictureRow, RecordRow, ScanRow

log = structlog.get_logger("recordroom.reading")


class Reader(Protocol):
    """Turns a scan into records; `pipeline.run.read_scan` is the one that reads."""

    def __call__(self, scan: ScanFile, known: KnownForms, options: ReadOptions) -> ReadScan:
        """The records of the scan, and pictures of their pages."""
        ...


def known_forms(site: Site) -> KnownForms:
    """What the site's readings go by: its forms and its signature log."""
    return KnownForms(forms_of(site), signatories_of(site))


def read_leased(site: Site, lease: Lease, reader: Reader, known: KnownForms) -> bool:
    """Read the scan and write down what came of it; False where the lease had ended meanwhile."""
    try:
        scan = open_scan(lease.name, site.files.get(lease.sha256))
        keep_small_pictures(site, lease.scan, scan)
        read = reader(scan, known, _options(site, lease))
    except ScanRefused as error:
        return _give_up(site, lease, error)
    except RecordroomError as error:
        return _fail(site, lease, str(error))
    except MemoryError:
        return _fail(site, lease, "there was not enough memory to read it")
    except Exception as error:  # the worker's edge: one scan must not stop the others
        log.exception("reading failed", scan=lease.name)
        return _fail(site, lease, f"a mistake in the program ({type(error).__name__}: {error})")
    return keep(site, lease, read, known)


def _options(site: Site, lease: Lease) -> ReadOptions:
    """By what the scan is read: how people arranged it, and who is told of each page."""
    return ReadOptions(
        silent_errors=site.settings.silent_errors,
        parts=parts_of_reading(site, lease.scan),
        watch=partial(note_page, site.engine, lease),
    )


def keep(site: Site, lease: Lease, read: ReadScan, known: KnownForms) -> bool:
    """Write down the records of a scan; False where the lease had ended meanwhile."""
    digests = [site.files.put(picture.jpeg) for picture in read.pictures]
    now = site.now()
    with writing(site.engine) as session:
        row = leased_row(session, lease)
        if row is None:
            return False
        if has_destroyed(session):  # the same picture may have been removed a moment ago
            digests = [site.files.put(picture.jpeg) for picture in read.pictures]
        if asked_for(session, row):
            replace_pages(session, site, Newer(row, read, tuple(digests), known))
        else:
            _keep_records(session, row, read, digests, known, now=now)
        row.state, row.read_at, row.problem = "read", now, ""
        row.leased_by = row.leased_until = None
    return True


def _first_number(session: Session, scan: ScanRow) -> int:
    """The number of the next record of the scan: those of earlier arrangements keep theirs."""
    last = session.exec(select(func.max(RecordRow.number)).where(RecordRow.scan == scan.id)).one()
    return max(last or 0, last_destroyed(session, scan.sha256)) + 1


def _keep_records(
    session: Session,
    row: ScanRow,
    read: ReadScan,
    digests: list[str],
    known: KnownForms,
    *,
    now: datetime,
) -> None:
    assert row.id is not None
    first = _first_number(session, row)
    for place, record in enumerate(read.records):
        number = first + place
        one = replace(record, id=f"{row.sha256[:12]}-{number}", state=RecordState.IN_REVIEW)
        _add(session, row, one, known, number=number, now=now)
        _add_pictures(session, one.id, place, read.pictures, digests)
        put_evidence(session, one.id, read.evidence[place] if read.evidence else None)
        _tell(session, row, one, now=now)
        if first > 1:
            hand_down(session, row.id, one, now=now)


def _add(
    session: Session,
    scan: ScanRow,
    record: Record,
    known: KnownForms,
    *,
    number: int,
    now: datetime,
) -> None:
    form = known.form_of(record.form, record.version)
    record = checked(session, record, form, scan=scan, signatories=known.signatories)
    title = form.title if form else "Unknown form"
    assert scan.id is not None
    add_record(session, record, scan=scan.id, number=number, title=title, at=now)
    index(session, record, form)


def _tell(session: Session, scan: ScanRow, record: Record, *, now: datetime) -> None:
    """The line of the trail that binds what was read (`new`), with its first flags (`old`)."""
    models = ", ".join(f"{name} {version}" for name, version in record.reader.models)
    append(
        session,
        Happening(
            kind="read",
            by=PROGRAM,
            at=now,
            where="worker",
            scan=scan.id,
            record=record.id,
            old=content_digest(session, record.id),
            new=reading_digest(session, record.id),
            reason=f"recordroom {record.reader.recordroom}; {models}",
        ),
    )


def _add_pictures(
    session: Session, record: str, place: int, pictures: Sequence[PagePicture], digests: list[str]
) -> None:
    own = [pair for pair in zip(pictures, digests, strict=True) if pair[0].record == place]
    for position, (picture, digest) in enumerate(own):
        session.add(
            PictureRow(
                record=record,
                position=position,
                page=picture.page,
                scan_page=picture.scan_page,
                pixels_per_mm=picture.pixels_per_mm,
                sha256=digest,
            )
        )
    session.flush()


def _give_up(site: Site, lease: Lease, error: ScanRefused) -> bool:
    with writing(site.engine) as session:
        row = leased_row(session, lease)
        if row is not None:
            refuse_scan(session, row, now=site.now(), problem=str(error))
    return row is not None


def _fail(site: Site, lease: Lease, reason: str) -> bool:
    with writing(site.engine) as session:
        row = leased_row(session, lease)
        if row is not None:
            end_try(session, row, site.settings, now=site.now(), reason=reason)
    return row is not None
