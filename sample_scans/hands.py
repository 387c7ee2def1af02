"""The people who fill in the samples: whose hand each is, and which split has them for good.

A hand is named after a writer of the UNIPEN strokes ("app/JimJones") or a handwriting font
("font/caveat"). Every writer, in both stroke files and under every name, belongs to one split by
a fixed hash of who it is, and so does every font. A person's signature is made of cursive words
by a writer of the same split.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from sample_scans import ink_fonts
from sample_scans.ink_shapes import PLAIN, Letter, Stroke, StrokeLetter, on_the_line, plain_strokes
from sample_scans.ink_strokes import Letters, Words, open_letters, open_words, person
from sample_scans.values import Split

FONT = "font/"
NO_NAMES = {"buggery", "dead", "death", "drunk", "hate", "kill"}  # words nobody signs with
LEFT_OUT = {"homemade-apple"}  # nobody can read its T, nor tell its I from its J
WHERE = (
    "pen strokes of real writers can be had from UNIPEN train_r01_v07 "
    "(Zenodo, doi 10.5281/zenodo.1195803): name a folder that holds them as unipen_glyphs.npz, "
    "unipen_words.npz and fonts/*.ttf"
)


class NoHands(Exception):
    """There is nobody to write: the message says what is missing and what to do."""


@dataclass(frozen=True)
class Habits:
    """How one person writes, always: lengths in heights of a capital, slant as x per y.

    `start` is the share of the free room that they leave at the left of a box.
    """

    size_mm: float
    slant: float
    spacing: float
    blank: float
    rise: float
    wave: float
    steadiness: float
    pressure: float
    pen: float
    kinds: int
    start: float


@lru_cache(maxsize=4096)
def split_of(name: str) -> Split:
    """The split that a writer or font belongs to for good: about 60 % fit, 15 % tune, 25 % test."""
    file = name.removeprefix(FONT)
    if name.startswith(FONT) and file in ink_fonts.PACKAGED:
        return ink_fonts.PACKAGED[file][1]
    who = name if name.startswith(FONT) else person(name)
    share = int.from_bytes(hashlib.sha256(f"recordroom {who}".encode()).digest()[:4], "big") % 100
    return Split.FIT if share < 60 else Split.TUNE if share < 75 else Split.TEST


def own_rng(name: str, purpose: str) -> np.random.Generator:
    """Chance that depends on the person alone: the same in every record that they write in."""
    digest = hashlib.sha256(f"{purpose} {name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


@dataclass(frozen=True, eq=False)
class Hands:
    """Everybody who can write. `folder` holds strokes and fonts; None: packaged fonts alone."""

    folder: Path | None
    fonts: dict[str, Path] = field(repr=False)

    def writers(self, split: Split) -> tuple[str, ...]:
        """The names of all hands of a split: people first, then fonts, in a fixed order."""
        people = sorted(self._letters.samples) if self._letters else []
        return tuple(name for name in [*people, *self.fonts] if split_of(name) is split)

    def habits(self, name: str) -> Habits:
        """How this person writes, always."""
        return _habits(name)

    def letter(self, name: str, char: str, rng: np.random.Generator) -> Letter:
        """One letter by this hand: of up to three kinds, mostly the one they like best.

        A letter that the hand never left is taken from plain strokes or a writer of the same
        split. Raises `NoHands` for a sign that nobody of the split can write.
        """
        char = char.translate(PLAIN)
        if name.startswith(FONT):
            drawn = ink_fonts.font_letter(self._font(name), char)
            return drawn if drawn is not None else self._borrowed(name, char, rng)
        samples = self._own(name, char)
        if not samples:
            return self._borrowed(name, char, rng)
        return self._sample(name, char, samples[self._kind(name, len(samples), rng)])

    def words(self, name: str) -> tuple[str, ...]:
        """What this writer has written as whole words; none for a font."""
        if self._words is None or name.startswith(FONT):
            return ()
        return tuple(sorted(self._written(name)))

    def word(self, name: str, text: str, rng: np.random.Generator) -> tuple[Stroke, ...] | None:
        """A whole word as this writer wrote it, its height 1; None where they never did."""
        found = self._written(name).get(text, ())
        if not found or self._words is None:
            return None
        return self._words.strokes.shape(found[int(rng.integers(len(found)))], 1 / 1000)

    def signature_words(self, name: str) -> tuple[tuple[Stroke, ...], ...]:
        """The cursive words that this person's signature is made of; none without strokes."""
        if self._words is None:
            return ()
        rng = own_rng(name, "signature words")
        mine = self._cursive_of(split_of(name)).get(name)
        if mine is None:
            everybody = self._cursive_of(split_of(name))
            mine = everybody[sorted(everybody)[int(rng.integers(len(everybody)))]]
        chosen = rng.choice(len(mine), size=min(2, len(mine)), replace=False)
        return tuple(self._words.strokes.shape(mine[i], 1 / 1000) for i in chosen.tolist())

    def signature_writers(self, split: Split) -> tuple[str, ...]:
        """Whose words signatures of this split are made of."""
        return tuple(sorted(self._cursive_of(split))) if self._words else ()

    @cached_property
    def _letters(self) -> Letters | None:
        return None if self.folder is None else open_letters(self.folder)

    @cached_property
    def _words(self) -> Words | None:
        return None if self.folder is None else open_words(self.folder)

    @cached_property
    def _cache(self) -> dict[tuple[str, int], Letter]:
        return {}

    @cached_property
    def _word_lists(self) -> dict[str, dict[str, list[int]]]:
        return {}

    @cached_property
    def _cursive(self) -> dict[Split, dict[str, tuple[int, ...]]]:
        return {}

    def _font(self, name: str) -> Path:
        return self.fonts[name]

    def _own(self, name: str, char: str) -> tuple[int, ...]:
        return self._letters.samples.get(name, {}).get(char, ()) if self._letters else ()

    def _kind(self, name: str, count: int, rng: np.random.Generator) -> int:
        """Which of their kinds of a letter somebody writes this time."""
        kinds = min(self.habits(name).kinds, count)
        chance = rng.random()
        if chance > 0.8:  # now and then a letter turns out unlike the others
            return int((chance - 0.8) * 5 * count) % count
        return min(int(chance / 0.8 * kinds * 0.9), kinds - 1)

    def _sample(self, name: str, char: str, index: int) -> Letter:
        key = (char, index)
        if key not in self._cache:
            letters = self._letters
            if letters is None:
                raise NoHands(f"no strokes for {char!r}; {WHERE}.")
            shape = letters.strokes.shape(index, 1 / letters.capital[name])
            self._cache[key] = on_the_line(char, shape)
        return self._cache[key]

    def _borrowed(self, name: str, char: str, rng: np.random.Generator) -> Letter:
        plain = plain_strokes(char)
        if plain is not None:
            return on_the_line(char, plain) if char not in "°%" else _as_drawn(plain)
        return self._from_others(name, char, rng)

    def _from_others(self, name: str, char: str, rng: np.random.Generator) -> Letter:
        others = self._others(name)
        start = int(own_rng(name, f"borrows {char}").integers(len(others)))
        for other in others[start:] + others[:start]:
            if other.startswith(FONT):
                drawn = ink_fonts.font_letter(self.fonts[other], char)
                if drawn is not None:
                    return drawn
            elif self._own(other, char):
                return self._sample(other, char, self._own(other, char)[0])
        for like in (char.lower(), char.upper()):
            if like != char:
                return self.letter(name, like, rng)
        raise NoHands(f"nobody beside {name} can write {char!r}; {WHERE}.")

    def _others(self, name: str) -> tuple[str, ...]:
        """Of whom somebody may borrow a letter: everybody of the same split."""
        return self.writers(split_of(name))

    def _written(self, name: str) -> dict[str, list[int]]:
        if self._words is None or name.startswith(FONT):
            return {}
        if name not in self._word_lists:
            by_text: dict[str, list[int]] = {}
            for index in self._words.of.get(name, ()):
                by_text.setdefault(self._words.strokes.labels[index], []).append(index)
            self._word_lists[name] = by_text
        return self._word_lists[name]

    def _cursive_of(self, split: Split) -> dict[str, tuple[int, ...]]:
        """Writers of a split with their words that run in one or two strokes."""
        if split not in self._cursive and self._words is not None:
            found = {
                name: cursive
                for name in self._words.of
                if split_of(name) is split
                and len(cursive := _cursive_words(self._words, name)) >= 2
            }
            self._cursive[split] = found
        return self._cursive[split]


