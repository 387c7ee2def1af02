"""`recordroom audit-sample draw|take|show`: accepted entries keyed again by people."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.audit import Sample, draw_sample, lines_of, open_sample, standing
from pipeline.audit_sheet import DrawnLine, LineName, read_sheet, write_sheet
from pipeline.audit_take import Difference, Taken, keyer, take_sheet
from pipeline.cli.audit_tables import as_document, as_lines
from pipeline.cli.output import about, printable, say
from pipeline.core.audit import Population
from pipeline.errors import InputRefused
from pipeline.people import command_line
from pipeline.pictures import entry_picture
from pipeline.settings import Settings
from pipeline.site import Site, open_site

audit_sample = typer.Typer(no_args_is_help=True)

SiteOption = Annotated[Path | None, typer.Option(help="The site's folder.")]


@audit_sample.command("draw")
def draw_entries(
    *,
    out: Annotated[Path, typer.Option(metavar="FILE.csv", help="The sheet to be filled in.")],
    count: Annotated[int, typer.Option(min=1, help="How many entries to draw.")] = 200,
    of: Annotated[
        Population,
        typer.Option(help="Among filled handwriting, or all accepted entries: blanks, boxes too."),
    ] = Population.HANDWRITING,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draw by this number; by a random one without it.")
    ] = None,
    again: Annotated[
        str | None,
        typer.Option(metavar="SAMPLE", help="Write what is open of a sample, such as S1, again."),
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write each entry's picture there too.")
    ] = None,
    site: SiteOption = None,
) -> None:
    """Draw accepted entries at random into a sheet, without what the machine read."""
    with open_site(Settings.of(site)) as opened, about(out):
        _check_place(out, pictures)
        if again is not None:
            sample: Sample | None = open_sample(opened, again)
        else:
            by = command_line().user
            sample = draw_sample(opened, population=of, count=count, seed=seed, by=by)
        if sample is None:
            say("No accepted entry is left to be drawn; read more records, or draw with --of all.")
            raise typer.Exit(1)
        lines = lines_of(opened, sample)
        typer.echo(
            f"{sample}: {len(lines)} of {sample.pool} accepted entries "
            f"({sample.population.value}), seed {sample.seed}"
        )
        write_sheet(out, lines, _write_pictures(opened, lines, pictures))
    if again is None and len(lines) < count:
        say(f"Fewer than {count} entries were left.")


def _check_place(out: Path, pictures: Path | None) -> None:
    """Refuses to write over a sheet that somebody may be filling in, or into no folder."""
    if pictures is not None:
        try:
            pictures.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"the folder for pictures can't be made ({error.strerror})"
            raise InputRefused(reason, "name another") from error
    if out.exists():
        raise InputRefused("there is such a file already", "name another; it may hold keyed lines")
    if not out.parent.is_dir():
        raise InputRefused("its folder is not there", "make it, or name another")


def _write_pictures(
    site: Site, lines: Sequence[DrawnLine], folder: Path | None
) -> dict[LineName, str]:
    """Each entry cut out of its page as NAME.jpg; the names of those that there are."""
    if folder is None:
        return {}
    written = {}
    for line in lines:
        name = f"{line.name}.jpg"
        try:
            (folder / name).write_bytes(entry_picture(site, line.record, line.field))
        except InputRefused:
            continue  # the site keeps no picture of that page; the scan is there all the same
        written[line.name] = name
    return written


@audit_sample.command()
def take(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The sheet as it was keyed.")],
    *,
    by: Annotated[
        str | None,
        typer.Option(metavar="USER", help="The account of whoever keyed; you without it."),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why lines that were keyed before are keyed again.")
    ] = "",
    site: SiteOption = None,
) -> None:
    """Take a keyed sheet back and compare it with what the machine read."""
    with open_site(Settings.of(site)) as opened:
        who = keyer(opened, by, taken_by=command_line().user, reason=reason)
        with about(file):
            lines = read_sheet(file)
        taken = take_sheet(opened, lines, who)
    for number, error in taken.refused:
        say(f"{file}: line {number}: {error}")
    for one in taken.differences:
        typer.echo(printable(_difference(one)))
    typer.echo(_summary(taken))
    if taken.refused:
        raise typer.Exit(2)


def _difference(one: Difference) -> str:
    where = f"record {one.record}, page {one.page}, {one.field}"
    return f"{one.name} differs: {where}: read as {one.read}, keyed as {one.keyed}"


def _summary(taken: Taken) -> str:
    return (
        f"Taken: {taken.taken}, of these {len(taken.differences)} differ. "
        f"Known before: {taken.known}. Not keyed yet: {taken.empty}. "
        f"Refused: {len(taken.refused)}."
    )


@audit_sample.command()
def show(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    site: SiteOption = None,
) -> None:
    """Print what the audit shows so far: the errors found and the bound on the rate."""
    with open_site(Settings.of(site)) as opened:
        stands = standing(opened)
    if as_json:
        typer.echo(json.dumps(as_document(stands), ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(map(printable, as_lines(stands))))
