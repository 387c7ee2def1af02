"""The review queue: which records wait, the most urgent first, narrowed down and page by page.

What is urgent is decided in `pipeline.core.standing`: each record has a moment by which it should
be done. Everything here is looked up in the queue's own rows, which hold a hundred thousand
records in the order asked for.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, true
from sqlmodel import Session, col, select

from pipeline.accounts import Act, Person, require
from pipeline.core.standing import TO_DO, UNREAD, Standing
from pipeline.core.values import RecordState, Severity
from pipeline.queue_items import (
    AT_ONCE,
    NOBODY,
    UNKNOWN,
    FlagCount,
    Order,
    QueueItem,
    QueuePage,
    QueueQuery,
)
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.queue_tables import NO_DAY, QueueFlagRow, QueueRow
from pipeline.store.revision_tables import RescanRow
from pipeline.store.search_index import search_index
from pipeline.store.search_phrases import ask
from pipeline.store.tables import RecordRow, ScanRow, SearchRow

__all__ = [
    "AT_ONCE",
    "NOBODY",
    "UNKNOWN",
    "FlagCount",
    "Order",
    "QueueItem",
    "QueuePage",
    "QueueQuery",
    "conditions_of",
    "item_of",
    "items_of",
    "look_queue",
    "queue",
]

WAITING = (RecordState.IN_REVIEW,)
MANY = 2000
"""A text on more records than this is looked for record by record, as few are shown at once."""
SOME = 500
"""So many records are looked up with one question to the database."""


DUE = (col(QueueRow.due_at), col(QueueRow.record))
ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.URGENT: DUE,
    Order.OLDEST: (col(QueueRow.received_at), *DUE),
    Order.NEWEST: tuple(one.desc() for one in (col(QueueRow.received_at), *DUE)),
    Order.RELEASE: (col(QueueRow.release_on), *DUE),
    Order.BATCH: (col(QueueRow.batch_number), *DUE),
    Order.FORM: (col(QueueRow.form), *DUE),
    Order.FLAGS: (col(QueueRow.open_flags).desc(), *DUE),
}


def look_queue(site: Site, query: QueueQuery, *, by: Person | None = None) -> QueuePage:
    """The records that the query asks for, and how many there are in each standing.

    `by` is who looks, one of the plant's own people; without, it is the program itself.
    """
    if by is not None:
        require(by, Act.LOOK)
    conditions = conditions_of(site, query)
    with reading(site.engine) as session:
        unread = _unread_counts(session, query)
        found = _counts(session, conditions) if conditions is not None else {}
        counts = {one: found[one][0] if one in found else unread.get(one, 0) for one in Standing}
        total = sum(counts[one] for one in query.standings)
        if set(query.standings) <= set(UNREAD):
            return QueuePage(_scans(session, query), total, counts)
        items: tuple[QueueItem, ...] = ()
        if conditions is not None:
            is_common = total > MANY and query.page * query.size < MANY
            walked = conditions_of(site, query, is_common=is_common) or []
            items = items_of(session, _names(session, query, walked), now=site.now())
        heavy = [found[one] for one in query.standings if one in found]
        return QueuePage(
            items, total, counts, sum(one[1] for one in heavy), sum(one[2] for one in heavy)
        )


def item_of(site: Site, record_id: str) -> QueueItem:
    """One record as the queue has it."""
    with reading(site.engine) as session:
        found = items_of(session, [record_id], now=site.now())
    return found[0]


def queue(
    site: Site, *, states: Iterable[RecordState] = WAITING, text: str = ""
) -> tuple[QueueItem, ...]:
    """All records in these states in which the text is found, most urgent first."""
    wanted = {state.value for state in states}
    if RecordState.IN_REVIEW.value in wanted:
        wanted.add(Standing.WAITING.value)
    standings = tuple(one for one in Standing if one.value in wanted and one not in UNREAD)
    query = QueueQuery(standings, text=text, size=0)
    conditions = conditions_of(site, query)
    if conditions is None or not standings:
        return ()
    with reading(site.engine) as session:
        return items_of(session, _names(session, query, conditions), now=site.now())


def conditions_of(
    site: Site, query: QueueQuery, *, is_common: bool = False
) -> list[ColumnElement[bool]] | None:
    """What a record has to be, whatever its standing; None where nothing can fit.

    `is_common` says that the text is on many records.
    """
    found: list[ColumnElement[bool]] = []
    if query.form:
        found.append(col(QueueRow.form) == ("" if query.form == UNKNOWN else query.form))
    if query.version:
        found.append(col(QueueRow.version) == query.version)
    if query.batch.strip():
        found.append(_begins(query.batch.strip()))
    if query.assigned_to:
        is_nobody = query.assigned_to == NOBODY
        assigned = col(QueueRow.assigned_to)
        found.append(assigned.is_(None) if is_nobody else assigned == query.assigned_to)
    if query.days > 0:
        found.append(col(QueueRow.received_at) <= site.now() - timedelta(days=query.days))
    if query.flag:
        named = select(QueueFlagRow.record).where(QueueFlagRow.name == query.flag)
        found.append(col(QueueRow.record).in_(named))
    if query.text.strip():
        asked = ask(query.text)
        if asked is None:
            return None
        matches = search_index(site.engine).matches(asked)
        found.append(_on_some(matches) if is_common else _on_few(matches))
    return found


def _on_few(matches: ColumnElement[bool]) -> ColumnElement[bool]:
    """The text is on these records: all that have it are gathered first."""
    return col(QueueRow.record).in_(select(SearchRow.record).where(matches))


def _on_some(matches: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same for a text that is on many: it is looked for on one record after the other."""
    own = col(SearchRow.record) == col(QueueRow.record)
    return select(SearchRow.id).where(own, matches).exists()


