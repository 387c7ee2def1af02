"""Hostile scans: each one clear refusal, under 10 seconds and 1 GB, and the next file goes on."""

import io
import json
import re
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import hostile_files as make
import pikepdf
import pytest
from pikepdf import Name
from PIL import Image

RUNNER = """
import json, os, resource, sys
from pathlib import Path
from extractors.errors import ScanRefused
from extractors.load import load_pages, open_scan
for path in map(Path, sys.argv[1:]):
    start = sum(os.times()[:4])
    try:
        scan = open_scan(path.name, path.read_bytes())
        said = f"read {sum(1 for _ in load_pages(scan))} pages"
    except ScanRefused as error:
        said = str(error)
    status = Path("/proc/self/status").read_text()
    peak = max(int(status.split("VmHWM:")[1].split()[0]),
               resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(json.dumps([path.name, said, sum(os.times()[:4]) - start, peak / 1024]), flush=True)
"""


def not_scans() -> dict[str, tuple[bytes, str]]:
    return {
        "empty.pdf": (b"", "is empty"),
        "blanks.pdf": (b" \n" * 100, "is empty"),
        "zeros.tif": (bytes(5000), "is empty"),
        "text.pdf": (b"Dear all,\nplease find the scan below.\n", "is not a scan"),
        "page.html": (b"<!DOCTYPE html><script>alert(1)</script>", "is not a scan"),
        "archive.pdf": (b"PK\x03\x04" + bytes(100), "is a ZIP archive"),
        "picture.png": (b"GIF89a" + bytes(100), "is a GIF picture"),
        "program.pdf": (b"\x7fELF" + bytes(100), "is a program"),
        "bitmap.tif": (b"BM" + bytes(100), "is a BMP picture"),
    }


