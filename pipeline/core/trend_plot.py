"""The control chart as a drawing: individuals above, moving ranges below, batch after batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import floor, log10

from extractors.values import EntryKind
from pipeline.core.batch_days import DayFrom
from pipeline.core.control_chart import Limits
from pipeline.core.drawing import (
    BLUE,
    GRID,
    INK,
    ORANGE,
    QUIET,
    Anchor,
    Area,
    Dot,
    Drawing,
    Map,
    Place,
    Point,
    Shape,
    Stroke,
    Words,
)
from pipeline.core.trend import Trend, shown_hours

WIDTH, HEIGHT = 1100.0, 382.0
LEFT, RIGHT = 74.0, 128.0
TOP, ABOVE = 26.0, 202.0
SECOND, BELOW = 264.0, 74.0
_TICKS_ACROSS = 9
_MARK = 5.5
_REACH = 12.0
_BOX = 7.0
_FORM = "#7a4b00"


@dataclass(frozen=True)
class _Panel:
    """One of both charts: where it lies, how many points go across, and its scale upwards."""

    top: float
    height: float
    count: int
    low: float
    high: float

    def at(self, place: int, value: float) -> Point:
        """Where a value stands."""
        room = WIDTH - LEFT - RIGHT
        x = LEFT + room * (place + 0.5) / max(1, self.count)
        return x, self.y(value)

    def y(self, value: float) -> float:
        """How far down a value stands."""
        share = (value - self.low) / (self.high - self.low)
        return self.top + self.height * (1 - share)

    def line(self, value: float) -> tuple[Point, Point]:
        """A level line across."""
        return (LEFT, self.y(value)), (WIDTH - RIGHT, self.y(value))


def control_drawing(trend: Trend) -> Map:
    """The chart, and where each of its points can be opened; keys are the points' places."""
    above, below = _individuals(trend), _ranges(trend)
    shapes = [*_above(trend, above), *_below(trend, below), *_dates(trend, below)]
    title = (
        f"Control chart of {trend.field.label}, form {trend.form}: {len(trend.points)} points. "
        "The table below has each of them."
    )
    places = tuple(
        Place(str(place), x - _REACH / 2, y - _REACH / 2, _REACH, _REACH)
        for place, (x, y) in (
            (place, above.at(place, point.value)) for place, point in enumerate(trend.points)
        )
    )
    return Map(Drawing(WIDTH, HEIGHT, title, tuple(shapes)), places)


def _individuals(trend: Trend) -> _Panel:
    values = [point.value for point in trend.points]
    if trend.chart:
        values += [trend.chart.individuals.low, trend.chart.individuals.high]
    span = (max(values) - min(values)) or abs(values[0]) or 1.0
    for limit in (trend.low, trend.high):  # drawn where it does not press the points together
        if limit is not None and min(values) - span <= limit <= max(values) + span:
            values.append(limit)
    return _panel(values, TOP, ABOVE, len(trend.points))


def _ranges(trend: Trend) -> _Panel:
    moving = [one for one in trend.chart.moving if one is not None] if trend.chart else []
    top = [trend.chart.ranges.high] if trend.chart else []
    return _panel([0.0, *moving, *top], SECOND, BELOW, len(trend.points))


def _panel(values: Sequence[float], top: float, height: float, count: int) -> _Panel:
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 0.5 * (abs(high) or 1.0)
    return _Panel(top, height, count, low if low == 0 else low - room, high + room)


def _above(trend: Trend, panel: _Panel) -> Iterator[Shape]:
    name = f"{trend.field.label} ({trend.unit})" if trend.unit else trend.field.label
    yield Words((LEFT, TOP - 10), name, 12)
    yield Words((WIDTH - RIGHT, TOP - 10), limits_line(trend), 11, _FORM, Anchor.END)
    yield from _scale(panel, is_time=trend.field.type is EntryKind.TIME)
    yield from _form_limits(trend, panel)
    if trend.chart:
        yield from _limits(trend, panel, trend.chart.individuals)
    line = tuple(panel.at(place, point.value) for place, point in enumerate(trend.points))
    if len(line) > 1:
        yield Stroke(line, "#9db8cf", 1)
    for place, point in enumerate(trend.points):
        yield from _day_mark(trend, place, panel.at(place, point.value))
    for place, point in enumerate(trend.points):
        rules = trend.rules(place)
        yield from _mark(panel.at(place, point.value), rules, is_hollow=not point.is_settled)


