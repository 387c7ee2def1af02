"""`recordroom forms`: checked anywhere, added to a site, listed."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.settings import Settings
from pipeline.site_start import make_site

SAMPLES = Path(__file__).parents[2] / "sample_scans" / "forms"


@pytest.fixture
def two_forms(tmp_path: Path) -> Path:
    """A folder with a good form and one whose first field has a type that there is not."""
    folders = [folder for folder in sorted(SAMPLES.iterdir()) if folder.is_dir()][:2]
    for folder, name in zip(folders, ("good", "mistaken"), strict=True):
        shutil.copytree(folder, tmp_path / "forms" / name)
    description = tmp_path / "forms" / "mistaken" / "form.yaml"
    text = description.read_text(encoding="utf-8")
    description.write_text(text.replace("type: ", "type: poem-", 1), encoding="utf-8")
    return tmp_path / "forms"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An empty site's folder."""
    with make_site(Settings(site=tmp_path / "site")).site:
        return tmp_path / "site"


def test_all_sample_forms_are_good(capsys) -> None:
    assert main(["forms", "check", str(SAMPLES)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert len(said.out.splitlines()) >= 6


def test_a_mistake_is_one_line_with_its_line_and_the_others_go_on(two_forms, capsys) -> None:
    assert main(["forms", "check", str(two_forms)]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"{two_forms / 'mistaken' / 'form.yaml'}: line ")
    assert len(said.err.splitlines()) == 1
    assert len(said.out.splitlines()) == 1


def test_a_folder_that_is_not_there_does_not_stop_the_next(two_forms, tmp_path, capsys) -> None:
    gone = str(tmp_path / "gone")
    assert main(["forms", "check", gone, str(two_forms / "good")]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"{gone}: ")
    assert len(said.out.splitlines()) == 1


def test_a_form_is_added_once_and_then_listed(two_forms, site, capsys) -> None:
    good, options = str(two_forms / "good"), ["--site", str(site)]
    assert main(["forms", "add", good, *options]) == 0
    assert capsys.readouterr().out.startswith("Added ")
    assert main(["forms", "add", good, *options]) == 0
    assert capsys.readouterr().out == ""
    assert main(["forms", "list", "--json", *options]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["form"]


def test_another_form_of_the_same_number_and_version_is_refused(two_forms, site, capsys) -> None:
    options = ["--site", str(site)]
    assert main(["forms", "add", str(two_forms / "good"), *options]) == 0
    description = two_forms / "good" / "form.yaml"
    text = description.read_text(encoding="utf-8")
    description.write_text(text.replace("label: ", "label: Other ", 1), encoding="utf-8")
    assert main(["forms", "add", str(two_forms / "good"), *options]) == 2
    assert "version of its own" in capsys.readouterr().err


def test_a_mistaken_form_is_refused_and_the_other_is_added(two_forms, site, capsys) -> None:
    assert main(["forms", "add", str(two_forms), "--site", str(site)]) == 2
    said = capsys.readouterr()
    assert "line " in said.err
    assert len(said.out.splitlines()) == 1


def test_without_a_site_the_line_says_how_to_make_one(tmp_path, capsys) -> None:
    assert main(["forms", "list", "--site", str(tmp_path / "none")]) == 2
    assert "recordroom init" in capsys.readouterr().err