def _as_drawn(strokes: tuple[Stroke, ...]) -> Letter:
    """A sign that already stands where it belongs."""
    return StrokeLetter(strokes, float(np.concatenate(strokes)[:, 0].max()))


def _cursive_words(words: Words, name: str) -> tuple[int, ...]:
    strokes = words.strokes
    return tuple(
        index
        for index in words.of[name]
        if 4 <= len(strokes.labels[index]) <= 10
        and strokes.labels[index].isalpha()
        and strokes.labels[index].lower() not in NO_NAMES
        and strokes.shape_starts[index + 1] - strokes.shape_starts[index] <= 3
    )


@lru_cache(maxsize=512)
def _habits(name: str) -> Habits:
    rng = own_rng(name, "habits")
    return Habits(
        size_mm=float(rng.uniform(2.6, 3.9)),
        slant=float(rng.normal(0.03, 0.07)),
        spacing=float(rng.uniform(0.16, 0.32)),
        blank=float(rng.uniform(0.55, 1.0)),
        rise=float(rng.normal(0.004, 0.018)),
        wave=float(rng.uniform(0.01, 0.05)),
        steadiness=float(rng.uniform(0.015, 0.05)),
        pressure=float(rng.uniform(0.7, 1.0)),
        pen=float(rng.uniform(0.85, 1.2)),
        kinds=int(rng.integers(1, 4)),
        start=float(rng.choice([0.12, 0.12, 0.45])),
    )


def open_hands(folder: Path | None) -> Hands:
    """Everybody who can write. With no folder: handwriting fonts that packages have installed.

    Raises `NoHands` where the folder lacks strokes or fonts, or where no such font is installed.
    """
    if folder is None:
        return _packaged_hands()
    wanted = (folder / "unipen_glyphs.npz", folder / "unipen_words.npz", folder / "fonts")
    missing = [path.name for path in wanted if not path.exists()]
    if missing:
        raise NoHands(f"{folder}: there is no {' and no '.join(missing)}; {WHERE}.")
    fonts = {f"{FONT}{path.stem}": path for path in sorted(wanted[2].glob("*.ttf"))}
    fonts = {name: path for name, path in fonts.items() if path.stem not in LEFT_OUT}
    return Hands(folder, fonts)


def _packaged_hands() -> Hands:
    fonts = {f"{FONT}{name}": path for name, path in ink_fonts.packaged_fonts().items()}
    hands = Hands(None, fonts)
    if not all(hands.writers(split) for split in Split):
        packages = " ".join(sorted({package for package, _ in ink_fonts.PACKAGED.values()}))
        raise NoHands(
            f"Too few handwriting fonts are installed to fill in samples; "
            f"install them with: apt-get install {packages}. Or, for better samples: {WHERE}."
        )
    return hands
