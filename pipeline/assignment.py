"""Who is to look at a record, and by when: assigned in bulk, handed on, or due with its batch.

An assignment is a request and no lock: whoever begins to work on a record keeps it for a while
(`pipeline.review.claim`). Each step is a line of the trail.
"""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from pipeline.accounts import Act, Person, PersonRole, require
from pipeline.core.handing import refuse_done, refuse_held_by_another, refuse_wordless
from pipeline.core.standing import Standing
from pipeline.errors import InputRefused
from pipeline.plain import plain
from pipeline.site import HERE, Site
from pipeline.store.chain import Happening, append
from pipeline.store.database import writing
from pipeline.store.queue_rows import put_in_queue, queue_row
from pipeline.store.queue_tables import BatchReleaseRow, QueueRow
from pipeline.store.record_rows import Stored, stored_record
from pipeline.store.site_tables import AccountRow
from pipeline.store.tables import RecordRow

MAY_BE_GIVEN = (PersonRole.REVIEWER, PersonRole.APPROVER)


def assign(
    site: Site,
    records: Iterable[str],
    to: str | None,
    *,
    by: Person,
    note: str = "",
    where: str = HERE,
) -> int:
    """Give these records to a person, or with None to nobody; how many it changed.

    All of them are given, or none.
    """
    require(by, Act.ASSIGN)
    with writing(site.engine) as session:
        _refuse_unfit(session, to)
        return sum(
            _assign(session, site, name, to, by=by, note=plain(note), where=where)
            for name in dict.fromkeys(records)
        )


def hand_on(
    site: Site, record_id: str, to: str, note: str, *, by: Person, where: str = HERE
) -> None:
    """Give a record to a colleague with a word on what is left; one's own claim ends."""
    require(by, Act.HAND_ON)
    refuse_wordless(note)
    with writing(site.engine) as session:
        _refuse_unfit(session, to)
        row, queued = _record(session, record_id), queue_row(session, record_id)
        refuse_done(Standing(queued.standing))
        refuse_held_by_another(row.claimed_by, row.claimed_until, by=by.user, now=site.now())
        if to == by.user:
            raise InputRefused("that is you", "choose somebody else")
        row.claimed_by = row.claimed_until = None
        queued.assigned_to, queued.assigned_by, queued.note = to, by.user, plain(note)
        _tell(session, site, "handed_on", record_id, new=to, reason=plain(note), by=by, where=where)


def plan_release(
    site: Site, records: Iterable[str], day: date | None, *, by: Person, where: str = HERE
) -> int:
    """Set the day on which these records' batch is to be released, for them alone.

    Without a day that of the batch holds again. How many it changed.
    """
    require(by, Act.ASSIGN)
    with writing(site.engine) as session:
        return sum(
            _plan(session, site, name, day, by=by, where=where) for name in dict.fromkeys(records)
        )


def plan_batch(
    site: Site, batch_number: str, day: date | None, *, by: Person, where: str = HERE
) -> int:
    """Set a batch's release day, for its records that are there and those that come later."""
    require(by, Act.ASSIGN)
    batch = plain(batch_number.strip())
    if not batch:
        raise InputRefused("no batch is named", "give its number")
    with writing(site.engine) as session:
        row = session.get(BatchReleaseRow, batch)
        old = row.release_on if row else None
        if day is None:
            if row is not None:
                session.delete(row)
        else:
            session.merge(BatchReleaseRow(batch_number=batch, release_on=day))
        session.flush()
        happening = Happening(
            kind="batch_release_planned",
            by=by.user,
            at=site.now(),
            where=where,
            field=batch,
            old=_day(old),
            new=_day(day),
        )
        append(session, happening)
        found = select(QueueRow.record).where(QueueRow.batch_number == batch)
        names = session.exec(found.order_by(col(QueueRow.record))).all()
        for name in names:
            _put_anew(session, name)
        return len(names)


def _assign(
    session: Session,
    site: Site,
    record_id: str,
    to: str | None,
    *,
    by: Person,
    note: str,
    where: str,
) -> bool:
    _record(session, record_id)
    queued = queue_row(session, record_id)
    refuse_done(Standing(queued.standing))
    if queued.assigned_to == to:
        return False
    old = queued.assigned_to
    queued.assigned_to, queued.note = to, note
    queued.assigned_by = None if to is None else by.user
    session.flush()
    _tell(session, site, "assigned", record_id, old=old, new=to, reason=note, by=by, where=where)
    return True


def _plan(
    session: Session, site: Site, record_id: str, day: date | None, *, by: Person, where: str
) -> bool:
    _record(session, record_id)
    queued = queue_row(session, record_id)
    refuse_done(Standing(queued.standing))
    old = queued.own_release_on
    if old == day:
        return False
    queued.own_release_on = day
    session.flush()
    _put_anew(session, record_id)
    _tell(
        session,
        site,
        "release_planned",
        record_id,
        old=_day(old),
        new=_day(day),
        by=by,
        where=where,
    )
    return True


def _put_anew(session: Session, record_id: str) -> None:
    stored = stored_record(session, record_id)
    assert isinstance(stored, Stored)
    put_in_queue(session, stored.row, stored.record)


def _record(session: Session, record_id: str) -> RecordRow:
    row = session.get(RecordRow, record_id)
    if row is None:
        raise InputRefused(f"there is no record {record_id}", "look for it in the search")
    return row


def _refuse_unfit(session: Session, to: str | None) -> None:
    """Records are given to open accounts of people who work on them."""
    if to is None:
        return
    row = session.get(AccountRow, to)
    if row is None or row.closed_at is not None:
        raise InputRefused(f"there is no open account {to}", "choose somebody else")
    if PersonRole(row.role) not in MAY_BE_GIVEN:
        role = row.role.replace("_", " ")
        raise InputRefused(
            f"{to} works as {role} and reviews no records", "choose a reviewer or an approver"
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
    new: str | None = None,
    reason: str = "",
) -> None:
    append(
        session,
        Happening(
            kind=kind,
            by=by.user,
            at=site.now(),
            where=where,
            record=record_id,
            old=old,
            new=new,
            reason=reason or None,
        ),
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
