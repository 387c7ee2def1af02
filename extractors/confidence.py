"""One probability out of what the recogniser saw: a first confidence, its weights set by hand.

The weights were looked at on tune writers and not fitted; docs/accuracy.md says how far off they
are.
"""

from dataclasses import dataclass

import numpy as np

from extractors.values import EntryKind


@dataclass(frozen=True)
class Signals:
    """What speaks for and against a reading.

    `posterior` is its share of all well-formed strings (0 to 1), `log_mass` the logarithm of
    what the recogniser gives all of them, `foreign_share` how much of the ink reaches in from
    elsewhere (0 to 1).
    """

    posterior: float
    log_mass: float
    is_free_the_same: bool
    foreign_share: float


def thresholds(silent_errors: float) -> dict[EntryKind, float]:
    """For each kind of entry the confidence from which nobody has to look.

    `silent_errors` is the share (0 to 1) of accepted entries that may be wrong. The rule is a first
    one, the same for all kinds: an aim and no promise (docs/accuracy.md has what was found).
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
