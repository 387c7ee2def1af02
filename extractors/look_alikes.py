"""Signs that hands make alike, so that a format may choose what the ink nearly says.

Weights are shares of a sign's probability that are lent to its look-alikes. They were set by
hand from the confusions seen on fit and tune writers; what is lent never exceeds what stays.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from extractors.automaton import ALPHABET

CASE = 0.10
TWINS: tuple[tuple[str, float], ...] = (
    ("0OoDQ", 0.04),
    ("1Il|", 0.06),
    ("1/", 0.02),
    ("1:li;!", 0.02),
    ("17", 0.004),
    ("2Zz", 0.03),
    ("5Ss", 0.04),
    ("6Gb", 0.03),
    ("8B", 0.03),
    ("9gq", 0.03),
    ("49", 0.004),
    ("45", 0.006),
    ("43", 0.004),
    ("0PQ", 0.01),
    ("35", 0.003),
    ("4A", 0.004),
    (".,", 0.10),
    (":.;", 0.02),
    ("-_~=", 0.03),
    ("UV", 0.005),
    ("VY", 0.003),
    ("CL", 0.002),
    ("TJ", 0.004),
    ("IJ", 0.01),
    ("HN", 0.002),
    ("MN", 0.002),
    ("EF", 0.002),
    ("PR", 0.002),
)
LOST_SIGN = 0.015
"""What a gap says of each sign that is small enough to be lost in one."""


@lru_cache(maxsize=1)
def lending() -> npt.NDArray[np.float64]:
    """Square over the columns of `Frames`: row by row, what a seen sign says of each sign."""
    size = len(ALPHABET) + 2
    lent = np.zeros((size, size))
    place = {sign: number + 1 for number, sign in enumerate(ALPHABET)}
    for sign in ALPHABET:
        if sign.isalpha():
            lent[place[sign], place[sign.swapcase()]] = CASE
    for signs, weight in TWINS:
        known = [sign for sign in signs if sign in place]
        for seen in known:
            for meant in known:
                if seen != meant:
                    lent[place[seen], place[meant]] += weight
    for sign in ".:/-":
        lent[place[" "], place[sign]] += LOST_SIGN
    np.fill_diagonal(lent, 1 - lent.sum(axis=1))
    return lent
