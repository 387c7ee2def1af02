"""The repository itself: one OpenCV, one file of pins, small files, nothing left undone."""

import ast
import re
import sys
import tomllib
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSES = ("extractors", "pipeline", "review_ui", "sample_scans", "benchmarks", "training")
SOURCES = sorted(path for house in HOUSES for path in (ROOT / house).rglob("*.py"))
LONGEST_FILE = 400  # nearly all are under 300


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_exactly_one_opencv_is_installed() -> None:
    names = {found.name.lower().replace("_", "-") for found in distributions()}
    assert {name for name in names if name.startswith("opencv-")} == {"opencv-python-headless"}


def test_the_package_that_carries_the_model_is_pinned_and_installed() -> None:
    pins = [line for line in lines_of(ROOT / "requirements-models.txt") if line]
    installed = {f"{found.name.lower()}=={found.version}" for found in distributions()}
    assert pins
    assert all("==" in pin for pin in pins)
    assert set(pins) <= installed


def test_every_dependency_is_pinned_in_the_constraints() -> None:
    pinned = {
        plain_name(line) for line in lines_of(ROOT / "constraints.txt") if not line.startswith("#")
    }
    extras = project()["optional-dependencies"]
    groups = [project()["dependencies"], extras["samples"], extras["dev"]]
    wanted = {plain_name(requirement) for group in groups for requirement in group}
    assert wanted - pinned == set()


def plain_name(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9_.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_enough_to_be_read_at_once(path: Path) -> None:
    assert len(lines_of(path)) <= LONGEST_FILE


def test_nothing_is_marked_as_left_undone() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X{3})\b")
    left = [
        f"{path}:{n}"
        for path in SOURCES
        for n, line in enumerate(lines_of(path))
        if marks.search(line)
    ]
    assert left == []


def test_ci_runs_what_a_developer_runs_and_nothing_else() -> None:
    commands = [line for line in lines_of(ROOT / ".ci" / "run") if not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]


def test_the_readme_names_its_one_prerequisite() -> None:
    assert "apt-get install -y git make python3" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_sample_files_of_the_repository_stay_small() -> None:
    sizes = [path.stat().st_size for path in (ROOT / "sample_scans").rglob("*") if path.is_file()]
    assert sum(sizes) < 30 * 2**20


INSTALLED_ASIDE = frozenset({"rapidocr"})  # from requirements-models.txt
OTHER_NAMES = {"sklearn": "scikit-learn"}  # where the package is not installed to say so itself
BESIDE_THE_TESTS = {path.stem for path in (ROOT / "tests").rglob("*.py")}


def imports_of(path: Path) -> set[str]:
    """The first words of all modules that a file imports, outside our own."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - set(HOUSES) - BESIDE_THE_TESTS


@pytest.mark.parametrize(
    ("folders", "groups"),
    [
        (("extractors", "pipeline", "review_ui"), ()),
        (("sample_scans",), ("samples",)),
        (("benchmarks",), ("samples", "dev")),
        (("training",), ("samples", "training")),
        (("tests",), ("samples", "dev")),
    ],
)
def test_what_the_code_imports_is_declared(folders, groups) -> None:
    extras = project()["optional-dependencies"]
    declared = {plain_name(one) for one in project()["dependencies"]} | INSTALLED_ASIDE
    declared |= {plain_name(one) for group in groups for one in extras[group]}
    owners = packages_distributions()
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    unknown = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imports_of(path)
        if not {plain_name(owner) for owner in owners.get(name, (OTHER_NAMES.get(name, name),))}
        & declared
    }
    assert unknown == set()
