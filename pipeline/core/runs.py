"""Numbers that follow one another: what an archive of consecutive numbers says about a reading.

Where the number that is looked for belongs into a run whose neighbours are there, and it is not,
it was likely misread. Then a reading that fits no run, or that stands in two records, is likelier
to be wrong than one that sits in its run once.
"""

import re
from collections.abc import Mapping

ODD = 20.0
"""How much likelier a reading is a wrong one that fits no run, or stands there twice."""


def beside(key: str) -> tuple[str, ...]:
    """The numbers before and after the key, in each of its runs of digits."""
    found = []
    for run in re.finditer(r"\d+", key):
        size, number = len(run[0]), int(run[0])
        for other in (number - 1, number + 1):
            if 0 <= other < 10**size:
                found.append(f"{key[: run.start()]}{other:0{size}}{key[run.end() :]}")
    return tuple(found)


def is_in_run(key: str, present: Mapping[str, int]) -> bool:
    """Whether a number before or after the key is there."""
    return any(present.get(one) for one in beside(key))


def oddness(key: str, present: Mapping[str, int]) -> float:
    """How much likelier that reading is wrong than others, by where it stands.

    `present` says for each key in how many records it stands.
    """
    is_alone = not is_in_run(key, present)
    return ODD if is_alone or present.get(key, 0) > 1 else 1.0
