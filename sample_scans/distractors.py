"""Makes blank forms that differ little from the plant's own, to be known beside them.

python -m sample_scans.distractors --n 300 --seed 3 --split tune --out FOLDER

Each is a master form (`form.yaml`, `blank.pdf`) of the same number as a real one, of a version
that is not in use, and mostly with one thing changed (`changed_drawing.What`). Nothing is ever
written on them; whoever recognises one of them on a scan is wrong.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sample_scans.blank_forms import COMMON, TEST_ONLY, forms_of
from sample_scans.changed_drawing import Change, Draw, What, drawn_with, places_for
from sample_scans.form_yaml import write_form
from sample_scans.paper import PaperForm
from sample_scans.values import Split

_TRIES = 5
"""So many places are tried for a change before the version alone is changed."""
_DIGITS, _LETTERS = "123456789", "ABCDEFGHJKLMNPRSTUVWXYZ"


def distractors(pages: int, *, seed: int, split: Split) -> Iterator[PaperForm]:
    """Forms with at least `pages` pages in all, each real form changed in every way in turn."""
    rng = np.random.default_rng([seed, list(Split).index(split)])
    draws = COMMON + (TEST_ONLY if split is Split.TEST else ())
    heads = [form.head for form in forms_of(split)]
    taken = {(head.number, head.version) for head in heads}
    made = 0
    while made < pages:
        for what in What:
            for draw, head in zip(draws, heads, strict=True):
                near = versions_near(head.version, rng)
                version = next(name for name in near if (head.number, name) not in taken)
                taken.add((head.number, version))
                form = _changed(draw, what, version, rng)
                yield form
                made += form.head.page_count
                if made >= pages:
                    return


def versions_near(version: str, rng: np.random.Generator) -> Iterator[str]:
    """Other versions that look like this one: a sign changed (in chance order), then one added."""
    other = [
        version[:at] + sign + version[at + 1 :]
        for at, old in enumerate(version)
        for sign in (_DIGITS if old.isdigit() else _LETTERS if old.isalpha() else "")
        if sign != old
    ]
    yield from (other[at] for at in rng.permutation(len(other)))
    for between in ("", ".", "/"):
        yield from (f"{version}{between}{sign}" for sign in _DIGITS + _LETTERS)


def _changed(draw: Draw, what: What, version: str, rng: np.random.Generator) -> PaperForm:
    """The form with such a change at a place by chance, else of another version alone."""
    for pick in rng.permutation(places_for(draw, what))[:_TRIES].tolist():
        form = drawn_with(draw, Change(what, version, pick, float(rng.random())))
        if form is not None:
            return form
    plain = drawn_with(draw, Change(What.VERSION, version))
    if plain is None:
        raise ValueError(f"{draw.__module__}: the form itself does not lie on its pages")
    return plain


def write_distractors(out: Path, pages: int, *, seed: int, split: Split) -> int:
    """Write the forms into folders of their own; how many pages they have together."""
    out.mkdir(parents=True, exist_ok=True)
    written = 0
    for form in distractors(pages, seed=seed, split=split):
        write_form(form, out)
        written += form.head.page_count
    return written


def main(given: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m sample_scans.distractors", description=__doc__)
    parser.add_argument("--n", type=int, default=300, help="how many pages at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", type=Split, choices=list(Split), default=Split.FIT)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(given)
    pages = write_distractors(chosen.out, chosen.n, seed=chosen.seed, split=chosen.split)
    sys.stderr.write(f"{pages} pages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
