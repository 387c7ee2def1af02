"""`recordroom watch`: takes what arrives in a folder, and has it read, until stopped."""

import time
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import refuse, say
from pipeline.cli.stop import until_stopped
from pipeline.errors import InputRefused
from pipeline.intake import Receipt
from pipeline.jobs import start_workers
from pipeline.people import command_line
from pipeline.settings import Settings
from pipeline.site import Site, open_site
from pipeline.watch import Look, look, take_arrived


def watch(
    folder: Annotated[Path, typer.Argument(help="The folder that scans arrive in.")],
    *,
    workers: Annotated[
        int | None, typer.Option(min=0, max=256, help="How many processes read; 0: none here.")
    ] = None,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
) -> None:
    """Take what arrives in a folder."""
    settings = Settings.of(site)
    with open_site(settings) as opened, until_stopped():
        if not folder.is_dir():
            refuse(folder, InputRefused("there is no such folder", "make it, or name another"))
            raise typer.Exit(2)
        crew = start_workers(settings, settings.workers if workers is None else workers)
        say(f"Watching {folder} (Ctrl+C stops it).")
        try:
            _watch(opened, folder)
        finally:
            crew.stop()


def _watch(site: Site, folder: Path) -> None:
    by, seen = command_line(), Look()
    while True:
        seen, arrived = look(folder, seen)
        for path in arrived:
            try:
                for receipt in take_arrived(site, (path,), by=by):
                    say(_line(receipt))
            except InputRefused as error:
                refuse(path, error)
        time.sleep(site.settings.watch_seconds)


def _line(receipt: Receipt) -> str:
    if receipt.problem:
        return f"{receipt.name}: {receipt.problem}"
    if receipt.duplicate_of:
        return f"{receipt.name} is the same scan as {receipt.duplicate_of}."
    return f"{receipt.name} was taken."
