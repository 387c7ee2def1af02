"""Marks, signatures, strikes and voids told apart by their ink, on drawings made here."""

import cv2
import numpy as np
import pytest

from extractors.crop import Crop, PageInk
from extractors.long_strokes import void_blocks
from extractors.marks import read_mark
from extractors.shape import shape_of
from extractors.signature import drawing_of, is_somebodys
from extractors.streaks import without_streaks
from extractors.strike import find_strike
from extractors.values import Box, EntryKind, FieldHint, State

SCALE = 8.0


def canvas(width_mm, height_mm):
    return np.zeros((round(height_mm * SCALE), round(width_mm * SCALE)), np.uint8)


def pen(image, *points_mm, thick=4):
    points = (np.array(points_mm) * SCALE).astype(np.int32)
    cv2.polylines(image, [points], isClosed=False, color=230, thickness=thick)


def crop_of(image, kind, margin=3.0):
    height, width = image.shape
    edge = round(margin * SCALE)
    hint = FieldHint("field", kind, Box(margin, margin, width / SCALE, height / SCALE))
    return Crop(
        hint=hint,
        ink=image > 60,
        darkness=image,
        printed=np.zeros(image.shape, bool),
        pixels_per_mm=SCALE,
        inner=(edge, edge, width - edge, height - edge),
        shift_mm=(0, 0),
        likeness=None,
    )


def box_with(*strokes):
    image = canvas(11, 11)
    for stroke in strokes:
        pen(image, *stroke)
    return crop_of(image, EntryKind.CHECKBOX)


def circle_of(radius):
    turns = np.linspace(0, 2 * np.pi, 60)
    return [(5.5 + radius * np.cos(t), 5.5 + radius * np.sin(t)) for t in turns]


def test_an_empty_box_is_unchecked():
    assert read_mark(box_with()).state is State.UNCHECKED


@pytest.mark.parametrize(
    "strokes",
    [
        [[(3.5, 5.5), (5, 7.5), (9, 1.5)]],
        [[(3.5, 3.5), (7.5, 7.5)], [(7.5, 3.5), (3.5, 7.5)]],
        [circle_of(4.2)],
    ],
    ids=["tick", "cross", "circle around it"],
)
def test_a_tick_a_cross_and_a_circle_all_mark_a_box(strokes):
    reading = read_mark(box_with(*strokes))
    assert (reading.state, reading.value) == (State.CHECKED, "true")


def test_a_stroke_beside_the_box_does_not_mark_it():
    assert read_mark(box_with([(1, 1), (1, 10)])).state is State.UNCHECKED


def signed(*strokes, text="", thick=4, kind=EntryKind.SIGNATURE, blur=0.0, known=-99.0):
    image = canvas(46, 15)
    for stroke in strokes:
        pen(image, *stroke, thick=thick)
    if blur:
        image = cv2.GaussianBlur(image, (0, 0), blur)
    crop = crop_of(image, kind)
    return is_somebodys(kind, drawing_of(crop, crop.ink), text, known)[0]


SCRAWL = [(8 + 0.25 * t, 7.5 + 2.2 * np.sin(1.1 * t) * (1 - t / 160)) for t in range(110)]


def test_a_scrawl_is_a_signature():
    assert signed(SCRAWL)


def test_nothing_is_no_signature():
    assert not signed()


@pytest.mark.parametrize(
    "stroke", [[(6, 11), (40, 4)], [(20, 7.5), (24, 7.4)]], ids=["a line", "a dash"]
)
def test_a_line_is_no_signature(stroke):
    assert not signed(stroke)


def test_a_smudge_is_no_signature():
    assert not signed([(20, 7), (23, 8), (21, 7.5)], thick=24, blur=9)


def test_a_date_is_no_signature():
    assert not signed(SCRAWL, text="30.10.2017")


