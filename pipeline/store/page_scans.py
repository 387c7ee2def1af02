"""Which scan a page of a record lies in: the record's own, or a newer one that replaced it.

A scan that fitted no form is replaced as a whole: all of such a record lies in the newer one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.store.revision_tables import ReplacedPageRow, RevisionRow
from pipeline.store.tables import PageRow, PictureRow, RecordRow, ScanRow

Records = Collection[str] | SelectOfScalar[str]


@dataclass(frozen=True)
class HeldPage:
    """A page of a scan that a record holds. `page` is that of the form, None where it fits none."""

    record: str
    scan: int
    scan_page: int
    page: int | None


@dataclass(frozen=True)
class PageScans:
    """The scans of some records: what each lies in, and pages that were scanned again since."""

    own: Mapping[str, int]
    newer: Mapping[tuple[str, int], int]

    def of_page(self, record: str, page: int) -> int:
        """The scan that this page of the form lies in."""
        return self.newer.get((record, page), self.own[record])


def page_scans(session: Session, records: Records) -> PageScans:
    """The scans of these records; with each revision give those that it follows."""
    found = session.exec(select(RecordRow).where(col(RecordRow.id).in_(records))).all()
    rows = {row.id: row for row in found}
    revised = [name for name, row in rows.items() if row.revision > 1]
    newer: dict[tuple[str, int], int] = {}
    whole: dict[str, int] = {}
    if revised:
        amends = _amends(session, records)
        for one in session.exec(_replaced(records)):
            newer[one.record, one.page] = one.scan
            older = rows.get(amends.get(one.record, ""))
            if one.since == one.record and older is not None and older.form is None:
                whole[one.record] = one.scan
    own = {name: _own(rows[name], rows, amends if revised else {}, whole) for name in rows}
    return PageScans(own, newer)


def scans_of_record(session: Session, record: RecordRow) -> PageScans:
    """The scans of this record, and of those that it follows."""
    if record.revision == 1:
        return PageScans({record.id: record.scan}, {})
    names = [record.id]
    while (row := session.get(RevisionRow, names[-1])) is not None:
        names.append(row.amends)
    return page_scans(session, names)


def scan_of_page(session: Session, record: RecordRow, page: int) -> ScanRow:
    """The scan that this page of the record was read from; `page` is that of the form."""
    return session.get_one(ScanRow, scans_of_record(session, record).of_page(record.id, page))


def held_pages(session: Session, records: Records, scans: PageScans) -> tuple[HeldPage, ...]:
    """The pages of scans that these records hold, as read or as a picture, each once."""
    read = session.exec(select(PageRow).where(col(PageRow.record).in_(records))).all()
    found = [
        HeldPage(row.record, scans.of_page(row.record, row.page), row.scan_page, row.page)
        for row in read
    ]
    for picture, is_of_form in _pictures(session, records, read):
        if not is_of_form:
            scan = scans.own[picture.record]
            found.append(HeldPage(picture.record, scan, picture.scan_page, None))
    return tuple(dict.fromkeys(found))


def pages_held(session: Session, record: RecordRow) -> frozenset[tuple[int, int]]:
    """The scans and their pages that the record was read from, as read or as a picture."""
    held = held_pages(session, (record.id,), scans_of_record(session, record))
    return frozenset((one.scan, one.scan_page) for one in held)


def shown_pages(session: Session, record: RecordRow) -> tuple[tuple[PictureRow, int], ...]:
    """The record's pictures in order, each with the scan that its page lies in."""
    scans = scans_of_record(session, record)
    read = session.exec(select(PageRow).where(PageRow.record == record.id)).all()
    return tuple(
        (one, scans.of_page(record.id, one.page) if is_of_form else scans.own[record.id])
        for one, is_of_form in _pictures(session, (record.id,), read)
    )


def _pictures(
    session: Session, records: Records, read: Iterable[PageRow]
) -> Iterator[tuple[PictureRow, bool]]:
    """The records' pictures in order, each with whether it is of a page that was read.

    Other pages fit no form, and have their number in the scan, as a page of the form may have too.
    """
    left = Counter((row.record, row.page, row.scan_page) for row in read)
    shown = select(PictureRow).where(col(PictureRow.record).in_(records))
    for picture in session.exec(shown.order_by(col(PictureRow.position))):
        place = (picture.record, picture.page, picture.scan_page)
        yield picture, left[place] > 0
        left[place] -= left[place] > 0


def _replaced(records: Records) -> SelectOfScalar[ReplacedPageRow]:
    return select(ReplacedPageRow).where(col(ReplacedPageRow.record).in_(records))


def _amends(session: Session, records: Records) -> dict[str, str]:
    """Which record each revision among these follows."""
    found = select(RevisionRow).where(col(RevisionRow.record).in_(records))
    return {row.record: row.amends for row in session.exec(found)}


def _own(
    row: RecordRow,
    rows: Mapping[str, RecordRow],
    amends: Mapping[str, str],
    whole: Mapping[str, int],
) -> int:
    """The scan that took the place of the record's own as a whole, or else its own."""
    name = row.id
    while name not in whole and name in amends:
        name = amends[name]
    return whole.get(name, row.scan)
