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


def test_every_target_of_the_makefile_is_in_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert targets
    assert [name for name in targets[1].split() if f"`make {name}" not in readme] == []
