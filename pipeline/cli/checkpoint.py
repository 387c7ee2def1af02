"""`recordroom checkpoint`: the trail's head, signed, to be kept elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.checkpoints import as_text
from pipeline.checkpoints import checkpoint as made
from pipeline.cli.output import about, say
from pipeline.errors import InputRefused
from pipeline.settings import Settings
from pipeline.site import open_site


def checkpoint(
    out: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    *,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
) -> None:
    """Write a checkpoint of the trail, to be kept where nobody of the site can reach it."""
    with open_site(Settings.of(site)) as opened:
        one = made(opened)
    with about(out):
        try:
            with out.open("x", encoding="utf-8") as file:
                file.write(as_text(one))
        except OSError as error:
            raise InputRefused(
                f"it can't be written ({error.strerror or error})",
                "name a new file in a folder that may be written to",
            ) from error
    say(f"{out} holds line {one.sequence} of the trail. Keep it where nobody here can change it.")
