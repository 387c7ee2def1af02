"""All blank forms of the samples, by who may use them."""

from collections.abc import Callable
from functools import cache

from sample_scans import (
    form_autoclave,
    form_brewing,
    form_clearance,
    form_compression,
    form_cook_chill,
    form_dispensing,
    form_granulation,
    form_packaging,
    form_sampling,
    form_stray,
)
from sample_scans.paper import PaperForm
from sample_scans.values import Split

COMMON: tuple[Callable[[], PaperForm], ...] = (
    form_dispensing.draw,
    form_granulation.draw,
    form_compression.draw,
    form_packaging.draw,
    form_clearance.draw_version_3,
    form_clearance.draw_version_4,
    form_cook_chill.draw,
    form_sampling.draw,
)

TEST_ONLY: tuple[Callable[[], PaperForm], ...] = (form_autoclave.draw, form_brewing.draw)


@cache
def forms_of(split: Split) -> tuple[PaperForm, ...]:
    """The forms that records of this split are written on."""
    drawings = COMMON + (TEST_ONLY if split == Split.TEST else ())
    return tuple(draw() for draw in drawings)


@cache
def strays_of(split: Split) -> tuple[PaperForm, ...]:
    """Sheets that are no form of the set; the attendance list is the test's own."""
    drawings = [form_stray.draw_visitors]
    if split == Split.TEST:
        drawings.append(form_stray.draw_training)
    return tuple(draw() for draw in drawings)