def _begins(batch: str) -> ColumnElement[bool]:
    """Batch numbers from this one to the last that begins with it, so that the index is used."""
    number = col(QueueRow.batch_number)
    return and_(number >= batch, number < batch + "\U0010ffff")


def _counts(
    session: Session, conditions: Sequence[ColumnElement[bool]]
) -> dict[Standing, tuple[int, int, int]]:
    """How many in each standing, how many of them with critical, and how many with major flags."""
    is_critical = col(QueueRow.critical) > 0
    is_major = and_(col(QueueRow.critical) == 0, col(QueueRow.major) > 0)
    found = (
        select(
            QueueRow.standing,
            func.count(),
            func.sum(case((is_critical, 1), else_=0)),
            func.sum(case((is_major, 1), else_=0)),
        )
        .where(*conditions)
        .group_by(col(QueueRow.standing))
    )
    return {
        Standing(standing): (count, critical, major)
        for standing, count, critical, major in session.exec(found)
    }


def _names(
    session: Session, query: QueueQuery, conditions: Sequence[ColumnElement[bool]]
) -> list[str]:
    """The ids of the records on the page that is asked for, in order."""
    found = (
        select(QueueRow.record)
        .where(*conditions, *_standing(query.standings))
        .order_by(col(QueueRow.is_done), *ORDERS[query.order])
    )
    if query.size:
        found = found.offset((max(query.page, 1) - 1) * query.size).limit(query.size)
    return list(session.exec(found))


def _standing(standings: Sequence[Standing]) -> list[ColumnElement[bool]]:
    """The standings as conditions by which the indexes can be walked."""
    wanted = [one for one in standings if one not in UNREAD]
    done = [one not in TO_DO for one in wanted]
    found: list[ColumnElement[bool]] = []
    if wanted and all(done):
        found.append(col(QueueRow.is_done) == true())
    if wanted and not any(done):
        found.append(col(QueueRow.is_done) == false())
    if set(wanted) == set(TO_DO) or len(wanted) == len(Standing) - len(UNREAD):
        return found
    return [*found, col(QueueRow.standing).in_([one.value for one in wanted])]