def _mark(at: Point, rules: Sequence[int], *, is_hollow: bool) -> Iterator[Shape]:
    """A dot; a diamond, with the rules' numbers above it, where it breaks any."""
    x, y = at
    if not rules:
        yield Dot(at, 3.6, BLUE, is_hollow)
        return
    corners = ((x, y - _MARK), (x + _MARK, y), (x, y + _MARK), (x - _MARK, y))
    yield Area(corners, ORANGE)
    if is_hollow:
        yield Dot(at, 2.4, ORANGE, is_hollow=True)
    named = " ".join(str(int(rule)) for rule in rules)
    yield Words((x, y - _MARK - 3), named, 10, ORANGE, Anchor.MIDDLE)


def _day_mark(trend: Trend, place: int, at: Point) -> Iterator[Shape]:
    """A box around a point on its day of receipt; a question mark under one on an unsure day."""
    x, y = at
    day_from = trend.points[place].day_from
    if day_from is DayFrom.RECEIVED and not trend.has_no_days:
        corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
        yield Stroke(tuple((x + _BOX * a, y + _BOX * b) for a, b in corners), INK, 1.2)
    elif day_from is DayFrom.UNSURE:
        yield Words((x, y + 15), "?", 11, INK, Anchor.MIDDLE)


def days_line(trend: Trend) -> str:
    """Which points stand on a day that is not surely the day of making; nothing where all do."""
    received, unsure = trend.placed(DayFrom.RECEIVED), trend.placed(DayFrom.UNSURE)
    if received and trend.has_no_days:
        return "all on the day of receipt: no record says when the batch was made"
    said = [
        f"in a box: on the day of receipt, the day of making is not known ({received})",
        f"with a question mark: the day of making is not sure ({unsure})",
    ]
    return "; ".join(one for one, count in zip(said, (received, unsure), strict=True) if count)


def _limits(trend: Trend, panel: _Panel, limits: Limits) -> Iterator[Shape]:
    is_time = trend.field.type is EntryKind.TIME
    for value, name, is_dashed in (
        (limits.high, "UCL", True),
        (limits.centre, "mean", False),
        (limits.low, "LCL", True),
    ):
        yield Stroke(panel.line(value), ORANGE if is_dashed else QUIET, 1.3, is_dashed)
        words = f"{name} {_number(value, is_time=is_time)}"
        colour = ORANGE if is_dashed else QUIET
        yield Words((WIDTH - RIGHT + 6, panel.y(value) + 4), words, 11, colour)


def limits_line(trend: Trend) -> str:
    """The form's own limits, in which version, and whether a batch here was made under others."""
    if trend.low is None and trend.high is None and not trend.has_other_limits:
        return ""
    others = "; other versions have others" if trend.has_other_limits else ""
    return f"form limits, version {trend.version} (newest): {trend.limits_text}{others}"


def _form_limits(trend: Trend, panel: _Panel) -> Iterator[Shape]:
    """The form's own limits, each point with those of its own version."""
    for side in ("low", "high"):
        limits: list[float | None] = [getattr(point, side) for point in trend.points]
        for limit, first, last in _runs(limits):
            if panel.low <= limit <= panel.high:
                ends = (_edge(panel, first), _edge(panel, last + 1))
                y = panel.y(limit)
                yield Stroke(((ends[0], y), (ends[1], y)), _FORM, 2)
                words = f"form {side} {limit:g}{_versions(trend, first, last)}"
                yield Words((ends[1] - 4, y - 5), words, 11, _FORM, Anchor.END)


def _versions(trend: Trend, first: int, last: int) -> str:
    """Which versions a limit is of, where not all have the same."""
    if not trend.has_other_limits:
        return ""
    named = dict.fromkeys(point.version for point in trend.points[first : last + 1])
    return f" (version {', '.join(named)})"


