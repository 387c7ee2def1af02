"""Which of several look-alikes a page is, by what is printed on it: form number, version, page.

Versions of one form differ in little but their title block. Where the blanks' own words differ is
known, so only these places of the scan are read, and each known page's words get the probability
that the reader gives them there. What that costs hardly grows with the number of versions.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from extractors.ctc import log_probabilities
from extractors.images import warped
from extractors.recognise import Reader, readable
from extractors.values import BlankPage, Box, GreyImage, Matrix, PrintedWord

ALIKE = 0.7
"""Two pages with this share of their words in common are versions of one page."""
MOST_STRIPS = 4
GAP_MM = 3.0
"""Words with a smaller gap between them belong to one strip."""
GROWN_MM = 0.8
PIXELS_PER_MM = 12.0
LEAST_LOG = -25.0
"""No strip speaks more strongly than this against a page; something may lie over it."""


@dataclass(frozen=True)
class Title:
    """The places where pages that look alike differ, and what each of them has there.

    `texts` holds for each page the text in each of the `strips` (millimetres on the form).
    """

    strips: tuple[Box, ...]
    texts: tuple[tuple[str, ...], ...]


def alike_pages(blanks: Sequence[BlankPage]) -> list[list[BlankPage]]:
    """The pages in groups that have nearly the same print, in the order in which they came."""
    groups: list[tuple[Counter[str], list[BlankPage]]] = []
    for blank in blanks:
        words = Counter(word.text for word in blank.words)
        for others, group in groups:
            if group[0].size_mm == blank.size_mm and _likeness(words, others) >= ALIKE:
                group.append(blank)
                break
        else:
            groups.append((words, [blank]))
    return [group for _, group in groups]


def _likeness(words: Counter[str], others: Counter[str]) -> float:
    """The share (0 to 1) of two pages' words that both have; 0 where one of them has none."""
    most = (words | others).total()
    return (words & others).total() / most if most else 0.0


def title_of(blanks: Sequence[BlankPage]) -> Title:
    """The few lines of the first page in which the others differ from it and each other most."""
    lines = list(_lines(blanks[0].words))
    by_line = [[_text_in(box, blank.words) for blank in blanks] for box in lines]
    chosen: list[int] = []
    known_apart = 1
    while len(chosen) < MOST_STRIPS and known_apart < len(blanks):
        told = [
            len({tuple(by_line[line][page] for line in [*chosen, number]) for page in _all(blanks)})
            for number in range(len(lines))
        ]
        best = int(np.argmax(told)) if told else 0
        if not told or told[best] <= known_apart:
            break
        chosen.append(best)
        known_apart = told[best]
    return Title(
        strips=tuple(lines[line] for line in chosen),
        texts=tuple(tuple(by_line[line][page] for line in chosen) for page in _all(blanks)),
    )


def _all(blanks: Sequence[BlankPage]) -> range:
    return range(len(blanks))


def _lines(words: Sequence[PrintedWord]) -> Iterator[Box]:
    """The words' boxes, neighbours on one line made into one; from top to bottom."""
    ordered = sorted(words, key=lambda word: (round(word.box.y), word.box.x))
    line: Box | None = None
    for word in ordered:
        box = word.box
        is_next = line is not None and abs(box.bottom - line.bottom) < 0.5 * box.height
        if line is not None and is_next and 0 <= box.x - line.right < GAP_MM:
            line = _around(line, box)
            continue
        if line is not None:
            yield line
        line = box
    if line is not None:
        yield line


def _around(one: Box, other: Box) -> Box:
    left, top = min(one.x, other.x), min(one.y, other.y)
    return Box(left, top, max(one.right, other.right) - left, max(one.bottom, other.bottom) - top)


def _text_in(box: Box, words: Sequence[PrintedWord]) -> str:
    """The words whose middle lies in the box, from left to right."""
    inside = [
        word
        for word in words
        if box.x <= word.box.x + word.box.width / 2 <= box.right + GROWN_MM
        and box.y <= word.box.y + word.box.height / 2 <= box.bottom
    ]
    return " ".join(word.text for word in sorted(inside, key=lambda word: word.box.x))


def log_likelihoods(
    title: Title, grey: GreyImage, to_mm: Matrix, reader: Reader
) -> npt.NDArray[np.float64]:
    """What the print of a page says for each look-alike, as logarithms.

    `to_mm` lays the page onto any of them.
    """
    seen = reader.frames([_strip(grey, to_mm, box) for box in title.strips])
    seen = tuple(replace(one, lends=False) for one in seen)  # print has no look-alikes
    total = np.zeros(len(title.texts))
    for strip, frames in enumerate(seen):
        texts = [readable(page[strip]) for page in title.texts]
        each = sorted(set(texts))
        found = dict(zip(each, log_probabilities(frames.rows(), each), strict=True))
        total += np.maximum(LEAST_LOG, [found[text] for text in texts])
    return total


def _strip(grey: GreyImage, to_mm: Matrix, box: Box) -> GreyImage:
    """The place on the scan, a little more of it around, upright."""
    scale = PIXELS_PER_MM
    onto = np.array(
        [[scale, 0, scale * (GROWN_MM - box.x)], [0, scale, scale * (GROWN_MM - box.y)], [0, 0, 1]]
    )
    size = (
        max(8, round((box.width + 2 * GROWN_MM) * scale)),
        max(8, round((box.height + 2 * GROWN_MM) * scale)),
    )
    return np.asarray(warped(grey, onto @ to_mm, size, cubic=True), np.uint8)
