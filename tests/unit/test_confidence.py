"""From signals to one probability, and from a wanted error rate to thresholds."""

import json

import pytest

from extractors import confidence
from extractors.confidence import HIGHEST, Reach, Weights, thresholds, weighed
from extractors.values import EntryKind, Evidence, Reading, Signals, State


@pytest.fixture
def calibrated(tmp_path, monkeypatch):
    """Lets a test say what the shipped calibration holds."""

    def put(weights, reaches, spread=1.0):
        path = tmp_path / "calibration.json"
        path.write_text(json.dumps({"weights": weights, "spread": spread, "reaches": reaches}))
        monkeypatch.setattr(confidence, "CALIBRATION", path)
        confidence.calibration.cache_clear()
        confidence.thresholds.cache_clear()

    yield put
    confidence.calibration.cache_clear()
    confidence.thresholds.cache_clear()


def reading(state=State.FILLED, *, evidence=(), signals=None, value="1"):
    return Reading(value, state, 0.5, "test", evidence=evidence, signals=signals)


def test_the_weights_of_a_ground_and_kind_turn_its_measures_into_a_probability(calibrated):
    calibrated({"written number": {"intercept": 1.0, "slopes": [2.0, -1.0]}}, {})
    sure = weighed(reading(signals=Signals("written", (0.5, 2.0))), EntryKind.NUMBER)
    assert sure.confidence == pytest.approx(0.5)
    surer = weighed(reading(signals=Signals("written", (1.5, 2.0))), EntryKind.NUMBER)
    assert surer.confidence == pytest.approx(1 / (1 + 2.718281828**-2))


def test_what_was_never_seen_keeps_its_first_score(calibrated):
    calibrated({}, {})
    assert weighed(reading(signals=Signals("written", (9.0,))), EntryKind.DATE).confidence == 0.5


@pytest.mark.parametrize(
    ("kind", "found", "key"),
    [
        (EntryKind.NUMBER, reading(State.BLANK, value=""), "blank number"),
        (EntryKind.CHECKBOX, reading(State.CHECKED, value="true"), "mark checkbox"),
        (EntryKind.SIGNATURE, reading(value=""), "signed signature"),
        (
            EntryKind.TIME,
            reading(State.NOT_APPLICABLE, evidence=(Evidence.VOID_ROW,), value=""),
            "void_row time",
        ),
        (
            EntryKind.DATE,
            reading(
                evidence=(Evidence.CORRECTION, Evidence.UNINITIALLED_CORRECTION),
                signals=Signals("written", (3.0, 3.0)),
            ),
            "correction date",
        ),
    ],
)
def test_each_kind_of_finding_is_weighed_by_its_own(calibrated, kind, found, key):
    calibrated({key: {"intercept": 2.0, "slopes": [1.0]}}, {})
    assert weighed(found, kind).confidence == pytest.approx(1 / (1 + 2.718281828**-2))


def test_nothing_is_surer_than_the_entries_that_it_was_fitted_on_can_show():
    assert Weights(50.0, (1.0,)).probability((50.0,)) == HIGHEST


def test_the_threshold_is_the_lowest_at_which_no_more_are_wrong_than_is_accepted(calibrated):
    every = [[0.999, 1000, 0], [0.99, 5000, 4], [0.9, 6000, 30]]
    filled = [[0.999, 500, 0], [0.995, 1000, 1], [0.9, 2000, 30]]
    calibrated({}, {"number": [every, filled], "checkbox": [every]})
    found = thresholds(0.0014)
    assert found[EntryKind.CHECKBOX] == 0.99
    assert found[EntryKind.NUMBER] == 0.995  # all would do from 0.99 on, the filled ones do not
    assert thresholds(0.0005)[EntryKind.NUMBER] == 0.999
    assert thresholds(0.00001)[EntryKind.NUMBER] == 1.0
    assert found[EntryKind.DATE] == 1.0  # nothing is known of it, so somebody looks


def test_other_writers_may_err_more_so_less_is_accepted_than_these_would_allow(calibrated):
    every = [[0.999, 9000, 0], [0.99, 50000, 40], [0.9, 60000, 80]]
    calibrated({}, {"number": [every]})
    assert thresholds(0.0014)[EntryKind.NUMBER] == 0.9
    calibrated({}, {"number": [every]}, spread=1.7)
    assert thresholds(0.0014)[EntryKind.NUMBER] == 0.99


def test_a_kind_with_few_entries_leans_on_all_kinds(calibrated):
    few, many = [[0.99, 100, 0], [0.9, 150, 0]], [[0.99, 5000, 0], [0.9, 9000, 90]]
    calibrated({}, {"date": [few], "number": [many]})
    assert thresholds(0.0014)[EntryKind.DATE] == 0.99
    calibrated({}, {"date": [few]})
    assert thresholds(0.005)[EntryKind.DATE] == 0.9


def test_the_shipped_calibration_accepts_something_of_every_kind_and_less_where_less_may_be_wrong():
    usual, strict = thresholds(0.0014), thresholds(0.0002)
    for kind in EntryKind:
        assert 0.5 < usual[kind] < 1
        assert strict[kind] >= usual[kind]
    for reaches in confidence.calibration().reaches.values():
        for one in reaches:
            assert all(isinstance(step, Reach) for step in one)
            assert [step.confidence for step in one] == sorted(
                (step.confidence for step in one), reverse=True
            )
