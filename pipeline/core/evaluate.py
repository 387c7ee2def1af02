"""A labelled set, evaluated: what a validation report says beyond the figures of a score.

How many entries nobody would have to look at, and how many of those would be wrong, as the
threshold moves; which characters are taken for which; and the wrong entries that were surest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz.distance import Levenshtein

from pipeline.core.figures import Count, Figure, share
from pipeline.core.score import (
    Pair,
    ReadEntry,
    Score,
    TrueEntry,
    is_wrong,
    plain,
    score_records,
    split_by,
    split_entries,
)

WITHOUT_WEIGHT = frozenset({"low_confidence"})
"""Flags that go away where the threshold is lower."""
MOST_STEPS = 120
"""So many thresholds of a curve are kept, evenly over the share accepted."""
MOST_FIGURES = 24
"""At so many of them the interval is worked out too."""


@dataclass(frozen=True)
class Step:
    """One threshold: the share of all entries accepted by it, and the share of those wrong.

    All lie within 0 and 1. `figure` is the second with its interval, None where not worked out.
    """

    threshold: float
    accepted: float
    silent_errors: float
    figure: Figure | None = None


@dataclass(frozen=True)
class Reach:
    """The lowest threshold of the set at which no more than the aim is wrong, and what it gives."""

    threshold: float
    accepted: Figure
    silent_errors: Figure


@dataclass(frozen=True)
class Confusion:
    """A character on the paper and what was read for it; empty where there is none.

    `count` times it happened, `silent` of them in accepted entries; on the paper the character
    stands `of` times (0 where nothing was written).
    """

    written: str
    read: str
    count: int
    silent: int
    of: int


@dataclass(frozen=True)
class WrongEntry:
    """An entry that was read wrong: the record, what is on the paper, and what was read."""

    record: str
    form: str
    quality: str
    true: TrueEntry
    read: ReadEntry


@dataclass(frozen=True)
class Automation:
    """How the silent errors grow with the share accepted, and how far the aim lets it go."""

    steps: tuple[Step, ...]
    reach: Reach | None


@dataclass(frozen=True)
class Evaluation:
    """All that is said of a labelled set. `splits` are scores by type, quality, form."""

    aim: float
    records: int
    entries: int
    whole: Score
    splits: dict[str, dict[str, Score]]
    automation: Automation
    by_type: dict[str, Automation]
    confusions: tuple[Confusion, ...]
    worst: tuple[WrongEntry, ...] = field(repr=False)


def evaluate(pairs: Sequence[Pair], *, aim: float, most_worst: int) -> Evaluation:
    """Everything over these records; `aim` is the share of accepted entries that may be wrong."""
    by_type = split_entries(pairs, lambda entry: entry.type)
    groups = {
        "type": by_type,
        "quality": split_by(pairs, lambda pair: pair.quality),
        "form": split_by(pairs, lambda pair: pair.form),
    }
    return Evaluation(
        aim=aim,
        records=len(pairs),
        entries=sum(len(pair.entries) for pair in pairs),
        whole=score_records(pairs),
        splits={
            by: {name: score_records(group) for name, group in each.items()}
            for by, each in groups.items()
        },
        automation=automation(pairs, aim),
        by_type={name: automation(group, aim) for name, group in by_type.items()},
        confusions=confusions(pairs),
        worst=worst(pairs, most_worst),
    )


def automation(pairs: Sequence[Pair], aim: float) -> Automation:
    """The curve over all thresholds, thinned, and the farthest place on it within the aim."""
    steps = curve(pairs)
    kept = thinned(steps, MOST_STEPS)
    known = thinned(kept, MOST_FIGURES)
    shown = [
        Step(step.threshold, step.accepted, step.silent_errors, at(pairs, step.threshold)[1])
        if step in known
        else step
        for step in kept
    ]
    return Automation(tuple(shown), reach(pairs, steps, aim))


def curve(pairs: Sequence[Pair]) -> tuple[Step, ...]:
    """A step for each confidence that was given, the surest first.

    What counts as accepted is what triage would accept: at least so sure, and no flag but for
    `low_confidence`.
    """
    total = sum(len(pair.entries) for pair in pairs)
    wrong_at: Counter[float] = Counter()
    count_at: Counter[float] = Counter()
    for pair in pairs:
        for confidence, wrong in _acceptable(pair):
            count_at[confidence] += 1
            wrong_at[confidence] += wrong
    steps, count, wrong_count = [], 0, 0
    for threshold in sorted(count_at, reverse=True):
        count += count_at[threshold]
        wrong_count += wrong_at[threshold]
        steps.append(Step(threshold, count / total, wrong_count / count))
    return tuple(steps)


def thinned(steps: Sequence[Step], most: int) -> tuple[Step, ...]:
    """At most so many of the steps, evenly over the share accepted; first and last are kept."""
    if len(steps) <= most:
        return tuple(steps)
    shares = np.array([step.accepted for step in steps])
    wanted = np.linspace(shares[0], shares[-1], most)
    places = {int(place) for place in np.searchsorted(shares, wanted)}  # shares only grow
    return tuple(steps[place] for place in sorted(places))


def at(pairs: Sequence[Pair], threshold: float) -> tuple[Figure, Figure]:
    """The shares accepted, and wrong of those, at one threshold, with their intervals."""
    accepted, wrong = [], []
    for pair in pairs:
        sure = [is_so for confidence, is_so in _acceptable(pair) if confidence >= threshold]
        accepted.append(Count(len(sure), len(pair.entries)))
        wrong.append(Count(sum(sure), len(sure)))
    return share(accepted), share(wrong)


def reach(pairs: Sequence[Pair], steps: Sequence[Step], aim: float) -> Reach | None:
    """The lowest threshold within the aim; None where even the surest entries are over it."""
    within = [step.threshold for step in steps if step.silent_errors <= aim]
    return Reach(within[-1], *at(pairs, within[-1])) if within else None


def _acceptable(pair: Pair) -> Iterator[tuple[float, bool]]:
    """Confidence of each entry that could be accepted, and whether it is wrong."""
    for true, read in pair.entries:
        if read is not None and not read.flags - WITHOUT_WEIGHT:
            yield read.confidence, is_wrong((true, read))


def confusions(pairs: Sequence[Pair]) -> tuple[Confusion, ...]:
    """What was taken for what in filled handwriting that was read, the most frequent first.

    Truth and reading are laid side by side by the fewest edits; case and spaces do not count.
    """
    counts: Counter[tuple[str, str]] = Counter()
    silent: Counter[tuple[str, str]] = Counter()
    written: Counter[str] = Counter()
    for true, read in _written(pairs):
        found = tuple(edits(plain(true.value), plain(read.value)))
        written.update(plain(true.value))
        counts.update(found)
        silent.update(found if read.accepted else ())
    ranked = sorted(counts, key=lambda edit: (-counts[edit], edit))
    return tuple(Confusion(*edit, counts[edit], silent[edit], written[edit[0]]) for edit in ranked)


def edits(written: str, read: str) -> Iterator[tuple[str, str]]:
    """The fewest edits from one to the other: a character and what was read for it, or empty."""
    for edit in Levenshtein.editops(written, read):
        yield (
            "" if edit.tag == "insert" else written[edit.src_pos],
            "" if edit.tag == "delete" else read[edit.dest_pos],
        )


def _written(pairs: Iterable[Pair]) -> Iterator[tuple[TrueEntry, ReadEntry]]:
    for pair in pairs:
        for true, read in pair.entries:
            if true.is_handwriting and read is not None and read.value:
                yield true, read


def worst(pairs: Sequence[Pair], most: int) -> tuple[WrongEntry, ...]:
    """The wrong entries that were given the highest confidence, the surest first."""
    wrong = [
        WrongEntry(pair.name, pair.form, pair.quality, true, read)
        for pair in pairs
        for true, read in pair.entries
        if read is not None and is_wrong((true, read))
    ]
    ranked = sorted(wrong, key=lambda one: (-one.read.confidence, one.record, one.true.field))
    return tuple(ranked[:most])
