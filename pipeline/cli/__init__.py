"""The command line: `recordroom COMMAND`, a module a command (spec/commands.md).

`main` is the edge: here every error becomes a line on standard error and an exit status.

0   done
1   done, and what it looked for is not well (`verify` found something, a floor was not reached)
2   an input was refused; the rest was done
64  wrong usage
70  a mistake in Recordroom itself, to be reported
130 stopped from the keyboard
"""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer

from extractors.errors import RecordroomError
from pipeline.cli.app import COMMANDS, build
from pipeline.cli.output import refuse, say

REFUSED = 2
WRONG_USAGE = 64
OUR_MISTAKE = 70

NO_COMMAND = "no command was given"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit status; nothing but a status leaves here."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Tesseract on more than one thread is five times slower on a small machine.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        return _run(words)
    except RecordroomError as error:
        refuse("recordroom", error)
        return REFUSED
    except (KeyboardInterrupt, typer.Abort):
        say("Stopped.")
        return 130
    except Exception as error:  # the command line's edge
        _own_up(error)
        return OUR_MISTAKE


def _run(words: Sequence[str]) -> int:
    """One command line through Typer; wrong usage is a line and a status, not a box."""
    app = build(words)
    try:
        status = app(args=list(words) or ["--help"], prog_name="recordroom", standalone_mode=False)
    except typer.Exit as done:
        return done.exit_code
    except typer.TyperException as wrong:
        reason = wrong.format_message().rstrip(".") or NO_COMMAND
        say(f"{_command(words)}: {reason}; see {_command(words)} --help")
        return WRONG_USAGE
    if not words:
        say(f"recordroom: {NO_COMMAND}; see recordroom --help")
        return WRONG_USAGE
    return status if isinstance(status, int) else 0


def _command(words: Sequence[str]) -> str:
    """What a hint calls the command: with its name, where that is one of ours."""
    is_known = bool(words) and words[0] in {command.name for command in COMMANDS}
    return f"recordroom {words[0]}" if is_known else "recordroom"


def _own_up(error: Exception) -> None:
    """One plain line about a mistake that is ours; all of it with RECORDROOM_DEBUG=1."""
    if os.environ.get("RECORDROOM_DEBUG"):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = next((frame for frame in reversed(frames) if _is_ours(frame.filename)), frames[-1])
    say(
        f"recordroom: a mistake in the program ({type(error).__name__}: {error}, in "
        f"{Path(place.filename).name} line {place.lineno}); please report this line, and what "
        "the same command prints with RECORDROOM_DEBUG=1"
    )


def _is_ours(filename: str) -> bool:
    """Whether a line of a traceback lies in Recordroom's own code."""
    root = Path(__file__).parents[2]
    houses = (root / name for name in ("extractors", "pipeline", "review_ui"))
    return any(Path(filename).is_relative_to(house) for house in houses)
