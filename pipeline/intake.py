"""Intake: scans are kept byte for byte first, then written down, then wait to be read.

The same bytes are one scan for ever, whatever their name. A scan that can't be read is kept too,
with the reason.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from extractors.errors import ScanRefused
from extractors.load import open_scan
from extractors.values import ScanFile
from pipeline.accounts import Act, Person, require
from pipeline.core.values import RecordState
from pipeline.errors import InputRefused
from pipeline.site import HERE, Site
from pipeline.store.arrangement_tables import ProgressRow
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.gone import next_scan, refuse_destroyed
from pipeline.store.tables import RecordRow, ScanRow


class ScanState(StrEnum):
    """How far a scan is on its way to its records."""

    RECEIVED = "received"
    READING = "reading"
    READ = "read"
    REFUSED = "refused"  # it can't be read at all; the problem says why
    QUARANTINED = "quarantined"  # reading it failed too often; the problem says how


STRANDED = (ScanState.REFUSED, ScanState.QUARANTINED)
"""Scans that nothing more happens to, unless somebody hands them in again."""

LONGEST_NAME = 200
AT_ONCE = 500
"""So many scans are looked up with one question to the database."""


@dataclass(frozen=True)
class Receipt:
    """What became of a file that was handed in.

    `duplicate_of` is the name under which the same bytes came first, None for a new scan;
    `problem` says why it can't be read and what to do. `records` are those there already.
    """

    scan: int
    name: str
    sha256: str
    duplicate_of: str | None
    records: tuple[str, ...]
    problem: str | None


@dataclass(frozen=True)
class ScanProgress:
    """A scan and how far it is. `at_page` is the page that is being read, where that is known.

    `records` are those of its present arrangement: what it superseded is left out.
    """

    scan: int
    name: str
    sha256: str
    pages: int
    state: ScanState
    records: tuple[str, ...]
    problem: str | None
    at_page: int | None
    received_at: datetime
    received_by: str

    @property
    def is_done(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state not in (ScanState.RECEIVED, ScanState.READING)


def take(site: Site, name: str, content: bytes, *, by: Person, where: str = HERE) -> Receipt:
    """Take in a scan: keep its bytes, write it down, and let it wait to be read."""
    require(by, Act.UPLOAD)
    name = safe_name(name)
    sha256 = _put(site, content)
    opened = _open(name, content) if _is_to_open(site, sha256) else None
    with writing(site.engine) as session:
        row = session.exec(select(ScanRow).where(ScanRow.sha256 == sha256)).first()
        before = None if row is None else row.name
        row = row or _new_row(site, name, sha256, size=len(content), by=by)
        _write(session, row, opened)
        append(session, _received(site, row, name, is_new=before is None, by=by, where=where))
        scan = _id(row)
        records = _records(session, [scan]).get(scan, ())
        return Receipt(scan, name, sha256, before, records, row.problem or None)


@dataclass(frozen=True)
class KeptScan:
    """A scan whose bytes are kept, and that is not written down yet; see `write_new`."""

    name: str
    sha256: str
    size: int
    opened: ScanFile | ScanRefused


def keep_new(site: Site, name: str, content: bytes) -> KeptScan:
    """Keep the bytes of a scan that must not have come before; InputRefused where it has."""
    name, sha256 = safe_name(name), _put(site, content)
    kept = KeptScan(name, sha256, len(content), _open(name, content))
    with reading(site.engine) as session:
        _refuse_known(session, kept)
    return kept


def write_new(site: Site, session: Session, kept: KeptScan, *, by: Person, where: str) -> ScanRow:
    """Write a kept scan down in the caller's transaction; it waits to be read from its end on."""
    _refuse_known(session, kept)
    row = _new_row(site, kept.name, kept.sha256, size=kept.size, by=by)
    _write(session, row, kept.opened)
    append(session, _received(site, row, kept.name, is_new=True, by=by, where=where))
    return row


def scan_progress(site: Site, scan_ids: Iterable[int]) -> tuple[ScanProgress, ...]:
    """How far these scans are, in their order; unknown ones are left out."""
    wanted = list(dict.fromkeys(scan_ids))
    found: dict[int, ScanProgress] = {}
    with reading(site.engine) as session:
        for start in range(0, len(wanted), AT_ONCE):
            some = col(ScanRow.id).in_(wanted[start : start + AT_ONCE])
            rows = session.exec(select(ScanRow).where(some)).all()
            found |= {one.scan: one for one in _progress(session, rows)}
    return tuple(found[scan] for scan in wanted if scan in found)


def scans(
    site: Site, *, states: Iterable[ScanState] = ScanState, limit: int = 100, before: int = 0
) -> tuple[ScanProgress, ...]:
    """The scans in these states, those that came last first; `before` leaves out later ones."""
    words = [state.value for state in states]
    found = select(ScanRow).where(col(ScanRow.state).in_(words))
    if before:
        found = found.where(col(ScanRow.id) < before)
    with reading(site.engine) as session:
        rows = session.exec(found.order_by(col(ScanRow.id).desc()).limit(limit)).all()
        return _progress(session, rows)


