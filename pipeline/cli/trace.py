"""`recordroom trace`: where a lot went, or what went into a batch, and the recall list."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import about, printable, say
from pipeline.errors import InputRefused
from pipeline.genealogy import (
    DEFAULT_LEVELS,
    MOST_UNREAD,
    Direction,
    Genealogy,
    recall_as_csv,
    recall_as_excel,
    recall_lines,
    unread_lots,
)
from pipeline.genealogy import (
    trace as trace_number,
)
from pipeline.people import command_line
from pipeline.settings import Settings
from pipeline.site import open_site
from pipeline.stack import write_whole


def trace(
    lot: Annotated[str, typer.Argument(metavar="LOT", help="A lot or batch number.")],
    *,
    backward: Annotated[
        bool,
        typer.Option("--backward/--forward", help="What went into it, or where it went (default)."),
    ] = False,
    levels: Annotated[int, typer.Option(min=1, help="At most so many steps.")] = DEFAULT_LEVELS,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the recall list as CSV.")
    ] = None,
    excel: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the recall list for Excel.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each line.")] = False,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
) -> None:
    """Where a lot went, or what went into a batch, over several levels."""
    by = command_line()
    direction = Direction.BACKWARD if backward else Direction.FORWARD
    with open_site(Settings.of(site)) as opened:
        with about(lot):
            found = trace_number(opened, lot, direction, by=by, levels=levels)
        unread = len(unread_lots(opened, by=by))
        for path, made in ((csv, recall_as_csv), (excel, recall_as_excel)):
            if path is not None:
                write(path, made(opened, found, by=by))
    _print(found, as_json=as_json)
    if unread and direction is Direction.FORWARD:
        least = "at least " * (unread >= MOST_UNREAD)
        say(
            f"Lots in the archive that nobody could read, or that do not stand beside their "
            f"quantity: {least}{unread}. Any of them may be this one."
        )
    if not found.is_known:
        say(f"{found.asked} is in no record of the archive.")
    if found.meant:
        names = ", ".join(f"{name} (records: {count})" for name, count in found.meant)
        say(f"No record holds {found.asked} itself. Did you mean {names}?")


def write(path: Path, content: bytes) -> None:
    """The file, whole or not at all."""
    with about(path):
        try:
            write_whole(path, content)
        except OSError as error:
            reason = f"the file can't be written ({error.strerror or error})"
            raise InputRefused(reason, "make space, or name another file") from error


def _print(found: Genealogy, *, as_json: bool) -> None:
    for line in recall_lines(found):
        if as_json:
            typer.echo(json.dumps(vars(line), ensure_ascii=False))
        elif line.certainty == "gap":
            typer.echo(printable(f"!  {line.note}"))
        else:
            much = "" if line.quantity is None else f"{line.quantity:g} {line.unit}".strip()
            sure = f"{line.certainty}, {100 * (line.probability or 0):.1f} %"
            words = (line.material, much, sure, line.record_state, line.note)
            said = "  ".join(word for word in words if word)
            typer.echo(printable(f"{line.level}  {line.lot} → {line.batch}  {line.record}  {said}"))
    possible = sum(node.is_possible for node in found.nodes)
    say(f"Batches and lots: {len(found.nodes) - 1}, of them only possible: {possible}.")
