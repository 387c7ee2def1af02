"""Review: the queue, a record opened to be worked on, and decisions written down.

What a decision does is decided in `pipeline.core.review`; here it is looked up whether the
person may, whether somebody else was faster, and rows, trail and search index are written in one
transaction, or nothing is.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from pipeline.accounts import Act, Person, PersonRole, require
from pipeline.archive import index_changed, says_otherwise
from pipeline.core.critical import as_keyed
from pipeline.core.forms import MasterForm
from pipeline.core.keying import without_open_keyings
from pipeline.core.review import (
    Approve,
    Comment,
    Decision,
    Event,
    KeyAgain,
    KeyingDecision,
    Reject,
    Reviewer,
    Settle,
    SignedDecision,
    is_corrected,
)
from pipeline.core.review import decide as decided
from pipeline.core.standing import Standing
from pipeline.core.values import Record, RecordState
from pipeline.errors import Conflict, NotAllowed
from pipeline.meanwhile import still_stands
from pipeline.plain import plain_fields
from pipeline.queue import FlagCount, QueueItem, queue
from pipeline.revisions import lineage, supersede_older
from pipeline.site import HERE, Site
from pipeline.site_checks import checked
from pipeline.site_forms import form_of, signatories_of
from pipeline.standings import drop_requests, standing_now, tell_passage
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.record_rows import Stored, known_record, save_record
from pipeline.store.tables import RecordRow

__all__ = [
    "FlagCount",
    "OpenRecord",
    "QueueItem",
    "claim",
    "decide",
    "open_record",
    "queue",
    "release",
    "unchanged",
    "write",
]


@dataclass(frozen=True)
class OpenRecord:
    """A record as somebody sees it now. `seen` is handed back with their next decision.

    What was keyed for an entry that waits for another person's keying is not in it.
    """

    record: Record
    seen: int
    form: MasterForm | None
    received_at: datetime
    claimed_by: str | None
    claimed_until: datetime | None
    standing: Standing = Standing.IN_REVIEW


def open_record(site: Site, record_id: str, *, by: Person | None = None) -> OpenRecord:
    """The record with its form, as it is at this moment.

    `by` is who looks, one of the plant's own people; without, it is the program itself.
    """
    if by is not None:
        require(by, Act.LOOK)
    with reading(site.engine) as session:
        return _opened(site, session, known_record(session, record_id))


def claim(site: Site, record_id: str, *, by: Person, where: str = HERE) -> OpenRecord:
    """Keep the record for this reviewer for a while; refused while another keeps it."""
    require(by, Act.REVIEW)
    with writing(site.engine) as session:
        stored = known_record(session, record_id)
        refuse_claimed(site, stored.row, by)
        before = stored.row.claimed_by
        if before not in (None, by.user):
            _tell(session, site, "taken_over", record_id, by=by, where=where, old=before)
        elif before is None or not _is_claimed(site, stored.row):
            _tell(session, site, "claimed", record_id, by=by, where=where)
        _claim(site, stored.row, by)
        session.flush()
        return _opened(site, session, stored)


def release(site: Site, record_id: str, *, by: Person, where: str = HERE) -> None:
    """Give a claimed record back to the queue; somebody else's claim is left as it is."""
    require(by, Act.LOOK)
    with writing(site.engine) as session:
        row = known_record(session, record_id).row
        if row.claimed_by == by.user:
            row.claimed_by = row.claimed_until = None
            _tell(session, site, "released", record_id, by=by, where=where)


def decide(
    site: Site,
    record_id: str,
    decision: Decision,
    *,
    by: Person,
    seen: int,
    where: str = HERE,
) -> OpenRecord:
    """Write down a reviewer's decision; Conflict where the record has changed since `seen`.

    After a correction the checks run again; one of a critical field waits for a second person who
    keys it in `pipeline.keying`. Nothing can be signed here: `pipeline.signing` asks for the
    password.
    """
    if isinstance(decision, KeyingDecision):
        raise NotAllowed("a keying is compared with the one before", "key it where it waits")
    if isinstance(decision, SignedDecision):
        raise NotAllowed("a signature needs the password", "sign it with the password typed again")
    _require_for(decision, by)
    with writing(site.engine) as session:
        stored = known_record(session, record_id)
        if not still_stands(session, stored, seen, decision):
            raise _changed_meanwhile()
        return write(site, session, stored, plain_fields(decision), by=by, where=where)


