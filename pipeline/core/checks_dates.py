"""Checks of days and times: possible at all, and in the order that the form asks for."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from extractors.values import EntryKind
from pipeline.core.check_context import CheckContext, RecordView, Written
from pipeline.core.forms import Field, Meaning
from pipeline.core.normal import is_well_formed
from pipeline.core.values import Flag

HALF_A_DAY = timedelta(hours=12)


def impossible_date(view: RecordView) -> Iterator[Flag]:
    """The day can't be: not in the calendar, after the scan, or not in the version's time.

    An expiry date may lie in the future. Look whether the date was read right.
    """
    for one in view.written:
        if one.field.type is EntryKind.DATE and one.text is not None:
            fault = fault_of(one, view.context)
            if fault:
                yield one.flag("impossible_date", f"{one.field.label}, {one.text}, {fault}.")


def date_order(view: RecordView) -> Iterator[Flag]:
    """The form says that this day is not before another one, and it is."""
    for one, other in _ordered(view, EntryKind.DATE):
        day, before = one.day, other.day
        if day is not None and before is not None and day < before:
            yield one.flag("date_order", _order(one, other))


def time_order(view: RecordView) -> Iterator[Flag]:
    """The form says that this time is not before another one, and it is.

    With dates beside both times they are compared exactly. Without, going back by less than
    twelve hours is wrong, and by more is the next day.
    """
    for one, other in _ordered(view, EntryKind.TIME):
        at, before = one.time, other.time
        if at is not None and before is not None and _goes_back(view, one, other):
            yield one.flag("time_order", _order(one, other))


def fault_of(one: Written, context: CheckContext) -> str | None:
    """Why the day that is written here can't be, in words that follow it; None where it can."""
    day, form = one.day, context.form
    if day is None:
        is_shaped = one.text is not None and is_well_formed(one.field, one.text)
        return "is not a day of the calendar" if is_shaped else None
    if one.field.means is Meaning.EXPIRY_DATE or form is None:
        return None
    if context.scanned_on is not None and day > context.scanned_on:
        return f"is after the scan of {context.scanned_on.isoformat()}"
    if form.effective is not None and day < form.effective:
        return f"is before version {form.version} came into force on {form.effective.isoformat()}"
    if form.superseded is not None and day > form.superseded:
        return f"is after version {form.version} ended on {form.superseded.isoformat()}"
    return None


def _ordered(view: RecordView, kind: EntryKind) -> Iterator[tuple[Written, Written]]:
    for one in view.written:
        other = view.find(one.field.not_before)
        if one.field.type is kind and other is not None:
            yield one, other


def _order(one: Written, other: Written) -> str:
    return f"{one.field.label}, {one.text}, is before {other.field.label}, {other.text}."


def _goes_back(view: RecordView, one: Written, other: Written) -> bool:
    at, before = one.time or time(), other.time or time()
    date_field, date_field_before = _date_beside(view, one), _date_beside(view, other)
    if date_field and date_field_before and date_field != date_field_before:
        day, day_before = _day_in(view, date_field), _day_in(view, date_field_before)
        if day is None or day_before is None:
            return False  # the paper does not say on which days
        return datetime.combine(day, at) < datetime.combine(day_before, before)
    back = _since_midnight(before) - _since_midnight(at)
    return timedelta(0) < back < HALF_A_DAY


def _date_beside(view: RecordView, one: Written) -> Field | None:
    """The date that goes with a time: of its step, the one in the same place of the row.

    With as many dates as times the first goes with the first and so on; else it is the last date
    before the time, or the first of the step.
    """
    form, step = view.context.form, one.field.step
    if form is None or step is None:
        return None
    in_step = [field for field in form.fields if field.step == step]
    dates = [field for field in in_step if field.type is EntryKind.DATE]
    times = [field for field in in_step if field.type is EntryKind.TIME]
    dates = [field for field in dates if field.means is not Meaning.EXPIRY_DATE]
    if not dates:
        return None
    if len(dates) == len(times):
        return dates[times.index(one.field)]
    before = [field for field in dates if in_step.index(field) < in_step.index(one.field)]
    return before[-1] if before else dates[0]


def _day_in(view: RecordView, field: Field) -> date | None:
    written = view.find(field.name)
    return None if written is None else written.day


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
