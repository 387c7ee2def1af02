"""The documents: every command, option, setting and flag is in them, and no link is dead."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from pipeline.cli.app import COMMANDS
from pipeline.core.catalogue import CATALOGUE
from pipeline.settings import Settings
from review_ui.screens import SCREENS

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ADMINISTRATORS = (ROOT / "docs" / "administrators.md").read_text(encoding="utf-8")
OPERATORS = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")


def section_of(command: str) -> str:
    """What the administrators' document says of a command."""
    _, _, rest = ADMINISTRATORS.partition(f"### `recordroom {command}`\n")
    return re.split(r"^##", rest, maxsplit=1, flags=re.MULTILINE)[0]


def options_of(command: str) -> Iterator[tuple[str, str]]:
    """Every subcommand and long option of a command, as people type it."""
    function = command.replace("-", "_")
    found = getattr(import_module(f"pipeline.cli.{function}"), function)
    if not isinstance(found, typer.Typer):
        app = typer.Typer(add_completion=False)
        app.command(command)(found)
        yield from long_options(get_command(app))
        return
    for name, sub in get_command(found).commands.items():
        yield name, name
        yield from long_options(sub)


def long_options(command) -> Iterator[tuple[str, str]]:
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("--") and option not in ("--help", "--site"):
                yield command.name, option


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_and_every_option_of_it_is_documented(command: str) -> None:
    section = section_of(command)
    assert section, f"docs/administrators.md has no section on recordroom {command}"
    missing = [word for _, word in options_of(command) if word not in section]
    assert missing == []


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_documented_with_its_variable(setting: str) -> None:
    assert f"| `RECORDROOM_{setting.upper()}` |" in ADMINISTRATORS


def test_no_setting_is_documented_that_is_none() -> None:
    known = {f"RECORDROOM_{name.upper()}" for name in Settings.model_fields} | {"RECORDROOM_DEBUG"}
    assert set(re.findall(r"RECORDROOM_[A-Z_]+", ADMINISTRATORS)) - known == set()


@pytest.mark.parametrize("flag", [kind.name for kind in CATALOGUE])
def test_every_flag_is_explained_to_those_who_see_it(flag: str) -> None:
    assert f"`{flag}`" in OPERATORS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_is_dead(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    dead = [
        link
        for link in links
        if not link.startswith(("http://", "https://")) and not (document.parent / link).exists()
    ]
    assert dead == []


def test_the_readme_shows_real_screens() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"!\[[^\]]+\]\(docs/pictures/[\w-]+\.png\)", readme)


PICTURES = sorted((ROOT / "docs" / "pictures").iterdir())
PLOTS = ("growth",)
"""What `benchmarks.growth` draws; all others are taken of the app."""
MOST_BYTES = 150_000


def shown_in_guides() -> dict[str, str]:
    """Each picture of the guides by its name, with the line that stands below it."""
    guides = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    return dict(re.findall(r"!\[[^\]]{15,}\]\(pictures/([\w-]+\.png)\)\n\n(.*)", guides))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_every_picture_is_shown_in_a_guide_with_what_one_does_there(picture: Path) -> None:
    shown = shown_in_guides()
    assert picture.name in shown, "no guide shows it with a text instead of it, and a caption"
    assert re.fullmatch(r"\*[A-Z].{20,}\.\*", shown[picture.name])
    assert picture.stat().st_size <= MOST_BYTES


def test_every_picture_can_be_taken_again_and_each_that_is_taken_is_kept() -> None:
    tour = (ROOT / "docs" / "picture_tour.py").read_text(encoding="utf-8")
    ways = re.findall(r'^at\("([\w-]+)"', tour, re.MULTILINE)
    drawn = re.findall(r'^@picture\(".*"\)\ndef (\w+)', tour, re.MULTILINE)
    names = sorted([*ways, *(name.replace("_", "-") for name in drawn)])
    assert names == [path.stem for path in PICTURES if path.stem not in PLOTS]


def test_every_screen_that_the_app_has_is_shown() -> None:
    tour = (ROOT / "docs" / "picture_tour.py").read_text(encoding="utf-8")
    assert [one.path for one in SCREENS if f"/{one.path}" not in tour] == []


def test_every_target_of_the_makefile_is_in_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert targets
    assert [name for name in targets[1].split() if f"`make {name}" not in readme] == []
