"""Fits the confidence of readings on a labelled set, and writes `calibration.json`.

python -m training.calibrate --set FOLDER [--set FOLDER …] --out FILE [--workers 2]

A set is what `sample_scans.make --split tune --everybody` makes: writers that no reader was fitted
on. Each scan is read once; what was found is kept beside the set (in `signals`), and taken from
there the next time.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from extractors.confidence import Weights, key_of
from extractors.load import open_scan
from extractors.values import EntryKind, Signals, State
from pipeline.core.score import HANDWRITING, ReadEntry, is_wrong
from pipeline.core.values import Entry, Record
from pipeline.run import ReadOptions, read_scan
from pipeline.stack import Job, Order, Outcome, gather, known_of, names_of, read_stack, write_whole
from pipeline.truth import load_truth

FOLDS = 8
FEWEST_WRONG = 8
"""With fewer wrong entries than this there are no slopes to fit, only a share."""
FEWEST_WRONG_ALONE = 2
"""The same where there is but one measure, a first score that is never fitted to nothing."""
PENALTY = 0.5
"""Inverse strength of the ridge on the slopes, for measures of about unit size."""
MOST_STEPS = 400
AIM = 0.0014
"""The share of silent errors at which it is counted how much hands differ."""
DRAWS = 1000
UPPER = 0.99


@dataclass(frozen=True)
class Row:
    """One entry of one record: what spoke for its reading, and whether that was right.

    `hand` is who wrote it; the record where nobody is known to have. `is_plain`: no flag stands on
    it that would keep it from being accepted.
    """

    record: str
    hand: str
    kind: EntryKind
    signals: Signals
    is_filled: bool
    is_plain: bool
    is_right: bool


def read_signals(job: Job) -> Outcome:
    """Reads a scan, and writes for each of its records what spoke for each entry."""
    scan = open_scan(job.path.name, job.path.read_bytes())
    known = known_of(job.order.forms, job.order.signatories)
    records = read_scan(scan, known, ReadOptions()).records
    for name, record in zip(names_of(job.path.stem, len(records)), records, strict=True):
        write_whole(job.order.out / f"{name}.json", json.dumps([*_found(record)]))
    return Outcome(job.path, records=len(records))


def _found(record: Record) -> Iterator[dict[str, object]]:
    for entry in record.entries:
        if entry.reading.signals is None:
            continue
        yield {
            "field": entry.field,
            "kind": entry.type.value,
            "value": entry.value,
            "state": entry.state.value,
            "is_plain": _is_plain(entry),
            "ground": entry.reading.signals.ground,
            "measures": entry.reading.signals.measures,
        }


def _is_plain(entry: Entry) -> bool:
    return all(flag.name == "low_confidence" for flag in entry.flags)


def collect(folder: Path, workers: int) -> list[Row]:
    """The rows of a set; its scans are read where they were not before."""
    out = folder / "signals"
    out.mkdir(exist_ok=True)
    order = Order(folder / "forms", out, folder / "signatories.csv")
    done = {path.stem for path in out.glob("*.json")}
    scans = [scan for scan in gather([folder / "scans"]).scans if not _is_done(scan.stem, done)]
    for number, outcome in enumerate(
        read_stack(scans, order, workers=workers, read=read_signals), start=1
    ):
        if outcome.error:
            sys.stderr.write(f"\n{outcome.path}: {outcome.error}\n")
        sys.stderr.write(f"\r{number} of {len(scans)} scans read    ")
    return [row for path in sorted(out.glob("*.json")) for row in _rows(path, folder / "truth")]


def _is_done(stem: str, done: set[str]) -> bool:
    return stem in done or f"{stem}-1" in done


def _rows(path: Path, truth: Path) -> Iterator[Row]:
    beside = truth / path.name
    if not beside.is_file():
        return
    known = load_truth(beside)
    for one in json.loads(path.read_text(encoding="utf-8")):
        true = known.get(one["field"])
        if true is None:
            continue
        read = ReadEntry(one["value"], one["state"], 1.0, accepted=True, flags=frozenset())
        record = f"{truth.parent.name}/{path.stem}"
        yield Row(
            record=record,
            hand=true.writer or record,
            kind=EntryKind(one["kind"]),
            signals=Signals(one["ground"], tuple(one["measures"])),
            is_filled=one["state"] == State.FILLED.value,
            is_plain=one["is_plain"],
            is_right=not is_wrong((true, read)),
        )


def fit_weights(rows: Sequence[Row]) -> dict[str, Weights]:
    """The weights by ground and kind."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key_of(row.signals, row.kind)].append(row)
    return {key: _fitted(group) for key, group in sorted(groups.items())}


