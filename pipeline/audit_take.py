"""What people keyed for a sample is taken in: compared with the reading, kept, and in the trail.

A keyed line is kept for ever. Somebody may key it again, with a reason; then the last one counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from extractors.values import EntryKind, State
from pipeline.audit import field_of
from pipeline.audit_sheet import KeyedLine, LineName, line_name
from pipeline.core.audit import Written, is_right, keyed
from pipeline.core.forms import Field
from pipeline.core.score import plain
from pipeline.core.written import to_line
from pipeline.errors import InputRefused
from pipeline.plain import plain as storable
from pipeline.site import HERE, Site
from pipeline.store.audit_tables import AuditKeyingRow, AuditLineRow
from pipeline.store.chain import Happening, append
from pipeline.store.database import reading, writing
from pipeline.store.site_tables import AccountRow
from pipeline.store.tables import EntryRow, RecordRow


@dataclass(frozen=True)
class Keyer:
    """Who keyed the sheet, who took it in, and why lines are keyed again (empty: none is)."""

    by: str
    taken_by: str
    reason: str = ""


@dataclass(frozen=True)
class Difference:
    """A drawn entry that a person keyed otherwise than the machine read it, each as one line."""

    name: LineName
    record: str
    page: int
    field: str
    read: str
    keyed: str


@dataclass(frozen=True)
class Taken:
    """What came of a sheet: how many lines were taken, were there before, are not keyed yet."""

    taken: int
    known: int
    empty: int
    differences: tuple[Difference, ...]
    refused: tuple[tuple[int, InputRefused], ...]


@dataclass(frozen=True)
class _Line:
    """A line of the sheet with the rows it is about."""

    name: LineName
    entry: EntryRow
    field: Field | None
    said: Written
    before: tuple[AuditKeyingRow, ...]

    @property
    def read(self) -> Written:
        """What the machine read."""
        return Written(self.entry.value, State(self.entry.state))


def keyer(site: Site, user: str | None, *, taken_by: str, reason: str = "") -> Keyer:
    """Who keyed, by the name of their account; without a name whoever takes the sheet in."""
    if user is None:
        return Keyer(taken_by, taken_by, storable(reason.strip()))
    name = storable(user.strip().lower())
    with reading(site.engine) as session:
        if session.get(AccountRow, name) is None:
            raise InputRefused(
                f"there is no account {user[:40]!r}", "name one that `recordroom people list` shows"
            )
    return Keyer(name, taken_by, storable(reason.strip()))


def take_sheet(site: Site, lines: Sequence[KeyedLine], by: Keyer) -> Taken:
    """Take in every line that can be understood, in one transaction; the others are given back."""
    taken: list[_Line] = []
    refused: list[tuple[int, InputRefused]] = []
    known = empty = 0
    seen: set[LineName] = set()
    with writing(site.engine) as session:
        for line in lines:
            try:
                found = _find(site, session, line, seen)
                if found is None:
                    empty += 1
                elif _is_known(found, by):
                    known += 1
                else:
                    _keep(site, session, found, by)
                    taken.append(found)
            except InputRefused as error:
                refused.append((line.number, error))
    return Taken(len(taken), known, empty, tuple(_differences(taken)), tuple(refused))


def _find(site: Site, session: Session, line: KeyedLine, seen: set[LineName]) -> _Line | None:
    """The rows that the line is about, and what it says; None where it is not keyed yet."""
    name = line_name(line.name)
    drawn = session.get(AuditLineRow, (name.sample, name.position))
    if drawn is None:
        raise InputRefused(
            f"no line {name} was drawn on this site", "take the sheet to the site that drew it"
        )
    if (_as_drawn(line.record), _as_drawn(line.field)) != (drawn.record, drawn.field):
        raise InputRefused(
            f"{name} was drawn for another entry", "leave the columns record and field as drawn"
        )
    entry = session.get_one(EntryRow, (drawn.record, drawn.field))
    said = keyed(EntryKind(entry.type), line.keyed, line.state)
    if said is None:
        return None
    if name in seen:
        raise InputRefused(f"{name} stands in the sheet before", "keep one of the two lines")
    seen.add(name)
    field = field_of(site, session.get_one(RecordRow, drawn.record), drawn.field)
    return _Line(name, entry, field, said, _before(session, name))


def _as_drawn(cell: str) -> str:
    """The cell without the sign that keeps a spreadsheet from running it."""
    return cell.strip().removeprefix("'")


def _before(session: Session, name: LineName) -> tuple[AuditKeyingRow, ...]:
    """What was keyed for the line before, oldest first."""
    found = select(AuditKeyingRow).where(
        AuditKeyingRow.sample == name.sample, AuditKeyingRow.position == name.position
    )
    return tuple(session.exec(found.order_by(col(AuditKeyingRow.turn))).all())


def _is_known(line: _Line, by: Keyer) -> bool:
    """Whether the line says nothing new; refuses another value for which no reason is given."""
    if not line.before:
        return False
    if by.reason:
        return _says(line.before[-1], line.said)
    if any(_says(row, line.said) for row in line.before):
        return True
    raise InputRefused(
        f"{line.name} was keyed before, as {_told(line.before[-1])} by {line.before[-1].by}",
        "put that back, or say with --reason why it is keyed again",
    )


def _says(row: AuditKeyingRow, said: Written) -> bool:
    return row.state == said.state.value and plain(row.value) == plain(said.value)


def _told(row: AuditKeyingRow) -> str:
    return to_line(row.value, State(row.state))


def _keep(site: Site, session: Session, line: _Line, by: Keyer) -> None:
    """Write down what was keyed, and tell it in the trail of its record."""
    right, at = is_right(line.field, line.read, line.said), site.now()
    session.add(
        AuditKeyingRow(
            sample=line.name.sample,
            position=line.name.position,
            turn=len(line.before) + 1,
            value=line.said.value,
            state=line.said.state.value,
            is_right=right,
            reason=by.reason if line.before else "",
            by=by.by,
            taken_by=by.taken_by,
            at=at,
        )
    )
    again = f" again: {by.reason}" if line.before else ""
    append(
        session,
        Happening(
            kind="audit_keyed",
            by=by.taken_by,
            at=at,
            where=HERE,
            record=line.entry.record,
            field=line.entry.field,
            old=to_line(line.read.value, line.read.state),
            new=to_line(line.said.value, line.said.state),
            reason=f"{line.name}, {'agrees' if right else 'differs'}, keyed by {by.by}{again}",
        ),
    )


def _differences(taken: Sequence[_Line]) -> Iterator[Difference]:
    for line in taken:
        if not is_right(line.field, line.read, line.said):
            yield Difference(
                name=line.name,
                record=line.entry.record,
                page=line.entry.page,
                field=line.entry.field,
                read=to_line(line.read.value, line.read.state),
                keyed=to_line(line.said.value, line.said.state),
            )
