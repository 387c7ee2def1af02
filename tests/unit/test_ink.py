"""Ink: it stays where it belongs, looks like what it is, and depends on chance handed in alone."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from real_hands import HANDS, needs_hands

from extractors.values import Box
from sample_scans.hands import FONT, Hands, open_hands
from sample_scans.ink import Sheet, draw, lay_paper
from sample_scans.ink_pen import pen_of, put_ink, resample
from sample_scans.values import Act, Ink, Mark, Split, Tool

pytestmark = needs_hands
BOX = Box(30, 30, 36, 9)


@pytest.fixture(scope="module")
def hands() -> Hands:
    return open_hands(HANDS)


@pytest.fixture(scope="module")
def writers(hands: Hands) -> tuple[str, ...]:
    people = hands.writers(Split.FIT)
    return people[:12] + people[-6:]


def paper() -> Sheet:
    return Sheet(np.full((900, 1200, 3), 250, np.uint8))


def mark(act: Act, hand: str, text: str = "", box: Box = BOX, **more: object) -> Mark:
    known: dict[str, object] = {"tool": Tool.BALLPOINT, "ink": Ink.BLUE, **more}
    return Mark(act=act, page=1, box=box, hand=hand, text=text, **known)  # type: ignore[arg-type]


def inked(sheet: Sheet, box: Box, margin_mm: float = 0.0) -> float:
    """The share of the box's pixels that are clearly darker than paper."""
    return float((piece(sheet, box, margin_mm).min(axis=2) < 200).mean())


def piece(sheet: Sheet, box: Box, margin_mm: float = 0.0) -> np.ndarray:
    k = sheet.pixels_per_mm
    top, bottom = int((box.y - margin_mm) * k), int((box.bottom + margin_mm) * k)
    return sheet.rgb[top:bottom, int((box.x - margin_mm) * k) : int((box.right + margin_mm) * k)]


@pytest.mark.parametrize("act", list(Act))
def test_the_same_chance_gives_the_same_pixels(
    act: Act, hands: Hands, writers: tuple[str, ...]
) -> None:
    sheets = []
    for seed in (7, 7, 8):
        sheet = paper()
        extent = draw(sheet, mark(act, writers[0], "13.25"), hands, np.random.default_rng(seed))
        sheets.append((sheet.rgb, extent))
    assert np.array_equal(sheets[0][0], sheets[1][0])
    assert sheets[0][1] == sheets[1][1]
    assert not np.array_equal(sheets[0][0], sheets[2][0])


