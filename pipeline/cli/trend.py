"""`recordroom trend`: a parameter over batches, as text, CSV or a picture."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import about, printable, say
from pipeline.cli.trace import write
from pipeline.core.batch_days import DayFrom
from pipeline.core.trend import LeftOut, Trend
from pipeline.handed_out import TrendKind, trend_file
from pipeline.people import command_line
from pipeline.settings import Settings
from pipeline.site import open_site
from pipeline.trends import Asked
from pipeline.trends import trend as trend_of


def trend(
    *,
    form: Annotated[str, typer.Option(help="The form's number.")],
    field: Annotated[str, typer.Option(help="The field's name: a number or a time.")],
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the points.")] = None,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the chart.")] = None,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
) -> None:
    """A parameter over batches, as a control chart."""
    days = [at.date() if at else None for at in (since, until)]
    by = command_line()
    with open_site(Settings.of(site)) as opened:
        with about(f"{form} {field}"):
            found = trend_of(opened, Asked(form, field, *days), by=by)
        write_files(lambda kind: trend_file(opened, found, kind, by=by), csv=csv, png=png)
    for place, point in enumerate(found.points):
        rules = ", ".join(f"rule {int(rule)}" for rule in found.rules(place))
        day = "" if found.has_no_days else DAYS[point.day_from]
        looked = "not looked at" * (not point.is_settled)
        marks = (rules, "out of limit" * point.is_out, looked, day)
        said = "  ".join(mark for mark in marks if mark)
        typer.echo(printable(f"{point.day}  {point.batch_number}  {point.shown}  {said}".rstrip()))
    for line in summary(found):
        say(line)


def write_files(make: Callable[[TrendKind], bytes], *, csv: Path | None, png: Path | None) -> None:
    """The table and the picture, each where a file is named for it."""
    for path, kind in ((csv, TrendKind.CSV), (png, TrendKind.PNG)):
        if path is not None:
            with about(path):
                content = make(kind)
            write(path, content)


def summary(found: Trend) -> list[str]:
    """What the points amount to, a line each."""
    left = ", ".join(f"{count} {WHY[reason]}" for reason, count in found.left_out)
    lines = [f"Points: {len(found.points)}." + (f" Left out: {left}." if left else "")]
    if found.points and found.has_no_days:
        lines.append("Each on its day of receipt: no record says when the batch was made.")
    if found.chart:
        limits = found.chart.individuals
        trial = " (trial limits: fewer than 20 points)" * found.chart.is_trial
        lines.append(
            f"Mean {limits.centre:.5g}, limits {limits.low:.5g} to {limits.high:.5g}{trial}."
        )
    if found.low is not None or found.high is not None or found.has_other_limits:
        other = " Other versions have other limits." * found.has_other_limits
        lines.append(
            f"The form's limits, in version {found.version} (the newest): "
            f"{found.limits_text}.{other}"
        )
    if found.capability:
        known = found.capability
        pairs = (("Cp", known.cp), ("Cpk", known.cpk), ("Pp", known.pp), ("Ppk", known.ppk))
        said = ", ".join(f"{name} {one:.2f}" for name, one in pairs if one is not None)
        lines.append(f"{said}, against the limits of version {found.version}.")
    return lines


WHY = {
    LeftOut.BLANK: "blank",
    LeftOut.NOT_APPLICABLE: "not applicable",
    LeftOut.UNREADABLE: "unreadable",
    LeftOut.NO_NUMBER: "not in the field's format",
    LeftOut.REJECTED: "in rejected records",
    LeftOut.OTHER_UNIT: "in a unit that can't be compared",
    LeftOut.MISSING: "without the entry (its page is missing)",
    LeftOut.UNDATED: "outside these days, but nobody is sure of their day",
}
DAYS = {
    DayFrom.MADE: "",
    DayFrom.UNSURE: "day not sure",
    DayFrom.RECEIVED: "day of receipt",
}
