"""A score as the JSON that spec/record.md describes."""

from collections.abc import Mapping
from typing import Any

from pipeline.core.figures import Figure
from pipeline.core.score import Score


def score_document(whole: Score, splits: Mapping[str, Mapping[str, Score]]) -> dict[str, Any]:
    """All figures, and under `by` those of each split."""
    groups = {
        by: {name: _one(score) for name, score in each.items()} for by, each in splits.items()
    }
    return _one(whole) | ({"by": groups} if groups else {})


def figure_document(figure: Figure) -> dict[str, float | int | None]:
    """One figure with its interval."""
    return {"value": figure.value, "n": figure.n, "low": figure.low, "high": figure.high}


def _one(score: Score) -> dict[str, Any]:
    return {
        **{name: figure_document(figure) for name, figure in score.figures.items()},
        "calibration": {
            "bands": [
                {
                    "least": band.least,
                    "predicted": band.predicted.value,
                    "observed": figure_document(band.observed),
                }
                for band in score.bands
            ],
            "log_loss": figure_document(score.log_loss),
        },
        "flags": {
            name: {
                "recall": figure_document(flag.recall),
                "precision": figure_document(flag.precision),
            }
            for name, flag in score.flags.items()
        },
    }
