"""Readings against the truth: what counts as right, and how sure a figure is."""

import pytest

from pipeline.core.figures import Count, mean, share
from pipeline.core.score import Pair, ReadEntry, TrueEntry, score_records, split_entries

NO_FLAGS: frozenset[str] = frozenset()


def true(value: str, *, state: str = "filled", kind: str = "number", flags=()) -> TrueEntry:
    return TrueEntry("weight", kind, value, state, frozenset(flags))


def read(
    value: str, *, state: str = "filled", confidence: float = 0.9, accepted: bool = True, flags=()
) -> ReadEntry:
    return ReadEntry(value, state, confidence, accepted, frozenset(flags))


def pair(*entries, is_form_found: bool = True, true_flags=(), read_flags=(), spurious=()) -> Pair:
    return Pair(
        name="012",
        form="BMR-077 version 12",
        quality="good",
        is_form_found=is_form_found,
        entries=tuple(entries),
        true_flags=frozenset(true_flags),
        read_flags=frozenset(read_flags),
        spurious=tuple(spurious),
    )


def figure(name: str, *pairs: Pair) -> float | None:
    return score_records(pairs).figures[name].value


def test_case_and_spaces_do_not_make_a_value_wrong() -> None:
    assert figure("entry_accuracy", pair((true("Line 4"), read("LINE4")))) == 1.0


def test_a_lost_decimal_point_makes_a_value_wrong() -> None:
    assert figure("entry_accuracy", pair((true("24.4"), read("244")))) == 0.0


def test_an_entry_that_the_reading_lacks_is_wrong_and_not_accepted() -> None:
    one = pair((true("24.4"), None), (true("1"), read("1")))
    assert figure("entry_accuracy", one) == 0.5
    assert figure("state_accuracy", one) == 0.5
    assert figure("accepted", one) == 0.5
    assert figure("silent_errors", one) == 0.0


def test_blanks_signatures_and_check_boxes_are_no_handwriting() -> None:
    one = pair(
        (true("", state="blank"), read("x")),
        (true("", kind="signature"), read("")),
        (true("true", state="checked", kind="checkbox"), read("false", state="unchecked")),
    )
    assert score_records([one]).figures["entry_accuracy"].n == 0
    assert score_records([one]).figures["state_accuracy"].n == 3


def test_a_wrong_entry_that_nobody_has_to_look_at_is_a_silent_error() -> None:
    shown = pair((true("7"), read("1", accepted=False)), (true("8"), read("8")))
    hidden = pair((true("7"), read("1")), (true("8"), read("8")))
    assert figure("silent_errors", shown) == 0.0
    assert figure("silent_errors", hidden) == 0.5


def test_a_right_value_in_a_wrong_state_is_a_silent_error() -> None:
    assert figure("silent_errors", pair((true("", state="blank"), read("")))) == 1.0


def test_character_errors_are_counted_over_the_characters_on_the_paper() -> None:
    one = pair((true("1234567890"), read("1234567899")), (true("12345"), None))
    assert figure("character_error_rate", one) == pytest.approx(6 / 15)


def test_a_flag_is_counted_where_it_is_due_and_where_it_is_raised() -> None:
    scored = score_records(
        [
            pair((true("1", flags=["correction"]), read("1", flags=["correction"]))),
            pair((true("1", flags=["correction"]), read("1"))),
            pair((true("1"), read("1")), spurious=["correction"], true_flags=["missing_page"]),
        ]
    )
    assert scored.flags["correction"].recall.value == 0.5
    assert scored.flags["correction"].precision.value == 0.5
    assert scored.flags["missing_page"].recall.value == 0.0
    assert scored.flags["missing_page"].precision.value is None


def test_low_confidence_is_not_scored() -> None:
    assert score_records([pair((true("1"), read("1", flags=["low_confidence"])))]).flags == {}


def test_each_entry_falls_into_one_band_of_confidence() -> None:
    sure = [0.9999, 0.999, 0.99, 0.95, 0.8, 0.1, 0.0, 1.0]
    one = pair(*((true("1"), read("1", confidence=each)) for each in sure))
    assert [band.observed.n for band in score_records([one]).bands] == [3, 1, 1, 1, 2]


def test_certainty_that_is_wrong_costs_a_great_deal_but_not_everything() -> None:
    loss = score_records([pair((true("1"), read("7", confidence=1.0)))]).log_loss.value
    assert loss is not None
    assert 10 < loss < 50


def test_a_split_entries_keeps_every_entry_once() -> None:
    one = pair((true("1"), read("1")), (true("a", kind="text"), None))
    split = split_entries([one], lambda entry: entry.type)
    assert sorted(split) == ["number", "text"]
    assert sum(len(each.entries) for pairs in split.values() for each in pairs) == 2


def test_without_errors_the_interval_is_the_exact_one() -> None:
    of_hundred = share([Count(50, 50), Count(50, 50)])
    assert of_hundred.low == pytest.approx(0.9638, abs=1e-4)  # Clopper-Pearson for 100 of 100
    assert of_hundred.high == 1.0
    none_wrong = share([Count(0, 100)])
    assert (none_wrong.low, none_wrong.high) == (0.0, pytest.approx(0.0362, abs=1e-4))


def test_with_errors_the_interval_holds_the_value_and_is_the_same_each_time() -> None:
    counts = [Count(found, 10) for found in (10, 9, 8, 10, 10, 7, 10, 10)]
    once, again = share(counts), share(counts)
    assert once == again
    assert once.low is not None
    assert once.value is not None
    assert once.high is not None
    assert once.value == pytest.approx(0.925)
    assert once.low < once.value < once.high


def test_a_figure_over_nothing_has_no_value() -> None:
    assert mean([]).value is None
    assert share([Count(0, 0)]).n == 0
