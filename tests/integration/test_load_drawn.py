"""PDF pages that are more than one picture: drawn by Poppler."""

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hostile_files import jpeg_pdf, picture, raw_pdf, saved
from loaded import (
    drawn,
    only_page,
)
from pikepdf import Array, Dictionary, Name

from extractors.errors import ReaderUnavailable, ScanRefused


def test_a_page_that_has_to_be_drawn_is_turned_too() -> None:
    assert drawn(jpeg_pdf(picture(), page_keys={"Rotate": 90})).shape == (2480, 3509)


@pytest.mark.parametrize(
    "drawing",
    [
        b"q 595 0 0 842 0 0 cm /Im0 Do Q q 100 0 0 100 50 50 cm /Im0 Do Q",
        b"q 0 0 300 842 re W n 595 0 0 842 0 0 cm /Im0 Do Q",
        b"q -595 0 0 842 595 0 cm /Im0 Do Q",
        b"q 0 842 -595 0 595 0 cm /Im0 Do Q",
        b"q 300 0 0 400 100 100 cm /Im0 Do Q",
        b"q 595 0 0 842 0 0 cm /Im0 Do Q 0 0 0 rg 50 50 100 100 re f",
        b"q 1190 0 0 1684 0 0 cm /Im0 Do Q",
    ],
    ids=["two", "clipped", "mirrored", "turned", "small", "painted over", "cut by the page"],
)
def test_a_page_that_is_more_than_one_upright_picture_is_drawn(drawing: bytes) -> None:
    page = only_page(jpeg_pdf(picture(), drawing=drawing))
    assert page.image.shape == (3509, 2480)
    assert page.dpi == 300


def test_a_picture_with_a_mask_or_a_note_on_the_page_is_drawn() -> None:
    mask = Array([0, 10])
    assert only_page(jpeg_pdf(picture(), Mask=mask)).image.shape == (3509, 2480)
    note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([9, 9, 99, 99]))
    noted = jpeg_pdf(picture(), page_keys={"Annots": Array([note])})
    assert only_page(noted).image.shape == (3509, 2480)


def test_only_the_part_of_a_page_that_is_shown_is_read() -> None:
    cropped = jpeg_pdf(picture(), page_keys={"CropBox": Array([0, 421, 595, 842])})
    assert only_page(cropped).image.shape == (1755, 2480)


def test_a_large_page_is_drawn_with_fewer_dots() -> None:
    content = jpeg_pdf(
        picture(), drawing=b"q 300 0 0 400 0 0 cm /Im0 Do Q", media=(0, 0, 4000, 5000)
    )
    page = only_page(content)
    assert page.image.size <= 40_500_000
    assert page.dpi is not None and page.dpi < 300


def test_the_same_scan_gives_the_same_pages() -> None:
    content = jpeg_pdf(picture(), drawing=b"q 300 0 0 400 0 0 cm /Im0 Do Q")
    one, other = only_page(content), only_page(content)
    assert np.array_equal(one.image, other.image)


def test_a_complaint_about_layers_that_are_not_on_the_page_does_not_refuse_it() -> None:
    half = b"q 300 0 0 400 0 0 cm /Im0 Do Q"
    with pikepdf.open(io.BytesIO(jpeg_pdf(picture(), drawing=half))) as pdf:
        pdf.Root.OCProperties = Dictionary(D=Dictionary())
        assert only_page(saved(pdf)).image.shape == (3509, 2480)


def test_a_page_that_poppler_draws_only_in_part_is_refused() -> None:
    drawing = b"q 300 0 0 400 0 0 cm /Im0 Do Q BT /F1 12 Tf 9 9 Td (lot) Tj ET"
    with pytest.raises(ScanRefused, match="page 1 can't be drawn: Unknown font"):
        only_page(jpeg_pdf(picture(), drawing=drawing))


def test_a_machine_without_poppler_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ReaderUnavailable, match="install the package poppler-utils"):
        only_page(jpeg_pdf(picture(), drawing=b"q 300 0 0 400 0 0 cm /Im0 Do Q"))


def test_where_the_temporary_folder_allows_no_programs_poppler_runs_without_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("extractors.load_render._may_run", lambda _: False)
    page = only_page(jpeg_pdf(picture(), drawing=b"q 300 0 0 400 0 0 cm /Im0 Do Q"))
    assert page.image.shape == (3509, 2480)


def test_nothing_is_left_in_the_temporary_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    only_page(jpeg_pdf(picture(), drawing=b"q 300 0 0 400 0 0 cm /Im0 Do Q"))
    assert list(tmp_path.iterdir()) == []


def test_an_empty_page_is_white() -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>"
    tree = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    image = only_page(raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree, page])).image
    assert int(image.min()) == 255
