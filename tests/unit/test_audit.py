"""The audit of accepted entries: the bound, the draw, what a keyed line says."""

from dataclasses import replace
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_builders import place

from extractors.values import EntryKind, State
from pipeline.audit import Standing
from pipeline.cli.audit_tables import as_lines
from pipeline.core.audit import (
    Audited,
    Edition,
    Found,
    Place,
    Population,
    Written,
    draw,
    is_right,
    keyed,
    show,
)
from pipeline.core.bound import more_needed, tail, upper_bound
from pipeline.errors import InputRefused

OLD, NEW = Edition("0.1.0", (("handwriting", "6"),)), Edition("0.1.0", (("handwriting", "7"),))
RIGHT = Audited(Population.HANDWRITING, NEW, "text", State.FILLED, "two readers 7", True)
WRONG = replace(RIGHT, is_right=False, type="number")
BLANK = replace(RIGHT, drawn=Population.ALL, state=State.BLANK)
PLACES = tuple(Place(f"r{n // 10}", f"f{n % 10}") for n in range(200))

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("errors", "n", "bound"),
    [
        (0, 1, 0.95),
        (0, 100, 1 - 0.05**0.01),
        (1, 2, 0.95**0.5),  # (1 - p)^2 + 2 p (1 - p) = 1 - p^2 = 0.05
        (3, 3, 1.0),
        (0, 0, 1.0),
        (1, 10, 0.394163),  # as the beta quantile of R and SciPy has it
    ],
)
def test_the_bound_is_exact(errors, n, bound) -> None:
    assert upper_bound(errors, n) == pytest.approx(bound, abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(counts)
def test_at_the_bound_so_few_errors_are_one_in_twenty(count) -> None:
    errors, n = count
    bound = upper_bound(errors, n)
    assert errors / n <= bound <= 1
    if errors < n:
        assert tail(errors, n, bound) == pytest.approx(0.05, abs=1e-9)
        assert upper_bound(errors, n + 1) < bound
        assert upper_bound(errors + 1, n + 1) > bound


@settings(deadline=None, max_examples=40)
@given(counts, st.floats(0.001, 0.5))
def test_so_many_more_are_needed_and_not_one_fewer(count, aim) -> None:
    errors, n = count
    more = more_needed(errors, n, aim)
    assert upper_bound(errors, n + more) <= aim + 1e-9
    if more:
        assert upper_bound(errors, n + more - 1) > aim - 1e-9


@pytest.mark.parametrize(("errors", "needed"), [(0, 2139), (1, 3387), (2, 4495)])
def test_what_it_takes_to_show_the_shipped_aim(errors, needed) -> None:
    assert more_needed(errors, errors, 0.0014) + errors == needed


@pytest.mark.parametrize("share", [0.0014, 0.05, 0.5, 0.9])
def test_the_tail_is_the_sum_over_all_ways(share) -> None:
    ways = (comb(50, k) * share**k * (1 - share) ** (50 - k) for k in range(3))
    assert tail(2, 50, share) == pytest.approx(sum(ways), rel=1e-9)
    assert (tail(2, 2, share), tail(0, 9, 0.0), tail(0, 9, 1.0)) == (1.0, 1.0, 0.0)


def test_counts_that_can_not_be_are_refused() -> None:
    for wrong in ((2, 1), (-1, 1)):
        with pytest.raises(ValueError, match="errors"):
            upper_bound(*wrong)
    with pytest.raises(ValueError, match="aim"):
        more_needed(0, 1, 0)


def test_a_draw_is_repeated_by_its_seed_whatever_the_order() -> None:
    drawn = draw(PLACES, 20, seed="7")
    assert draw(reversed(PLACES), 20, seed="7") == drawn
    assert len(set(drawn)) == 20
    assert set(drawn) <= set(PLACES)
    assert draw(PLACES, 20, seed="8") != drawn


def test_a_larger_draw_begins_with_the_smaller() -> None:
    assert draw(PLACES, 30, seed="7")[:20] == draw(PLACES, 20, seed="7")


def test_all_are_drawn_where_there_are_not_so_many() -> None:
    assert sorted(draw(PLACES, 999, seed="7")) == sorted(PLACES)
    assert draw((), 5, seed="7") == ()


def test_every_entry_is_drawn_about_as_often_as_another() -> None:
    drawn = [one for seed in range(400) for one in draw(PLACES, 20, seed=str(seed))]
    often = [drawn.count(one) for one in PLACES]
    assert sum(often) / len(often) == 40
    assert 15 < min(often) <= max(often) < 70  # 40 each, standard deviation 6


@pytest.mark.parametrize(
    ("type", "value", "state", "said"),
    [
        ("text", "", "", None),
        ("text", " a  b ", "", Written("a b", State.FILLED)),
        ("text", "n/a", "", Written("", State.NOT_APPLICABLE)),
        ("text", "", "blank", Written("", State.BLANK)),
        ("number", "13.2", "Filled", Written("13.2", State.FILLED)),
        ("text", "N/A", "not applicable", Written("", State.NOT_APPLICABLE)),
        ("checkbox", "", "checked", Written("true", State.CHECKED)),
        ("checkbox", "x", "unchecked", Written("false", State.UNCHECKED)),
        ("signature", "J. Miller", "filled", Written("", State.FILLED)),
        ("text", "", "unreadable", Written("", State.UNREADABLE)),
    ],
)
def test_a_keyed_line_says_a_value_and_a_state(type, value, state, said) -> None:
    assert keyed(EntryKind(type), value, state) == said


@pytest.mark.parametrize(
    ("type", "value", "state", "reason"),
    [
        ("text", "a", "written", "no state"),
        ("text", "a", "checked", "can't be checked"),
        ("checkbox", "", "filled", "can't be filled"),
        ("checkbox", "yes", "", "needs a state"),
        ("signature", "J. Miller", "", "needs a state"),
        ("text", "", "filled", "no value is keyed"),
        ("text", "a", "blank", "a value is keyed"),
    ],
)
def test_a_line_that_says_two_things_or_none_is_refused(type, value, state, reason) -> None:
    with pytest.raises(InputRefused, match=reason):
        keyed(EntryKind(type), value, state)


def test_case_and_spaces_are_no_error_and_everything_else_is() -> None:
    day = place("day", EntryKind.DATE, "Day", 0, format="DD MMM YY")
    read = Written("05 JAN 24", State.FILLED)
    for same in ("05 jan 24", "05JAN24", "05  Jan 24"):
        assert is_right(day, read, Written(same, State.FILLED)), same
    for other in ("06 JAN 24", "5 JAN 24"):
        assert not is_right(day, read, Written(other, State.FILLED)), other
    assert not is_right(None, Written("", State.FILLED), Written("", State.BLANK))


def test_editions_and_populations_are_never_mixed() -> None:
    audited = [RIGHT, WRONG, BLANK, replace(RIGHT, edition=OLD), replace(RIGHT, drawn=BLANK.drawn)]
    found = {(one.edition, one.population): one for one in show(audited, 0.0014)}
    assert {key: (one.whole.audited, one.whole.errors) for key, one in found.items()} == {
        (NEW, Population.HANDWRITING): (3, 1),
        (NEW, Population.ALL): (2, 0),
        (OLD, Population.HANDWRITING): (1, 0),
    }
    new = found[NEW, Population.HANDWRITING]
    assert {name: one.audited for name, one in new.types.items()} == {"text": 2, "number": 1}
    assert new.whole.rate == pytest.approx(1 / 3)
    assert new.whole.needed == 3387 - 3


def test_a_bound_is_never_printed_smaller_than_it_is() -> None:
    one = replace(show([RIGHT], 0.0014)[0], whole=Found(2100, 0, 0.0, 0.001401, 39))
    lines = list(as_lines(Standing((one,), 0.0014, 0, 0, NEW)))
    (row,) = [line for line in lines if line.startswith("in all")]
    assert row.split()[-3:] == ["0.15", "%", "39"]
