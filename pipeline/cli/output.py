"""What the command line says on standard error: refusals, progress and plain lines.

Results go to standard output and are the commands' own affair.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from extractors.errors import RecordroomError


def refuse(file: str | Path, error: RecordroomError) -> None:
    """The one line about an input that can't be used: `FILE: reason; what to do`."""
    say(f"{file}: {error}")


@contextmanager
def about(file: str | Path) -> Iterator[None]:
    """Without this file the command can't go on: a refusal inside names it and ends the run."""
    try:
        yield
    except RecordroomError as error:
        refuse(file, error)
        raise typer.Exit(2) from error


def say(line: str) -> None:
    """One line on standard error, whatever characters a file's name or its content brings."""
    sys.stderr.write(printable(line) + "\n")
    sys.stderr.flush()


def printable(text: str) -> str:
    """The text with every control or direction character written out, so that it stays a line."""
    return "".join(sign if sign.isprintable() else _written_out(sign) for sign in text)


def _written_out(sign: str) -> str:
    return sign.encode("unicode_escape", "surrogatepass").decode("ascii")


def progress() -> Progress:
    """A progress bar on standard error; silent where nobody watches a terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
