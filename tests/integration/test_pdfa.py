"""Scans of every kind as pages of a PDF/A: valid, and looking as reading sees them."""

import io
import zlib
from datetime import UTC, datetime

import cv2
import numpy as np
import pikepdf
import pikepdf.pdfa
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from hostile_files import picture_pdf, saved
from hypothesis import given
from hypothesis import strategies as st
from loaded import bilevel, fax_pdf, flate_pdf
from packed_pictures import SHAPES, jbig2, jbig2_keys, jbig2_pdf, jpeg_2000, jpeg_2000_pdf
from pdfa_points import jpeg_2000 as points_of_jpeg_2000
from pdfa_points import wrong_points
from PIL import Image, ImageCms

from extractors.load import load_pages, open_scan
from extractors.pdfa import write_pdfa
from extractors.pdfa_colour import srgb_profile
from extractors.pdfa_text import font_file, in_one_line
from extractors.pdfa_values import About, Attachment, PaperPage, Written
from extractors.scan_pictures import ScanPicture, scan_pictures
from pipeline.core.report import Paragraph, Report, Section
from pipeline.report_pdf import as_pdf

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
FRONT = as_pdf(Report("Sheets", (Section("A sheet", (Paragraph("Text"),)),)))
DPI = (150, 150)


def a_page(height: int = 900, width: int = 600) -> np.ndarray:
    """A page that looks another way when it is turned or mirrored."""
    page = np.full((height, width), 245, np.uint8)
    cv2.putText(page, "Lot L08481V", (40, 120), cv2.FONT_HERSHEY_SIMPLEX, 2, 20, 5)
    cv2.rectangle(page, (40, 200), (200, 420), 60, -1)
    cv2.circle(page, (450, 700), 60, 120, -1)
    return page


