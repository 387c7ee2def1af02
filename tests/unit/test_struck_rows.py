"""Blocks that a stroke seems to void: what can be read there is no void."""

import cv2
import numpy as np
import pytest

from extractors.automaton import ALPHABET
from extractors.crop import Crop
from extractors.frames import BLANK, OTHER, Frames
from extractors.long_strokes import VoidBlock
from extractors.struck_rows import MOST_LOOKED_AT, really_void
from extractors.values import Box, EntryKind, FieldHint

SCALE = 8.0


class Says:
    """A recogniser that reads one text everywhere, and counts what it is shown."""

    name = model = "says"

    def __init__(self, text: str) -> None:
        self.text, self.shown = text, 0

    def look(self, lines, kind=None):
        self.shown += len(lines)
        rows = np.full((2 * len(self.text) + 1, OTHER + 1), 1e-6)
        rows[0::2, BLANK] = 1
        for place, sign in enumerate(self.text):
            rows[2 * place + 1, ALPHABET.index(sign) + 1] = 1.0
        frames = Frames(rows / rows.sum(axis=1, keepdims=True), lends=False)
        return tuple((frames,) for _ in lines)


def crop_of(key, *, kind=EntryKind.NUMBER, grammar=r"\d{2,3}", has_ink=True):
    image = np.zeros((round(9 * SCALE), round(24 * SCALE)), np.uint8)
    if has_ink:
        cv2.line(image, (20, 40), (150, 30), color=230, thickness=4)
    edge = round(1.5 * SCALE)
    height, width = image.shape
    return Crop(
        hint=FieldHint(key, kind, Box(1.5, 1.5, 21, 6), grammar=grammar),
        ink=image > 60,
        darkness=image,
        printed=np.zeros(image.shape, bool),
        pixels_per_mm=SCALE,
        inner=(edge, edge, width - edge, height - edge),
        shift_mm=(0, 0),
        likeness=None,
    )


def kept(crops, recogniser):
    block = VoidBlock(keys=tuple(crop.hint.key for crop in crops), is_signed=True)
    return really_void([block], crops, recogniser) == (block,)


def test_fields_that_read_as_entries_are_not_void():
    assert not kept([crop_of(f"w{place}") for place in range(6)], Says("249"))


@pytest.mark.parametrize("text", ["-", "1", "/", "x-x"])
def test_fields_that_read_as_a_stroke_are(text):
    assert kept([crop_of(f"w{place}") for place in range(6)], Says(text))


def test_initials_and_a_date_beside_the_stroke_leave_the_row_void():
    crops = [crop_of(f"w{place}", has_ink=place < 2) for place in range(6)]
    assert kept(crops, Says("249"))


def test_check_boxes_and_signatures_tell_nothing():
    kinds = (EntryKind.CHECKBOX, EntryKind.SIGNATURE)
    crops = [crop_of(f"f{place}", kind=kind, grammar=None) for place, kind in enumerate(kinds)]
    recogniser = Says("249")
    assert kept(crops, recogniser)
    assert recogniser.shown == 0


def test_of_a_large_block_only_some_fields_are_looked_at():
    recogniser = Says("249")
    assert not kept([crop_of(f"w{place}") for place in range(60)], recogniser)
    assert recogniser.shown <= MOST_LOOKED_AT
