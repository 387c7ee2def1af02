"""Signatures: there or not, by the drawing of the ink; never whose."""

from extractors.crop import Crop
from extractors.shape import Shape
from extractors.values import Reading, State

MIN_LENGTH_MM = 9.0
"""A pen travels at least this far for a signature."""
MIN_TURNS = 1.35
"""A signature's pen travels further than straight across its extent."""
MIN_WIDTH_MM = 4.0
MAX_THICKEST_MM = 2.2
"""Blots and smudges are thicker than any pen's stroke."""


def read_signature(crop: Crop, own: Shape, foreign: Shape) -> Reading:
    """Whether somebody signed here; a smudge, a line or a neighbour's overshoot is blank."""
    is_signed = (
        own.length_mm >= MIN_LENGTH_MM
        and own.turns >= MIN_TURNS
        and own.width_mm >= MIN_WIDTH_MM
        and own.off_line_mm >= 0.35
    )
    is_empty = own.area_mm2 < 0.3
    confidence = 0.998 if is_empty else 0.97
    return Reading(
        value="",
        state=State.FILLED if is_signed else State.BLANK,
        confidence=confidence,
        reader="ink",
    )
