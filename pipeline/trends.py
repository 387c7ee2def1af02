"""Trends over batches: a parameter, corrections and flags, and how long records take."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from extractors.draw_pdf import png_of_pdf
from extractors.values import State
from pipeline.accounts import Act, Person, require
from pipeline.core.answered import cannot_be_read, is_settled
from pipeline.core.batch_days import BatchDay, DayFrom, Span
from pipeline.core.drawing import Drawing
from pipeline.core.forms import Field, MasterForm, Meaning
from pipeline.core.normal import as_date
from pipeline.core.query import About
from pipeline.core.trend import CHARTED, Trend, Written, charted_fields, trend_of
from pipeline.core.trend_plot import control_drawing
from pipeline.core.values import Entry, RecordState
from pipeline.errors import InputRefused
from pipeline.findable import Matched
from pipeline.report_pdf import drawing_as_pdf
from pipeline.site import Site
from pipeline.site_forms import forms_of
from pipeline.store.database import reading
from pipeline.store.field_entries import field_entries
from pipeline.store.genealogy_rows import SUPERSEDED, standing_records
from pipeline.store.tables import EntryRow, RecordRow, SearchRow

__all__ = ["Asked", "ChartedForm", "Trend", "charted_forms", "trend", "trend_as_png", "trend_frame"]

PICTURE_DPI = 144.0

_HEAD = (
    col(RecordRow.id),
    col(RecordRow.state),
    col(RecordRow.form),
    col(RecordRow.version),
    col(RecordRow.revision),
    col(RecordRow.batch_number),
    col(RecordRow.received_at),
)
_STANDS_BY = 5
"""So many columns of a head say whether the record stands beside its other revisions."""


@dataclass(frozen=True)
class Asked:
    """Which field of which form, and between which days (both included)."""

    form: str
    field: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class ChartedForm:
    """A form in all its versions, and the fields that have a chart, as its newest version has."""

    form: str
    title: str
    fields: tuple[Field, ...]


def charted_forms(site: Site, *, by: Person) -> tuple[ChartedForm, ...]:
    """The site's forms that have numbers or times on them, by their numbers."""
    require(by, Act.LOOK)
    found: dict[str, ChartedForm] = {}
    for form in in_order(forms_of(site)):
        before = found[form.form].fields if form.form in found else ()
        fields = {field.name: field for field in before}
        fields |= {field.name: field for field in charted_fields(form)}
        if fields:
            newest = {field.name: field for field in charted_fields(form)}
            in_line = {name: fields[name] for name in (*newest, *fields)}
            found[form.form] = ChartedForm(form.form, form.title, tuple(in_line.values()))
    return tuple(found.values())


def in_order(forms: Iterable[MasterForm]) -> list[MasterForm]:
    """The forms by their numbers, the versions of one by the day from which they were in force.

    Where no day tells them apart, version 10 comes after version 9.
    """
    return sorted(
        forms, key=lambda one: (one.form, one.effective or date.min, _numbered(one.version))
    )


def _numbered(version: str) -> list[tuple[int, str]]:
    """The version's parts; numbers count as numbers."""
    parts = re.split(r"([0-9]+)", version)
    return [(int(part), "") if place % 2 else (0, part) for place, part in enumerate(parts)]


def trend(site: Site, asked: Asked, *, by: Person, only: frozenset[str] | None = None) -> Trend:
    """The values of a field over batches; of chosen records alone with `only`.

    Superseded records are not in it, nor is a revision beside one that is approved.
    """
    require(by, Act.LOOK)
    versions = [form for form in in_order(forms_of(site)) if form.form == asked.form]
    fields = {form.version: _field(form, asked.field) for form in versions}
    known = {version: field for version, field in fields.items() if field is not None}
    if not known:
        raise _no_chart(asked, versions)
    with reading(site.engine) as session:
        written = list(_written(session, asked, versions, only))
    on_form = (one for one in written if one.version in known)
    span = Span(asked.since, asked.until)
    return trend_of(asked.form, versions[-1].title, known, on_form, span=span)


def _field(form: MasterForm, name: str) -> Field | None:
    found = next((field for field in form.fields if field.name == name), None)
    return found if found is not None and found.type in CHARTED else None


def _no_chart(asked: Asked, versions: Sequence[MasterForm]) -> InputRefused:
    if not versions:
        return InputRefused(
            f"the site has no form {asked.form}", "look at `recordroom forms list` for its number"
        )
    names = dict.fromkeys(field.name for form in versions for field in charted_fields(form))
    return InputRefused(
        f"form {asked.form} has no number or time called {asked.field or 'so'}",
        f"take one of {', '.join(names) or 'another form'}",
    )


def _written(
    session: Session, asked: Asked, versions: Sequence[MasterForm], only: frozenset[str] | None
) -> Iterator[Written]:
    """What stands in the field, in every record that counts."""
    days = {**dates_of(session, asked.form), **days_of(session, asked.form, versions)}
    entries = field_entries(session, asked.form, asked.field)
    found = sa.select(*_HEAD).where(
        col(RecordRow.form) == asked.form, col(RecordRow.state) != SUPERSEDED
    )
    heads = [row for row in session.execute(found) if only is None or row[0] in only]
    standing = standing_records(session, [row[:_STANDS_BY] for row in heads])
    for record, state, _, version, _, batch_number, received_at in heads:
        entry = entries.get(record)
        is_rejected = state == RecordState.REJECTED.value
        if record not in standing and not is_rejected:
            continue
        day = days.get(record) or BatchDay(received_at.date(), DayFrom.RECEIVED)
        yield Written(
            record=record,
            record_state=RecordState(state),
            batch_number=batch_number,
            version=version,
            page=entry.page if entry else 0,
            day=day.day,
            day_from=day.day_from,
            received_at=received_at,
            value=entry.value if entry else "",
            state=_state_of(entry),
            is_settled=entry is not None and _is_sure(entry, state),
            probability=entry.confidence if entry and not _is_set(entry) else 1.0,
        )


