"""Formats as automata: they accept what Python's own matcher accepts."""

import re

import pytest

from extractors.automaton import automaton

PATTERNS = [
    r"[A-Z]{2}\d{2}-\d{4}",
    r"-?\d+\.\d{2}",
    r"(?:0[1-9]|[12]\d|3[01])/(?:0[1-9]|1[0-2])/\d\d",
    r"(PASS|FAIL)",
    r"[^a]\w+?(x|y)*",
    r"(ab){2,}c?",
    r".{0,3}",
]
TEXTS = ["XB15-2288", "-1.25", "31/12/22", "32/12/22", "PASS", "bcdxyx", "", "abab", "ababc", "ab"]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_format_accepts_what_pythons_matcher_accepts(pattern, text):
    assert automaton(pattern).accepts(text) == bool(re.fullmatch(pattern, text))


def test_what_is_no_regular_expression_is_refused():
    with pytest.raises(ValueError, match="regular expression"):
        automaton("[A-")


def test_look_around_is_refused():
    with pytest.raises(ValueError, match="can't use"):
        automaton(r"(?=a)b")
