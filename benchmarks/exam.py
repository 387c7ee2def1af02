"""The exam: sets of scans made, read and counted, one part after the other.

python -m benchmarks.exam --hands FOLDER --seed S --out OUT --parts records,forms --scale 0.01

Writes OUT/parts/PART.json, and all parts together as OUT/exam.json and OUT/exam.md. A part whose
file is there is not done again, and a scan that was read is not read again: the same command goes
on where it was stopped. Each part takes its own seed, counted up from the one that is given.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.exam_bounds import Goal, Line, line
from benchmarks.exam_figures import (
    SILENT_ERRORS,
    Findings,
    of_boxes,
    of_corrections,
    of_records,
    of_signatures,
    of_unreadable,
    of_voids,
)
from benchmarks.exam_forms import FormSets, FoundRecord, find_forms
from benchmarks.exam_seen import SeenSet, see
from benchmarks.exam_table import READERS, Document, exam_page, part_document
from pipeline.errors import InputRefused
from pipeline.stack import Order as ReadOrder
from pipeline.stack import gather, read_stack, write_whole
from sample_scans.blank_forms import forms_of
from sample_scans.distractors import write_distractors
from sample_scans.form_yaml import write_form
from sample_scans.hands import NoHands
from sample_scans.make import Order, make
from sample_scans.planted import Kind, make_planted
from sample_scans.values import Split

FULL = {
    "records": 500,
    "forms": 3000,
    "signatures": 3000,
    "unreadable": 500,
    "corrections": 1000,  # half of them without initials
    "voids": 300,
    "boxes": 30_000,
}
"""How many records or planted cases each part of a whole exam has."""
DISTRACTORS = 300
"""Pages of blank forms that are known beside the real ones."""

FIGURES: dict[str, Callable[[SeenSet], Findings]] = {
    "records": of_records,
    "signatures": of_signatures,
    "unreadable": of_unreadable,
    "corrections": of_corrections,
    "boxes": of_boxes,
}


@dataclass(frozen=True)
class Exam:
    """What is asked for. `scale` 1 is the whole exam; `hands` None lets packaged fonts write."""

    seed: int
    split: Split
    hands: Path | None
    out: Path
    scale: float = 1.0
    workers: int = 1

    def count(self, full: int) -> int:
        """How many of so many at this scale, at least one."""
        return max(1, round(self.scale * full))

    @property
    def head(self) -> dict[str, Any]:
        """What every part of one exam has in common."""
        hands = "packaged fonts" if self.hands is None else "a folder of hands"
        return {"seed": self.seed, "split": self.split.value, "scale": self.scale, "hands": hands}

    def order(self, part: str) -> Order:
        """The order for the scans of a part, with a seed of its own."""
        seed = self.seed + list(FULL).index(part)
        return Order(seed, self.split, self.hands, self.out / "sets" / part)


def take(exam: Exam, parts: Iterable[str]) -> tuple[Document, ...]:
    """Every part that is asked for and not done yet, then the page of all that are done.

    Raises InputRefused where the folder holds another exam.
    """
    _claim(exam)
    for part in parts:
        file = _part_file(exam, part)
        if file.exists():
            say(f"{part}: done before")
            continue
        findings = of_forms(exam) if part == "forms" else _read_part(exam, part)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(part_document(part, findings, exam.head), indent=1) + "\n")
    done = tuple(_done_parts(exam))
    write_whole(exam.out / "exam.json", json.dumps({**exam.head, "parts": done}, indent=1) + "\n")
    write_whole(exam.out / "exam.md", exam_page(done, exam.head))
    return done


def _read_part(exam: Exam, part: str) -> Findings:
    order = exam.order(part)
    _make_set(exam, part, order)
    _read_set(exam, part, order.out)
    seen = see(order.out / "truth", order.out / "read")
    if part == Kind.VOIDS:
        return of_voids(seen, order.out / "forms")
    return FIGURES[part](seen)


def _make_set(exam: Exam, part: str, order: Order) -> None:
    """The scans of a part with their truth, unless they were all made before."""
    mark, count = order.out / "made", exam.count(FULL[part])
    if mark.exists():
        return
    if part == "records":
        for number, _ in enumerate(make(order, count, workers=exam.workers), start=1):
            say(f"{part}: {number} of {count} made", is_passing=True)
    else:
        for cases in make_planted(order, Kind(part), count, workers=exam.workers):
            say(f"{part}: {cases} of {count} planted", is_passing=True)
    mark.touch()


def _read_set(exam: Exam, part: str, folder: Path) -> None:
    """Reads the scans that were not read yet."""
    out = folder / "read"
    out.mkdir(exist_ok=True)
    order = ReadOrder(
        folder / "forms", out, folder / "signatories.csv", silent_errors=SILENT_ERRORS
    )
    scans = [scan for scan in gather([folder / "scans"]).scans if not _is_read(scan, folder)]
    outcomes = read_stack(scans, order, workers=exam.workers)
    for number, outcome in enumerate(outcomes, start=1):
        say(f"{part}: {number} of {len(scans)} read", is_passing=True)
        if outcome.error is not None:
            say(f"{outcome.path.name}: {outcome.error}")


def _is_read(scan: Path, folder: Path) -> bool:
    """Whether all records of a scan were read; one that gave fewer than it has is read again."""
    records = rf"{re.escape(scan.stem)}(-\d+)?"
    truths = [file for file in (folder / "truth").iterdir() if re.fullmatch(records, file.stem)]
    return all((folder / "read" / file.name).exists() for file in truths)


def of_forms(exam: Exam) -> Findings:
    """Records registered against the plant's forms, and against those beside look-alikes."""
    order = exam.order("forms")
    real, others = order.out / "forms", order.out / "distractors"
    for form in forms_of(exam.split):
        write_form(form, real)
    pages = exam.count(DISTRACTORS)
    pages = write_distractors(others, pages, seed=order.seed, split=exam.split)
    count = exam.count(FULL["forms"])
    found: list[FoundRecord] = []
    for record in find_forms(
        FormSets(order, ((real,), (real, others))), count, workers=exam.workers
    ):
        found.append(record)
        say(f"forms: {record.record} of {count}", is_passing=True)
    names = ("form_found", f"form_found beside {pages} distractor pages")
    lines = tuple(_form_line(name, found, at) for at, name in enumerate(names))
    return Findings(lines, text=_not_found(found, names))