def is_known(site: Site, name: str, sha256: str) -> bool:
    """Whether the site has taken these bytes already, first of all under this name."""
    with reading(site.engine) as session:
        row = session.exec(select(ScanRow).where(ScanRow.sha256 == sha256)).first()
    return row is not None and row.name == safe_name(name)


def safe_name(name: str) -> str:
    """The last part of a file's name, without signs that a screen or a log would act upon."""
    last = re.split(r"[/\\]", name)[-1].encode("utf-8", "replace").decode()
    clean = "".join(sign if sign.isprintable() else "?" for sign in last).strip()
    return clean[-LONGEST_NAME:] if clean.strip(".") else "unnamed"


def _put(site: Site, content: bytes) -> str:
    """Keep the bytes; those of a scan that was destroyed are not kept again."""
    with reading(site.engine) as session:
        refuse_destroyed(session, hashlib.sha256(content).hexdigest())
    return site.files.put(content)


def _is_to_open(site: Site, sha256: str) -> bool:
    """Whether the scan is new, or could not be read when it came before."""
    with reading(site.engine) as session:
        row = session.exec(select(ScanRow).where(ScanRow.sha256 == sha256)).first()
    return row is None or row.state in STRANDED


def _refuse_known(session: Session, kept: KeptScan) -> None:
    before = session.exec(select(ScanRow).where(ScanRow.sha256 == kept.sha256)).first()
    if before is not None:
        raise InputRefused(
            f"this very file came before, as {before.name}", "scan the paper page again"
        )


def _write(session: Session, row: ScanRow, opened: ScanFile | ScanRefused | None) -> None:
    if opened is not None:
        _set_opened(row, opened)
    if row.id is None:
        refuse_destroyed(session, row.sha256)
        row.id = next_scan(session)
    session.add(row)
    session.flush()


def _new_row(site: Site, name: str, sha256: str, *, size: int, by: Person) -> ScanRow:
    return ScanRow(
        sha256=sha256,
        name=name,
        size=size,
        page_count=0,
        state=ScanState.RECEIVED.value,
        received_at=site.now(),
        received_by=by.user,
    )


def _received(
    site: Site, row: ScanRow, name: str, *, is_new: bool, by: Person, where: str
) -> Happening:
    """What the trail says: a new scan, the same again, or one that can't be read."""
    is_refused = is_new and row.state == ScanState.REFUSED
    return Happening(
        kind="refused" if is_refused else "received" if is_new else "received_again",
        by=by.user,
        at=site.now(),
        where=where,
        scan=row.id,
        new=f"{name} {row.sha256}",
        reason=row.problem or None,
    )


def _open(name: str, content: bytes) -> ScanFile | ScanRefused:
    try:
        return open_scan(name, content)
    except ScanRefused as error:
        return error


def _set_opened(row: ScanRow, opened: ScanFile | ScanRefused) -> None:
    """Write down what the file proved to be; a scan on its way is left alone."""
    if row.id is not None and row.state not in STRANDED:
        return
    if isinstance(opened, ScanRefused):
        row.state, row.problem = ScanState.REFUSED.value, str(opened)
        return
    row.state, row.problem, row.tries = ScanState.RECEIVED.value, "", 0
    row.page_count, row.scanned_on = opened.page_count, opened.created


def _progress(session: Session, rows: Sequence[ScanRow]) -> tuple[ScanProgress, ...]:
    ids = [_id(row) for row in rows]
    records = _records(session, ids)
    found = session.exec(select(ProgressRow).where(col(ProgressRow.scan).in_(ids)))
    pages = {(one.scan, one.attempt): one.page for one in found}
    return tuple(
        ScanProgress(
            scan=_id(row),
            name=row.name,
            sha256=row.sha256,
            pages=row.page_count,
            state=ScanState(row.state),
            records=records.get(_id(row), ()),
            problem=row.problem or None,
            at_page=pages.get((_id(row), row.tries)) if row.state == "reading" else None,
            received_at=row.received_at,
            received_by=row.received_by,
        )
        for row in rows
    )


def _records(session: Session, scan_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found = select(RecordRow.scan, RecordRow.id).where(
        col(RecordRow.scan).in_(scan_ids), RecordRow.state != RecordState.SUPERSEDED.value
    )
    records: dict[int, tuple[str, ...]] = {}
    for scan, record in session.exec(found.order_by(col(RecordRow.scan), col(RecordRow.number))):
        records[scan] = (*records.get(scan, ()), record)
    return records


def _id(row: ScanRow) -> int:
    assert row.id is not None
    return row.id
