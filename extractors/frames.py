"""What a reader of lines saw, frame by frame: probabilities over the signs of form entries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from extractors.automaton import ALPHABET
from extractors.look_alikes import lending
from extractors.values import EntryKind, GreyImage

BLANK = 0
"""Column of "no sign here"."""
OTHER = len(ALPHABET) + 1
"""Column of all signs that no form entry holds (Chinese characters and the like)."""
QUIET = 0.9999
"""Neighbouring frames that are surer than this of "no sign" count as one."""

COLUMN = {sign: place + 1 for place, sign in enumerate(ALPHABET)}
Rows = npt.NDArray[np.float64]
"""Frames × (1 + signs of ALPHABET + 1): blank first, "other" last; each row sums to one."""


@dataclass(frozen=True, eq=False)
class Frames:
    """What one reader saw in a line, from left to right.

    `weight` is how much this reader's word counts beside another's. `lends`: a sign gives a
    little of its probability to the signs that hands make like it, because this reader was
    trained on other writing than form entries. `step` is how wide a frame is, as a share of the
    line's height.
    """

    probabilities: Rows = field(repr=False)
    weight: float = 1.0
    lends: bool = True
    step: float = 1 / 6

    def rows(self) -> Rows:
        """The frames as they are decoded: look-alikes lent to, quiet runs made into one."""
        seen = self.probabilities @ lending() if self.lends else self.probabilities
        is_quiet = seen[:, BLANK] > QUIET
        keep = np.ones(len(seen), dtype=bool)
        keep[1:] = ~(is_quiet[1:] & is_quiet[:-1])
        return seen[keep]


Seen = tuple[Frames, ...]
"""What the readers saw in one line, one `Frames` each, always in the same order."""


class Recogniser(Protocol):
    """Anything that turns upright ink-on-white lines into what its readers saw there."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def model(self) -> str:
        """Which models it holds, with how their content begins."""
        ...

    def look(self, lines: Sequence[GreyImage], kind: EntryKind | None = None) -> tuple[Seen, ...]:
        """What was seen in each line, in their order; lines are grey, ink dark on white.

        `kind` is what entries they are, where that is known: not every reader is asked for all.
        """
        ...
