"""Handwriting fonts as writers: which there are, and their letters as black areas.

A font's letters are always alike, so `ink_pen` bends each a little; they stand beside people's
strokes to widen the choice, and alone where no handwriting folder is given.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import ImageFont

from sample_scans.ink_shapes import Mask, MaskLetter
from sample_scans.values import Split

PIXELS = 72  # a capital's height when a letter is first drawn

# Handwriting fonts in Debian's packages, and whose hands they are for good.
PACKAGED = {
    "Breip.ttf": ("fonts-breip", Split.FIT),
    "dkg.ttf": ("fonts-dkg-handwriting", Split.FIT),
    "SteveHand.ttf": ("fonts-sjfonts", Split.FIT),
    "Humor-Sans.ttf": ("fonts-humor-sans", Split.FIT),
    "TomsonTalks.ttf": ("fonts-tomsontalks", Split.FIT),
    "DancingScript-Regular.otf": ("fonts-dancingscript", Split.FIT),
    "Rufscript010.ttf": ("fonts-rufscript", Split.TUNE),
    "Delphine.ttf": ("fonts-sjfonts", Split.TEST),
    "Kristi.ttf": ("fonts-kristi", Split.TEST),
}
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")


def packaged_fonts() -> dict[str, Path]:
    """The handwriting fonts that this machine has from packages, by file name."""
    found = {
        path.name: path
        for folder in FONT_FOLDERS
        if folder.is_dir()
        for path in sorted(folder.rglob("*.[ot]tf"))
        if path.name in PACKAGED
    }
    return dict(sorted(found.items()))


@lru_cache(maxsize=64)
def open_font(path: Path) -> ImageFont.FreeTypeFont:
    """A font at the size at which its capitals are `PIXELS` high."""
    trial = ImageFont.truetype(str(path), 200, layout_engine=ImageFont.Layout.BASIC)
    _, top, _, bottom = trial.getbbox("H", anchor="ls")
    size = round(200 * PIXELS / max(bottom - top, 1))
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def font_letter(path: Path, char: str) -> MaskLetter | None:
    """One letter of a font; None where the font has no such letter."""
    font = open_font(path)
    mask, (left, top) = _mask(font, char)
    if mask is None or _is_missing(path, mask):
        return None
    return MaskLetter(mask, float(PIXELS), left / PIXELS, top / PIXELS, mask.shape[1] / PIXELS)


def _mask(font: ImageFont.FreeTypeFont, char: str) -> tuple[Mask | None, tuple[float, float]]:
    core, _ = font.getmask2(char, mode="L", anchor="ls")
    width, height = core.size
    if width < 2 or height < 2:
        return None, (0.0, 0.0)
    pixels = np.array(list(core), np.uint8).reshape(height, width)
    left, top, _, _ = font.getbbox(char, anchor="ls")
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not len(rows):
        return None, (0.0, 0.0)
    inner = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.ascontiguousarray(inner), (left + float(columns[0]), top + float(rows[0]))


def _is_missing(path: Path, mask: Mask) -> bool:
    """Whether a font drew the box that it has for letters it does not know."""
    box = _unknown(path)
    return box is not None and box.shape == mask.shape and bool(np.array_equal(box, mask))


@lru_cache(maxsize=64)
def _unknown(path: Path) -> Mask | None:
    return _mask(open_font(path), "\U0010fffd")[0]
