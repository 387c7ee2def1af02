"""What is flagged and corrected most, and how long records take to be approved, as drawings."""

from collections.abc import Iterator

from pipeline.core.catalogue import CATALOGUE
from pipeline.core.drawing import (
    BLUE,
    INK,
    ORANGE,
    QUIET,
    Anchor,
    Area,
    Dot,
    Drawing,
    Shape,
    Stroke,
    Words,
)
from pipeline.core.plot_axes import Axis, Frame, axes
from pipeline.core.quality import Count, Quality, Turnaround
from pipeline.core.trend_plot import nice_ticks

WIDTH = 1100.0
MOST_BARS = 20
_LEFT, _RIGHT, _ROW, _BAR = 470.0, 190.0, 24.0, 14.0
_TOP = 40.0
_TICKS_ACROSS = 9
_DAY, _FEW_HOURS = 24.0, 48.0
_TITLES = {kind.name: kind.title for kind in CATALOGUE}


def counts_drawing(found: Quality) -> Drawing:
    """The most frequent flags and corrections as bars, each with form, step and person."""
    shown = found.counts[:MOST_BARS]
    title = (
        f"Corrections and flags in {found.records} records: "
        f"the {len(shown)} most frequent of {len(found.counts)}"
    )
    shapes: list[Shape] = [Words((14, 22), title, 13)]
    for place, one in enumerate(shown):
        shapes += _bar(found, one, _TOP + _ROW * place)
    return Drawing(WIDTH, _TOP + _ROW * len(shown) + 12, title, tuple(shapes))


def _bar(found: Quality, one: Count, top: float) -> Iterator[Shape]:
    line = top + _BAR - 3
    longest = max(each.count for each in found.counts)
    right = _LEFT + (WIDTH - _LEFT - _RIGHT) * one.count / longest
    where = (one.form, f"step {one.step}" if one.step else "", one.person)
    what = _TITLES.get(one.what.replace(" ", "_"), one.what)
    yield Words((14, line), what[:34], 11, INK)
    said = " · ".join(part for part in where if part)
    yield Words((_LEFT - 8, line), said[:44], 11, QUIET, Anchor.END)
    corners = ((_LEFT, top), (right, top), (right, top + _BAR), (_LEFT, top + _BAR))
    yield Area(corners, BLUE)
    yield Words((right + 6, line), f"{one.count} ({found.per_100(one):.1f} in 100 records)", 11)


def turnaround_drawing(found: Turnaround) -> Drawing:
    """How long each record took, in the order of approval, with the median and nine of ten."""
    slow = found.slow_hours or 0.0
    unit, size = ("hours", 1.0) if slow < _FEW_HOURS else ("days", _DAY)
    took = [one.hours / size for one in found.spent]
    frame = _frame(found, took, unit)
    title = f"From receipt to approval, {len(took)} records, in {unit}"
    shapes: list[Shape] = [Words((14, 22), title, 13), *axes(frame, size=11)]
    marks = (("nine of ten", slow, ORANGE), ("half of them", found.median_hours or 0.0, QUIET))
    for words, hours, colour in marks:
        ends = (frame.place(-0.5, hours / size), frame.place(len(took) - 0.5, hours / size))
        shapes.append(Stroke(ends, colour, 1.4, is_dashed=True))
        at = (ends[1][0] + 6, ends[1][1] + (4 if colour == QUIET else -2))
        shapes.append(Words(at, f"{words}: {hours / size:.3g}", 11, colour))
    shapes += [Dot(frame.place(place, one), 3.4) for place, one in enumerate(took)]
    return Drawing(WIDTH, 382.0, title, tuple(shapes))


def _frame(found: Turnaround, took: list[float], unit: str) -> Frame:
    most = max([*took, 0.01]) * 1.06
    count = max(1, len(took))
    step = max(1, -(-count // _TICKS_ACROSS))
    days = tuple(
        (float(place), found.spent[place].approved_at.date().isoformat())
        for place in range(0, len(took), step)
    )
    up = tuple((value, f"{value:g}") for value in (0.0, *nice_ticks(0.0, most, 5)))
    return Frame(
        *(74.0, _TOP, WIDTH - 74.0 - 128.0, 280.0),
        Axis("Approved on", lambda place: (place + 0.5) / count, days),
        Axis(f"Took ({unit})", lambda value: value / most, up),
    )
