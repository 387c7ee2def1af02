"""Whether the right form is found: pages registered against the forms, no entry read.

A record counts as found where every page of it is laid onto the right page of the right version.
A sheet of no known form has to fit none. What was found in a scan is kept in a file of its own, and
such a scan is not registered again.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from extractors.load import load_pages, open_scan
from extractors.recall import KnownPages
from extractors.register import UnknownPage, register
from extractors.values import Page
from pipeline.forms import load_forms
from pipeline.known import KnownForms, prepare
from pipeline.stack import write_whole
from sample_scans.make import Order, make_scan
from sample_scans.scan_files import Made

Keys = tuple[str | None, ...]
"""Form, version and page of each sheet of a record; None for a sheet of no known form."""


@dataclass(frozen=True)
class FormSets:
    """The forms that are known: each set is a few folders of master forms."""

    order: Order
    sets: tuple[tuple[Path, ...], ...]


@dataclass(frozen=True)
class FoundRecord:
    """One record, and what its sheets were taken for by each set of known forms."""

    record: str
    expected: Keys
    found: tuple[Keys, ...]


def find_forms(job: FormSets, count: int, *, workers: int) -> Iterator[FoundRecord]:
    """The records of scans 1 to `count`, made and registered; the scans aren't kept."""
    (job.order.out / "found").mkdir(parents=True, exist_ok=True)
    numbers = range(1, count + 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for found in pool.map(_find_once, [job] * count, numbers):
            yield from found


def _find_once(job: FormSets, number: int) -> tuple[FoundRecord, ...]:
    """The records of one scan, out of its file where it was registered before."""
    file = job.order.out / "found" / f"{number:06}.json"
    if not file.exists():
        found = [asdict(record) for record in find_form(job, number)]
        write_whole(file, json.dumps(found, indent=1) + "\n")
    return tuple(_kept(record) for record in json.loads(file.read_text(encoding="utf-8")))


def _kept(record: dict[str, Any]) -> FoundRecord:
    found = tuple(tuple(keys) for keys in record["found"])
    return FoundRecord(record["record"], tuple(record["expected"]), found)


def find_form(job: FormSets, number: int) -> tuple[FoundRecord, ...]:
    """The records of one scan."""
    made = make_scan(job.order, number)
    knowns = [_known(folders) for folders in job.sets]
    scan = open_scan(made.name, made.content)
    found = [tuple(_key(page, known) for known in knowns) for page in load_pages(scan)]
    return tuple(_records(made, found, len(knowns)))


def _records(
    made: Made, found: Sequence[tuple[str | None, ...]], sets: int
) -> Iterator[FoundRecord]:
    start = 0
    for name, truth in made.truths:
        expected = expected_keys(truth)
        sheets = found[start : start + len(expected)]
        start += len(expected)
        keys = tuple(tuple(sheet[at] for sheet in sheets) for at in range(sets))
        yield FoundRecord(Path(name).stem, expected, keys)


def expected_keys(truth: str) -> Keys:
    """What the sheets of a record are, by its truth."""
    document = json.loads(truth)
    if document["form"] is None:
        return (None,)
    form = f"{document['form']} {document['version']}"
    return tuple(f"{form} {page}" for page in document["pages"])


def _key(page: Page, known: KnownPages) -> str | None:
    found = register(page, known)
    return None if isinstance(found, UnknownPage) else found.key


@cache
def _known(folders: tuple[Path, ...]) -> KnownPages:
    """All forms of these folders made ready, once in each process."""
    forms = tuple(form for folder in folders for form in load_forms(folder).forms)
    return prepare(KnownForms(forms)).registration
