"""Arranging: which pages of a scan make which record, as a person says it, and reading by that.

An arrangement is kept beside the scan and told in the trail. What it changes is read anew: the
records of changed parts are superseded at once, all others stay as they are with all that people
did to them. Nothing of this is done to a record that is approved or that somebody works on.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from pipeline.accounts import Act, Person, require
from pipeline.core.arrangement import Arrangement, Part, in_words, to_lists
from pipeline.core.values import RecordState
from pipeline.errors import Conflict, InputRefused, NotAllowed
from pipeline.laid import (
    UNREAD,
    Consequences,
    LaidScan,
    PartRecord,
    consequences,
    laid_now,
    laid_scan,
    parts_of_reading,
    scan_row,
)
from pipeline.plain import plain
from pipeline.site import HERE, Site
from pipeline.site_forms import form_of
from pipeline.standings import drop_requests
from pipeline.store.arrangement_tables import ArrangementRow
from pipeline.store.chain import Happening, append
from pipeline.store.columns import canonical_json
from pipeline.store.database import writing
from pipeline.store.queue_rows import put_in_queue
from pipeline.store.record_rows import stored_record
from pipeline.store.tables import RecordRow, ScanRow

__all__ = [
    "Consequences",
    "LaidScan",
    "PartRecord",
    "arrange",
    "consequences",
    "laid_scan",
    "parts_of_reading",
]


def arrange(
    site: Site,
    scan: int,
    arrangement: Arrangement,
    *,
    seen: int,
    by: Person,
    reason: str = "",
    again: Collection[int] = (),
    where: str = HERE,
) -> LaidScan:
    """Let the scan be read by this arrangement; `again` are pages whose parts are read anew.

    Conflict where somebody else arranged it since, or works on one of the records.
    """
    require(by, Act.ARRANGE)
    _refuse_unknown_forms(site, arrangement)
    with writing(site.engine) as session:
        row = scan_row(session, scan)
        before = laid_now(session, row, site.now())
        _refuse_state(row, before, seen=seen)
        if sorted(arrangement.pages) != sorted(before.arrangement.pages):
            raise InputRefused("the arrangement is of other pages", "open the scan again")
        _refuse_destroyed(before, arrangement)
        follows = consequences(before, arrangement, again=again)
        if arrangement == before.arrangement and not follows.to_read:
            raise InputRefused("nothing is arranged otherwise than before", "change something")
        _refuse_touched(follows.superseded, by)
        change = _Change(by.user, site.now(), where, plain(reason.strip()))
        _supersede(session, site, follows.superseded, change)
        _write(session, row, before, arrangement, to_read=follows.to_read, change=change)
        session.flush()
        return laid_now(session, row, site.now())


@dataclass(frozen=True)
class _Change:
    by: str
    at: datetime
    where: str
    reason: str


def _refuse_state(row: ScanRow, before: LaidScan, *, seen: int) -> None:
    if row.state == "reading":
        raise Conflict(f"{row.name} is being read at this moment", "wait until it is read")
    if before.seen != seen:
        raise Conflict(
            f"somebody else arranged {row.name} after you opened it; nothing was written",
            "look at it as it is now, and arrange it again",
        )


def _refuse_destroyed(before: LaidScan, after: Arrangement) -> None:
    """Pages of records that were destroyed are never read into another record."""
    laid = {sheet.page for part in after.parts for sheet in part}
    for page in sorted(before.destroyed & laid):
        raise NotAllowed(
            f"page {page} of {before.name} belonged to a record that was destroyed",
            "leave it put aside",
        )


def _refuse_touched(touched: Iterable[PartRecord], by: Person) -> None:
    for one in touched:
        if one.state is not RecordState.IN_REVIEW or one.revision > 1:
            state = "revised" if one.revision > 1 else one.state.value.replace("_", " ")
            raise NotAllowed(
                f"the record {one.record} is {state}, and its pages stay as they are",
                "leave the pages of this record as they are, or have it amended",
            )
        if one.claimed_by is not None and one.claimed_by != by.user:
            raise Conflict(
                f"{one.claimed_by} is working on the record {one.record} at this moment",
                "ask them to give it back, then try again",
            )


def _refuse_unknown_forms(site: Site, arrangement: Arrangement) -> None:
    for place in {sheet.form for part in arrangement.parts for sheet in part if sheet.form}:
        form = form_of(site, place.form, place.version)
        if form is None or place.page not in {page.page for page in form.pages}:
            raise InputRefused(f"the site has no form {place}", "choose one of the list")


def _supersede(
    session: Session, site: Site, touched: Iterable[PartRecord], change: _Change
) -> None:
    """Put the records aside whose pages lie otherwise now, with what was asked for of them."""
    for one in touched:
        drop_requests(
            session,
            site,
            one.record,
            by=change.by,
            where=change.where,
            reason="the record's pages were arranged anew",
        )
        row = session.get_one(RecordRow, one.record)
        row.state, row.claimed_by, row.claimed_until = "superseded", None, None
        row.seen += 1
        session.flush()
        stored = stored_record(session, one.record)
        assert stored is not None
        put_in_queue(session, row, stored.record)
        said = "its pages were arranged anew and are read again"
        _tell(session, change, "superseded", record=one.record, reason=change.reason or said)


def _write(
    session: Session,
    row: ScanRow,
    before: LaidScan,
    after: Arrangement,
    *,
    to_read: Collection[Part],
    change: _Change,
) -> None:
    """The arrangement's row and lines of the trail; the scan waits to be read where it has to."""
    parts = to_lists(after)
    session.add(
        ArrangementRow(
            scan=before.scan,
            number=before.seen + 1,
            parts=parts,
            again=sorted(sheet.page for part in to_read for sheet in part),
            reason=change.reason,
            by=change.by,
            at=change.at,
        )
    )
    old, digest = in_words(before.arrangement), arrangement_digest(parts)
    new = f"{in_words(after)} {digest}"
    _tell(
        session,
        change,
        "arranged",
        scan=before.scan,
        old=old,
        new=new,
        reason=change.reason or None,
    )
    _tell_pages(session, before, after, change)
    if to_read:
        row.state, row.problem, row.tries = "received", "", 0
    elif row.state in UNREAD:
        row.state, row.problem, row.read_at = "read", "", change.at


def _tell_pages(session: Session, before: LaidScan, after: Arrangement, change: _Change) -> None:
    """A line for each page that a person said the form of, put aside, or took back."""
    was = {sheet.page: sheet for part in before.arrangement.parts for sheet in part}
    for sheet in (sheet for part in after.parts for sheet in part):
        old = was.get(sheet.page)
        name = f"page {sheet.page}"
        if old is None:
            _tell(session, change, "page_taken_back", scan=before.scan, new=name)
        if sheet.form is not None and (old is None or old.form != sheet.form):
            new = f"{name} is {sheet.form}"
            _tell(session, change, "page_assigned", scan=before.scan, new=new)
    for aside in after.aside:
        if aside.sheet.page in was:
            new = f"page {aside.sheet.page}"
            said = aside.reason
            _tell(session, change, "page_put_aside", scan=before.scan, new=new, reason=said)


def arrangement_digest(parts: object) -> str:
    """What the trail binds an arrangement by."""
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def _tell(session: Session, change: _Change, kind: str, **about: object) -> None:
    said = Happening(kind=kind, by=change.by, at=change.at, where=change.where, **about)  # type: ignore[arg-type]
    append(session, said)
