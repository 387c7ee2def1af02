"""`recordroom read` from the command line: its files, its statuses, its lines of refusal."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.cli import main

FORMS = Path(__file__).parents[2] / "sample_scans" / "forms"


@pytest.fixture(scope="module")
def few_forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two one-page master forms, so that each process has little to make ready."""
    folder = tmp_path_factory.mktemp("forms")
    for name in ("MD-204-v7", "LC-031-v4"):
        shutil.copytree(FORMS / name, folder / name)
    return folder


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Three unfilled forms, one of a form that is not known here, as if they had been scanned."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in ("MD-204-v7", "LC-031-v4", "QC-017-vB"):
        shutil.copyfile(FORMS / name / "blank.pdf", folder / f"{name}.pdf")
    return folder


def read(forms: Path, out: Path, *words: object) -> int:
    return main(["read", "--forms", str(forms), "--out", str(out), *map(str, words)])


def test_each_record_is_one_file_whatever_the_number_of_processes(
    few_forms, scans, tmp_path, capsys
) -> None:
    for workers in ("1", "2"):
        assert read(few_forms, tmp_path / workers, scans, "--workers", workers) == 0
    one = {path.name: path.read_bytes() for path in (tmp_path / "1").iterdir()}
    two = {path.name: path.read_bytes() for path in (tmp_path / "2").iterdir()}
    assert sorted(one) == ["LC-031-v4.json", "MD-204-v7.json", "QC-017-vB.json"]
    assert one == two
    known, unknown = json.loads(one["MD-204-v7.json"]), json.loads(one["QC-017-vB.json"])
    assert (known["form"], known["version"]) == ("MD-204", "7")
    assert (unknown["form"], unknown["entries"]) == (None, [])
    assert "unknown_form" in unknown["flags"]
    assert "records: 3" in capsys.readouterr().err


def test_what_is_no_scan_is_one_line_each_and_the_rest_is_read(
    few_forms, scans, tmp_path, capsys
) -> None:
    (scans / "text.pdf").write_text("Dear Sir or Madam", encoding="utf-8")
    (scans / "empty.pdf").touch()
    content = (scans / "LC-031-v4.pdf").read_bytes()
    (scans / "LC-031-v4.pdf").write_bytes(content[: len(content) // 2])
    gone = scans / "gone.pdf"
    assert read(few_forms, tmp_path / "out", scans, gone, "--workers", "2") == 2
    lines = capsys.readouterr().err.splitlines()
    for name in ("text.pdf", "empty.pdf", "gone.pdf"):
        (line,) = [line for line in lines if line.startswith(f"{scans / name}: ")]
        assert "; " in line
    assert (tmp_path / "out" / "MD-204-v7.json").exists()
    assert not (tmp_path / "out" / "text.json").exists()


def test_a_form_with_a_mistake_is_refused_and_the_others_are_read_by(
    few_forms, scans, tmp_path, capsys
) -> None:
    forms = tmp_path / "forms"
    shutil.copytree(few_forms, forms)
    description = forms / "LC-031-v4" / "form.yaml"
    text = description.read_text(encoding="utf-8").replace("type: ", "typ: ", 1)
    description.write_text(text, encoding="utf-8")
    assert read(forms, tmp_path / "out", scans / "MD-204-v7.pdf") == 2
    assert capsys.readouterr().err.startswith(f"{description}: line ")
    record = json.loads((tmp_path / "out" / "MD-204-v7.json").read_text(encoding="utf-8"))
    assert record["form"] == "MD-204"


def test_a_signature_log_that_cannot_be_used_ends_the_run_before_it_begins(
    few_forms, scans, tmp_path, capsys
) -> None:
    log = tmp_path / "log.csv"
    assert read(few_forms, tmp_path / "out", scans, "--signatories", log) == 2
    assert capsys.readouterr().err.startswith(f"{log}: ")
    assert not (tmp_path / "out").exists()


def test_a_folder_without_forms_ends_the_run(scans, tmp_path, capsys) -> None:
    assert read(scans, tmp_path / "out", scans) == 2
    assert "no master form" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_refused(few_forms, scans, tmp_path, capsys) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    assert read(few_forms, blocked, scans) == 2
    assert capsys.readouterr().err.startswith(f"{blocked}: ")


def test_nothing_half_written_is_left_in_the_folder(few_forms, scans, tmp_path) -> None:
    assert read(few_forms, tmp_path / "out", scans / "MD-204-v7.pdf") == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["MD-204-v7.json"]