def unchanged(session: Session, record_id: str, seen: int) -> Stored:
    """The record as it was when it was seen; Conflict where it has changed since."""
    stored = known_record(session, record_id)
    if stored.row.seen != seen:
        raise _changed_meanwhile()
    return stored


def write(
    site: Site, session: Session, stored: Stored, decision: Decision, *, by: Person, where: str
) -> OpenRecord:
    """Decide, and write down all that follows, in the transaction of the caller."""
    holds_claim = by.role is PersonRole.REVIEWER and not isinstance(decision, KeyAgain | Settle)
    if holds_claim:
        refuse_claimed(site, stored.row, by)
    form = form_of(site, stored.record.form, stored.record.version)
    decision = as_keyed(decision, form, site.settings.critical)
    after, event = decided(stored.record, decision, by=Reviewer(by.user, by.name), at=site.now())
    if is_corrected(stored.record, after):
        after = checked(
            session,
            after,
            form,
            scan=stored.scan,
            signatories=signatories_of(site),
            follows=lineage(session, after.id),
        )
    if after.state is not RecordState.IN_REVIEW:
        stored.row.claimed_by = stored.row.claimed_until = None
    elif holds_claim:
        _claim(site, stored.row, by)
    stood = standing_now(session, after.id)
    save_record(session, stored.row, before=stored.record, after=after)
    if says_otherwise(stored.record, after) or stored.record.signatures != after.signatures:
        index_changed(session, stored.record, after, form)
    append(session, _happening(event, where))
    tell_passage(session, site, after.id, before=stood, by=by.user, where=where)
    if isinstance(decision, Approve):
        supersede_older(session, site, after.id, by=by.user, where=where)
    if isinstance(decision, Reject):
        said = "the record was rejected"
        drop_requests(session, site, after.id, by=by.user, where=where, reason=said)
    return _opened(site, session, replace(stored, record=after))


def _require_for(decision: Decision, by: Person) -> None:
    """Reviewers work on entries; reviewers and approvers comment."""
    if not (isinstance(decision, Comment) and by.role is PersonRole.APPROVER):
        require(by, Act.REVIEW)


def _opened(site: Site, session: Session, stored: Stored) -> OpenRecord:
    row, record = stored.row, stored.record
    is_claimed = _is_claimed(site, row)
    return OpenRecord(
        record=without_open_keyings(record),
        seen=row.seen,
        form=form_of(site, record.form, record.version),
        received_at=row.received_at,
        claimed_by=row.claimed_by if is_claimed else None,
        claimed_until=row.claimed_until if is_claimed else None,
        standing=standing_now(session, record.id),
    )


def _is_claimed(site: Site, row: RecordRow) -> bool:
    return row.claimed_until is not None and site.now() < row.claimed_until


def refuse_claimed(site: Site, row: RecordRow, by: Person) -> None:
    """Refuse to touch a record that somebody else is working on."""
    if row.claimed_by != by.user and row.claimed_until is not None and _is_claimed(site, row):
        raise Conflict(
            f"{row.claimed_by} is working on this record until {row.claimed_until:%H:%M} UTC",
            "take another one, or ask them to give it back",
        )


def _claim(site: Site, row: RecordRow, by: Person) -> None:
    row.claimed_by = by.user
    row.claimed_until = site.now() + timedelta(minutes=site.settings.claim_minutes)


def _changed_meanwhile() -> Conflict:
    return Conflict(
        "somebody changed this record after you opened it; nothing was written",
        "look at it as it is now, and decide again",
    )


def _tell(
    session: Session,
    site: Site,
    kind: str,
    record_id: str,
    *,
    by: Person,
    where: str,
    old: str | None = None,
) -> None:
    at = site.now()
    happening = Happening(kind=kind, by=by.user, at=at, where=where, record=record_id, old=old)
    append(session, happening)


def _happening(event: Event, where: str) -> Happening:
    return Happening(
        kind=event.kind.value,
        by=event.by,
        at=event.at,
        where=where,
        record=event.record,
        field=event.field,
        old=event.old,
        new=event.new,
        reason=event.reason,
    )
