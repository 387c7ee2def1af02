"""Strings out of probabilities: exact against counting every alignment by hand."""

import itertools
import re

import numpy as np
import pytest

from extractors.automaton import ALPHABET, automaton
from extractors.ctc import log_mass, log_probabilities
from extractors.decode import decode, free_text, likeliest_known
from extractors.frames import BLANK, OTHER, Frames

SIGNS = "12."


def _column(sign):
    return ALPHABET.index(sign) + 1


def _rows(seed, frames=5):
    rng = np.random.default_rng(seed)
    rows = np.zeros((frames, OTHER + 1))
    for row in rows:
        row[[BLANK, *map(_column, SIGNS)]] = rng.dirichlet(np.ones(1 + len(SIGNS)))
    return rows


def _counted(rows):
    """Every string with its probability, by walking through every alignment."""
    found = {}
    choices = [BLANK, *map(_column, SIGNS)]
    for path in itertools.product(choices, repeat=len(rows)):
        probability = np.prod([row[column] for row, column in zip(rows, path, strict=True)])
        text = "".join(
            ALPHABET[column - 1] for column, _ in itertools.groupby(path) if column != BLANK
        )
        found[text] = found.get(text, 0.0) + probability
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("pattern", [r"\d+\.\d", r"\d{2}", r"(12|21)\.?", r"[12.]*"])
def test_the_mass_of_a_format_is_the_sum_over_all_its_strings(seed, pattern):
    rows = _rows(seed)
    expected = sum(p for text, p in _counted(rows).items() if re.fullmatch(pattern, text))
    assert np.exp(log_mass(rows, automaton(pattern))) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("text", ["1", "12", "11", "1.2", "2.2"])
def test_the_probability_of_a_string_is_the_sum_over_its_alignments(text):
    rows = _rows(7)
    expected = _counted(rows)[text]
    assert np.exp(log_probabilities(rows, [text])[0]) == pytest.approx(expected, rel=1e-5)


def _written(text, sureness=0.9995):
    rows = np.full((2 * len(text) + 1, OTHER + 1), (1 - sureness) / OTHER)
    rows[:, BLANK] = sureness
    for place, sign in enumerate(text):
        rows[2 * place + 1, BLANK] = (1 - sureness) / OTHER
        rows[2 * place + 1, _column(sign)] = sureness
    return (Frames(rows / rows.sum(axis=1, keepdims=True)),)


def test_clear_ink_that_fits_the_format_is_read_as_it_stands():
    decoding = decode(_written("24.4"), automaton(r"\d+\.\d"))
    assert decoding.best[0].text == "24.4"
    assert decoding.share(0) > 0.95


def test_a_lost_decimal_point_is_not_put_back():
    decoding = decode(_written("244"), automaton(r"\d+\.\d"))
    assert decoding.log_mass < -9
    assert free_text(_written("244")) == "244"


def test_a_slash_that_looks_like_a_one_is_a_slash_where_the_format_asks_for_one():
    decoding = decode(_written("20107122"), automaton(r"\d\d/\d\d/\d\d"))
    assert decoding.best[0].text == "20/07/22"
    assert decoding.log_mass > -9


def test_a_colon_that_looks_like_a_one_is_a_colon_in_a_time():
    decoding = decode(_written("11138"), automaton(r"[0-2]\d:[0-5]\d"))
    assert decoding.best[0].text == "11:38"


def test_the_rivals_share_what_the_winner_does_not_have():
    decoding = decode(_written("17", sureness=0.6), automaton(r"\d\d"))
    assert sum(decoding.share(place) for place in range(len(decoding.best))) <= 1 + 1e-9
    assert decoding.share(0) > decoding.share(1)


def test_the_likeliest_known_string_is_the_one_that_the_ink_says():
    rows = np.full((5, OTHER + 1), 1e-6)
    for frame, column in enumerate([BLANK, _column("W"), BLANK, _column("I"), BLANK]):
        rows[frame, column] = 1.0
    seen = (Frames(rows / rows.sum(axis=1, keepdims=True)),)
    assert likeliest_known(seen, ["BK", "WI", ""]) == pytest.approx(likeliest_known(seen, ["WI"]))
    assert likeliest_known(seen, ["WI"]) > likeliest_known(seen, ["BK"]) + 5
    assert likeliest_known(seen, []) == float("-inf")