def broken_pdfs() -> dict[str, tuple[bytes, str]]:
    whole = make.jpeg_pdf(make.picture())
    locked = pikepdf.open(io.BytesIO(whole))
    user = make.saved(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    owner = make.saved(locked, encryption=pikepdf.Encryption(owner="o", user=""))
    cut_jpeg = make.jpeg(make.picture())
    return {
        "password.pdf": (user, "is encrypted"),
        "protected.pdf": (owner, "is encrypted"),
        "cut.pdf": (whole[: len(whole) // 2], "broken or cut off"),
        "cut-tail.pdf": (whole[:-30], "broken or cut off"),
        "head-only.pdf": (b"%PDF-1.7\n", "broken or cut off"),
        "no-pages.pdf": (make.saved(pikepdf.new()), "no pages"),
        "xref-circle.pdf": (make.raw_pdf([b"<<>>"], trailer=b"/Prev 9"), "broken or cut off"),
        "tree-circle.pdf": (make.endless_tree(), "runs in a circle"),
        "tree-doubling.pdf": (make.doubling_tree(), "runs in a circle"),
        "million-pages.pdf": (make.million_pages(kids_at_once=1_000_000), "PDF"),
        "million-in-pieces.pdf": (make.million_pages(kids_at_once=4_000), "PDF"),
        "million-parts.pdf": (
            whole.replace(b"xref\n0 6", b"xref\n0 1000000"),
            "more parts than a scan needs",
        ),
        "many-pages.pdf": (make.many_pages(5_001), "more than 5,000 pages"),
        "cut-jpeg.pdf": (
            make.jpeg_pdf(make.picture(), data=cut_jpeg[: len(cut_jpeg) // 2]),
            "page 1 is cut off",
        ),
        "no-jpeg.pdf": (
            make.jpeg_pdf(make.picture(), data=b"nonsense" * 9),
            "page 1 is a broken JPEG",
        ),
        "script.pdf": (
            make.raw_pdf([b"<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>"]),
            "broken or cut off",
        ),
    }


def huge_pdfs() -> dict[str, tuple[bytes, str]]:
    page = make.picture()
    grey = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
    flate = grey | {"Filter": Name.FlateDecode}
    fax = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 1, "Filter": Name.CCITTFaxDecode}
    large = make.jpeg_claiming(page, 65_000, 65_000)
    inline = b"q 595 0 0 842 0 0 cm BI /W 100000 /H 100000 /CS /G /BPC 8 ID \0\0\0\0 EI Q"
    return {
        "huge-picture.pdf": (
            make.picture_pdf(b"\0", Width=100_000, Height=100_000, **flate),
            "100,000 × 100,000 pixels",
        ),
        "huge-fax.pdf": (
            make.picture_pdf(b"\0", Width=100_000, Height=100_000, **fax),
            "100,000 × 100,000 pixels",
        ),
        "huge-box.pdf": (make.jpeg_pdf(page, media=(0, 0, 100_000, 100_000)), "m large"),
        "no-box.pdf": (make.jpeg_pdf(page, media=(0, 0, 0, 0)), "has no size"),
        "endless-box.pdf": (
            make.jpeg_pdf(page, media=(0, 0, 595, 842), page_keys={"UserUnit": 10_000_000}),
            "m large",
        ),
        "lying-jpeg.pdf": (make.jpeg_pdf(page, data=large), "65,000 × 65,000 pixels"),
        "packed-picture.pdf": (
            make.picture_pdf(make.zeros(300), Width=100, Height=100, **flate),
            "page 1",
        ),
        "packed-drawing.pdf": (_packed_drawing(), "page 1"),
        "packed-objects.pdf": (make.packed_objects_bomb(), "broken or cut off"),
        "doubling-drawing.pdf": (make.doubling_drawing(), "page 1"),
        "inline.pdf": (
            make.picture_pdf(b"\0", drawing=inline, Width=1, Height=1, **grey),
            "page 1",
        ),
        "lying-jp2.pdf": (_lying_jpeg_2000(), "page 1"),
        "lying-jbig2.pdf": (_lying_jbig2(), "page 1"),
        "broken-jbig2.pdf": (
            make.picture_pdf(
                b"\0\1\2" * 50,
                Width=600,
                Height=800,
                Filter=Name.JBIG2Decode,
                ColorSpace=Name.DeviceGray,
                BitsPerComponent=1,
            ),
            "page 1",
        ),
    }


def _packed_drawing() -> bytes:
    pdf = pikepdf.new()
    make.add_page(pdf, b"", pikepdf.Dictionary())
    pdf.pages[0].obj.Contents = pikepdf.Stream(
        pdf, zlib.compress(b"0 0 m 9 9 l S\n" * 3_000_000, 9), Filter=Name.FlateDecode
    )
    return make.saved(pdf, compress_streams=False)


def _lying_jpeg_2000() -> bytes:
    honest = io.BytesIO()
    Image.fromarray(make.picture()).save(honest, "JPEG2000")
    here, there = struct.pack(">II", 620, 877), struct.pack(">II", 90_000, 90_000)
    turned = struct.pack(">II", 877, 620)
    data = honest.getvalue().replace(here, there).replace(turned, there)
    return make.picture_pdf(
        data,
        Width=100,
        Height=100,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
        Filter=Name.JPXDecode,
    )


def _lying_jbig2() -> bytes:
    region = struct.pack(">IIIIB", 90_000, 90_000, 0, 0, 0) + b"\0" + bytes(8) + bytes(50)
    page = struct.pack(">IIIIBH", 90_000, 90_000, 0, 0, 0, 0)
    data = struct.pack(">IBBBI", 0, 48, 0, 1, len(page)) + page
    data += struct.pack(">IBBBI", 1, 38, 0, 1, len(region)) + region
    return make.picture_pdf(
        data,
        Width=100,
        Height=100,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=1,
        Filter=Name.JBIG2Decode,
    )


def broken_pictures() -> dict[str, tuple[bytes, str]]:
    page = make.picture()
    png, jpeg = make.png(page), make.jpeg(page)
    tiff, fax = make.tiff([page, page]), make.tiff([page], compression="group4")
    flipped = bytearray(png)
    flipped[len(png) // 2] ^= 0xFF
    animated = make.png_chunk(b"acTL", struct.pack(">II", 2, 0))
    passes = re.sub(
        b"\xff\xd9$", b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * 999 + b"\xff\xd9", jpeg
    )
    return {
        "cut.png": (png[: len(png) // 2], "PNG is cut off"),
        "flipped.png": (bytes(flipped), "check sum does not fit"),
        "huge.png": (make.png_claiming(100_000, 100_000), "100,000 × 100,000 pixels"),
        "bomb.png": (make.png_claiming(60_000, 60_000), "60,000 × 60,000 pixels"),
        "empty.png": (make.png_claiming(0, 100), "no pixels"),
        "short.png": (make.png_claiming(7_000, 8_000), "broken or cut off"),
        "animated.png": (make.png_claiming(100, 100, before=animated), "animated"),
        "cut.jpg": (jpeg[: len(jpeg) // 2], "cut off"),
        "head.jpg": (jpeg[:30], "broken JPEG"),
        "huge.jpg": (make.jpeg_claiming(page, 65_500, 65_500), "65,500 × 65,500 pixels"),
        "passes.jpg": (passes, "too many passes"),
        "cut.tif": (tiff[: len(tiff) // 2], "TIFF is broken or cut off"),
        "cut-fax.tif": (fax[:-40], "TIFF is broken or cut off"),
        "huge.tif": (make.tiff_claiming(100_000, 100_000), "100,000 × 100,000 pixels"),
        "circle.tif": (make.tiff_claiming(10, 10, following=8), "in a circle"),
        "no-pages.tif": (b"II*\0" + bytes(4) + bytes(90), "no pages"),
        "no-picture.tif": (
            make.tiff_directory([(256, 4, 1, 9), (257, 4, 1, 9)], following=0),
            "has no picture",
        ),
        "claims.tif": (
            make.tiff_directory([(273, 4, 0x3FFFFFFF, 8)], following=0),
            "broken or cut off",
        ),
        "big.tif": (b"II+\0\x08\0\0\0" + bytes(90), "BigTIFF"),
    }


@dataclass(frozen=True)
class Answer:
    """What was said of a file, the processor's seconds, and the most memory that any took so far.

    Not the clock's seconds: the machine that runs the tests may be busy with others.
    """

    said: str
    expected: str
    seconds: float
    peak_mb: float


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    folder = tmp_path_factory.mktemp("hostile")
    expected: dict[str, str] = {}
    for cases in (not_scans, broken_pdfs, huge_pdfs, broken_pictures):
        for name, (content, phrase) in cases().items():
            (folder / name).write_bytes(content)
            expected[name] = phrase
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUNNER, *(str(folder / name) for name in expected)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    lines = (json.loads(line) for line in run.stdout.splitlines())
    found = {name: Answer(said, expected[name], *cost) for name, said, *cost in lines}
    assert found.keys() == expected.keys()
    return found


def test_each_hostile_file_is_refused_for_its_reason(answers: dict[str, Answer]) -> None:
    wrong = {name: a.said for name, a in answers.items() if a.expected not in a.said}
    assert not wrong


def test_each_refusal_is_one_reason_and_one_remedy(answers: dict[str, Answer]) -> None:
    odd = [a.said for a in answers.values() if not re.fullmatch(r"[^;\n]+; [^;\n]+[^.]", a.said)]
    assert not odd


def test_no_hostile_file_takes_ten_seconds_or_a_gigabyte(answers: dict[str, Answer]) -> None:
    assert {name: a.seconds for name, a in answers.items() if a.seconds >= 10} == {}
    assert max(a.peak_mb for a in answers.values()) < 1000
