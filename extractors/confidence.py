"""One probability out of what the readers saw: a first confidence, fitted on held-out writers."""

from dataclasses import dataclass

import numpy as np

from extractors.values import EntryKind


@dataclass(frozen=True)
class Signals:
    """What speaks for and against a reading.

    `posterior` is its share of all well-formed strings (0 to 1), `log_mass` the logarithm of
    what the recogniser gives all of them, `likeness` how well the print around the field lies on
    the blank's (None: no print there), `foreign_share` how much of the ink reaches in from
    elsewhere (0 to 1).
    """

    kind: EntryKind
    posterior: float
    log_mass: float
    is_free_the_same: bool
    length: int
    likeness: float | None
    foreign_share: float
    has_format: bool


def thresholds(silent_errors: float) -> dict[EntryKind, float]:
    """For each kind of entry the confidence from which nobody has to look.

    `silent_errors` is the share (0 to 1) of accepted entries that may be wrong.
    """
    return {kind: 1 - 7 * silent_errors for kind in EntryKind}


def confidence_of(signals: Signals) -> float:
    """The probability (0 to 1) that the reading is right."""
    score = (
        0.6
        + 0.9 * _logit(signals.posterior)
        + 0.5 * max(-6.0, signals.log_mass)
        + (0.6 if signals.is_free_the_same else -0.8)
        - 1.5 * signals.foreign_share
    )
    return float(1 / (1 + np.exp(-np.clip(score, -8, 8))))


def _logit(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return float(np.log(bounded / (1 - bounded)))
