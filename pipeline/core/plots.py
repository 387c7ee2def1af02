"""The plots of a validation report: how true confidences are, and what a threshold costs."""

from collections.abc import Iterator, Mapping, Sequence
from math import log10

from pipeline.core.drawing import (
    BLUE,
    INK,
    ORANGE,
    PALE_BLUE,
    QUIET,
    Anchor,
    Area,
    Dot,
    Drawing,
    Shape,
    Stroke,
    Words,
)
from pipeline.core.evaluate import Automation, Step
from pipeline.core.figures import Figure
from pipeline.core.plot_axes import Axis, Frame, axes, moved
from pipeline.core.score import Band

WIDTH = 500.0
_CLOSEST = 1e-4
"""Shares nearer to 1 than this are drawn at the edge, and so are error rates under it."""
_SURE_TICKS = ((0.0, "0"), (0.5, "50"), (0.8, "80"), (0.9, "90"), (0.99, "99"), (0.999, "99.9"))
_RATE_TICKS = ((1e-3, "0.1"), (1e-2, "1"), (1e-1, "10"), (1.0, "100"))


def _sureness(share: float) -> float:
    """0 to 1 on a scale that is stretched towards certainty: 90, 99, 99.9 % are evenly apart."""
    return log10(max(1 - share, _CLOSEST)) / log10(_CLOSEST)


def _rate(share: float) -> float:
    """0 to 1 on a logarithmic scale from 0.01 % to 100 %."""
    return 1 - log10(max(share, _CLOSEST)) / log10(_CLOSEST)


def reliability_plot(bands: Sequence[Band]) -> Drawing:
    """Each band's confidence as said, against the share that was right, with its interval."""
    ticks = (*_SURE_TICKS, (1.0, "100"))
    frame = Frame(
        62,
        12,
        WIDTH - 82,
        225,
        Axis("Confidence as given, mean of the band (%)", _sureness, ticks),
        Axis("Share found right (%)", _sureness, ticks),
    )
    shapes: list[Shape] = [*axes(frame)]
    shapes.append(Stroke((frame.place(0, 0), frame.place(1, 1)), QUIET, width=1, is_dashed=True))
    shapes.append(Words(moved(frame.place(0.72, 0.72), 8, 12), "said = found", 8, QUIET))
    for band in bands:
        if band.predicted.value is not None and band.observed.value is not None:
            shapes += _with_interval(frame, band.predicted.value, band.observed)
    title = "Reliability: confidence as given against the share found right, for each band."
    return Drawing(WIDTH, frame.top + frame.height + 40, title, tuple(shapes))


def threshold_plot(automation: Automation, aim: float, *, today: tuple[Figure, Figure]) -> Drawing:
    """Silent errors against the share accepted, over all types of field.

    `today` is what the set's own readings accepted, and the share wrong of it.
    """
    frame = _rate_frame(62, 12, WIDTH - 82, 225)
    shapes = [
        *_band(frame, automation.steps),
        *axes(frame),
        *_aim_line(frame, aim, with_words=True),
        *_curve(frame, automation),
    ]
    accepted, silent = today
    if accepted.value is not None and silent.value is not None:
        shapes += _with_interval(frame, accepted.value, silent, colour=INK)
    title = "Silent error rate against the share of entries accepted, as the threshold moves."
    return Drawing(WIDTH, frame.top + frame.height + 40, title, tuple(shapes))


def threshold_plots(by_type: Mapping[str, Automation], aim: float) -> Drawing:
    """The same for each type of field, one small plot each, three in a row."""
    across, gap_x, gap_y = 3, 44.0, 62.0
    width, height = (WIDTH - 42 - (across - 1) * gap_x - 8) / across, 118.0
    shapes: list[Shape] = []
    for number, (name, automation) in enumerate(by_type.items()):
        row, column = divmod(number, across)
        frame = _rate_frame(
            42 + column * (width + gap_x), 22 + row * (height + gap_y), width, height
        )
        shapes.append(
            Words((frame.left + width / 2, frame.top - 7), name, 9.5, anchor=Anchor.MIDDLE)
        )
        shapes += [
            *_band(frame, automation.steps),
            *axes(frame, size=7),
            *_aim_line(frame, aim, with_words=False),
            *_curve(frame, automation),
        ]
    rows = -(-len(by_type) // across)
    title = "Silent error rate against the share of entries accepted, for each type of field."
    return Drawing(WIDTH, 22 + rows * (height + gap_y) - 30, title, tuple(shapes))


def _rate_frame(left: float, top: float, width: float, height: float) -> Frame:
    quarters = tuple((tick / 100, str(tick)) for tick in (0, 25, 50, 75, 100))
    return Frame(
        left,
        top,
        width,
        height,
        Axis("Share accepted (%)", lambda share: share, quarters),
        Axis("Silent errors (%)", _rate, ((_CLOSEST, "≤ 0.01"), *_RATE_TICKS)),
    )


def _with_interval(
    frame: Frame, x: float, figure: Figure, *, colour: str = BLUE
) -> Iterator[Shape]:
    """A dot, with its 95 % interval as an upright line with feet."""
    assert figure.value is not None
    if figure.low is not None and figure.high is not None:
        low, high = frame.place(x, figure.low), frame.place(x, figure.high)
        yield Stroke((low, high), colour, 1.4)
        for foot in (low, high):
            yield Stroke((moved(foot, -4, 0), moved(foot, 4, 0)), colour, 1.4)
    yield Dot(frame.place(x, figure.value), 3.5, colour)


def _curve(frame: Frame, automation: Automation) -> Iterator[Shape]:
    points = tuple(frame.place(step.accepted, step.silent_errors) for step in automation.steps)
    if len(points) == 1:
        yield Dot(points[0], 2.5, BLUE)
    elif points:
        yield Stroke(points, BLUE, 1.6)
    reach = automation.reach
    if reach and reach.accepted.value is not None and reach.silent_errors.value is not None:
        yield Dot(frame.place(reach.accepted.value, reach.silent_errors.value), 3.5, ORANGE)


def _band(frame: Frame, steps: Sequence[Step]) -> Iterator[Shape]:
    """The 95 % interval along the curve, where it was worked out."""
    known = [(step.accepted, step.figure) for step in steps if step.figure]
    lower = [frame.place(x, figure.low) for x, figure in known if figure.low is not None]
    upper = [frame.place(x, figure.high) for x, figure in known if figure.high is not None]
    if len(lower) > 1:
        yield Area((*lower, *reversed(upper)), PALE_BLUE)


def _aim_line(frame: Frame, aim: float, *, with_words: bool) -> Iterator[Shape]:
    left, right = frame.place(0, aim), frame.place(1, aim)
    yield Stroke((left, right), ORANGE, 1.2, is_dashed=True)
    if with_words:
        yield Words(moved(right, -6, 11), f"aim {100 * aim:g} %", 8.5, ORANGE, Anchor.END)
