"""Revisions: an approved record is amended by a new one that names it; the old one stays.

The old record stays readable and signed. It is superseded when the new one is approved; one of
which a page was scanned again is superseded at once, since nothing was signed for good.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from pipeline.accounts import Act, Person, require
from pipeline.archive import index
from pipeline.core.check_context import PageEvidence
from pipeline.core.revision import amended, pages_from_newer, revision_name
from pipeline.core.values import Record, RecordState
from pipeline.errors import Conflict
from pipeline.plain import plain
from pipeline.site import HERE, PROGRAM, Site
from pipeline.site_forms import form_of
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.evidence import evidence_of, put_evidence
from pipeline.store.manifest import content_digest, reading_digest
from pipeline.store.queue_rows import put_in_queue, queue_row
from pipeline.store.record_rows import Stored, add_record, known_record
from pipeline.store.revision_tables import ReplacedPageRow, RevisionRow
from pipeline.store.tables import PictureRow, RecordRow, ScanRow

AMENDMENT, RESCAN = "amendment", "rescan"


@dataclass(frozen=True)
class Revision:
    """One record in a row of revisions. `reason` and `by` are empty for the first."""

    record: str
    revision: int
    state: RecordState
    kind: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ReplacedPage:
    """A page of a record that was scanned again; `before` is the record that shows the old one."""

    page: int
    file: str
    sha256: str
    before: str


@dataclass(frozen=True)
class Picture:
    """A page's picture as it is kept."""

    page: int
    scan_page: int
    pixels_per_mm: float
    sha256: str


@dataclass(frozen=True)
class NewRevision:
    """A revision to be written: the record as it begins, what it follows, and why.

    `pages` are those that come from `scan`, the newer one.
    """

    record: Record
    old: Stored
    kind: str
    reason: str
    by: str
    where: str
    received_at: datetime
    pictures: tuple[Picture, ...]
    evidence: PageEvidence | None
    pages: frozenset[int] = frozenset()
    scan: ScanRow | None = None


def amend(site: Site, record_id: str, reason: str, *, by: Person, where: str = HERE) -> str:
    """Begin a new revision of an approved record; gives its id. The old one stays as it is."""
    require(by, Act.AMEND)
    with writing(site.engine) as session:
        old = known_record(session, record_id)
        _refuse_second(session, record_id)
        name, number = next_revision(session, old)
        record = amended(old.record, name=name, revision=number, reason=reason)
        new = NewRevision(
            record=record,
            old=old,
            kind=AMENDMENT,
            reason=plain(reason),
            by=by.user,
            where=where,
            received_at=site.now(),
            pictures=pictures_of(session, record_id),
            evidence=evidence_of(session, record_id),
        )
        add_revision(session, site, new)
        row = session.get_one(RecordRow, name)
        row.claimed_by = by.user
        row.claimed_until = site.now() + timedelta(minutes=site.settings.claim_minutes)
        session.flush()
        return name


def revisions_of(site: Site, record_id: str) -> tuple[Revision, ...]:
    """All revisions of what this record is about, the first one first."""
    with reading(site.engine) as session:
        first = lineage(session, known_record(session, record_id).record.id)[-1]
        rows = [session.get_one(RecordRow, name) for name in followers(session, first)]
        return tuple(sorted((_revision(session, row) for row in rows), key=lambda r: r.revision))


def replaced_pages(site: Site, record_id: str) -> tuple[ReplacedPage, ...]:
    """The pages of the record that come from another scan than its own, and where the old are."""
    with reading(site.engine) as session:
        found = (
            select(ReplacedPageRow, ScanRow.name, RevisionRow.amends)
            .join(ScanRow, col(ScanRow.id) == col(ReplacedPageRow.scan))
            .join(RevisionRow, col(RevisionRow.record) == col(ReplacedPageRow.since))
            .where(ReplacedPageRow.record == record_id)
            .order_by(col(ReplacedPageRow.position))
        )
        return tuple(
            ReplacedPage(row.page, name, row.sha256, before)
            for row, name, before in session.exec(found)
        )


def lineage(session: Session, record_id: str) -> tuple[str, ...]:
    """The record and those that it follows, newest first."""
    names = [record_id]
    while (row := session.get(RevisionRow, names[-1])) is not None:
        names.append(row.amends)
    return tuple(names)


def followers(session: Session, record_id: str) -> tuple[str, ...]:
    """The record and all that follow it, directly or not."""
    names, place = [record_id], 0
    while place < len(names):
        found = select(RevisionRow.record).where(RevisionRow.amends == names[place])
        names += session.exec(found.order_by(col(RevisionRow.at))).all()
        place += 1
    return tuple(names)


def next_revision(session: Session, old: Stored) -> tuple[str, int]:
    """The name and number of the revision after all that there are of this record."""
    first = lineage(session, old.record.id)[-1]
    number = old.record.revision + 1
    while session.get(RecordRow, revision_name(first, number)) is not None:
        number += 1
    return revision_name(first, number), number


