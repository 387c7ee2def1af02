"""The review queue: which records wait, the most urgent first.

Urgent is what has open critical flags, the more the sooner, then what came first. A flag that
somebody has answered is not open any more, nor one on an entry that waits for a second keying.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from pipeline.core.values import Outcome, RecordState, Severity
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.keying_rows import waits
from pipeline.store.search import ask, search_index
from pipeline.store.tables import DispositionRow, FlagRow, RecordRow, ScanRow, SearchRow

WAITING = (RecordState.IN_REVIEW,)


@dataclass(frozen=True)
class FlagCount:
    """How often a flag stands open on a record."""

    name: str
    severity: Severity
    count: int


@dataclass(frozen=True)
class QueueItem:
    """A record in the queue. `flags` are the open ones, the most severe first."""

    record: str
    form: str | None
    version: str | None
    title: str
    batch_number: str
    state: RecordState
    flags: tuple[FlagCount, ...]
    received_at: datetime
    claimed_by: str | None
    file: str

    def count(self, severity: Severity) -> int:
        """How many flags of that weight are open."""
        return sum(flag.count for flag in self.flags if flag.severity is severity)


def queue(
    site: Site, *, states: Iterable[RecordState] = WAITING, text: str = ""
) -> tuple[QueueItem, ...]:
    """The records in these states in which the text is found, most urgent first."""
    now = site.now()
    found = (
        select(RecordRow, ScanRow.name)
        .join(ScanRow, col(ScanRow.id) == col(RecordRow.scan))
        .where(col(RecordRow.state).in_([state.value for state in states]))
    )
    if text.strip():
        asked = ask(text)
        if asked is None:
            return ()
        matches = search_index(site.engine).matches(asked)
        found = found.where(col(RecordRow.id).in_(select(SearchRow.record).where(matches)))
    wanted = found.with_only_columns(col(RecordRow.id))
    with reading(site.engine) as session:
        rows = session.exec(found).all()
        flags = _open_flags(session, col(FlagRow.record).in_(wanted))
    items = (_item(row, name, flags[row.id], now) for row, name in rows)
    return tuple(sorted(items, key=_urgency))


def _item(row: RecordRow, file: str, flags: Sequence[FlagCount], now: datetime) -> QueueItem:
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
    )


def _urgency(item: QueueItem) -> tuple[int, datetime, str]:
    return -item.count(Severity.CRITICAL), item.received_at, item.record


def _open_flags(session: Session, wanted: ColumnElement[bool]) -> dict[str, list[FlagCount]]:
    """The flags without an answer, by record, the most severe first."""
    last_answer = (
        select(DispositionRow.outcome)
        .where(
            col(DispositionRow.record) == col(FlagRow.record),
            col(DispositionRow.flag) == col(FlagRow.name),
            col(DispositionRow.detail).in_(("", col(FlagRow.detail))),
            or_(
                col(DispositionRow.entry) == col(FlagRow.entry),
                and_(col(DispositionRow.entry).is_(None), col(FlagRow.entry).is_(None)),
            ),
        )
        .order_by(col(DispositionRow.position).desc())
        .limit(1)
        .scalar_subquery()
    )
    is_open = or_(last_answer.is_(None), last_answer == Outcome.TAKEN_BACK.value)
    found = (
        select(FlagRow.record, FlagRow.name, FlagRow.severity, func.count())
        .where(wanted, is_open, ~waits(col(FlagRow.record), col(FlagRow.entry)))
        .group_by(col(FlagRow.record), col(FlagRow.name), col(FlagRow.severity))
    )
    flags: dict[str, list[FlagCount]] = defaultdict(list)
    for record, name, severity, count in session.exec(found):
        flags[record].append(FlagCount(name, Severity(severity), count))
    weights = list(Severity)
    for counts in flags.values():
        counts.sort(key=lambda flag: (weights.index(flag.severity), flag.name))
    return flags
