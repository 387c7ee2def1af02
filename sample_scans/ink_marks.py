"""Marks that are no writing: ticks, crosses, lines, dashes, scribbles and a neighbour's tails.

Each function gives strokes in millimetres of the page for the box that the mark is about.
"""

import numpy as np

from extractors.values import Box
from sample_scans.ink_paper import Floats
from sample_scans.ink_shapes import Stroke


def _points(pairs: list[tuple[float, float]], box: Box, shake: Floats) -> Stroke:
    """Points given as shares of the box, each moved a little."""
    out: Floats = np.array(pairs, np.float32) + shake[: len(pairs)]
    out *= np.array([box.width, box.height], np.float32)
    return out + np.array([box.x, box.y], np.float32)


def _shake(rng: np.random.Generator, count: int, size: float) -> Floats:
    return rng.normal(0, size, (count, 2)).astype(np.float32)


def tick(box: Box, rng: np.random.Generator) -> list[Stroke]:
    """A tick whose long arm usually leaves the box at its upper right."""
    long = float(rng.uniform(0.85, 1.35))
    corner = (float(rng.uniform(0.3, 0.48)), float(rng.uniform(0.78, 1.0)))
    bend = (corner[0] + (long - corner[0]) * 0.45, corner[1] * 0.5)
    end = (long, float(rng.uniform(-0.3, 0.15)))
    pairs = [(float(rng.uniform(0.02, 0.2)), float(rng.uniform(0.45, 0.65))), corner, bend, end]
    return [_points(pairs, box, _shake(rng, 4, 0.03))]


def cross(box: Box, rng: np.random.Generator) -> list[Stroke]:
    """Two strokes from corner to corner, some of them a little too long."""
    out = float(rng.uniform(-0.2, 0.12))
    falling = [(-out, -out), (0.5, 0.48), (1 + out, 1 + out)]
    rising = [(1 + out, -out), (0.5, 0.52), (-out, 1 + out)]
    return [_points(pairs, box, _shake(rng, 3, 0.05)) for pairs in (falling, rising)]


def fill(box: Box, rng: np.random.Generator) -> list[Stroke]:
    """A check box blackened by going to and fro."""
    rows = max(int(max(box.width, box.height) / 0.28), 6)
    y = np.linspace(0.1, 0.9, rows)
    x = np.where(np.arange(rows) % 2, 0.9, 0.1)
    pairs = np.stack([x, y], axis=1) + rng.normal(0, 0.06, (rows, 2))
    return [_points([(float(a), float(b)) for a, b in pairs], box, _shake(rng, rows, 0.0))]


def circle(box: Box, rng: np.random.Generator) -> list[Stroke]:
    """A ring around the box that does not quite close, or closes twice."""
    start, sweep = float(rng.uniform(-2.4, -1.2)), float(rng.uniform(6.0, 7.4))
    turn = np.linspace(start, start + sweep, 44)
    grow = np.linspace(1.0, float(rng.uniform(0.9, 1.12)), 44)
    wide = max(box.width * float(rng.uniform(0.68, 0.85)), box.width / 2 + 0.8)
    high = max(box.height * float(rng.uniform(0.68, 0.85)), box.height / 2 + 0.7)
    x = box.x + box.width * float(rng.uniform(0.45, 0.55)) + np.cos(turn) * grow * wide
    y = box.y + box.height * float(rng.uniform(0.45, 0.55)) + np.sin(turn) * grow * high
    return [np.stack([x, y], axis=1).astype(np.float32)]


def _wavy(start: tuple[float, float], end: tuple[float, float], rng: np.random.Generator) -> Stroke:
    """One line as people draw it without a ruler."""
    t = np.linspace(0, 1, 14)
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    bow = np.sin(t * np.pi) * rng.normal(0, 0.012) * length
    bow = bow + np.interp(t, np.linspace(0, 1, 5), rng.normal(0, min(0.006 * length, 0.12), 5))
    across = np.array([-(end[1] - start[1]), end[0] - start[0]]) / max(length, 0.1)
    line = np.outer(1 - t, start) + np.outer(t, end) + np.outer(bow, across)
    return line.astype(np.float32)


def strike(box: Box, rng: np.random.Generator) -> list[Stroke]:
    """One line through the middle of what stands in the box, which stays legible."""
    y = box.y + box.height * float(rng.uniform(0.44, 0.60))
    tilt = float(np.clip(rng.normal(0, 0.03) * box.width, -0.22 * box.height, 0.22 * box.height))
    before, after = rng.uniform(0.2, 1.0, 2)
    start = (box.x - float(before), y + tilt)
    return [_wavy(start, (box.right + float(after), y - tilt), rng)]