@pytest.mark.parametrize("tool", list(Tool))
@pytest.mark.parametrize("text", ["13.25", "XB15-2288", "12 May 2019", "gyj"])
def test_writing_stays_in_its_box(
    tool: Tool, text: str, hands: Hands, writers: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(2)
    for hand in writers:
        for box in (BOX, Box(30, 30, 14, 6)):
            sheet = paper()
            extent = draw(sheet, mark(Act.TEXT, hand, text, box, tool=tool), hands, rng)
            assert extent.width > 1
            assert extent.x >= box.x - 0.3, hand
            assert extent.y >= box.y - 0.3, hand
            assert extent.right <= box.right + 0.3, hand
            assert extent.bottom <= box.bottom + 0.3, hand


def test_overshooting_writing_leaves_its_box_by_little(
    hands: Hands, writers: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(3)
    left = 0
    for hand in writers:
        sheet = paper()
        sized = mark(Act.TEXT, hand, "Sieve gyj", may_overshoot=True, size_mm=8.0)
        extent = draw(sheet, sized, hands, rng)
        left += extent.bottom > BOX.bottom or extent.y < BOX.y
        assert extent.bottom <= BOX.bottom + 2.6
        assert extent.y >= BOX.y - 2.6
    assert left >= 4


def test_the_extent_is_where_the_ink_is(hands: Hands, writers: tuple[str, ...]) -> None:
    sheet = paper()
    extent = draw(sheet, mark(Act.TEXT, writers[3], "132.5"), hands, np.random.default_rng(4))
    outside = sheet.rgb.copy()
    k = sheet.pixels_per_mm
    rows = slice(round(extent.y * k), round(extent.bottom * k))
    outside[rows, round(extent.x * k) : round(extent.right * k)] = 250
    assert outside.min() > 190


def test_a_comb_takes_one_character_in_each_box(hands: Hands, writers: tuple[str, ...]) -> None:
    rng = np.random.default_rng(5)
    for hand in writers:
        sheet = paper()
        draw(sheet, mark(Act.TEXT, hand, "20472", Box(20, 30, 56, 8), comb=8), hands, rng)
        shares = [inked(sheet, Box(20 + 7 * n, 30, 7, 8)) for n in range(8)]
        assert min(shares[:5]) > 0.01, hand
        assert max(shares[5:]) < 0.005, hand


def test_small_boxes_are_written_in_smaller(hands: Hands, writers: tuple[str, ...]) -> None:
    rng = np.random.default_rng(6)
    for hand in writers[:5]:
        wide = draw(paper(), mark(Act.TEXT, hand, "2288", Box(20, 20, 60, 12)), hands, rng)
        tight = draw(paper(), mark(Act.TEXT, hand, "2288", Box(20, 20, 8, 4)), hands, rng)
        assert tight.height < wide.height


def test_print_stays_visible_below_ink(hands: Hands, writers: tuple[str, ...]) -> None:
    sheet = paper()
    sheet.rgb[440:446] = 20
    before = sheet.rgb[440:446].copy()
    draw(sheet, mark(Act.TEXT, writers[0], "8888"), hands, np.random.default_rng(7))
    assert (sheet.rgb[440:446] <= before).all()


def test_inks_have_their_colours(hands: Hands, writers: tuple[str, ...]) -> None:
    for ink, channel in ((Ink.RED, 0), (Ink.BLUE, 2)):
        sheet = paper()
        extent = draw(
            sheet, mark(Act.TEXT, writers[1], "8888", ink=ink), hands, np.random.default_rng(8)
        )
        dark = piece(sheet, extent).reshape(-1, 3)
        dark = dark[dark.min(axis=1) < 120]
        assert dark.mean(axis=0).argmax() == channel


def test_pencil_is_fainter_than_a_ballpoint_and_a_felt_tip_broader(
    hands: Hands, writers: tuple[str, ...]
) -> None:
    left = {}
    for tool in Tool:
        sheet = paper()
        draw(
            sheet,
            mark(Act.TEXT, writers[1], "8888", tool=tool, ink=Ink.BLACK),
            hands,
            np.random.default_rng(8),
        )
        left[tool] = (np.sort(sheet.rgb.min(axis=2), axis=None)[:400].mean(), inked(sheet, BOX))
    assert left[Tool.PENCIL][0] > left[Tool.BALLPOINT][0] + 15
    assert left[Tool.FELT_TIP][1] > left[Tool.BALLPOINT][1]


def test_struck_text_is_darker_along_the_line_and_still_legible(
    hands: Hands, writers: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(9)
    for hand in writers[:6]:
        sheet = paper()
        extent = draw(sheet, mark(Act.TEXT, hand, "132.5"), hands, rng)
        before = inked(sheet, extent)
        draw(sheet, mark(Act.STRIKE, hand, box=extent), hands, rng)
        rows = (piece(sheet, extent).min(axis=2) < 200).mean(axis=1)
        assert rows[len(rows) // 4 : -len(rows) // 4].max() > 0.35
        assert inked(sheet, extent) < before + 0.3


def test_a_scribble_leaves_little_to_read(hands: Hands, writers: tuple[str, ...]) -> None:
    rng = np.random.default_rng(10)
    sheet, clean = paper(), paper()
    extent = draw(sheet, mark(Act.TEXT, writers[2], "132.5"), hands, np.random.default_rng(1))
    state = rng.bit_generator.state
    draw(sheet, mark(Act.SCRIBBLE, writers[2], box=extent), hands, rng)
    rng.bit_generator.state = state
    draw(clean, mark(Act.SCRIBBLE, writers[2], box=extent), hands, rng)
    assert inked(sheet, extent) > 0.8
    differs = np.abs(piece(sheet, extent).astype(int) - piece(clean, extent)).max(axis=2) > 60
    assert differs.mean() < 0.10


def test_fluid_hides_ink_and_print_and_is_whiter_than_the_paper(
    hands: Hands, writers: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(11)
    sheet = lay_paper(np.full((900, 1200, 3), 255, np.uint8), rng)
    sheet.rgb[400:406] = 20
    draw(sheet, mark(Act.TEXT, writers[0], "8888"), hands, rng)
    tone = float(np.median(sheet.rgb))
    draw(sheet, mark(Act.FLUID, writers[0]), hands, rng)
    inner = piece(sheet, Box(BOX.x + 3, BOX.y + 2, BOX.width - 6, BOX.height - 4))
    assert np.percentile(inner, 1) > 195
    assert np.median(inner) > tone


def test_a_signature_is_always_alike_and_never_the_same(
    hands: Hands, writers: tuple[str, ...]
) -> None:
    box = Box(30, 30, 50, 14)

    def signed(hand: str, seed: int) -> np.ndarray:
        sheet = paper()
        extent = draw(sheet, mark(Act.SIGNATURE, hand, box=box), hands, np.random.default_rng(seed))

        ink = (255 - piece(sheet, extent).min(axis=2)).astype(np.float32)
        shape = cv2.GaussianBlur(cv2.resize(ink, (96, 32)), (0, 0), 2.5)
        return (shape - shape.mean()) / shape.std()

    own, foreign = [], []
    for hand, other in pairwise(writers[:11]):
        first = signed(hand, 1)
        own.append(float((first * signed(hand, 2)).mean()))
        foreign.append(float((first * signed(other, 2)).mean()))
        assert own[-1] < 0.999
    assert np.mean(own) > 0.6
    assert np.mean(own) > np.mean(foreign) + 0.3


def test_a_neighbours_overshoot_only_reaches_into_the_box(
    hands: Hands, writers: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(12)
    for _ in range(40):
        sheet = paper()
        draw(sheet, mark(Act.OVERSHOOT, writers[0]), hands, rng)
        assert 0 < inked(sheet, BOX) < 0.05
        middle = Box(BOX.x + 0.3 * BOX.width, BOX.y + 4.0, 0.4 * BOX.width, 1.5)
        assert inked(sheet, middle) == 0


def test_a_line_runs_from_lower_left_to_upper_right(hands: Hands, writers: tuple[str, ...]) -> None:
    sheet = paper()
    box = Box(10, 10, 80, 50)
    draw(sheet, mark(Act.LINE, writers[0], box=box), hands, np.random.default_rng(13))
    rows, columns = np.nonzero(sheet.rgb.min(axis=2) < 180)
    assert np.corrcoef(rows, columns)[0, 1] < -0.98
    assert np.ptp(columns) > 0.85 * box.width * sheet.pixels_per_mm


@pytest.mark.parametrize("act", [Act.TICK, Act.CROSS, Act.FILL])
def test_a_marked_check_box_has_ink_inside(
    act: Act, hands: Hands, writers: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(14)
    box = Box(40, 30, 4, 4)
    for hand in writers:
        sheet = paper()
        extent = draw(sheet, mark(act, hand, box=box), hands, rng)
        assert inked(sheet, box) > 0.04
        assert extent.x > box.x - 2
        assert extent.right < box.right + 3


def test_a_circle_goes_around_its_check_box(hands: Hands, writers: tuple[str, ...]) -> None:
    sheet, box = paper(), Box(40, 30, 4, 4)
    extent = draw(sheet, mark(Act.CIRCLE, writers[0], box=box), hands, np.random.default_rng(15))
    assert extent.x < box.x < box.right < extent.right
    assert inked(sheet, Box(41, 31, 2, 2)) == 0


def test_a_stamp_covers_its_box_without_hiding_what_is_below(
    hands: Hands, writers: tuple[str, ...]
) -> None:
    sheet = paper()
    draw(sheet, mark(Act.TEXT, writers[0], "8888"), hands, np.random.default_rng(1))
    written = sheet.rgb.min(axis=2) < 120
    draw(
        sheet,
        mark(Act.STAMP, writers[0], "REVIEWED|QA 12 MAY 2019", ink=Ink.RED),
        hands,
        np.random.default_rng(1),
    )
    assert inked(sheet, BOX) > 0.1
    assert sheet.rgb.min(axis=2)[written].mean() < 120


def test_dashes_and_smudges_are_no_writing(hands: Hands, writers: tuple[str, ...]) -> None:
    rng = np.random.default_rng(16)
    for act in (Act.DASH, Act.SMUDGE):
        for _ in range(20):
            sheet = paper()
            extent = draw(sheet, mark(act, writers[0]), hands, rng)
            assert extent.x >= BOX.x - 1
            assert extent.right <= BOX.right + 1
            if act is Act.DASH:
                assert extent.height < 1.6


def test_a_font_never_writes_a_letter_twice_the_same(hands: Hands) -> None:
    font = next(name for name in hands.writers(Split.FIT) if name.startswith(FONT))
    rng = np.random.default_rng(17)
    sheets = [paper(), paper()]
    for sheet in sheets:
        draw(sheet, mark(Act.TEXT, font, "8"), hands, rng)
    assert not np.array_equal(sheets[0].rgb, sheets[1].rgb)


def test_writing_at_the_edge_of_the_page_is_cut_by_it_and_no_error(
    hands: Hands, writers: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(18)
    for act in Act:
        for box in (Box(-3, -3, 10, 8), Box(97, 72, 12, 9)):
            draw(paper(), mark(act, writers[0], "13.25", box), hands, rng)


def test_nothing_written_is_no_ink(hands: Hands, writers: tuple[str, ...]) -> None:
    sheet = paper()
    extent = draw(sheet, mark(Act.TEXT, writers[0], "  "), hands, np.random.default_rng(1))
    assert (extent.width, sheet.rgb.min()) == (0.0, 250)


def test_points_along_a_stroke_are_evenly_spaced_and_end_where_it_ends() -> None:
    stroke = np.array([[0, 0], [3, 0], [50, 0]], np.float32)
    dot = np.array([[80, 80]], np.float32)
    points, owner, _ = resample([stroke, dot])
    assert np.allclose(points[owner == 0][-1], [50, 0], atol=1.5)
    assert np.allclose(points[owner == 1], [80, 80])
    assert np.diff(points[owner == 0][:, 0]).max() <= 4.01


@pytest.mark.parametrize("length_mm", [0.0, 0.1, 0.2, 0.4, 0.8])
def test_the_shortest_stroke_of_a_pen_is_drawn(length_mm: float) -> None:
    sheet = paper()
    pen = pen_of("somebody", Tool.BALLPOINT, Ink.BLUE, thickness=1.0, pressure=0.9)
    stroke = np.array([[20.0, 20.0], [20.0 + length_mm, 20.0]], np.float32)
    extent = put_ink(sheet, [stroke], (), pen=pen, rng=np.random.default_rng(1))
    assert extent.width > 0
    assert sheet.rgb.min() < 200
