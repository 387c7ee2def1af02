"""Requests for a new scan of a page: which are open, and the new scan that answers one.

A request is a line of the trail that somebody in review wrote; it is open until document control
hands in a scan for it, which is a scan as any other and waits to be read.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from pipeline.accounts import Act, Person, require
from pipeline.errors import InputRefused
from pipeline.intake import Receipt, take
from pipeline.site import HERE, Site
from pipeline.store.chain import Happening, TrailEvent, append, lines
from pipeline.store.database import reading, writing
from pipeline.store.tables import EventRow, RecordRow

ASKED, ANSWERED, WITHDRAWN = "rescan_asked", "rescan_answered", "rescan_withdrawn"


@dataclass(frozen=True)
class ScanRequest:
    """Somebody wants the paper of a record scanned again: which page of it (0: all), and why."""

    id: int
    record: str
    form: str | None
    version: str | None
    title: str
    batch_number: str
    page: int
    reason: str
    by: str
    at: datetime


def scan_requests(site: Site) -> tuple[ScanRequest, ...]:
    """The open requests for a new scan, the oldest first."""
    with reading(site.engine) as session:
        return _open(session)


def answer_request(
    site: Site, request: int, name: str, content: bytes, *, by: Person, where: str = HERE
) -> Receipt:
    """Hand in the scan that was asked for."""
    require(by, Act.UPLOAD)
    _find(scan_requests(site), request)
    receipt = take(site, name, content, by=by, where=where)
    if receipt.problem is not None:
        return receipt
    with writing(site.engine) as session:
        one = _find(_open(session), request)
        append(
            session,
            Happening(
                kind=ANSWERED,
                by=by.user,
                at=site.now(),
                where=where,
                scan=receipt.scan,
                record=one.record,
                old=f"request {request}",
                new=f"page {one.page} in {receipt.name}",
                reason=one.reason,
            ),
        )
    return receipt


def _find(requests: tuple[ScanRequest, ...], request: int) -> ScanRequest:
    found = next((one for one in requests if one.id == request), None)
    if found is None:
        raise InputRefused(
            "nobody waits for this page any more", "look at the requests as they are now"
        )
    return found


def _open(session: Session) -> tuple[ScanRequest, ...]:
    told = tuple(lines(session, col(EventRow.kind).in_((ASKED, ANSWERED, WITHDRAWN))))
    done = {line.old for line in told if line.kind != ASKED}
    asked = [line for line in told if line.kind == ASKED and f"request {line.sequence}" not in done]
    wanted = {line.record for line in asked}
    rows = {
        row.id: row
        for row in session.exec(select(RecordRow).where(col(RecordRow.id).in_(wanted)))
        if row.state == "in_review"
    }
    return tuple(_request(line, rows[line.record]) for line in asked if line.record in rows)


def _request(line: TrailEvent, row: RecordRow) -> ScanRequest:
    page = re.search(r"\d+", line.new or line.old or "")
    return ScanRequest(
        id=line.sequence,
        record=row.id,
        form=row.form,
        version=row.version,
        title=row.title,
        batch_number=row.batch_number,
        page=int(page[0]) if page else 0,
        reason=line.reason or "",
        by=line.by,
        at=line.at,
    )
