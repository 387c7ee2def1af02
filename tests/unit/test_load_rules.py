"""The rules of loading that need no file: sizes, greys, square dots, what a picture covers."""

import numpy as np
import pytest
from PIL import Image

from extractors.errors import ScanRefused
from extractors.load import open_scan
from extractors.load_limits import MAX_PAGES, check_page_count, check_pixels, plain
from extractors.load_pdf import render_dpi
from extractors.load_pdf_index import MAX_OBJECTS, check_object_count
from extractors.load_pdf_pages import PageShape
from extractors.load_pixels import decoding, pixels_of, squared, truly_coloured
from extractors.load_raster import check_jpeg, check_png
from extractors.load_tiff import check_tiff


def shape(width: float, height: float) -> PageShape:
    return PageShape((0, 0, width, height), unit=1, quarter_turns=0, is_cropped=False)


def test_a_page_as_large_as_a3_at_600_dpi_is_taken() -> None:
    check_pixels(7016, 9921, channels=1, where="page 1")


@pytest.mark.parametrize(
    ("width", "height", "channels"),
    [(100_000, 100_000, 1), (8_000, 8_000, 3), (0, 10, 1), (9, -1, 1)],
)
def test_a_page_that_is_too_large_or_empty_is_refused(
    width: int, height: int, channels: int
) -> None:
    with pytest.raises(ScanRefused, match="page 7"):
        check_pixels(width, height, channels=channels, where="page 7")


def test_a_scan_has_at_least_one_page_and_at_most_5000() -> None:
    check_page_count(1)
    check_page_count(MAX_PAGES)
    for count in (0, MAX_PAGES + 1):
        with pytest.raises(ScanRefused, match="pages"):
            check_page_count(count)


def test_what_a_library_says_is_made_fit_for_a_message() -> None:
    assert plain(ValueError("odd\nbytes; \x1b[31m here.")) == "odd bytes, [31m here"
    assert plain(ValueError()) == "ValueError"


def test_a_decoder_that_fails_is_a_refusal_that_names_the_page() -> None:
    expected = pytest.raises(ScanRefused, match=r"^page 3 is broken or cut off \(bad strip\)")
    with expected, decoding("page 3"):
        raise OSError("bad strip")


def test_channels_that_nearly_agree_are_grey() -> None:
    colour = np.full((40, 40, 3), 200, np.uint8)
    colour[:, :, 0] += 16
    assert truly_coloured(colour).ndim == 2
    colour[33, 33, 0] += 1
    assert truly_coloured(colour) is colour


def test_a_page_that_is_grey_already_stays_as_it_is() -> None:
    grey = np.zeros((4, 4), np.uint8)
    assert truly_coloured(grey) is grey


def test_square_dots_are_left_alone() -> None:
    image = np.zeros((10, 20), np.uint8)
    assert squared(image, (300, 300))[0] is image
    assert squared(image, (300, 302)) == (image, 300)
    assert squared(image, None) == (image, None)


def test_oblong_dots_are_made_square_at_the_finer_of_both() -> None:
    image, dpi = squared(np.zeros((10, 20), np.uint8), (204, 102))
    assert image.shape == (20, 20)
    assert dpi == 204


@pytest.mark.parametrize("dpi", [(0, 0), (1, 300), (float("nan"), 300), (1e9, 1e9)])
def test_dots_per_inch_that_cannot_be_are_not_believed(dpi: tuple[float, float]) -> None:
    image = np.zeros((10, 20), np.uint8)
    assert squared(image, dpi) == (image, None)


def test_dots_that_differ_wildly_do_not_blow_a_page_up() -> None:
    image = np.zeros((10, 20), np.uint8)
    assert squared(image, (10, 1000)) == (image, None)


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [("1", 1, 255), ("L", 77, 77), ("I;16", 0xABCD, 0xAB), ("P", 0, 0), ("CMYK", 0, 255)],
)
def test_every_kind_of_pixel_becomes_grey_or_colour(mode: str, value: int, expected: int) -> None:
    picture = Image.new(mode, (3, 2), value)
    assert int(pixels_of(picture)[0, 0]) == expected


@pytest.mark.parametrize("mode", ["I", "F"])
def test_a_kind_of_pixel_that_no_scanner_writes_is_refused(mode: str) -> None:
    with pytest.raises(ScanRefused, match="unusual kind of pixel"):
        pixels_of(Image.new(mode, (3, 2)))


def test_colour_is_blue_green_red() -> None:
    assert tuple(pixels_of(Image.new("RGB", (1, 1), (1, 2, 200)))[0, 0]) == (200, 2, 1)


def test_a_page_is_drawn_at_300_dpi_unless_it_would_be_too_large() -> None:
    assert render_dpi(shape(595, 842)) == 300
    assert render_dpi(shape(595, 842), 150) == 150
    large = render_dpi(shape(7200, 7200))
    assert large * large * 100 * 100 == pytest.approx(40_000_000)


def test_the_parts_of_a_pdf_are_counted_from_its_index() -> None:
    def pdf(index: bytes) -> bytes:
        return b"%PDF-1.7\n" + index + b"\nstartxref\n9\n%%EOF\n"

    check_object_count(pdf(b"xref\n0 3\n" + b"0" * 60 + b"trailer\n<</Size 3>>"))
    check_object_count(pdf(b"5 0 obj\n<</Type/XRef/Size 300>>stream"))
    for index in (
        b"xref\n0 %d\ntrailer\n<</Size 3>>" % (MAX_OBJECTS + 1),
        b"xref\n0 1\n" + b"0" * 20 + b"%d 1\n" % MAX_OBJECTS + b"0" * 20 + b"trailer\n<<>>",
        b"5 0 obj\n<</Type/XRef/Size 1000000>>stream",
        b"xref\n0 0\ntrailer\n<</Prev 52>>".ljust(43) + b"5 0 obj\n<</Size 1000000>>stream",
    ):
        with pytest.raises(ScanRefused, match="more parts"):
            check_object_count(pdf(index))


def test_an_index_that_runs_in_a_circle_is_followed_once() -> None:
    check_object_count(b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Prev 9>>\nstartxref\n9\n%%EOF\n")


@pytest.mark.parametrize("check", [check_png, check_jpeg, check_tiff])
@pytest.mark.parametrize("length", [0, 1, 8, 40])
def test_a_few_bytes_are_never_a_scan(check: object, length: int) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"II*\0\x08\0\0\0"):
        with pytest.raises(ScanRefused):
            check((start + b"\xff" * length)[:40])  # type: ignore[operator]


@pytest.mark.parametrize("content", [b"", b"\n", b"hello", b"%PD", b"\0" * 99, b"PK\x03\x04"])
def test_what_is_no_scan_is_refused_in_plain_english(content: bytes) -> None:
    with pytest.raises(ScanRefused) as caught:
        open_scan("scan.pdf", content)
    assert caught.value.reason.startswith("the file is ")
    assert caught.value.remedy
