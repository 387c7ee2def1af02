"""Where a person's letters go: on a slightly slanted, wavy line, made to fit the box.

Small boxes are written in smaller; what is long is squeezed, then written smaller, then wrapped
where the box is high enough. Printed character boxes (a comb) take one character each.
"""

from dataclasses import dataclass, field

import numpy as np

from extractors.values import Box
from sample_scans.hands import FONT, Habits, Hands
from sample_scans.ink_paper import Floats
from sample_scans.ink_pen import PlacedMask, mask_corners
from sample_scans.ink_shapes import DROP, MaskLetter, Stroke, StrokeLetter
from sample_scans.values import Mark

LEAST_MM = 1.3  # nobody writes capitals lower than that
NARROW = 0.22  # a stroke or a dot this narrow is kept further from its neighbours
LEAST_GAP = 0.11


@dataclass(frozen=True, eq=False)
class Laid:
    """Letters on the page: strokes in millimetres, and a font's letters with their places.

    `size_mm` is how high the capitals came out.
    """

    strokes: tuple[Stroke, ...] = field(repr=False)
    masks: tuple[PlacedMask, ...] = field(repr=False)
    size_mm: float = 3.0

    def bounds(self) -> tuple[Floats, Floats]:
        """The upper left and lower right corners of everything."""
        every = np.concatenate([*self.strokes, *(mask_corners(m) for m in self.masks)])
        return every.min(axis=0), every.max(axis=0)

    def moved(self, factor: float, about: Floats, shift: Floats) -> "Laid":
        """Everything scaled about a point, then shifted."""
        offset = (about * (1 - factor) + shift).astype(np.float32)
        strokes = tuple((s * factor + offset).astype(np.float32) for s in self.strokes)
        masks = tuple(
            PlacedMask(
                m.letter,
                np.column_stack(
                    [m.matrix[:, :2] * factor, m.matrix[:, 2] * factor + offset]
                ).astype(np.float32),
            )
            for m in self.masks
        )
        return Laid(strokes, masks, self.size_mm * factor)


@dataclass(frozen=True, eq=False)
class Line:
    """One line of letters in heights of a capital: each with where it begins."""

    letters: tuple[tuple[StrokeLetter | MaskLetter, float], ...] = field(repr=False)
    width: float


def lay_text(mark: Mark, hands: Hands, rng: np.random.Generator) -> Laid:
    """The letters of a mark's text as this hand writes them into its box."""
    habits = hands.habits(mark.hand)
    if mark.comb:
        return _lay_comb(mark, hands, habits, rng)
    size = _wanted_size(mark, habits, rng)
    words = mark.text.split()
    lines = [_line(words, mark.hand, hands, habits, rng)]
    lines = _wrapped(lines, words, mark, size, hands, rng)
    pad = min(0.9, 0.05 * mark.box.width)
    longest = max(line.width for line in lines)
    room = (mark.box.width - 2 * pad) / max(longest, 0.1)
    squeeze = min(1.0, max(room / size, 0.82))
    size = max(min(size, room / squeeze), min(LEAST_MM, size))
    placed = _place(lines, mark, habits, size, squeeze, rng)
    return keep_inside(placed, mark.box, _spill(mark, rng))


def _spill(mark: Mark, rng: np.random.Generator) -> float:
    """How far, in millimetres, this entry may leave its box."""
    if not mark.may_overshoot:
        return -0.25
    return float(rng.uniform(0.1, 0.22)) * min(mark.box.height, 10.0)


def _wanted_size(mark: Mark, habits: Habits, rng: np.random.Generator) -> float:
    size = mark.size_mm or habits.size_mm
    limit = mark.box.height * (0.85 if mark.may_overshoot else 0.66)
    return min(size * float(rng.uniform(0.92, 1.08)), limit)


def _wrapped(
    lines: list[Line],
    words: list[str],
    mark: Mark,
    size: float,
    hands: Hands,
    rng: np.random.Generator,
) -> list[Line]:
    """The same words on as many lines as a high box has room for, where one is too long."""
    rows = int(mark.box.height / (size * 1.75))
    if rows < 2 or len(words) < 2 or lines[0].width * size < mark.box.width:
        return lines
    rows = min(rows, int(lines[0].width * size / mark.box.width) + 1, len(words))
    limit, line, out = sum(map(len, words)) / rows * 1.15 + 1, list[str](), list[list[str]]()
    for word in words:
        if line and sum(map(len, line)) + len(word) > limit and len(out) < rows - 1:
            out.append(line)
            line = []
        line.append(word)
    habits = hands.habits(mark.hand)
    return [_line(part, mark.hand, hands, habits, rng) for part in [*out, line] if part]


