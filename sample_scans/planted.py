"""Makes sets rich in one thing, each case of it planted and named in the truth.

python -m sample_scans.planted --kind signatures --n 3000 --seed 3 --split tune --out OUT

A set has the folders and the truth that `sample_scans.make` writes. The entry's `fault` in the
truth says which kind of case it is; `CASES` lists them. The same order gives the same bytes,
whatever the number of processes.
"""

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from extractors.values import EntryKind, State
from sample_scans import form_boxes
from sample_scans.blank_forms import forms_of
from sample_scans.contents import FAULTS, expect_deviation
from sample_scans.hands import NoHands
from sample_scans.make import Order, lay_out
from sample_scans.paper import PaperForm
from sample_scans.people import Roster
from sample_scans.record import SIGNED, Work
from sample_scans.scan_files import Made, save, scanned
from sample_scans.story import write_correctly
from sample_scans.values import Act, Split
from sample_scans.voids import leave_unsigned, void_unused_rows
from sample_scans.writing import mark


class Kind(StrEnum):
    """What a set is rich in."""

    SIGNATURES = "signatures"  # fields that nobody signed, whatever else stands there
    UNREADABLE = "unreadable"  # entries that nobody can read
    CORRECTIONS = "corrections"  # struck through and replaced, half of them without initials
    VOIDS = "voids"  # unused rows struck out in one stroke
    BOXES = "boxes"  # check boxes marked in every way


STYLES = {"ticked": Act.TICK, "crossed": Act.CROSS, "filled": Act.FILL, "circled": Act.CIRCLE}
"""How a box is marked, by what the truth calls it; each as often as the others."""

CASES: dict[Kind, tuple[str, ...]] = {
    Kind.SIGNATURES: (
        "unsigned", "smudge", "line", "date_only", "stamp_only", "overshoot", "misplaced",
    ),
    Kind.UNREADABLE: ("scribbled",),
    Kind.CORRECTIONS: ("corrected", "corrected_unsigned"),
    Kind.VOIDS: ("void", "void_unsigned"),
    Kind.BOXES: tuple(STYLES),
}  # fmt: skip
"""What the truth calls the planted cases of a set. An empty box is a case without a name."""

DECOYS: dict[Kind, tuple[str, ...]] = {
    Kind.SIGNATURES: ("note", "stamp_over"),
    Kind.UNREADABLE: ("corrected", "overwritten", "stamp_over"),
    Kind.CORRECTIONS: ("overwritten", "fluid", "scribbled", "stamp_over", "note"),
    Kind.VOIDS: ("corrected", "stamp_over", "note"),
    Kind.BOXES: (),
}
"""What looks a little like a case and is none: one of them on every record."""

MOST = {Kind.SIGNATURES: 8, Kind.UNREADABLE: 4, Kind.CORRECTIONS: 4}
"""So many cases are planted on a record at most, so that plain entries stay the rule."""

LEFT_UNSIGNED = 0.4
"""Share of the records of a set of voids on which a void lacks its initials."""

UNPLANTED = 200
"""So many records without a place for a case are drawn before the set is given up."""


@dataclass(frozen=True, eq=False)
class Planted:
    """One scan, and how many cases are on it."""

    made: Made
    cases: int


def plant_scan(order: Order, kind: Kind, number: int) -> Planted:
    """One scan of a set: it follows from the order's seed and split, the kind and its number."""
    hands, roster = order.people
    places = (list(Kind).index(kind), list(Split).index(order.split))
    rng = np.random.default_rng([order.seed, *places, number])
    forms = forms_for(kind, order.split)
    for _ in range(UNPLANTED):
        work = plant(kind, forms[number % len(forms)], roster, rng)
        if cases := cases_on(work, kind):
            made = scanned([work], f"{number:04}", hands, rng=rng, split=order.split)
            return Planted(made, cases)
    raise ValueError(f"no record on {forms[number % len(forms)].head.number} had a place for one")


