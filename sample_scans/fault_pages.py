"""Faults of the stack of pages: one missing, one twice, out of order, one written again."""

from dataclasses import replace

from extractors.values import EntryKind, State
from sample_scans.record import Draft, Work
from sample_scans.slips import misremembered


def missing_page(work: Work) -> bool:
    """A page is not in the scan, and with it all of its entries."""
    if len(work.order) < 2 or len(set(work.order)) != len(work.order):
        return False
    page = work.any_of(work.order)
    work.order.remove(page)
    for name in [n for n, draft in work.drafts.items() if draft.paper.field.page == page]:
        del work.drafts[name]
    work.flag("missing_page")
    return True


def double_page(work: Work) -> bool:
    """The same sheet was put through the scanner twice."""
    if len(set(work.order)) != len(work.order):
        return False
    at = int(work.rng.integers(len(work.order)))
    work.order.insert(at + 1, work.order[at])
    work.flag("duplicate_page")
    return True


def page_order(work: Work) -> bool:
    """Two pages changed places."""
    if len(work.order) < 2 or work.order != sorted(set(work.order)):
        return False
    at = int(work.rng.integers(len(work.order) - 1))
    work.order[at], work.order[at + 1] = work.order[at + 1], work.order[at]
    work.flag("page_order")
    return True


def rewritten_page(work: Work) -> bool:
    """A page was filled in a second time, in another hand and with another value or two."""
    if len(set(work.order)) != len(work.order):
        return False
    at = int(work.rng.integers(len(work.order)))
    work.order.insert(at + 1, work.order[at])
    work.copies[at + 1] = _again(work, work.order[at])
    work.flag("rewritten_page")
    return True


def _again(work: Work, page: int) -> dict[str, Draft]:
    by = work.any_of(list(work.roster.staff))
    written_by_others = (EntryKind.INITIALS, EntryKind.SIGNATURE)
    copies = {
        name: replace(
            draft,
            flags=[],
            previous=[],
            fault="rewritten",
            marks=None,
            writer=draft.writer if draft.kind in written_by_others else by,
        )
        for name, draft in work.drafts.items()
        if draft.paper.field.page == page
    }
    numbers = [d for d in copies.values() if d.kind == EntryKind.NUMBER and d.state == State.FILLED]
    for draft in numbers[:: max(1, len(numbers) // 3)][:3]:
        draft.value = misremembered(draft.value, work.rng)
    return copies
