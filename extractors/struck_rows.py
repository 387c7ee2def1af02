"""Whether a block that a stroke seems to void is one: rows of entries that read well are none.

Somebody's flat figures, run together over a whole row, look like a line. What tells them from one
is that they can be read.
"""

from collections.abc import Mapping, Sequence

from extractors.automaton import automaton
from extractors.crop import Crop
from extractors.decode import decode, free_text
from extractors.frames import Recogniser
from extractors.line import as_image, line_darkness, own_strokes
from extractors.long_strokes import VoidBlock
from extractors.values import EntryKind, GreyImage

LEGIBLE = -2.5
"""A field whose well-formed texts get more than this (logarithm) together can be read."""
FEWEST_SIGNS = 2
"""A stroke through a field reads as a sign or none, never as several."""
MOST_LOOKED_AT = 9
"""So many fields of a block are looked at, spread over it."""
WRITTEN = 0.5
"""From this share of them that can be read, the block holds entries."""


def really_void(
    blocks: Sequence[VoidBlock], crops: Sequence[Crop], recogniser: Recogniser
) -> tuple[VoidBlock, ...]:
    """The blocks without those whose fields can be read."""
    crop_of = {crop.hint.key: crop for crop in crops}
    return tuple(block for block in blocks if not _is_written(block, crop_of, recogniser))


def _is_written(block: VoidBlock, crop_of: Mapping[str, Crop], recogniser: Recogniser) -> bool:
    fields = [crop_of[key] for key in block.keys if _can_be_read(crop_of[key])]
    step = -(-len(fields) // MOST_LOOKED_AT)
    chosen = fields[:: max(1, step)]
    images = [_image(crop) for crop in chosen]
    looks = iter(recogniser.look([image for image in images if image is not None]))
    legible = 0
    for crop, image in zip(chosen, images, strict=True):
        if image is None:
            continue
        seen = next(looks)
        said = decode(seen, automaton(crop.hint.grammar or ""), count=1)
        legible += (
            said.log_mass > LEGIBLE
            and bool(said.best)
            and min(len(said.best[0].text), len(free_text(seen))) >= FEWEST_SIGNS
        )
    return bool(chosen) and legible >= WRITTEN * len(chosen)


def _can_be_read(crop: Crop) -> bool:
    return crop.hint.kind not in (EntryKind.CHECKBOX, EntryKind.SIGNATURE) and bool(
        crop.hint.grammar
    )


def _image(crop: Crop) -> GreyImage | None:
    """The field's ink as the readers want it; None where there is none."""
    dark = line_darkness(crop, own_strokes(crop).own)
    return None if dark is None else as_image(dark)
