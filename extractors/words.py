"""Free text: words that are in use are likelier than other strings of letters, and so are numbers.

The list is made of SCOWL's British and American words, with how common each is
(`training/words.py`, extractors/models/README.md). The list and the ink compete: a name that no
list holds is read by its ink.
"""

import gzip
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, product
from math import log, prod
from pathlib import Path

WORDS = Path(__file__).with_name("models") / "words.txt.gz"
A_LETTER = 1.8
"""How much likelier (logarithm) a word is than other letters, for each letter but the first two."""
LONGEST = 8
"""No more letters of a word than so many speak for it."""
A_ZIPF = 1.0
"""How much more (logarithm) speaks for a word that is ten times as common."""
USUAL_ZIPF = 4.0
"""So common (Zipf: the logarithm of how often in a thousand million words) is a usual word."""
APART = frozenset(" .,:;/-+()&%#")
"""Signs that stand between words."""
MOST_MIXED = 64
"""So many texts are put together out of two texts' words."""
UNITS = frozenset(
    [
        "mg",
        "g",
        "kg",
        "ml",
        "l",
        "mm",
        "cm",
        "m",
        "min",
        "h",
        "s",
        "bar",
        "mbar",
        "rpm",
        "ppm",
        "kn",
        "n",
        "pcs",
        "x",
    ]
)
MEASURED = log(50)
"""How much likelier a number before a unit, or one like 2nd, is than the same ink as letters."""
ODD = -log(30)
"""How much less likely a token is that is neither a word, nor a number, nor a code: `1o`, `z`."""
ODD_CASE = -log(8)
"""The same for capitals within a word: `GlyceRol`."""
USUAL_TOKEN = re.compile(
    r"[A-Za-z]{2,}|[aAI]|[A-Z0-9]+|[0-9]+[a-z]{1,3}|[0-9]+x[0-9]+|[A-Z]+[0-9]+[a-z]"
)
"""A word, a code, a number with what is counted or where it stands in a row, a size."""
USUAL_CASE = re.compile(r"[a-z]+|[A-Z][a-z]*|[A-Z]+|.*[^A-Za-z].*")
LIKE_DIGITS = str.maketrans("oOQDsSlIizZBgqb", "000055111228996")
"""Letters that look like digits."""
ORDINAL = re.compile(r"(.+)(st|nd|rd|th)")
"""A number in a row, whatever its digits were read as."""


@lru_cache(maxsize=1)
def _list() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """All words, in small letters and in order, and how common each is (Zipf)."""
    lines = gzip.decompress(WORDS.read_bytes()).decode("ascii").splitlines()
    pairs = [line.split() for line in lines]
    return tuple(word for word, _ in pairs), tuple(int(tenths) / 10 for _, tenths in pairs)


def words() -> tuple[str, ...]:
    """All words, in small letters and in order."""
    return _list()[0]


def zipf(text: str) -> float | None:
    """How common a word is, in whatever letters; None for what is no word."""
    all_words, common = _list()
    word = text.casefold()
    place = bisect_left(all_words, word)
    return common[place] if place < len(all_words) and all_words[place] == word else None


def log_odds(text: str) -> float:
    """How much likelier (logarithm; below 0: less likely) a text is for what it is made of."""
    tokens = _tokens(text)
    measured = sum(
        MEASURED for one, other in pairwise(tokens) if one.isdigit() and other.casefold() in UNITS
    )
    return measured + sum(_log_odds(token) for token in tokens)


def _log_odds(token: str) -> float:
    """What speaks for one token."""
    if not token.isalnum() or token.isdigit():
        return 0.0
    if token[:-2].isdigit() and ORDINAL.fullmatch(token):
        return MEASURED
    odd = 0.0 if USUAL_TOKEN.fullmatch(token) or token in UNITS else ODD
    odd += 0.0 if USUAL_CASE.fullmatch(token) else ODD_CASE
    common = zipf(token)
    if common is None or len(token) < 3:
        return odd
    return odd + max(
        0.0, A_LETTER * (min(len(token), LONGEST) - 2) + A_ZIPF * (common - USUAL_ZIPF)
    )


def likelier(text: str) -> Iterator[str]:
    """The text, and with its odd tokens as what they may have been: `GlyceRol`, `1o`, `znd`."""
    tokens = text.split()
    if not tokens:
        return
    ways = [(token, *_instead(token)) for token in tokens]
    if prod(len(way) for way in ways) <= MOST_MIXED:
        yield from (" ".join(parts) for parts in product(*ways))
    else:
        yield " ".join(way[-1] for way in ways)


def _instead(token: str) -> Iterator[str]:
    """What an odd token may have been."""
    if token.isalpha() and not USUAL_CASE.fullmatch(token):
        yield token.capitalize() if token[0].isupper() else token.lower()
    ordinal = ORDINAL.fullmatch(token)
    body, end = ordinal.groups() if ordinal else (token, "")
    digits = "x".join(part.translate(LIKE_DIGITS) for part in body.split("x"))
    if digits != body and digits.replace("x", "").isdigit() and len(body) <= 5:
        yield digits + end


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
        return self.parts[state] in ("", "0") or zipf(self.parts[state]) is not None

    def _state(self, part: str) -> int:
        if part not in self.numbers:
            self.numbers[part] = len(self.parts)
            self.parts.append(part)
        return self.numbers[part]
