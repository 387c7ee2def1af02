"""Corrections and flags by form, step and person, and how long records take to be approved.

Persons of two kinds: who corrected a reading at the desk (their account), and whose initials stand
under "performed by" in the step where something is flagged on the paper.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from pipeline.accounts import Act, Person, require
from pipeline.core.forms import MasterForm, Role
from pipeline.core.quality import CORRECTION, Count, Quality, Spent, Turnaround
from pipeline.core.quality_plot import counts_drawing, turnaround_drawing
from pipeline.core.values import RecordState
from pipeline.errors import InputRefused, NotThere
from pipeline.site import Site
from pipeline.site_forms import forms_of
from pipeline.store.database import reading
from pipeline.store.genealogy_rows import SUPERSEDED, standing_records
from pipeline.store.tables import CorrectionRow, EntryRow, EventRow, FlagRow, RecordRow
from pipeline.trends import as_png, in_order

__all__ = [
    "CORRECTION",
    "Between",
    "Count",
    "Quality",
    "Spent",
    "Turnaround",
    "quality",
    "quality_as_png",
    "quality_frame",
    "records_between",
    "turnaround",
    "turnaround_as_png",
    "turnaround_frame",
]

NOBODY = ""


@dataclass(frozen=True)
class Between:
    """Records of one form, or of all where it is empty, received between two days."""

    form: str = ""
    since: date | None = None
    until: date | None = None

    def where(self) -> list[Any]:
        """The conditions on a record."""
        received = col(RecordRow.received_at)
        return [
            col(RecordRow.form).is_not(None),
            *([col(RecordRow.form) == self.form] if self.form else []),
            *([sa.cast(received, sa.Text) >= self.since.isoformat()] if self.since else []),
            *([sa.cast(received, sa.Text) < f"{self.until}U"] if self.until else []),
        ]


def records_between(
    site: Site, form: str = "", since: date | None = None, until: date | None = None
) -> Between:
    """Records of that form, or of all; NotThere where the site has none of that number."""
    if form and all(one.form != form for one in forms_of(site)):
        raise NotThere(f"there is no form {form}", "look at the list of forms")
    return Between(form, since, until)


def quality(
    site: Site, between: Between, *, by: Person, only: frozenset[str] | None = None
) -> Quality:
    """What was flagged and corrected, by form, step and person, the most frequent first."""
    require(by, Act.LOOK)
    forms = forms_of(site)
    with reading(site.engine) as session:
        records = _records(session, between, only)
        found = _flags(session, between, records, forms)
        found += _corrections(session, between, records)
    lines = [Count(form, step, person, what, n) for (form, step, person, what), n in found.items()]
    lines.sort(key=lambda one: (-one.count, one.form, one.step, one.what, one.person))
    return Quality(len(records), tuple(lines), Counter(form for form, _ in records.values()))


def turnaround(
    site: Site, between: Between, *, by: Person, only: frozenset[str] | None = None
) -> Turnaround:
    """How long each approved record took, from being received to its approval."""
    require(by, Act.LOOK)
    found = (
        sa.select(
            col(RecordRow.id),
            col(RecordRow.batch_number),
            col(RecordRow.form),
            col(RecordRow.received_at),
            col(EventRow.at),
        )
        .join_from(RecordRow, EventRow, col(EventRow.record) == col(RecordRow.id))
        .where(col(EventRow.kind) == RecordState.APPROVED.value, *between.where())
        .order_by(col(EventRow.sequence))
    )
    with reading(site.engine) as session:
        rows = session.execute(found).all()
    return Turnaround(tuple(Spent(*row) for row in rows if only is None or row[0] in only))


def _records(
    session: Session, between: Between, only: frozenset[str] | None
) -> dict[str, tuple[str, str]]:
    """The form and version of each record that counts; no revision beside an approved one."""
    heads = (col(RecordRow.id), col(RecordRow.state), col(RecordRow.form), col(RecordRow.version))
    found = sa.select(*heads, col(RecordRow.revision)).where(
        col(RecordRow.state) != SUPERSEDED, *between.where()
    )
    rows = [row for row in session.execute(found) if only is None or row[0] in only]
    standing = standing_records(session, rows)
    return {
        record: (form, version)
        for record, state, form, version, _ in rows
        if record in standing or state == RecordState.REJECTED.value
    }


_Key = tuple[str, str, str, str]


def _flags(
    session: Session,
    between: Between,
    records: dict[str, tuple[str, str]],
    forms: Sequence[MasterForm],
) -> Counter[_Key]:
    """The flags by form, step, initials of whoever performed the step, and name."""
    of_entry = sa.and_(
        col(EntryRow.record) == col(FlagRow.record), col(EntryRow.field) == col(FlagRow.entry)
    )
    found = (
        sa.select(col(FlagRow.record), col(EntryRow.step), col(FlagRow.name))
        .join_from(FlagRow, RecordRow, col(RecordRow.id) == col(FlagRow.record))
        .outerjoin(EntryRow, of_entry)
        .where(col(RecordRow.state) != SUPERSEDED, *between.where())
    )
    performers = _performers(session, between, records, forms)
    counts: Counter[_Key] = Counter()
    for record, step, name in session.execute(found):
        if record in records:
            person = performers.get((record, step or ""), NOBODY)
            counts[records[record][0], step or "", person, name.replace("_", " ")] += 1
    return counts


def _performers(
    session: Session,
    between: Between,
    records: dict[str, tuple[str, str]],
    forms: Iterable[MasterForm],
) -> dict[tuple[str, str], str]:
    """Whose initials stand under "performed by", by record and step, as they are now."""
    names = {
        (form.form, form.version, field.name): field.step or ""
        for form in in_order(forms)
        for field in form.fields
        if field.role is Role.PERFORMED_BY and field.type.value == "initials"
    }
    fields = {name for _, _, name in names}
    if not fields:
        return {}
    found = (
        sa.select(col(EntryRow.record), col(EntryRow.field), col(EntryRow.value))
        .join_from(EntryRow, RecordRow, col(RecordRow.id) == col(EntryRow.record))
        .where(col(EntryRow.field).in_(fields), *between.where())
    )
    corrected = (
        sa.select(col(CorrectionRow.record), col(CorrectionRow.entry), col(CorrectionRow.value))
        .join_from(CorrectionRow, RecordRow, col(RecordRow.id) == col(CorrectionRow.record))
        .where(col(CorrectionRow.entry).in_(fields), *between.where())
        .order_by(col(CorrectionRow.position))
    )
    written: dict[tuple[str, str], str] = {}
    for asked in (found, corrected):
        for record, field, value in session.execute(asked):
            step = names.get((*records.get(record, ("", "")), str(field)))
            if step is not None and value.strip():
                written[record, step] = value.strip().upper()
    return written


def _corrections(
    session: Session, between: Between, records: dict[str, tuple[str, str]]
) -> Counter[_Key]:
    """The readings that people corrected, by form, step and account."""
    of_entry = sa.and_(
        col(EntryRow.record) == col(CorrectionRow.record),
        col(EntryRow.field) == col(CorrectionRow.entry),
    )
    found = (
        sa.select(col(CorrectionRow.record), col(EntryRow.step), col(CorrectionRow.by))
        .join_from(CorrectionRow, EntryRow, of_entry)
        .join(RecordRow, col(RecordRow.id) == col(CorrectionRow.record))
        .where(col(RecordRow.state) != SUPERSEDED, *between.where())
    )
    return Counter(
        (records[record][0], step or "", by, CORRECTION)
        for record, step, by in session.execute(found)
        if record in records
    )


def quality_frame(found: Quality) -> pd.DataFrame:
    """The counts as a table."""
    columns = ["form", "step", "person", "what", "count", "per_100_records"]
    lines = [
        (one.form, one.step, one.person, one.what, one.count, found.per_100(one))
        for one in found.counts
    ]
    return pd.DataFrame(lines, columns=columns)


def turnaround_frame(found: Turnaround) -> pd.DataFrame:
    """How long each record took, as a table."""
    columns = ["record", "batch_number", "form", "received_at", "approved_at", "hours"]
    lines = [
        (
            one.record,
            one.batch_number,
            one.form,
            one.received_at.isoformat(),
            one.approved_at.isoformat(),
            round(one.hours, 3),
        )
        for one in found.spent
    ]
    return pd.DataFrame(lines, columns=columns)


def quality_as_png(found: Quality) -> bytes:
    """The most frequent counts as a picture; InputRefused where there is none."""
    if not found.counts:
        raise InputRefused("nothing was flagged or corrected", "take other days, or another form")
    return as_png(counts_drawing(found))


def turnaround_as_png(found: Turnaround) -> bytes:
    """How long each record took as a picture; InputRefused where none was approved."""
    if not found.spent:
        raise InputRefused("no record was approved", "take other days, or another form")
    return as_png(turnaround_drawing(found))
