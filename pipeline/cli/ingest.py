"""`recordroom ingest`: takes scans into the site, has them read, and says what became of each."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from extractors.errors import RecordroomError
from pipeline.cli.output import progress, say
from pipeline.errors import InputRefused
from pipeline.intake import Receipt, ScanProgress, ScanState, scan_progress, take
from pipeline.jobs import work_until_empty
from pipeline.people import Person, command_line
from pipeline.settings import Settings
from pipeline.site import Site, open_site
from pipeline.store.leases import Waiting, waiting
from pipeline.watch import content_of, files_below

TELLING = {ScanState.RECEIVED: "it was not read", ScanState.READING: "it was not read to its end"}


@dataclass(frozen=True)
class Taken:
    """A file of this run: its receipt, or why it could not even be taken."""

    path: Path
    receipt: Receipt | None = None
    problem: str | None = None


def ingest(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Scans, or folders that hold them.")
    ],
    *,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="How many processes read; else one a core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each file.")] = False,
    site: Annotated[Path | None, typer.Option(help="The site's folder.")] = None,
) -> None:
    """Take scans into the site and read them."""
    settings = Settings.of(site)
    with open_site(settings) as opened:
        taken = _take_all(opened, paths)
        _read_all(opened, workers or settings.workers)
        lines = [_line(one, done) for one, done in _ends(opened, taken)]
    for line in lines:
        if line["problem"]:
            say(f"{line['file']}: {line['problem']}")
        if as_json:
            typer.echo(json.dumps(line, ensure_ascii=False))
    (say if as_json else typer.echo)(_summary(lines))
    if any(line["problem"] for line in lines):
        raise typer.Exit(2)


def _take_all(site: Site, paths: Sequence[Path]) -> list[Taken]:
    by = command_line()
    found = [one for path in paths for one in (_listed(path))]
    with progress() as bar:
        return [_take(site, path, by=by) for path in bar.track(found, description="Taking scans")]


def _listed(path: Path) -> Sequence[Path]:
    """A folder's files; a folder without any stands for itself, to be refused as empty."""
    return (files_below(path) or (path,)) if path.is_dir() else (path,)


def _take(site: Site, path: Path, *, by: Person) -> Taken:
    try:
        if path.is_dir():
            raise InputRefused("there is no scan in this folder", "name a folder of scans")
        return Taken(path, take(site, path.name, content_of(path), by=by))
    except RecordroomError as error:
        return Taken(path, problem=str(error))


def _read_all(site: Site, workers: int) -> None:
    """Read all that waits in the site, with a bar that counts what is done."""
    before = waiting(site.engine)
    total = before.received + before.reading
    if not total:
        return
    with progress() as bar:
        task = bar.add_task("Reading scans", total=total)

        def show(now: Waiting) -> None:
            bar.update(task, completed=total - now.received - now.reading)

        work_until_empty(site, min(workers, total), on_look=show)


def _ends(site: Site, taken: Iterable[Taken]) -> Iterator[tuple[Taken, ScanProgress | None]]:
    """Each file with how far its scan came."""
    known = list(taken)
    scans = [one.receipt.scan for one in known if one.receipt is not None]
    done = {progress.scan: progress for progress in scan_progress(site, scans)}
    for one in known:
        yield one, done[one.receipt.scan] if one.receipt else None


def _line(one: Taken, done: ScanProgress | None) -> dict[str, object]:
    receipt = one.receipt
    problem = one.problem
    if done is not None:
        unread = TELLING.get(done.state)
        problem = done.problem or (f"{unread}; run `recordroom work`" if unread else None)
    return {
        "file": str(one.path),
        "sha256": receipt.sha256 if receipt else None,
        "records": list(done.records) if done else [],
        "duplicate_of": receipt.duplicate_of if receipt else None,
        "problem": problem,
    }


def _summary(lines: Sequence[dict[str, object]]) -> str:
    kinds = Counter(
        "refused" if line["problem"] else "again" if line["duplicate_of"] else "new"
        for line in lines
    )
    records = {record for line in lines for record in _names(line["records"])}
    said = f"New scans: {kinds['new']}, here already: {kinds['again']}, refused: {kinds['refused']}"
    return f"{said}. Records: {len(records)}."


def _names(records: object) -> list[str]:
    return [str(record) for record in records] if isinstance(records, list) else []
