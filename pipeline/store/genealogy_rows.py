"""Rows of the genealogy: put with their record, and looked up by number, a whole level at once."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, and_, col, delete, or_, select

from pipeline.core.genealogy import Direction, Link, MadeLot, SaidBy, UnknownLot
from pipeline.core.lot_uses import LotUse, Said, UseKind
from pipeline.core.misread import chance_of, misreadings
from pipeline.core.spelling import LONGEST_KEY
from pipeline.core.values import RecordState
from pipeline.store.genealogy_tables import LotUseRow
from pipeline.store.revision_tables import RevisionRow
from pipeline.store.search_index import search_index
from pipeline.store.tables import RecordRow, SearchRow

AT_ONCE = 400
"""How many numbers one question names; databases have a limit on that."""
LEAST_DOUBT = 0.02
"""A reading that leaves less doubt is no misreading of another number."""
SUPERSEDED = RecordState.SUPERSEDED.value
_GOES_IN = (UseKind.USED.value, UseKind.RECEIVED.value)
_KNOWN = (Said.VALUE.value, Said.ALTERNATIVE.value)
_UNKNOWN = (Said.UNREADABLE.value, Said.MISSING.value)
_USE = LotUseRow.__table__.alias("one_use")  # type: ignore[attr-defined]
_MADE = LotUseRow.__table__.alias("one_made")  # type: ignore[attr-defined]
_NAMES = (
    *("kind", "key", "lot", "probability", "said", "field", "page"),
    *("material", "quantity", "unit", "quantity_field", "entry"),
)
_OF_RECORD = (
    col(RecordRow.id),
    col(RecordRow.state),
    col(RecordRow.form),
    col(RecordRow.version),
    col(RecordRow.revision),
)
_HEAD = len(_OF_RECORD)
_Pair = tuple[SaidBy, LotUse, LotUse]
"""A record, one lot in it, and its batch."""


def put_uses(session: Session, record: str, uses: Iterable[LotUse]) -> None:
    """Put what the record says of lots, in place of all that was there for it."""
    session.exec(delete(LotUseRow).where(col(LotUseRow.record) == record))
    session.add_all(
        LotUseRow(
            record=record,
            kind=one.kind.value,
            key=one.key[:LONGEST_KEY],
            lot=one.lot,
            probability=one.probability,
            said=one.said.value,
            field=one.field,
            page=one.page,
            material=one.material,
            quantity=one.quantity,
            unit=one.unit,
            quantity_field=one.quantity_field,
            entry=one.entry,
        )
        for one in uses
    )
    session.flush()


@dataclass(frozen=True)
class ArchiveLookup:
    """What the archive knows of numbers, in one session; of chosen records alone with `only`."""

    session: Session
    only: frozenset[str] | None = None
    kept: dict[tuple[Direction, str], tuple[Link, ...]] = field(default_factory=dict, repr=False)
    """Links by their near end: a number is looked up once each way."""

    def links(self, keys: Collection[str], direction: Direction) -> Sequence[Link]:
        """Every use whose near end is one of these."""
        new = [key for key in keys if (direction, key) not in self.kept]
        found: dict[str, list[Link]] = {key: [] for key in new}
        near = _USE if direction is Direction.FORWARD else _MADE
        asked = _pairs().where(_USE.c.said.in_(_KNOWN))
        if direction is Direction.BACKWARD:  # parts of entries are no lots that went in
            asked = asked.where(or_(_USE.c.said == Said.VALUE.value, _USE.c.entry == ""))
        once: dict[tuple[object, ...], Link] = {}
        for by, use, made in self._pairs_of(asked, near, new):
            once.setdefault((by.record, use, made.key), Link(by, use, made))
        for link in once.values():
            found[link.ends(direction)[0]].append(link)
        self.kept.update({(direction, key): tuple(links) for key, links in found.items()})
        return [link for key in keys for link in self.kept[direction, key]]

    def near(self, key: str, direction: Direction) -> Sequence[Link]:
        """Uses whose near end was read in doubt, and may be a misreading of this key."""
        near = _USE if direction is Direction.FORWARD else _MADE
        asked = _with_doubt(_pairs(), near).where(
            _USE.c.said.in_(_KNOWN), near.c.said == Said.VALUE.value
        )
        rows = self._rows(asked, near, list(misreadings(key)))
        once: dict[tuple[object, ...], Link] = {}
        for row, (by, use, made) in zip(rows, _with_records(self.session, rows), strict=True):
            read = use if direction is Direction.FORWARD else made
            share = min(row[-2] * chance_of(key, read.key, row[-1]), 1.0)
            meant = replace(read, key=key, probability=share, said=Said.MISREADING)
            ends = (meant, made) if direction is Direction.FORWARD else (use, meant)
            if share > 0:
                once.setdefault((by.record, use, read.key, made.key), Link(by, *ends))
        return list(once.values())

    def made(self, keys: Collection[str]) -> Sequence[MadeLot]:
        """Every record that made or received one of these, the likeliest first."""
        kinds = (UseKind.MADE.value, UseKind.RECEIVED.value)
        on_record = _USE.c.record == col(RecordRow.id)
        asked: Any = sa.select(*_OF_RECORD, *_columns(_USE)).join_from(_USE, RecordRow, on_record)
        rows = self._rows(asked.where(_USE.c.kind.in_(kinds)), _USE, list(keys))
        by = _said_by(self.session, rows)
        found = [MadeLot(by[row[0]], _use(row, _HEAD)) for row in rows]
        return sorted(found, key=lambda one: -one.use.probability)

    def alike(self, key: str, *, most: int) -> tuple[tuple[str, int], ...]:
        """Numbers that this one may be a slip of, with how many records hold each, most first."""
        count = sa.func.count(sa.func.distinct(_USE.c.record))
        asked: Any = sa.select(sa.func.min(_USE.c.lot), count).join_from(
            _USE, RecordRow, _USE.c.record == col(RecordRow.id)
        )
        asked = asked.where(
            _USE.c.key.in_(sorted(misreadings(key))),
            _USE.c.said == Said.VALUE.value,
            *self._is_allowed(),
        )
        rows = self.session.execute(asked.group_by(_USE.c.key))
        found = sorted(rows, key=lambda row: (-row[1], row[0]))
        return tuple((name, number) for name, number in found[:most])

    def unknown_lots(self, batches: Collection[str]) -> Sequence[UnknownLot]:
        """The lots of these batches that nobody can read, or that are not there."""
        is_sure = _MADE.c.said == Said.VALUE.value
        asked = _pairs().where(_USE.c.said.in_(_UNKNOWN), is_sure)
        return _unknown(self._pairs_of(asked, _MADE, list(batches)))

    def unread(self, most: int) -> Sequence[UnknownLot]:
        """Lots of the whole archive without a name, the newest: any may be the one asked for.

        Nobody can read them, or no lot stands beside a quantity.
        """
        newest = (
            sa.select(_USE.c.id)
            .join(RecordRow, col(RecordRow.id) == _USE.c.record)
            .where(_USE.c.key == "", _USE.c.said.in_(_UNKNOWN), *self._is_allowed())
            .order_by(_USE.c.id.desc())
            .limit(most)
        )
        asked = _pairs().where(_USE.c.id.in_(newest), _MADE.c.said == Said.VALUE.value)
        rows = self.session.execute(asked.order_by(_USE.c.id.desc())).all()
        return _unknown(_with_records(self.session, rows))

    def _is_allowed(self) -> Iterator[Any]:
        """The same as `_allowed`, as conditions on the record."""
        yield col(RecordRow.state) != SUPERSEDED
        if self.only is not None:
            index = search_index(self.session.get_bind().engine)
            yield index.among(col(RecordRow.id), self.only)

    def _pairs_of(self, asked: Any, near: Any, keys: Sequence[str]) -> Iterator[_Pair]:
        return _with_records(self.session, self._rows(asked, near, keys))

    def _rows(self, asked: Any, near: Any, keys: Sequence[str]) -> list[Any]:
        """What is asked of these numbers, in the order in which it was put there."""
        found: list[Any] = []
        for start in range(0, len(keys), AT_ONCE):
            some = asked.where(near.c.key.in_(keys[start : start + AT_ONCE]))
            found += self._allowed(self.session.execute(some.order_by(_USE.c.id)))
        return found

    def _allowed(self, rows: Iterable[Any]) -> list[Any]:
        """Without records that are superseded, and without those that are not to be seen."""
        return [
            row
            for row in rows
            if row[1] != SUPERSEDED and (self.only is None or row[0] in self.only)
        ]


def _pairs() -> Any:
    """Each use with the batch of its record."""
    with_made = and_(_MADE.c.record == _USE.c.record, _MADE.c.kind == UseKind.MADE.value)
    return (
        sa.select(*_OF_RECORD, *_columns(_USE), *_columns(_MADE))
        .join_from(_USE, _MADE, with_made)
        .join(RecordRow, col(RecordRow.id) == _USE.c.record)
        .where(_USE.c.kind.in_(_GOES_IN))
    )


def _with_doubt(asked: Any, near: Any) -> Any:
    """Beside each pair the doubt that its reading leaves, and where; without what is sure."""
    on_entry = and_(
        col(SearchRow.record) == near.c.record,
        col(SearchRow.field) == near.c.field,
        col(SearchRow.matched) == Said.VALUE.value,
        col(SearchRow.doubt) > LEAST_DOUBT,
    )
    doubt = (col(SearchRow.doubt), col(SearchRow.unsure))
    return asked.join(SearchRow, on_entry).add_columns(*doubt)


def _columns(table: Any) -> list[Any]:
    return [table.c[name] for name in _NAMES]


def _with_records(session: Session, rows: Sequence[Any]) -> Iterator[_Pair]:
    by = _said_by(session, rows)
    for row in rows:
        yield by[row[0]], _use(row, _HEAD), _use(row, _HEAD + len(_NAMES))


def _unknown(pairs: Iterable[_Pair]) -> list[UnknownLot]:
    """Each entry once, whatever its batch made."""
    found: dict[tuple[str, str | None], UnknownLot] = {}
    for by, use, made in pairs:
        found.setdefault((by.record, use.field), UnknownLot(by, use, made))
    return list(found.values())


def _use(row: Any, start: int) -> LotUse:
    kind, key, lot, probability, said, *others = row[start : start + len(_NAMES)]
    return LotUse(UseKind(kind), key, lot, probability, Said(said), *others)


def _said_by(session: Session, rows: Sequence[Any]) -> dict[str, SaidBy]:
    """The records of the rows, and which of them stand beside their other revisions."""
    heads = {row[0]: row[:_HEAD] for row in rows}
    older = _older(session, [head[0] for head in heads.values() if head[4] > 1])
    return {record: _head(head, older.get(record, ())) for record, head in heads.items()}


def standing_records(session: Session, heads: Sequence[Any]) -> frozenset[str]:
    """Those of the records that stand: id, state, form, version and revision of each are given."""
    return frozenset(record for record, by in _said_by(session, heads).items() if by.stands)


def _head(head: Sequence[Any], older: Sequence[tuple[str, str]]) -> SaidBy:
    record, state, form, version, revision = head
    is_approved_before = any(one == RecordState.APPROVED.value for _, one in older)
    stands = state == RecordState.APPROVED.value or (
        state != RecordState.REJECTED.value and not is_approved_before
    )
    return SaidBy(
        record=record,
        state=RecordState(state),
        form=form or "",
        version=version or "",
        revision=revision,
        family=older[-1][0] if older else record,
        stands=stands,
    )


def _older(session: Session, records: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """The revisions before each of these records, the nearest first, with their states."""
    found: dict[str, list[tuple[str, str]]] = {record: [] for record in records}
    last = {record: record for record in records}
    while last:
        names = list(set(last.values()))
        before: dict[str, tuple[str, str]] = {}
        for start in range(0, len(names), AT_ONCE):
            asked = (
                select(col(RevisionRow.record), col(RevisionRow.amends), col(RecordRow.state))
                .join_from(RevisionRow, RecordRow, col(RecordRow.id) == col(RevisionRow.amends))
                .where(col(RevisionRow.record).in_(names[start : start + AT_ONCE]))
            )
            before |= {row[0]: (row[1], row[2]) for row in session.exec(asked)}
        last = {record: before[name][0] for record, name in last.items() if name in before}
        for record, name in last.items():
            state = next(state for one, state in before.values() if one == name)
            found[record].append((name, state))
    return found