def add_revision(session: Session, site: Site, new: NewRevision) -> None:
    """Write a new revision with all that it takes over, and tell it."""
    _add_row(session, site, new)
    session.add(
        RevisionRow(
            record=new.record.id,
            amends=new.old.record.id,
            kind=new.kind,
            reason=new.reason,
            by=new.by,
            at=site.now(),
        )
    )
    session.flush()
    _take_over_pages(session, new)
    for position, picture in enumerate(new.pictures):
        session.add(PictureRow(record=new.record.id, position=position, **asdict(picture)))
    put_evidence(session, new.record.id, new.evidence)
    session.flush()
    _tell(session, site, new)


def _tell(session: Session, site: Site, new: NewRevision) -> None:
    """Tell what the new revision begins with: on the old record, and twice on the new one."""
    old, name = new.old.record.id, new.record.id
    begun = Happening(
        kind="revision_begun",
        by=new.by,
        at=site.now(),
        where=new.where,
        record=old,
        new=name,
        reason=new.reason,
    )
    append(session, begun)
    append(session, replace(begun, kind="revised", record=name, old=old))
    append(
        session,
        replace(
            begun,
            kind="carried_over",
            by=PROGRAM,
            record=name,
            scan=new.old.row.scan,
            old=content_digest(session, name),
            new=reading_digest(session, name),
            reason=f"revision {new.record.revision} of {old}",
        ),
    )


def supersede(session: Session, site: Site, old: str, *, new: str, by: str, where: str) -> None:
    """Let a newer revision take a record's place; it stays as it was, and can't be changed."""
    stored = known_record(session, old)
    stored.row.state = RecordState.SUPERSEDED.value
    stored.row.claimed_by = stored.row.claimed_until = None
    stored.row.seen += 1
    session.flush()
    put_in_queue(session, stored.row, replace(stored.record, state=RecordState.SUPERSEDED))
    happening = Happening(kind="superseded", by=by, at=site.now(), where=where, record=old, new=new)
    append(session, happening)


def supersede_older(session: Session, site: Site, record: str, *, by: str, where: str) -> None:
    """After an approval: whatever the record follows and still stands as approved is superseded."""
    for name in lineage(session, record)[1:]:
        if session.get_one(RecordRow, name).state == RecordState.APPROVED.value:
            supersede(session, site, name, new=record, by=by, where=where)


def _add_row(session: Session, site: Site, new: NewRevision) -> None:
    old, record = new.old.row, new.record
    number = session.exec(
        select(func.max(RecordRow.number)).where(RecordRow.scan == old.scan)
    ).one()
    form = form_of(site, record.form, record.version)
    add_record(
        session,
        record,
        scan=old.scan,
        number=(number or 0) + 1,
        title=form.title if form else old.title,
        at=new.received_at,
    )
    queued, before = queue_row(session, record.id), queue_row(session, old.id)
    queued.own_release_on = before.own_release_on
    if new.kind == RESCAN:
        queued.assigned_to, queued.assigned_by = before.assigned_to, before.assigned_by
        queued.note = before.note
        row = session.get_one(RecordRow, record.id)
        row.claimed_by, row.claimed_until = old.claimed_by, old.claimed_until
    put_in_queue(session, session.get_one(RecordRow, record.id), record)
    index(session, record, form)


def _take_over_pages(session: Session, new: NewRevision) -> None:
    """The pages of other scans: those of this revision, and those of the ones before."""
    older = select(ReplacedPageRow).where(ReplacedPageRow.record == new.old.record.id)
    rows = [
        (row.page, row.scan, row.sha256, row.since)
        for row in session.exec(older.order_by(col(ReplacedPageRow.position)))
        if row.page not in new.pages
    ]
    if new.scan is not None and new.scan.id is not None:
        scan, sha256, old = new.scan.id, new.scan.sha256, new.old.record
        shown = {picture.page for picture in new.pictures}
        pages = pages_from_newer(old, new.record, new.pages, shown=shown)
        rows = [] if old.form is None else rows
        rows += [(page, scan, sha256, new.record.id) for page in pages]
    for position, (page, of, digest, since) in enumerate(sorted(rows)):
        session.add(
            ReplacedPageRow(
                record=new.record.id,
                position=position,
                page=page,
                scan=of,
                sha256=digest,
                since=since,
            )
        )
    session.flush()


def pictures_of(session: Session, record: str) -> tuple[Picture, ...]:
    """The pictures of a record's pages, in order."""
    found = select(PictureRow).where(PictureRow.record == record)
    rows = session.exec(found.order_by(col(PictureRow.position)))
    return tuple(Picture(r.page, r.scan_page, r.pixels_per_mm, r.sha256) for r in rows)


def _revision(session: Session, row: RecordRow) -> Revision:
    one = session.get(RevisionRow, row.id)
    return Revision(
        record=row.id,
        revision=row.revision,
        state=RecordState(row.state),
        kind=one.kind if one else "",
        reason=one.reason if one else "",
        by=one.by if one else "",
        at=one.at if one else row.received_at,
    )


def _refuse_second(session: Session, record: str) -> None:
    """There is one amendment of a record at a time."""
    for name in followers(session, record)[1:]:
        if session.get_one(RecordRow, name).state == RecordState.IN_REVIEW.value:
            raise Conflict(f"there is a new revision of it already, {name}", "work on that one")
