"""Everybody whose strokes there are, also who left too few to fill in a form by themselves.

Samples are filled in by people who left every digit and nearly every capital. A reader learns from
all people of a split, and from their whole words and numbers. The signs that somebody never left
come from somebody else; so all can fill in samples too (`python -m sample_scans.make --everybody`).

Who writes may be named "app/JimJones~17": the person, and the day. On another day the same letters
have another slant and spacing, and letters that they rarely write turn up as often as any.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from extractors.automaton import ALPHABET
from sample_scans.hands import FONT, Habits, Hands, open_hands, own_rng, split_of
from sample_scans.ink_shapes import Letter, Stroke, StrokeLetter
from sample_scans.ink_strokes import Letters, open_letters
from sample_scans.values import Split

DAY = "~"
DAYS = 1000
LONG_UPSTROKE = 0.12
"""Share of days on which the 1 has a long upstroke and the 7 a bar, as in much of Europe."""
LONGEST = 18
"""Whole words and numbers have at most so many signs."""


@dataclass(frozen=True, eq=False)
class Everybody(Hands):
    """All people and fonts; a name may have a day behind it."""

    def habits(self, name: str) -> Habits:
        """How this person writes on that day: less alike than people of one plant."""
        if DAY not in name:
            return super().habits(name)
        rng = own_rng(name, "day")
        return replace(
            super().habits(name),
            slant=float(rng.normal(0.03, 0.16)),
            spacing=float(rng.uniform(0.10, 0.40)),
            steadiness=float(rng.uniform(0.015, 0.075)),
        )

    def letter(self, name: str, char: str, rng: np.random.Generator) -> Letter:
        """One letter as this person ever wrote it; somebody else's where they never did."""
        has_upstroke = (
            DAY in name
            and not name.startswith(FONT)
            and own_rng(name, "upstroke").random() < LONG_UPSTROKE
        )
        if char == "1" and has_upstroke:
            return _long_one(rng)
        letter = super().letter(name, char, rng)
        return _barred(letter, rng) if char == "7" and has_upstroke else letter

    def words(self, name: str) -> tuple[str, ...]:
        """What this person has written as whole words."""
        return super().words(person_of(name))

    def word(self, name: str, text: str, rng: np.random.Generator) -> tuple[Stroke, ...] | None:
        """A whole word as this person wrote it, its height 1; None where they never did."""
        return super().word(person_of(name), text, rng)

    def signature_words(self, name: str) -> tuple[tuple[Stroke, ...], ...]:
        """The cursive words that this person's signature is made of, whatever the day."""
        return super().signature_words(person_of(name))

    def written(self, split: Split) -> tuple[tuple[str, str], ...]:
        """Who of a split has written which whole word or number, in a fixed order."""
        if self._words is None:
            return ()
        return tuple(
            (name, text)
            for name in sorted(self._words.of)
            if split_of(name) is split
            for text in self.words(name)
            if 1 < len(text) <= LONGEST and set(text) <= set(ALPHABET) - {" "}
        )

    def _font(self, name: str) -> Path:
        return super()._font(person_of(name))

    def _own(self, name: str, char: str) -> tuple[int, ...]:
        return super()._own(person_of(name), char)

    def _sample(self, name: str, char: str, index: int) -> Letter:
        return super()._sample(person_of(name), char, index)

    def _kind(self, name: str, count: int, rng: np.random.Generator) -> int:
        return int(rng.integers(count)) if DAY in name else super()._kind(name, count, rng)

    def _others(self, name: str) -> tuple[str, ...]:
        return self.writers(split_of(person_of(name)))

    @cached_property
    def _letters(self) -> Letters | None:
        return None if self.folder is None else open_letters(self.folder, of_everybody=True)


def open_everybody(folder: Path | None) -> Everybody:
    """All people of a folder with handwriting; raises as `open_hands` does."""
    hands = open_hands(folder)
    return Everybody(hands.folder, hands.fonts)


def person_of(name: str) -> str:
    """Whose hand it is, whatever the day."""
    return name.partition(DAY)[0]


def on_some_day(names: Sequence[str], rng: np.random.Generator) -> str:
    """One of these people, on one of their days."""
    return f"{names[int(rng.integers(len(names)))]}{DAY}{int(rng.integers(DAYS))}"


def _long_one(rng: np.random.Generator) -> Letter:
    """A 1 whose upstroke starts far down, at the left."""
    wide, low = float(rng.uniform(0.2, 0.5)), float(rng.uniform(0.2, 0.65))
    lean, bow = float(rng.normal(0.0, 0.06)), float(rng.normal(0.0, 0.04))
    up = [(0.0, low - 1), (wide / 2 - bow, low / 2 - 1 - bow), (wide, -1.0)]
    down = [(wide - lean / 2 + bow / 2, -0.5), (wide - lean, 0.0)]
    stroke = np.array([*up, *down], np.float32)
    stroke[:, 0] -= min(0.0, float(stroke[:, 0].min()))
    return StrokeLetter((stroke,), float(stroke[:, 0].max()))


def _barred(letter: Letter, rng: np.random.Generator) -> Letter:
    """A 7 with a bar through its stem, where it has none."""
    if not isinstance(letter, StrokeLetter) or len(letter.strokes) > 1:
        return letter
    y, half = float(rng.uniform(-0.55, -0.38)), 0.32 * max(letter.width, 0.3)
    middle = 0.55 * letter.width
    tilt = float(rng.normal(0, 0.05))
    bar = np.array([(middle - half, y + tilt), (middle + half, y - tilt)], np.float32)
    return StrokeLetter((*letter.strokes, bar), letter.width)