def _line(
    words: list[str], hand: str, hands: Hands, habits: Habits, rng: np.random.Generator
) -> Line:
    """Words side by side, letter by letter, or whole where the hand has written that word."""
    letters: list[tuple[StrokeLetter | MaskLetter, float]] = []
    x, gap = 0.0, habits.spacing * (0.6 if hand.startswith(FONT) else 1.0)
    for word in words:
        if x:
            x += habits.blank * float(rng.uniform(0.8, 1.3))
        whole = _whole_word(word, hand, hands, rng)
        parts = [whole] if whole else [hands.letter(hand, char, rng) for char in word]
        before = 1.0
        for letter, chance in zip(parts, rng.normal(0, 0.2, len(parts)), strict=True):
            if min(before, letter.width) < NARROW and before < 1:
                x += 0.07
            letters.append((letter, x))
            x += letter.width + max(gap * (1 + float(chance)), LEAST_GAP)
            before = min(letter.width, 0.99)
    return Line(tuple(letters), max(x - gap, 0.05))


def _whole_word(
    word: str, hand: str, hands: Hands, rng: np.random.Generator
) -> StrokeLetter | None:
    if len(word) < 2 or rng.random() > 0.7:
        return None
    strokes = hands.word(hand, word, rng)
    if strokes is None:
        return None
    every = np.concatenate(strokes)
    low, high = every.min(axis=0), every.max(axis=0)
    hangs = any(char in DROP or char == "," for char in word)
    rises = any(not char.islower() or char in "bdfhklt" for char in word)
    height = (1.0 if rises else 0.62) + (0.38 if hangs else 0.0)
    factor = height / max(float(high[1] - low[1]), 1e-3)
    corner = np.array([low[0], high[1]], np.float32)
    drop = np.array([0.0, 0.38 if hangs else 0.0], np.float32)
    placed = tuple(((s - corner) * factor + drop).astype(np.float32) for s in strokes)
    return StrokeLetter(placed, float(high[0] - low[0]) * factor)


def _place(
    lines: list[Line],
    mark: Mark,
    habits: Habits,
    size: float,
    squeeze: float,
    rng: np.random.Generator,
) -> Laid:
    """All lines on the page, one below the other."""
    box = mark.box
    slack = max(box.height - size * (1 + 1.6 * (len(lines) - 1)), 0.0)
    is_tall = box.height > 3.5 * size
    first = box.y + size + slack * float(rng.uniform(*((0.3, 0.6) if is_tall else (0.42, 0.72))))
    strokes: list[Stroke] = []
    masks: list[PlacedMask] = []
    for number, line in enumerate(lines):
        spare = max(box.width - line.width * size * squeeze, 0.0)
        begin = min(spare * float(np.clip(rng.normal(habits.start, 0.10), 0.02, 0.95)), 12.0)
        start = (box.x + begin, first + number * 1.6 * size)
        _place_line(line, start, habits, (size, squeeze), rng, strokes, masks)
    return Laid(tuple(strokes), tuple(masks), size)


def _place_line(
    line: Line,
    start: tuple[float, float],
    habits: Habits,
    size: tuple[float, float],
    rng: np.random.Generator,
    strokes: list[Stroke],
    masks: list[PlacedMask],
) -> None:
    """One line's letters, each a little different in size, slant and height."""
    height, squeeze = size
    count = len(line.letters)
    chance = rng.normal(0, 1, (count, 5)) * habits.steadiness
    phase, rise = float(rng.uniform(0, 6.3)), habits.rise + float(rng.normal(0, 0.008))
    for (letter, x), jitter in zip(line.letters, chance.tolist(), strict=True):
        wave = habits.wave * np.sin(x * 0.7 + phase) - rise * x + jitter[0]
        slant = habits.slant + jitter[1] * 1.5
        turn = jitter[2] * 0.8
        wide, tall = squeeze * (1 + jitter[3]), 1 + jitter[4] * 1.4
        linear = np.array([[wide, -slant * tall - turn], [turn * wide, tall]]) * height
        shift = (start[0] + x * height * squeeze, start[1] + wave * height)
        put(letter, np.column_stack([linear, shift]).astype(np.float32), strokes, masks)


