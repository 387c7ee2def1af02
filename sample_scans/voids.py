"""Rows that were not used: struck out in one stroke with initials, or left as they are."""

from extractors.values import Box, State
from sample_scans import profile
from sample_scans.record import Draft, Work
from sample_scans.values import Act
from sample_scans.writing import mark

UNUSED = (State.BLANK, State.UNCHECKED)


def void_unused_rows(work: Work) -> None:
    """Strike out blocks of unused rows; the initials stand at the upper left of the stroke."""
    for drafts in unused_blocks(work):
        if work.rng.random() < profile.UNUSED_VOIDED:
            _void(work, drafts)


def unused_blocks(work: Work) -> list[list[Draft]]:
    """Unused rows of one table together, all their fields."""
    tables: dict[str, list[Draft]] = {}
    for name, drafts in work.by_block().items():
        if all(draft.state in UNUSED for draft in drafts):
            tables.setdefault(name.split(":")[0], []).extend(drafts)
    return list(tables.values())


def _void(work: Work, drafts: list[Draft]) -> None:
    boxes = [draft.paper.field.box for draft in drafts]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    rng = work.rng
    first = drafts[0]
    by = work.team.operators[int(rng.integers(2))]
    initials = by.initials + (f" {work.day:%d/%m/%y}" if rng.random() < 0.5 else "")
    words = f"N/A {initials}" if rng.random() < 0.3 else initials
    for draft in drafts:
        draft.state, draft.value, draft.marks = State.NOT_APPLICABLE, "", []
        draft.writer, draft.fault = by, "void"
        work.taken.add(draft.name)
    whole = Box(left + 0.5, top + 0.7, right - left - 1, bottom - top - 1.4)
    note = Box(
        left + 3 + 12 * rng.random(), top + 0.6, 9 + 1.9 * len(words), min(6.5, whole.height * 0.68)
    )
    first.marks = [
        mark(work, Act.LINE, first, whole, by=by),
        mark(work, Act.TEXT, first, note, text=words, by=by),
    ]


def leave_unsigned(work: Work) -> bool:
    """A fault: the stroke without initials."""
    voided = [
        d for d in work.drafts.values() if d.fault == "void" and d.marks and len(d.marks) == 2
    ]
    if not voided:
        return False
    first = work.any_of(voided)
    first.marks = first.marks[:1]
    table = first.paper.block.split(":")[0]
    for draft in work.drafts.values():
        if draft.fault == "void" and draft.paper.block.split(":")[0] == table:
            draft.flag("void_unsigned")
            draft.fault = "void_unsigned"
    return True
