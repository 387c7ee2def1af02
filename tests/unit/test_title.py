"""Versions of a page told apart by the words that are printed on each."""

import cv2
import numpy as np
import pytest

from extractors.automaton import ALPHABET
from extractors.frames import BLANK, OTHER, Frames
from extractors.title import alike_pages, log_likelihoods, title_of
from extractors.values import BlankPage, Box, PrintedWord

A4 = (210.0, 297.0)
BODY = [f"step{number}" for number in range(40)]


def page(key, version, *, body=BODY, size=A4, title="Record"):
    """A page whose version stands at its top, over lines of text."""
    head = [(title, 20.0), ("Form", 100.0), ("LC-031", 112.0), ("Version", 124.0), (version, 136.0)]
    words = [PrintedWord(text, Box(left, 10, 11, 4)) for text, left in head]
    words += [PrintedWord(text, Box(20, 30 + 6 * row, 12, 4)) for row, text in enumerate(body)]

    def draw():
        raise AssertionError("nobody has to draw it for its words")

    return BlankPage(key, draw, size, 8.0, tuple(words))


class Clerk:
    """A reader that sees what it is told, one text for each line that it is shown."""

    model = "clerk"

    def __init__(self, *texts):
        self.texts, self.lines = texts, []

    def frames(self, lines):
        self.lines = list(lines)
        assert len(lines) == len(self.texts)
        return tuple(frames_of(text) for text in self.texts)


def frames_of(text):
    rows = np.full((2 * len(text) + 1, OTHER + 1), 1e-4)
    rows[0::2, BLANK] = 1
    for place, sign in enumerate(text):
        rows[2 * place + 1, ALPHABET.index(sign) + 1] = 1
    return Frames(rows / rows.sum(axis=1, keepdims=True))


def test_pages_with_nearly_the_same_words_and_size_are_versions_of_one():
    other = [f"row{number}" for number in range(40)]
    pages = [
        page("a", "3"),
        page("b", "4"),
        page("c", "3", body=other),
        page("d", "5", size=(297.0, 210.0)),
        page("e", "6", body=BODY[:-2]),
    ]
    assert [[one.key for one in group] for group in alike_pages(pages)] == [
        ["a", "b", "e"],
        ["c"],
        ["d"],
    ]


def test_pages_without_words_are_never_taken_for_versions_of_each_other():
    blank = BlankPage("x", lambda: np.zeros((1, 1), np.uint8), A4, 8.0)
    assert [len(group) for group in alike_pages([blank, blank])] == [1, 1]


def test_only_the_line_in_which_the_versions_differ_is_read():
    title = title_of([page("a", "3"), page("b", "4"), page("c", "41")])
    assert len(title.strips) == 1
    assert title.strips[0].y == pytest.approx(10)
    assert title.strips[0].x > 90
    assert [texts[0] for texts in title.texts] == [
        "Form LC-031 Version 3",
        "Form LC-031 Version 4",
        "Form LC-031 Version 41",
    ]


@pytest.mark.parametrize(("seen", "best"), [("3", 0), ("4", 1), ("41", 2)])
def test_the_version_that_the_print_says_is_far_the_likeliest(seen, best):
    title = title_of([page("a", "3"), page("b", "4"), page("c", "41")])
    grey = np.full((300, 300), 255, np.uint8)
    clerk = Clerk(f"Form LC-031 Version {seen}")
    said = log_likelihoods(title, grey, np.diag([0.7, 0.7, 1.0]), clerk)
    assert int(said.argmax()) == best
    assert np.sort(said)[-1] - np.sort(said)[-2] > 5


def test_the_strip_is_cut_out_of_the_scan_where_the_page_lies():
    title = title_of([page("a", "3"), page("b", "4")])
    scan = np.full((800, 2000), 255, np.uint8)
    left, top = 1360, 100
    cv2.rectangle(scan, (left, top), (left + 100, top + 40), 0, -1)
    clerk = Clerk("Form LC-031 Version 3")
    log_likelihoods(title, scan, np.diag([0.1, 0.1, 1.0]), clerk)
    (strip,) = clerk.lines
    dark = np.argwhere(strip < 100)
    assert dark[:, 1].min() / strip.shape[1] > 0.7
    assert dark[:, 0].min() > 0
