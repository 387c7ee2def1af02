"""Print read with the real Tesseract."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytesseract
import pytest

from extractors.errors import ReaderUnavailable
from extractors.print_text import PrintedLine, read_page_text, read_strips

PIXELS_PER_MM = 300 / 25.4


def printed(text: str, *, width: int = 900, height: int = 90) -> np.ndarray:
    strip = np.full((height, width), 255, np.uint8)
    cv2.putText(strip, text, (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 0, 3, cv2.LINE_AA)
    return strip


def page_with(lines: dict[int, str]) -> np.ndarray:
    page = np.full((1400, 1200), 255, np.uint8)
    for top, text in lines.items():
        page[top : top + 90, 100:1000] = printed(text)
    return page


@pytest.fixture(scope="module")
def lines() -> tuple[PrintedLine, ...]:
    page = page_with({100: "BMR-077 Version 12", 700: "Page 2 of 4"})
    return read_page_text(page, pixels_per_mm=PIXELS_PER_MM)


def test_a_page_is_read_line_by_line(lines: tuple[PrintedLine, ...]) -> None:
    assert [line.text for line in lines] == ["BMR-077 Version 12", "Page 2 of 4"]
    assert all(0.5 < line.confidence <= 1 for line in lines)


def test_a_line_is_found_where_it_stands(lines: tuple[PrintedLine, ...]) -> None:
    first, second = (line.box_px for line in lines)
    assert 100 < first.y < first.y + first.height < 190
    assert 700 < second.y < second.y + second.height < 800
    assert 100 < first.x < 140


def test_a_blank_page_has_no_print() -> None:
    page = np.full((800, 600), 255, np.uint8)
    assert read_page_text(page, pixels_per_mm=PIXELS_PER_MM) == ()


def test_strips_are_answered_in_their_order() -> None:
    strips = [
        printed("Batch B24-0117"),
        np.full((60, 300), 255, np.uint8),
        printed("Version 12", width=500),
        printed("Page 3 of 4", width=500),
    ]
    assert read_strips(strips) == ("Batch B24-0117", "", "Version 12", "Page 3 of 4")


def test_no_strips_need_no_answer_and_empty_ones_are_empty() -> None:
    assert read_strips([]) == ()
    assert read_strips([np.zeros((0, 50), np.uint8), np.zeros((0, 0), np.uint8)]) == ("", "")


def test_more_strips_than_one_image_holds_are_all_read() -> None:
    strips = [np.full((2_500, 400), 255, np.uint8) for _ in range(10)]
    strips[1][1000:1090] = printed("first", width=400)
    strips[9][1000:1090] = printed("last", width=400)
    answers = read_strips(strips)
    assert len(answers) == 10
    assert (answers[1], answers[9]) == ("first", "last")


def test_the_same_print_gives_the_same_text() -> None:
    strips = [printed("LOT L0848N"), printed("12.50 kg")]
    assert read_strips(strips) == read_strips(strips)


def test_a_machine_without_tesseract_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nowhere/tesseract")
    with pytest.raises(ReaderUnavailable, match="not installed; install the package tesseract-ocr"):
        read_strips([printed("x")])


def test_a_machine_without_english_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(ReaderUnavailable, match="could not read the print"):
        read_strips([printed("x")])


@pytest.mark.parametrize("given, expected", [(None, "1"), ("2", "2")])
def test_tesseract_is_held_to_one_thread_unless_told_otherwise(
    given: str | None, expected: str
) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "OMP_THREAD_LIMIT"}
    if given:
        environment["OMP_THREAD_LIMIT"] = given
    code = "import extractors.print_text, os; print(os.environ['OMP_THREAD_LIMIT'])"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == expected
