"""Scans as the plant's scanners write them: what comes out, pixel by pixel."""

import io
import zlib
from datetime import date

import cv2
import numpy as np
import pikepdf
import pytest
from hostile_files import jpeg, jpeg_pdf, picture, picture_pdf, png, saved, tiff
from pikepdf import Array, Dictionary, Name
from PIL import Image

from extractors.errors import ScanRefused
from extractors.load import load_pages, open_scan
from extractors.values import Page, ScanKind

GREY = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8, "Filter": Name.FlateDecode}


def pages_of(content: bytes) -> list[Page]:
    return list(load_pages(open_scan("scan", content)))


def only_page(content: bytes) -> Page:
    (page,) = pages_of(content)
    return page


def coloured(page: np.ndarray) -> np.ndarray:
    colour = cv2.cvtColor(page, cv2.COLOR_GRAY2BGR)
    colour[300:340, 100:400] = (160, 40, 20)
    return colour


def by_pillow(page: np.ndarray, mode: str, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    source = Image.fromarray(page if page.ndim == 2 else page[:, :, ::-1].copy())
    source.convert(mode).save(out, kind, **options)
    return out.getvalue()


def is_close(one: np.ndarray, other: np.ndarray, *, within: int = 3) -> bool:
    return one.shape == other.shape and int(cv2.absdiff(one, other).max()) <= within


def flate_pdf(page: np.ndarray, **more: object) -> bytes:
    height, width = page.shape[:2]
    return picture_pdf(zlib.compress(page.tobytes()), Width=width, Height=height, **(GREY | more))


def fax_pdf(page: np.ndarray, **more: object) -> bytes:
    """The page as Pillow packs a bilevel page, with keys of the picture changed."""
    out = io.BytesIO()
    Image.fromarray(page).convert("1", dither=Image.Dither.NONE).save(out, "PDF", resolution=75)
    with pikepdf.open(out) as pdf:
        stream = pdf.pages[0].Resources.XObject["/image"]
        assert "/CCITTFaxDecode" in str(stream.Filter)
        for key, value in more.items():
            stream[f"/{key}"] = value
        return saved(pdf)


def bilevel(page: np.ndarray) -> np.ndarray:
    return np.where(page >= 128, 255, 0).astype(np.uint8)


def drawn(content: bytes) -> np.ndarray:
    """The same PDF as Poppler draws it: one little stroke more, so that it has to be drawn."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page = pikepdf.Page(pdf.pages[0])
        page.contents_add(b"q 1 g 1 1 1 1 re f Q")
        return only_page(saved(pdf)).image


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


def test_a_page_that_has_to_be_drawn_is_turned_too() -> None:
    assert drawn(jpeg_pdf(picture(), page_keys={"Rotate": 90})).shape == (2480, 3509)


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


def test_invisible_text_of_a_scanner_does_not_hinder_taking_the_picture() -> None:
    drawing = b"q 595 0 0 842 0 0 cm /Im0 Do Q BT 3 Tr /F1 12 Tf 10 10 Td (Batch) Tj ET"
    assert only_page(jpeg_pdf(picture(), drawing=drawing)).image.shape == (877, 620)


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


def test_the_same_scan_gives_the_same_pages() -> None:
    content = jpeg_pdf(picture(), drawing=b"q 300 0 0 400 0 0 cm /Im0 Do Q")
    one, other = only_page(content), only_page(content)
    assert np.array_equal(one.image, other.image)


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