def void_line(box: Box, rng: np.random.Generator) -> list[Stroke]:
    """One pen line over the whole box from lower left to upper right: nothing goes here."""
    inset = rng.uniform(0.0, 0.04, 2) * box.width
    drop = rng.uniform(0.02, 0.12, 2) * box.height
    start = (box.x + float(inset[0]), box.bottom - float(drop[0]))
    return [_wavy(start, (box.right - float(inset[1]), box.y + float(drop[1])), rng)]


def scribble(box: Box, rng: np.random.Generator) -> list[Stroke]:
    """To and fro over what stands in the box, in loops and in strokes, until nobody can read it."""
    passes = [_loops(box, rng), _zigzag(box, rng), _loops(box, rng)]
    if rng.random() < 0.5:
        passes.append(_zigzag(box, rng))
    return passes


def _loops(box: Box, rng: np.random.Generator) -> Stroke:
    """Loop after loop along the box, of changing height."""
    count = max(int(box.width / float(rng.uniform(0.7, 1.0))), 4)
    t = np.linspace(0, 1, count * 9)
    knots = np.linspace(0, 1, count + 1)
    high = np.interp(t, knots, rng.uniform(0.34, 0.56, count + 1)) * box.height
    turn = t * count * 2 * np.pi + float(rng.uniform(0, 6.3))
    drift = np.interp(t, knots, rng.normal(0, 0.06, count + 1)) * box.height
    x = box.x + (t + rng.normal(0, 0.004)) * box.width + np.cos(turn) * high * 0.45
    y = box.y + box.height / 2 + np.sin(turn) * high + drift
    line = np.stack([x, y], axis=1).astype(np.float32)
    return line if rng.random() < 0.5 else line[::-1].copy()


def _zigzag(box: Box, rng: np.random.Generator) -> Stroke:
    """Flat strokes to and fro over the whole width."""
    rows = max(int(box.height / float(rng.uniform(0.4, 0.6))), 4)
    x = np.tile([-0.02, 1.02], rows) + rng.normal(0, 0.04, 2 * rows)
    y = np.repeat(np.linspace(0.06, 0.94, rows), 2) + rng.normal(0, 0.07, 2 * rows)
    pairs = [(float(a), float(b)) for a, b in zip(x, y, strict=True)]
    return _points(pairs, box, _shake(rng, len(pairs), 0.0))


def dash(box: Box, rng: np.random.Generator) -> list[Stroke]:
    """A short dash, or only a dot, about where writing would stand."""
    x = box.x + box.width * float(rng.uniform(0.25, 0.6))
    y = box.y + box.height * float(rng.uniform(0.4, 0.7))
    if rng.random() < 0.2:
        return [np.array([(x, y), (x + 0.15, y - 0.1), (x + 0.2, y + 0.1)], np.float32)]
    length = float(rng.uniform(0.15, 0.35)) * min(box.width, 20.0)
    end = (x + min(length, box.right - x - 0.3), y + float(rng.normal(0, 0.2)))
    return [_wavy((x, y), end, rng)]


def overshoot(box: Box, rng: np.random.Generator) -> list[Stroke]:
    """The tails of a neighbour's letters: from above a g or y, from the side a long last stroke."""
    kind = float(rng.random())
    if kind < 0.6:
        return [_tail_from_above(box, rng) for _ in range(int(rng.integers(1, 3)))]
    if kind < 0.8:
        return [_rise_from_below(box, rng)]
    y = box.y + box.height * float(rng.uniform(0.3, 0.8))
    reach = min(0.22 * box.width, 5.0) * float(rng.uniform(0.5, 1.0))
    return [_wavy((box.x - 1.0, y), (box.x + reach, y - float(rng.uniform(0.0, 1.2))), rng)]


def _tail_from_above(box: Box, rng: np.random.Generator) -> Stroke:
    reach = min(0.38 * box.height, 3.2) * float(rng.uniform(0.6, 1.0))
    x = box.x + box.width * float(rng.uniform(0.12, 0.85))
    wide = reach * float(rng.uniform(0.35, 0.6))
    pairs = [(0.1, -0.5), (0.05, 0.3), (-0.1, 0.85), (-0.55, 1.0), (-0.95, 0.75), (-0.7, 0.4)]
    if rng.random() < 0.6:
        pairs += [(-0.2, 0.05), (0.35, -0.25)]
    shape = np.array(pairs, np.float32) * np.array([wide, reach], np.float32)
    return shape + np.array([x, box.y], np.float32)


def _rise_from_below(box: Box, rng: np.random.Generator) -> Stroke:
    reach = min(0.3 * box.height, 2.5) * float(rng.uniform(0.6, 1.0))
    x = box.x + box.width * float(rng.uniform(0.1, 0.85))
    pairs = [(0.0, 0.5), (0.25, -0.6), (0.42, -1.0), (0.28, -0.95), (0.1, -0.3), (0.05, 0.5)]
    shape = np.array(pairs, np.float32) * np.array([reach, reach], np.float32)
    return shape + np.array([x, box.bottom], np.float32)