def test_the_tail_of_a_neighbours_letter_is_nobodys_initials():
    tail = [[(20 + dx, 3.0), (20 + dx, 6.5), (19 + dx, 6.5), (20 + dx, 5.0)] for dx in (0, 5)]
    assert not signed(*tail, text="JJ", kind=EntryKind.INITIALS)


def test_a_stamp_in_its_frame_is_nobodys_initials():
    letters = [
        [(19, 6), (21, 6), (21, 9), (19, 9), (19, 6)],
        [(23, 9), (24.5, 6), (26, 9), (25, 8), (24, 8)],
    ]
    frame = [[(15.5, 3.8), (29.5, 3.8), (29.5, 11.2), (15.5, 11.2), (15.5, 3.8)]]
    assert signed(*letters, text="DA", kind=EntryKind.INITIALS)
    assert not signed(*letters, *frame, text="DA", kind=EntryKind.INITIALS)
    assert not signed(*letters, text="QA", kind=EntryKind.INITIALS)
    assert signed(*letters, text="QA", kind=EntryKind.INITIALS, known=-1.0)


@pytest.mark.parametrize("text", ["05.10.", "23,04,", "0510", "Q6.10"])
def test_a_date_without_its_year_is_nobodys_initials(text):
    assert not signed(SCRAWL, text=text, kind=EntryKind.INITIALS)


def test_a_frame_all_round_is_a_stamp_whatever_is_read_in_it():
    letters = [[(19, 6), (21, 6), (21, 9), (19, 9), (19, 6)], [(23, 9), (24.5, 6), (26, 9)]]
    frame = [[(15.5, 3.8), (29.5, 3.8), (29.5, 11.2), (15.5, 11.2), (15.5, 3.8)]]
    assert not signed(*letters, *frame, text="a1]")


@pytest.mark.parametrize("text", ["PRODUCT1oN", "TALTTING", "REL EASED"])
def test_the_print_of_a_stamp_is_no_signature_though_a_sign_of_it_is_lost(text):
    assert not signed(SCRAWL, text=text)


@pytest.mark.parametrize("text", ["DEVES", "ZEVO", "PGTOO"])
def test_a_signature_that_looks_like_a_few_capitals_is_one(text):
    assert signed(SCRAWL, text=text)


def test_initials_of_plain_letters_are_initials():
    plain = [[(20, 10), (20, 4), (24, 4)], [(20, 7), (23, 7)], [(27, 4), (27, 10)]]
    assert signed(*plain, text="FI", kind=EntryKind.INITIALS)


def test_initials_of_the_signature_log_need_less_ink_and_may_look_like_digits():
    thin = [[(20, 5), (20, 7)], [(22, 5), (22, 7)], [(20, 6), (22, 6)]]
    assert signed(*thin, text="HI", kind=EntryKind.INITIALS, known=-0.5)
    assert not signed(*thin, text="HI", kind=EntryKind.INITIALS)
    assert signed(SCRAWL, text="2150", kind=EntryKind.INITIALS, known=-2.0)
    assert not signed(SCRAWL, text="2150", kind=EntryKind.INITIALS)


def test_a_name_in_thick_felt_tip_is_no_blot():
    thick = [(14 + 0.2 * t, 7.5 + 1.6 * np.sin(0.4 * t)) for t in range(80)]
    assert signed(thick, text="?", thick=20)
    assert not signed(thick[:25], text="?", thick=20)


def written(image, left, top, count=5):
    """Loops as high as digits, side by side."""
    for place in range(count):
        x = left + 2.6 * place
        pen(image, (x, top), (x + 1.8, top), (x + 1.8, top + 3), (x, top + 3), (x, top))


def test_a_struck_entry_and_its_replacement_come_apart():
    image = canvas(46, 15)
    written(image, 6, 6)
    pen(image, (5, 7.6), (19.5, 7.4), thick=3)
    written(image, 24, 6)
    crop = crop_of(image, EntryKind.NUMBER)
    struck = find_strike(crop, crop.ink)
    assert struck is not None
    columns = np.flatnonzero(struck.new.any(axis=0)) / SCALE
    assert columns.min() > 22
    assert np.flatnonzero(struck.old.any(axis=0)).max() / SCALE < 20


