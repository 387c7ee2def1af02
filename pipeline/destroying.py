"""Carrying out a destruction list: certificates first, then rows, then files; a restart goes on.

The certificate of a chain, its line of the trail and the end of its rows are one transaction, which
also notes the files that nothing needs any more. They are removed after it, one by one, each
crossed off when it is gone. So there is no moment at which a record is half destroyed and nobody
knows: with its certificate it is gone, without it is whole.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session, col, select

from extractors.errors import RecordroomError
from pipeline.accounts import Act, Person, require
from pipeline.certificates import certificate
from pipeline.core.spelling import as_key
from pipeline.destruction import (
    DestructionList,
    destruction_list,
    end,
    require_signed,
    why_not_destroyed,
)
from pipeline.holds import freshen
from pipeline.retention import kept_in
from pipeline.site import HERE, Site
from pipeline.store.chain import Happening, append
from pipeline.store.chains import scans_of, users_of
from pipeline.store.columns import canonical_json
from pipeline.store.database import reading, writing
from pipeline.store.erasing import (
    erase_records,
    erase_scan,
    erase_small_pictures,
    is_used,
    pictures_of,
    small_pictures_of,
)
from pipeline.store.gone import pages_gone
from pipeline.store.retention_tables import (
    DestroyedBatchRow,
    DestroyedRecordRow,
    DestroyedScanRow,
    DestructionEndRow,
    DestructionRunRow,
    FileToRemoveRow,
)
from pipeline.store.tables import ScanRow
from pipeline.store.traces import take_traces_away

log = structlog.get_logger("recordroom.destroying")
Step = Callable[[str], None]
"""Is told what was just done, so that a test can stop there."""


@dataclass(frozen=True)
class Destroyed:
    """What became of a list: the records that are gone, and those that stay after all, with why."""

    number: int
    records: tuple[str, ...]
    stay: tuple[tuple[str, str], ...]
    files: int


def carry_out(
    site: Site, number: int, *, by: Person, where: str = HERE, step: Step = lambda _: None
) -> Destroyed:
    """Destroy what the list names; what has to be kept meanwhile stays, and is said."""
    require(by, Act.DESTROY)
    with writing(site.engine) as session:
        require_signed(session, destruction_list(session, number))
        if session.get(DestructionRunRow, number) is None:
            session.add(DestructionRunRow(list=number, by=by.user, place=where, at=site.now()))
    step("begun")
    return _go_on(site, number, step)


def finish_destruction(site: Site) -> tuple[Destroyed, ...]:
    """Go on with what a crash interrupted: lists that were begun, files that still lie there.

    What can't go on is in the log, and is tried again at the next start.
    """
    with reading(site.engine) as session:
        ended = select(DestructionEndRow.list)
        begun = select(DestructionRunRow.list).where(col(DestructionRunRow.list).not_in(ended))
        numbers = session.exec(begun.order_by(col(DestructionRunRow.list))).all()
    done = []
    for number in numbers:
        try:
            done.append(_go_on(site, number, lambda _: None))
        except RecordroomError as error:  # what can't go on waits for a person; the site opens
            log.error("a destruction list could not be finished", list=number, reason=str(error))
    try:
        _remove_files(site, lambda _: None)
    except RecordroomError as error:
        log.error("files of destroyed records could not be removed", reason=str(error))
    return tuple(done)


def _go_on(site: Site, number: int, step: Step) -> Destroyed:
    freshen(site)
    with reading(site.engine) as session:
        chains = sorted({one.chain for one in destruction_list(session, number).lines})
    stay: list[tuple[str, str]] = []
    for chain in chains:
        why = _destroy(site, number, chain)
        if why:
            stay.append((chain, why))
        step(f"chain {chain}")
    files = _remove_files(site, step)
    take_traces_away(site.engine)
    with writing(site.engine) as session:
        run = session.get_one(DestructionRunRow, number)
        found = destruction_list(session, number)
        require_signed(session, found)
        said = "; ".join(f"{record} stays: {why}" for record, why in stay)
        end(session, site, number, "carried_out", reason=said, by=run.by, where=run.place)
    gone = tuple(one.record for one in found.lines if one.is_destroyed)
    return Destroyed(number, gone, tuple(stay), files)


def _destroy(site: Site, number: int, chain: str) -> str:
    """Destroy a chain in one transaction; else why it stays. One that is gone is left alone.

    NotAllowed where the list was ended meanwhile, or is not what was signed.
    """
    with writing(site.engine) as session:
        found = destruction_list(session, number)
        require_signed(session, found)
        lines = [one for one in found.lines if one.chain == chain and not one.is_destroyed]
        if not lines:
            return ""
        kept = kept_in(site, session, chain)
        why = why_not_destroyed(session, kept, lines)
        if not why:
            _end_of_chain(site, session, found, kept.chain)
        return why


def _end_of_chain(
    site: Site, session: Session, found: DestructionList, chain: tuple[str, ...]
) -> None:
    run = session.get_one(DestructionRunRow, found.number)
    scans = scans_of(session, chain)
    gone = [scan for scan in sorted(scans) if users_of(session, scan) <= set(chain)]
    at = site.now()
    lines = {one.record: one for one in found.lines}
    for record in chain:
        document = certificate(session, found, lines[record], scans_gone=gone, at=at, by=run.by)
        session.add(
            DestroyedRecordRow(
                record=record,
                list=found.number,
                keep_until=lines[record].keep_until,
                at=at,
                document=document,
            )
        )
        session.flush()
        session.add(DestroyedBatchRow(record=record, key=as_key(document["batch_number"] or "")))
        _tell(session, run, record, document, at)
    files = {picture for record in chain for picture in pictures_of(session, record)}
    erase_records(session, chain)
    for number in gone:
        scan = session.get_one(ScanRow, number)
        session.add(
            DestroyedScanRow(scan=number, list=found.number, sha256=scan.sha256, name=scan.name)
        )
        session.flush()
        files |= {scan.sha256, *small_pictures_of(session, number)}
        erase_scan(session, number)
    for number in sorted(scans - set(gone)):
        pages = pages_gone(session, session.get_one(ScanRow, number))
        files |= erase_small_pictures(session, number, pages)
    for sha256 in sorted(files):
        if not is_used(session, sha256) and session.get(FileToRemoveRow, sha256) is None:
            session.add(FileToRemoveRow(sha256=sha256, list=found.number))
    session.flush()


def _tell(
    session: Session, run: DestructionRunRow, record: str, document: Any, at: datetime
) -> None:
    digest = hashlib.sha256(canonical_json(document).encode()).hexdigest()
    line = Happening(
        kind="destroyed",
        by=run.by,
        at=at,
        where=run.place,
        record=record,
        old=document["content"],
        new=digest,
        reason=document["rule"],
    )
    append(session, line)


def _remove_files(site: Site, step: Step) -> int:
    """Remove the files that are noted; one that came into use again meanwhile stays."""
    with reading(site.engine) as session:
        noted = session.exec(select(FileToRemoveRow.sha256)).all()
    removed = 0
    for sha256 in noted:
        with writing(site.engine) as session:  # nobody takes the same file in at this moment
            row = session.get(FileToRemoveRow, sha256)
            if row is None:
                continue
            if not is_used(session, sha256):
                site.files.remove(sha256)
                step(f"file {sha256}")
                removed += 1
            session.delete(row)
    return removed
