"""A parameter over batches: the values of one field of a form, and what its chart tells.

Only entries that are a number, or a time of day, under the field's format are points. What is
blank, N/A or can't be read is left out, and counted. A point that nobody has looked at, and that
the reader was not sure of, is there, and marked; so is one whose day of making is not sure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from extractors.values import EntryKind, State
from pipeline.core.batch_days import ANY_DAY, DayFrom, Span
from pipeline.core.control_chart import (
    Capability,
    ControlChart,
    Rule,
    capability,
    control_chart,
)
from pipeline.core.forms import Field, MasterForm, Meaning
from pipeline.core.normal import as_number, as_time, is_well_formed
from pipeline.core.quantities import factor, unit_of
from pipeline.core.values import RecordState

MINUTES = 60
CHARTED = (EntryKind.NUMBER, EntryKind.TIME)
"""Fields of these types have a chart."""


class LeftOut(StrEnum):
    """Why an entry is no point."""

    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    UNREADABLE = "unreadable"
    NO_NUMBER = "no_number"
    REJECTED = "rejected"
    OTHER_UNIT = "other_unit"
    MISSING = "missing"
    """The record has no such entry: its page is not in the scan."""
    UNDATED = "undated"
    """It may have been made between the days that are asked for, and nobody is sure when."""


_BY_STATE = {
    State.BLANK: LeftOut.BLANK,
    State.NOT_APPLICABLE: LeftOut.NOT_APPLICABLE,
    State.UNREADABLE: LeftOut.UNREADABLE,
}


@dataclass(frozen=True)
class Point:
    """An entry on the chart. `shown` is how it stands there, `value` what that is as a number.

    A time of day is in hours; a number, like the limits, in the unit of the newest version of the
    form, and `unit` is that in which it was written. `day` is the batch's day of making, or else
    the day on which its record was received; `day_from` says which. `is_settled`: approved,
    corrected, confirmed, or accepted as surely read.
    """

    record: str
    state: RecordState
    batch_number: str
    version: str
    field: str
    page: int
    day: date
    day_from: DayFrom
    received_at: datetime
    value: float
    shown: str
    is_settled: bool
    probability: float
    unit: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def is_out(self) -> bool:
        """Whether it is outside the limits of its own form version."""
        too_low = self.low is not None and self.value < self.low
        return too_low or (self.high is not None and self.value > self.high)


@dataclass(frozen=True)
class Trend:
    """The points in the order of their days, and how many entries are none.

    `version` is the newest version of the form that has the field, and `field` what it is there.
    """

    form: str
    title: str
    version: str
    field: Field
    points: tuple[Point, ...]
    left_out: tuple[tuple[LeftOut, int], ...]

    @cached_property
    def chart(self) -> ControlChart | None:
        """The control chart; None for fewer than two points."""
        settled = [point.is_settled for point in self.points]
        return control_chart([point.value for point in self.points], settled=settled)

    @cached_property
    def capability(self) -> Capability | None:
        """The capability of what is settled, against the newest version's limits."""
        values = [point.value for point in self.points if point.is_settled]
        return capability(values, low=self.low, high=self.high)

    @property
    def low(self) -> float | None:
        """The form's own lower limit, in its newest version."""
        return None if self.field.low is None else float(self.field.low)

    @property
    def high(self) -> float | None:
        """The form's own upper limit, in its newest version."""
        return None if self.field.high is None else float(self.field.high)

    @property
    def has_other_limits(self) -> bool:
        """Whether a point was written under other limits than those of the newest version."""
        return any((point.low, point.high) != (self.low, self.high) for point in self.points)

    @property
    def limits_text(self) -> str:
        """The limits of the newest version, in words that follow "limits"."""
        low, high = (None if one is None else f"{one:.10g}" for one in (self.low, self.high))
        if low is not None and high is not None:
            return f"{low} to {high}"
        if low is None and high is None:
            return "none"
        return f"at most {high}" if low is None else f"at least {low}"

    def placed(self, day_from: DayFrom) -> int:
        """How many points stand on a day of that kind."""
        return sum(point.day_from is day_from for point in self.points)

    @property
    def has_no_days(self) -> bool:
        """Whether no record says when it was made: all points stand on their day of receipt."""
        return all(point.day_from is DayFrom.RECEIVED for point in self.points)

    @property
    def unit(self) -> str:
        """What the values are in."""
        return "h" if self.field.type is EntryKind.TIME else unit_of(self.field)

    def rules(self, place: int) -> tuple[Rule, ...]:
        """The rules that the point at that place completes."""
        return self.chart.breaks[place] if self.chart else ()


