"""Free text: words that are in use are likelier than other strings of letters.

The list is made of SCOWL's British and American words (extractors/models/README.md). The list
and the ink compete: a name that no list holds is read by its ink.
"""

import gzip
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from math import prod
from pathlib import Path

WORDS = Path(__file__).with_name("models") / "words.txt.gz"
A_LETTER = 1.8
"""How much likelier (logarithm) a word is than other letters, for each letter but the first two."""
LONGEST = 8
"""No more letters of a word than so many speak for it."""
APART = frozenset(" .,:;/-+()&%#")
"""Signs that stand between words."""
MOST_MIXED = 64
"""So many texts are put together out of two texts' words."""


@lru_cache(maxsize=1)
def words() -> tuple[str, ...]:
    """All words, in small letters and in order."""
    return tuple(gzip.decompress(WORDS.read_bytes()).decode("ascii").split())


def is_word(text: str) -> bool:
    """Whether the list has it, in whatever letters."""
    word = text.casefold()
    place = bisect_left(words(), word)
    return place < len(words()) and words()[place] == word


def log_odds(text: str) -> float:
    """How much likelier the text is for the words in it, as a logarithm: never below 0."""
    return sum(
        A_LETTER * (min(len(token), LONGEST) - 2)
        for token in _tokens(text)
        if len(token) > 2 and is_word(token)
    )


def mixed(free: str, worded: str) -> tuple[str, ...]:
    """Two texts of as many words put together word by word, in all ways; else none."""
    ours, theirs = free.split(), worded.split()
    if len(ours) != len(theirs):
        return ()
    pairs = [sorted({one, other}) for one, other in zip(ours, theirs, strict=True)]
    if prod(len(pair) for pair in pairs) > MOST_MIXED:
        return ()
    return tuple(" ".join(parts) for parts in product(*pairs))


def _tokens(text: str) -> Sequence[str]:
    return "".join(" " if sign in APART else sign for sign in text).split()


def _begins_a_word(start: str) -> bool:
    place = bisect_left(words(), start)
    return place < len(words()) and words()[place].startswith(start)


@dataclass(eq=False)
class WordTexts:
    """All texts of words, numbers and the signs between; a state is how much of a word is written.

    States are numbered as they are reached. What is accepted does not depend on that.
    """

    parts: list[str] = field(default_factory=lambda: [""])
    numbers: dict[str, int] = field(default_factory=lambda: {"": 0})

    def after(self, state: int, sign: str) -> int | None:
        """The state behind a sign; None where no word goes on so."""
        part, small = self.parts[state], sign.casefold()
        if sign in APART:
            return self._state("") if self.is_end(state) else None
        if sign.isdigit():
            return self._state("0") if part in ("", "0") else None
        if sign.isalpha() and part != "0" and _begins_a_word(part + small):
            return self._state(part + small)
        return None

    def is_end(self, state: int) -> bool:
        """Whether a text may end here: not within a word."""
        return self.parts[state] in ("", "0") or is_word(self.parts[state])

    def _state(self, part: str) -> int:
        if part not in self.numbers:
            self.numbers[part] = len(self.parts)
            self.parts.append(part)
        return self.numbers[part]
