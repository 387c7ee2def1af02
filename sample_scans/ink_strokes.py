"""People's own pen strokes: the UNIPEN letters and words in a handwriting folder.

`open_letters` and `open_words` read `unipen_glyphs.npz` and `unipen_words.npz` (shapes and units
in that folder's README) once and keep them. The strokes come from UNIPEN train_r01_v07
(International Unipen Foundation, Zenodo 10.5281/zenodo.1195803, CC BY 4.0).
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sample_scans.ink_shapes import Stroke

GRID = 8
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL = "acemnorsuvwxz"
SMALL_HEIGHT = 0.62
"""How high a small letter without ascender is, in heights of a capital."""
DIGITS = "0123456789"
LEAST_CAPITALS = 22
LEAST_SIGNS = 12
MOST_SAMPLES = 24

# Letters that may look the same when each is scaled to its own box.
ALIKE = ("0Oo", "1Il|/!'\\", "5Ss", "2Zz", "Cc(", "Pp", "Uu", "VvYy", "Ww", "Xx", "Kk", "9gq", "Mm")


@dataclass(frozen=True, eq=False)
class Strokes:
    """Arrays as they stand in a file: points, where strokes begin, where shapes begin."""

    points: npt.NDArray[Any] = field(repr=False)
    stroke_starts: npt.NDArray[np.int64] = field(repr=False)
    shape_starts: npt.NDArray[np.int64] = field(repr=False)
    labels: tuple[str, ...] = field(repr=False)
    writers: npt.NDArray[np.int64] = field(repr=False)
    names: tuple[str, ...]

    def shape(self, index: int, scale: float = 1.0) -> tuple[Stroke, ...]:
        """The strokes of one letter or word, times `scale`."""
        first, last = self.shape_starts[index], self.shape_starts[index + 1]
        edges = self.stroke_starts[first : last + 1]
        return tuple(
            self.points[a:b].astype(np.float32) * np.float32(scale)
            for a, b in pairwise(edges)
            if b > a
        )


@dataclass(frozen=True, eq=False)
class Letters:
    """Everybody's letters: `samples[writer][char]` indexes `strokes`, the most usual first.

    `capital` is each writer's height of a capital letter in the file's own units.
    """

    strokes: Strokes
    samples: dict[str, dict[str, tuple[int, ...]]] = field(repr=False)
    capital: dict[str, float] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Words:
    """Everybody's words: `of[writer]` indexes `strokes`."""

    strokes: Strokes
    of: dict[str, tuple[int, ...]] = field(repr=False)


def person(writer: str) -> str:
    """Who a writer is, over both files: contributors gave one person several names.

    Apple's (`ap…`) and CEDAR's (`ce…`) writers come back under other contributions, some of
    them with a number behind, and so do the `hp…`/`sta` and `scr` ones.
    """
    group, _, name = writer.partition("/")
    name = re.sub(r"^(text|d\d_|hpb\d-?)|(Split|_\d|\.dat)$", "", name)
    return f"{'hp' if group == 'sta' else group[:2]}/{name.replace('_', '').lower()}"


@lru_cache(maxsize=2)
def open_letters(folder: Path, *, of_everybody: bool = False) -> Letters:
    """All writers of the letters file who left every digit and nearly every capital.

    With `of_everybody` those too who left fewer signs, though LEAST_SIGNS of them.
    """
    with np.load(folder / "unipen_glyphs.npz", allow_pickle=False) as file:
        strokes = Strokes(
            file["points"],
            file["stroke_offsets"].astype(np.int64),
            file["glyph_offsets"].astype(np.int64),
            tuple(map(chr, file["labels"].tolist())),
            file["writers"].astype(np.int64),
            tuple(map(str, file["writer_names"])),
        )
    size, likeness = _size_and_likeness(strokes)
    samples: dict[str, dict[str, tuple[int, ...]]] = {}
    capital: dict[str, float] = {}
    for number, name in enumerate(strokes.names):
        mine = np.flatnonzero(strokes.writers == number)
        if name.startswith("ibm/"):  # some of these letters lack strokes
            continue
        kept, height = _usual(strokes, mine, size, likeness)
        if len(kept) >= LEAST_SIGNS if of_everybody else is_complete(kept):
            samples[name], capital[name] = kept, height
    return Letters(strokes, samples, capital)


def is_complete(kept: Container[str]) -> bool:
    """Whether a writer can fill in a form: all digits, nearly all capitals."""
    capitals = sum(char in kept for char in CAPITALS)
    return all(char in kept for char in DIGITS) and capitals >= LEAST_CAPITALS


