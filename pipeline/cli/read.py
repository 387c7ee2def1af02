"""`recordroom read`: scans into one JSON file for each record, without a site or a database."""

import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import about, progress, refuse, say
from pipeline.errors import InputRefused
from pipeline.forms import load_forms
from pipeline.signatories import load_signatories
from pipeline.stack import Order, Outcome, gather, read_stack

MOST_WORKERS = 8


def read(
    scans: Annotated[
        list[Path], typer.Argument(metavar="SCAN…", help="Scans, or folders that hold them.")
    ],
    *,
    forms: Annotated[Path, typer.Option(help="The folder of master form folders.")],
    out: Annotated[Path, typer.Option(help="The folder to write the records into.")],
    signatories: Annotated[
        Path | None, typer.Option(help="The plant's signature log, a CSV file.")
    ] = None,
    scanned_on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="The day of scanning, where the files themselves do not tell it.",
        ),
    ] = None,
    silent_errors: Annotated[
        float | None,
        typer.Option(
            metavar="RATE", help="The share of accepted entries that may be wrong, as 0.0014."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="How many processes read at once; else one a core."),
    ] = None,
) -> None:
    """Read scans without a site, into one JSON file for each record."""
    if silent_errors is not None and not 0 < silent_errors < 1:
        raise typer.BadParameter("the share of silent errors lies between 0 and 1")
    order = Order(forms, out, signatories, _day(scanned_on), silent_errors)
    refused = _refuse_beforehand(order)
    stack = gather(scans)
    for one in stack.refused:
        refuse(one.path, one.error)
    outcomes = _read(stack.scans, order, workers or min(os.cpu_count() or 1, MOST_WORKERS))
    if _report(outcomes, refused + len(stack.refused)):
        raise typer.Exit(2)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _refuse_beforehand(order: Order) -> int:
    """Says what is wrong with the forms; stops where forms, log or folder can't be used at all."""
    with about(order.forms):
        loaded = load_forms(order.forms)
        if not loaded.forms and not loaded.refused:
            remedy = "name the folder of master form folders"
            raise InputRefused("there is no master form in this folder", remedy)
    for path, refusal in loaded.refused:
        refuse(path, refusal)
    if order.signatories is not None:
        with about(order.signatories):
            load_signatories(order.signatories)
    with about(order.out):
        _make_folder(order.out)
    return len(loaded.refused)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"this folder can't be made ({error.strerror or error})"
        raise InputRefused(reason, "name another one with --out") from error


def _read(scans: tuple[Path, ...], order: Order, workers: int) -> Iterable[Outcome]:
    """The outcomes as they come, with a bar where somebody watches."""
    with progress() as bar:
        task = bar.add_task("Reading scans", total=len(scans))
        for outcome in read_stack(scans, order, workers=workers):
            bar.advance(task)
            yield outcome


def _report(outcomes: Iterable[Outcome], refused: int) -> bool:
    """Says what was refused and what was read; True where anything was refused."""
    read_count = record_count = 0
    for outcome in outcomes:
        if outcome.error is None:
            read_count, record_count = read_count + 1, record_count + outcome.records
        else:
            refused += 1
            refuse(outcome.path, outcome.error)
    summary = f"Scans read: {read_count}, with records: {record_count}."
    say(f"{summary} Inputs refused: {refused}." if refused else summary)
    return refused > 0