def _state_of(entry: Entry | None) -> State | None:
    if entry is None:
        return None
    return State.UNREADABLE if cannot_be_read(entry) else entry.state


def _is_sure(entry: Entry, record_state: str) -> bool:
    return is_settled(entry) or record_state == RecordState.APPROVED.value


def _is_set(entry: Entry) -> bool:
    """Whether what stands there is what somebody set, and not what was read."""
    return bool(entry.corrections) and not entry.is_unseen_again


def days_of(session: Session, form: str, versions: Sequence[MasterForm]) -> dict[str, BatchDay]:
    """When each batch was made, where a field of the form means that and holds a day."""
    by_version: dict[str, Field] = {}
    for one in versions:
        meant = [field for field in one.fields if field.means is Meaning.MANUFACTURING_DATE]
        by_version |= {one.version: meant[0]} if meant else {}
    heads = (col(RecordRow.id), col(RecordRow.version), col(RecordRow.state))
    rows = session.execute(sa.select(*heads).where(col(RecordRow.form) == form))
    head_of = {record: (version or "", state) for record, version, state in rows}
    found: dict[str, BatchDay] = {}
    for name in {field.name for field in by_version.values()}:
        for record, entry in field_entries(session, form, name).items():
            version, state = head_of.get(record, ("", ""))
            field = by_version.get(version)
            if field is not None and field.name == name and not cannot_be_read(entry):
                day = as_date(field, entry.value)
                day_from = DayFrom.MADE if _is_sure(entry, state) else DayFrom.UNSURE
                found |= {record: BatchDay(day, day_from)} if day else {}
    return found


def dates_of(session: Session, form: str) -> dict[str, BatchDay]:
    """When each batch was made as a search takes it: the first of the days on which it was."""
    entry = sa.and_(
        col(EntryRow.record) == col(SearchRow.record), col(EntryRow.field) == col(SearchRow.field)
    )
    said = (
        sa.select(
            col(SearchRow.record),
            col(SearchRow.day),
            col(SearchRow.probability),
            col(EntryRow.accepted),
            col(RecordRow.state),
        )
        .join_from(RecordRow, SearchRow, col(SearchRow.record) == col(RecordRow.id))
        .join(EntryRow, entry)
        .where(col(RecordRow.form) == form, col(SearchRow.about) == About.MADE.value)
        .where(col(SearchRow.matched) == Matched.VALUE.value, col(SearchRow.day).is_not(None))
        .order_by(col(SearchRow.day).desc())
    )
    found: dict[str, BatchDay] = {}
    for record, day, probability, is_accepted, state in session.execute(said):
        is_sure = is_accepted or probability == 1.0 or state == RecordState.APPROVED.value
        found[record] = BatchDay(day, DayFrom.MADE if is_sure else DayFrom.UNSURE)
    return found


def trend_frame(found: Trend) -> pd.DataFrame:
    """The trend as a table: a line for each point, with its limits and the rules that it breaks."""
    chart = found.chart
    return pd.DataFrame(
        [
            {
                "form": found.form,
                "version": point.version,
                "field": point.field,
                "label": found.field.label,
                "day": point.day.isoformat(),
                "day_from": point.day_from.value,
                "batch_number": point.batch_number,
                "value": point.value,
                "as_written": point.shown,
                "unit": found.unit,
                "written_unit": point.unit,
                "moving_range": chart.moving[place] if chart else None,
                "centre": chart.individuals.centre if chart else None,
                "control_low": chart.individuals.low if chart else None,
                "control_high": chart.individuals.high if chart else None,
                "moving_range_high": chart.ranges.high if chart else None,
                "form_low": point.low,
                "form_high": point.high,
                "newest_version": found.version,
                "newest_low": found.low,
                "newest_high": found.high,
                "out_of_limit": point.is_out,
                "rules": " ".join(str(int(rule)) for rule in found.rules(place)),
                "settled": point.is_settled,
                "probability": point.probability,
                "record": point.record,
                "record_state": point.state.value,
                "page": point.page,
            }
            for place, point in enumerate(found.points)
        ],
        columns=TREND_COLUMNS,
    )


def trend_as_png(found: Trend) -> bytes:
    """The control chart as a picture; InputRefused where there is no point to draw."""
    if not found.points:
        raise InputRefused("there is no point to draw", "take other days, or another field")
    return as_png(control_drawing(found).drawing)


def as_png(drawing: Drawing) -> bytes:
    """A drawing as a picture, as it is handed out."""
    return png_of_pdf(drawing_as_pdf(drawing), dpi=PICTURE_DPI)


TREND_COLUMNS = (
    *("form", "version", "field", "label", "day", "day_from", "batch_number"),
    *("value", "as_written"),
    *("unit", "written_unit"),
    *("moving_range", "centre", "control_low", "control_high", "moving_range_high"),
    *("form_low", "form_high", "newest_version", "newest_low", "newest_high"),
    *("out_of_limit", "rules", "settled", "probability"),
    *("record", "record_state", "page"),
)
