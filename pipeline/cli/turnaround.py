"""`recordroom turnaround`: how long records take from being received to their approval."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import about, printable, say
from pipeline.cli.records_of import FormNumber, Since, SiteFolder, Until
from pipeline.cli.trend import write_files
from pipeline.handed_out import turnaround_file
from pipeline.people import command_line
from pipeline.quality import records_between
from pipeline.quality import turnaround as turnaround_of
from pipeline.settings import Settings
from pipeline.site import open_site


def turnaround(
    *,
    form: FormNumber = "",
    since: Since = None,
    until: Until = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write all records.")] = None,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the picture.")] = None,
    site: SiteFolder = None,
) -> None:
    """How long each approved record took, in the order of approval."""
    days = [at.date() if at else None for at in (since, until)]
    by = command_line()
    with open_site(Settings.of(site)) as opened:
        with about(form or "every form"):
            found = turnaround_of(opened, records_between(opened, form, *days), by=by)
        write_files(lambda kind: turnaround_file(opened, found, kind, by=by), csv=csv, png=png)
    for one in found.spent:
        at = one.approved_at.isoformat(timespec="minutes")
        typer.echo(printable(f"{at}  {one.batch_number}  {one.form}  {one.hours:.2f} h"))
    if found.median_hours is None or found.slow_hours is None:
        say("No record was approved.")
    else:
        say(
            f"Approved: {len(found.spent)}. Half of them took at most {found.median_hours:.2f} h, "
            f"nine of ten at most {found.slow_hours:.2f} h."
        )