def test_plain_writing_and_underlined_writing_are_not_struck():
    image = canvas(46, 15)
    written(image, 6, 5, count=10)
    plain = crop_of(image, EntryKind.NUMBER)
    assert find_strike(plain, plain.ink) is None
    pen(image, (5, 10.2), (33, 10.2), thick=3)
    underlined = crop_of(image, EntryKind.NUMBER)
    assert find_strike(underlined, underlined.ink) is None


def table(rows=4, columns=4):
    return tuple(
        FieldHint(f"r{row}c{column}", EntryKind.NUMBER, Box(20 + 25 * column, 40 + 9 * row, 24, 8))
        for row in range(rows)
        for column in range(columns)
    )


def page_with(*strokes, width=150, height=110):
    image = canvas(width, height)
    for stroke in strokes:
        pen(image, *stroke, thick=4)
    nothing = np.zeros_like(image)
    return PageInk(darkness=image, printed=nothing, pixels_per_mm=SCALE, threshold=30)


def test_one_stroke_across_unused_rows_voids_them_all_and_no_other():
    page = page_with([(22, 73), (70, 67), (117, 60)])
    (block,) = void_blocks(page, table())
    assert set(block.keys) == {f"r{row}c{column}" for row in (2, 3) for column in range(4)}
    assert not block.is_signed


def test_a_line_straight_down_the_page_voids_nothing():
    assert void_blocks(page_with([(60, 20), (61, 90)]), table()) == ()
    assert void_blocks(page_with([(50, 20), (70, 90)]), table()) != ()


def test_a_line_from_edge_to_edge_voids_nothing_however_it_leans():
    assert void_blocks(page_with([(50, 1), (70, 109)]), table()) == ()
    assert void_blocks(page_with([(1, 73), (149, 55)]), table()) == ()


def test_initials_beside_the_stroke_sign_the_void():
    page = page_with([(22, 73), (117, 60)], [(24, 59), (26, 64), (28, 59), (30, 64), (32, 59)])
    (block,) = void_blocks(page, table())
    assert block.is_signed


def test_a_stroke_that_fades_voids_the_rest_of_its_row_too():
    dashes = [[(x, 61), (x + 4, 60.8)] for x in (75, 90, 105)]
    (block,) = void_blocks(page_with([(22, 64), (62, 61.5)], *dashes), table())
    assert set(block.keys) == {f"r2c{column}" for column in range(4)}
    assert not block.is_signed


def test_a_fading_stroke_voids_no_entry_beside_it():
    page = page_with([(22, 64), (62, 61.5)])
    image = page.darkness.copy()
    for column in (1, 2, 3):
        written(image, 23 + 25 * column, 60)
    ink = PageInk(image, page.printed, page.pixels_per_mm, page.threshold)
    assert void_blocks(ink, table()) == ()


def test_a_line_of_writing_close_above_a_stroke_does_not_become_part_of_it():
    page = page_with([(22, 65), (117, 60.5)])
    image = page.darkness.copy()
    for column in range(4):
        written(image, 23 + 25 * column, 51, count=8)
    ink = PageInk(image, page.printed, page.pixels_per_mm, page.threshold)
    (block,) = void_blocks(ink, table())
    assert set(block.keys) == {f"r2c{column}" for column in range(4)}


def test_what_hangs_in_from_the_row_above_signs_no_void():
    tails = [[(30 + 25 * place, 57), (30 + 25 * place, 59.5)] for place in range(3)]
    (block,) = void_blocks(page_with([(22, 64), (117, 60.5)], *tails), table())
    assert not block.is_signed


def test_a_row_with_entries_is_never_taken_for_void():
    page = page_with([(22, 73), (117, 60)])
    image = page.darkness.copy()
    for row in (2, 3):
        for column in range(4):
            written(image, 23 + 25 * column, 42 + 9 * row)
    filled = PageInk(image, page.printed, page.pixels_per_mm, page.threshold)
    assert void_blocks(filled, table()) == ()


