"""Control charts against worked examples of published sources, and by what must always hold."""

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.control_chart import (
    FEWEST_FOR_CAPABILITY,
    Rule,
    broken,
    capability,
    control_chart,
    half_width,
    nearer,
    spread,
)

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, "Example of moving range".
NIST = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)
# Montgomery, Introduction to Statistical Quality Control, 6th ed., example 6.5 (table 6.6):
# cost of processing mortgage loans, in dollars.
MONTGOMERY = (
    *(310, 288, 297, 298, 307, 303, 294, 297, 308, 306),
    *(294, 299, 297, 299, 314, 295, 293, 306, 301, 304),
)
NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


def test_limits_are_those_of_the_nist_handbook() -> None:
    chart = control_chart(NIST)
    assert chart is not None
    assert chart.individuals.centre == pytest.approx(50.81)
    assert chart.ranges.centre == pytest.approx(1.8778, abs=1e-4)
    assert chart.individuals.high == pytest.approx(55.8041, abs=2e-3)
    assert chart.individuals.low == pytest.approx(45.8159, abs=2e-3)
    assert chart.moving[:4] == (None, pytest.approx(2.0), pytest.approx(2.3), pytest.approx(1.4))
    assert set(chart.breaks) == {()}
    assert chart.is_trial


def test_limits_are_those_of_montgomerys_mortgage_loans() -> None:
    chart = control_chart(MONTGOMERY)
    assert chart is not None
    assert chart.individuals.centre == pytest.approx(300.5)
    assert chart.ranges.centre == pytest.approx(7.79, abs=5e-3)
    assert chart.individuals.high == pytest.approx(321.22, abs=1e-2)
    assert chart.individuals.low == pytest.approx(279.78, abs=1e-2)
    assert chart.ranges.high == pytest.approx(25.45, abs=1e-2)
    assert not chart.is_trial


def test_where_all_settled_values_are_alike_any_other_is_beyond_the_limits() -> None:
    values = [0.1, 0.1, 0.1, 0.7]
    chart = control_chart(values, settled=[True, True, True, False])
    assert chart is not None
    assert chart.sigma == 0
    assert chart.breaks == ((), (), (), (Rule.BEYOND_LIMIT,))


def test_capability_is_that_of_the_nist_handbook() -> None:
    # 7.1.6: limits 8 and 20, mean 16, standard deviation 2
    assert spread(2.0, low=8, high=20) == pytest.approx(1.0)
    assert nearer(16.0, 2.0, low=8, high=20) == pytest.approx(0.6667, abs=1e-4)
    assert spread(2.0, low=None, high=20) is None
    assert nearer(16.0, 2.0, low=8, high=None) == pytest.approx(8 / 6)


def test_the_interval_of_an_index_narrows_with_the_count() -> None:
    # 1.96 * sqrt(1 / 270 + 1 / 58) for an index of 1 from 30 values
    assert half_width(1.0, 30) == pytest.approx(0.28369, abs=1e-4)
    assert half_width(1.0, 300) < half_width(1.0, 30) / 3


def signs(values: list[float]) -> dict[int, tuple[Rule, ...]]:
    found = broken(values, centre=0.0, sigma=1.0)
    return {place: rules for place, rules in enumerate(found) if rules}


@pytest.mark.parametrize("side", [1, -1])
def test_each_western_electric_rule_is_named_at_the_point_that_completes_it(side: int) -> None:
    def on(*values: float) -> list[float]:
        return [side * value for value in values]

    assert signs(on(0.5, -0.5, 3.1)) == {2: (Rule.BEYOND_LIMIT,)}
    assert signs(on(2.1, -0.5, 2.2)) == {2: (Rule.TWO_OF_THREE,)}
    assert signs(on(2.1, -0.5, -0.1, 2.2)) == {}
    assert signs(on(1.1, 1.2, -0.2, 1.1, 1.5)) == {4: (Rule.FOUR_OF_FIVE,)}
    assert signs(on(*([0.1] * 8))) == {7: (Rule.EIGHT_IN_ROW,)}
    assert signs(on(*([0.1] * 7), -0.1)) == {}
    assert signs(on(2.9, 3.2)) == {1: (Rule.BEYOND_LIMIT, Rule.TWO_OF_THREE)}


def test_points_on_both_sides_break_no_rule_together() -> None:
    assert signs([2.5, -2.5, 2.5 - 5, 1.5, -1.5]) == {2: (Rule.TWO_OF_THREE,)}
    assert signs([1.5, -1.5, 1.5, -1.5, 1.5]) == {}


def test_what_nobody_stands_for_does_not_move_the_limits_and_is_judged() -> None:
    values = [*NIST, 500.0]
    chart = control_chart(values, settled=[True] * 10 + [False])
    plain = control_chart(NIST)
    assert chart is not None
    assert plain is not None
    assert chart.individuals == plain.individuals
    assert Rule.BEYOND_LIMIT in chart.breaks[-1]


def test_values_without_any_spread_break_no_rule_and_have_no_capability() -> None:
    chart = control_chart([5.0] * 40)
    assert chart is not None
    assert set(chart.breaks) == {()}
    assert capability([5.0] * 40, low=4, high=6) is None


def test_too_few_values_say_nothing() -> None:
    assert control_chart([1.0]) is None
    some = [float(number % 3) for number in range(FEWEST_FOR_CAPABILITY)]
    assert capability(some[:-1], low=0, high=2) is None
    assert capability(some, low=None, high=None) is None
    known = capability(some, low=None, high=2)
    assert known is not None
    assert (known.cp, known.pp) == (None, None)
    assert known.ppk_low is not None
    assert known.ppk is not None
    assert known.ppk_low < known.ppk


@given(NUMBERS, st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_another_unit_moves_the_chart_along(values, offset, factor) -> None:
    chart = control_chart(values)
    moved = control_chart([offset + factor * value for value in values])
    assert chart is not None
    assert moved is not None
    scale = 1e-6 * (1 + abs(offset) + factor * max(map(abs, values)))
    assert moved.individuals.high == pytest.approx(
        offset + factor * chart.individuals.high, abs=scale
    )
    assert moved.individuals.centre == pytest.approx(offset + factor * fmean(values), abs=scale)


@given(st.lists(st.sampled_from([-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5]), max_size=30))
def test_the_rules_hold_for_the_mirror_image_and_count_as_they_say(values) -> None:
    found = broken(values, centre=0.0, sigma=1.0)
    assert found == broken([-value for value in values], centre=0.0, sigma=1.0)
    for place, rules in enumerate(found):
        side = 1 if values[place] > 0 else -1
        beyond = [side * value for value in values[: place + 1]]
        assert (Rule.BEYOND_LIMIT in rules) == (beyond[-1] > 3)
        assert (Rule.TWO_OF_THREE in rules) == (
            beyond[-1] > 2 and sum(value > 2 for value in beyond[-3:]) >= 2
        )
        assert (Rule.FOUR_OF_FIVE in rules) == (
            beyond[-1] > 1 and sum(value > 1 for value in beyond[-5:]) >= 4
        )
        assert (Rule.EIGHT_IN_ROW in rules) == (
            len(beyond) >= 8 and all(value > 0 for value in beyond[-8:])
        )
