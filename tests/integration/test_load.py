"""Scans as the plant's scanners write them: what comes out, pixel by pixel."""

import io
from datetime import date

import cv2
import numpy as np
import pikepdf
import pytest
from hostile_files import jpeg, jpeg_pdf, picture, png, saved, tiff
from loaded import (
    bilevel,
    coloured,
    drawn,
    fax_pdf,
    flate_pdf,
    only_page,
    pages_of,
)
from pikepdf import Array, Dictionary, Name
from PIL import Image

from extractors.errors import ScanRefused
from extractors.load import load_pages, open_scan
from extractors.values import ScanKind


def test_the_bytes_say_what_a_file_is_and_not_its_name() -> None:
    page = picture()
    for content, kind in (
        (png(page), ScanKind.PNG),
        (jpeg(page), ScanKind.JPEG),
        (tiff([page]), ScanKind.TIFF),
        (jpeg_pdf(page), ScanKind.PDF),
        (b"\n\n" + jpeg_pdf(page), ScanKind.PDF),
    ):
        assert open_scan("scan.pdf", content).kind is kind


def test_a_scan_keeps_its_bytes_and_their_digest() -> None:
    content = png(picture())
    scan = open_scan("a.png", content)
    assert scan.content is content
    assert len(scan.sha256) == 64 and scan.sha256 == open_scan("b.png", content).sha256


@pytest.mark.parametrize("is_colour", [False, True])
def test_a_jpeg_in_a_pdf_is_taken_bit_for_bit(is_colour: bool) -> None:
    page = coloured(picture()) if is_colour else picture()
    data = jpeg(page)
    taken = only_page(jpeg_pdf(page, data=data))
    assert np.array_equal(
        taken.image, cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    )
    assert taken.is_colour is is_colour
    assert taken.dpi == pytest.approx(620 * 72 / 595)


def test_a_jpeg_that_a_pdf_carries_as_text_is_taken_too() -> None:
    page = picture()
    plain = jpeg(page)
    armoured = plain.hex().encode() + b">"
    content = jpeg_pdf(page, data=armoured, Filter=Array([Name.ASCIIHexDecode, Name.DCTDecode]))
    assert np.array_equal(only_page(content).image, only_page(jpeg_pdf(page, data=plain)).image)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, -90, 450])
def test_a_page_is_turned_as_the_pdf_says(degrees: int) -> None:
    page = picture()
    upright = only_page(jpeg_pdf(page)).image
    content = jpeg_pdf(page, page_keys={"Rotate": degrees})
    turned = only_page(content).image
    assert np.array_equal(turned, np.rot90(upright, -(degrees // 90)))
    assert turned.flags.c_contiguous


def test_a_turn_that_is_said_for_all_pages_counts_for_each() -> None:
    with pikepdf.open(io.BytesIO(jpeg_pdf(picture()))) as pdf:
        pdf.Root.Pages.Rotate = 90
        assert only_page(saved(pdf)).image.shape == (620, 877)


def test_a_losslessly_packed_page_is_taken_as_it_is() -> None:
    page = picture()
    assert np.array_equal(only_page(flate_pdf(page)).image, page)
    colour = coloured(page)
    rgb = np.ascontiguousarray(colour[:, :, ::-1])
    assert np.array_equal(only_page(flate_pdf(rgb, ColorSpace=Name.DeviceRGB)).image, colour)


def test_a_page_with_inverted_samples_is_taken_the_right_way() -> None:
    page = picture()
    content = flate_pdf(255 - page, Decode=Array([1, 0]))
    assert np.array_equal(only_page(content).image, page)


def test_an_inverted_jpeg_is_drawn_and_not_taken_as_a_negative() -> None:
    page = picture()
    content = jpeg_pdf(page, data=jpeg(255 - page, quality=100), Decode=Array([1, 0]))
    assert np.median(only_page(content).image) > 200


@pytest.mark.parametrize("decode", [None, [0, 1], [1, 0]])
@pytest.mark.parametrize("black_is_one", [False, True])
def test_a_fax_page_is_as_poppler_draws_it(decode: list[int] | None, black_is_one: bool) -> None:
    page = picture()
    plain = fax_pdf(page)
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        stream = pdf.pages[0].Resources.XObject["/image"]
        parms = Dictionary(K=-1, Columns=620, Rows=877, BlackIs1=black_is_one)
        stream.DecodeParms = Array([parms]) if isinstance(stream.Filter, Array) else parms
        if "/Decode" in stream:
            del stream.Decode
        if decode is not None:
            stream.Decode = Array(decode)
        content = saved(pdf)
    taken = only_page(content).image
    assert set(np.unique(taken)) == {0, 255} and taken.shape == (877, 620)
    assert (np.median(taken) > 128) == (np.median(drawn(content)) > 128)


def test_a_fax_page_loses_no_pixel() -> None:
    page = picture()
    assert np.array_equal(only_page(fax_pdf(page)).image, bilevel(page))


def test_invisible_text_of_a_scanner_does_not_hinder_taking_the_picture() -> None:
    drawing = b"q 595 0 0 842 0 0 cm /Im0 Do Q BT 3 Tr /F1 12 Tf 10 10 Td (Batch) Tj ET"
    assert only_page(jpeg_pdf(picture(), drawing=drawing)).image.shape == (877, 620)


def test_a_pdf_of_several_pages_keeps_their_order() -> None:
    with pikepdf.new() as pdf:
        for brightness in (60, 120, 180):
            page = np.full((400, 300), brightness, np.uint8)
            pdf.pages.extend(pikepdf.open(io.BytesIO(flate_pdf(page))).pages)
        content = saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert open_scan("scan", content).page_count == 3
    assert [(page.number, int(page.image[0, 0])) for page in pages_of(content)] == [
        (1, 60),
        (2, 120),
        (3, 180),
    ]


def test_the_day_of_making_comes_from_the_file() -> None:
    with pikepdf.open(io.BytesIO(jpeg_pdf(picture()))) as pdf:
        pdf.docinfo["/CreationDate"] = "D:20210304231500+01'00'"
        assert open_scan("a", saved(pdf)).created == date(2021, 3, 4)
        pdf.docinfo["/CreationDate"] = "D:20211399"
        assert open_scan("a", saved(pdf)).created is None
    out = io.BytesIO()
    Image.fromarray(picture()).save(out, "TIFF", tiffinfo={306: "2019:07:08 09:10:11"})
    assert open_scan("a", out.getvalue()).created == date(2019, 7, 8)
    assert open_scan("a", png(picture())).created is None


def test_the_day_of_making_is_also_found_in_the_xmp_notes() -> None:
    with pikepdf.open(io.BytesIO(jpeg_pdf(picture()))) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as notes:
            notes["xmp:CreateDate"] = "2020-02-03T04:05:06"
        assert open_scan("a", saved(pdf)).created == date(2020, 2, 3)


def test_pages_come_one_at_a_time() -> None:
    content = tiff([picture()] * 3)
    pages = load_pages(open_scan("a", content))
    assert next(pages).number == 1
    pages.close()  # type: ignore[attr-defined]


def test_a_broken_page_is_named() -> None:
    good, bad = jpeg_pdf(picture()), jpeg_pdf(picture(), data=jpeg(picture())[:3000])
    with pikepdf.new() as pdf:
        pdf.pages.extend(pikepdf.open(io.BytesIO(good)).pages)
        pdf.pages.extend(pikepdf.open(io.BytesIO(bad)).pages)
        content = saved(pdf)
    with pytest.raises(ScanRefused, match="page 2"):
        pages_of(content)
