"""Tiny planted sets and a tiny exam from end to end, with whatever handwriting fonts are there."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.exam import Exam, main, take
from benchmarks.exam_forms import FormSets, find_form, find_forms
from pipeline.truth import load_pairs
from sample_scans.blank_forms import forms_of
from sample_scans.form_yaml import write_form
from sample_scans.hands import NoHands, open_hands
from sample_scans.make import Order
from sample_scans.planted import CASES, Kind, make_planted
from sample_scans.values import Split


def has_fonts() -> bool:
    try:
        open_hands(None)
    except NoHands:
        return False
    return True


pytestmark = pytest.mark.skipif(not has_fonts(), reason="no handwriting font is installed")


@pytest.mark.parametrize("kind", [Kind.CORRECTIONS, Kind.VOIDS])
def test_a_planted_set_holds_as_many_cases_as_were_asked_for(kind: Kind, tmp_path: Path) -> None:
    order = Order(3, Split.FIT, None, tmp_path)
    *_, cases = make_planted(order, kind, 2)
    truths = [
        json.loads(file.read_text(encoding="utf-8")) for file in (tmp_path / "truth").iterdir()
    ]
    named = [
        entry for truth in truths for entry in truth["entries"] if entry.get("fault") in CASES[kind]
    ]
    assert len(named) >= cases >= 2
    (tmp_path / "read").mkdir()
    (tmp_path / "read" / "none.json").write_text("{}")
    assert not load_pairs(tmp_path / "truth", tmp_path / "read").refused
    assert {file.stem for file in (tmp_path / "scans").iterdir()} == {
        file.stem for file in (tmp_path / "truth").iterdir()
    }


def test_the_number_of_processes_changes_nothing(tmp_path: Path) -> None:
    for workers in (1, 2):
        order = Order(3, Split.FIT, None, tmp_path / str(workers))
        list(make_planted(order, Kind.BOXES, 100, workers=workers))
    files = [path for path in (tmp_path / "1").rglob("*") if path.is_file()]
    assert files
    for file in files:
        other = tmp_path / "2" / file.relative_to(tmp_path / "1")
        assert other.read_bytes() == file.read_bytes()


def test_a_record_is_found_page_by_page(tmp_path: Path) -> None:
    for form in forms_of(Split.FIT):
        write_form(form, tmp_path / "forms")
    order = Order(5, Split.FIT, None, tmp_path)
    (record, *_) = find_form(FormSets(order, ((tmp_path / "forms",),)), 1)
    assert record.found == (record.expected,)


def test_a_scan_that_was_registered_is_not_registered_again(tmp_path: Path) -> None:
    for form in forms_of(Split.FIT):
        write_form(form, tmp_path / "forms")
    job = FormSets(Order(5, Split.FIT, None, tmp_path), ((tmp_path / "forms",),))
    first = tuple(find_forms(job, 1, workers=1))
    (file,) = (tmp_path / "found").iterdir()
    file.write_text(file.read_text().replace(first[0].record, "kept"))
    assert tuple(find_forms(job, 1, workers=1)) == (replace(first[0], record="kept"), *first[1:])


def test_a_tiny_exam_runs_from_end_to_end(tmp_path: Path) -> None:
    exam = Exam(5, Split.FIT, None, tmp_path, scale=0.002)
    (boxes,) = take(exam, ["boxes"])
    (line,) = boxes["lines"]
    assert line["n"] == 132
    assert line["errors"] < 10
    words = ["--seed", "5", "--split", "fit", "--scale", "0.002", "--out", str(tmp_path)]
    assert main([*words, "--parts", "boxes"]) == 1  # 132 boxes show no 0.9999
    assert main(["--seed", "6", *words[2:], "--parts", "boxes"]) == 2
