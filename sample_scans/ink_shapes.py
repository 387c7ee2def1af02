"""The shapes that hands are made of: letters as pen strokes or as a font's black areas.

Lengths are in heights of a capital letter, x to the right from the letter's left edge, y down
with the baseline at 0 (so the top of an H lies at -1). First in the order of dependencies:
`ink_strokes` and `ink_fonts` make these values, `ink_layout` places them, `ink_pen` draws them.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Stroke = npt.NDArray[np.float32]
"""n × 2 points between pen down and pen up."""

Mask = npt.NDArray[np.uint8]
"""Height × width, 0 no ink to 255 full ink."""


@dataclass(frozen=True, eq=False)
class StrokeLetter:
    """One letter as one person once wrote it."""

    strokes: tuple[Stroke, ...] = field(repr=False)
    width: float


@dataclass(frozen=True, eq=False)
class MaskLetter:
    """One letter of a handwriting font: `mask` at `pixels` a capital's height.

    `left` and `top` say where the mask's corner lies.
    """

    mask: Mask = field(repr=False)
    pixels: float
    left: float
    top: float
    width: float


Letter = StrokeLetter | MaskLetter

PLAIN = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "×": "x", "µ": "u", "μ": "u", "’": "'", "“": '"', "”": '"'}
)
"""Signs that people write like another one."""

# Where a sign's lower edge stands (y) and how high and wide it may be: people's samples of signs
# were each scaled to their own box by some contributors, so their size says nothing.
SIGNS: dict[str, tuple[float, float, float]] = {
    ".": (0.0, 0.10, 0.10),
    ",": (0.17, 0.30, 0.16),
    ":": (-0.08, 0.52, 0.12),
    ";": (0.15, 0.70, 0.18),
    "-": (-0.38, 0.10, 0.42),
    "+": (-0.14, 0.56, 0.56),
    "=": (-0.26, 0.28, 0.50),
    "/": (0.06, 1.14, 0.60),
    "(": (0.10, 1.22, 0.34),
    ")": (0.10, 1.22, 0.34),
    "%": (0.0, 1.0, 0.95),
    "'": (-0.72, 0.30, 0.12),
    '"': (-0.72, 0.28, 0.30),
    "*": (-0.35, 0.55, 0.55),
    "<": (-0.14, 0.56, 0.55),
    ">": (-0.14, 0.56, 0.55),
    "_": (0.08, 0.08, 0.70),
    "~": (-0.35, 0.20, 0.60),
    "#": (0.0, 0.95, 0.85),
    "&": (0.0, 1.0, 0.85),
    "?": (0.0, 1.0, 0.60),
    "!": (0.0, 1.0, 0.15),
}

DROP: dict[str, float] = {"g": 0.42, "j": 0.30, "p": 0.40, "q": 0.42, "y": 0.42}
"""The share of a letter's height that hangs below the line."""


def plain_strokes(char: str) -> tuple[Stroke, ...] | None:
    """A sign drawn the plain way, for a writer who left no sample; None where there is none."""
    lines: dict[str, tuple[list[tuple[float, float]], ...]] = {
        ".": ([(0.0, 0.0), (0.03, -0.03), (0.05, 0.0), (0.02, 0.02)],),
        ",": ([(0.10, -0.10), (0.12, -0.02), (0.08, 0.10), (0.0, 0.17)],),
        ":": ([(0.0, -0.10), (0.04, -0.08)], [(0.01, -0.56), (0.05, -0.54)]),
        "-": ([(0.0, -0.40), (0.20, -0.42), (0.40, -0.41)],),
        "+": ([(0.0, -0.40), (0.50, -0.42)], [(0.25, -0.68), (0.24, -0.14)]),
        "=": ([(0.0, -0.30), (0.45, -0.31)], [(0.0, -0.52), (0.46, -0.54)]),
        "/": ([(0.48, -1.06), (0.24, -0.50), (0.0, 0.06)],),
        "(": ([(0.24, -1.10), (0.06, -0.75), (0.03, -0.30), (0.22, 0.10)],),
        ")": ([(0.0, -1.10), (0.20, -0.75), (0.22, -0.30), (0.02, 0.10)],),
        "'": ([(0.04, -1.02), (0.0, -0.76)],),
        "|": ([(0.0, -1.05), (0.0, 0.05)],),
    }
    if char in "°%":
        return _rings(char)
    found = lines.get(char)
    return None if found is None else tuple(np.array(line, np.float32) for line in found)


def _rings(char: str) -> tuple[Stroke, ...]:
    """A degree sign, or a percent sign of two rings and a bar."""
    angle = np.linspace(-1.8, 4.8, 14, dtype=np.float32)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.float32(0.15)
    if char == "°":
        return (ring + np.array([0.15, -0.90], np.float32),)
    bar = np.array([(0.75, -1.0), (0.40, -0.48), (0.08, 0.0)], np.float32)
    upper = ring + np.array([0.17, -0.80], np.float32)
    return (upper, bar, ring + np.array([0.66, -0.16], np.float32))


def on_the_line(char: str, strokes: tuple[Stroke, ...]) -> StrokeLetter:
    """A letter moved to where it belongs on the line; signs also brought to their usual size."""
    every = np.concatenate(strokes)
    low, high = every.min(axis=0), every.max(axis=0)
    height = float(high[1] - low[1])
    factor, drop = 1.0, DROP.get(char, 0.0) * height
    if char in SIGNS:
        drop, tall, wide = SIGNS[char]
        factor = min(tall / max(height, 1e-3), wide / max(float(high[0] - low[0]), 1e-3))
        if char in "-_=~":
            factor = wide / max(float(high[0] - low[0]), 1e-3)
    corner = np.array([low[0], high[1]], np.float32)
    placed = tuple(
        ((stroke - corner) * factor + np.array([0.0, drop], np.float32)).astype(np.float32)
        for stroke in strokes
    )
    return StrokeLetter(placed, float(high[0] - low[0]) * factor)