def saved_as(mode: str, kind: str, *, page: np.ndarray | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.fromarray(a_page() if page is None else page)
    if mode == "RGBA":
        image = image.convert("RGBA")
        image.putalpha(Image.fromarray(np.full((900, 600), 200, np.uint8)))
    elif mode == "RGB":
        image = Image.merge("RGB", (image, image.point(lambda v: 255 - v // 2), image))
    elif mode == "I;16":
        image = Image.fromarray(a_page().astype(np.uint16) << 8)
    else:
        image = image.convert(mode)
    image.save(out, kind, dpi=DPI, **options)
    return out.getvalue()


def turned_jpeg(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    return saved_as("L", "JPEG", exif=exif, quality=95)


def with_tag(content: bytes, tag: int, value: int) -> bytes:
    """A little-endian TIFF of one page with one more short tag."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.save(out, "TIFF", dpi=DPI, compression="raw", tiffinfo={tag: value})
    return out.getvalue()


def rotated(content: bytes, degrees: int) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.pages[0].Rotate = degrees
        return saved(pdf)


def drawn_over(content: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pikepdf.Page(pdf.pages[0]).contents_add(b"q 0.5 g 5 5 30 30 re f Q")
        return saved(pdf)


def indexed_pdf() -> bytes:
    page = a_page() // 128
    table = pikepdf.String(bytes([200, 20, 20, 250, 250, 240]))
    space = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 1, table])
    return flate_pdf(page.astype(np.uint8), ColorSpace=space)


IN_COLOUR = np.dstack([a_page(), 255 - a_page() // 2, a_page()])
TAKEN = {
    "grey JPEG": saved_as("L", "JPEG", quality=95),
    "colour JPEG": saved_as("RGB", "JPEG", quality=95),
    **{f"JPEG turned {n}": turned_jpeg(n) for n in range(2, 9)},
    "grey PNG": saved_as("L", "PNG"),
    "black and white PNG": saved_as("1", "PNG"),
    "colour PNG": saved_as("RGB", "PNG"),
    "16-bit PNG": saved_as("I;16", "PNG"),
    "fax TIFF": saved_as("1", "TIFF", compression="group4"),
    "old fax TIFF": saved_as("1", "TIFF", compression="group3"),
    "JPEG TIFF": saved_as("L", "TIFF", compression="jpeg", quality=95),
    "colour JPEG TIFF": saved_as("RGB", "TIFF", compression="jpeg", quality=95),
    "JPEG in a PDF": picture_pdf(
        saved_as("L", "JPEG", quality=95), Width=600, Height=900, BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceGray, Filter=pikepdf.Name.DCTDecode,
    ),
    "Flate in a PDF": flate_pdf(a_page()),
    "fax in a PDF": fax_pdf(bilevel(a_page())),
    **{f"PDF turned {n}": rotated(flate_pdf(a_page()), n) for n in (90, 180, 270)},
    "JPEG 2000 in a PDF": jpeg_2000_pdf(a_page()),
    "colour JPEG 2000 in a PDF": jpeg_2000_pdf(IN_COLOUR, ColorSpace=pikepdf.Name.DeviceRGB),
    "JPEG 2000 in a PDF turned": rotated(jpeg_2000_pdf(a_page()), 90),
    "JBIG2 in a PDF": picture_pdf(jbig2(a_page()), **jbig2_keys(a_page())),
    "JBIG2 of letters in a PDF": jbig2_pdf(a_page()),
}  # fmt: skip
PACKED_ANEW = {
    "CMYK JPEG": saved_as("CMYK", "JPEG", quality=95),
    "PNG with a palette": saved_as("P", "PNG"),
    "transparent PNG": saved_as("RGBA", "PNG"),
    "plain TIFF": saved_as("L", "TIFF"),
    "LZW TIFF": saved_as("RGB", "TIFF", compression="tiff_lzw"),
    "turned TIFF": with_tag(saved_as("L", "TIFF"), 274, 6),
    "PDF with a palette": indexed_pdf(),
    "JPEG 2000 with two colours in a PDF": jpeg_2000_pdf(a_page(), jpeg_2000(a_page(), colours=2)),
}
DRAWN = {
    "a PDF with something on the picture": drawn_over(flate_pdf(a_page())),
    "a turned PDF with something on it": rotated(drawn_over(flate_pdf(a_page())), 90),
    "JPEG 2000 with its values turned": jpeg_2000_pdf(
        a_page(), ColorSpace=pikepdf.Name.DeviceGray, Decode=pikepdf.Array([1, 0])
    ),
    "JPEG 2000 of another size than it says": jpeg_2000_pdf(a_page(), jpeg_2000(a_page(800))),
    "JPEG 2000 with a transparent layer": jpeg_2000_pdf(
        np.dstack([IN_COLOUR, np.full((900, 600), 200, np.uint8)])
    ),
}
ALL = TAKEN | PACKED_ANEW | DRAWN


def pictures_of(content: bytes) -> list[ScanPicture]:
    scan = open_scan("scan", content)
    return list(scan_pictures(scan, frozenset(range(1, scan.page_count + 1)), {}))


def document(content: bytes, *lines: Written, turned: int = 0) -> bytes:
    pages = [(one, PaperPage("Page", turned, lines)) for one in pictures_of(content)]
    data = Attachment("data.json", b"{}", "application/json", "Data", "Data")
    return write_pdfa(FRONT, pages, attachments=[data], about=About("Title", AT, "Scan"))


def shown(content: bytes, page: int, size: tuple[int, int]) -> np.ndarray:
    """A page as pdfium draws it, as large as it is given."""
    pdf = pypdfium2.PdfDocument(content)
    try:
        drawn = pdf[page].render(scale=2, grayscale=True).to_pil()
    finally:
        pdf.close()
    return np.asarray(drawn.convert("L").resize(size, Image.Resampling.BOX), float)


def seen(content: bytes) -> Image.Image:
    """The page as reading sees it, in grey."""
    (page,) = load_pages(open_scan("scan", content))
    image = page.image
    return Image.fromarray(image if image.ndim == 2 else image[:, :, ::-1].copy()).convert("L")


@pytest.mark.parametrize("name", ALL)
def test_a_page_of_the_document_is_what_reading_sees(name, tmp_path) -> None:
    made, page = document(ALL[name]), seen(ALL[name])
    size = (page.width // 6, page.height // 6)
    wanted = np.asarray(page.resize(size, Image.Resampling.BOX), float)
    # pdfium turns colours to grey by other shares than Pillow
    limit = 26 if "colour" in name or "CMYK" in name else 12
    assert np.abs(shown(made, 1, size) - wanted).mean() < limit
    assert np.corrcoef(shown(made, 1, size).ravel(), wanted.ravel())[0, 1] > 0.97


@pytest.mark.parametrize("name", ALL)
def test_every_kind_of_scan_gives_a_valid_document(name, tmp_path) -> None:
    path = tmp_path / "made.pdf"
    path.write_bytes(document(ALL[name]))
    found = [str(one) for one in pikepdf.pdfa.validate_written(path, "3b").findings]
    # which JPEG 2000 is allowed, it does not know: our own points do
    assert [one for one in found if "JPEG 2000 images are not supported" not in one] == []
    assert wrong_points(path) == []


@pytest.mark.parametrize("name", TAKEN)
def test_the_scans_own_bytes_are_taken_where_a_pdf_knows_them(name) -> None:
    (picture,) = pictures_of(TAKEN[name])
    assert picture.stored.is_as_it_came
    content = TAKEN[name]
    if "TIFF" not in name and "PDF" not in name:
        (strip,) = picture.stored.strips
        assert strip.packed in content or "PNG" in name
    if "PNG" in name:
        assert zlib.decompress(picture.stored.strips[0].packed)


@pytest.mark.parametrize("name", PACKED_ANEW | DRAWN)
def test_anything_else_is_said_to_be_packed_anew(name) -> None:
    (picture,) = pictures_of(ALL[name])
    assert not picture.stored.is_as_it_came
    assert picture.is_drawn is (name in DRAWN)


@pytest.mark.parametrize("name", ["plain TIFF", "LZW TIFF", "PNG with a palette", "16-bit PNG"])
def test_packed_anew_every_pixel_is_the_same(name) -> None:
    (picture,) = pictures_of(ALL[name])
    with pikepdf.open(io.BytesIO(document(ALL[name]))) as pdf:
        image = pdf.pages[-1].Resources.XObject["/Im0"]
        packed = image.read_bytes()
    with Image.open(io.BytesIO(ALL[name])) as scan:
        wanted = np.asarray(scan if scan.mode in ("L", "I;16") else scan.convert("RGB"))
    if name == "16-bit PNG":
        wanted = wanted.astype(">u2")
    assert packed == wanted.tobytes()
    assert (picture.stored.width, picture.stored.height) == (600, 900)


@pytest.mark.parametrize("name", ["JPEG 2000 in a PDF", "colour JPEG 2000 in a PDF"])
def test_jpeg_2000_goes_over_byte_for_byte(name) -> None:
    page = a_page() if name.startswith("JPEG") else IN_COLOUR
    with pikepdf.open(io.BytesIO(document(TAKEN[name]))) as pdf:
        packed = pdf.pages[-1].Resources.XObject["/Im0"]
        assert packed.read_raw_bytes() == jpeg_2000(page)
        with Image.open(io.BytesIO(packed.read_raw_bytes())) as again:
            assert np.array_equal(np.asarray(again), page)
        assert (packed.Filter, packed.Width, packed.Height) == (pikepdf.Name.JPXDecode, 600, 900)


def test_jpeg_2000_that_pdf_a_does_not_allow_keeps_every_pixel_at_its_own_size() -> None:
    made = document(PACKED_ANEW["JPEG 2000 with two colours in a PDF"])
    with pikepdf.open(io.BytesIO(made)) as pdf:
        image = pdf.pages[-1].Resources.XObject["/Im0"]
        assert image.read_bytes() == a_page().tobytes()
        assert (image.Width, image.Height, image.BitsPerComponent) == (600, 900, 8)


def test_jpeg_2000_that_pdf_a_does_not_allow_is_found() -> None:
    assert [*points_of_jpeg_2000(jpeg_2000(a_page()))] == []
    (wrong,) = points_of_jpeg_2000(jpeg_2000(a_page(), colours=2))
    assert wrong.startswith("6.2.8.3")


def test_jbig2_goes_over_byte_for_byte_with_the_shapes_of_its_letters() -> None:
    pages = a_page(), 255 - a_page()
    with pikepdf.open(io.BytesIO(document(jbig2_pdf(*pages)))) as pdf:
        images = [page.Resources.XObject["/Im0"] for page in pdf.pages[-2:]]
        assert [one.read_raw_bytes() for one in images] == [jbig2(page) for page in pages]
        shapes = [one.DecodeParms.JBIG2Globals for one in images]
        assert {one.objgen for one in shapes} == {shapes[0].objgen}
        assert shapes[0].read_bytes() == SHAPES


@pytest.mark.parametrize("wanted", [1, 2])
def test_jbig2_takes_no_shapes_of_letters_of_a_page_that_stays_behind(wanted) -> None:
    """Each page alone is unpacked: the same pixels, without what both were put together from."""
    pages = np.flipud(255 - a_page()), 255 - a_page()
    (picture,) = scan_pictures(open_scan("scan", jbig2_pdf(*pages)), frozenset({wanted}), {})
    assert not picture.is_drawn and not picture.stored.is_as_it_came
    (strip,) = picture.stored.strips
    assert strip.shapes == b""
    shown = np.unpackbits(np.frombuffer(zlib.decompress(strip.packed), np.uint8)).reshape(900, 600)
    assert np.array_equal(shown * 255, bilevel(pages[wanted - 1]))


def test_reading_sees_such_pictures_as_before() -> None:
    """At 300 dpi as Poppler draws them, whatever their own size; the text behind goes by that."""
    for name in ("JPEG 2000 in a PDF", "JBIG2 in a PDF", "JPEG 2000 in a PDF turned"):
        (picture,) = pictures_of(TAKEN[name])
        (page,) = load_pages(open_scan("scan", TAKEN[name]))
        assert (*picture.seen_px[::-1], 300) == (*page.image.shape[:2], page.dpi)


def test_a_document_is_as_large_as_the_paper() -> None:
    (picture,) = pictures_of(TAKEN["grey PNG"])
    assert picture.size_pt == pytest.approx((600 * 72 / 150, 900 * 72 / 150), rel=1e-3)
    assert picture.seen_px == (600, 900)


def test_a_fax_of_oblong_pixels_keeps_its_shape() -> None:
    out = io.BytesIO()
    Image.fromarray(bilevel(a_page())).convert("1").save(
        out, "TIFF", compression="group4", dpi=(204, 98)
    )
    (picture,) = pictures_of(out.getvalue())
    assert picture.seen_px == (600, round(900 * 204 / 98))
    assert picture.size_pt == pytest.approx((600 * 72 / 204, 900 * 72 / 98), rel=1e-3)


TRICKY = ["L08481V", "5 °C ± 0,5", "≤ Ωµ Ж", "😀 ع 中", "a\tb\nc", "(blank) \\ <x>"]


@pytest.mark.parametrize("text", TRICKY)
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_text_of_every_script_is_found_by_pdfium(text, turned) -> None:
    line = Written(text, (40.0, 120.0), (400.0, 0.0), (0.0, -40.0))
    made = document(TAKEN["grey PNG"], line, turned=turned)
    pdf = pypdfium2.PdfDocument(made)
    found = pdf[1].get_textpage().get_text_range()
    pdf.close()
    assert in_one_line(text) in " ".join(found.split())


@given(st.text(max_size=30))
def test_a_line_of_text_has_no_sign_that_is_none(text) -> None:
    assert in_one_line(text).isprintable()
    assert in_one_line(in_one_line(text)) == in_one_line(text)


def test_the_profile_is_one_that_colour_engines_take() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    assert profile.profile.profile_description == "sRGB IEC61966-2.1"
    srgb = ImageCms.createProfile("sRGB")
    colours = Image.fromarray(
        np.random.default_rng(1).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    )
    changed = ImageCms.profileToProfile(colours, profile, srgb)
    assert np.abs(np.asarray(changed, int) - np.asarray(colours, int)).max() <= 2


def test_the_typeface_of_the_unseen_text_is_a_whole_one() -> None:
    font = TTFont(io.BytesIO(font_file()))
    for table in font.keys():  # noqa: SIM118 (a font is no dictionary)
        assert font[table] is not None
    assert font["maxp"].numGlyphs == 2
    assert font.getBestCmap() == {0x20: font.getGlyphOrder()[1]}


def test_nothing_seen_is_drawn_by_the_text() -> None:
    line = Written("L08481V", (40.0, 500.0), (400.0, 0.0), (0.0, -80.0))
    size = (200, 300)
    without, with_text = (
        shown(document(TAKEN["grey PNG"], *lines), 1, size) for lines in ((), (line,))
    )
    assert np.array_equal(without, with_text)
