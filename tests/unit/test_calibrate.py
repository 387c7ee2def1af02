"""The calibration's fit: confidences that hold on records that it had no part in."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the extra `training` is not installed")

from extractors.values import EntryKind, Signals
from training.calibrate import Row, calibrate, crossed, reaches


def rows_of(count, seed=3):
    """Entries whose one measure is the logit of their chance to be right."""
    rng = np.random.default_rng(seed)
    for place in range(count):
        logit = float(rng.normal(2.5, 1.5))
        is_right = bool(rng.random() < 1 / (1 + np.exp(-logit)))
        signals = Signals("written", (logit,))
        record = f"{place % 40:03}"
        yield Row(record, EntryKind.NUMBER, signals, True, True, is_right)


def test_what_is_said_is_what_is_found():
    rows = list(rows_of(6000))
    sure = crossed(rows)
    right = np.array([row.is_right for row in rows])
    for low, high in ((0.5, 0.8), (0.8, 0.95), (0.95, 0.999)):
        band = (sure >= low) & (sure < high)
        assert band.sum() > 300
        assert right[band].mean() == pytest.approx(sure[band].mean(), abs=0.04)


def test_reaches_count_from_the_surest_down():
    rows = [
        Row("1", EntryKind.NUMBER, Signals("written", (1.0,)), True, True, is_right)
        for is_right in (True, True, False, True)
    ]
    assert reaches(np.array([0.9, 0.7, 0.7, 0.5]), rows) == [[0.9, 1, 0], [0.7, 3, 1], [0.5, 4, 1]]


def test_entries_with_a_flag_are_fitted_on_but_count_for_no_threshold():
    plain = list(rows_of(400))
    flagged = [
        Row(row.record, row.kind, row.signals, row.is_filled, False, row.is_right)
        for row in rows_of(400, seed=4)
    ]
    found = calibrate([*plain, *flagged])
    assert found["entries"] == 800
    assert [reach[-1][1] for reach in found["reaches"]["number"]] == [400, 400]
    assert set(found["weights"]) == {"written number"}