def items_of(session: Session, names: Sequence[str], *, now: datetime) -> tuple[QueueItem, ...]:
    """The items of these records, in this order."""
    made: dict[str, QueueItem] = {}
    for start in range(0, len(names), SOME):
        some = names[start : start + SOME]
        flags, asked = _flags(session, some), _asked(session, some)
        found = (
            select(QueueRow, RecordRow, ScanRow.name)
            .join(RecordRow, col(RecordRow.id) == col(QueueRow.record))
            .join(ScanRow, col(ScanRow.id) == col(RecordRow.scan))
            .where(col(QueueRow.record).in_(some))
        )
        for queued, row, file in session.exec(found):
            is_asked = row.id in asked
            made[row.id] = _item(queued, row, file, flags[row.id], is_asked=is_asked, now=now)
    return tuple(made[name] for name in names)


def _item(
    queued: QueueRow,
    row: RecordRow,
    file: str,
    flags: Sequence[FlagCount],
    *,
    is_asked: bool,
    now: datetime,
) -> QueueItem:
    is_claimed = row.claimed_until is not None and now < row.claimed_until
    return QueueItem(
        record=row.id,
        form=row.form,
        version=row.version,
        title=row.title,
        batch_number=row.batch_number,
        state=RecordState(row.state),
        flags=tuple(flags),
        received_at=row.received_at,
        claimed_by=row.claimed_by if is_claimed else None,
        file=file,
        standing=Standing(queued.standing),
        due_at=None if queued.is_done else queued.due_at,
        release_on=None if queued.release_on == NO_DAY else queued.release_on,
        assigned_to=queued.assigned_to,
        note=queued.note,
        revision=row.revision,
        waits_for_scan=is_asked,
    )


def _flags(session: Session, records: Sequence[str]) -> dict[str, list[FlagCount]]:
    """The open flags of these records, the most severe first."""
    found = select(QueueFlagRow).where(col(QueueFlagRow.record).in_(records))
    flags: dict[str, list[FlagCount]] = defaultdict(list)
    for row in session.exec(found):
        flags[row.record].append(FlagCount(row.name, Severity(row.severity), row.count))
    weights = list(Severity)
    for counts in flags.values():
        counts.sort(key=lambda flag: (weights.index(flag.severity), flag.name))
    return flags


def _asked(session: Session, records: Sequence[str]) -> set[str]:
    found = select(RescanRow.record).where(RescanRow.outcome == "")
    return set(session.exec(found.where(col(RescanRow.record).in_(records))))


def _unread_counts(session: Session, query: QueueQuery) -> dict[Standing, int]:
    """How many scans wait to be read; nothing is known of them that a filter could go by."""
    is_narrow = query.form or query.batch or query.flag or query.assigned_to or query.text
    if is_narrow:
        return {}
    found = select(ScanRow.state, func.count()).where(_is_unread()).group_by(col(ScanRow.state))
    return {Standing(state): count for state, count in session.exec(found)}


def _scans(session: Session, query: QueueQuery) -> tuple[QueueItem, ...]:
    """Scans that are no record yet, the oldest first."""
    if not _unread_counts(session, query):
        return ()
    states = [one.value for one in query.standings]
    found = select(ScanRow).where(col(ScanRow.state).in_(states)).order_by(col(ScanRow.id))
    found = found.offset((max(query.page, 1) - 1) * query.size).limit(query.size)
    return tuple(
        QueueItem(
            record="",
            form=None,
            version=None,
            title="",
            batch_number="",
            state=RecordState(row.state),
            flags=(),
            received_at=row.received_at,
            claimed_by=None,
            file=row.name,
            standing=Standing(row.state),
        )
        for row in session.exec(found)
    )


def _is_unread() -> ColumnElement[bool]:
    return col(ScanRow.state).in_([one.value for one in UNREAD])
