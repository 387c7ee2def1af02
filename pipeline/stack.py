"""A stack of scans read without a site: which files, by several processes, into JSON files.

What comes out does not depend on how many processes read, nor on their order. A scan that can't
be read, or on which a process dies, is an outcome of its own and the rest goes on.
"""

import os
import re
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.errors import RecordroomError
from pipeline.core.document import to_json
from pipeline.errors import InputRefused

if TYPE_CHECKING:
    from pipeline.known import KnownForms

_LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Refused:
    """An input that can't be used, and why."""

    path: Path
    error: RecordroomError


@dataclass(frozen=True)
class Stack:
    """The scans of a run, each with a name of its own, and what was refused beforehand."""

    scans: tuple[Path, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True)
class Order:
    """What holds for every scan of a run: by which forms, into which folder, on what terms."""

    forms: Path
    out: Path
    signatories: Path | None = None
    scanned_on: date | None = None
    silent_errors: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one scan: how many records it held, or why it can't be read."""

    path: Path
    records: int = 0
    error: RecordroomError | None = None


@dataclass(frozen=True)
class Job:
    """One scan to read, as it is sent to a process.

    `rivals` are the names of other scans, which its records must not take.
    """

    path: Path
    order: Order
    rivals: frozenset[str]


def gather(paths: Iterable[Path]) -> Stack:
    """The files named, and all files in the folders named; two of the same stem are refused."""
    found: dict[Path, Path] = {}
    refused: list[Refused] = []
    for path in paths:
        files = _files_below(path) if path.is_dir() else (path,)
        if not files:
            error = InputRefused("there is no scan in this folder", "name a folder of scans")
            refused.append(Refused(path, error))
        for file in files:
            found.setdefault(file.resolve(), file)
    stems = Counter(file.stem for file in found.values())
    twins = tuple(file for file in found.values() if stems[file.stem] > 1)
    refused.extend(Refused(file, _same_stem(file)) for file in twins)
    scans = tuple(file for file in found.values() if stems[file.stem] == 1)
    return Stack(scans, tuple(refused))


ReadOne = Callable[[Job], Outcome]
"""Reads one scan in the process that it is called in; a test puts its own here."""


def read_one(job: Job) -> Outcome:
    """Reads a scan in this process and writes its records. The edge: nothing stops the rest."""
    try:
        return Outcome(job.path, records=_read_and_write(job))
    except RecordroomError as error:
        return Outcome(job.path, error=error)
    except OSError as error:
        reason = f"it can't be read or its records not written ({error.strerror or error})"
        return Outcome(job.path, error=InputRefused(reason, "check the file and the disk"))
    except Exception as error:
        if os.environ.get("RECORDROOM_DEBUG"):
            traceback.print_exception(error)
        reason = f"reading it went wrong ({type(error).__name__}: {error})"
        remedy = "please report this with the scan, and what RECORDROOM_DEBUG=1 prints"
        return Outcome(job.path, error=InputRefused(reason, remedy))


def read_stack(
    scans: Sequence[Path], order: Order, *, workers: int, read: ReadOne = read_one
) -> Iterator[Outcome]:
    """Reads every scan into `order.out`; outcomes come as they are ready."""
    rivals = _rivals(scans)
    waiting = deque(Job(scan, order, rivals.get(scan.stem, frozenset())) for scan in scans)
    while waiting:
        lost: list[Job] = []
        yield from _read_in_pool(read, waiting, lost, workers=max(1, min(workers, len(waiting))))
        for job in lost:  # a process died on one of these: each alone shows on which
            yield _read_alone(read, job)


def _files_below(folder: Path) -> tuple[Path, ...]:
    """Every file in the folder and below that is not hidden, in the order of their names."""
    below = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple(path for path in below if not _is_hidden(path.relative_to(folder)))


def _is_hidden(path: Path) -> bool:
    is_dotted = any(part.startswith(".") for part in path.parts)
    return is_dotted or path.name.lower() in _LEFT_BY_SYSTEMS


def _same_stem(file: Path) -> InputRefused:
    return InputRefused(
        f"another scan of this run is named {file.stem} too, and both would become "
        f"{file.stem}.json",
        "rename one of them, or read them into different folders",
    )


def _rivals(scans: Sequence[Path]) -> dict[str, frozenset[str]]:
    """For a scan `012` the scans `012-1`, `012-2` …, whose files its records could overwrite."""
    stems = {scan.stem for scan in scans}
    rivals: dict[str, set[str]] = {}
    for stem in stems:
        numbered = re.fullmatch(r"(.+)-[1-9]\d*", stem, re.DOTALL)
        if numbered and numbered[1] in stems:
            rivals.setdefault(numbered[1], set()).add(stem)
    return {stem: frozenset(names) for stem, names in rivals.items()}


def _read_in_pool(
    read: ReadOne, waiting: deque[Job], lost: list[Job], *, workers: int
) -> Iterator[Outcome]:
    """Outcomes until nothing waits, or until a process died: then what it ran is in `lost`."""
    running: dict[Future[Outcome], Job] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        while (waiting or running) and not lost:
            while waiting and len(running) < 2 * workers and not lost:
                job = waiting.popleft()
                try:
                    running[pool.submit(read, job)] = job
                except BrokenProcessPool:
                    lost.append(job)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    lost.append(job)
    lost.extend(running.values())


def _read_alone(read: ReadOne, job: Job) -> Outcome:
    """One scan in a process of its own, whose death is the outcome."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(read, job).result()
        except BrokenProcessPool:
            error = InputRefused(
                "the process that read it died, perhaps for want of memory",
                "try it with --workers 1; if that fails too, scan the paper again",
            )
            return Outcome(job.path, error=error)


def _read_and_write(job: Job) -> int:
    """The number of records that were read and written."""
    from extractors.load import open_scan  # here, so that the parent process stays small
    from pipeline.run import ReadOptions, read_scan

    order = job.order
    options = ReadOptions(scanned_on=order.scanned_on)
    if order.silent_errors is not None:
        options = ReadOptions(scanned_on=order.scanned_on, silent_errors=order.silent_errors)
    if not job.path.is_file():
        raise InputRefused("there is no such file", "check its name")
    scan = open_scan(job.path.name, job.path.read_bytes())
    records = read_scan(scan, known_of(order.forms, order.signatories), options).records
    names = names_of(job.path.stem, len(records))
    if not job.rivals.isdisjoint(names):
        reason = f"its {len(records)} records would overwrite those of another scan of this run"
        raise InputRefused(reason, "rename it, or read it into another folder")
    for name, record in zip(names, records, strict=True):
        write_whole(order.out / f"{name}.json", to_json(record))
    return len(records)


@cache
def known_of(forms: Path, signatories: Path | None) -> "KnownForms":
    """The forms and the signature log, loaded once in each process."""
    from pipeline.forms import load_forms
    from pipeline.known import KnownForms
    from pipeline.signatories import load_signatories

    log = None if signatories is None else load_signatories(signatories)
    return KnownForms(load_forms(forms).forms, log)


def names_of(stem: str, count: int) -> tuple[str, ...]:
    """`012` for a scan of one record; `012-1`, `012-2` … for a scan of several."""
    return (stem,) if count == 1 else tuple(f"{stem}-{number + 1}" for number in range(count))


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes a file so that it is there whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