def table_with_check_boxes():
    """Four rows: a check box by itself, a text, another check box, initials."""
    kinds = {"ok": EntryKind.CHECKBOX, "lot": EntryKind.TEXT, "dry": EntryKind.CHECKBOX}
    cells = {"ok": (24, 2.5, 4), "lot": (34, 0, 46), "dry": (90, 2.5, 4), "by": (104, 0, 26)}
    return tuple(
        FieldHint(
            f"{name}{row}",
            kinds.get(name, EntryKind.INITIALS),
            Box(x, 40 + 9 * row + inset, wide, wide if inset else 9),
        )
        for row in range(4)
        for name, (x, inset, wide) in cells.items()
    )


ROWS_2_AND_3 = {f"{name}{row}" for name in ("ok", "lot", "dry", "by") for row in (2, 3)}


def test_a_stroke_voids_check_boxes_that_stand_alone_in_their_cells_too():
    page = page_with([(36, 73), (70, 69), (124, 60)])
    (block,) = void_blocks(page, table_with_check_boxes())
    assert set(block.keys) == ROWS_2_AND_3
    assert not block.is_signed


def test_initials_beside_a_check_box_sign_the_void():
    beside = [(28.5, 60), (28.5, 64), (30.5, 60), (32.5, 64), (32.5, 60)]
    page = page_with([(36, 74), (124, 61)], beside)
    (block,) = void_blocks(page, table_with_check_boxes())
    assert set(block.keys) == ROWS_2_AND_3
    assert block.is_signed


def test_a_stroke_is_followed_through_a_bend_to_where_it_ends():
    bend = [(22, 75.5), (50, 71.4), (80, 66), (105, 60.5), (117, 57.2)]
    (block,) = void_blocks(page_with(bend), table())
    assert set(block.keys) == {f"r{row}c{column}" for row in (2, 3) for column in range(4)}


def test_a_row_with_entries_into_which_a_stroke_reaches_is_not_void():
    page = page_with([(22, 73), (117, 55)])
    image = page.darkness.copy()
    for column in range(4):
        written(image, 23 + 25 * column, 50)
    ink = PageInk(image, page.printed, page.pixels_per_mm, page.threshold)
    (block,) = void_blocks(ink, table())
    assert set(block.keys) == {f"r{row}c{column}" for row in (2, 3) for column in range(4)}


def test_a_streak_down_the_page_goes_and_the_writing_stays():
    page = page_with([(60, 0), (60, 110)])
    image = np.minimum(page.darkness, 60)
    written(image, 80, 50)
    streaked = PageInk(image, page.printed, page.pixels_per_mm, page.threshold)
    cleaned = without_streaks(streaked).darkness
    assert (cleaned[:, : round(70 * SCALE)] > 30).sum() == 0
    kept = shape_of(cleaned[:, round(75 * SCALE) :] > 60, SCALE)
    assert kept.area_mm2 > 10


def test_a_black_streak_through_check_boxes_leaves_nothing_behind_and_voids_none():
    image = page_with([(60, 0), (60, 110)]).darkness
    streaked = PageInk(
        np.where(image > 0, 255, 0).astype(np.uint8), np.zeros_like(image), SCALE, 28
    )
    cleaned = without_streaks(streaked)
    assert (cleaned.darkness > 28).sum() == 0
    boxes = [
        FieldHint(f"r{row}", EntryKind.CHECKBOX, Box(58, 20 + 9 * row, 4, 4)) for row in range(8)
    ]
    assert void_blocks(cleaned, boxes) == ()


def test_a_level_stroke_that_ends_with_its_table_is_no_streak():
    page = page_with([(14, 62.5), (136, 62.5)])
    assert (without_streaks(page).darkness == page.darkness).all()
    (block,) = void_blocks(without_streaks(page), table())
    assert set(block.keys) == {f"r2c{column}" for column in range(4)}
