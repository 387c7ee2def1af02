"""What people write into forms: strings drawn from the formats of entries, never from a record."""

from collections.abc import Callable, Sequence
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

import numpy as np

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Draw = Callable[[np.random.Generator, Sequence[str]], str]


def draw_string(rng: np.random.Generator, words: Sequence[str]) -> str:
    """One entry's text; `words` are what whole words are drawn from."""
    draws, shares = zip(*KINDS, strict=True)
    draw: Draw = draws[int(rng.choice(len(draws), p=np.array(shares) / sum(shares)))]
    return draw(rng, words)


def number(rng: np.random.Generator, words: Sequence[str]) -> str:
    """A count, a weight, a temperature, a percentage."""
    before = _some(rng, digits, int(rng.integers(1, 6)))
    if len(before) > 1 and rng.random() < 0.9:
        before = before.lstrip("0") or "0"
    after = _some(rng, digits, int(rng.integers(1, 4))) if rng.random() < 0.55 else ""
    sign = "-" if rng.random() < 0.03 else ""
    unit = str(rng.choice(["%", " g", " kg", " mm", " min"])) if rng.random() < 0.04 else ""
    return sign + before + (("," if rng.random() < 0.08 else ".") + after if after else "") + unit


def date(rng: np.random.Generator, words: Sequence[str]) -> str:
    """A day in one of the ways that plants write it."""
    day, month = int(rng.integers(1, 32)), int(rng.integers(1, 13))
    year = int(rng.integers(1995, 2036))
    name = MONTHS[month - 1]
    name = name.upper() if rng.random() < 0.5 else name
    ways = (
        f"{day:02}/{month:02}/{year}",
        f"{day:02}/{month:02}/{year % 100:02}",
        f"{day:02}.{month:02}.{year}",
        f"{day:02}.{month:02}.{year % 100:02}",
        f"{year}-{month:02}-{day:02}",
        f"{day:02}-{name}-{year}",
        f"{day:02} {name} {year}",
        f"{day}/{month}/{year % 100:02}",
        f"{day:02}.{month:02}.",
        f"{month:02}/{year}",
    )
    return ways[int(rng.integers(len(ways)))]


def time(rng: np.random.Generator, words: Sequence[str]) -> str:
    """A time of day."""
    hour, minute = int(rng.integers(24)), int(rng.integers(60))
    between = "." if rng.random() < 0.05 else ":"
    return f"{hour:02}{between}{minute:02}" if rng.random() < 0.9 else f"{hour}{between}{minute:02}"


def lot(rng: np.random.Generator, words: Sequence[str]) -> str:
    """A lot, a batch, an equipment or a document number."""
    head = _some(rng, ascii_uppercase, int(rng.integers(0, 4)))
    body = _some(rng, digits, int(rng.integers(2, 9)))
    joint = str(rng.choice(["", "", "", "-", "/", " "])) if head else ""
    tail = ""
    if rng.random() < 0.25:
        tail = str(rng.choice(["", "-", "/"])) + _some(rng, digits + ascii_uppercase, 1)
    return head + joint + body + tail


def initials(rng: np.random.Generator, words: Sequence[str]) -> str:
    """Two or three capitals, now and then with points or a day behind them."""
    text = _some(rng, ascii_uppercase, 2 if rng.random() < 0.65 else 3)
    if rng.random() < 0.04:
        return ".".join(text) + "."
    return f"{text} {date(rng, words)}" if rng.random() < 0.05 else text


def word(rng: np.random.Generator, words: Sequence[str]) -> str:
    """One to four words, or letters that make none: the reader is to trust the ink."""
    if not words or rng.random() < 0.35:
        text = _some(rng, ascii_lowercase, int(rng.integers(2, 9)))
        return text.capitalize() if rng.random() < 0.5 else text
    count = 1 + int(rng.integers(4)) if rng.random() < 0.5 else 1
    chosen = [words[int(rng.integers(len(words)))] for _ in range(count)]
    way = rng.random()
    if way < 0.3:
        chosen[0] = chosen[0].capitalize()
    return " ".join(chosen).upper() if way > 0.9 else " ".join(chosen)


def none(rng: np.random.Generator, words: Sequence[str]) -> str:
    """Not applicable, in its ways."""
    return str(rng.choice(["N/A", "n/a", "NA", "N.A.", "-", "--", "nil", "none"]))


def mixed(rng: np.random.Generator, words: Sequence[str]) -> str:
    """Any signs side by side, so that each is learned in any company."""
    return _some(rng, ascii_letters + digits * 3 + ".,:;/-+()%#&=*'!?", int(rng.integers(1, 8)))


KINDS: tuple[tuple[Draw, float], ...] = (
    (number, 0.33),
    (date, 0.15),
    (time, 0.11),
    (lot, 0.12),
    (initials, 0.12),
    (word, 0.11),
    (none, 0.02),
    (mixed, 0.04),
)


def _some(rng: np.random.Generator, signs: str, count: int) -> str:
    return "".join(signs[int(place)] for place in rng.integers(len(signs), size=count))
