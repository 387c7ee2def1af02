"""What a hand does on the paper: `draw` puts one mark on a sheet and says how far its ink goes.

For STRIKE, SCRIBBLE, OVERWRITE and FLUID the mark's box is what is struck, scribbled over,
written over or covered: hand in the extent that `draw` gave for the writing. OVERWRITE fits its
text to that extent, so that it lies on what stands there. A STAMP's text may hold several lines
parted by `|`. The ink of TEXT stays in its box unless `may_overshoot` is set (then at most 2.2 mm
outside); ticks, crosses and circles leave a check box as people's do. `lay_paper` makes a sheet of
a blank's raster.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from extractors.values import Box
from sample_scans import ink_marks
from sample_scans.hands import Hands
from sample_scans.ink_cover import fluid, smudge, stamp
from sample_scans.ink_layout import Laid, lay_over, lay_text
from sample_scans.ink_paper import Sheet, lay_paper
from sample_scans.ink_pen import Pen, pen_of, put_ink
from sample_scans.ink_shapes import Stroke
from sample_scans.ink_signature import lay_signature
from sample_scans.values import Act, Mark, Tool

__all__ = ["Sheet", "draw", "lay_paper"]

STROKES: dict[Act, Callable[[Box, np.random.Generator], list[Stroke]]] = {
    Act.TICK: ink_marks.tick,
    Act.CROSS: ink_marks.cross,
    Act.FILL: ink_marks.fill,
    Act.CIRCLE: ink_marks.circle,
    Act.STRIKE: ink_marks.strike,
    Act.LINE: ink_marks.void_line,
    Act.DASH: ink_marks.dash,
    Act.OVERSHOOT: ink_marks.overshoot,
}


def draw(sheet: Sheet, mark: Mark, hands: Hands, rng: np.random.Generator) -> Box:
    """Put one mark on the sheet. Returns the extent of its ink in millimetres."""
    if mark.act is Act.FLUID:
        return fluid(sheet, mark.box, rng)
    if mark.act is Act.STAMP:
        return stamp(sheet, mark, rng)
    pen = _pen(mark, hands, rng)
    if mark.act is Act.SMUDGE:
        return smudge(sheet, mark.box, pen.colour, rng)
    if mark.act is Act.SCRIBBLE:
        return _scribble(sheet, mark.box, pen, rng)
    if mark.act in STROKES:
        strokes = STROKES[mark.act](mark.box, rng)
        return put_ink(sheet, strokes, (), pen=pen, rng=rng)
    if mark.act is Act.SIGNATURE:
        return _put(sheet, lay_signature(mark, hands, rng), pen, rng)
    if not mark.text.strip():
        return Box(mark.box.x, mark.box.y, 0.0, 0.0)
    if mark.act is Act.OVERWRITE:
        firm = replace(pen, width_mm=pen.width_mm * 1.35, pressure=1.0)
        return _put(sheet, lay_over(mark, hands, rng), firm, rng)
    return _put(sheet, lay_text(mark, hands, rng), pen, rng)


def _scribble(sheet: Sheet, box: Box, pen: Pen, rng: np.random.Generator) -> Box:
    """Pass upon pass with a firm hand, each darkening what is there, until it can't be read."""
    firm = replace(pen, width_mm=pen.width_mm * 1.25, pressure=1.0)
    extents = [put_ink(sheet, [s], (), pen=firm, rng=rng) for s in ink_marks.scribble(box, rng)]
    left, top = min(e.x for e in extents), min(e.y for e in extents)
    right, bottom = max(e.right for e in extents), max(e.bottom for e in extents)
    return Box(left, top, right - left, bottom - top)


def _pen(mark: Mark, hands: Hands, rng: np.random.Generator) -> Pen:
    """The person's pen, pressed a little more or less than usual."""
    habits = hands.habits(mark.hand)
    pressure = float(np.clip(habits.pressure + rng.normal(0, 0.06), 0.55, 1.0))
    return pen_of(mark.hand, mark.tool, mark.ink, thickness=habits.pen, pressure=pressure)


def _put(sheet: Sheet, laid: Laid, pen: Pen, rng: np.random.Generator) -> Box:
    """Letters in ink; nobody writes small letters with a broad pen, so it is never too broad."""
    broadest = laid.size_mm * (0.19 if pen.tool is Tool.FELT_TIP else 0.15)
    pen = replace(pen, width_mm=max(min(pen.width_mm, broadest), 0.18))
    return put_ink(sheet, laid.strokes, laid.masks, pen=pen, rng=rng)
