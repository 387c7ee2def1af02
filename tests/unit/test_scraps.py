"""Rows with scraps of ink: their blanks are not believed."""

import numpy as np
import pytest

from extractors.crop import Crop
from extractors.scraps import MAX_DOUBTED, doubted_rows
from extractors.values import Box, EntryKind, FieldHint, Reading, State

BLANK = Reading("", State.BLANK, 0.998, "ink")
SCRAP = Reading("-", State.FILLED, 0.1, "two readers")
ENTRY = Reading("249", State.FILLED, 0.99, "two readers")
NO_TICK = Reading("false", State.UNCHECKED, 0.9999, "ink")


def row(*kinds, y=40.0):
    """Fields wall to wall, a check box where it is asked for."""
    nothing = np.zeros((8, 8), np.uint8)
    return [
        Crop(
            hint=FieldHint(f"{y}c{place}", kind, Box(20 + 24 * place, y, 24, 8)),
            ink=nothing > 0,
            darkness=nothing,
            printed=nothing > 0,
            pixels_per_mm=8.0,
            inner=(0, 0, 8, 8),
            shift_mm=(0, 0),
            likeness=None,
        )
        for place, kind in enumerate(kinds)
    ]


NUMBERS = (EntryKind.NUMBER,) * 4


def sure(readings, crops):
    return [one.confidence for one in doubted_rows(readings, crops)]


def test_blanks_beside_a_scrap_are_doubted_and_other_rows_are_not():
    crops = [*row(*NUMBERS), *row(*NUMBERS, y=60.0)]
    found = sure([BLANK, SCRAP, BLANK, BLANK, BLANK, BLANK, BLANK, BLANK], crops)
    assert found == [MAX_DOUBTED, 0.1, MAX_DOUBTED, MAX_DOUBTED, *[0.998] * 4]


def test_check_boxes_without_a_tick_are_blanks_too():
    crops = row(EntryKind.NUMBER, EntryKind.CHECKBOX, EntryKind.NUMBER)
    assert sure([SCRAP, NO_TICK, BLANK], crops) == [0.1, MAX_DOUBTED, MAX_DOUBTED]


@pytest.mark.parametrize(
    "readings",
    [[ENTRY, BLANK, BLANK, BLANK], [SCRAP, ENTRY, ENTRY, BLANK], [BLANK, BLANK, BLANK, BLANK]],
)
def test_a_row_that_reads_well_or_is_mostly_filled_is_believed(readings):
    assert sure(readings, row(*NUMBERS)) == [one.confidence for one in readings]


def test_a_field_that_stands_alone_has_no_row():
    crops = [*row(EntryKind.NUMBER), *row(EntryKind.NUMBER, y=90.0)]
    assert sure([SCRAP, BLANK], crops) == [0.1, 0.998]
