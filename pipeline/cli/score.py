"""`recordroom score TRUTH READ`: how well scans were read, against what is on the paper."""

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import about, refuse, say
from pipeline.cli.score_tables import tables
from pipeline.core.figures import Figure
from pipeline.core.score import Pair, Score, score_records, split_by, split_entries
from pipeline.core.score_document import score_document
from pipeline.stack import write_whole
from pipeline.truth import load_pairs


class By(StrEnum):
    """What the figures can be split by."""

    TYPE = "type"
    QUALITY = "quality"
    FORM = "form"
    FAULT = "fault"


ERROR_FIGURES = frozenset(
    {"character_error_rate", "silent_errors", "silent_errors_handwriting", "log_loss"}
)
"""For these a floor is a ceiling: the less the better."""

Splits = dict[str, dict[str, Score]]


def score(
    truth: Annotated[Path, typer.Argument(help="The folder with the truth, NAME.json.")],
    read: Annotated[Path, typer.Argument(help="The folder that `recordroom read` wrote into.")],
    *,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write all figures there too.")
    ] = None,
    by: Annotated[
        list[By] | None, typer.Option(help="Also split by this; may be given several times.")
    ] = None,
    floor: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIGURE=VALUE",
            help="Exit status 1 where the figure is worse, as entry_accuracy=0.93 or "
            "missing_signature.recall=0.98; may be given several times.",
        ),
    ] = None,
) -> None:
    """Compare readings with the truth, and print how well they were read."""
    floors = dict(_floor(text) for text in floor or ())
    with about(truth):
        loaded = load_pairs(truth, read)
    for path, error in loaded.refused:
        refuse(path, error)
    for path in loaded.unmatched:
        say(f"{path}: not scored, as the truth has no record of that name")
    whole = score_records(loaded.pairs)
    splits = {one.value: _split(loaded.pairs, one) for one in dict.fromkeys(by or ())}
    if json_file is not None:
        with about(json_file):
            write_whole(json_file, json.dumps(score_document(whole, splits), indent=2) + "\n")
    typer.echo("\n".join(tables(whole, splits)))
    is_under = _is_under(whole, floors)
    if loaded.refused:
        raise typer.Exit(2)
    if is_under:
        raise typer.Exit(1)


def _split(pairs: tuple[Pair, ...], by: By) -> dict[str, Score]:
    match by:
        case By.TYPE:
            groups = split_entries(pairs, lambda entry: entry.type)
        case By.FAULT:
            groups = split_entries(pairs, lambda entry: entry.fault)
        case By.QUALITY:
            groups = split_by(pairs, lambda pair: pair.quality)
        case By.FORM:
            groups = split_by(pairs, lambda pair: pair.form)
    return {name: score_records(group) for name, group in groups.items()}


def _floor(text: str) -> tuple[str, float]:
    """`entry_accuracy=0.93` as a name and a number."""
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise typer.BadParameter(f"a floor is FIGURE=VALUE, not {text}") from None


def _is_under(whole: Score, floors: dict[str, float]) -> bool:
    """Says which floors are not reached; True where there is one."""
    named = dict(_named(whole))
    under = []
    for name, floor in floors.items():
        figure = named.get(name)
        if figure is None:
            raise typer.BadParameter(f"there is no figure {name}; there are {', '.join(named)}")
        if not _is_reached(name, figure.value, floor):
            under.append(f"{name} is {figure.value}, and {floor} was asked for")
    for line in under:
        say(line)
    return bool(under)


def _is_reached(name: str, value: float | None, floor: float) -> bool:
    if value is None:
        return False
    return value <= floor if name in ERROR_FIGURES else value >= floor


def _named(whole: Score) -> Iterator[tuple[str, Figure]]:
    """Every figure by the name that a floor gives it."""
    yield from whole.figures.items()
    yield "log_loss", whole.log_loss
    for name, flag in whole.flags.items():
        yield f"{name}.recall", flag.recall
        yield f"{name}.precision", flag.precision
