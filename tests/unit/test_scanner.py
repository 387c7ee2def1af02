"""The scanner: whatever it is asked for opens again as what was asked for."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import cv2
import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from sample_scans.scanner import plan_scan, scan
from sample_scans.scanner_page import scan_page
from sample_scans.values import ScanPlan, Split

PLAIN = ScanPlan(
    quality="good",
    dpi=150,
    mode="grey",
    container="pdf",
    jpeg_quality=85,
    turns=(0, 0),
    skew_degrees=0.0,
)
WORN = replace(
    PLAIN,
    quality="poor",
    skew_degrees=4.0,
    perspective=1.0,
    noise=0.8,
    blur=0.7,
    fade=0.6,
    streaks=0.8,
    punch_holes=True,
    folded_corner=True,
    bleed_through=0.6,
    generations=2,
    dark_border=0.7,
)


def sheet(text: str = "BATCH", shade: int = 245) -> npt.NDArray[np.uint8]:
    """A sheet of A4 paper at 300 dpi with a blue word on it."""
    page = np.full((3508, 2480, 3), shade, np.uint8)
    cv2.putText(page, text, (500, 1700), cv2.FONT_HERSHEY_SIMPLEX, 9, (30, 40, 140), 24)
    return page


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("mode", ["grey", "colour", "bilevel"])
@pytest.mark.parametrize("quality", [70, 100])
def test_a_pdf_opens_again_with_its_pages_size_and_colour(mode: str, quality: int) -> None:
    plan = replace(PLAIN, mode=mode, jpeg_quality=quality)
    content = scan([sheet(), sheet("SECOND")], plan, chance())
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 2
    width, height = document[0].get_size()
    assert (width / 72 * 25.4, height / 72 * 25.4) == pytest.approx((210, 297), abs=6)
    picture = document[0].render(scale=1).to_numpy()
    assert np.median(picture) > 200, "paper is white"
    assert picture.min() < 110, "and the writing dark"
    with pikepdf.open(BytesIO(content)) as pdf:
        image = pdf.pages[0].obj.Resources.XObject.Im0
        assert image.BitsPerComponent == (1 if mode == "bilevel" else 8)
        assert (image.ColorSpace == pikepdf.Name.DeviceRGB) is (mode == "colour")
    document.close()


def test_a_bilevel_pdf_holds_group_4_code_with_black_ink_on_white_paper() -> None:
    content = scan([sheet()], replace(PLAIN, mode="bilevel"), chance())
    with pikepdf.open(BytesIO(content)) as pdf:
        image = pikepdf.PdfImage(pdf.pages[0].obj.Resources.XObject.Im0)
        assert image.filters == ["/CCITTFaxDecode"]
        pixels = np.asarray(image.as_pil_image().convert("L"))
    assert 0.005 < (pixels == 0).mean() < 0.2


@pytest.mark.parametrize(("mode", "expected"), [("grey", "L"), ("colour", "RGB"), ("bilevel", "1")])
def test_a_tiff_opens_again_with_its_pages_resolution_and_mode(mode: str, expected: str) -> None:
    content = scan([sheet(), sheet()], replace(PLAIN, container="tiff", mode=mode), chance())
    with Image.open(BytesIO(content)) as image:
        assert image.n_frames == 2
        assert image.mode == expected
        assert image.info["dpi"] == pytest.approx((150, 150))
        assert np.median(np.asarray(image.convert("L"))) > 200


@pytest.mark.parametrize("container", ["png", "jpeg"])
def test_a_picture_file_holds_one_page_and_says_its_resolution(container: str) -> None:
    plan = replace(PLAIN, container=container, mode="colour", turns=(0,))
    with Image.open(BytesIO(scan([sheet()], plan, chance()))) as image:
        assert image.format == container.upper()
        assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)
    with pytest.raises(ValueError, match="one page"):
        scan([sheet(), sheet()], plan, chance())


@pytest.mark.parametrize("container", ["pdf", "tiff"])
@pytest.mark.parametrize("mode", ["grey", "bilevel"])
def test_the_same_chance_gives_the_same_bytes(container: str, mode: str) -> None:
    plan = replace(WORN, container=container, mode=mode)
    first = scan([sheet(), sheet("B")], plan, chance(5), created=date(2020, 3, 2))
    again = scan([sheet(), sheet("B")], plan, chance(5), created=date(2020, 3, 2))
    other = scan([sheet(), sheet("B")], plan, chance(6), created=date(2020, 3, 2))
    assert first == again
    assert first != other


def test_the_day_of_scanning_stands_in_the_file_only_where_it_is_given() -> None:
    with pikepdf.open(BytesIO(scan([sheet()], PLAIN, chance(), created=date(2020, 3, 2)))) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20200302080000Z"
    with pikepdf.open(BytesIO(scan([sheet()], PLAIN, chance()))) as pdf:
        assert "/CreationDate" not in pdf.docinfo
    tiff = replace(PLAIN, container="tiff")
    with Image.open(BytesIO(scan([sheet()], tiff, chance(), created=date(2020, 3, 2)))) as image:
        assert image.tag_v2[306] == "2020:03:02 08:00:00"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_turned_clockwise_by_the_angle_in_the_plan(turn: int) -> None:
    page = sheet(" ")
    page[200:600, 200:600] = 0  # upper left
    image = scan_page(page, page, PLAIN, turn=turn, rng=chance())
    height, width = image.shape
    half = image[: height // 2], image[height // 2 :]
    corners = {
        0: half[0][:, : width // 2],
        90: half[0][:, width // 2 :],
        180: half[1][:, width // 2 :],
        270: half[1][:, : width // 2],
    }
    assert min(corners, key=lambda angle: float(corners[angle].mean())) == turn


def test_a_worn_scan_still_shows_the_writing_and_the_whole_page() -> None:
    for seed in range(4):
        image = scan_page(sheet(), sheet(), WORN, turn=0, rng=chance(seed))
        height, width = image.shape
        middle = image[
            int(height * 0.4) : int(height * 0.53), int(width * 0.25) : int(width * 0.75)
        ]
        assert np.percentile(middle, 80) - np.percentile(middle, 2) > 60
        assert height >= 297 / 25.4 * 150 * 0.97
        assert width >= 210 / 25.4 * 150 * 0.97


def test_faint_pencil_survives_black_and_white_scanning() -> None:
    page = np.full((3508, 2480, 3), 245, np.uint8)
    cv2.putText(page, "13.25", (500, 1700), cv2.FONT_HERSHEY_SIMPLEX, 4, (165, 165, 165), 5)
    image = scan_page(page, page, replace(PLAIN, mode="bilevel", dpi=200), turn=0, rng=chance())
    assert (image[1000:1200] == 0).sum() > 800


def test_the_exam_has_its_share_of_poor_scans_and_every_kind_of_file() -> None:
    rng = chance(3)
    plans = [plan_scan(rng, pages=1 + n % 4, split=Split.TEST) for n in range(600)]
    assert sum(plan.quality == "poor" for plan in plans) / len(plans) >= 0.30
    assert {plan.container for plan in plans} == {"pdf", "tiff", "png", "jpeg"}
    assert {plan.mode for plan in plans} == {"grey", "colour", "bilevel"}
    assert {plan.dpi for plan in plans} == {150, 200, 300, 400, 600}
    assert {turn for plan in plans for turn in plan.turns} == {0, 90, 180, 270}
    assert all(abs(plan.skew_degrees) <= 5 for plan in plans)
    worn = ("punch_holes", "folded_corner", "streaks", "fade", "bleed_through", "dark_border")
    assert all(any(getattr(plan, kind) for plan in plans) for kind in worn)
    assert any(plan.generations == 2 for plan in plans)


def test_files_that_hold_one_page_are_planned_for_one_page_only() -> None:
    rng = chance(4)
    plans = [plan_scan(rng, pages=3, split=Split.FIT) for _ in range(200)]
    assert {plan.container for plan in plans} == {"pdf", "tiff"}
    assert all(len(plan.turns) == 3 for plan in plans)
