"""A labelled set evaluated: thresholds, confusions, and the surest wrong entries."""

import pytest

from pipeline.core.evaluate import (
    Confusion,
    Step,
    automation,
    confusions,
    curve,
    edits,
    evaluate,
    reach,
    thinned,
    worst,
)
from pipeline.core.plots import reliability_plot, threshold_plot, threshold_plots
from pipeline.core.score import Pair, ReadEntry, TrueEntry, score_records


def true(value: str, *, name: str = "weight", state: str = "filled", kind: str = "number"):
    return TrueEntry(name, kind, value, state, frozenset())


def read(value: str, confidence: float, *, flags=(), accepted: bool = False) -> ReadEntry:
    return ReadEntry(value, "filled", confidence, accepted, frozenset(flags))


def pair(*entries, name: str = "012") -> Pair:
    return Pair(
        name=name,
        form="BMR-077 version 12",
        quality="good",
        is_form_found=True,
        entries=tuple(entries),
        true_flags=frozenset(),
        read_flags=frozenset(),
    )


FOUR = pair(
    (true("1"), read("1", 0.99, accepted=True)),
    (true("2"), read("2", 0.9, flags=["low_confidence"])),
    (true("3"), read("8", 0.9, flags=["low_confidence"])),
    (true("4"), None),
)


def test_a_lower_threshold_accepts_more_and_takes_in_what_is_wrong() -> None:
    assert curve([FOUR]) == (Step(0.99, 0.25, 0.0), Step(0.9, 0.75, pytest.approx(1 / 3)))


def test_an_entry_with_a_flag_is_accepted_at_no_threshold() -> None:
    assert curve([pair((true("1"), read("1", 0.99, flags=["out_of_limit"])))]) == ()


def test_the_reach_is_the_lowest_threshold_within_the_aim() -> None:
    steps = curve([FOUR])
    strict, lax = reach([FOUR], steps, 0.01), reach([FOUR], steps, 0.5)
    assert strict and strict.threshold == 0.99
    assert strict.accepted.value == 0.25
    assert strict.silent_errors.n == 1
    assert lax and lax.threshold == 0.9
    assert lax.silent_errors.value == pytest.approx(1 / 3)


def test_there_is_no_reach_where_the_surest_entries_are_wrong() -> None:
    one = pair((true("3"), read("8", 0.99)))
    assert automation([one], 0.0014).reach is None


def test_a_thinned_curve_keeps_both_ends() -> None:
    steps = [Step(1 - n / 1000, n / 1000, 0.0) for n in range(1, 900)]
    kept = thinned(steps, 10)
    assert len(kept) <= 10
    assert (kept[0], kept[-1]) == (steps[0], steps[-1])
    assert thinned(steps[:5], 10) == tuple(steps[:5])


@pytest.mark.parametrize(
    ("written", "said", "expected"),
    [
        ("13.2", "18.2", [("3", "8")]),
        ("24.4", "244", [(".", "")]),
        ("11", "111", [("", "1")]),
        ("7", "7", []),
    ],
)
def test_the_fewest_edits_name_what_was_taken_for_what(written, said, expected) -> None:
    assert list(edits(written, said)) == expected


def test_confusions_are_counted_over_the_character_on_the_paper() -> None:
    one = pair(
        (true("33"), read("83", 0.9, accepted=True)),
        (true("3"), read("8", 0.9)),
        (true("5"), read("", 0.9)),
        (true("", state="blank"), read("9", 0.9)),
    )
    assert confusions([one]) == (Confusion("3", "8", count=2, silent=1, of=3),)


def test_case_and_spaces_are_no_confusion() -> None:
    assert confusions([pair((true("Line 4", kind="text"), read("LINE4", 0.9)))]) == ()


def test_the_surest_wrong_entries_come_first_and_right_ones_never() -> None:
    first = pair((true("1", name="b"), read("7", 0.9)), (true("1", name="a"), read("7", 0.9)))
    second = pair((true("1"), read("7", 0.95)), (true("1"), read("1", 0.99)), name="013")
    found = worst([first, second], 10)
    assert [(one.record, one.true.field) for one in found] == [
        ("013", "weight"),
        ("012", "a"),
        ("012", "b"),
    ]
    assert len(worst([first, second], 2)) == 2


def test_an_empty_set_can_be_evaluated_and_drawn() -> None:
    nothing = evaluate([], aim=0.0014, most_worst=5)
    assert nothing.automation.steps == ()
    assert nothing.automation.reach is None
    figures = nothing.whole.figures
    drawing = threshold_plot(
        nothing.automation, 0.0014, today=(figures["accepted"], figures["silent_errors"])
    )
    assert drawing.shapes
    assert reliability_plot(nothing.whole.bands).shapes


def test_plots_stay_within_their_drawing() -> None:
    evaluation = evaluate([FOUR], aim=0.0014, most_worst=5)
    whole = score_records([FOUR])
    today = (whole.figures["accepted"], whole.figures["silent_errors"])
    for drawing in (
        reliability_plot(whole.bands),
        threshold_plot(evaluation.automation, 0.0014, today=today),
        threshold_plots(evaluation.by_type, 0.0014),
    ):
        for shape in drawing.shapes:
            for x, y in getattr(shape, "points", ()):
                assert 0 <= x <= drawing.width
                assert 0 <= y <= drawing.height
