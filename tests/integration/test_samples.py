"""The samples: the command makes the same bytes again, and what is committed holds together."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from real_hands import HANDS, needs_hands

from extractors.load import open_scan
from pipeline.forms import load_forms
from sample_scans.blank_forms import forms_of
from sample_scans.committed import RECIPES
from sample_scans.form_yaml import form_yaml
from sample_scans.make import Order, make, make_scan
from sample_scans.values import Split

FOLDER = Path("sample_scans")


def truths() -> dict[str, dict[str, Any]]:
    files = sorted((FOLDER / "truth").glob("*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


@needs_hands
def test_the_same_seed_gives_the_same_bytes_however_many_are_made(tmp_path: Path) -> None:
    few = Order(seed=9, split=Split.TUNE, hands=HANDS, out=tmp_path / "few")
    more = Order(seed=9, split=Split.TUNE, hands=HANDS, out=tmp_path / "more")
    assert list(make(few, 2, workers=1)) == list(make(more, 3, workers=2))[:2]
    for file in (path for path in few.out.rglob("*") if path.is_file()):
        assert (more.out / file.relative_to(few.out)).read_bytes() == file.read_bytes(), file


@needs_hands
def test_another_seed_gives_another_scan(tmp_path: Path) -> None:
    one = make_scan(Order(seed=1, split=Split.TUNE, hands=HANDS, out=tmp_path), 1)
    other = make_scan(Order(seed=2, split=Split.TUNE, hands=HANDS, out=tmp_path), 1)
    assert one.content != other.content


def test_the_committed_forms_are_those_that_are_drawn() -> None:
    for form in forms_of(Split.FIT):
        text = (FOLDER / "forms" / form.folder / "form.yaml").read_text(encoding="utf-8")
        assert text == form_yaml(form), form.folder


def test_all_committed_forms_can_be_loaded() -> None:
    loaded = load_forms(FOLDER / "forms")
    assert not loaded.refused
    assert len(loaded.forms) == len(forms_of(Split.FIT)) == 8


def test_two_versions_of_one_form_differ_in_one_field() -> None:
    old, new = (f for f in forms_of(Split.FIT) if f.head.number == "LC-031")
    names = [{paper.field.name for paper in form.fields} for form in (old, new)]
    assert names[1] - names[0] == {"humidity"}
    assert not names[0] - names[1]


def test_every_committed_scan_has_its_truth_and_can_be_opened() -> None:
    stems = {name.split("-")[0] for name in truths()}
    scans = sorted((FOLDER / "scans").iterdir())
    assert {scan.stem for scan in scans} == stems
    assert len(scans) == len(RECIPES)
    for scan in scans:
        opened = open_scan(scan.name, scan.read_bytes())
        expected = sum(len(t.get("pages", [1])) for n, t in truths().items() if n[:3] == scan.stem)
        assert opened.page_count == expected, scan.name


def test_the_committed_samples_are_small_and_show_every_form_and_one_unknown() -> None:
    size = sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file())
    assert size < 30_000_000
    found = {(truth["form"], truth["version"]) for truth in truths().values()}
    known = {(form.head.number, form.head.version) for form in forms_of(Split.FIT)}
    assert found == known | {(None, None)}


def test_the_committed_samples_show_nearly_every_flag() -> None:
    flags = Counter(flag for truth in truths().values() for flag in truth["record_flags"])
    for truth in truths().values():
        flags.update(flag for entry in truth["entries"] for flag in entry["flags"])
    assert len(flags) >= 25, sorted(flags)


def test_a_truth_has_an_entry_for_each_field_of_the_pages_that_are_there() -> None:
    fields = {
        (form.head.number, form.head.version): [paper.field for paper in form.fields]
        for form in forms_of(Split.FIT)
    }
    for name, truth in truths().items():
        if truth["form"] is None:
            assert truth["record_flags"] == ["unknown_form"]
            assert truth["entries"] == []
            continue
        known = fields[truth["form"], truth["version"]]
        wanted = [field.name for field in known if field.page in truth["pages"]]
        assert [entry["field"] for entry in truth["entries"]] == wanted, name


def test_a_scan_says_when_it_was_made_and_that_is_after_every_possible_date_on_it() -> None:
    for name, truth in truths().items():
        (scan,) = (FOLDER / "scans").glob(f"{name.split('-')[0]}.*")
        if scan.suffix in (".pdf", ".tiff"):
            created = open_scan(scan.name, scan.read_bytes()).created
            assert created == date.fromisoformat(truth["scan"]["scanned_on"]), name
