"""Makes sample scans with their truth; the same seed gives the same bytes.

python -m sample_scans.make --n 500 --seed 3 --split test --out OUT [--hands FOLDER]
python -m sample_scans.make forms OUT             the blank forms alone
python -m sample_scans.make committed OUT HANDS   the samples that are kept in this folder
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sample_scans import profile
from sample_scans.blank_forms import forms_of, strays_of
from sample_scans.committed import make_committed
from sample_scans.contents import make_record
from sample_scans.form_yaml import write_form
from sample_scans.hands import Hands, NoHands
from sample_scans.paper import PaperForm
from sample_scans.people import Roster
from sample_scans.record import Work
from sample_scans.scan_files import Made, people, save, scanned
from sample_scans.values import Split


@dataclass(frozen=True)
class Order:
    """What is asked for. Each scan follows from `seed`, `split` and its number alone.

    `is_everybody`: those people write too who left few letters.
    """

    seed: int
    split: Split
    hands: Path | None
    out: Path
    is_everybody: bool = False

    @property
    def people(self) -> tuple[Hands, Roster]:
        """Who writes."""
        return people(self.hands, self.split, is_everybody=self.is_everybody)


def make_scan(order: Order, number: int) -> Made:
    """One scan with the truth of each record in it."""
    hands, roster = order.people
    rng = np.random.default_rng([order.seed, list(Split).index(order.split), number])
    works, is_known = _records(order.split, roster, rng)
    return scanned(works, f"{number:03}", hands, rng=rng, split=order.split, is_known=is_known)


def _records(split: Split, roster: Roster, rng: np.random.Generator) -> tuple[list[Work], bool]:
    chance = rng.random()
    if chance < profile.UNKNOWN_FORM:
        form = _pick(strays_of(split), rng)
        return [make_record(form, roster, rng, whole=True)], False
    forms = forms_of(split)
    if chance < profile.UNKNOWN_FORM + profile.SEVERAL_RECORDS:
        count = int(rng.integers(2, 4))
        return [make_record(_pick(forms, rng), roster, rng, whole=True) for _ in range(count)], True
    return [make_record(_pick(forms, rng), roster, rng)], True


def _pick(forms: tuple[PaperForm, ...], rng: np.random.Generator) -> PaperForm:
    return forms[int(rng.integers(len(forms)))]


def make(order: Order, count: int, *, workers: int) -> Iterator[str]:
    """Write forms, signature log, scans and truth; yields each scan's name when it is done."""
    lay_out(order, forms_of(order.split))
    numbers = range(1, count + 1)
    if workers == 1:
        yield from (_write(order, number) for number in numbers)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_write, [order] * count, numbers)


def lay_out(order: Order, forms: Iterable[PaperForm]) -> None:
    """The folders of a set, with these forms and the signature log in them."""
    for name in ("forms", "scans", "truth"):
        (order.out / name).mkdir(parents=True, exist_ok=True)
    for form in forms:
        write_form(form, order.out / "forms")
    roster = order.people[1]
    (order.out / "signatories.csv").write_text(roster.csv(), encoding="utf-8")


def _write(order: Order, number: int) -> str:
    return save(make_scan(order, number), order.out)


def _arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sample_scans.make", description=__doc__)
    parser.add_argument("--n", type=int, default=24, help="how many scans")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", type=Split, choices=list(Split), default=Split.FIT)
    parser.add_argument("--out", type=Path, default=Path("out/samples"))
    parser.add_argument("--hands", type=Path, help="folder with handwriting; else packaged fonts")
    parser.add_argument(
        "--everybody", action="store_true", help="people too who left only some of the letters"
    )
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    """The command line."""
    if given[:1] == ["committed"] and len(given) == 3:
        make_committed(Path(given[1]), hands=Path(given[2]))
        return 0
    if given[:1] == ["forms"] and len(given) == 2:
        for form in forms_of(Split.FIT):
            write_form(form, Path(given[1]))
        return 0
    chosen = _arguments(given)
    order = Order(
        chosen.seed, chosen.split, chosen.hands, chosen.out, is_everybody=chosen.everybody
    )
    try:
        for done, name in enumerate(make(order, chosen.n, workers=chosen.workers), start=1):
            sys.stderr.write(f"\r{done} of {chosen.n}: {name}    ")
    except NoHands as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stderr.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