@dataclass(frozen=True)
class Written:
    """What stands in a field of a record, by which a point is made.

    `state` is None where the record has no such entry.
    """

    record: str
    record_state: RecordState
    batch_number: str
    version: str
    page: int
    day: date
    day_from: DayFrom
    received_at: datetime
    value: str
    state: State | None
    is_settled: bool
    probability: float


def trend_of(
    form: str,
    title: str,
    fields: dict[str, Field],
    written: Iterable[Written],
    *,
    span: Span = ANY_DAY,
) -> Trend:
    """The trend of a field; `fields` are what it is in each version of the form, newest last.

    A batch outside the span is left out and counted where nobody is sure of its day.
    """
    points: list[Point] = []
    left_out: Counter[LeftOut] = Counter()
    version, newest = next(reversed(fields.items()))
    for one in written:
        is_asked = span.holds(one.day)
        if not is_asked and one.day_from is DayFrom.MADE:
            continue
        made = point_of(fields[one.version], one, into=unit_of(newest))
        made = made if is_asked else LeftOut.UNDATED
        if isinstance(made, Point):
            points.append(made)
        else:
            left_out[made] += 1
    points.sort(key=_in_order)
    return Trend(form, title, version, newest, tuple(points), tuple(sorted(left_out.items())))


def _in_order(point: Point) -> tuple[date, datetime, str, str]:
    return point.day, point.received_at, point.batch_number, point.record


def point_of(field: Field, one: Written, *, into: str) -> Point | LeftOut:
    """The entry as a point in that unit, or why it is none."""
    if one.record_state is RecordState.REJECTED:
        return LeftOut.REJECTED
    if one.state is None:
        return LeftOut.MISSING
    is_time = field.type is EntryKind.TIME
    times = Decimal(1) if is_time else factor(unit_of(field), into)
    if one.state is State.FILLED and times is None:
        return LeftOut.OTHER_UNIT
    value = value_of(field, one.value, times=times) if one.state is State.FILLED else None
    if value is None:
        return _BY_STATE.get(one.state, LeftOut.NO_NUMBER)
    return Point(
        record=one.record,
        state=one.record_state,
        batch_number=one.batch_number,
        version=one.version,
        field=field.name,
        page=one.page,
        day=one.day,
        day_from=one.day_from,
        received_at=one.received_at,
        value=value,
        shown=one.value,
        is_settled=one.is_settled,
        probability=one.probability,
        unit=unit_of(field),
        low=_times(field.low, times),
        high=_times(field.high, times),
    )


def _times(number: Decimal | None, times: Decimal | None) -> float | None:
    return None if number is None or times is None else float(number * times)


def value_of(field: Field, text: str, *, times: Decimal | None = Decimal(1)) -> float | None:
    """The number that the entry stands for under its field's format, so many times over.

    A time of day is in hours.
    """
    if not is_well_formed(field, text):
        return None
    if field.type is EntryKind.TIME:
        return _hours(field, text)
    return _times(as_number(text), times)


def _hours(field: Field, text: str) -> float | None:
    try:
        at: time | None = as_time(field, text)
    except ValueError:  # 25:00 fits the format, and is no time of day
        return None
    return None if at is None else at.hour + at.minute / MINUTES + at.second / MINUTES**2


def charted_fields(form: MasterForm) -> tuple[Field, ...]:
    """The fields that have a chart: yields and quantities first, then the others step by step."""
    fields = [field for field in form.fields if field.type in CHARTED]
    first = {Meaning.YIELD: 0, Meaning.QUANTITY: 1}
    return tuple(sorted(fields, key=lambda field: first.get(field.means, 2) if field.means else 2))


def shown_hours(hours: float) -> str:
    """Hours as a time of day: 9.5 is `09:30`."""
    minutes = round(hours * MINUTES)
    return f"{minutes // MINUTES:02}:{minutes % MINUTES:02}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed, between two by their distance."""
    in_order = sorted(values)
    place = share * (len(in_order) - 1)
    below = int(place)
    above = min(below + 1, len(in_order) - 1)
    return in_order[below] + (place - below) * (in_order[above] - in_order[below])
