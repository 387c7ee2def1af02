"""Figures with their uncertainty: shares over records, with 95 % intervals.

Entries of one record are alike (one hand, one scan), so an interval comes from drawing whole
records again (bootstrap, percentiles, a fixed seed). Where nothing is wrong, or all is, drawing
shows no spread, and the exact binomial (Clopper-Pearson) bound over the entries is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

_DRAWS = 2000
_TAIL = 0.025


@dataclass(frozen=True)
class Figure:
    """A share or a mean over `n` things, between `low` and `high`; None where there are none."""

    value: float | None
    n: int
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Count:
    """What one record brings to a figure: how much was found, out of how many things."""

    found: float
    of: int


def share(counts: Sequence[Count]) -> Figure:
    """The share of all things that were found, for counts record by record."""
    figure = mean(counts)
    found = sum(count.found for count in counts)
    if figure.n == 0 or 0 < found < figure.n:
        return figure
    bound = _TAIL ** (1 / figure.n)
    return Figure(figure.value, figure.n, *((bound, 1.0) if found else (0.0, 1 - bound)))


def mean(counts: Sequence[Count]) -> Figure:
    """The mean over all things, for sums record by record (which need not lie within 0 and 1)."""
    found = np.array([count.found for count in counts], dtype=np.float64)
    of = np.array([count.of for count in counts], dtype=np.int64)
    n = int(of.sum())
    if n == 0:
        return Figure(None, 0, None, None)
    low, high = np.quantile(drawn_means(counts), (_TAIL, 1 - _TAIL))
    return Figure(float(found.sum() / n), n, float(low), float(high))


def drawn_means(counts: Sequence[Count]) -> npt.NDArray[np.float64]:
    """The mean in each of many draws of as many counts, the same draws every time.

    Draws without a thing in them are left out; where there are things, some are left.
    """
    found = np.array([count.found for count in counts], dtype=np.float64)
    of = np.array([count.of for count in counts], dtype=np.int64)
    draws = _draws(len(counts))
    sums = draws @ of
    return np.asarray((draws @ found)[sums > 0] / sums[sums > 0], np.float64)


@lru_cache(maxsize=4)
def _draws(records: int) -> npt.NDArray[np.int64]:
    """How often each record is drawn: draws × records, the same every time."""
    even = np.full(records, 1 / records)
    return np.random.default_rng(20_26).multinomial(records, even, size=_DRAWS)
