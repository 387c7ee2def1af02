"""The table of commands, and the Typer app made from it.

A command is a module of this folder that holds a function of the same name (`audit_sample` for
`audit-sample`) with Typer's annotations, or, where it has commands of its own (`forms list`), a
`typer.Typer` of that name.
Only the module of the command that was asked for is imported, so that `recordroom --help` and a
search do not wait for the imaging libraries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Annotated

import typer


@dataclass(frozen=True)
class Command:
    """A word after `recordroom`, and the line that the help shows for it."""

    name: str
    summary: str

    @property
    def module(self) -> str:
        """Where its function is."""
        return f"pipeline.cli.{self.function}"

    @property
    def function(self) -> str:
        """What its function and its module are called."""
        return self.name.replace("-", "_")


COMMANDS = (
    Command("init", "Make a site: its folder, its database and its first administrator."),
    Command("serve", "Serve the app and the HTTP API, with local workers."),
    Command("ingest", "Take scans into the site and read them."),
    Command("watch", "Take what arrives in a folder."),
    Command("work", "Run worker processes alone."),
    Command("search", "Search the archive, alternatives included."),
    Command("trace", "Where a lot went, or what went into a batch."),
    Command("trend", "A parameter over batches as a control chart."),
    Command("quality", "Corrections and flags by form, step and person."),
    Command("turnaround", "How long records take to be approved."),
    Command("export", "Write records as PDF/A, B2MML, JSON, CSV, Excel or Parquet."),
    Command("verify", "Check all that a site keeps against all of it."),
    Command("checkpoint", "Write the trail's head, signed, to be kept elsewhere."),
    Command("retention", "What falls due; legal holds; destruction and its certificates."),
    Command("people", "List and add accounts."),
    Command("token", "Make, list and revoke API tokens."),
    Command("forms", "List, check and add master forms."),
    Command("read", "Read scans without a site, into one JSON file for each record."),
    Command("score", "Compare readings with the truth."),
    Command("evaluate", "Write a validation report on a labelled set."),
    Command(
        "audit-sample", "Draw accepted entries to be keyed again, and bound the silent errors."
    ),
)

SUMMARY = "Scanned, hand-filled batch records become reviewed, signed, searchable records."


def build(words: Sequence[str]) -> typer.Typer:
    """The app for one command line: the command that it names in full, the others by summary."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=SUMMARY)
    app.callback()(_common)
    wanted = next((word for word in words if not word.startswith("-")), None)
    for command in COMMANDS:
        if command.name == wanted:
            _add(app, command)
        else:
            app.command(command.name, help=command.summary)(_summary_only)
    return app


def _add(app: typer.Typer, command: Command) -> None:
    """Imports a command's module and registers what it holds."""
    found = getattr(import_module(command.module), command.function)
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=command.name, help=command.summary)
    else:
        app.command(command.name)(found)


def _summary_only() -> None:
    """Stands in the help for a command that this command line does not name."""


def _print_version(is_wanted: bool) -> None:  # noqa: FBT001 (Typer calls it)
    """Prints the installed version and stops."""
    if is_wanted:
        typer.echo(f"recordroom {version('recordroom')}")
        raise typer.Exit


def _common(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=_print_version,
            help="Print the version and stop.",
        ),
    ] = False,
) -> None:
    """What holds for every command."""