def _joined_by_counting(both, pattern):
    """The share of each well-formed string in the product of two readers, by counting all."""
    first, second = (_counted(rows) for rows in both)
    weighed = {
        text: (first[text] * second[text]) ** 0.5
        for text in first
        if re.fullmatch(pattern, text) and text in second
    }
    total = sum(weighed.values())
    return {text: value / total for text, value in weighed.items()}


def _seen(rows, weight=0.5):
    return Frames(rows, weight=weight, lends=False)


@pytest.mark.parametrize("seed", range(6))
def test_two_readers_joined_are_never_surer_than_counting_every_string_allows(seed):
    both = (_rows(seed), _rows(seed + 100))
    pattern = r"\d{1,2}(\.\d)?"
    expected = _joined_by_counting(both, pattern)
    decoding = decode(tuple(map(_seen, both)), automaton(pattern))
    for one in decoding.best:
        assert one.share <= expected[one.text] + 1e-6
    best = max(expected, key=lambda text: expected[text])
    assert decoding.best[0].text == best
    assert decoding.share(0) > 0.6 * expected[best]


def test_readers_that_disagree_are_surer_of_nothing():
    one, other = _written("17"), _written("11")
    agreed = decode((*one, *one), automaton(r"\d\d")).share(0)
    assert agreed > 0.99
    assert decode((*one, *other), automaton(r"\d\d")).share(0) < 0.8


def test_a_seven_that_may_be_a_one_keeps_the_one_as_an_alternative():
    seven = np.full((5, OTHER + 1), 1e-6)
    for frame, column in enumerate([BLANK, _column("1"), BLANK, 0, BLANK]):
        seven[frame, column] = 1.0
    seven[3] = 1e-6
    seven[3, [_column("7"), _column("1")]] = 0.7, 0.3
    seen = (Frames(seven / seven.sum(axis=1, keepdims=True), lends=False),)
    found = decode(seen, automaton(r"\d\d"))
    assert [one.text for one in found.best[:2]] == ["17", "11"]
    assert found.share(0) == pytest.approx(0.7, abs=0.02)
    assert found.share(1) == pytest.approx(0.3, abs=0.02)


def test_strings_that_differ_in_case_and_blanks_alone_are_one():
    rows = np.full((3, OTHER + 1), 1e-6)
    rows[[0, 2], BLANK] = 1.0
    rows[1, [_column("s"), _column("S")]] = 0.55, 0.45
    seen = (Frames(rows / rows.sum(axis=1, keepdims=True), lends=False),)
    found = decode(seen, automaton("[A-Za-z]"))
    assert found.best[0].text == "s"
    assert found.share(0) > 0.99
    assert found.share(1) < 0.01


def test_where_the_ink_is_in_doubt_a_month_of_the_calendar_is_likelier():
    date, possible = r"[0-3]\d/[01]\d", r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])"
    rows = _written("09/17")[0].rows().copy()
    rows[-2, [_column("7"), _column("1")]] = 0.8, 0.19
    seen = (Frames(rows / rows.sum(axis=1, keepdims=True), lends=False),)
    assert decode(seen, automaton(date)).best[0].text == "09/17"
    likely = decode(seen, automaton(date), likely=automaton(possible))
    assert [one.text for one in likely.best[:2]] == ["09/11", "09/17"]
    assert likely.best[0].share < 0.95


def test_a_month_that_no_calendar_has_is_read_where_the_ink_is_clear():
    date, possible = r"[0-3]\d/[01]\d", r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])"
    found = decode(_written("09/17"), automaton(date), likely=automaton(possible))
    assert found.best[0].text == "09/17"


def test_initials_of_the_log_compete_with_somebody_elses_and_the_ink_decides():
    clear = decode(_written("MK"), automaton("[A-Z]{2,3}"), ("MX",))
    assert clear.best[0].text == "MK"
    vague = np.full((5, OTHER + 1), 1e-6)
    for frame, column in enumerate([BLANK, _column("M"), BLANK, 0, BLANK]):
        vague[frame, column] = 1.0
    vague[3] = 1e-6
    vague[3, [_column("K"), _column("X")]] = 0.6, 0.4
    seen = (Frames(vague / vague.sum(axis=1, keepdims=True), lends=False),)
    assert decode(seen, automaton("[A-Z]{2,3}")).best[0].text == "MK"
    assert decode(seen, automaton("[A-Z]{2,3}"), ("MX", "AB")).best[0].text == "MX"
