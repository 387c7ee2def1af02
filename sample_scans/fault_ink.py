"""Faults of the pen: corrections, overwriting, scribbles, correction fluid, stamps over entries."""

from dataclasses import replace

from extractors.values import Box, State
from sample_scans.fault_entries import WORDS, may_fail
from sample_scans.record import Draft, Work
from sample_scans.slips import other_value
from sample_scans.values import Act, Ink, Mark
from sample_scans.writing import correction, mark, part, written

_WIDTHS = {".": 0.4, ":": 0.4, ",": 0.4, "1": 0.6, "/": 0.7, "-": 0.7, " ": 0.6}
STAMPS = ("COPY", "REVIEWED", "ENTERED", "QA CHECKED", "ORIGINAL", "RECEIVED")


def _candidates(work: Work, *, width: float = 11, height: float = 6.5) -> list[Draft]:
    """Entries in a box of some size, each written once and by one hand, in any order."""
    found = [
        draft
        for draft in may_fail(work, *WORDS)
        if not draft.paper.comb and len(draft.value) >= 2
        and draft.paper.field.box.width >= width and draft.paper.field.box.height >= height
    ]  # fmt: skip
    return [found[index] for index in work.rng.permutation(len(found))]


def _correct(work: Work, *, is_signed: bool, fault: str) -> bool:
    for draft in _candidates(work):
        old = other_value(draft.paper.field, draft.value, work.rng)
        initials = draft.writer.initials if is_signed else ""
        marks = correction(work, draft, old, initials=initials) if old != draft.value else None
        if marks is None:
            continue
        draft.marks, draft.fault = marks, fault
        draft.previous = [{"value": old, "initials": initials}]
        draft.flag("correction")
        if not is_signed:
            draft.flag("uninitialled_correction")
        work.taken.add(draft.name)
        return True
    return False


def corrected(work: Work) -> bool:
    """Struck through once, the new value beside it, with initials."""
    return _correct(work, is_signed=True, fault="corrected")


def corrected_unsigned(work: Work) -> bool:
    """The same without initials."""
    return _correct(work, is_signed=False, fault="corrected_unsigned")


def overwritten(work: Work) -> bool:
    """A new digit written straight over the old one."""
    for draft in _candidates(work):
        old = other_value(draft.paper.field, draft.value, work.rng)
        if len(old) != len(draft.value) or not any(sign.isdigit() for sign in old):
            continue
        at = [n for n, (a, b) in enumerate(zip(old, draft.value, strict=True)) if a != b]
        if not at:
            continue
        first = written(work, draft, old)
        over = [_over(work, draft, first, index) for index in at]
        draft.marks, draft.fault = [first, *over], "overwritten"
        draft.flag("overwritten")
        work.taken.add(draft.name)
        return True
    return False


def _stamp_place(work: Work, draft: Draft, words: str) -> Box:
    """A stamp half beside the entry, its letters larger than the writing, which stays legible."""
    box = draft.paper.field.box
    side = 1 if work.rng.random() < 0.5 else -1
    across = box.x + box.width * (0.5 + side * float(work.rng.uniform(0.2, 0.45)))
    down = box.y + box.height * (0.5 + float(work.rng.uniform(-0.35, 0.35)))
    wide, high = min(float(work.rng.uniform(32, 42)), 11.0 + 5.2 * len(words)), 11.0
    page_width = work.form.head.size_mm[0]
    left = min(max(across - wide / 2, 6), page_width - wide - 6)
    return Box(left, down - high / 2, wide, high)


def _over(work: Work, draft: Draft, first: Mark, index: int) -> Mark:
    """One sign of the new value over the old one's, where it stands in the old text's box."""
    wide = [_WIDTHS.get(sign, 1.0) for sign in first.text]
    start, end = sum(wide[:index]) / sum(wide), sum(wide[: index + 1]) / sum(wide)
    place = part(first.box, start, 0.0, to=(end, 1.0))
    return mark(work, Act.OVERWRITE, draft, place, text=draft.value[index])


def scribbled(work: Work) -> bool:
    """Made illegible, with nothing instead."""
    for draft in _candidates(work):
        text = written(work, draft, draft.value)
        draft.marks = [text, mark(work, Act.SCRIBBLE, draft, text.box)]
        draft.value, draft.state, draft.fault = "", State.UNREADABLE, "scribbled"
        draft.flag("unreadable", "obliterated")
        work.taken.add(draft.name)
        return True
    return False


def fluid(work: Work) -> bool:
    """White correction fluid, and a new value on top."""
    for draft in _candidates(work):
        old = other_value(draft.paper.field, draft.value, work.rng)
        if old == draft.value:
            continue
        draft.marks = [written(work, draft, old)]
        draft.marks += [
            mark(work, Act.FLUID, draft, draft.marks[0].box),
            written(work, draft, draft.value),
        ]
        draft.fault = "fluid"
        draft.flag("obliterated")
        work.taken.add(draft.name)
        return True
    return False


def stamp_over(work: Work) -> bool:
    """A rubber stamp over an entry, which can still be read."""
    for draft in _candidates(work, width=20):
        text = written(work, draft, draft.value)
        words = work.any_of(list(STAMPS))
        stamp = mark(work, Act.STAMP, draft, _stamp_place(work, draft, words), text=words)
        others = [ink for ink in (Ink.BLUE, Ink.RED) if ink != text.ink]
        draft.marks = [text, replace(stamp, ink=work.any_of(others))]
        draft.fault = "stamp"
        work.taken.add(draft.name)
        return True
    return False
