"""Whether the ink says what the format asks for, or something else that has to stay as it is."""

from types import SimpleNamespace

import numpy as np
import pytest

from extractors.automaton import ALPHABET
from extractors.frames import BLANK, OTHER, Frames
from extractors.values import Box, EntryKind, Evidence, FieldHint
from extractors.writing import Writing, read_text

READER = SimpleNamespace(name="test", model="test")
ONE_DECIMAL = r"-?[0-9]+\.[0-9]{1}"
DATE = "[0-3][0-9]-(?:JAN|APR|DEC)-(?:19|20)[0-9]{2}"


def seen_as(text, doubts=()):
    """What one reader saw: `doubts` are (place, sign, share) of other signs."""
    rows = np.full((2 * len(text) + 1, OTHER + 1), 1e-7)
    rows[0::2, BLANK] = 1
    for place, sign in enumerate(text):
        row = rows[2 * place + 1]
        others = [(other, share) for at, other, share in doubts if at == place]
        row[ALPHABET.index(sign) + 1] = 1 - sum(share for _, share in others)
        for other, share in others:
            row[ALPHABET.index(other) + 1 if other else BLANK] = share
    return (Frames(rows / rows.sum(axis=1, keepdims=True), lends=False),)


def read(seen, grammar, kind=EntryKind.NUMBER):
    hint = FieldHint("field", kind, Box(0, 0, 30, 8), grammar)
    crop = SimpleNamespace(hint=hint, likeness=None)
    image = np.full((40, 100), 255, np.uint8)
    return read_text(Writing(0, crop, image, 255.0 - image, None, 0.0), seen, READER, grammar)


def test_what_fits_the_format_is_read_under_it():
    reading = read(seen_as("24.4"), ONE_DECIMAL)
    assert (reading.value, reading.evidence) == ("24.4", ())


def test_a_decimal_point_that_is_hardly_to_be_seen_is_read():
    reading = read(seen_as("24.4", [(2, "", 0.999)]), ONE_DECIMAL)
    assert (reading.value, reading.evidence) == ("24.4", ())


def test_a_lost_decimal_point_is_not_put_back():
    reading = read(seen_as("244"), ONE_DECIMAL)
    assert (reading.value, reading.evidence) == ("244", (Evidence.BAD_FORMAT,))


@pytest.mark.parametrize("text", ["24.45", "24,4", "2A.4"])
def test_clear_ink_that_the_format_does_not_allow_stays_as_it_stands(text):
    reading = read(seen_as(text), ONE_DECIMAL)
    assert (reading.value, reading.evidence) == (text, (Evidence.BAD_FORMAT,))


def test_a_sign_in_doubt_is_read_as_the_format_asks():
    seen = seen_as("09-APC-2025", [(5, "R", 1e-3)])
    reading = read(seen, DATE, EntryKind.DATE)
    assert (reading.value, reading.evidence) == ("09-APR-2025", ())


def test_another_order_of_the_date_stays_as_it_stands():
    reading = read(seen_as("2025-04-09"), DATE, EntryKind.DATE)
    assert (reading.value, reading.evidence) == ("2025-04-09", (Evidence.BAD_FORMAT,))
