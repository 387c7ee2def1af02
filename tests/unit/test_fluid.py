"""Correction fluid found by its white patch, on pages made here."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from extractors.automaton import ALPHABET
from extractors.confidence import MAX_CHANGED, weighed
from extractors.crop import crop, page_ink
from extractors.fluid import is_on_fluid
from extractors.frames import BLANK, OTHER, Frames
from extractors.line import own_strokes
from extractors.read import read
from extractors.values import (
    BlankPage,
    Box,
    EntryKind,
    Evidence,
    FieldHint,
    Reading,
    RegisteredPage,
    State,
)

SCALE = 8.0
SIZE_MM = (120, 90)
BOXES = {f"{row}{column}": Box(10 + 35 * column, 12 + 24 * row, 30, 9)
         for row in range(3) for column in range(3)}  # fmt: skip


def blank(shaded=()):
    image = np.full((SIZE_MM[1] * 8, SIZE_MM[0] * 8), 255, np.uint8)
    for key, box in BOXES.items():
        corners = [(round(x * SCALE), round(y * SCALE)) for x, y in
                   ((box.x, box.y), (box.right, box.bottom))]  # fmt: skip
        if key in shaded:
            cv2.rectangle(image, *corners, 225, -1)
        cv2.rectangle(image, *corners, 0, 2)
    return image


def sheet(fluid=(), *, paper=226, white=250, shaded=(), noise=2.0):
    """A page with four strokes in each field, of some of them on fluid."""
    form = blank(shaded)
    image = form.astype(np.float32) * (paper / 255)
    for key in fluid:
        box = BOXES[key]
        patch = np.zeros_like(image)
        left, top = round((box.x + 1) * SCALE), round((box.y + 1.5) * SCALE)
        patch[top : top + 48, left : left + 130] = 1
        patch = cv2.GaussianBlur(patch, (0, 0), 4)
        image = image * (1 - patch) + white * patch
    for box in BOXES.values():
        for place in range(4):
            x, y = (box.x + 3 + 3 * place) * SCALE, (box.y + 3) * SCALE
            cv2.line(image, (round(x), round(y)), (round(x + 10), round(y + 24)), 40, 4)
    image += np.random.default_rng(3).normal(0, noise, image.shape)
    return RegisteredPage(
        number=1,
        key="form 1 1",
        homography=np.diag([1 / SCALE, 1 / SCALE, 1.0]),
        turned=0,
        score=1.0,
        residual_mm=0.1,
        effective_dpi=200,
        image=np.clip(image, 0, 255).astype(np.uint8),
        blank=BlankPage("form 1 1", lambda: form, SIZE_MM, SCALE),
    )


def crops(page):
    hints = [FieldHint(key, EntryKind.NUMBER, box, r"\d{4}") for key, box in BOXES.items()]
    return tuple(crop(page_ink(page), hints))


def on_fluid(page):
    return {
        one.hint.key for one in crops(page) if is_on_fluid(one.white, own_strokes(one).own)
    }  # fmt: skip


def test_an_entry_on_a_white_patch_is_on_fluid_and_no_other():
    assert on_fluid(sheet({"01", "12"})) == {"01", "12"}
    assert on_fluid(sheet()) == set()


def test_cells_that_the_form_has_lighter_than_their_neighbours_are_no_fluid():
    others = set(BOXES) - {"11"}
    assert on_fluid(sheet(shaded=others)) == set()
    assert on_fluid(sheet({"11"}, shaded=others)) == {"11"}


def test_paper_made_lighter_along_every_stroke_is_no_fluid():
    page = sheet()
    near = cv2.dilate((page.image < 100).astype(np.uint8), np.ones((25, 25))).astype(bool)
    image = np.where(near & (page.image > 150), 235, page.image).astype(np.uint8)
    assert on_fluid(replace(page, image=image)) == set()


@pytest.mark.parametrize("paper", [254, 255])
def test_nothing_shows_on_paper_burnt_out_to_white(paper):
    page = sheet({"01"}, paper=paper, white=255, noise=0.0)
    assert page_ink(page).white is None
    assert all(one.white is None for one in crops(page))


def test_a_colour_scan_shows_fluid_as_a_grey_one_does():
    grey = sheet({"20"})
    assert on_fluid(replace(grey, image=np.dstack([grey.image] * 3))) == {"20"}


class Reader:
    """A recogniser whose two readers read 1234 off everything."""

    name = model = "fake"

    def look(self, lines, kind=None):
        rows = np.full((9, OTHER + 1), 1e-7)
        rows[:, BLANK] = 1.0
        for place, sign in enumerate("1234"):
            rows[2 * place + 1, [BLANK, ALPHABET.index(sign) + 1]] = 1e-3, 1.0
        rows /= rows.sum(axis=1, keepdims=True)
        one = Frames(rows, weight=0.5, lends=False)
        return tuple((one, one) for _ in lines)


def test_an_entry_on_fluid_keeps_its_value_and_is_never_accepted():
    readings = dict(zip(BOXES, read(crops(sheet({"01"})), Reader()), strict=True))
    assert (readings["01"].value, readings["01"].state) == ("1234", State.FILLED)
    assert readings["01"].evidence == (Evidence.OBLITERATED,)
    assert readings["01"].confidence <= MAX_CHANGED
    assert readings["01"].signals.ground == "on_fluid"
    assert readings["02"].evidence == ()


def test_what_is_scribbled_over_is_another_ground_than_what_stands_on_fluid():
    scribbled = Reading("", State.UNREADABLE, 0.97, "ink", evidence=(Evidence.OBLITERATED,))
    assert weighed(scribbled, EntryKind.NUMBER).signals.ground == "obliterated"
