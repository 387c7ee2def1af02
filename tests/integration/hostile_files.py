"""Files made to break a reader, each as bytes: cut off, lying about their size, endless."""

import io
import random
import struct
import zlib
from collections.abc import Iterator

import cv2
import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image


def picture(width: int = 620, height: int = 877) -> np.ndarray:
    """A grey page with some print and pen on it."""
    page = np.full((height, width), 245, np.uint8)
    cv2.putText(page, "BATCH B24-0117", (40, 120), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 0, 3)
    cv2.rectangle(page, (60, 200), (width - 60, 420), 40, 2)
    cv2.line(page, (80, 400), (width - 80, 230), 90, 3)
    return page


def jpeg(page: np.ndarray, *, quality: int = 85) -> bytes:
    return cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def picture_pdf(
    data: bytes,
    *,
    drawing: bytes = b"q 595 0 0 842 0 0 cm /Im0 Do Q",
    media: tuple[float, ...] = (0, 0, 595, 842),
    page_keys: dict[str, object] | None = None,
    **keys: object,
) -> bytes:
    """A PDF of one page with one picture stream."""
    pdf = pikepdf.new()
    stream = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, **keys)
    add_page(pdf, drawing, Dictionary(Im0=stream), media=media, **(page_keys or {}))
    return saved(pdf)


def jpeg_pdf(page: np.ndarray, *, data: bytes | None = None, **more: object) -> bytes:
    """A PDF of one page that is one JPEG."""
    space = Name.DeviceGray if page.ndim == 2 else Name.DeviceRGB
    keys: dict[str, object] = {
        "Width": page.shape[1],
        "Height": page.shape[0],
        "ColorSpace": space,
        "BitsPerComponent": 8,
        "Filter": Name.DCTDecode,
    }
    return picture_pdf(data or jpeg(page), **(keys | more))


def add_page(
    pdf: pikepdf.Pdf,
    drawing: bytes,
    xobjects: Dictionary,
    *,
    media: tuple[float, ...] = (0, 0, 595, 842),
    **keys: object,
) -> None:
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array(media),
        Resources=Dictionary(XObject=xobjects),
        Contents=pdf.make_stream(drawing),
        **keys,
    )
    pdf.pages.append(pikepdf.Page(page))


def raw_pdf(objects: list[bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF written by hand; object 1 is the catalogue."""
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def raw_stream(data: bytes, keys: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (keys, len(data), data)


def tiff(pages: list[np.ndarray], *, compression: str = "tiff_lzw") -> bytes:
    pictures = [Image.fromarray(page) for page in pages]
    if compression == "group4":
        pictures = [picture.convert("1") for picture in pictures]
    out = io.BytesIO()
    pictures[0].save(
        out,
        "TIFF",
        save_all=True,
        append_images=pictures[1:],
        compression=compression,
        dpi=(300, 300),
    )
    return out.getvalue()


def png(page: np.ndarray) -> bytes:
    return cv2.imencode(".png", page)[1].tobytes()


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_claiming(width: int, height: int, *, before: bytes = b"") -> bytes:
    """A small PNG with right check sums that claims to be large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + before
        + png_chunk(b"IDAT", body)
        + png_chunk(b"IEND", b"")
    )


def jpeg_claiming(page: np.ndarray, width: int, height: int) -> bytes:
    """A JPEG whose frame header claims another size."""
    data = bytearray(jpeg(page))
    at = data.find(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


def tiff_directory(
    tags: list[tuple[int, int, int, int]], *, following: int, tail: bytes = b""
) -> bytes:
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags))
    return head + entries + struct.pack("<I", following) + tail


def tiff_claiming(width: int, height: int, *, following: int = 0) -> bytes:
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 4, 1, height),
        (279, 4, 1, 100),
    ]
    return tiff_directory(tags, following=following, tail=bytes(200))


def endless_tree() -> bytes:
    return raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 3/Kids[2 0 R]>>"])


def doubling_tree(levels: int = 30) -> bytes:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    for level in range(levels):
        objects.append(b"<</Type/Pages/Count 1/Kids[%d 0 R %d 0 R]>>" % (level + 3, level + 3))
    objects.append(b"<</Type/Page/MediaBox[0 0 595 842]>>")
    return raw_pdf(objects)


def million_pages(*, kids_at_once: int) -> bytes:
    """One page, named a million times in the list of pages."""
    pieces = 1_000_000 // kids_at_once
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[%s]>>"
            % b" ".join(b"%d 0 R" % (number + 4) for number in range(pieces)),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        ]
        + [b"<</Type/Pages/Count 1/Kids[%s]>>" % (b"3 0 R " * kids_at_once)] * pieces
    )


def many_pages(count: int) -> bytes:
    """A PDF of so many small pages."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>"
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)
    return raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree] + [page] * count)


def doubling_drawing(levels: int = 12, times: int = 20) -> bytes:
    """Drawings that call drawings that call drawings: 20 to the 12th little strokes."""
    pdf = pikepdf.new()
    inner = pdf.make_stream(
        b"0 0 m 500 500 l S", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842])
    )
    for _ in range(levels):
        inner = pdf.make_stream(
            b"/F Do " * times,
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, 595, 842]),
            Resources=Dictionary(XObject=Dictionary(F=inner)),
        )
    add_page(pdf, b"/F Do", Dictionary(F=inner))
    return saved(pdf)


def zeros(megabytes: int) -> bytes:
    """So many megabytes of nothing, packed a thousand to one."""
    packer = zlib.compressobj(9)
    piece = bytes(1_000_000)
    return b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()


def packed_objects_bomb() -> bytes:
    """A PDF 1.5 file whose cross-reference stream points into an object stream of 4 GB."""
    out = b"%PDF-1.5\n"
    first = len(out)
    data = zeros(300)
    out += (
        b"4 0 obj\n"
        + raw_stream(data, b"/Type/ObjStm/N 2/First 10/Filter/FlateDecode")
        + b"\nendobj\n"
    )
    start = len(out)
    rows = b"".join(
        struct.pack(">BIB", *row)
        for row in [(0, 0, 255), (2, 4, 0), (2, 4, 1), (0, 0, 0), (1, first, 0), (1, start, 0)]
    )
    keys = b"/Type/XRef/Size 6/W[1 4 1]/Root 1 0 R"
    out += b"5 0 obj\n" + raw_stream(rows, keys) + b"\nendobj\n"
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def flipped(content: bytes, rng: random.Random) -> bytes:
    """The file with a few bytes changed, cut out or cut off."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(data))
        data[at] = rng.randrange(256)
    if rng.random() < 0.3:
        at = rng.randrange(len(data))
        del data[at : at + rng.randint(1, 2000)]
    if rng.random() < 0.2:
        data = data[: rng.randrange(len(data)) + 1]
    return bytes(data)


def small_valid_files() -> Iterator[tuple[str, bytes]]:
    """One small valid file of each kind."""
    page = picture(300, 400)
    colour = cv2.cvtColor(page, cv2.COLOR_GRAY2BGR)
    colour[20:40, 20:200] = (200, 30, 20)
    yield "page.png", png(colour)
    yield "page.jpg", jpeg(colour)
    yield "pages.tif", tiff([page, page])
    yield "fax.tif", tiff([page], compression="group4")
    yield "jpeg.pdf", jpeg_pdf(page)
    yield (
        "flate.pdf",
        picture_pdf(
            zlib.compress(page.tobytes()),
            Width=300,
            Height=400,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceGray,
            Filter=Name.FlateDecode,
        ),
    )
