"""Signatures and initials: there or not, by the drawing of the ink; never whose.

What stands in the place of a signature without being one: a smudge, a pen's line or dash, the
tail of a neighbour's writing, a rubber stamp, a date. The bounds were set on fit and tune writers;
how often they err is in docs/accuracy.md.
"""

import re
from dataclasses import dataclass
from math import inf

import cv2
import numpy as np

from extractors.crop import Crop, Mask
from extractors.shape import Shape, shape_of
from extractors.surroundings import framed_share, hangs_in, sharpness
from extractors.values import EntryKind

MIN_AREA_MM2 = 2.6
MIN_LENGTH_MM = 7.5
"""A pen travels at least this far for initials."""
MIN_KNOWN = -5.0
"""From here the ink is initials of the signature log: nearly nine in ten of those on fit and tune
writers, and none of 860 smudges, lines, dates, stamps and tails."""
LEAST_AREA_MM2 = 1.3
LEAST_LENGTH_MM = 5.0
"""Less ink is enough for these."""
MIN_OFF_LINE_MM = 0.48
"""A line or a dash strays less than this from its axis."""
MIN_TURNS = 1.3
"""A hand that writes travels further than straight across its extent."""
LONG_MM = 24.0
MIN_SHARPNESS_LONG = 0.6
"""No blot is as long as this; a signature in felt tip is, and may be blurred."""
MIN_TURNS_LETTERS = 1.08
"""Initials that read as letters, which may be as plain as F or I, go less far around."""
MIN_TURNS_OF = (1.66, 1.45, 1.3)
"""The same where no sign, one or two are read, and no two letters: the less, the more is asked."""
MIN_SHARPNESS = 0.75
"""A pen's stroke has a sharp edge; what is rubbed or dripped has not."""
MAX_BLOT_TURNS = 1.7
MIN_BLOT_MM = 2.2
"""A blot is thicker than any pen's stroke, and its drawing is short."""
MIN_FRAMED = 0.62
"""Share of directions with a frame from which the ink is a stamp."""
MIN_DATE_DIGITS = 6
"""So many digits are a date without any points or strokes between them."""
MIN_STAMP_LETTERS = 4
"""So many capitals within some of a frame are a stamp's."""
MIN_BARE_LETTERS = 6
"""The same without a frame: a signature may look like five capitals."""
MIN_FRAMED_LETTERS = 3
"""So many capitals are enough within a whole frame."""
STAMP_TURNS = 3.6
BUSY_TURNS = 3.3
"""A frame and the word in it travel further than a signature that an underline seems to frame."""
SURELY_FRAMED = 0.9
"""Such a frame is a stamp's, whatever stands in it."""
MIN_HALF_FRAMED = 0.3
"""With more strokes than a hand makes, this much of a frame is enough."""
STAMP_WORDS = frozenset({"QA", "QC", "COPY", "OPY", "VOID", "OK", "PASS", "PASSED", "USED"})
"""Short words of rubber stamps: nobody's initials but where the log has them."""
TAIL_SIGNS = frozenset("JjIdliLtucoO1/-|!g8906sybpq?.,'")
"""What tails of letters from another line are read as."""


@dataclass(frozen=True)
class Drawing:
    """What a field for a signature or initials shows: the measures that decide."""

    shape: Shape
    framed: float
    sharpness: float
    hangs_in: bool


def drawing_of(crop: Crop, own: Mask) -> Drawing:
    """Measure the ink of a field for a signature or initials; specks left out."""
    whole = _without_specks(own)
    return Drawing(
        shape=shape_of(whole, crop.pixels_per_mm),
        framed=framed_share(crop),
        sharpness=sharpness(crop, whole),
        hangs_in=hangs_in(crop, whole),
    )