def _usual(
    strokes: Strokes,
    mine: npt.NDArray[np.int64],
    size: npt.NDArray[np.float32],
    likeness: npt.NDArray[np.float32],
) -> tuple[dict[str, tuple[int, ...]], float]:
    """One writer's samples of each letter, most usual first, without slips and mislabelled ones."""
    by_char: dict[str, list[int]] = {}
    for index in mine.tolist():
        by_char.setdefault(strokes.labels[index], []).append(index)
    capital = _capital(by_char, size)
    kept: dict[str, tuple[int, ...]] = {}
    for char, found in by_char.items():
        sizes = size[found]
        ratio = sizes / np.maximum(np.sort(sizes, axis=0)[len(found) // 2], 0.05)
        tall = sizes[:, 1] / capital
        bad = (ratio > 1.6).any(axis=1) | (ratio[:, 1] < 0.6) | (likeness[found] < 0)
        if char.isalnum():
            bad |= (tall > 2.3) | (tall < 0.3) | ((tall < 0.55) & (char in CAPITALS + DIGITS))
        order = sorted(
            (i for i, is_bad in zip(found, bad, strict=True) if not is_bad or not char.isalnum()),
            key=lambda i: (-float(likeness[i]), i),
        )
        if order:
            kept[char] = tuple(order[:MOST_SAMPLES])
    return kept, capital


def _capital(by_char: Mapping[str, list[int]], size: npt.NDArray[np.float32]) -> float:
    """How high this writer's capitals are, by digits or small letters where there are none."""
    for signs, share in ((CAPITALS, 1.0), (DIGITS, 1.0), (SMALL, SMALL_HEIGHT)):
        heights = [size[by_char[sign], 1].mean() for sign in signs if sign in by_char]
        if heights:
            return max(float(np.median(heights)) / share, 0.1)
    return 1.0


def _size_and_likeness(
    strokes: Strokes,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Each letter's width and height, and how much more it looks like its label than another.

    Below 0 for a letter that resembles the average of another letter clearly more than its own:
    in all likelihood mislabelled, or a slip.
    """
    starts = strokes.stroke_starts[strokes.shape_starts]
    points = strokes.points.astype(np.float32)
    low = np.minimum.reduceat(points, starts[:-1], axis=0)
    size = np.maximum.reduceat(points, starts[:-1], axis=0) - low
    owner = np.repeat(np.arange(len(size)), np.diff(starts))
    longest = np.maximum(size.max(axis=1), 1e-3)[owner, None]
    inside = (points - low[owner]) / longest + (1 - size[owner] / longest) / 2
    cell = np.clip((inside * GRID).astype(np.int64), 0, GRID - 1)
    place = (owner * GRID + cell[:, 1]) * GRID + cell[:, 0]
    counts = np.bincount(place, minlength=len(size) * GRID * GRID).reshape(len(size), -1)
    maps = _blur(np.sqrt(counts).astype(np.float32).reshape(-1, GRID, GRID)).reshape(len(size), -1)
    maps /= np.linalg.norm(maps, axis=1, keepdims=True)
    return size, _margin(maps, strokes.labels)


def _blur(maps: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Neighbouring cells flow into each other, so that a small shift counts for little."""
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
    rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    out: npt.NDArray[np.float32] = rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]
    return out


def _margin(maps: npt.NDArray[np.float32], labels: tuple[str, ...]) -> npt.NDArray[np.float32]:
    """Likeness to the own label's average less likeness to the best other's, plus a tolerance."""
    chars = sorted(set(labels))
    places = {char: place for place, char in enumerate(chars)}
    number = np.array([places[char] for char in labels])
    means = np.stack([maps[number == i].mean(axis=0) for i in range(len(chars))])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    scores = maps @ means.T
    own = scores[np.arange(len(maps)), number].copy()
    for i, char in enumerate(chars):
        same = [j for j, other in enumerate(chars) if _is_alike(char, other)]
        scores[np.ix_(number == i, same)] = -1
    margin: npt.NDArray[np.float32] = own - scores.max(axis=1) + 0.12
    return margin


def _is_alike(char: str, other: str) -> bool:
    return char == other or not other.isalnum() or any(char in g and other in g for g in ALIKE)


@lru_cache(maxsize=2)
def open_words(folder: Path) -> Words:
    """All whole words, numbers and dates. The labels' padded array is turned into text once."""
    with np.load(folder / "unipen_words.npz", allow_pickle=False) as file:
        strokes = Strokes(
            file["points"],
            file["stroke_offsets"].astype(np.int64),
            file["word_offsets"].astype(np.int64),
            tuple(file["labels"].tolist()),
            file["writers"].astype(np.int64),
            tuple(map(str, file["writer_names"])),
        )
    of = {
        name: tuple(np.flatnonzero(strokes.writers == number).tolist())
        for number, name in enumerate(strokes.names)
    }
    return Words(strokes, of)
