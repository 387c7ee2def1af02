"""One probability out of all that speaks for and against a reading.

Each stage gives a reading a first score, set by hand. What is found is then weighed by a logistic
regression for each ground and kind of entry, fitted on writers that no reader was fitted on
(`training/calibrate.py`); the thresholds for a wanted share of silent errors come from the same
entries, each judged by weights that its writer had no part in, with room for other writers.
"""

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from extractors.decode import Decoding
from extractors.values import EntryKind, Evidence, Reading, Signals, State

CALIBRATION = Path(__file__).with_name("models") / "calibration.json"
WRITTEN = "written"
LEAST_LOG = -12.0
SUREST = 1e-4
"""No share counts as nearer to 0 or 1 than this."""
LEANS = 700
"""A kind's own errors count for more than those of all kinds from so many accepted entries on."""
NOT_PLAIN = frozenset(
    {Evidence.CORRECTION, Evidence.BAD_FORMAT, Evidence.OVERWRITTEN, Evidence.OBLITERATED}
)
"""Readings of writing that are not weighed as what was simply written under its format."""
CHANGED = frozenset({Evidence.CORRECTION, Evidence.OVERWRITTEN, Evidence.OBLITERATED})
MAX_CHANGED = 0.9
"""Nobody is asked to trust the machine with an entry that somebody changed afterwards."""
HIGHEST = 0.9999
"""Nothing is surer than what some ten thousand entries can show."""


@dataclass(frozen=True)
class Weights:
    """A logistic regression over the measures of one ground and kind of entry."""

    intercept: float
    slopes: tuple[float, ...]

    def probability(self, measures: tuple[float, ...]) -> float:
        """The probability (0 to 1) that a reading with these measures is right."""
        score = self.intercept + float(np.dot(self.slopes, measures))
        return float(min(HIGHEST, 1 / (1 + np.exp(-np.clip(score, -12, 12)))))


@dataclass(frozen=True)
class Reach:
    """Of entries at least this sure: how many there were (`accepted`), and how many were wrong."""

    confidence: float
    accepted: int
    wrong: int


@dataclass(frozen=True)
class Calibration:
    """What the shipped calibration holds.

    `weights` by ground and kind; `reaches` by kind, surest first: of all its entries, and of those
    alone that were read as filled in. `spread` is how many times as many errors other writers may
    bring (one-sided 95 %).
    """

    weights: Mapping[str, Weights]
    spread: float
    reaches: Mapping[EntryKind, tuple[tuple[Reach, ...], ...]]


def score_of(decoding: Decoding, *, is_free_the_same: bool, foreign_share: float) -> float:
    """A first score (0 to 1) of the likeliest string, by which readings are compared.

    `foreign_share` is how much of the ink (0 to 1) reaches in from elsewhere.
    """
    score = (
        0.6
        + 0.9 * _logit(decoding.share(0))
        + 0.5 * max(-6.0, decoding.log_mass)
        + (0.6 if is_free_the_same else -0.8)
        - 1.5 * foreign_share
    )
    return float(1 / (1 + np.exp(-np.clip(score, -8, 8))))


def written_signals(
    decoding: Decoding,
    *,
    agree: tuple[bool, ...],
    foreign_share: float,
    likeness: float,
    gap: float,
    is_known: bool,
) -> Signals:
    """What speaks for the likeliest string of a decoding.

    `agree` says for each reader whether it reads the same without the format, `likeness` (0 to 1)
    how like the blank's the print around is, `gap` how much likelier (logarithm) it is than the
    likeliest text of any format, `is_known` whether the signature log has it. A 7 speaks against
    it: some hands make every 1 with so long an upstroke that both readers see a 7.
    """
    best = decoding.best[0]
    measures = (
        _logit(best.share),
        *(_logit(share) for share in best.shares),
        min(_logit(share) for share in best.shares),
        *(max(LEAST_LOG, mass) for mass in decoding.log_masses),
        *(float(one) for one in agree),
        float(all(agree)),
        max(LEAST_LOG, gap),
        foreign_share,
        1 - likeness,
        float(is_known),
        float("7" in best.text),
        min(len(best.text), 30) / 10,
    )
    return Signals(WRITTEN, measures)