def _without_specks(own: Mask) -> Mask:
    """The strokes without those that are tiny beside the rest."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(own.astype(np.uint8), connectivity=8)
    if count <= 1:
        return own
    areas = stats[:, cv2.CC_STAT_AREA]
    keep = areas >= 0.05 * areas[1:].sum()
    keep[0] = False
    return np.asarray(keep[labels], np.bool_)


def is_somebodys(
    kind: EntryKind, drawing: Drawing, text: str, known: float = -inf
) -> tuple[bool, float]:
    """Whether the ink is somebody's signature or initials, and how sure that is (0 to 1).

    `text` is what the recogniser freely reads there, `known` the logarithm of the probability that
    it gives the likeliest initials of the signature log.
    """
    shape = drawing.shape
    if shape.area_mm2 < 0.3:
        return False, 0.998
    is_known = known >= MIN_KNOWN
    if _is_stamp(kind, drawing, text) and not (is_known and drawing.framed < SURELY_FRAMED):
        return False, 0.95
    if is_known and shape.area_mm2 >= LEAST_AREA_MM2 and shape.length_mm >= LEAST_LENGTH_MM:
        return True, 0.97
    if not _is_drawn(kind, drawing, text):
        return False, 0.97
    if drawing.hangs_in and set(text) <= TAIL_SIGNS:
        return False, 0.9
    if _is_date(kind, text):
        return False, 0.95
    is_ample = shape.length_mm > 1.3 * MIN_LENGTH_MM and shape.turns > 1.2 * MIN_TURNS
    return True, 0.995 if is_ample and shape.off_line_mm > 1.3 * MIN_OFF_LINE_MM else 0.95


def _is_drawn(kind: EntryKind, drawing: Drawing, text: str) -> bool:
    """Whether a pen went to and fro: no line, no blot, no smear, no mere tail of a letter."""
    shape = drawing.shape
    letters = sum(sign.isalpha() for sign in text)
    if shape.area_mm2 < MIN_AREA_MM2 or shape.length_mm < MIN_LENGTH_MM:
        return False
    least_turns = MIN_TURNS
    if kind is EntryKind.INITIALS:
        signs = sum(sign.isalnum() for sign in text)
        least_turns = MIN_TURNS_OF[min(signs, 2)] if letters < 2 else MIN_TURNS_LETTERS
    if shape.off_line_mm < MIN_OFF_LINE_MM or shape.turns < least_turns:
        return False
    if kind is EntryKind.SIGNATURE and shape.length_mm > LONG_MM:
        return drawing.sharpness >= MIN_SHARPNESS_LONG
    is_blot = shape.thickest_mm > MIN_BLOT_MM and shape.turns < MAX_BLOT_TURNS
    return drawing.sharpness >= MIN_SHARPNESS and not is_blot


def is_day(text: str) -> bool:
    """Whether what stands for initials is a day and month, or more of a date."""
    return re.fullmatch(r"[0-9]{1,2}[./-][0-9]{1,2}([./-]([0-9]{2}){0,2})?", text) is not None


def _is_date(kind: EntryKind, text: str) -> bool:
    digits = sum(sign.isdigit() for sign in text)
    letters = sum(sign.isalpha() for sign in text)
    has_marks = re.search(r"[0-9OoQIlSsZz?][./,-]", text) is not None
    if kind is EntryKind.SIGNATURE:
        return digits > 2 * letters and digits >= (4 if has_marks else MIN_DATE_DIGITS)
    day_and_month = re.search(r"[0-9OoIlSsZz]{1,2}[./,-] ?[0-9OoIlSsZz]{1,2}([./,-]|$)", text)
    if day_and_month and digits >= 2 and digits >= letters:
        return True
    return digits > 2 * letters and digits >= (3 if has_marks else 4)


def _is_stamp(kind: EntryKind, drawing: Drawing, text: str) -> bool:
    """A frame around it, printed capitals, or more and longer strokes than a hand makes."""
    capitals = sum(sign.isupper() for sign in text)
    small = sum(sign.islower() for sign in text)
    digits = sum(sign.isdigit() for sign in text)
    has_frame = drawing.framed >= MIN_FRAMED or (
        drawing.framed >= MIN_HALF_FRAMED and drawing.shape.turns > STAMP_TURNS
    )
    if kind is EntryKind.INITIALS:
        is_name = re.fullmatch("[A-Z]|[A-Z]{3}", text) is not None
        is_in_brackets = re.fullmatch(r"[\[(].+[\])]", text) is not None
        is_framed = has_frame and (not is_name or drawing.framed >= SURELY_FRAMED)
        is_word = text in STAMP_WORDS or capitals + small > 5
        return is_framed or is_in_brackets or is_word
    if drawing.framed >= SURELY_FRAMED and small <= 1:
        return True
    if drawing.framed >= MIN_FRAMED and drawing.shape.turns > BUSY_TURNS:
        return True
    least = MIN_STAMP_LETTERS if drawing.framed >= MIN_HALF_FRAMED else MIN_BARE_LETTERS
    is_print = capitals >= least and capitals > 2 * (small + digits)
    is_busy = capitals >= MIN_FRAMED_LETTERS or drawing.shape.turns > STAMP_TURNS
    return is_print or (has_frame and is_busy and small + digits <= 1)
