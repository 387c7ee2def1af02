"""How an entry gets onto the paper: the marks of a plain entry, a correction, a void, in order."""

import numpy as np

from extractors.values import Box, EntryKind, State
from pipeline.core.formats import MONTHS
from sample_scans.people import Person
from sample_scans.record import Draft, Work
from sample_scans.values import Act, Mark

NOT_APPLICABLE = (("N/A", 0.7), ("NA", 0.12), ("n/a", 0.18))


def inside(box: Box, margin: float = 0.5) -> Box:
    """The box less a margin that writing keeps from its frame."""
    return part(
        box,
        margin / box.width,
        margin / box.height,
        to=(1 - margin / box.width, 1 - margin / box.height),
    )


def part(box: Box, left: float, top: float, *, to: tuple[float, float]) -> Box:
    """A part of a box, from and to shares of its width and height."""
    return Box(
        box.x + box.width * left,
        box.y + box.height * top,
        box.width * (to[0] - left),
        box.height * (to[1] - top),
    )


def mark(work: Work, act: Act, draft: Draft, box: Box, *, text: str = "", by: Person | None = None,
         size_mm: float = 0.0, comb: int = 0, may_overshoot: bool = False) -> Mark:  # fmt: skip
    """One act of the entry's writer (or of somebody else) with their pen."""
    person = by or draft.writer
    pen = work.pen(person)
    return Mark(
        act=act,
        page=draft.paper.field.page,
        box=box,
        hand=person.hand,
        tool=pen.tool,
        ink=pen.ink,
        text=text,
        comb=comb,
        size_mm=size_mm,
        may_overshoot=may_overshoot,
    )


def marks_of(work: Work, draft: Draft) -> list[Mark]:
    """Everything that is on the paper for this entry, in the order of time."""
    if draft.marks is not None:
        return draft.marks
    box = draft.paper.field.box
    match draft.state:
        case State.CHECKED:
            return [mark(work, work.pen(draft.writer).check, draft, box)]
        case State.NOT_APPLICABLE:
            return [mark(work, Act.TEXT, draft, inside(box), text=_na(work.rng))]
        case State.FILLED if draft.kind == EntryKind.SIGNATURE:
            return [mark(work, Act.SIGNATURE, draft, inside(box))]
        case State.FILLED:
            return [written(work, draft, draft.value)]
        case _:
            return []


def written(
    work: Work, draft: Draft, value: str, *, box: Box | None = None, size_mm: float = 0.0
) -> Mark:
    """The words of an entry, into its box or its character boxes."""
    comb = draft.paper.comb if box is None else 0
    place = draft.paper.field.box if comb else inside(box or draft.paper.field.box)
    return mark(
        work,
        Act.TEXT,
        draft,
        place,
        text=on_paper(draft, value, work.rng),
        size_mm=size_mm,
        comb=comb,
        may_overshoot=box is None and not comb and bool(work.rng.random() < 0.15),
    )


def on_paper(draft: Draft, value: str, rng: np.random.Generator) -> str:
    """How people write it: months as `Mar` or `MAR`."""
    if draft.kind == EntryKind.DATE and "MMM" in (draft.paper.field.format or ""):
        for name in MONTHS:
            if name in value and rng.random() < 0.6:
                return value.replace(name, name.title())
    return value


def _na(rng: np.random.Generator) -> str:
    chances = [share for _, share in NOT_APPLICABLE]
    return NOT_APPLICABLE[int(rng.choice(len(NOT_APPLICABLE), p=chances))][0]


def correction(work: Work, draft: Draft, old: str, *, initials: str) -> list[Mark] | None:
    """Old entry, one line through it, the new one beside or above it, initials after that.

    None where the box has no room for all of it.
    """
    box = inside(draft.paper.field.box, 0.3)
    signed = initials and (
        initials + (work.day.strftime(" %d.%m.") if work.rng.random() < 0.3 else "")
    )
    need = 1.75 * (len(old) + len(draft.value)) + 1.6 * len(signed) + 4
    if box.width >= need:
        first, second = 0.40, 0.78 if signed else 1.0
        spots = [
            part(box, 0.0, 0.08, to=(first, 1.0)),
            part(box, first + 0.02, 0.0, to=(second, 0.95)),
        ]
        note = part(box, 0.80, 0.1, to=(1.0, 0.9))
        sizes = (2.9, 2.8)
    elif box.height >= 7 and box.width >= 1.3 * (len(draft.value) + len(initials)) + 2:
        signed = initials
        second = 0.58 if signed else 0.9
        spots = [part(box, 0.02, 0.52, to=(0.8, 1.0)), part(box, 0.02, 0.0, to=(second, 0.47))]
        note = part(box, 0.63, 0.02, to=(1.0, 0.45))
        sizes = (2.5, 2.4)
    else:
        return None
    marks = [
        written(work, draft, old, box=spots[0], size_mm=sizes[0]),
        mark(work, Act.STRIKE, draft, inside(spots[0])),
        written(work, draft, draft.value, box=spots[1], size_mm=sizes[1]),
    ]
    if signed:
        marks.append(mark(work, Act.TEXT, draft, note, text=signed, size_mm=1.9))
    return marks
