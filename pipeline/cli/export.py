"""`recordroom export`: records as files, with a manifest of digests; all of it in the trail."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from extractors.errors import RecordroomError
from pipeline.cli.output import about, progress, refuse, say
from pipeline.errors import InputRefused
from pipeline.export import (
    TABLES,
    Exported,
    Format,
    Selection,
    export_record,
    export_table,
    note_export,
    selected,
)
from pipeline.export_manifest import FileLine, manifest_of
from pipeline.people import Person, command_line
from pipeline.settings import Settings
from pipeline.site import Site, open_site
from pipeline.stack import write_whole

MANIFEST = "manifest.json"


def export(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="Only records in which a search finds these words."),
    ] = None,
    *,
    format: Annotated[Format, typer.Option(help="What the records are written as.")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="An empty or a new folder.")],
    record: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only the record of that id.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also records that are not approved.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each file.")] = False,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
) -> None:
    """Write the approved records as files, and a manifest with their digests."""
    selection = Selection(" ".join(query or ()), tuple(record or ()), everything)
    by = command_line()
    with about(out):
        _make_folder(out)
    with open_site(Settings.of(site)) as opened:
        ids = selected(opened, selection, by=by)
        _refuse_missing(selection, ids)
        files = [
            _written(out, made, as_json=as_json) for made in _exported(opened, ids, format, by)
        ]
        content = manifest_of(opened, files, format, by=by, at=opened.now())
        note_export(opened, MANIFEST, content, by=by)
        with about(out / MANIFEST):
            _write(out / MANIFEST, content)
    there = {record for file in files for record in file.records}
    say(f"Records: {len(there)}. Files: {len(files)}, and {MANIFEST}.")
    if len(there) < len(ids) or set(selection.records) - set(ids):
        raise typer.Exit(2)


def _exported(site: Site, ids: tuple[str, ...], format: Format, by: Person) -> Iterator[Exported]:
    """The files one after the other; a record that can't be written is said, the rest is done."""
    if format in TABLES:
        yield from export_table(site, ids, format, by=by)
        return
    with progress() as bar:
        for record in bar.track(ids, description="Records"):
            try:
                yield export_record(site, record, format, by=by)
            except RecordroomError as error:
                refuse(record, error)


def _refuse_missing(selection: Selection, ids: tuple[str, ...]) -> None:
    """A line for each record that was named and is not among those to be written."""
    for record in selection.records:
        if record not in ids:
            refuse(record, InputRefused("no such record is approved", "look at its id and state"))


def _written(out: Path, made: Exported, *, as_json: bool) -> FileLine:
    line = FileLine.of(made)
    with about(out / made.name):
        _write(out / made.name, made.content)
    if as_json:
        typer.echo(json.dumps(line.document(), ensure_ascii=False))
    return line


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        reason = f"the file can't be written ({error.strerror or error})"
        raise InputRefused(reason, "make space, or name another folder with --out") from error


def _make_folder(out: Path) -> None:
    """The folder, empty: what lies there from another export is never mixed with this one."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        is_empty = next(out.iterdir(), None) is None
    except OSError as error:
        reason = f"this folder can't be used ({error.strerror or error})"
        raise InputRefused(reason, "name another one with --out") from error
    if not is_empty:
        raise InputRefused("the folder is not empty", "name a new one with --out")