def _edge(panel: _Panel, place: int) -> float:
    """Where the room of the point at that place begins."""
    return LEFT + (WIDTH - LEFT - RIGHT) * place / max(1, panel.count)


def _runs(limits: Sequence[float | None]) -> Iterator[tuple[float, int, int]]:
    """Each limit with the first and the last place in a row at which it holds."""
    places = range(len(limits))
    for limit, run in groupby(places, key=lambda place: limits[place]):
        held = list(run)
        if limit is not None:
            yield limit, held[0], held[-1]


def _below(trend: Trend, panel: _Panel) -> Iterator[Shape]:
    yield Words((LEFT, SECOND - 10), "Moving range", 12)
    yield Words((WIDTH - RIGHT, SECOND - 10), days_line(trend), 11, INK, Anchor.END)
    yield from _scale(panel, is_time=False)
    if trend.chart is None:
        return
    high = trend.chart.ranges.high
    for value, name, is_dashed in ((high, "UCL", True), (trend.chart.ranges.centre, "mean", False)):
        colour = ORANGE if is_dashed else QUIET
        yield Stroke(panel.line(value), colour, 1.3, is_dashed)
        words = f"{name} {_number(value, is_time=False)}"
        yield Words((WIDTH - RIGHT + 6, panel.y(value) + 4), words, 11, colour)
    known = [(place, one) for place, one in enumerate(trend.chart.moving) if one is not None]
    if len(known) > 1:
        yield Stroke(tuple(panel.at(*one) for one in known), "#9db8cf", 1)
    for place, one in known:
        if one > high:
            x, y = panel.at(place, one)
            corners = ((x, y - _MARK), (x + _MARK, y), (x, y + _MARK), (x - _MARK, y))
            yield Area(corners, ORANGE)
        else:
            yield Dot(panel.at(place, one), 2.6, BLUE)


def _scale(panel: _Panel, *, is_time: bool) -> Iterator[Shape]:
    bottom = panel.top + panel.height
    for value in nice_ticks(panel.low, panel.high, 5 if panel.height > BELOW else 4):
        yield Stroke(panel.line(value), GRID, 0.8)
        words = shown_hours(value) if is_time else f"{value:g}"
        yield Words((LEFT - 7, panel.y(value) + 4), words, 11, QUIET, Anchor.END)
    yield Stroke(((LEFT, panel.top), (LEFT, bottom), (WIDTH - RIGHT, bottom)), QUIET, 1)


def _dates(trend: Trend, panel: _Panel) -> Iterator[Shape]:
    """The day and the batch of some of the points."""
    step = max(1, -(-len(trend.points) // _TICKS_ACROSS))
    bottom = panel.top + panel.height
    for place in range(0, len(trend.points), step):
        point = trend.points[place]
        x, _ = panel.at(place, panel.low)
        yield Stroke(((x, bottom), (x, bottom + 4)), QUIET, 1)
        yield Words((x, bottom + 17), _day(trend, place), 10.5, INK, Anchor.MIDDLE)
        yield Words((x, bottom + 30), point.batch_number[:14], 10.5, QUIET, Anchor.MIDDLE)


def _day(trend: Trend, place: int) -> str:
    """The day of a point, marked as the point is."""
    point = trend.points[place]
    day = point.day.isoformat()
    if point.day_from is DayFrom.MADE or trend.has_no_days:
        return day
    return f"{day} ?" if point.day_from is DayFrom.UNSURE else f"[{day}]"


def nice_ticks(low: float, high: float, count: int) -> list[float]:
    """About so many round numbers between both."""
    rough = (high - low) / count
    power = 10 ** floor(log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough)
    first = floor(low / step) + 1
    found = []
    for number in range(first, first + 3 * count + 3):
        if number * step <= high:
            found.append(round(number * step, 12))
    return found


def _number(value: float, *, is_time: bool) -> str:
    return shown_hours(value) if is_time and 0 <= value < 24 else f"{value:.4g}"
