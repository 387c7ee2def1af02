"""`recordroom quality`: corrections and flags by form, step and person."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import about, printable, say
from pipeline.cli.records_of import FormNumber, Since, SiteFolder, Until
from pipeline.cli.trend import write_files
from pipeline.handed_out import quality_file
from pipeline.people import command_line
from pipeline.quality import Count, Quality, records_between
from pipeline.quality import quality as quality_of
from pipeline.settings import Settings
from pipeline.site import open_site


def quality(
    *,
    form: FormNumber = "",
    since: Since = None,
    until: Until = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write all counts.")] = None,
    png: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the most frequent as a picture.")
    ] = None,
    site: SiteFolder = None,
) -> None:
    """Corrections and flags by form, step and person, the most frequent first."""
    days = [at.date() if at else None for at in (since, until)]
    by = command_line()
    with open_site(Settings.of(site)) as opened:
        with about(form or "every form"):
            found = quality_of(opened, records_between(opened, form, *days), by=by)
        write_files(lambda kind: quality_file(opened, found, kind, by=by), csv=csv, png=png)
    for one in found.counts:
        typer.echo(printable(line(found, one)))
    events = sum(one.count for one in found.counts)
    say(f"Flags and corrections: {events}, in {found.records} records.")


def line(found: Quality, one: Count) -> str:
    """A count: how often, how often in 100 records, what, and where."""
    where = (one.form, f"step {one.step}" if one.step else "", one.person)
    said = "  ".join(part for part in (one.what, *where) if part)
    return f"{one.count}  {found.per_100(one):.1f}  {said}"
