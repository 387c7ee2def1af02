"""Sheets of made-up fields with an entry in each: what a reader learns from.

No master form is used: rows of cells, boxes, ruled lines, character boxes and bare places in many
looks, filled by writers of one split, a stamp or a smudge over a few.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from extractors.values import Box
from sample_scans.everybody import Everybody, on_some_day
from sample_scans.ink import Sheet, draw, lay_paper
from sample_scans.values import Act, Ink, Mark, Split, Tool
from training.strings import draw_string

WIDTH_MM, HEIGHT_MM = 190.0, 130.0
PIXELS_PER_MM = 300 / 25.4
LOOKS = ("grid", "grid", "box", "line", "comb", "bare")
TOOLS = (Tool.BALLPOINT, Tool.BALLPOINT, Tool.BALLPOINT, Tool.FELT_TIP, Tool.PENCIL)
INKS = (Ink.BLUE, Ink.BLACK, Ink.BLUE, Ink.BLACK, Ink.RED)
PEOPLE = 6
"""Who write on a sheet, beside those of whom whole texts are on it."""
STAMPS = ("QA", "RELEASED", "COPY", "IN PROCESS", "CHECKED")
STAMPED, SMUDGED, OVERSHOOT = 0.012, 0.01, 0.25
WHOLE, WHOLE_NUMBER = 0.3, 0.5
"""Share of entries that somebody wrote as a whole, and of these of such with digits."""

Image = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Entry:
    """A field of a sheet and the text that was written into it.

    `hand` wrote this text as a whole; where it is empty, one of the sheet's writers does.
    """

    box: Box
    text: str
    comb: int = 0
    hand: str = ""


@dataclass(frozen=True, eq=False)
class FilledSheet:
    """A sheet: its blank (grey), the same filled in (RGB), both at 300 dpi, and its entries."""

    blank: Image = field(repr=False)
    filled: Image = field(repr=False)
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Texts:
    """What is written: `words` for made-up strings; (writer, text) that stand as a whole."""

    words: tuple[str, ...] = field(repr=False)
    whole_words: tuple[tuple[str, str], ...] = field(repr=False)
    whole_numbers: tuple[tuple[str, str], ...] = field(repr=False)

    def draw(self, rng: np.random.Generator) -> tuple[str, str]:
        """A text, and who wrote it as a whole ("" for nobody)."""
        if not self.whole_words or not self.whole_numbers or rng.random() > WHOLE:
            return draw_string(rng, self.words), ""
        chosen = self.whole_numbers if rng.random() < WHOLE_NUMBER else self.whole_words
        hand, text = chosen[int(rng.integers(len(chosen)))]
        return text, on_some_day([hand], rng)


def texts_of(hands: Everybody, split: Split) -> Texts:
    """What the people of a split write."""
    whole = hands.written(split)
    words = sorted({text for _, text in whole if text.isascii() and text.isalpha()})
    has_digits = [any(sign.isdigit() for sign in text) for _, text in whole]
    return Texts(
        words=tuple(words),
        whole_words=tuple(one for one, has in zip(whole, has_digits, strict=True) if not has),
        whole_numbers=tuple(one for one, has in zip(whole, has_digits, strict=True) if has),
    )


def fill_sheet(
    hands: Everybody, split: Split, texts: Texts, rng: np.random.Generator
) -> FilledSheet:
    """A sheet of 40 to 120 entries by six writers, and by whoever wrote a text as a whole."""
    size = (round(HEIGHT_MM * PIXELS_PER_MM), round(WIDTH_MM * PIXELS_PER_MM))
    blank = np.full(size, 255, np.uint8)
    writers = hands.writers(split)
    entries: list[Entry] = []
    y = 5.0
    while y < HEIGHT_MM - 16:
        look = str(rng.choice(LOOKS))
        high = float(rng.uniform(6.2, 11.0))
        for _ in range(int(rng.integers(1, 5))):
            if y + high > HEIGHT_MM - 4:
                break
            entries += _row(blank, look, y, high, texts, rng)
            y += high if look == "grid" else high + float(rng.uniform(1.0, 3.5))
        y += float(rng.uniform(1.5, 5.0))
    sheet = lay_paper(np.repeat(blank[:, :, None], 3, axis=2), rng)
    people = [on_some_day(writers, rng) for _ in range(PEOPLE)]
    ways = [(TOOLS[int(rng.integers(5))], INKS[int(rng.integers(5))]) for _ in people]
    for entry in entries:
        who = int(rng.integers(PEOPLE))
        tool, ink = ways[who]
        mark = Mark(
            act=Act.TEXT,
            page=1,
            box=entry.box,
            hand=entry.hand or people[who],
            tool=tool,
            ink=ink,
            text=entry.text,
            comb=entry.comb,
            may_overshoot=not entry.comb and bool(rng.random() < OVERSHOOT),
        )
        draw(sheet, mark, hands, rng)
        _spoil(sheet, mark, hands, rng)
    return FilledSheet(blank, sheet.rgb, tuple(entries))


def _spoil(sheet: Sheet, mark: Mark, hands: Everybody, rng: np.random.Generator) -> None:
    """Now and then a stamp over half of the entry, or a smudge."""
    chance = float(rng.random())
    box = mark.box
    if chance < STAMPED:
        place = Box(max(2.0, box.x + box.width * 0.45), box.y, 26.0, min(8.0, box.height))
        text = str(rng.choice(STAMPS))
        draw(sheet, Mark(Act.STAMP, 1, place, "", mark.tool, mark.ink, text=text), hands, rng)
    elif chance < STAMPED + SMUDGED:
        draw(sheet, Mark(Act.SMUDGE, 1, box, mark.hand, mark.tool, mark.ink), hands, rng)


def _row(
    blank: Image, look: str, y: float, high: float, texts: Texts, rng: np.random.Generator
) -> list[Entry]:
    """One row of fields, printed onto the blank."""
    entries: list[Entry] = []
    x = float(rng.uniform(4.0, 14.0))
    shade = int(rng.integers(0, 130))
    rule = max(1, round(float(rng.uniform(0.12, 0.45)) * PIXELS_PER_MM))
    while True:
        text, hand = texts.draw(rng)
        if look == "comb":
            text, hand = text.replace(" ", "")[:12], ""
        wide = _width(text, look, rng)
        if x + wide > WIDTH_MM - 4:
            return entries
        box = Box(x, y, wide, high)
        _print(blank, look, box, len(text), shade, rule)
        if look in ("box", "line") and rng.random() < 0.6:
            _label(blank, box, str(rng.choice(texts.words)) if texts.words else "Lot", shade)
        entries.append(Entry(box, text, len(text) if look == "comb" else 0, hand))
        x += wide if look == "grid" else wide + float(rng.uniform(3.0, 14.0))


def _width(text: str, look: str, rng: np.random.Generator) -> float:
    if look == "comb":
        return len(text) * float(rng.uniform(4.8, 6.5))
    return max(11.0, len(text) * float(rng.uniform(2.1, 4.0)) + float(rng.uniform(3.0, 9.0)))


def _print(blank: Image, look: str, box: Box, count: int, shade: int, rule: int) -> None:
    left, top, right, bottom = (
        round(value * PIXELS_PER_MM) for value in (box.x, box.y, box.right, box.bottom)
    )
    if look in ("grid", "box", "comb"):
        cv2.rectangle(blank, (left, top), (right, bottom), (shade,), rule)
    if look == "line":
        cv2.line(blank, (left, bottom), (right, bottom), (shade,), rule)
    if look == "comb":
        for place in range(1, count):
            x = left + (right - left) * place // count
            cv2.line(blank, (x, top), (x, bottom), (shade,), rule)


def _label(blank: Image, box: Box, text: str, shade: int) -> None:
    place = (round((box.x + 0.3) * PIXELS_PER_MM), round((box.y - 0.5) * PIXELS_PER_MM))
    cv2.putText(blank, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.7, (shade,), 2, cv2.LINE_AA)
