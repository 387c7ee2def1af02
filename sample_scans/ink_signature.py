"""Signatures: each person signs always alike, and never quite the same.

A signature is a cursive word by a writer of the person's split, an initial before one, or
initials and a scrawl; many end in a flourish. All of that depends on the person's name alone;
only size, slant and a slow wobble change from one signing to the next.
"""

from functools import lru_cache

import numpy as np

from sample_scans.hands import FONT, Hands, own_rng
from sample_scans.ink_layout import Laid, keep_inside
from sample_scans.ink_paper import Floats
from sample_scans.ink_shapes import Stroke, StrokeLetter
from sample_scans.values import Mark


def lay_signature(mark: Mark, hands: Hands, rng: np.random.Generator) -> Laid:
    """The person's signature in the mark's box, in millimetres of the page."""
    usual = own_rng(mark.hand, "signature")
    strokes = _shape(mark.hand, hands)
    every = np.concatenate(strokes)
    low, high = every.min(axis=0), every.max(axis=0)
    share = float(usual.uniform(0.55, 0.9)) * float(rng.uniform(0.92, 1.06))
    reach = 1.0 + (0.45 if mark.may_overshoot else -0.12)
    scale = min(
        mark.box.width * share / max(float(high[0] - low[0]), 0.1),
        mark.box.height * reach * float(rng.uniform(0.85, 1.0)) / max(float(high[1] - low[1]), 0.1),
    )
    wobbled = [_wobble((s - low) * scale, rng, scale) for s in strokes]
    size = (high - low) * scale
    free_x = max(mark.box.width - float(size[0]), 0.0)
    corner = np.array(
        [
            mark.box.x + free_x * float(np.clip(rng.normal(0.3, 0.15), 0.02, 0.9)),
            mark.box.y + (mark.box.height - float(size[1])) * float(rng.uniform(0.35, 0.65)),
        ],
        np.float32,
    )
    laid = Laid(tuple(s + corner for s in wobbled), (), 4.0)
    return keep_inside(laid, mark.box, 0.25 * mark.box.height if mark.may_overshoot else -0.25)


def _wobble(points: Floats, rng: np.random.Generator, scale: float) -> Floats:
    """A little slant, stretch and slow waviness: the same signature on another day."""
    slant, stretch, turn = rng.normal(0, [0.05, 0.04, 0.02])
    linear = np.array([[1 + stretch, turn], [slant, 1 - stretch / 2]], np.float32)
    phase = rng.uniform(0, 6.3, 4)
    x, y = points[:, 0] / (0.5 * scale), points[:, 1] / (0.5 * scale)
    wave = np.stack(
        [np.sin(x + phase[0]) + np.sin(y + phase[1]), np.sin(x + phase[2]) + np.sin(y + phase[3])],
        axis=1,
    )
    out: Floats = (points @ linear + wave * 0.02 * scale).astype(np.float32)
    return out


@lru_cache(maxsize=512)
def _shape(hand: str, hands: Hands) -> tuple[Stroke, ...]:
    """What this person's signature looks like, about 1 high; without `Hands`' words a scrawl."""
    rng = own_rng(hand, "signature shape")
    words = hands.signature_words(hand)
    kind = int(rng.integers(3)) if words else 2
    if kind == 0:
        parts = [_pressed(words[0], rng)]
    elif kind == 1:
        parts = [_initial(hand, hands, rng), _pressed(words[-1], rng)]
    else:
        parts = [_initial(hand, hands, rng), _initial(hand, hands, rng), _scrawl(rng)]
    strokes = list(_side_by_side(parts, float(rng.uniform(-0.05, 0.15))))
    if rng.random() < 0.45:
        strokes.append(_flourish(strokes, rng))
    slant = float(rng.normal(0.15, 0.12))
    linear = np.array([[1.0, float(rng.normal(-0.06, 0.05))], [-slant, 1.0]], np.float32)
    return tuple((s @ linear).astype(np.float32) for s in strokes)


