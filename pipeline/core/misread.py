"""What a number that is looked for may have been read as, and how likely that is.

A search for a lot or batch number goes the way of the error: from the number that is meant to
everything that the reader may have made of it, with the chance of each. What is found that way is
weighed by the doubt that the reader had: a reading that it was sure of is hardly ever wrong, and
comes after a doubtful one that is off by signs which hands make alike.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations, islice, product
from math import log10

from rapidfuzz.distance import Editop, Levenshtein

from pipeline.core.confusions import (
    ADDED,
    MELTED,
    MERGED,
    SIGNS,
    SWAPPED,
    confusions,
    lost,
    meant_by,
)

SHORTEST = 4
"""Keys of fewer signs are looked for as they stand: too many others are one sign off."""
LONGEST = 40
MOST = 2500
PER_SIGN = 0.025
"""How often a sign is misread where a reading is doubtful: scales a chance to the doubt."""
SLIP = 1e-5
"""What is left for a slip of whoever types the search, where the reading is beyond doubt."""


SHARE_OFF = {1: 0.75, 2: 0.30, 3: 0.36, 4: 0.48}
"""How often a misread number is so many signs off (of tune writers), times their orders."""
LETTERS_OF_DIGITS = {"0": "o", "1": "il", "2": "z", "5": "s", "6": "g", "8": "b"}
"""A number may be read as letters throughout: `10050` as `IOOSO`."""
MOST_LETTERS = 500
"""So many ways are looked at in which several digits, or letters, of a number may be read so."""
AS_LETTERS = 2e-3
"""The chance of each of them: whoever takes one digit for a letter takes the next for one too."""
LEAST_UNSURE = 0.04
"""What a sign without alternatives has of the doubt, beside one that has them."""


def doubt_of(confidence: float, others: float) -> float:
    """What a reading and its alternatives leave for every other value, from 0 to 1.

    `others` is the sum of the alternatives' probabilities, which may exceed what is left.
    """
    left = 1.0 - confidence
    return max(left - others, 0.2 * left)


def unsure_signs(key: str, others: Iterable[tuple[str, float]]) -> str:
    """Where a reading is unsure: a level, 0 to 9, for each sign, by what its alternatives change.

    `others` are the alternatives' keys with their probabilities.
    """
    masses = [0.0] * len(key)
    for other, probability in others:
        for edit in Levenshtein.editops(key, other):
            place = min(edit.src_pos, len(key) - 1)
            if masses:
                masses[place] += probability
    return "".join(str(_level(mass)) for mass in masses)


def chance_of(key: str, read: str, unsure: str) -> float:
    """The chance that it was `key` where `read` was read, and was not among the alternatives.

    `unsure` is where that reading was unsure; empty where that is not known.
    """
    edits = Levenshtein.editops(key, read)
    least = AS_LETTERS if _is_as_letters(key, read) else 0.0
    share = SHARE_OFF.get(len(edits), 0.0)
    for edit in edits:
        share *= _of_place(read, unsure, edit.dest_pos) * _of_sign(key, read, edit)
    return max(share, least)


def _of_place(read: str, unsure: str, place: int) -> float:
    if len(unsure) != len(read) or not unsure:
        return 1.0 / max(len(read), 1)
    masses = [_mass(level) for level in unsure]
    least = max(LEAST_UNSURE * sum(masses), 1e-6)
    whole = sum(masses) + least * len(masses)
    return (masses[min(place, len(read) - 1)] + least) / whole


def _of_sign(key: str, read: str, edit: Editop) -> float:
    if edit.tag == "replace":
        meant, seen = key[edit.src_pos], read[edit.dest_pos]
        return confusions().get(meant, {}).get(seen, 0.0) / meant_by(seen)
    if edit.tag == "delete":
        meant = key[edit.src_pos]
        return min(1.0, 30 * lost(meant, key[edit.src_pos - 1 : edit.src_pos]))
    return 200 * ADDED


def _level(mass: float) -> int:
    return 0 if mass <= 0 else min(9, max(0, round(9 + 3 * log10(mass))))


def _mass(level: str) -> float:
    return 0.0 if level == "0" else float(10.0 ** ((int(level) - 9) / 3))


@lru_cache(maxsize=256)
def misreadings(key: str) -> dict[str, float]:
    """Everything that the key may have been read as, with the chance of that; the key is not in it.

    All that is one sign off: another sign, one lost, one more, two in the wrong order, two melted
    into one; two signs that are misread at once; and any number of digits read as the letters that
    look like them, or letters as digits. At most `MOST`, the likeliest.
    """
    if not SHORTEST <= len(key) <= LONGEST:
        return {}
    found: dict[str, float] = {}
    for other, chance in (*_one_off(key), *_two_off(key), *_as_letters(key)):
        if other != key:
            found[other] = max(found.get(other, 0.0), chance)
    if len(found) <= MOST:
        return found
    likeliest = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return dict(likeliest[:MOST])


def _one_off(key: str) -> Iterator[tuple[str, float]]:
    for place, sign in enumerate(key):
        before, after = key[:place], key[place + 1 :]
        yield before + after, lost(sign, key[place - 1 : place])
        for other, chance in confusions().get(sign, {}).items():
            yield before + other + after, chance
        if after:
            yield before + after[0] + sign + after[1:], SWAPPED
    for place in range(len(key) + 1):
        for sign in SIGNS:
            yield key[:place] + sign + key[place:], ADDED
    for two, one in MERGED:
        yield from _replaced(key, two, one)
        yield from _replaced(key, one, two)


def _replaced(key: str, old: str, new: str) -> Iterator[tuple[str, float]]:
    place = key.find(old)
    while place >= 0:
        yield key[:place] + new + key[place + len(old) :], MELTED
        place = key.find(old, place + 1)


def _two_off(key: str) -> Iterator[tuple[str, float]]:
    """Two signs misread at once, or one misread and one lost, where each is likely."""
    changes = list(_likely(key))  # from left to right
    for (first, one, chance), (second, other, chance_2) in combinations(changes, 2):
        if first != second:
            made = key[:first] + one + key[first + 1 : second] + other + key[second + 1 :]
            yield made, 3 * chance * chance_2 / PER_SIGN


def _as_letters(key: str) -> Iterator[tuple[str, float]]:
    """Digits read as letters that look like them, and the other way round, several at once."""
    signs = [(sign, *_looks_like(sign)) for sign in key]
    for made in islice(product(*signs), MOST_LETTERS):
        if len(_changed(key, made)) > 1:
            yield "".join(made), AS_LETTERS


def _is_as_letters(key: str, read: str) -> bool:
    changed = _changed(key, read) if len(key) == len(read) else []
    return len(changed) > 1 and all(new in _looks_like(old) for old, new in changed)


def _changed(key: str, read: Iterable[str]) -> list[tuple[str, str]]:
    return [(old, new) for old, new in zip(key, read, strict=True) if old != new]


def _looks_like(sign: str) -> tuple[str, ...]:
    digits = (digit for digit, letters in LETTERS_OF_DIGITS.items() if sign in letters)
    return (*LETTERS_OF_DIGITS.get(sign, ""), *digits)


def _likely(key: str) -> Iterator[tuple[int, str, float]]:
    for place, sign in enumerate(key):
        yield place, "", lost(sign, key[place - 1 : place])
        ranked = sorted(confusions().get(sign, {}).items(), key=lambda one: (-one[1], one[0]))
        yield from ((place, other, chance) for other, chance in ranked[:4])
