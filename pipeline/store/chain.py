"""Lines of the trail, each holding on to the one before by its digest.

Whoever changes a line breaks the digests of all after it. That a tail was cut off shows only
against a head that is kept elsewhere.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from pipeline.store.columns import canonical_json, moment_text
from pipeline.store.tables import EventRow

FIRST = "0" * 64
"""What the first line holds on to."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that happened: what, who, when, from where, and what it changed and why."""

    kind: str
    by: str
    at: datetime
    where: str
    scan: int | None = None
    record: str | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class TrailEvent(Happening):
    """A line of the trail: its place in the one order of everything, and its digest."""

    sequence: int
    previous: str
    digest: str


def link(happening: Happening, *, sequence: int, previous: str) -> TrailEvent:
    """The line that this happening makes after that digest."""
    fields = {name: getattr(happening, name) for name in Happening.__dataclass_fields__}
    said = fields | {"at": moment_text(happening.at), "sequence": sequence, "previous": previous}
    digest = hashlib.sha256(canonical_json(said).encode()).hexdigest()
    return TrailEvent(**fields, sequence=sequence, previous=previous, digest=digest)


def append(session: Session, happening: Happening) -> TrailEvent:
    """Write the happening as the trail's next line, in the writer's own transaction."""
    last = session.exec(select(EventRow).order_by(col(EventRow.sequence).desc()).limit(1)).first()
    line = link(
        happening,
        sequence=1 if last is None else last.sequence + 1,
        previous=FIRST if last is None else last.digest,
    )
    fields = asdict(line)
    session.add(EventRow(place=fields.pop("where"), **fields))
    session.flush()
    return line


def lines(session: Session, *conditions: ColumnElement[bool]) -> Iterator[TrailEvent]:
    """The lines of the trail that fulfil the conditions, oldest first."""
    found = select(EventRow).where(*conditions).order_by(col(EventRow.sequence))
    return (_line_of(row) for row in session.exec(found))


def _line_of(row: EventRow) -> TrailEvent:
    fields = row.model_dump()
    return TrailEvent(where=fields.pop("place"), **fields)