def plant(kind: Kind, form: PaperForm, roster: Roster, rng: np.random.Generator) -> Work:
    """One record with cases of that kind, and a decoy. There may be no place for any."""
    work = write_correctly(form, roster, rng)
    void_unused_rows(work)
    if kind is Kind.BOXES:
        _mark_in_every_way(work)
    elif kind is Kind.VOIDS:
        if rng.random() < LEFT_UNSIGNED:
            work.faults += ["void_unsigned"] if leave_unsigned(work) else []
    else:
        _plant_faults(work, kind)
    if decoys := DECOYS[kind]:
        _commit(work, work.any_of(list(decoys)))
    expect_deviation(work)
    return work


def cases_on(work: Work, kind: Kind) -> int:
    """How many planted cases a record holds: fields, rows of a void, or all check boxes."""
    if kind is Kind.BOXES:
        return sum(draft.kind == EntryKind.CHECKBOX for draft in work.drafts.values())
    found = [draft for draft in work.drafts.values() if draft.fault in CASES[kind]]
    if kind is Kind.VOIDS:
        return len({draft.paper.block for draft in found})
    return len(found)


def forms_for(kind: Kind, split: Split) -> tuple[PaperForm, ...]:
    """The forms that have a place for such a case."""
    if kind is Kind.BOXES:
        return (form_boxes.draw(),)
    forms = forms_of(split)
    if kind is Kind.VOIDS:
        return tuple(form for form in forms if any(paper.block for paper in form.fields))
    return forms


def _commit(work: Work, fault: str) -> None:
    """That fault, where the record has a place for it."""
    if FAULTS[fault](work):
        work.faults.append(fault)


def _plant_faults(work: Work, kind: Kind) -> None:
    """Cases of each sort in turn, in chance order, as long as there is room for them."""
    names = CASES[kind]
    order = [names[at] for at in work.rng.permutation(len(names))]
    most = MOST[kind]
    if kind is Kind.SIGNATURES:
        required = [draft for draft in work.free(*SIGNED) if draft.paper.field.required]
        most = min(most, (len(required) + 1) // 2)  # as many are left signed
    for name in islice(cycle(order), 4 * most):
        if cases_on(work, kind) >= most:
            return
        _commit(work, name)


def _mark_in_every_way(work: Work) -> None:
    """Each marked box by one of the team, in a way of its own."""
    names = list(STYLES)
    for draft in work.drafts.values():
        if draft.kind == EntryKind.CHECKBOX and draft.state == State.CHECKED:
            draft.writer = work.any_of(list(work.team.everybody))
            draft.fault = work.any_of(names)
            draft.marks = [mark(work, STYLES[draft.fault], draft, draft.paper.field.box)]


def make_planted(order: Order, kind: Kind, count: int, *, workers: int = 1) -> Iterator[int]:
    """Write a set of at least `count` cases; yields how many there are after each scan."""
    forms = (*forms_of(order.split), *forms_for(kind, order.split))
    lay_out(order, {form.folder: form for form in forms}.values())
    cases = 0
    for planted in _planted(order, kind, workers):
        save(planted.made, order.out)
        cases += planted.cases
        yield cases
        if cases >= count:
            return


def _planted(order: Order, kind: Kind, workers: int) -> Iterator[Planted]:
    """Scan after scan, without end, a few ahead where several processes make them."""
    number = 1
    if workers == 1:
        while True:
            yield plant_scan(order, kind, number)
            number += 1
    with ProcessPoolExecutor(workers) as pool:
        while True:
            ahead = range(number, number + 4 * workers)
            yield from pool.map(plant_scan, [order] * len(ahead), [kind] * len(ahead), ahead)
            number = ahead.stop


def _arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sample_scans.planted", description=__doc__)
    parser.add_argument("--kind", type=Kind, choices=list(Kind), required=True)
    parser.add_argument("--n", type=int, default=100, help="how many cases at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", type=Split, choices=list(Split), default=Split.FIT)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hands", type=Path, help="folder with handwriting; else packaged fonts")
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    """The command line."""
    chosen = _arguments(given)
    order = Order(chosen.seed, chosen.split, chosen.hands, chosen.out)
    try:
        for cases in make_planted(order, chosen.kind, chosen.n, workers=chosen.workers):
            sys.stderr.write(f"\r{cases} of {chosen.n}")
    except NoHands as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stderr.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
