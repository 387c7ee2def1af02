"""Blank forms: PDFs on disk, counted and drawn."""

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hostile_files import add_page, jpeg_pdf, picture, saved
from pikepdf import Dictionary

from extractors.errors import ScanRefused
from extractors.load import count_pdf_pages, render_pdf_page


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    pdf = pikepdf.new()
    add_page(pdf, b"0 g 100 100 50 50 re f", Dictionary())
    add_page(pdf, b"1 0 0 rg 0 0 842 595 re f", Dictionary(), media=(0, 0, 842, 595))
    path = tmp_path / "blank.pdf"
    path.write_bytes(saved(pdf))
    return path


def test_the_pages_of_a_blank_are_counted(blank: Path) -> None:
    assert count_pdf_pages(blank) == 2


def test_a_blank_is_drawn_at_the_dots_that_are_asked_for(blank: Path) -> None:
    image = render_pdf_page(blank, 1, 144)
    assert image.shape == (1684, 1190)
    assert image[1684 - 250, 250] == 0
    assert image[10, 10] == 255


def test_a_blank_is_drawn_in_colour_as_blue_green_red(blank: Path) -> None:
    image = render_pdf_page(blank, 2, 72, colour=True)
    assert image.shape == (595, 842, 3)
    assert tuple(image[300, 400]) == (0, 0, 255)


def test_a_blank_is_drawn_the_same_every_time(blank: Path) -> None:
    assert np.array_equal(render_pdf_page(blank, 1, 150), render_pdf_page(blank, 1, 150))


def test_a_page_that_a_blank_lacks_is_refused(blank: Path) -> None:
    with pytest.raises(ScanRefused, match="no page 3"):
        render_pdf_page(blank, 3, 150)


def test_a_blank_that_is_missing_or_no_pdf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScanRefused, match="can't be read"):
        count_pdf_pages(tmp_path / "none.pdf")
    (tmp_path / "text.pdf").write_text("not a form")
    with pytest.raises(ScanRefused, match="broken"):
        count_pdf_pages(tmp_path / "text.pdf")


def test_a_huge_blank_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "blank.pdf"
    path.write_bytes(jpeg_pdf(picture(), media=(0, 0, 100_000, 100_000)))
    with pytest.raises(ScanRefused, match="large"):
        render_pdf_page(path, 1, 150)