def put(
    letter: StrokeLetter | MaskLetter,
    matrix: Floats,
    strokes: list[Stroke],
    masks: list[PlacedMask],
) -> None:
    """Add one letter, its place on the page given as a 2 × 3 matrix."""
    if isinstance(letter, MaskLetter):
        masks.append(PlacedMask(letter, matrix))
        return
    linear, shift = matrix[:, :2].T, matrix[:, 2]
    strokes.extend((stroke @ linear + shift).astype(np.float32) for stroke in letter.strokes)


def _lay_comb(mark: Mark, hands: Hands, habits: Habits, rng: np.random.Generator) -> Laid:
    """One character in each printed box."""
    strokes: list[Stroke] = []
    masks: list[PlacedMask] = []
    box, cell = mark.box, mark.box.width / mark.comb
    usual = min(mark.size_mm or habits.size_mm * 1.1, box.height * 0.68)
    for number, char in enumerate(mark.text[: mark.comb]):
        if char == " ":
            continue
        letter = hands.letter(mark.hand, char, rng)
        jitter = rng.normal(0, 1, 5) * 0.05
        size = usual * (1 + float(jitter[0]))
        wide = min(1.0, cell * 0.74 / max(letter.width * size, 0.1))
        size *= max(wide, 0.7)
        wide = min(1.0, wide / max(wide, 0.7))
        x = box.x + cell * (number + 0.5 + float(jitter[1])) - letter.width * size * wide / 2
        y = box.y + (box.height + size) / 2 + box.height * float(jitter[2]) * 0.8
        slant = (habits.slant + float(jitter[3])) * 0.7
        linear = np.array([[wide, -slant], [float(jitter[4]) * 0.4, 1.0]]) * size
        put(letter, np.column_stack([linear, (x, y)]).astype(np.float32), strokes, masks)
    return keep_inside(Laid(tuple(strokes), tuple(masks), usual), box, _spill(mark, rng))


def keep_inside(laid: Laid, box: Box, spill: float) -> Laid:
    """The same writing moved, and where it must be shrunk, to stay within the box and `spill`."""
    if not laid.strokes and not laid.masks:
        return laid
    low, high = laid.bounds()
    corner = np.array([box.x - spill, box.y - spill], np.float32)
    room = np.array([box.width + 2 * spill, box.height + 2 * spill], np.float32)
    factor = float(min(1.0, *(np.maximum(room, 0.8) / np.maximum(high - low, 0.1))))
    centre: Floats = np.asarray((low + high) / 2, np.float32)
    half = (high - low) / 2 * factor
    inside = np.clip(centre, corner + half, np.maximum(corner + room - half, corner + half))
    if factor == 1.0 and np.allclose(inside, centre):
        return laid
    return laid.moved(factor, centre, np.asarray(inside - centre, np.float32))


def lay_over(mark: Mark, hands: Hands, rng: np.random.Generator) -> Laid:
    """The letters of a mark's text right over what fills its box."""
    box = mark.box
    size = max(box.height / (1.0 if not any(c in DROP for c in mark.text) else 1.35), LEAST_MM)
    habits = hands.habits(mark.hand)
    line = _line(mark.text.split(), mark.hand, hands, habits, rng)
    squeeze = float(np.clip(box.width / max(line.width * size, 0.1), 0.5, 1.5))
    strokes: list[Stroke] = []
    masks: list[PlacedMask] = []
    _place_line(line, (box.x, box.y + size), habits, (size, squeeze), rng, strokes, masks)
    laid = Laid(tuple(strokes), tuple(masks), size)
    low, high = laid.bounds()
    target: Floats = np.array([box.x + box.width / 2, box.y + box.height / 2], np.float32)
    shift: Floats = (target - (low + high) / 2 + rng.normal(0, 0.2, 2)).astype(np.float32)
    return laid.moved(1.0, target, shift)
