"""How sure a figure of the exam is: its one-sided 95 % bound, and the word for it.

Everything is counted as errors among things. Where there are errors, whole writers are drawn again
(bootstrap, a fixed seed), since what one hand wrote is alike; what nobody wrote goes with its
record. Where there are none, drawing shows nothing, and the exact binomial bound is given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pipeline.core.bound import CONFIDENCE, upper_bound
from pipeline.core.figures import Count, drawn_means


class Verdict(StrEnum):
    """What is said of a figure beside what it has to reach."""

    REACHED = "reached"  # the bound is there too
    NOT_SHOWN = "not shown"  # the figure is there, its bound is not
    MISSED = "**missed**"
    NOTHING = "nothing to count"
    NO_GOAL = ""


@dataclass(frozen=True)
class Goal:
    """What a figure has to reach: at least `limit`, or at most where `is_ceiling`.

    `is_exact`: the figure itself counts, not its bound, as where not one error is allowed.
    """

    limit: float
    is_ceiling: bool = False
    is_exact: bool = False

    def __str__(self) -> str:
        return f"{'≤' if self.is_ceiling else '≥'} {self.limit:g}"


@dataclass(frozen=True)
class Line:
    """One line of the table. `found` and `bound` lie within 0 and 1, None where `n` is 0."""

    figure: str
    goal: Goal | None
    found: float | None
    bound: float | None
    n: int
    errors: int

    @property
    def verdict(self) -> Verdict:
        """Whether the goal is reached, and shown to be."""
        if self.goal is None:
            return Verdict.NO_GOAL
        if self.found is None or self.bound is None:
            return Verdict.NOTHING
        if not _is_within(self.found, self.goal):
            return Verdict.MISSED
        is_shown = self.goal.is_exact or _is_within(self.bound, self.goal)
        return Verdict.REACHED if is_shown else Verdict.NOT_SHOWN


def _is_within(value: float, goal: Goal) -> bool:
    return value <= goal.limit if goal.is_ceiling else value >= goal.limit


def line(
    figure: str,
    goal: Goal | None,
    errors: Iterable[tuple[str, bool]],
    *,
    is_error_rate: bool = False,
) -> Line:
    """A line from things: the cluster (writer or record) of each, and whether it is an error.

    The figure is the share of what is right, or with `is_error_rate` of what is wrong; the bound
    is on its bad side.
    """
    counts = by_cluster(errors)
    wrong, n = round(sum(count.found for count in counts)), sum(count.of for count in counts)
    if n == 0:
        return Line(figure, goal, None, None, 0, 0)
    bound = error_bound(counts)
    found = wrong / n
    if not is_error_rate:
        found, bound = 1 - found, 1 - bound
    return Line(figure, goal, found, bound, n, wrong)


def by_cluster(errors: Iterable[tuple[str, bool]]) -> tuple[Count, ...]:
    """Errors and things of each cluster."""
    found: dict[str, list[int]] = {}
    for cluster, is_wrong in errors:
        both = found.setdefault(cluster, [0, 0])
        both[0] += is_wrong
        both[1] += 1
    return tuple(Count(wrong, of) for wrong, of in found.values())


def error_bound(counts: Sequence[Count]) -> float:
    """The share of errors that is exceeded by the true one with at most 5 %."""
    wrong, n = round(sum(count.found for count in counts)), sum(count.of for count in counts)
    if wrong in (0, n):
        return upper_bound(wrong, n)
    return float(np.quantile(drawn_means(counts), CONFIDENCE))
