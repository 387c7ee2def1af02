"""The reading path on real sample scans: found, laid down, read, and the same every time."""

import io
import json
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from extractors.crop import crop, page_ink
from extractors.load import load_pages, open_scan
from extractors.register import UnknownPage, register
from extractors.values import Page, State
from pipeline.core.document import to_json
from pipeline.forms import load_forms
from pipeline.known import KnownForms, prepare
from pipeline.run import ReadOptions, read_scan
from pipeline.signatories import load_signatories
from sample_scans.distractors import write_distractors
from sample_scans.values import Split

SAMPLES = Path(__file__).parents[2] / "sample_scans"


@cache
def known():
    return KnownForms(
        load_forms(SAMPLES / "forms").forms, load_signatories(SAMPLES / "signatories.csv")
    )


def scan_of(stem):
    (path,) = (SAMPLES / "scans").glob(f"{stem}.*")
    return open_scan(path.name, path.read_bytes())


def truths():
    return {
        path.stem: json.loads(path.read_text())
        for path in sorted((SAMPLES / "truth").glob("*.json"))
    }


def single(form):
    """The stem of a sample with one record of that form, None for an unknown one."""
    return next(
        stem for stem, truth in truths().items() if truth["form"] == form and "-" not in stem
    )


def test_reading_the_same_scan_twice_gives_the_same_bytes():
    scan = scan_of(single("LC-031"))
    first = read_scan(scan, known(), ReadOptions())
    prepare.cache_clear()
    second = read_scan(scan, known(), ReadOptions())
    assert [to_json(one) for one in first.records] == [to_json(one) for one in second.records]
    assert [one.jpeg for one in first.pictures] == [one.jpeg for one in second.pictures]


def test_a_record_is_read_with_its_form_and_nearly_all_of_its_entries():
    stem = single("LC-031")
    truth = truths()[stem]
    (record,) = read_scan(scan_of(stem), known(), ReadOptions()).records
    assert (record.form, record.version) == (truth["form"], truth["version"])
    expected = {entry["field"]: entry for entry in truth["entries"]}
    right = [entry.state == expected[entry.field]["state"] for entry in record.entries]
    assert len(right) == len(expected)
    assert np.mean(right) > 0.95


def test_a_scan_of_an_unknown_form_is_a_record_with_its_page_to_look_at():
    read = read_scan(scan_of(single(None)), known(), ReadOptions())
    (record,) = read.records
    assert record.form is None
    assert [flag.name for flag in record.flags] == ["unknown_form"]
    assert read.pictures[0].jpeg.startswith(b"\xff\xd8")


@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_a_page_is_found_whichever_way_up_it_lies(quarter):
    page = next(load_pages(scan_of(single("MD-204"))))
    prepared = prepare(known()).registration
    straight = register(page, prepared)
    turned = register(Page(1, np.ascontiguousarray(np.rot90(page.image, quarter)), None), prepared)
    assert not isinstance(straight, UnknownPage)
    assert not isinstance(turned, UnknownPage)
    assert turned.key == straight.key
    assert turned.turned == (straight.turned + 90 * quarter) % 360
    assert turned.residual_mm < 0.3


@pytest.fixture(scope="module")
def beside_look_alikes(tmp_path_factory):
    """The sample forms, known beside other versions of them that differ little."""
    folder = tmp_path_factory.mktemp("look_alikes")
    write_distractors(folder, 30, seed=3, split=Split.FIT)
    others = load_forms(folder).forms
    assert {form.form for form in others} & {form.form for form in known().forms}
    return prepare(KnownForms(known().forms + others)).registration


@pytest.mark.parametrize("form", ["LC-031", "CCP-09", "BMR-118"])
def test_a_page_is_told_from_other_versions_of_its_form(form, beside_look_alikes):
    stem = single(form)
    truth = truths()[stem]
    for page in load_pages(scan_of(stem)):
        found = register(page, beside_look_alikes)
        assert not isinstance(found, UnknownPage)
        assert found.key.startswith(f"{truth['form']} {truth['version']} ")


def test_versions_are_families_of_which_one_page_alone_is_drawn(beside_look_alikes):
    sizes = [len(family.pages) for family in beside_look_alikes.families]
    assert sum(sizes) > 2 * len(sizes)
    assert len(beside_look_alikes.starts) == len(sizes)
    never_shown = beside_look_alikes.families[0].pages[1:]
    assert any("image" not in vars(page.blank) for page in never_shown)


def test_a_page_that_is_no_form_at_all_is_unknown():
    image = np.full((1600, 1200), 255, np.uint8)
    for line in range(20):
        cv2.putText(image, f"Minutes of the meeting {line}", (90, 90 + 70 * line), 0, 1.4, 0, 3)
    assert isinstance(register(Page(1, image, None), prepare(known()).registration), UnknownPage)


def test_a_blank_form_holds_no_ink_apart_from_print():
    prepared = prepare(known())
    for family in prepared.registration.families[:3]:
        found = register(Page(1, family.pages[0].blank.image, None), prepared.registration)
        assert not isinstance(found, UnknownPage)
        ink = page_ink(found)
        for cut in crop(ink, prepared.pages[found.key].hints):
            assert cut.ink.mean() < 0.002, cut.hint.key


def test_an_entry_that_is_blank_on_paper_is_blank_in_the_record():
    stem = single("LC-031")
    blanks = {e["field"] for e in truths()[stem]["entries"] if e["state"] == "blank"}
    (record,) = read_scan(scan_of(stem), known(), ReadOptions()).records
    read_blank = {e.field for e in record.entries if e.state is State.BLANK}
    assert len(blanks - read_blank) <= 1


def with_another_page(stem, extra):
    """The first page of a sample and another image, as one TIFF."""
    page = next(load_pages(scan_of(stem)))
    grey = page.image if page.image.ndim == 2 else page.image.min(axis=2)
    pages = [Image.fromarray(grey), Image.fromarray(extra)]
    stream = io.BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200))
    return open_scan("both.tiff", stream.getvalue())


def test_an_empty_back_is_kept_and_counted_and_is_no_unknown_form():
    back = np.full((2300, 1650), 250, np.uint8)
    read = read_scan(with_another_page(single("LC-031"), back), known(), ReadOptions())
    (record,) = read.records
    assert record.source.pages == 2
    assert "unknown_form" not in [flag.name for flag in record.flags]
    assert [one.scan_page for one in read.pictures] == [1, 2]


def test_a_strange_sheet_among_known_pages_is_named_by_its_print():
    sheet = Image.new("L", (1650, 2300), 255)
    drawing = ImageDraw.Draw(sheet)
    for line in range(12):
        drawing.text((120, 150 + 120 * line), "Delivery note of the carrier", fill=0, font_size=64)
    read = read_scan(with_another_page(single("LC-031"), np.array(sheet)), known(), ReadOptions())
    (record,) = read.records
    (flag,) = [flag for flag in record.flags if flag.name == "unknown_form"]
    assert "Delivery note" in flag.detail
