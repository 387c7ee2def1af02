"""`recordroom evaluate TRUTH READ --out FOLDER`: a validation report on any labelled set."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from extractors.errors import RecordroomError
from pipeline.cli.output import about, refuse, say
from pipeline.core.evaluate import evaluate as evaluated
from pipeline.core.forms import MasterForm
from pipeline.core.score import Pair
from pipeline.errors import InputRefused
from pipeline.forms import load_forms
from pipeline.report_content import Material, report_of
from pipeline.report_crops import Crops, cut_crops
from pipeline.report_html import as_html
from pipeline.report_json import as_json
from pipeline.report_pdf import as_pdf
from pipeline.report_sources import sources_of
from pipeline.settings import Settings
from pipeline.stack import write_whole
from pipeline.truth import load_pairs

AIM: float = Settings.model_fields["silent_errors"].default
WORST = 25

Refused = tuple[Path, RecordroomError]


def evaluate(
    truth: Annotated[Path, typer.Argument(help="The folder with the truth, NAME.json.")],
    read: Annotated[Path, typer.Argument(help="The folder that `recordroom read` wrote into.")],
    *,
    out: Annotated[Path, typer.Option(help="The folder to write the report into.")],
    scans: Annotated[
        Path | None,
        typer.Option(help="The folder of the scans: shows the worst entries as they stand there."),
    ] = None,
    forms: Annotated[
        Path | None,
        typer.Option(help="The folder of master form folders: names forms and fields in words."),
    ] = None,
    silent_errors: Annotated[
        float,
        typer.Option(metavar="RATE", help="The aim: the share of accepted entries wrong at most."),
    ] = AIM,
    worst: Annotated[
        int, typer.Option(min=0, max=1000, help="How many of the surest wrong entries to list.")
    ] = WORST,
) -> None:
    """Write a validation report on a labelled set: report.html, report.pdf and report.json."""
    if not 0 < silent_errors < 1:
        raise typer.BadParameter("the share of silent errors lies between 0 and 1")
    pairs, refused = _load(truth, read)
    known, bad_forms = _known(forms)
    with about(out):
        _make_folder(out)
    evaluation = evaluated(pairs, aim=silent_errors, most_worst=worst)
    crops = Crops({}) if scans is None else cut_crops(evaluation.worst, read, scans)
    material = Material(
        evaluation=evaluation,
        sources=sources_of(truth, read, known),
        command=_command(truth, read, scans, forms, aim=silent_errors, worst=worst),
        pictures=crops.pictures,
        labels={
            (f"{form.form} version {form.version}", place.name): place.label
            for form in known
            for place in form.fields
        },
    )
    with about(out):
        _write(out, material)
    say(f"Records evaluated: {len(pairs)}. The report is {out / 'report.html'}.")
    if _refused([*refused, *bad_forms, *crops.refused]):
        raise typer.Exit(2)


def _load(truth: Path, read: Path) -> tuple[tuple[Pair, ...], Sequence[Refused]]:
    """The records with their readings, and the files that are none."""
    with about(truth):
        loaded = load_pairs(truth, read)
    for path in loaded.unmatched:
        say(f"{path}: not evaluated, as the truth has no record of that name")
    return loaded.pairs, loaded.refused


def _known(forms: Path | None) -> tuple[tuple[MasterForm, ...], Sequence[Refused]]:
    """The master forms, where a folder of them was named, and those with mistakes."""
    if forms is None:
        return (), ()
    with about(forms):
        loaded = load_forms(forms)
    return loaded.forms, loaded.refused


def _command(
    truth: Path, read: Path, scans: Path | None, forms: Path | None, *, aim: float, worst: int
) -> str:
    """What to type to get the same report in another folder."""
    words = ["recordroom", "evaluate", str(truth), str(read), "--out", "FOLDER"]
    words += [] if scans is None else ["--scans", str(scans)]
    words += [] if forms is None else ["--forms", str(forms)]
    words += [] if aim == AIM else ["--silent-errors", f"{aim:g}"]
    words += [] if worst == WORST else ["--worst", str(worst)]
    return shlex.join(words)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"this folder can't be made ({error.strerror or error})"
        raise InputRefused(reason, "name another one with --out") from error


def _write(out: Path, material: Material) -> None:
    """The three files, each there whole or not at all."""
    report = report_of(material)
    try:
        write_whole(out / "report.json", as_json(material))
        write_whole(out / "report.html", as_html(report))
        write_whole(out / "report.pdf", as_pdf(report))
    except OSError as error:
        reason = f"the report can't be written here ({error.strerror or error})"
        raise InputRefused(reason, "name another folder with --out") from error


def _refused(files: Sequence[Refused]) -> bool:
    """Says what could not be used; True where there was anything."""
    for path, error in files:
        refuse(path, error)
    return bool(files)
