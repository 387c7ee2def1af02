"""Blank forms: PDFs on disk, counted and drawn."""

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hostile_files import add_page, jpeg_pdf, picture, saved
from pikepdf import Dictionary

from extractors import load_words
from extractors.errors import ReaderUnavailable, ScanRefused
from extractors.load import count_pdf_pages, pdf_words, render_pdf_page

FORMS = Path(__file__).parents[2] / "sample_scans" / "forms"


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


def test_the_words_of_a_blank_come_page_by_page_with_their_places() -> None:
    blank = FORMS / "LC-031-v4" / "blank.pdf"
    pages = pdf_words(blank)
    assert len(pages) == count_pdf_pages(blank)
    (version,) = [word for word in pages[0] if word.text == "LC-031"]
    assert 0 < version.box.x < version.box.right < 210
    assert 1 < version.box.height < 10


def test_a_blank_of_pictures_alone_has_no_words(blank: Path) -> None:
    assert pdf_words(blank) == ((), ())


def test_words_that_cannot_be_read_to_the_end_are_no_empty_page(
    blank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_words, "MAX_SECONDS", 0)
    with pytest.raises(ReaderUnavailable, match="the words of"):
        pdf_words(blank)
