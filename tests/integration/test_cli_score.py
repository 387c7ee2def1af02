"""`recordroom score` on folders of JSON files: figures, floors, and what it refuses."""

import json
from pathlib import Path

import pytest

from pipeline.cli import main


def entry(value: str, **more: object) -> dict:
    return {
        "field": "weight",
        "page": 1,
        "type": "number",
        "value": value,
        "state": "filled",
        "flags": [],
        **more,
    }


def write(file: Path, document: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two records: one read right, one with the decimal point lost."""
    head = {"form": "BMR-077", "version": "12", "batch_number": "XB15-2288"}
    for name, value in (("012", "24.4"), ("013", "244")):
        write(
            tmp_path / "truth" / f"{name}.json",
            {**head, "record_flags": [], "scan": {"quality": "good"}, "entries": [entry("24.4")]},
        )
        read = entry(value, confidence=0.9, accepted=True, a_key_of_tomorrow=1)
        write(tmp_path / "read" / f"{name}.json", {**head, "flags": [], "entries": [read]})
    return tmp_path / "truth", tmp_path / "read"


def score(folders: tuple[Path, Path], *options: str) -> int:
    return main(["score", *map(str, folders), *options])


def test_the_figures_are_printed_and_written(folders, tmp_path: Path, capsys) -> None:
    target = tmp_path / "score.json"
    assert score(folders, "--json", str(target), "--by", "type", "--by", "quality") == 0
    written = json.loads(target.read_text(encoding="utf-8"))
    assert written["entry_accuracy"]["value"] == 0.5
    assert written["silent_errors"]["n"] == 2
    assert written["form_found"]["low"] > 0.1
    assert written["by"]["quality"]["good"]["state_accuracy"]["value"] == 1.0
    printed = capsys.readouterr().out
    assert "| entry_accuracy" in printed
    assert "| good" in printed


def test_a_floor_that_is_not_reached_is_status_1_and_named(folders, capsys) -> None:
    assert score(folders, "--floor", "entry_accuracy=0.93", "--floor", "form_found=0.99") == 1
    said = capsys.readouterr().err
    assert "entry_accuracy" in said
    assert "form_found" not in said


def test_for_errors_a_floor_is_the_most_that_there_may_be(folders) -> None:
    assert score(folders, "--floor", "silent_errors=0.5") == 0
    assert score(folders, "--floor", "silent_errors=0.4") == 1


def test_a_floor_for_a_figure_that_is_none_is_wrong_usage(folders) -> None:
    assert score(folders, "--floor", "beauty=1") == 64


def test_a_record_that_was_not_read_counts_as_wrong(folders, capsys) -> None:
    (folders[1] / "012.json").unlink()
    assert score(folders, "--floor", "entry_accuracy=0.1") == 1


def test_a_reading_that_is_no_json_is_refused_and_counts_as_not_read(folders, capsys) -> None:
    (folders[1] / "012.json").write_text("{", encoding="utf-8")
    assert score(folders) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"{folders[1] / '012.json'}: ")
    assert "| form_found" in said.out


def test_a_truth_without_its_keys_is_refused_by_the_name_of_the_key(folders, capsys) -> None:
    write(folders[0] / "012.json", {"form": "BMR-077", "version": "12", "entries": []})
    assert score(folders) == 2
    assert "record_flags" in capsys.readouterr().err


def test_a_folder_without_truth_is_refused(folders, tmp_path: Path) -> None:
    assert main(["score", str(tmp_path / "nowhere"), str(folders[1])]) == 2
