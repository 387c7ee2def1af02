"""The trail: who did what, when, from where and why, in one order that can't be changed unseen.

Lines are written by whoever makes a change, in the same transaction; here they are read.
`pipeline.verify` checks them. What was keyed for an entry that waits for another person is sealed.
"""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from pipeline.accounts import Act, Person, PersonRole, require
from pipeline.errors import NotThere
from pipeline.looks import LOOKS
from pipeline.own_pages import lines_alone
from pipeline.plain import as_cell
from pipeline.sealed import sealing
from pipeline.site import Site
from pipeline.store.chain import TrailEvent, lines
from pipeline.store.database import reading
from pipeline.store.tables import EventRow, RecordRow

__all__ = [
    "TrailEvent",
    "TrailQuery",
    "events_alone",
    "events_for",
    "events_of",
    "events_with",
    "kinds",
    "look",
    "notes_of",
    "trail",
    "trail_as_csv",
]

NOTES = ("commented", "rescan_asked")
HOLDS = ("hold_placed", "hold_widened", "hold_lifted")
COLUMNS = (
    "sequence", "at", "by", "where", "kind", "scan", "record", "field", "old", "new", "reason",
    "previous", "digest",
)  # fmt: skip


@dataclass(frozen=True)
class TrailQuery:
    """Which lines of the trail: empty words and missing days leave nothing out.

    `since` and `until` are days in UTC, both of them within; `before` is the number of a line, 0
    for none.
    """

    by: str = ""
    kind: str = ""
    record: str = ""
    since: date | None = None
    until: date | None = None
    before: int = 0


def events_of(site: Site, record_id: str) -> tuple[TrailEvent, ...]:
    """All that happened to the record and to the scan that it was read from, oldest first."""
    with reading(site.engine) as session:
        row = session.get(RecordRow, record_id)
        if row is None:
            raise NotThere(f"there is no record {record_id}", "look for it in the search")
        about_scan = (col(EventRow.scan) == row.scan) & col(EventRow.record).is_(None)
        found = lines(session, or_(col(EventRow.record) == record_id, about_scan))
        return tuple(map(sealing(session, record_id), found))


def events_for(site: Site, record_id: str, *, by: Person) -> tuple[TrailEvent, ...]:
    """The same, as this person may read it.

    Inspectors are not told of legal holds, which say what the plant is in dispute about, of what
    other inspectors looked at, nor of pages of the scan that are not the record's.
    """
    if by.role is not PersonRole.INSPECTOR:
        return events_of(site, record_id)
    return tuple(
        one
        for one in events_alone(site, record_id)
        if one.kind not in HOLDS and (one.kind not in LOOKS or one.by == by.user)
    )


def events_alone(site: Site, record_id: str) -> tuple[TrailEvent, ...]:
    """What happened to the record and its own pages: the trail that goes out with the record."""
    return lines_alone(site, record_id, events_of(site, record_id))


def events_with(site: Site, record_id: str, *, by: Person) -> tuple[TrailEvent, ...]:
    """The same, in what this person takes out."""
    return lines_alone(site, record_id, events_for(site, record_id, by=by))


def notes_of(site: Site, record_id: str) -> tuple[TrailEvent, ...]:
    """What people wrote about the record's entries, and which new scans they asked for."""
    with reading(site.engine) as session:
        of = [col(EventRow.record) == record_id, col(EventRow.kind).in_(NOTES)]
        return tuple(lines(session, *of))


@contextmanager
def trail(site: Site) -> Iterator[Iterator[TrailEvent]]:
    """The whole trail, from its first line on, as it is at this moment."""
    with reading(site.engine) as session:
        yield lines(session)


def look(site: Site, query: TrailQuery, *, by: Person, limit: int = 200) -> tuple[TrailEvent, ...]:
    """The last lines that fit, newest first."""
    require(by, Act.READ_TRAIL)
    with reading(site.engine) as session:
        newest = (
            select(EventRow.sequence)
            .where(*_conditions(query))
            .order_by(col(EventRow.sequence).desc())
            .limit(limit)
        )
        wanted = session.exec(newest).all()
        found = tuple(map(sealing(session), lines(session, col(EventRow.sequence).in_(wanted))))
    return found[::-1]


def kinds(site: Site) -> tuple[str, ...]:
    """Every kind of line that the trail has."""
    with reading(site.engine) as session:
        return tuple(sorted(session.exec(select(EventRow.kind).distinct())))


def trail_as_csv(site: Site, query: TrailQuery, *, by: Person) -> bytes:
    """All lines that fit, oldest first, with their digests: the trail as it is handed out.

    What a spreadsheet would run as a formula has a ' before it.
    """
    require(by, Act.READ_TRAIL)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    with reading(site.engine) as session:
        for line in map(sealing(session), lines(session, *_conditions(query))):
            writer.writerow(_cell(getattr(line, name)) for name in COLUMNS)
    return out.getvalue().encode("utf-8-sig")


def _conditions(query: TrailQuery) -> Iterator[ColumnElement[bool]]:
    for name, wanted in (("by", query.by), ("kind", query.kind), ("record", query.record)):
        if wanted:
            yield col(getattr(EventRow, name)) == wanted
    if query.since is not None:
        yield col(EventRow.at) >= _begin_of(query.since)
    if query.before:
        yield col(EventRow.sequence) < query.before
    if query.until is not None and query.until < date.max:
        yield col(EventRow.at) < _begin_of(query.until + timedelta(days=1))


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return as_cell(value) if isinstance(value, str) else "" if value is None else str(value)
