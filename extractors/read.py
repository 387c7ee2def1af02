"""From crops to readings: what stands in each field, and how sure that is.

A field is first judged by its ink (blank, a mark, void, scribbled over); writing then goes through
the recogniser (`writing.py`). Given the same crops, the same readings come out, whatever else is
read beside them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from extractors.confidence import weighed
from extractors.corrected import parts_of, read_writing
from extractors.crop import Crop, Mask
from extractors.fluid import is_on_fluid
from extractors.frames import Recogniser, Seen
from extractors.line import as_image, line_darkness, own_strokes
from extractors.long_strokes import VoidBlock
from extractors.marks import read_mark
from extractors.overwritten import with_overwriting
from extractors.scraps import doubted_rows
from extractors.shape import Shape, shape_of, thick_patch
from extractors.signature import drawing_of
from extractors.struck_rows import really_void
from extractors.values import EntryKind, Evidence, Reading, State
from extractors.writing import Writing

SIGNED = frozenset({EntryKind.SIGNATURE, EntryKind.INITIALS})
MIN_LIKENESS = 0.35
MAX_DOUBTED = 0.5
"""Where the print around a field is so little like the blank's, no reading is surer than this."""
MIN_WRITING_MM2 = 0.45
"""Less ink than this is no writing."""
MIN_TEXT_MM = 5.0
"""A remark is longer than this; shorter in a field for free text is dirt or bleed-through."""
SCRIBBLE_MM = 1.6
MIN_SCRIBBLE_MM2 = 11.0
SCRIBBLE_SHARE = 0.5
SCRIBBLE_FILL = 0.68
SCRIBBLE_WITHIN = 0.6
"""A scribble is a patch thicker than any stroke: most of the field's ink, and of its extent."""


def read(
    crops: Sequence[Crop], recogniser: Recogniser, voids: Sequence[VoidBlock] = ()
) -> tuple[Reading, ...]:
    """One reading for each crop, in their order. `voids` are the blocks that seem struck out."""
    readings: dict[int, Reading] = {}
    writings: list[Writing] = []
    blocks = really_void(voids, crops, recogniser)
    void_of = {key: block for block in blocks for key in block.keys}
    for place, crop in enumerate(crops):
        block = void_of.get(crop.hint.key)
        judged = _judge(place, crop) if block is None else _void(block)
        if isinstance(judged, Reading):
            readings[place] = judged
        else:
            writings.append(judged)
    for writing, seen in _looked_at(writings, recogniser):
        reading = read_writing(writing, seen, recogniser)
        reading = with_overwriting(reading, writing, seen[0])
        readings[writing.place] = _with_fluid(reading, writing)
    found = [
        _doubted(weighed(readings[place], crop.hint.kind), crop) for place, crop in enumerate(crops)
    ]
    return doubted_rows(found, crops)


def _looked_at(
    writings: Sequence[Writing], recogniser: Recogniser
) -> Iterator[tuple[Writing, list[Seen]]]:
    """Each writing with what was seen in its images, kind by kind."""
    for kind in EntryKind:
        alike = [writing for writing in writings if writing.crop.hint.kind is kind]
        images = [image for writing in alike for image in writing.images]
        looks = iter(recogniser.look(images, kind))
        for writing in alike:
            yield writing, [next(looks) for _ in writing.images]


def _doubted(reading: Reading, crop: Crop) -> Reading:
    """The reading, never surer than the place: print that lies beside the blank's casts doubt."""
    if crop.likeness is None or crop.likeness >= MIN_LIKENESS:
        return reading
    return replace(reading, confidence=min(reading.confidence, MAX_DOUBTED))


def _with_fluid(reading: Reading, writing: Writing) -> Reading:
    """The reading, with its evidence where the entry stands on correction fluid.

    Fluid hides what stood there before, so nobody is asked to trust the machine with it. Initials
    have too little ink to tell.
    """
    if reading.state is not State.FILLED or writing.drawing is not None or not writing.is_on_fluid:
        return reading
    return replace(reading, evidence=(*reading.evidence, Evidence.OBLITERATED))


def _void(block: VoidBlock) -> Reading:
    """A field of a block that one stroke voids."""
    evidence = (
        (Evidence.VOID_ROW,) if block.is_signed else (Evidence.VOID_ROW, Evidence.VOID_UNSIGNED)
    )
    return Reading(
        value="", state=State.NOT_APPLICABLE, confidence=0.99, reader="ink", evidence=evidence
    )


def _judge(place: int, crop: Crop) -> Reading | Writing:
    """What the ink alone tells; writing is left for the recogniser."""
    if crop.hint.kind is EntryKind.CHECKBOX:
        return read_mark(crop)
    strokes = own_strokes(crop)
    shape = shape_of(strokes.own, crop.pixels_per_mm)
    foreign = shape_of(strokes.foreign, crop.pixels_per_mm)
    dark = line_darkness(crop, strokes.own)
    least = MIN_TEXT_MM if crop.hint.grammar is None else 0.0
    if dark is None or shape.area_mm2 < MIN_WRITING_MM2 or shape.length_mm < least:
        return _blank(shape)
    if _is_scribble(crop, strokes.own) and crop.hint.kind not in SIGNED:
        return _obliterated()
    share = foreign.area_mm2 / (foreign.area_mm2 + shape.area_mm2)
    drawing = drawing_of(crop, strokes.own) if crop.hint.kind in SIGNED else None
    correction = None if drawing else parts_of(crop, strokes.own)
    return Writing(
        place,
        crop,
        as_image(dark),
        dark,
        drawing,
        share,
        correction,
        is_on_fluid=is_on_fluid(crop.white, strokes.own),
    )


def _blank(shape: Shape) -> Reading:
    confidence = 0.999 if shape.area_mm2 < 0.15 else 0.98
    return Reading(value="", state=State.BLANK, confidence=confidence, reader="ink")


def _is_scribble(crop: Crop, own: Mask) -> bool:
    """Ink laid on so thickly over the field that no stroke stands by itself."""
    scale = crop.pixels_per_mm
    patch = thick_patch(own, scale, least_mm=SCRIBBLE_MM)
    area = int(patch.sum())
    if area < max(MIN_SCRIBBLE_MM2 * scale**2, SCRIBBLE_SHARE * int(own.sum())):
        return False
    left, top, right, bottom = crop.inner
    rows, columns = np.flatnonzero(patch.any(axis=1)), np.flatnonzero(patch.any(axis=0))
    extent = float(np.ptp(rows) + 1) * float(np.ptp(columns) + 1)
    within = int(patch[top:bottom, left:right].sum())
    return area / extent > SCRIBBLE_FILL and within / area > SCRIBBLE_WITHIN


def _obliterated() -> Reading:
    return Reading(
        value="",
        state=State.UNREADABLE,
        confidence=0.97,
        reader="ink",
        evidence=(Evidence.OBLITERATED,),
    )