def weighed(reading: Reading, kind: EntryKind) -> Reading:
    """The reading with its signals, and their probability in place of its first score."""
    signals = reading.signals or Signals(_ground(reading, kind), (_logit(reading.confidence),))
    if not NOT_PLAIN.isdisjoint(reading.evidence):
        signals = Signals(_ground(reading, kind), (_logit(reading.confidence),))
    weights = calibration().weights.get(key_of(signals, kind))
    sure = reading.confidence if weights is None else weights.probability(signals.measures)
    if reading.state is State.FILLED and not CHANGED.isdisjoint(reading.evidence):
        sure = min(sure, MAX_CHANGED)
    return replace(reading, confidence=sure, signals=signals)


def key_of(signals: Signals, kind: EntryKind) -> str:
    """Under which name the weights for these signals stand."""
    return f"{signals.ground} {kind.value}"


def _ground(reading: Reading, kind: EntryKind) -> str:
    """What kind of finding a reading is that was not simply written under its format."""
    if kind is EntryKind.CHECKBOX:
        return "mark"
    if reading.evidence[:1] == (Evidence.OBLITERATED,) and reading.state is State.FILLED:
        return "on_fluid"
    for evidence in reading.evidence:
        if evidence is not Evidence.UNINITIALLED_CORRECTION:
            return evidence.value
    return "signed" if reading.state is State.FILLED else reading.state.value


@lru_cache(maxsize=8)
def thresholds(silent_errors: float) -> Mapping[EntryKind, float]:
    """For each kind of entry the confidence from which nobody has to look.

    `silent_errors` is the share (0 to 1) of accepted entries that may be wrong. All kinds together
    keep it with writers that are read as badly as nineteen in twenty lots of writers, and each
    kind with the writers of the calibration; both hold for all entries, and for those alone that
    are filled in. Where not even the surest reach it, nothing of that kind is accepted. A kind
    with few entries leans on all kinds together.
    """
    known = calibration()
    return {kind: _threshold(kind, known, silent_errors) for kind in EntryKind}


def _threshold(kind: EntryKind, known: Calibration, wanted: float) -> float:
    """The lowest confidence at which neither all entries of a kind nor the filled ones err more."""
    lowest = []
    for place, own in enumerate(known.reaches.get(kind, ())):
        kinds = [one[min(place, len(one) - 1)] for one in known.reaches.values()]
        together = _lowest_together(kinds, wanted / known.spread)
        lowest.append(max(together, _lowest(own, kinds, wanted)))
    return max(lowest, default=1.0)


def _lowest_together(kinds: Sequence[tuple[Reach, ...]], wanted: float) -> float:
    """The lowest confidence at which the entries of all kinds together err no more."""
    steps = {one.confidence for reaches in kinds for one in reaches}
    reached = [step for step in steps if _share_wrong(kinds, step) <= wanted]
    return min(reached, default=1.0)


def _lowest(
    reaches: tuple[Reach, ...], others: Sequence[tuple[Reach, ...]], wanted: float
) -> float:
    """The lowest confidence whose entries are wrong no more often than is wanted.

    Their own errors are counted as if LEANS more had been read, with as many errors as entries
    of all kinds with that confidence have (and half a one more).
    """
    reached = [
        one.confidence
        for one in reaches
        if (one.wrong + LEANS * _share_wrong(others, one.confidence)) / (one.accepted + LEANS)
        <= wanted
    ]
    return min(reached, default=1.0)


def _share_wrong(kinds: Sequence[tuple[Reach, ...]], confidence: float) -> float:
    """The share (0 to 1) of wrong entries among those of all kinds that are at least so sure."""
    counts = [bisect_right(reaches, -confidence, key=_falling) for reaches in kinds]
    last = [reaches[count - 1] for reaches, count in zip(kinds, counts, strict=True) if count]
    return (sum(one.wrong for one in last) + 0.5) / (sum(one.accepted for one in last) + 1)


def _falling(reach: Reach) -> float:
    return -reach.confidence


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The calibration that is shipped beside the models."""
    found = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    return Calibration(
        weights={
            key: Weights(one["intercept"], tuple(one["slopes"]))
            for key, one in found["weights"].items()
        },
        spread=found["spread"],
        reaches={
            EntryKind(kind): tuple(tuple(Reach(*reach) for reach in reaches) for reaches in both)
            for kind, both in found["reaches"].items()
        },
    )


def _logit(probability: float) -> float:
    bounded = min(max(probability, SUREST), 1 - SUREST)
    return float(np.log(bounded / (1 - bounded)))
