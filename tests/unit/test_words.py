"""Free text: words in use are likelier, and ink that says something else still wins."""

import re

import numpy as np
import pytest

from extractors.automaton import ALPHABET, automaton
from extractors.decode import decode, decode_words
from extractors.frames import BLANK, OTHER, Frames
from extractors.words import WordTexts, likelier, log_odds, mixed, words, zipf
from extractors.writing import ANYTHING


def written(text, rivals=(), doubt=0.3):
    """Frames that say a text; `rivals` are other signs with `doubt`, as (place, sign)."""
    rows = np.full((2 * len(text) + 1, OTHER + 1), 1e-7)
    rows[0::2, BLANK] = 1
    for place, sign in enumerate(text):
        rows[2 * place + 1, ALPHABET.index(sign) + 1] = 1.0
    for place, sign in rivals:
        rows[2 * place + 1, ALPHABET.index(text[place]) + 1] = 1 - doubt
        rows[2 * place + 1, ALPHABET.index(sign) + 1] = doubt
    return (Frames(rows / rows.sum(axis=1, keepdims=True), lends=False),)


def read(seen):
    return decode_words(seen, automaton(ANYTHING)).best[0].text


def test_the_list_holds_what_plants_write_and_is_in_order():
    assert list(words()) == sorted(set(words()))
    assert all(re.fullmatch("[a-z]{2,15}", word) for word in words())
    assert all(zipf(word) for word in ("Filter", "changed", "STARCH", "kettle"))
    assert not any(zipf(word) for word in ("stanch3", "xqzz", "", "filte"))
    assert zipf("and") > zipf("beef") > zipf("beet")


def test_ink_in_doubt_is_read_as_the_word():
    seen = written("kebtlo", rivals=[(2, "t"), (5, "e")], doubt=0.4)
    assert decode(seen, automaton(ANYTHING)).best[0].text == "kebtlo"
    assert read(seen) == "kettle"


def test_a_name_that_no_list_holds_is_read_by_its_ink():
    assert read(written("Brantol 20")) == "Brantol 20"


def test_clear_ink_is_never_made_a_word():
    assert read(written("starcn", rivals=[(5, "h")], doubt=1e-5)) == "starcn"


def test_an_unknown_name_beside_a_word_does_not_keep_the_word_from_being_read():
    seen = written("Qorxvel fonte", rivals=[(10, "r")], doubt=0.3)
    assert read(seen) == "Qorxvel forte"


def test_each_letter_beyond_two_speaks_for_a_word_up_to_a_limit():
    assert log_odds("starch") > log_odds("bag") > 0
    assert log_odds("starch bag") == pytest.approx(log_odds("starch") + log_odds("bag"))
    assert log_odds("starch.") == pytest.approx(log_odds("starch"))
    assert log_odds("L14319K 20/07") == 0
    assert log_odds("beef") > log_odds("beet")


@pytest.mark.parametrize(
    ("usual", "odd"),
    [
        ("Norvasan 50 mg", "Norvasan so mg"),
        ("Press 10 min", "Press 1o min"),
        ("Kettle 2 slow", "Kettle z slow"),
        ("after 2nd sample", "after znd sample"),
        ("Glycerol 99.5", "GlyceRol 99.5"),
        ("20 x 10", "20 x i0"),
    ],
)
def test_numbers_units_and_plain_capitals_are_likelier_than_odd_tokens(usual, odd):
    assert log_odds(usual) > log_odds(odd)
    assert usual in likelier(odd)


@pytest.mark.parametrize("text", ["L14319K", "XZ17-9836", "480175-5", "TP032", "20/07/22", "5kg"])
def test_nothing_speaks_against_codes_and_numbers(text):
    assert log_odds(text) == 0
    assert [*likelier(text)] == [text]


def test_letters_in_place_of_digits_are_put_right_where_the_ink_allows_both():
    assert read(written("dose so mg", rivals=[(5, "5"), (6, "0")], doubt=0.3)) == "dose 50 mg"
    assert read(written("dose so mg", rivals=[(5, "5")], doubt=1e-6)) == "dose so mg"


def test_texts_are_mixed_word_by_word_where_they_have_as_many():
    assert set(mixed("Dorex fonte", "Doves forte")) == {
        "Dorex fonte",
        "Dorex forte",
        "Doves fonte",
        "Doves forte",
    }
    assert mixed("one two", "one") == ()


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("bag changed", True),
        ("20 bag", True),
        ("Bag, 20.", True),
        ("bag20", False),
        ("xqz", False),
        ("chnge", False),
    ],
)
def test_texts_of_words_and_numbers_end_with_a_whole_word(text, is_one):
    texts, state = WordTexts(), 0
    for sign in text:
        state = texts.after(state, sign) if state is not None else None
    assert (state is not None and texts.is_end(state)) == is_one
