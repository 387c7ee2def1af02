"""The numbers that one lot entry names: seldom more than one, and not always bare.

People write `L08481V / L08499V`, `Lot L08481V` or `L08481V (rest)` where one number was asked for.
What fits the field's own pattern is one number, whatever signs it has. Else the entry is taken
apart: at what fits the pattern inside it, or at the signs and words that stand between numbers.
What can't be told apart for certain is kept in both ways: as it stands, and in parts that may be
numbers for themselves.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.core.spelling import spell

SHORTEST_PART = 5
"""A part of an entry is taken for a number of its own from so many letters and digits on."""
SHORTEST_REST = 4
"""What stands beside a number that fits the pattern is a number too from so many on."""
WORDS = (
    *("lot", "lots", "batch", "batches", "charge", "chg", "ch", "no", "nos", "nr", "number"),
    *("rest", "remainder", "remaining", "part", "partly", "new", "old", "opened", "from", "of"),
)
"""Words that stand beside a number, and are no part of it."""

_BETWEEN = re.compile(r"\s*[,;+&\n]\s*|\s+/\s*|\s*/\s+|\s+(?:and|und|et|plus|or)\s+", re.IGNORECASE)
_REMARK = re.compile(r"[(\[]([^)\]]*)[)\]]")
_BEGIN, _END = r"(?<![^\s()\[\],;:/+&])", r"(?![^\s()\[\],;:/+&])"
"""A hyphen, a point or a low line belongs to the number: `CH-12345` and `2208-12L` are whole."""
_WORD = re.compile(rf"{_BEGIN}(?:{'|'.join(WORDS)})(?:\.?[:#]|\.?{_END}|\.)", re.IGNORECASE)
_AMOUNT = re.compile(rf"{_BEGIN}\d+(?:[.,]\d+)?\s*(?:kg|g|mg|µg|t|l|ml|hl)\.?{_END}", re.IGNORECASE)
_DAY = re.compile(rf"{_BEGIN}\d{{1,4}}([./-])\d{{1,2}}\1\d{{2,4}}{_END}")
_BESIDE = (_REMARK, _WORD, _AMOUNT, _DAY)
_EDGES = " \t:#"
_LARGEST_ENTRY = 500
"""A longer entry is one number as it stands: it is none, and nobody searches it for some."""


@dataclass(frozen=True)
class Named:
    """What an entry names: its numbers, parts that may be numbers, and whether more stands there.

    `has_unread`: beside them there is something that may be a number, and can't be told.
    """

    numbers: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    has_unread: bool = False

    @property
    def is_shared(self) -> bool:
        """Whether more than one lot stands in the entry."""
        return len(self.numbers) + self.has_unread > 1


def named_in(entry: str, pattern: str | None = None) -> Named:
    """What the entry of a lot names; nothing where it has no letter or digit."""
    text = entry.strip()
    if not spell(text):
        return Named()
    if len(text) > _LARGEST_ENTRY or (pattern and re.fullmatch(pattern, text)):
        return Named((text,))
    whole = _fitting(pattern, text) if pattern else ()
    return _beside(text, whole) if whole else _apart(text)


def holds_whole(entry: str, number: str) -> bool:
    """Whether the number stands in the entry by itself, however the two are spaced."""
    words, key = spell(entry).split(), spell(number).replace(" ", "")
    starts = range(len(words))
    return bool(key) and any(_begins_with(words[start:], key) for start in starts)


def _begins_with(words: Sequence[str], key: str) -> bool:
    joined = ""
    for word in words:
        joined += word
        if len(joined) >= len(key):
            break
    return joined == key


@lru_cache(maxsize=512)
def _inside(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", re.IGNORECASE)


def _fitting(pattern: str, text: str) -> tuple[re.Match[str], ...]:
    return tuple(one for one in _inside(pattern).finditer(text) if spell(one.group()))


def _beside(text: str, whole: Sequence[re.Match[str]]) -> Named:
    """Numbers that fit the pattern, and what else stands there."""
    rest, last = "", 0
    for one in whole:
        rest, last = f"{rest}{text[last : one.start()]} , ", one.end()
    others = [*_pieces(_without_words(f"{rest}{text[last:]}"))]
    digits = [one for one in others if _has_digit(one)]
    long = [one for one in digits if _length(one) >= SHORTEST_REST]
    is_asked = any("?" in one for one in others)
    return Named(
        _once([*(one.group() for one in whole), *long]),
        has_unread=len(long) < len(digits) or is_asked,
    )


def _apart(text: str) -> Named:
    """The numbers between signs and words; of an entry that is one word, that."""
    pieces = [*_pieces(text)]
    bare = {one: _bare(one) for one in pieces}
    is_numbered = any(map(_has_digit, bare.values()))
    named = [
        one for one in bare.values() if spell(one) and (_has_digit(one) or not is_numbered)
    ] or [text]
    tight = [one for one in pieces if "/" in one]
    numbers = [number for one in named for number in _around_slash(one)]
    is_asked = any(not spell(one) and "?" in one for one in pieces)
    joined = [one for one in tight if one not in numbers]
    parts = [part for one in numbers for part in _parts(one)]
    others = [one for one in (*joined, *parts) if one not in numbers]
    return Named(_once(numbers), _once(others), has_unread=is_asked)


def _pieces(text: str) -> Iterator[str]:
    yield from (one.strip() for one in _BETWEEN.split(text) if one and one.strip())


def _bare(text: str) -> str:
    """Without words, remarks, days and amounts beside the number; as it is, if nothing is left."""
    left = _without_words(text).strip(_EDGES)
    return left if spell(left) and (_has_digit(left) or not _has_digit(text)) else text


def _without_words(text: str) -> str:
    """Remarks go where they hold no digit; so do words, amounts and days."""
    left = _REMARK.sub(lambda one: f" {one[1]} " if _has_digit(one[1]) else " ", text)
    for beside in _BESIDE[1:]:
        left = beside.sub(" ", left)
    return " ".join(left.split())


def _around_slash(text: str) -> tuple[str, ...]:
    """Two numbers with a slash between them, or one that has a slash."""
    sides = text.split("/")
    are_numbers = all(_has_digit(one) and _length(one) >= SHORTEST_PART for one in sides)
    are_alike = len({_shape(one) for one in sides}) == 1 and _shape(sides[0]).startswith("a9")
    return tuple(sides) if len(sides) > 1 and (are_numbers or are_alike) else (text,)


def _parts(number: str) -> Iterator[str]:
    """Parts of a number that has gaps or slashes in it, long enough to be numbers themselves."""
    found = [one for one in re.split(r"[\s/()\[\]]+", number) if one]
    for one in found if len(found) > 1 else ():
        if _has_digit(one) and _length(one) >= SHORTEST_PART:
            yield one


def _shape(text: str) -> str:
    return "".join("9" if sign.isdigit() else "a" for sign in spell(text).replace(" ", ""))


def _length(text: str) -> int:
    return len(spell(text).replace(" ", ""))


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _once(found: Iterable[str]) -> tuple[str, ...]:
    """Each number once, as it stands first."""
    once: dict[str, str] = {}
    for one in found:
        once.setdefault(spell(one).replace(" ", ""), one)
    return tuple(once.values())
