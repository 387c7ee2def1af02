"""Control charts for individuals and moving ranges, the Western Electric rules, and capability.

Limits of individuals: mean ± 2.660 · (mean moving range of two); upper limit of the moving range:
3.267 · (mean moving range), after Montgomery, Introduction to Statistical Quality Control, and the
NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2. Both constants come from d2 = 1.128 and
D4 = 3.267 for samples of two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from math import isclose, sqrt
from statistics import fmean, stdev

D2 = 1.128
"""The mean range of two values from a normal distribution, in standard deviations."""
E2 = 2.660
D4 = 3.267
FEWEST_FOR_LIMITS = 20
"""Limits from fewer values are trial limits: they still move with each new batch."""
FEWEST_FOR_CAPABILITY = 30
"""No capability is given for fewer values: its interval would be wider than what it tells."""
_Z95 = 1.96


class Rule(IntEnum):
    """The zone rules of the Western Electric Statistical Quality Control Handbook (1956), p. 25-28.

    A sign that the process has changed, on either side of the centre line.
    """

    BEYOND_LIMIT = 1  # one point beyond 3 sigma
    TWO_OF_THREE = 2  # two of three successive points beyond 2 sigma, on one side
    FOUR_OF_FIVE = 3  # four of five successive points beyond 1 sigma, on one side
    EIGHT_IN_ROW = 4  # eight successive points on one side


_ZONES = (
    (Rule.BEYOND_LIMIT, 1, 1, 3.0),
    (Rule.TWO_OF_THREE, 2, 3, 2.0),
    (Rule.FOUR_OF_FIVE, 4, 5, 1.0),
    (Rule.EIGHT_IN_ROW, 8, 8, 0.0),
)
"""Of each rule: so many of so many successive points, beyond so many sigma."""


@dataclass(frozen=True)
class Limits:
    """A centre line with what is expected around it."""

    centre: float
    low: float
    high: float


@dataclass(frozen=True)
class ControlChart:
    """The chart of some values: limits, moving ranges, and which rules end at which point.

    The first moving range is None. `breaks` has for each point the rules that it completes.
    """

    individuals: Limits
    ranges: Limits
    moving: tuple[float | None, ...]
    sigma: float
    breaks: tuple[tuple[Rule, ...], ...]
    is_trial: bool


def control_chart(
    values: Sequence[float], *, settled: Sequence[bool] | None = None
) -> ControlChart | None:
    """The chart of the values in their order; None for fewer than two.

    `settled` says which of them somebody or a sure reading stands for: the limits come from these
    alone, as long as there are two, so that a misread value does not move them. All are judged.
    """
    if len(values) < 2:
        return None
    flags = settled if settled is not None else [True] * len(values)
    base = [value for value, is_settled in zip(values, flags, strict=True) if is_settled]
    base = base if len(base) > 1 else list(values)
    mean_range = fmean(_ranges(base))
    centre = fmean(base)
    limits = Limits(centre, centre - E2 * mean_range, centre + E2 * mean_range)
    sigma = mean_range / D2
    return ControlChart(
        individuals=limits,
        ranges=Limits(mean_range, 0.0, D4 * mean_range),
        moving=(None, *_ranges(values)),
        sigma=sigma,
        breaks=broken(values, centre=centre, sigma=sigma),
        is_trial=len(base) < FEWEST_FOR_LIMITS,
    )


def _ranges(values: Sequence[float]) -> list[float]:
    return [abs(after - before) for before, after in pairwise(values)]


def broken(values: Sequence[float], *, centre: float, sigma: float) -> tuple[tuple[Rule, ...], ...]:
    """For each point the rules that it completes: itself on that side, with those before it."""
    if sigma <= 0:  # the limits lie on the centre line
        same = [isclose(one, centre, rel_tol=1e-9, abs_tol=1e-12) for one in values]
        return tuple(() if is_same else (Rule.BEYOND_LIMIT,) for is_same in same)
    scores = [(value - centre) / sigma for value in values]
    return tuple(_broken_at(scores[max(0, end - 8) : end]) for end in range(1, len(scores) + 1))


def _broken_at(scores: Sequence[float]) -> tuple[Rule, ...]:
    found: dict[Rule, None] = {}
    for side in (1.0, -1.0):
        for rule, wanted, window, distance in _ZONES:
            last = [side * score > distance for score in scores[-window:]]
            is_long = len(last) == window or rule is not Rule.EIGHT_IN_ROW
            if last[-1] and is_long and sum(last) >= wanted:
                found[rule] = None
    return tuple(sorted(found))


@dataclass(frozen=True)
class Capability:
    """How well a process keeps within limits.

    Cp = (high - low) / 6 sigma and Cpk = the nearer limit's distance from the mean / 3 sigma, with
    sigma from the moving range (within); Pp and Ppk the same with the standard deviation of all
    values (overall). Cp and Pp need both limits. `ppk_low` and `ppk_high` are the 95 % interval of
    Ppk (Bissell 1990; NIST/SEMATECH e-Handbook 7.1.6). All of it assumes values that are about
    normal, from a process in control.
    """

    count: int
    mean: float
    within: float
    overall: float
    cp: float | None
    cpk: float | None
    pp: float | None
    ppk: float | None
    ppk_low: float | None
    ppk_high: float | None


def capability(
    values: Sequence[float], *, low: float | None, high: float | None
) -> Capability | None:
    """The capability of the values against the form's limits.

    None without limits, without any spread, or for fewer than `FEWEST_FOR_CAPABILITY` values.
    """
    if len(values) < FEWEST_FOR_CAPABILITY or (low is None and high is None):
        return None
    mean, overall = fmean(values), stdev(values)
    within = fmean(_ranges(values)) / D2
    if within <= 0 or overall <= 0:
        return None
    ppk = nearer(mean, overall, low=low, high=high)
    half = half_width(ppk, len(values))
    return Capability(
        count=len(values),
        mean=mean,
        within=within,
        overall=overall,
        cp=spread(within, low=low, high=high),
        cpk=nearer(mean, within, low=low, high=high),
        pp=spread(overall, low=low, high=high),
        ppk=ppk,
        ppk_low=ppk - half,
        ppk_high=ppk + half,
    )


def spread(sigma: float, *, low: float | None, high: float | None) -> float | None:
    """The width of the limits in six sigma (Cp, Pp); None where one of them is missing."""
    return None if low is None or high is None else (high - low) / (6 * sigma)


def nearer(mean: float, sigma: float, *, low: float | None, high: float | None) -> float:
    """The distance of the nearer limit from the mean in three sigma (Cpk, Ppk)."""
    distances = [
        *([mean - low] if low is not None else []),
        *([high - mean] if high is not None else []),
    ]
    return min(distances) / (3 * sigma)


def half_width(index: float, count: int) -> float:
    """Half of the 95 % interval of Cpk or Ppk from so many values."""
    return _Z95 * sqrt(1 / (9 * count) + index**2 / (2 * (count - 1)))
