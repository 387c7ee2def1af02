"""A scan that was asked for has been read: its page takes the place of the old one.

Called by the worker in the transaction that writes down what was read. What the scan brings that
nobody asked for is left in it; where it brings nothing that was asked for, the request says so.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from pipeline.core.check_context import PageEvidence
from pipeline.core.revision import joined_evidence, pages_answered, rescanned
from pipeline.core.values import Record, RecordState
from pipeline.known import KnownForms
from pipeline.revisions import (
    RESCAN,
    NewRevision,
    Picture,
    add_revision,
    followers,
    lineage,
    next_revision,
    pictures_of,
    supersede,
)
from pipeline.run import ReadScan
from pipeline.site import PROGRAM, Site
from pipeline.site_checks import checked
from pipeline.standings import standing_now, tell_passage
from pipeline.store.chain import Happening, append
from pipeline.store.evidence import evidence_of
from pipeline.store.queue_rows import open_requests_of, put_in_queue
from pipeline.store.record_rows import Stored, stored_record
from pipeline.store.revision_tables import RescanRow
from pipeline.store.tables import RecordRow, ScanRow

WORKER = "worker"


@dataclass(frozen=True)
class Newer:
    """A scan that was read, the digests of its pictures, and the forms that it was read by."""

    scan: ScanRow
    read: ReadScan
    digests: tuple[str, ...]
    known: KnownForms


@dataclass(frozen=True)
class Answer:
    """A record of the new scan that brings pages that were asked for; `place` counts from 0."""

    place: int
    record: Record
    pages: frozenset[int]


def asked_for(session: Session, scan: ScanRow) -> tuple[RescanRow, ...]:
    """The requests that this scan was handed in for, also where nobody waits any more."""
    found = select(RescanRow).where(RescanRow.scan == scan.id)
    return tuple(session.exec(found.order_by(col(RescanRow.id))))


def replace_pages(session: Session, site: Site, newer: Newer) -> None:
    """Put the pages that were asked for in place of the old ones, in a new revision."""
    requests = asked_for(session, newer.scan)
    old = _in_review(session, requests[0].record)
    if old is None or all(one.outcome for one in requests):
        _fail(session, site, newer.scan, requests, "nobody waits for it any more")
        return
    requests = tuple(one for one in requests if not one.outcome)
    answer = _answer(old.record, newer.read, frozenset(one.page for one in requests))
    if answer is None:
        pages = ", ".join(str(one.page) for one in requests)
        _fail(session, site, newer.scan, requests, f"page {pages} of the form is not in it")
        return
    stood = standing_now(session, old.record.id)
    answered = [one for one in requests if one.page in answer.pages]
    new = _revision(session, site, old, answer, answered, newer)
    add_revision(session, site, new)
    _settle(session, old.record.id, requests, answer, new.record.id)
    put_in_queue(session, session.get_one(RecordRow, new.record.id), new.record)
    supersede(session, site, old.record.id, new=new.record.id, by=PROGRAM, where=WORKER)
    tell_passage(session, site, new.record.id, before=stood, by=PROGRAM, where=WORKER)


def _settle(
    session: Session, old: str, requests: Sequence[RescanRow], answer: Answer, revision: str
) -> None:
    """Close what was answered; all else that the old record waits for goes on for the new one.

    A page that was asked for later may have a scan of its own on its way by now.
    """
    for one in requests:
        if one.page in answer.pages and not one.outcome:
            one.outcome, one.revision = "replaced", revision
        elif not one.outcome:
            one.scan = None
    session.flush()
    for one in session.exec(open_requests_of(old)).all():
        one.record = revision
    session.flush()


def _in_review(session: Session, record: str) -> Stored | None:
    """The record, or what follows it and is in review."""
    for name in followers(session, record):
        if session.get_one(RecordRow, name).state == RecordState.IN_REVIEW.value:
            return stored_record(session, name)
    return None


def _answer(old: Record, read: ReadScan, asked: frozenset[int]) -> Answer | None:
    """The record of the new scan that brings the most of what was asked for."""
    answers = [
        Answer(place, record, pages_answered(old, record, asked))
        for place, record in enumerate(read.records)
    ]
    best = max(answers, key=lambda one: len(one.pages), default=None)
    return best if best and best.pages else None


def _revision(
    session: Session,
    site: Site,
    old: Stored,
    answer: Answer,
    answered: Sequence[RescanRow],
    newer: Newer,
) -> NewRevision:
    evidence = _evidence(session, old, answer, newer)
    return NewRevision(
        record=_checked(session, old, answer, newer, evidence),
        old=old,
        kind=RESCAN,
        reason="; ".join(f"page {one.page}: {one.reason}" for one in answered),
        by=answered[0].by,
        where=WORKER,
        received_at=old.row.received_at,
        pictures=_pictures(session, old, answer, newer),
        evidence=evidence,
        pages=answer.pages,
        scan=newer.scan,
    )


def _checked(
    session: Session, old: Stored, answer: Answer, newer: Newer, evidence: PageEvidence | None
) -> Record:
    """The joined record with the flags that it has now."""
    name, number = next_revision(session, old)
    form = newer.known.form_of(answer.record.form, answer.record.version)
    joined = rescanned(old.record, answer.record, answer.pages, form=form)
    return checked(
        session,
        replace(joined, id=name, revision=number, state=RecordState.IN_REVIEW),
        form,
        scan=max(old.scan, newer.scan, key=lambda scan: scan.scanned_on or date.min),
        signatories=newer.known.signatories,
        pages=evidence,
        follows=lineage(session, old.record.id),
    )


def _evidence(session: Session, old: Stored, answer: Answer, newer: Newer) -> PageEvidence | None:
    """What is known of all pages now; of a scan that fitted no form the newer one says all."""
    evidence = newer.read.evidence
    found = evidence[answer.place] if evidence else None
    if old.record.form is None:
        return found
    before = evidence_of(session, old.record.id)
    return joined_evidence(before, found, answer.pages, scan=newer.scan.name)


def _pictures(session: Session, old: Stored, answer: Answer, newer: Newer) -> tuple[Picture, ...]:
    """The old pictures of pages that stay, and the new ones of those that were replaced.

    Those of the form come first. A page that fits no form stays, whatever its number in the scan.
    """
    pictures = zip(newer.read.pictures, newer.digests, strict=True)
    new = [
        Picture(one.page, one.scan_page, one.pixels_per_mm, digest)
        for one, digest in pictures
        if one.record == answer.place
    ]
    brought, strange = _of_form(new, answer.record)
    if old.record.form is not None:
        kept, strange = _of_form(pictures_of(session, old.record.id), old.record)
        brought = [one for one in brought if one.page in answer.pages]
        brought += [one for one in kept if one.page not in answer.pages]
    return (*sorted(brought, key=lambda one: one.page), *strange)


def _of_form(pictures: Iterable[Picture], of: Record) -> tuple[list[Picture], list[Picture]]:
    """The pictures of the record's pages, and those of pages that fit no form."""
    left = Counter((page.page, page.scan_page) for page in of.pages)
    found: tuple[list[Picture], list[Picture]] = ([], [])
    for picture in pictures:
        place = (picture.page, picture.scan_page)
        found[left[place] == 0].append(picture)
        left[place] -= left[place] > 0
    return found


def _fail(
    session: Session, site: Site, scan: ScanRow, requests: Sequence[RescanRow], problem: str
) -> None:
    """Say on each request that is open why this scan is no answer; the scan stays kept.

    Where nobody waits any more the trail alone says so: what is over stays as it is.
    """
    said = f"{scan.name} is no answer: {problem}"
    waiting = [one for one in requests if not one.outcome]
    for one in waiting or requests:
        one.problem = one.problem if one.outcome else said
        append(
            session,
            Happening(
                kind="rescan_failed",
                by=PROGRAM,
                at=site.now(),
                where=WORKER,
                scan=scan.id,
                record=one.record,
                old=f"page {one.page}",
                reason=said,
            ),
        )
    session.flush()
