"""The real reader on a real stack, split, joined, turned and assigned as a person arranged it."""

import io
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from extractors.images import moved_points
from extractors.load import open_scan
from extractors.values import ScanFile, State
from pipeline.core.arrangement import FormPlace, Part, Sheet
from pipeline.core.document import to_json
from pipeline.core.values import Record
from pipeline.forms import load_forms
from pipeline.known import KnownForms
from pipeline.run import ReadOptions, ReadScan, read_scan
from pipeline.signatories import load_signatories

SAMPLES = Path(__file__).parents[2] / "sample_scans"
RIGHT = FormPlace("LC-031", "4", 1)
STRANGER = 4
"""The page of the stack whose form no site knows."""


@cache
def known() -> KnownForms:
    return KnownForms(
        load_forms(SAMPLES / "forms").forms, load_signatories(SAMPLES / "signatories.csv")
    )


@cache
def stack() -> ScanFile:
    """Two line clearances, a record of another form, a sheet of an unknown form, in one file."""
    made = pikepdf.new()
    for name in ("014.pdf", "016.png", "001.pdf", "025.pdf"):
        made.pages.extend(as_pdf(SAMPLES / "scans" / name).pages)
    out = io.BytesIO()
    made.save(out, deterministic_id=True)
    return open_scan("stack.pdf", out.getvalue())


def as_pdf(path: Path) -> pikepdf.Pdf:
    """The scan as a PDF, a picture as its one page."""
    if path.suffix == ".pdf":
        return pikepdf.open(path)
    out = io.BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGB").save(out, "PDF", resolution=200, quality=92)
    return pikepdf.open(io.BytesIO(out.getvalue()))


@cache
def read(*parts: Part) -> ReadScan:
    return read_scan(stack(), known(), ReadOptions(parts=parts))


def laid(*pages: int) -> Part:
    return tuple(Sheet(page) for page in pages)


def flags(record: Record) -> set[str]:
    return {flag.name for flag in record.flags}


def test_the_same_scan_by_the_same_arrangement_gives_the_same_bytes() -> None:
    parts = ((Sheet(3, turned=180),),)
    first = read(*parts)
    again = read_scan(stack(), known(), ReadOptions(parts=parts))
    assert [to_json(one) for one in first.records] == [to_json(one) for one in again.records]
    assert [one.jpeg for one in first.pictures] == [one.jpeg for one in again.pictures]


def test_the_parts_that_the_reader_found_are_read_as_it_read_them() -> None:
    whole = read_scan(stack(), known(), ReadOptions())
    assert [one.form for one in whole.records] == ["LC-031", "LC-031", "MD-204"]
    (arranged,) = read(laid(3)).records
    assert to_json(arranged) == to_json(whole.records[2])


def test_two_batches_that_are_joined_are_one_record_and_split_again_are_two() -> None:
    first, second = read(laid(1), laid(2)).records
    assert (first.form, second.form) == ("LC-031", "LC-031")
    assert first.batch_number != second.batch_number
    assert [page.scan_page for page in (*first.pages, *second.pages)] == [1, 2]
    (joined,) = read(laid(1, 2)).records
    assert "rewritten_page" in flags(joined)
    assert joined.batch_number == first.batch_number
    (turned_around,) = read(laid(2, 1)).records
    assert turned_around.batch_number == second.batch_number


def test_pages_of_two_forms_in_a_part_are_two_records() -> None:
    assert [one.form for one in read(laid(3, 1)).records] == ["MD-204", "LC-031"]


@pytest.mark.parametrize("angle", [90, 180])
def test_a_turned_page_is_the_same_record_and_lies_where_it_lay_in_the_scan(angle) -> None:
    (upright,) = read(laid(1)).records
    (turned,) = read((Sheet(1, turned=angle),)).records
    assert (turned.form, turned.version) == (upright.form, upright.version)
    assert turned.pages[0].turned == upright.pages[0].turned
    corners = np.array([[200.0, 200], [1200, 300], [700, 1500]])
    there, here = (
        moved_points(corners, np.array(one.pages[0].homography)) for one in (turned, upright)
    )
    assert np.abs(there - here).max() < 0.5
    same = [
        one.value == turned.entry(one.field).value and one.state == turned.entry(one.field).state
        for one in upright.entries
    ]
    assert sum(same) >= 0.9 * len(same)


def test_a_page_that_is_put_aside_is_not_read() -> None:
    (only,) = read(laid(3)).records
    assert [page.scan_page for page in only.pages] == [3]
    assert "unknown_form" not in flags(only)


def test_a_page_of_an_unknown_form_alone_is_a_record_without_a_form() -> None:
    (record,) = read(laid(STRANGER)).records
    assert record.form is None
    assert [one.scan_page for one in read(laid(STRANGER)).pictures] == [STRANGER]


def test_a_page_with_the_form_that_it_is_reads_as_if_the_reader_had_found_it() -> None:
    (said,) = read((Sheet(1, form=RIGHT),)).records
    (found,) = read(laid(1)).records
    assert (said.form, said.version) == (found.form, found.version) == ("LC-031", "4")
    assert [one.value for one in said.entries] == [one.value for one in found.entries]


def test_a_page_with_a_form_that_it_is_not_goes_nowhere_unseen() -> None:
    (record,) = read((Sheet(STRANGER, form=RIGHT),)).records
    assert (record.form, record.version) == ("LC-031", "4")
    assert "poor_scan" in flags(record)
    assert not any(entry.accepted for entry in record.entries)
    filled = [one for one in record.entries if one.state is State.FILLED]
    assert all(entry.flags for entry in filled)


def test_each_page_is_told_before_it_is_read() -> None:
    told: list[int] = []
    read_scan(stack(), known(), ReadOptions(parts=(laid(4),), watch=told.append))
    assert told == [4]