def _pressed(word: tuple[Stroke, ...], rng: np.random.Generator) -> tuple[Stroke, ...]:
    """A word as it wears down in a signature: narrower, and flatter towards its end."""
    every = np.concatenate(word)
    low, high = every.min(axis=0), every.max(axis=0)
    middle, length = (low[1] + high[1]) / 2, max(float(high[0] - low[0]), 0.1)
    flat, narrow = float(rng.uniform(0.0, 0.55)), float(rng.uniform(0.65, 1.0))
    out: list[Stroke] = []
    for stroke in word:
        x = (stroke[:, 0] - low[0]) / length
        y = (stroke[:, 1] - middle) * (1 - flat * np.clip(x, 0, 1) ** 1.5)
        out.append(np.stack([x * length * narrow, y], axis=1).astype(np.float32))
    return tuple(out)


def _initial(hand: str, hands: Hands, rng: np.random.Generator) -> tuple[Stroke, ...]:
    """A large first letter of the person's own, or a loop for who writes in a font."""
    if not hand.startswith(FONT):
        letter = hands.letter(hand, "ABCDEFGHJKLMNPRSTW"[int(rng.integers(18))], rng)
        if isinstance(letter, StrokeLetter):
            return tuple((s * 0.95 + np.array([0, 0.4])).astype(np.float32) for s in letter.strokes)
    start, sweep = float(rng.uniform(-3.0, 3.0)), float(rng.uniform(4.0, 9.0))
    turn = start - np.linspace(0, sweep, 48) * (1 if rng.random() < 0.7 else -1)
    radius = np.linspace(float(rng.uniform(0.4, 0.65)), float(rng.uniform(0.1, 0.45)), 48)
    wide, lean = float(rng.uniform(0.35, 1.1)), float(rng.uniform(-0.5, 0.7))
    y = np.sin(turn) * radius + np.linspace(0, float(rng.uniform(-0.3, 0.5)), 48)
    drift = np.linspace(0, float(rng.uniform(0, 0.6)), 48)
    loop = np.stack([np.cos(turn) * radius * wide - y * lean + drift, y], axis=1)
    return (loop.astype(np.float32),)


def _scrawl(rng: np.random.Generator) -> tuple[Stroke, ...]:
    """What becomes of a name that is written twenty times a day: humps that die away."""
    humps = int(rng.integers(3, 8))
    t = np.linspace(0, humps * 2 * np.pi, humps * 16)
    height = np.interp(t, np.linspace(0, t[-1], humps + 1), rng.uniform(0.08, 0.42, humps + 1))
    height *= np.linspace(1.0, 0.35, len(t))
    step = float(rng.uniform(0.28, 0.5))
    x = t / (2 * np.pi) * step + np.sin(t) * step * float(rng.uniform(0.15, 0.6))
    y = -np.cos(t) * height + np.linspace(0, float(rng.normal(-0.1, 0.1)), len(t))
    tail = np.array([[x[-1] + 0.3, y[-1] - 0.05], [x[-1] + 0.9, y[-1] - 0.12]])
    return (np.concatenate([np.stack([x, y], axis=1), tail]).astype(np.float32),)


def _side_by_side(parts: list[tuple[Stroke, ...]], gap: float) -> tuple[Stroke, ...]:
    out: list[Stroke] = []
    x = 0.0
    for part in parts:
        every = np.concatenate(part)
        left, right = float(every[:, 0].min()), float(every[:, 0].max())
        out.extend((s + np.array([x - left, 0.0])).astype(np.float32) for s in part)
        x += right - left + gap
    return tuple(out)


def _flourish(strokes: list[Stroke], rng: np.random.Generator) -> Stroke:
    """A line drawn back under the name, or a loop through its end."""
    every = np.concatenate(strokes)
    low, high = every.min(axis=0), every.max(axis=0)
    width = float(high[0] - low[0])
    t = np.linspace(0, 1, 40)
    if rng.random() < 0.6:
        x = low[0] + width * (1.02 - float(rng.uniform(0.6, 1.0)) * t)
        x = x if rng.random() < 0.4 else x[::-1]
        y = high[1] + 0.12 + 0.10 * np.sin(t * float(rng.uniform(2, 5)))
    else:
        turn = t * float(rng.uniform(5, 9))
        x = high[0] - 0.1 + 0.45 * t * width * 0.4 + 0.25 * np.sin(turn)
        y = (low[1] + high[1]) / 2 - 0.3 * np.cos(turn) * (1 - 0.6 * t)
    return np.stack([x, y], axis=1).astype(np.float32)
