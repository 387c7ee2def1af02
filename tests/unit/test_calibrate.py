"""The calibration's fit: confidences that hold on records that it had no part in."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the extra `training` is not installed")

from extractors.values import EntryKind, Signals
from training.calibrate import Row, calibrate, crossed, reaches, spread


def rows_of(count, seed=3):
    """Entries whose one measure is the logit of their chance to be right."""
    rng = np.random.default_rng(seed)
    for place in range(count):
        logit = float(rng.normal(2.5, 1.5))
        is_right = bool(rng.random() < 1 / (1 + np.exp(-logit)))
        signals = Signals("written", (logit,))
        hand = f"{place % 40:03}"
        yield Row("1", hand, EntryKind.NUMBER, signals, True, True, is_right)


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
        Row("1", "a", EntryKind.NUMBER, Signals("written", (1.0,)), True, True, is_right)
        for is_right in (True, True, False, True)
    ]
    assert reaches(np.array([0.9, 0.7, 0.7, 0.5]), rows) == [[0.9, 1, 0], [0.7, 3, 1], [0.5, 4, 1]]


def test_hands_that_differ_leave_more_room_than_hands_that_err_alike():
    def rows(wrong_of):
        return [
            Row(
                f"{hand}",
                f"{hand}",
                EntryKind.NUMBER,
                Signals("written", (1.0,)),
                True,
                True,
                one >= wrong,
            )
            for hand, wrong in enumerate(wrong_of)
            for one in range(1000)
        ]

    alike, apart = rows([1] * 20), rows([20] + [0] * 19)
    sure = np.full(20_000, 0.99)
    assert spread(sure, alike) == 1.0
    assert spread(sure, apart) > 1.5
    assert spread(sure, rows([0] * 20)) == 1.0


def test_a_first_score_is_weighed_even_where_few_are_wrong():
    rows = [
        Row(
            "1",
            f"{one}",
            EntryKind.CHECKBOX,
            Signals("mark", (0.2 if one < 3 else 4.0,)),
            False,
            True,
            one >= 3,
        )
        for one in range(3000)
    ]
    weights = calibrate(rows)["weights"]["mark checkbox"]
    assert weights["slopes"][0] > 0.5


def test_entries_with_a_flag_are_fitted_on_but_count_for_no_threshold():
    plain = list(rows_of(400))
    flagged = [
        Row(row.record, row.hand, row.kind, row.signals, row.is_filled, False, row.is_right)
        for row in rows_of(400, seed=4)
    ]
    found = calibrate([*plain, *flagged])
    assert found["entries"] == 800
    assert [reach[-1][1] for reach in found["reaches"]["number"]] == [400, 400]
    assert set(found["weights"]) == {"written number"}
