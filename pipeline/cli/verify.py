"""`recordroom verify`: everything against everything, and all that is wrong by name."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import about, printable, progress, say
from pipeline.settings import Settings
from pipeline.verify import Verified
from pipeline.verify import verify as verify_site
from pipeline.verify.checkpoint import load_checkpoint

NOT_WELL = 1


def verify(
    *,
    checkpoint: Annotated[
        Path | None, typer.Option(help="A checkpoint that was kept elsewhere.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
) -> None:
    """Check all that the site keeps; exit status 1 where anything is wrong."""
    kept = None
    if checkpoint is not None:
        with about(checkpoint):
            kept = load_checkpoint(checkpoint)
    with progress() as bar:
        task = bar.add_task("Records", total=None)
        found = verify_site(
            Settings.of(site),
            checkpoint=kept,
            watch=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        typer.echo(json.dumps(_document(found), ensure_ascii=False))
    else:
        for finding in found.findings:
            typer.echo(printable(f"{finding.part.value}: {finding.sentence}"))
    say(_summary(found))
    if not found.is_well:
        raise typer.Exit(NOT_WELL)


def _document(found: Verified) -> dict[str, object]:
    return {
        "is_well": found.is_well,
        "lines": found.lines,
        "records": found.records,
        "signatures": found.signatures,
        "files": found.files,
        "head": found.head,
        "findings": [
            {"part": one.part.value, "record": one.record, "sentence": one.sentence}
            for one in found.findings
        ],
    }


def _summary(found: Verified) -> str:
    looked_at = (
        f"{found.lines} lines of the trail, {found.records} records, {found.signatures} "
        f"signatures and {found.files} files"
    )
    if found.is_well:
        return f"All is well: {looked_at}."
    return f"Wrong: {len(found.findings)} (among {looked_at})."
