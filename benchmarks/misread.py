"""Whether a number that was misread is found by the true one, in an archive of its neighbours.

`python -m benchmarks.misread SET` takes a set of test scans with what was read from them: a folder
with `forms/`, `truth/` and `read/` (as `recordroom read` writes). Each lot and batch number that
the reader got wrong becomes a record of its own, as it was read, with its alternatives; around it
lie the numbers before and after the true one, each read with the confidence and alternatives of
some entry that was read right. Nothing of the truth is in the database. Then each is searched by
its true number. Exit status 1 where fewer than 95 in 100 come among the first three.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session, func, select

from extractors.values import Alternative
from pipeline.core.bound import upper_bound
from pipeline.core.document_read import from_document
from pipeline.core.forms import MasterForm, Meaning
from pipeline.core.spelling import as_key
from pipeline.core.values import Entry
from pipeline.findable import findable_in
from pipeline.forms import load_forms
from pipeline.searching import SearchQuery, look
from pipeline.settings import Settings
from pipeline.site import Site
from pipeline.site_start import make_site
from pipeline.store.database import writing
from pipeline.store.search_put import row_values
from pipeline.store.tables import RecordRow, ScanRow, SearchRow

NUMBERS = (Meaning.LOT, Meaning.BATCH_NUMBER)
AROUND = 60
GOAL, FIRST = 0.95, 3
START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Read:
    """A number as it was read, and what is on the paper."""

    true: str
    entry: Entry
    form: MasterForm

    @property
    def is_right(self) -> bool:
        """Whether what was read is the number."""
        return as_key(self.entry.value) == as_key(self.true)


@dataclass(frozen=True)
class Outcome:
    """Where a misread number came among the hits; 0: not at all."""

    true: str
    read: str
    confidence: float
    rank: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.misread")
    parser.add_argument("sets", nargs="+", type=Path, help="folders with forms, truth and read")
    parser.add_argument("--around", type=int, default=AROUND, help="neighbours on each side")
    parser.add_argument("--json", type=Path, help="write every outcome there too")
    said = parser.parse_args(arguments)
    numbers = [one for folder in said.sets for one in numbers_of(folder)]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(site=Path(folder) / "site")
        new = make_site(settings, forms=said.sets[0] / "forms", is_demo=True)
        with new.site as site:
            outcomes = measure(site, numbers, said.around)
    if said.json:
        said.json.write_text(json.dumps([asdict(one) for one in outcomes], indent=1) + "\n")
    return 0 if told(outcomes, len(numbers)) else 1


def numbers_of(folder: Path) -> list[Read]:
    """Every lot and batch number that is on the paper and was read as something."""
    forms = {(one.form, one.version): one for one in load_forms(folder / "forms").forms}
    return [one for file in sorted((folder / "truth").glob("*.json")) for one in _in(file, forms)]


def _in(file: Path, forms: dict[tuple[str, str], MasterForm]) -> Iterator[Read]:
    known = json.loads(file.read_text(encoding="utf-8"))
    read = file.parent.parent / "read" / file.name
    form = forms.get((known["form"], known["version"]))
    if form is None or not read.is_file():
        return
    record = from_document(json.loads(read.read_text(encoding="utf-8")))
    true = {one["field"]: one["value"] for one in known["entries"] if one["state"] == "filled"}
    for entry in (
        record.entries if (record.form, record.version) == (form.form, form.version) else ()
    ):
        if true.get(entry.field) and form.field(entry.field).means in NUMBERS:
            yield Read(true[entry.field], entry, form)


def measure(site: Site, numbers: Sequence[Read], around: int) -> list[Outcome]:
    """Fill the archive, and search for each misread number."""
    chance = random.Random(7)
    wrong = [one for one in numbers if not one.is_right]
    right = [one for one in numbers if one.is_right]
    there = {as_key(one.true) for one in wrong}
    with writing(site.engine) as session:
        add(session, [(f"misread{i:05}-1", one) for i, one in enumerate(wrong)])
        for i, one in enumerate(wrong):
            beside = [n for n in neighbours(one.true, around) if as_key(n) not in there]
            there |= set(map(as_key, beside))
            alike = [n for n in right if len(n.true) == len(one.true)] or right
            reads = [as_read(n, chance.choice(alike)) for n in beside]
            add(session, [(f"beside{i:05}{j:03}-1", n) for j, n in enumerate(reads)])
    return [
        Outcome(
            one.true, one.entry.value, one.entry.confidence, rank(site, f"misread{i:05}-1", one)
        )
        for i, one in enumerate(wrong)
    ]


def neighbours(number: str, around: int) -> Iterator[str]:
    """The numbers before and after, in the number's longest run of digits."""
    run = max(re.finditer(r"\d+", number), key=lambda one: len(one[0]), default=None)
    if run is None:
        return
    size, middle = len(run[0]), int(run[0])
    for other in range(middle - around, middle + around + 1):
        if other != middle and 0 <= other < 10**size:
            yield f"{number[: run.start()]}{other:0{size}}{number[run.end() :]}"


