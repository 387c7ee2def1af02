"""A scan as it lies: its parts, the records read from them, and what a change leads to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.accounts import Act, Person, require
from pipeline.core.arrangement import (
    Arrangement,
    Part,
    as_read,
    from_lists,
    parts_to_read,
    put_aside,
)
from pipeline.core.values import RecordState
from pipeline.errors import InputRefused
from pipeline.site import Site
from pipeline.store.arrangement_tables import ArrangementRow
from pipeline.store.database import reading
from pipeline.store.gone import destroyed_pages
from pipeline.store.page_scans import held_pages, page_scans
from pipeline.store.revision_tables import ReplacedPageRow, RevisionRow
from pipeline.store.tables import RecordRow, ScanRow

UNREAD = ("received", "quarantined")
"""A scan in these states may be arranged before it is read (again)."""
DESTROYED = "it belonged to a record that was destroyed"


@dataclass(frozen=True)
class PartRecord:
    """A record that was read from a part. `pages` are those of the form by pages of the scan.

    `strange` are its pages of the scan that fit no form. `is_worked_on`: people have corrected,
    answered or signed something in it.
    """

    record: str
    form: str | None
    version: str | None
    batch_number: str
    state: RecordState
    revision: int
    is_worked_on: bool
    claimed_by: str | None
    pages: Mapping[int, int]
    strange: frozenset[int]


@dataclass(frozen=True)
class LaidScan:
    """A scan with its arrangement as it stands. `seen` is handed back with a change of it.

    `records` has the records of each part, those superseded left out. `destroyed` are the pages of
    records that were destroyed: they stay put aside.
    """

    scan: int
    name: str
    state: str
    problem: str
    arrangement: Arrangement
    seen: int
    records: tuple[tuple[PartRecord, ...], ...]
    destroyed: frozenset[int] = frozenset()

    def form_page(self, page: int) -> tuple[PartRecord, int] | None:
        """The record that holds the page of the scan, and the page of the form that it is."""
        for one in (one for part in self.records for one in part):
            if page in one.pages:
                return one, one.pages[page]
        return None


@dataclass(frozen=True)
class Consequences:
    """What a change of the arrangement leads to: parts to read, and records they supersede."""

    to_read: tuple[Part, ...]
    superseded: tuple[PartRecord, ...]


def consequences(
    before: LaidScan, after: Arrangement, *, again: Collection[int] = ()
) -> Consequences:
    """What follows from arranging the scan so; a rejected record stays rejected."""
    unread = _unread(before) if before.state in UNREAD else ()
    to_read = parts_to_read(before.arrangement, after, unread=unread, again=again)
    return Consequences(to_read, tuple(_touched(before, after, to_read)))


def laid_scan(site: Site, scan: int, *, by: Person) -> LaidScan:
    """The scan's pages as they lie now: as somebody arranged them, else as the reader found."""
    require(by, Act.ARRANGE)
    with reading(site.engine) as session:
        return laid_now(session, scan_row(session, scan), site.now())


def parts_of_reading(site: Site, scan: int) -> tuple[Part, ...] | None:
    """The parts of the scan that are to be read now; None where nobody arranged it."""
    with reading(site.engine) as session:
        row = _last(session, scan)
    if row is None:
        return None
    again = set(row.again)
    parts = from_lists(row.parts).parts
    return tuple(part for part in parts if any(sheet.page in again for sheet in part))


def scan_row(session: Session, scan: int) -> ScanRow:
    """The scan's row; refused where it is not there, or can't be read at all."""
    row = session.get(ScanRow, scan)
    if row is None:
        raise InputRefused(f"there is no scan {scan}", "choose one of the list")
    if row.state == "refused":
        raise InputRefused(f"{row.name} can't be read ({row.problem})", "scan the paper again")
    return row


def _last(session: Session, scan: int) -> ArrangementRow | None:
    found = select(ArrangementRow).where(ArrangementRow.scan == scan)
    return session.exec(found.order_by(col(ArrangementRow.number).desc()).limit(1)).first()


