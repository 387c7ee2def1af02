"""TIFF, PNG and JPEG files: every kind of pixel that scanners write."""

import io

import cv2
import numpy as np
import pytest
from hostile_files import jpeg, picture, png, tiff
from loaded import (
    bilevel,
    by_pillow,
    coloured,
    is_close,
    only_page,
    pages_of,
)
from PIL import Image


def test_a_mixed_tiff_gives_grey_colour_and_bilevel_pages() -> None:
    page = picture()
    frames = [
        Image.fromarray(page),
        Image.fromarray(coloured(page)[:, :, ::-1].copy()),
        Image.fromarray(page).convert("1", dither=Image.Dither.NONE),
    ]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], dpi=(200, 200))
    grey, colour, fax = pages_of(out.getvalue())
    assert np.array_equal(grey.image, page)
    assert np.array_equal(colour.image, coloured(page))
    assert np.array_equal(fax.image, bilevel(page))
    assert [grey.number, colour.number, fax.number] == [1, 2, 3]
    assert grey.dpi == 200


@pytest.mark.parametrize("compression", ["raw", "packbits", "tiff_lzw", "tiff_adobe_deflate"])
def test_a_tiff_loses_no_pixel(compression: str) -> None:
    page = picture()
    assert np.array_equal(only_page(tiff([page], compression=compression)).image, page)


def test_a_fax_tiff_loses_no_pixel() -> None:
    page = picture()
    taken = only_page(tiff([page], compression="group4")).image
    assert set(np.unique(taken)) == {0, 255} and np.median(taken) == 255


def test_a_fax_with_oblong_dots_is_made_square() -> None:
    out = io.BytesIO()
    Image.fromarray(picture(640, 440)).save(out, "TIFF", dpi=(204, 98))
    page = only_page(out.getvalue())
    assert page.image.shape == (916, 640)
    assert page.dpi == 204


def test_a_16_bit_png_keeps_its_upper_bits() -> None:
    page = picture()
    content = png(page.astype(np.uint16) * 257)
    assert np.array_equal(only_page(content).image, page)


def test_what_is_transparent_in_a_png_is_white_paper() -> None:
    layers = np.zeros((90, 80, 4), np.uint8)
    layers[30:60, 20:50] = (200, 30, 20, 255)
    image = only_page(png(layers)).image
    assert tuple(image[0, 0]) == (255, 255, 255)
    assert tuple(image[40, 30]) == (200, 30, 20)


def test_a_transparent_grey_png_is_grey_on_white() -> None:
    content = by_pillow(np.zeros((9, 9), np.uint8), "LA", "PNG")
    assert only_page(content).image.tolist() == np.zeros((9, 9)).tolist()
    out = io.BytesIO()
    Image.new("LA", (9, 9), (0, 0)).save(out, "PNG")
    assert np.array_equal(only_page(out.getvalue()).image, np.full((9, 9), 255))


def test_a_picture_with_a_palette_is_read_as_its_colours() -> None:
    colour = coloured(picture())
    content = by_pillow(colour, "P", "PNG", bits=8)
    assert only_page(content).is_colour
    assert is_close(only_page(content).image, colour, within=60)


def test_a_cmyk_jpeg_is_read_as_its_colours() -> None:
    colour = coloured(picture())
    page = only_page(by_pillow(colour, "CMYK", "JPEG", quality=95))
    assert page.is_colour
    assert abs(float(page.image.mean()) - float(colour.mean())) < 8


def test_grey_that_was_saved_as_colour_becomes_grey() -> None:
    page = picture()
    assert not only_page(jpeg(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR))).is_colour
    assert np.array_equal(only_page(png(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR))).image, page)


def test_one_thin_stroke_of_colour_keeps_a_page_in_colour() -> None:
    page = cv2.cvtColor(picture(), cv2.COLOR_GRAY2BGR)
    page[501:503, 101:131] = (180, 60, 30)
    assert only_page(png(page)).is_colour


def test_a_photographed_page_is_turned_as_its_camera_noted() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(picture()).save(out, "JPEG", exif=exif)
    assert only_page(out.getvalue()).image.shape == (620, 877)