def as_read(number: str, like: Read) -> Read:
    """The number, read right, with the confidence and the kind of alternatives of another entry."""
    others = tuple(
        Alternative(other, one.probability)
        for one in like.entry.alternatives
        if (other := _changed(number, like.entry.value, one.value)) != number
    )
    reading = replace(like.entry.reading, value=number, alternatives=others)
    return Read(number, replace(like.entry, reading=reading), like.form)


def _changed(number: str, value: str, other: str) -> str:
    """The number with the signs that the other reading changes."""
    if not len(number) == len(value) == len(other):
        return number
    signs = zip(number, value, other, strict=True)
    return "".join(new if old != new else sign for sign, old, new in signs)


def add(session: Session, reads: Sequence[tuple[str, Read]]) -> None:
    """Each number as a record with this one entry."""
    scans, records, rows = [], [], []
    base = (session.exec(select(func.max(ScanRow.id))).one() or 0) + 1
    for i, (name, one) in enumerate(reads):
        at = START + timedelta(minutes=base + i)
        scans.append(
            {
                "id": base + i, "sha256": f"{base + i:064x}", "name": f"{base + i}.pdf", "size": 1,
                "page_count": 1, "state": "read", "problem": "", "tries": 0, "received_at": at,
                "received_by": "control", "read_at": at,
            }
        )  # fmt: skip
        records.append(
            {
                "id": name, "scan": base + i, "number": 1, "form": one.form.form,
                "version": one.form.version, "title": one.form.title, "batch_number": "",
                "state": "in_review", "revision": 1, "seen": 1, "recordroom": "0", "models": [],
                "received_at": at,
            }
        )  # fmt: skip
        rows += [row_values(name, f, "") for f in findable_in(one.entry, one.form, frozenset())]
    for table, some in ((ScanRow, scans), (RecordRow, records), (SearchRow, rows)):
        if some:
            session.execute(insert(table), some)


def rank(site: Site, record: str, one: Read) -> int:
    """The place of the record among the hits of its true number; 0 where it is not there."""
    hits = look(site, SearchQuery(f'"{one.true}"', size=100)).hits
    return next((place for place, hit in enumerate(hits, 1) if hit.record == record), 0)


def told(outcomes: Sequence[Outcome], numbers: int) -> bool:
    """Print the figure and what was missed; whether the goal is reached."""
    found = sum(0 < one.rank <= FIRST for one in outcomes)
    share = found / len(outcomes) if outcomes else 0.0
    sys.stdout.write(f"{numbers} lots and batch numbers, {len(outcomes)} of them misread" + "\n")
    least = 1 - upper_bound(len(outcomes) - found, len(outcomes)) if outcomes else 0.0
    sys.stdout.write(
        f"among the first {FIRST}: {found} ({share:.3f}, at least {least:.3f}), goal {GOAL}" + "\n"
    )
    sys.stdout.write(f"first: {sum(one.rank == 1 for one in outcomes)}" + "\n")
    for one in outcomes:
        if not 0 < one.rank <= FIRST:
            sys.stdout.write(
                f"  {one.true} read as {one.read} ({one.confidence:.4f}): place {one.rank}" + "\n"
            )
    return share >= GOAL


if __name__ == "__main__":
    sys.exit(main())
