"""Damaged files and odd names: a refusal or the pages, and nothing else ever."""

import io
import random
from pathlib import Path

import hostile_files as make
import pikepdf
import pytest
from pikepdf import Name

from extractors.errors import ScanRefused
from extractors.load import load_pages, open_scan


def test_only_refusals_come_out_of_damaged_files() -> None:
    rng = random.Random(20)
    files = list(make.small_valid_files())
    refused = 0
    for turn in range(300):
        name, content = files[turn % len(files)]
        refused += is_refused(name, make.flipped(content, rng))
    assert refused > 100


def is_refused(name: str, content: bytes) -> bool:
    """Any other error than a refusal goes through and fails the test."""
    try:
        for page in load_pages(open_scan(name, content)):
            assert page.image.dtype == "uint8" and page.image.size
    except ScanRefused as error:
        assert error.reason and error.remedy and "\n" not in str(error)
        return True
    return False


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\0b.pdf", "x" * 255, "\u202efdp.exe", "CON", "📄.pdf", ""]
)
def test_the_name_of_a_file_decides_nothing(name: str) -> None:
    scan = open_scan(name, make.png(make.picture()))
    assert scan.name == name
    assert [page.number for page in load_pages(scan)] == [1]


def test_a_script_or_an_attached_file_in_a_pdf_is_never_run_or_unpacked() -> None:
    with pikepdf.open(io.BytesIO(make.jpeg_pdf(make.picture()))) as pdf:
        pdf.attachments["../../evil.sh"] = b"touch evil"
        pdf.Root.OpenAction = pikepdf.Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        content = make.saved(pdf)
    before = set(Path.cwd().iterdir())
    assert len(list(load_pages(open_scan("a.pdf", content)))) == 1
    assert set(Path.cwd().iterdir()) == before
