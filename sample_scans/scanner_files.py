"""The scanner's file formats: PDF with one image a page, multi-page TIFF, PNG and JPEG.

Bilevel pages are CCITT group 4 in PDF and TIFF. Everything in a file follows from the pages and
the plan: fixed identifiers, and no date but the one that is handed in.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

import numpy as np
import numpy.typing as npt
import pikepdf
from PIL import Image as Pillow
from PIL import TiffImagePlugin

from sample_scans.values import ScanPlan

LOSSLESS = 100
MAKER = "Document scanner"


@dataclass(frozen=True, eq=False)
class ScannedPage:
    """One page as an image, and the resolution that it was scanned at."""

    image: npt.NDArray[np.uint8] = field(repr=False)
    dpi: int


def write_scan(pages: Sequence[ScannedPage], plan: ScanPlan, created: date | None) -> bytes:
    """The bytes of the plan's container. ValueError where it can't hold so many pages."""
    if plan.container == "pdf":
        return _pdf(pages, plan, created)
    if plan.container == "tiff":
        return _tiff(pages, plan, created)
    if len(pages) != 1:
        raise ValueError(f"a {plan.container} file holds one page, not {len(pages)}")
    image = _picture(pages[0], plan)
    out = BytesIO()
    dpi = (plan.dpi, plan.dpi)
    if plan.container == "png":
        image.save(out, "PNG", dpi=dpi, compress_level=3)
    else:
        image.save(out, "JPEG", dpi=dpi, quality=min(plan.jpeg_quality, 97), exif=_exif(created))
    return out.getvalue()


def _picture(page: ScannedPage, plan: ScanPlan) -> Pillow.Image:
    image = Pillow.fromarray(page.image)
    return image.convert("1", dither=Pillow.Dither.NONE) if plan.mode == "bilevel" else image


def _exif(created: date | None) -> Pillow.Exif:
    exif = Pillow.Exif()
    if created is not None:
        exif[306] = _tiff_date(created)
    return exif


def _tiff_date(created: date) -> str:
    return f"{created:%Y:%m:%d} 08:00:00"


def _tiff(pages: Sequence[ScannedPage], plan: ScanPlan, created: date | None) -> bytes:
    pictures = [_picture(page, plan) for page in pages]
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    if created is not None:
        tags[306] = _tiff_date(created)
    kind = "tiff_lzw" if plan.jpeg_quality >= LOSSLESS else "jpeg"
    out = BytesIO()
    pictures[0].save(
        out,
        "TIFF",
        save_all=True,
        append_images=pictures[1:],
        compression="group4" if plan.mode == "bilevel" else kind,
        dpi=(plan.dpi, plan.dpi),
        tiffinfo=tags,
        **({} if plan.mode == "bilevel" or kind != "jpeg" else {"quality": plan.jpeg_quality}),
    )
    return out.getvalue()


def _pdf(pages: Sequence[ScannedPage], plan: ScanPlan, created: date | None) -> bytes:
    with pikepdf.new() as pdf:
        for page in pages:
            height, width = page.image.shape[:2]
            size = (round(width * 72 / page.dpi, 3), round(height * 72 / page.dpi, 3))
            added = pdf.add_blank_page(page_size=size)
            added.obj.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary(Im0=_image_stream(pdf, page, plan))
            )
            drawn = f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q"
            added.obj.Contents = pdf.make_stream(drawn.encode())
        pdf.docinfo["/Producer"] = MAKER
        if created is not None:
            pdf.docinfo["/CreationDate"] = f"D:{created:%Y%m%d}080000Z"
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _image_stream(pdf: pikepdf.Pdf, page: ScannedPage, plan: ScanPlan) -> pikepdf.Stream:
    """The page's image object: CCITT where bilevel, else DCT, or Flate where nothing is lost."""
    height, width = page.image.shape[:2]
    is_colour = page.image.ndim == 3
    about = {
        "Type": pikepdf.Name.XObject,
        "Subtype": pikepdf.Name.Image,
        "Width": width,
        "Height": height,
        "ColorSpace": pikepdf.Name.DeviceRGB if is_colour else pikepdf.Name.DeviceGray,
        "BitsPerComponent": 1 if plan.mode == "bilevel" else 8,
    }
    if plan.mode == "bilevel":
        about["Filter"] = pikepdf.Name.CCITTFaxDecode
        about["DecodeParms"] = pikepdf.Dictionary(K=-1, Columns=width, Rows=height)
        return pikepdf.Stream(pdf, _group4(page), **about)
    if plan.jpeg_quality >= LOSSLESS:
        about["Filter"] = pikepdf.Name.FlateDecode
        return pikepdf.Stream(pdf, zlib.compress(page.image.tobytes(), 3), **about)
    out = BytesIO()
    _picture(page, plan).save(out, "JPEG", quality=plan.jpeg_quality, dpi=(page.dpi, page.dpi))
    about["Filter"] = pikepdf.Name.DCTDecode
    return pikepdf.Stream(pdf, out.getvalue(), **about)


def _group4(page: ScannedPage) -> bytes:
    """The bare CCITT group 4 code of a page, taken out of a TIFF of one strip.

    PDF takes 0 for black and TIFF, as written here, for white: so the negative is written.
    """
    negative = Pillow.fromarray(255 - page.image).convert("1", dither=Pillow.Dither.NONE)
    whole = (negative.width // 8 + 1) * negative.height
    out = BytesIO()
    negative.save(out, "TIFF", compression="group4", strip_size=whole)
    code = out.getvalue()
    with Pillow.open(BytesIO(code)) as written:
        offsets, counts = written.tag_v2[273], written.tag_v2[279]  # type: ignore[attr-defined]
    if len(offsets) != 1:
        raise ValueError(f"the group 4 code came in {len(offsets)} strips; one was expected")
    return code[offsets[0] : offsets[0] + counts[0]]
