"""Figures written over in place, on drawings made here."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from extractors.automaton import ALPHABET
from extractors.confidence import MAX_CHANGED, weighed
from extractors.crop import Crop
from extractors.ctc import places
from extractors.frames import BLANK, OTHER, Frames
from extractors.line import line_darkness
from extractors.overwritten import MEASURES, figures_of, log_odds, measures
from extractors.read import read
from extractors.values import Box, EntryKind, Evidence, FieldHint, State

SCALE = 8.0
PITCH_MM = 2.6
STROKES = {
    "1": [(0.7, 0), (0.7, 2.6)],
    "2": [(0, 0.4), (0.7, 0), (1.3, 0.5), (0, 2.6), (1.4, 2.6)],
    "3": [(0, 0.2), (1.2, 0.2), (0.5, 1.2), (1.3, 1.8), (0.8, 2.6), (0, 2.4)],
    "4": [(0.9, 2.6), (0.9, 0), (0, 1.7), (1.5, 1.7)],
    "7": [(0, 0), (1.4, 0), (0.5, 2.6)],
}


def page(text, over=None, grammar=r"\d{4}", pressed=170):
    """An entry of strokes; `over` has a sign for each place where one is written over the first."""
    image = np.zeros((round(11 * SCALE), round((len(text) * PITCH_MM + 8) * SCALE)), np.uint8)
    for place, sign in enumerate(text):
        _stroke(image, sign, place, pressed, 3)
    for place, sign in (over or {}).items():
        _stroke(image, sign, place, 235, 4)
    height, width = image.shape
    box = Box(3, 3, width / SCALE - 6, height / SCALE - 6)
    return Crop(
        hint=FieldHint("field", EntryKind.NUMBER, box, grammar=grammar),
        ink=image > 60,
        darkness=image,
        printed=np.zeros(image.shape, bool),
        pixels_per_mm=SCALE,
        inner=(24, 24, width - 24, height - 24),
        shift_mm=(0, 0),
        likeness=None,
    )


def _stroke(image, sign, place, dark, thick):
    points = np.array(STROKES[sign]) + np.array([4 + PITCH_MM * place, 4])
    layer = np.zeros_like(image)
    cv2.polylines(
        layer, [(points * SCALE).astype(np.int32)], isClosed=False, color=dark, thickness=thick
    )
    np.maximum(image, layer, out=image)


class Reader:
    """A recogniser that reads one text off any line of signs as wide as those drawn here."""

    name = model = "fake"

    def __init__(self, text, doubted=()):
        self.text, self.doubted = text, doubted

    def look(self, lines, kind=None):
        return tuple((self._frames(line), self._frames(line)) for line in lines)

    def _frames(self, line):
        rows = np.full((200, OTHER + 1), 1e-7)
        rows[:, BLANK] = 1.0
        step = line.shape[1] / 200
        pad = 2 * round((line.shape[0] - line.shape[0] / 1.32) / 2)
        for place, sign in enumerate(self.text):
            middle = int((pad + (place * PITCH_MM + 0.7) * SCALE) / step)
            sure = 0.6 if place in self.doubted else 0.999
            rows[middle, BLANK], rows[middle, ALPHABET.index(sign) + 1] = 1 - sure, sure
        rows /= rows.sum(axis=1, keepdims=True)
        return Frames(rows, weight=0.5, lends=False, step=step / line.shape[0])


def odds(crop, text, doubted=()):
    dark = line_darkness(crop, crop.ink)
    (seen,) = Reader(text, doubted).look([dark])
    return log_odds(figures_of(dark, text, seen))


def test_a_figure_over_another_is_told_from_plain_figures():
    assert odds(page("2473"), "2473") < -1
    assert odds(page("2473", {1: "2"}), "2273", doubted=(1,)) > 1.5


def test_a_heavy_hand_writes_nothing_over():
    heavy = page("2473")
    heavy = replace(heavy, darkness=cv2.dilate(heavy.darkness, np.ones((3, 3), np.uint8)))
    heavy = replace(heavy, ink=heavy.darkness > 60)
    assert odds(heavy, "2473") < 0


@pytest.mark.parametrize("measure", ["dense", "travel", "blacker than the others", "broad"])
def test_each_measure_of_the_pen_rises_where_a_figure_lies_on_another(measure):
    dark = line_darkness(page("2473", {1: "2"}), page("2473", {1: "2"}).ink)
    (seen,) = Reader("2273").look([dark])
    found = measures(figures_of(dark, "2273", seen))[:, list(MEASURES).index(measure)]
    assert found.argmax() == 1


def test_letters_are_left_alone():
    crop = page("2473", {1: "2"})
    dark = line_darkness(crop, crop.ink)
    (seen,) = Reader("ZAFB").look([dark])
    assert figures_of(dark, "ZAFB", seen) == ()


def test_an_entry_written_over_is_read_with_its_evidence_and_never_accepted():
    (reading,) = read([page("2473", {1: "2"})], Reader("2273", doubted=(1,)))
    assert (reading.value, reading.state) == ("2273", State.FILLED)
    assert reading.evidence == (Evidence.OVERWRITTEN,)
    assert reading.confidence <= MAX_CHANGED
    assert reading.signals.ground == "overwritten"


def test_a_plain_entry_is_read_without_such_evidence():
    (reading,) = read([page("2473")], Reader("2473"))
    assert reading.value == "2473"
    assert reading.evidence == ()
    assert reading.signals.ground == "written"


def test_ink_that_the_format_does_not_allow_is_not_called_written_over():
    (reading,) = read([page("2473", {1: "2"}, grammar="[A-D]{9}")], Reader("2273", doubted=(1,)))
    assert Evidence.OVERWRITTEN not in reading.evidence


def test_signs_are_found_where_the_frames_have_them():
    frames = np.full((9, OTHER + 1), 1e-6)
    frames[:, BLANK] = 0.9
    for frame, sign in ((1, "7"), (4, "7"), (5, "7"), (6, "7"), (8, "1")):
        frames[frame, [BLANK, ALPHABET.index(sign) + 1]] = 0.05, 0.9
    assert places(frames, "771") == [1, 5, 8]
    assert places(frames[:4], "771") == []


def test_the_weight_of_written_text_is_not_used_for_an_entry_written_over():
    (reading,) = read([page("2473")], Reader("2473"))
    over = replace(reading, evidence=(Evidence.OVERWRITTEN,), confidence=0.8)
    assert weighed(over, EntryKind.NUMBER).signals.ground == "overwritten"