def laid_now(session: Session, row: ScanRow, now: datetime) -> LaidScan:
    """The scan as it lies at this moment, in the caller's transaction."""
    assert row.id is not None
    last = _last(session, row.id)
    records = tuple(_records(session, row.id, now))
    found = as_read(row.page_count, _apart(held for _, held in records))
    arrangement = found if last is None else from_lists(last.parts)
    destroyed = destroyed_pages(session, row) - {page for _, held in records for page in held}
    for page in sorted(destroyed):
        if not arrangement.is_aside(page):
            arrangement = put_aside(arrangement, page, DESTROYED)
    return LaidScan(
        scan=row.id,
        name=row.name,
        state=row.state,
        problem=row.problem,
        arrangement=arrangement,
        seen=0 if last is None else last.number,
        records=tuple(_of_part(part, records) for part in arrangement.parts),
        destroyed=destroyed,
    )


_Held = tuple[PartRecord, frozenset[int]]
"""A record, and the pages of the scan that there are pictures of in it."""


def _of_part(part: Part, records: Iterable[_Held]) -> tuple[PartRecord, ...]:
    pages = {sheet.page for sheet in part}
    return tuple(record for record, held in records if pages & held)


def _records(session: Session, scan: int, now: datetime) -> Iterator[_Held]:
    """The records with pages in this scan that are not superseded, in their order.

    A page that was scanned again counts where the old one lies and where the new one does.
    """
    kin = _kin(scan)
    held: dict[str, set[int]] = defaultdict(set)
    pages: dict[str, dict[int, int]] = defaultdict(dict)
    for one in held_pages(session, kin, page_scans(session, kin)):
        if one.scan == scan:
            held[one.record].add(one.scan_page)
            if one.page is not None:
                pages[one.record][one.scan_page] = one.page
    amends = _amends(session, kin)
    found = select(RecordRow).where(
        col(RecordRow.id).in_(kin), RecordRow.state != RecordState.SUPERSEDED.value
    )
    for row in session.exec(found.order_by(col(RecordRow.scan), col(RecordRow.number))).all():
        names = _older(row.id, amends)
        own = frozenset(page for name in names for page in held[name])
        places = {scan_page: page for name in names for scan_page, page in pages[name].items()}
        if own:
            yield _part_record(row, places, own, now=now), own


def _kin(scan: int) -> SelectOfScalar[str]:
    """The records of this scan and those with a page out of it, each with all its revisions."""
    others = select(ReplacedPageRow.record).where(ReplacedPageRow.scan == scan)
    scans = select(RecordRow.scan).where(col(RecordRow.id).in_(others))
    return select(RecordRow.id).where(or_(RecordRow.scan == scan, col(RecordRow.scan).in_(scans)))


def _apart(held: Iterable[frozenset[int]]) -> list[list[int]]:
    """The pages by records; a record and its next revision hold theirs together."""
    parts: list[frozenset[int]] = []
    for pages in held:
        same = [part for part in parts if part & pages]
        place = parts.index(same[0]) if same else len(parts)
        parts[place:] = [
            pages.union(*same),
            *(part for part in parts[place:] if part not in same),
        ]
    return [sorted(part) for part in parts]


def _amends(session: Session, records: SelectOfScalar[str]) -> dict[str, str]:
    """Which record each revision among these follows."""
    found = select(RevisionRow).where(col(RevisionRow.record).in_(records))
    return {row.record: row.amends for row in session.exec(found)}


def _older(record: str, amends: Mapping[str, str]) -> list[str]:
    """The record and those that it follows, the oldest first."""
    names = [record]
    while names[-1] in amends:
        names.append(amends[names[-1]])
    return names[::-1]


def _part_record(
    row: RecordRow, pages: Mapping[int, int], held: frozenset[int], *, now: datetime
) -> PartRecord:
    is_claimed = row.claimed_until is not None and now < row.claimed_until
    return PartRecord(
        record=row.id,
        form=row.form,
        version=row.version,
        batch_number=row.batch_number,
        state=RecordState(row.state),
        revision=row.revision,
        is_worked_on=row.seen > 1,
        claimed_by=row.claimed_by if is_claimed else None,
        pages=pages,
        strange=held - pages.keys(),
    )


def _unread(before: LaidScan) -> tuple[Part, ...]:
    """The parts of a scan that waits to be read of which there is no record yet."""
    pairs = zip(before.arrangement.parts, before.records, strict=True)
    return tuple(part for part, records in pairs if not records)


def _touched(
    before: LaidScan, after: Arrangement, to_read: Collection[Part]
) -> Iterator[PartRecord]:
    """The records whose part is gone, or is to be read anew; a rejected one stays rejected."""
    for part, records in zip(before.arrangement.parts, before.records, strict=True):
        if part not in after.parts or part in to_read:
            yield from (one for one in records if one.state is not RecordState.REJECTED)
