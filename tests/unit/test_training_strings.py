"""The strings that a reader learns from: the formats of forms, and signs that entries hold."""

import re

import numpy as np
import pytest

from extractors.automaton import ALPHABET
from training import strings

WORDS = ["line", "clearance", "kettle"]


def drawn(draw, count=300):
    rng = np.random.default_rng(5)
    return [draw(rng, WORDS) for _ in range(count)]


def test_every_string_is_made_of_signs_that_can_be_read():
    texts = drawn(strings.draw_string, 2000)
    assert set("".join(texts)) <= set(ALPHABET)
    assert all(text.strip() for text in texts)


@pytest.mark.parametrize(
    ("draw", "shape"),
    [
        (strings.time, r"\d{1,2}[:.]\d{2}"),
        (strings.number, r"-?\d+([.,]\d+)?(%| g| kg| mm| min)?"),
        (strings.lot, r"[A-Z]{0,3}[-/ ]?\d{2,8}[-/]?[A-Z0-9]?"),
    ],
)
def test_strings_have_the_shape_of_their_kind(draw, shape):
    assert [text for text in drawn(draw) if not re.fullmatch(shape, text)] == []


def test_all_kinds_come_up_and_the_same_seed_gives_the_same_strings():
    texts = drawn(strings.draw_string, 2000)
    assert texts == drawn(strings.draw_string, 2000)
    for shape in (r"\d\d:\d\d", r"\d\d[/.]\d\d[/.]\d{4}", r"[A-Z]{2,3}", r"\d+\.\d+", "kettle"):
        assert any(re.fullmatch(shape, text) for text in texts), shape