def _fitted(rows: Sequence[Row]) -> Weights:
    right = np.array([row.is_right for row in rows])
    measures = np.array([row.signals.measures for row in rows], np.float64)
    size = measures.shape[1]
    if min(right.sum(), (~right).sum()) < (FEWEST_WRONG_ALONE if size == 1 else FEWEST_WRONG):
        share = (right.sum() + 0.5) / (len(rows) + 1)
        return Weights(round(float(np.log(share / (1 - share))), 5), (0.0,) * size)
    model = LogisticRegression(C=PENALTY, max_iter=2000).fit(measures, right)
    slopes = tuple(round(float(one), 5) for one in model.coef_[0])
    return Weights(round(float(model.intercept_[0]), 5), slopes)


def crossed(rows: Sequence[Row]) -> npt.NDArray[np.float64]:
    """For each row its confidence by weights that whoever wrote it had no part in."""
    fold_of = {hand: place % FOLDS for place, hand in enumerate(sorted({row.hand for row in rows}))}
    sure = np.zeros(len(rows))
    for fold in range(FOLDS):
        weights = fit_weights([row for row in rows if fold_of[row.hand] != fold])
        for place, row in enumerate(rows):
            if fold_of[row.hand] != fold:
                continue
            one = weights.get(key_of(row.signals, row.kind))
            if one is not None:
                sure[place] = one.probability(row.signals.measures)
    return sure


def reaches(sure: npt.NDArray[np.float64], rows: Sequence[Row]) -> list[list[float]]:
    """How many entries are at least so sure, and how many of them wrong; at most MOST_STEPS."""
    order = sorted(range(len(rows)), key=lambda place: -sure[place])
    found: list[list[float]] = []
    wrong = 0
    for count, place in enumerate(order, start=1):
        wrong += not rows[place].is_right
        is_last = count == len(order) or sure[order[count]] < sure[place]
        if is_last:
            found.append([float(np.floor(sure[place] * 1e6) / 1e6), count, wrong])
    step = max(1, len(found) // MOST_STEPS)
    return found[::step]


def spread(sure: npt.NDArray[np.float64], rows: Sequence[Row]) -> float:
    """How many times as many errors other hands may bring (at least 1), one-sided 95 %.

    Taken where AIM of the filled entries that are at least so sure are wrong, by a bootstrap over
    hands.
    """
    plain = [place for place, row in enumerate(rows) if row.is_plain and row.is_filled]
    lowest = min(
        (
            sureness
            for sureness, count, wrong in reaches(sure[plain], [rows[one] for one in plain])
            if wrong <= AIM * count
        ),
        default=1.0,
    )
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place in plain:
        if sure[place] >= lowest:
            counts[rows[place].hand][0] += 1
            counts[rows[place].hand][1] += not rows[place].is_right
    by_hand = np.array([*counts.values()]).reshape(-1, 2)
    accepted, wrong = by_hand.sum(axis=0)
    if not wrong:
        return 1.0
    drawn = np.random.default_rng(0).integers(0, len(by_hand), (DRAWS, len(by_hand)))
    totals = by_hand[drawn].sum(axis=1)
    upper = float(np.quantile(totals[:, 1] / totals[:, 0], UPPER))
    return round(max(1.0, float(upper * accepted / wrong)), 3)


def calibrate(rows: Sequence[Row]) -> dict[str, object]:
    """Weights from all rows, and by kind what the thresholds reach."""
    sure = crossed(rows)
    by_kind: dict[str, list[list[list[float]]]] = {}
    for kind in EntryKind:
        places = [place for place, row in enumerate(rows) if row.kind is kind and row.is_plain]
        sets = [places]
        if kind.value in HANDWRITING:
            sets.append([place for place in places if rows[place].is_filled])
        by_kind[kind.value] = [
            reaches(sure[chosen], [rows[place] for place in chosen]) for chosen in sets
        ]
    return {
        "entries": len(rows),
        "records": len({row.record for row in rows}),
        "hands": len({row.hand for row in rows if row.hand != row.record}),
        "weights": {key: asdict(one) for key, one in fit_weights(rows).items()},
        "spread": spread(sure, rows),
        "reaches": by_kind,
    }


def main(given: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.calibrate", description=__doc__)
    parser.add_argument("--set", type=Path, action="append", required=True, dest="sets")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args(given)
    rows = [row for folder in chosen.sets for row in collect(folder, chosen.workers)]
    if not rows:
        parser.error("no scan of these sets was read, or none has its truth beside it")
    chosen.out.write_text(json.dumps(calibrate(rows), indent=1) + "\n", encoding="utf-8")
    sys.stderr.write(f"\n{len(rows)} entries; written to {chosen.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
