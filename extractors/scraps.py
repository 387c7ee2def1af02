"""Rows that hold scraps of ink: a stroke that voids them and has faded leaves such rows behind.

Nobody is asked to trust the machine with the blanks of a row in which ink that says nothing lies:
either an entry is there that can't be read, or the row is struck out.
"""

from collections.abc import Sequence
from dataclasses import replace

from extractors.crop import Crop
from extractors.long_strokes import is_beside
from extractors.values import EntryKind, Reading, State

UNSURE = 0.6
"""Ink that is read with less confidence than this is a scrap."""
MOSTLY = 0.5
"""From this share of blanks on, a row with a scrap is doubted."""
MAX_DOUBTED = 0.5
NOTHING = frozenset({State.BLANK, State.UNCHECKED})


def doubted_rows(readings: Sequence[Reading], crops: Sequence[Crop]) -> tuple[Reading, ...]:
    """The readings; blanks in rows with scraps are never surer than MAX_DOUBTED."""
    doubted: set[int] = set()
    for row in _rows(crops):
        blank = [place for place in row if readings[place].state in NOTHING]
        if len(blank) >= MOSTLY * len(row) and any(
            _is_scrap(readings[place], crops[place]) for place in row
        ):
            doubted.update(blank)
    return tuple(
        replace(one, confidence=min(one.confidence, MAX_DOUBTED)) if place in doubted else one
        for place, one in enumerate(readings)
    )


def _is_scrap(reading: Reading, crop: Crop) -> bool:
    """Whether there is ink that says nothing; a check box is no place for writing."""
    has_ink = reading.state in (State.FILLED, State.UNREADABLE)
    return crop.hint.kind is not EntryKind.CHECKBOX and has_ink and reading.confidence < UNSURE


def _rows(crops: Sequence[Crop]) -> list[list[int]]:
    """The places of the fields that stand in one row of a table, row by row."""
    rows: list[list[int]] = []
    waiting = set(range(len(crops)))
    while waiting:
        row = [min(waiting)]
        waiting -= set(row)
        for place in row:  # grows while it is gone through
            box = crops[place].hint.box
            beside = sorted(one for one in waiting if is_beside(box, crops[one].hint.box))
            row += beside
            waiting -= set(beside)
        if len(row) > 1:
            rows.append(row)
    return rows
