"""Corrections and scribbles found by their ink, on drawings made here."""

import cv2
import numpy as np
import pytest

from extractors.corrected import parts_of
from extractors.crop import Crop
from extractors.read import read
from extractors.shape import thick_patch
from extractors.strike import find_strike, parted
from extractors.values import Box, EntryKind, Evidence, FieldHint, State

SCALE = 8.0


def canvas(width_mm, height_mm):
    return np.zeros((round(height_mm * SCALE), round(width_mm * SCALE)), np.uint8)


def pen(image, *points_mm, thick=4):
    points = (np.array(points_mm) * SCALE).astype(np.int32)
    cv2.polylines(image, [points], isClosed=False, color=230, thickness=thick)


def crop_of(image, margin=3.0):
    height, width = image.shape
    edge = round(margin * SCALE)
    box = Box(margin, margin, width / SCALE - 2 * margin, height / SCALE - 2 * margin)
    return Crop(
        hint=FieldHint("field", EntryKind.NUMBER, box),
        ink=image > 60,
        darkness=image,
        printed=np.zeros(image.shape, bool),
        pixels_per_mm=SCALE,
        inner=(edge, edge, width - edge, height - edge),
        shift_mm=(0, 0),
        likeness=None,
    )


def signs(image, left, top, count=4, height=2.6):
    """Signs like an 8 without its middle, side by side."""
    for place in range(count):
        x = left + 2.6 * place
        corners = [(x, top), (x + 1.4, top), (x + 1.4, top + height), (x, top + height), (x, top)]
        pen(image, *corners, thick=3)


def struck(image, left, top, right, *, slope=0.0):
    pen(image, (left, top), (right, top + slope * (right - left)), thick=3)


def extent_mm(mask, axis):
    places = np.flatnonzero(mask.any(axis=axis)) / SCALE
    return places.min(), places.max()


@pytest.mark.parametrize("slope", [-0.06, 0.0, 0.06])
def test_a_strike_is_found_at_any_slope(slope):
    image = canvas(46, 14)
    signs(image, 6, 6)
    struck(image, 5.2, 7.3 - slope * 5, 16.6, slope=slope)
    signs(image, 22, 6)
    crop = crop_of(image)
    found = find_strike(crop, crop.ink)
    assert found is not None
    assert extent_mm(found.new, 0)[0] > 21
    assert extent_mm(found.old, 0)[1] < 16.8


def test_the_new_entry_may_stand_above_the_struck_one():
    image = canvas(34, 15)
    signs(image, 6, 4.2)
    signs(image, 6.5, 8.8)
    struck(image, 5.6, 10.1, 17.0)
    crop = crop_of(image)
    found = find_strike(crop, crop.ink)
    assert found is not None
    assert extent_mm(found.new, 1)[1] < 7.5
    assert extent_mm(found.old, 1)[0] > 8


def test_a_new_entry_may_be_touched_by_the_end_of_the_strike():
    image = canvas(46, 14)
    signs(image, 6, 6)
    struck(image, 5.2, 7.4, 16.8)
    signs(image, 16.9, 6)
    crop = crop_of(image)
    found = find_strike(crop, crop.ink)
    assert found is not None
    assert extent_mm(found.new, 0)[1] > 23


def test_a_long_bar_in_the_middle_of_an_entry_strikes_nothing():
    image = canvas(46, 14)
    signs(image, 6, 6, count=2)
    struck(image, 10.4, 7.3, 15.0)
    signs(image, 11.2, 6, count=4)
    crop = crop_of(image)
    assert find_strike(crop, crop.ink) is None


def test_an_underlined_entry_beside_another_is_not_struck():
    image = canvas(46, 14)
    signs(image, 6, 5)
    struck(image, 5.2, 9.0, 16.6)
    signs(image, 22, 5)
    crop = crop_of(image)
    assert find_strike(crop, crop.ink) is None


def test_writing_before_a_struck_piece_makes_a_correction_unlikely():
    odds = []
    for first, second in ((6, 18), (18, 6)):
        image = canvas(46, 14)
        signs(image, first, 6, count=3)
        signs(image, second, 6, count=2)
        struck(image, second - 0.6, 7.3, second + 4.6)
        crop = crop_of(image)
        odds.append(find_strike(crop, crop.ink).log_odds)
    assert odds[0] < odds[1] - 3


def test_value_and_initials_come_apart_at_the_widest_gap():
    image = canvas(40, 12)
    signs(image, 4, 5)
    signs(image, 20, 5.4, count=2, height=1.8)
    pair = parted(image > 60, SCALE)
    assert pair is not None
    assert extent_mm(pair[0], 0)[1] < 14.5
    assert extent_mm(pair[1], 0)[0] > 19
    assert parted(pair[0], SCALE) is None


def test_a_likely_correction_is_read_in_all_its_parts():
    image = canvas(60, 14)
    signs(image, 6, 6)
    struck(image, 5.2, 7.3, 16.6)
    signs(image, 20, 6)
    signs(image, 36, 6.4, count=2, height=1.8)
    crop = crop_of(image)
    parts = parts_of(crop, crop.ink)
    assert parts is not None
    assert len(parts.images) == 5


class NoRecogniser:
    """A recogniser that nothing may be shown to."""

    name = model = "none"

    def look(self, lines, kind=None):
        assert not lines
        return ()


def scribbled(width_mm=10.0):
    image = canvas(30, 13)
    rows = np.arange(4.0, 8.4, 0.35)
    points = [
        (x, row)
        for place, row in enumerate(rows)
        for x in (6, 6 + width_mm)[:: 1 - 2 * (place % 2)]
    ]
    pen(image, *points, thick=4)
    return image


def test_an_entry_scribbled_over_is_made_illegible():
    (reading,) = read([crop_of(scribbled())], NoRecogniser())
    assert reading.state is State.UNREADABLE
    assert reading.evidence == (Evidence.OBLITERATED,)


def test_a_scribble_with_a_long_tail_is_one_too():
    image = scribbled()
    pen(image, (16, 6), (26.5, 6), thick=4)
    (reading,) = read([crop_of(image)], NoRecogniser())
    assert reading.evidence == (Evidence.OBLITERATED,)


def test_writing_with_a_broad_pen_has_no_thick_patch():
    image = canvas(40, 12)
    for place in range(4):
        x = 5 + 4.5 * place
        pen(image, (x, 3), (x + 3, 3), (x + 3, 8), (x, 8), (x, 3), thick=9)
    assert thick_patch(image > 60, SCALE, least_mm=1.6).sum() < 3 * SCALE**2
