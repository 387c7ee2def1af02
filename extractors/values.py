"""The nouns that a page passes through: ScanFile → Page → RegisteredPage → Crop → Reading.

Lengths on a form are millimetres from the top left corner of the blank page, x to the right and
y down; lengths in an image are pixels. Names say which: `box`, `residual_mm`, `crop_px`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

GreyImage = npt.NDArray[np.uint8]
"""Height × width, 0 black to 255 white."""

ColourImage = npt.NDArray[np.uint8]
"""Height × width × 3, blue-green-red as OpenCV has it."""

Matrix = npt.NDArray[np.float64]
"""3 × 3, acting on homogeneous column vectors."""


class ScanKind(StrEnum):
    """What the file's bytes say that it is, whatever its name says."""

    PDF = "pdf"
    TIFF = "tiff"
    PNG = "png"
    JPEG = "jpeg"


@dataclass(frozen=True)
class Box:
    """A rectangle on the blank form, in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge, in millimetres."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge, in millimetres."""
        return self.y + self.height


@dataclass(frozen=True)
class ScanFile:
    """A file as it was uploaded, checked to be readable page by page.

    `created` is the day in the file's own metadata, None where there is none.
    """

    name: str
    sha256: str
    kind: ScanKind
    page_count: int
    created: date | None
    content: bytes = field(repr=False)


@dataclass(frozen=True, eq=False)
class Page:
    """One page of a scan as an image, as it lay on the scanner.

    `number` counts from 1 in the file. `image` is grey or colour at the resolution of the scan;
    `dpi` is what the file says, or None where it says nothing (a hint, never evidence).
    """

    number: int
    image: npt.NDArray[np.uint8] = field(repr=False)
    dpi: float | None

    @property
    def is_colour(self) -> bool:
        """Whether the scanner kept colour."""
        return self.image.ndim == 3


@dataclass(frozen=True)
class PrintedWord:
    """A word that is printed on a blank page, and where."""

    text: str
    box: Box


@dataclass(frozen=True, eq=False)
class BlankPage:
    """A page of a blank form, as registration knows it.

    `key` is the caller's name for it and is handed back as it is. `draw` draws it at
    `pixels_per_mm`, which is done when the page is first needed. `words` are printed on it.
    """

    key: str
    draw: Callable[[], GreyImage] = field(repr=False)
    size_mm: tuple[float, float]
    pixels_per_mm: float
    words: tuple[PrintedWord, ...] = field(default=(), repr=False)

    @cached_property
    def image(self) -> GreyImage:
        """The page as it is drawn, kept from the first time on."""
        return self.draw()


@dataclass(frozen=True, eq=False)
class RegisteredPage:
    """A page laid upright onto the blank form that it was filled in on.

    `homography` takes scan pixels to millimetres of the blank. `turned` is the clockwise angle
    in degrees by which the scan has to be turned to stand upright. `score` (0 to 1) is the
    probability that form and page are right; `residual_mm` is the median distance between the
    print of the scan and that of the blank after the warp. `image` is the page in the blank's
    own frame, colour kept where the scan has it. `is_cut`: part of the form lies outside the
    image; `problems` say in plain words what else makes it a poor scan.
    """

    number: int
    key: str
    homography: Matrix
    turned: int
    score: float
    residual_mm: float
    effective_dpi: float
    image: npt.NDArray[np.uint8] = field(repr=False)
    blank: BlankPage = field(repr=False)
    is_cut: bool = False
    problems: tuple[str, ...] = ()


class EntryKind(StrEnum):
    """What somebody was asked to write: the seven field types of a master form."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    CHECKBOX = "checkbox"
    INITIALS = "initials"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class FieldHint:
    """What a reader may know of a place before looking: where it is and what is written there.

    `key` is the caller's name for it. `grammar` is the regular expression that a well-formed
    entry matches as a whole (None: anything); limits, sums and other pages are never part of it.
    `likely` is that of what nearly every entry is (None: no more is known). `known` are entries
    that are likely here (the initials of the signature log): both compete with all others, and the
    ink decides. `signers` are initials that may stand beside a correction.
    """

    key: str
    kind: EntryKind
    box: Box
    grammar: str | None = None
    likely: str | None = None
    known: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()


class State(StrEnum):
    """What became of a field: the states of spec/record.md."""

    FILLED = "filled"
    BLANK = "blank"
    CHECKED = "checked"
    UNCHECKED = "unchecked"
    NOT_APPLICABLE = "not_applicable"
    UNREADABLE = "unreadable"


class Evidence(StrEnum):
    """What the ink of a field shows beside its value; each becomes a flag of the same name."""

    BAD_FORMAT = "bad_format"
    CORRECTION = "correction"
    UNINITIALLED_CORRECTION = "uninitialled_correction"
    OVERWRITTEN = "overwritten"
    OBLITERATED = "obliterated"
    VOID_ROW = "void_row"
    VOID_UNSIGNED = "void_unsigned"


@dataclass(frozen=True)
class Alternative:
    """A next most probable reading. The probability lies within 0 and 1."""

    value: str
    probability: float

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a probability lies within 0 and 1, not {self.probability}")


@dataclass(frozen=True)
class Previous:
    """What was crossed out before the current value, and whose initials stand beside it."""

    value: str
    initials: str = ""


@dataclass(frozen=True)
class Signals:
    """What speaks for and against a reading, before it becomes one probability.

    `ground` is what kind of finding it is ("written", "void", "mark" …), `measures` are the
    numbers that `extractors/confidence.py` names for that ground.
    """

    ground: str
    measures: tuple[float, ...]


@dataclass(frozen=True)
class Reading:
    """What the machine makes of a field, and how sure it is. Never changed once made.

    `confidence` (0 to 1) is the probability that `value` and `state` are both right.
    `free_text` is what the recogniser read without the field's format. `reader` and `model`
    say who read it. `signals` are what the confidence was made of; they are kept in no record.
    """

    value: str
    state: State
    confidence: float
    reader: str
    model: str = ""
    alternatives: tuple[Alternative, ...] = ()
    previous: tuple[Previous, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    free_text: str = ""
    signals: Signals | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"a confidence lies within 0 and 1, not {self.confidence}")
