"""What a record's filler does to the paper, and what the scanner does to the page.

`contents.py` decides (a story with its truth), `ink.py` draws, `scanner.py` scans, `make.py`
writes. Lengths in millimetres from the page's top left corner.
"""

from dataclasses import dataclass
from enum import StrEnum

from extractors.values import Box


class Split(StrEnum):
    """Whose hands, forms and fonts: a writer of one split is in no other."""

    FIT = "fit"
    TUNE = "tune"
    TEST = "test"


class Tool(StrEnum):
    """What leaves the mark."""

    BALLPOINT = "ballpoint"
    FELT_TIP = "felt_tip"
    PENCIL = "pencil"


class Ink(StrEnum):
    """The colour that people write in."""

    BLACK = "black"
    BLUE = "blue"
    RED = "red"


class Act(StrEnum):
    """What a hand does on the paper."""

    TEXT = "text"  # writes `text` into `box`
    SIGNATURE = "signature"  # signs as `hand` signs, always alike but never the same
    TICK = "tick"
    CROSS = "cross"
    FILL = "fill"  # fills the check box
    CIRCLE = "circle"  # circles the check box
    STRIKE = "strike"  # one line through what stands in `box`
    SCRIBBLE = "scribble"  # scribbles over what stands in `box`, illegible
    OVERWRITE = "overwrite"  # writes `text` straight over what stands there
    FLUID = "fluid"  # correction fluid over `box`
    STAMP = "stamp"  # a rubber stamp with `text` over `box`
    SMUDGE = "smudge"  # ink rubbed or dripped, no writing
    LINE = "line"  # one pen line across `box` from lower left to upper right (voids)
    DASH = "dash"  # a short dash or dot where writing should be
    OVERSHOOT = "overshoot"  # the tail of a neighbour's writing reaching into `box`


@dataclass(frozen=True)
class Mark:
    """One act of one hand in one place.

    `hand` names a writer of `hands.py`. `comb` is the number of printed character boxes that
    `text` is spread over (0: free writing). `size_mm` is the height of a capital letter, 0 for
    the hand's own; `may_overshoot` lets the writing leave the box a little as people do.
    """

    act: Act
    page: int
    box: Box
    hand: str
    tool: Tool
    ink: Ink
    text: str = ""
    comb: int = 0
    size_mm: float = 0.0
    may_overshoot: bool = False


@dataclass(frozen=True)
class ScanPlan:
    """How a record is scanned: one of the plant's scanners on one of its days.

    `quality` is `good`, `fair` or `poor` and goes into the truth; `dpi` 150 to 600; `mode` is
    `grey`, `colour` or `bilevel`; `container` is `pdf`, `tiff`, `png` or `jpeg`. `turns` is the
    clockwise quarter turn of each scanned page in degrees. The rest are strengths from 0 (none)
    to 1 (as bad as a plant still accepts).
    """

    quality: str
    dpi: int
    mode: str
    container: str
    jpeg_quality: int
    turns: tuple[int, ...]
    skew_degrees: float
    perspective: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    fade: float = 0.0
    streaks: float = 0.0
    punch_holes: bool = False
    folded_corner: bool = False
    bleed_through: float = 0.0
    generations: int = 1
    dark_border: float = 0.0