def _form_line(name: str, found: Iterable[FoundRecord], at: int) -> Line:
    pairs = ((one.record, one.found[at] != one.expected) for one in found)
    return line(name, Goal(0.999), pairs)


def _not_found(found: Iterable[FoundRecord], names: tuple[str, ...]) -> str:
    """The records whose sheets were taken for something else."""
    lines = [
        f"* {name}, record {one.record}: {one.expected} taken for {one.found[at]}"
        for one in found
        for at, name in enumerate(names)
        if one.found[at] != one.expected
    ]
    return "\n".join(lines)


def _part_file(exam: Exam, part: str) -> Path:
    return exam.out / "parts" / f"{part}.json"


def _claim(exam: Exam) -> None:
    """The folder becomes this exam's for good."""
    file, said = exam.out / "order.json", json.dumps(exam.head)
    exam.out.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.read_text(encoding="utf-8") != said:
        reason = f"{exam.out} holds another exam: {file.read_text(encoding='utf-8')}"
        raise InputRefused(reason, "name another folder with --out")
    write_whole(file, said)


def _done_parts(exam: Exam) -> Iterator[Document]:
    """What is there, in the order of the exam."""
    for part in (*FULL, READERS):
        file = _part_file(exam, part)
        if file.exists():
            document: Document = json.loads(file.read_text(encoding="utf-8"))
            yield document


def say(words: str, *, is_passing: bool = False) -> None:
    """Progress, on standard error."""
    sys.stderr.write(f"\r{words}    " if is_passing else f"\n{words}\n")


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(","))
    if unknown := [part for part in parts if part not in FULL]:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(FULL)}")
    return parts


def _exam(given: list[str]) -> tuple[Exam, tuple[str, ...]]:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exam", description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hands", type=Path, help="folder with handwriting; else packaged fonts")
    parser.add_argument("--split", type=Split, choices=list(Split), default=Split.TEST)
    parser.add_argument("--parts", type=_parts, default=tuple(FULL), help=", ".join(FULL))
    parser.add_argument("--scale", type=float, default=1.0, help="0.01 makes a quick trial")
    parser.add_argument("--workers", type=int, default=1)
    chosen = parser.parse_args(given)
    exam = Exam(chosen.seed, chosen.split, chosen.hands, chosen.out, chosen.scale, chosen.workers)
    return exam, chosen.parts


def main(given: list[str]) -> int:
    """The command line: the table, and status 1 where a goal is not reached and shown."""
    exam, parts = _exam(given)
    try:
        done = take(exam, parts)
    except (NoHands, InputRefused) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(exam_page(done, exam.head))
    verdicts = {one["verdict"] for part in done for one in part["lines"]}
    return 0 if verdicts <= {"reached", ""} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
