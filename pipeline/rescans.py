"""Pages that are to be scanned again: asked for in review, answered by document control.

The newer scan is read as any other. Its page then replaces the old one in a new revision of the
record; the old revision, with the page as it was, stays to be looked at.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from pipeline.accounts import Act, Person, require
from pipeline.core.values import RecordState
from pipeline.errors import Conflict, InputRefused, NotAllowed
from pipeline.intake import STRANDED, Receipt, ScanState, keep_new, write_new
from pipeline.plain import plain
from pipeline.review import refuse_claimed
from pipeline.site import HERE, Site
from pipeline.site_forms import form_of
from pipeline.standings import put_anew
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.queue_rows import open_requests_of
from pipeline.store.record_rows import Stored, stored_record
from pipeline.store.revision_tables import RescanRow
from pipeline.store.tables import RecordRow, ScanRow

REPLACED, WITHDRAWN = "replaced", "withdrawn"


@dataclass(frozen=True)
class ScanRequest:
    """A page that is to be scanned again, and how far that is.

    `scan` is the newest answer, with its state; `problem` says why it was none. Open is a request
    until its page was replaced or nobody wants it any more; it waits for document control while
    no answer is on its way.
    """

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
    scan: int | None
    scan_name: str
    scan_state: ScanState | None
    problem: str
    outcome: str
    revision: str | None

    @property
    def is_open(self) -> bool:
        """Whether the page is still to be replaced."""
        return not self.outcome

    @property
    def waits(self) -> bool:
        """Whether document control has something to do: no answer yet, or one that was none."""
        is_on_its_way = self.scan_state in (ScanState.RECEIVED, ScanState.READING)
        return self.is_open and not is_on_its_way


def ask_for_scan(
    site: Site,
    record_id: str,
    page: int,
    reason: str,
    *,
    by: Person,
    where: str = HERE,
    field: str | None = None,
) -> int:
    """Send a page back to be scanned again, or ask for one that is missing; gives the request.

    `page` is the page of the form; of a record of an unknown form it is the page of the scan.
    `field` is the entry at which that was seen. No flag is answered by it.
    """
    require(by, Act.REVIEW)
    if not reason.strip():
        raise NotAllowed("a new scan needs a reason", "say what is wrong with the page")
    with writing(site.engine) as session:
        stored = _in_review(session, record_id)
        refuse_claimed(site, stored.row, by)
        _refuse_unknown_page(site, stored, page)
        if _open_of(session, record_id, page) is not None:
            raise Conflict(
                f"page {page} of this record is asked for already", "wait for document control"
            )
        row = RescanRow(
            record=record_id, page=page, reason=plain(reason), by=by.user, at=site.now()
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        _tell(session, "rescan_asked", row, by=by.user, at=row.at, where=where, field=field)
        put_anew(session, site, stored.row, stored.record, by=by.user, where=where)
        return row.id


def withdraw_request(site: Site, request: int, *, by: Person, where: str = HERE) -> None:
    """Take a request back: the page stands as it was scanned."""
    require(by, Act.REVIEW)
    with writing(site.engine) as session:
        row = _open_request(session, request)
        _refuse_on_its_way(session, row)
        row.outcome = WITHDRAWN
        _tell(session, "rescan_withdrawn", row, by=by.user, at=site.now(), where=where)
        stored = stored_record(session, row.record)
        assert stored is not None
        put_anew(session, site, stored.row, stored.record, by=by.user, where=where)


def answer_request(
    site: Site, request: int, name: str, content: bytes, *, by: Person, where: str = HERE
) -> Receipt:
    """Hand in the new scan of a page; it waits to be read, and then replaces the old page.

    Other pages that were asked for of the same record, and are in the scan, are replaced too.
    """
    require(by, Act.UPLOAD)
    with reading(site.engine) as session:
        _refuse_on_its_way(session, _open_request(session, request))
    kept = keep_new(site, name, content)
    with writing(site.engine) as session:
        row = _open_request(session, request)
        _refuse_on_its_way(session, row)
        scan = write_new(site, session, kept, by=by, where=where)
        assert scan.id is not None
        for one in _all_open_of(session, row.record):
            if one.id == request or not _is_on_its_way(session, one):
                one.scan, one.problem = scan.id, scan.problem
        _tell(
            session, "rescan_answered", row, by=by.user, at=site.now(), where=where, new=scan.name
        )
        return Receipt(scan.id, scan.name, scan.sha256, None, (), scan.problem or None)


def scan_requests(
    site: Site, *, record: str | None = None, is_all: bool = False
) -> tuple[ScanRequest, ...]:
    """The requests for new scans, the oldest first: those that are open, or all of them."""
    with reading(site.engine) as session:
        return open_requests(session, record=record, is_all=is_all)


def open_requests(
    session: Session, *, record: str | None = None, is_all: bool = False
) -> tuple[ScanRequest, ...]:
    """The same within a session."""
    found = (
        select(RescanRow, RecordRow, ScanRow)
        .join(RecordRow, col(RecordRow.id) == col(RescanRow.record))
        .outerjoin(ScanRow, col(ScanRow.id) == col(RescanRow.scan))
        .order_by(col(RescanRow.id))
    )
    if record is not None:
        found = found.where(RescanRow.record == record)
    if not is_all:
        found = found.where(RescanRow.outcome == "")
    return tuple(_request(row, of, scan) for row, of, scan in session.exec(found))


def _request(row: RescanRow, record: RecordRow, scan: ScanRow | None) -> ScanRequest:
    assert row.id is not None
    state = ScanState(scan.state) if scan else None
    return ScanRequest(
        id=row.id,
        record=row.record,
        form=record.form,
        version=record.version,
        title=record.title,
        batch_number=record.batch_number,
        page=row.page,
        reason=row.reason,
        by=row.by,
        at=row.at,
        scan=row.scan,
        scan_name=scan.name if scan else "",
        scan_state=state,
        problem=(scan.problem if scan and state in STRANDED else "") or row.problem,
        outcome=row.outcome,
        revision=row.revision,
    )


def _in_review(session: Session, record_id: str) -> Stored:
    stored = stored_record(session, record_id)
    if stored is None:
        raise InputRefused(f"there is no record {record_id}", "look for it in the search")
    if stored.record.state is not RecordState.IN_REVIEW:
        state = stored.record.state.value
        raise NotAllowed(
            f"the record is {state}, and its pages stay as they are",
            "begin a new revision of it first" if state == "approved" else "take its newest one",
        )
    return stored


def _refuse_unknown_page(site: Site, stored: Stored, page: int) -> None:
    """Refuse a page that the form does not have; of an unknown form, one that the scan has not."""
    record = stored.record
    form = form_of(site, record.form, record.version)
    known = {one.page for one in record.pages} | {one.page for one in (form.pages if form else ())}
    if record.form is None:
        known |= set(range(1, record.source.pages + 1))
    if page not in known:
        raise InputRefused(f"there is no page {page} in this record", "ask for one that there is")


def _open_request(session: Session, request: int) -> RescanRow:
    row = session.get(RescanRow, request)
    if row is None or row.outcome:
        raise InputRefused(
            "nobody waits for this page any more", "look at the requests as they are now"
        )
    return row


def _open_of(session: Session, record: str, page: int) -> RescanRow | None:
    return next((row for row in _all_open_of(session, record) if row.page == page), None)


def _all_open_of(session: Session, record: str) -> list[RescanRow]:
    return list(session.exec(open_requests_of(record)))


def _is_on_its_way(session: Session, row: RescanRow) -> bool:
    scan = session.get(ScanRow, row.scan) if row.scan is not None else None
    return scan is not None and scan.state in (ScanState.RECEIVED, ScanState.READING)


def _refuse_on_its_way(session: Session, row: RescanRow) -> None:
    if _is_on_its_way(session, row):
        raise Conflict("a new scan of it has come and is being read", "wait until it is read")


def _tell(
    session: Session,
    kind: str,
    row: RescanRow,
    *,
    by: str,
    at: datetime,
    where: str,
    new: str | None = None,
    field: str | None = None,
) -> None:
    append(
        session,
        Happening(
            kind=kind,
            by=by,
            at=at,
            where=where,
            scan=row.scan,
            record=row.record,
            field=field,
            old=f"page {row.page}",
            new=new,
            reason=row.reason,
        ),
    )
