"""What a record holds: a day's work as it should be, then what went wrong with it.

The truth's flags come from the plan: each fault says which flags it deserves. `no_deviation`
follows from them: something critical on a form with a place for a deviation, and nothing there.
"""

from collections.abc import Callable

import numpy as np

from extractors.values import State
from pipeline.core.catalogue import severity_of
from pipeline.core.forms import Meaning
from pipeline.core.values import Severity
from sample_scans import fault_entries, fault_ink, fault_pages, fault_people, profile, voids
from sample_scans.paper import PaperForm
from sample_scans.people import Roster
from sample_scans.record import Work
from sample_scans.story import write_correctly

Fault = Callable[[Work], bool]

PAGE_FAULTS: dict[str, Fault] = {
    "missing_page": fault_pages.missing_page,
    "double_page": fault_pages.double_page,
    "page_order": fault_pages.page_order,
    "rewritten_page": fault_pages.rewritten_page,
}

FAULTS: dict[str, Fault] = {
    "blank": fault_entries.blank,
    "not_applicable": fault_entries.not_applicable,
    "bad_format": fault_entries.bad_format,
    "limit": fault_entries.limit,
    "wrong_sum": fault_entries.wrong_sum,
    "time_order": fault_entries.time_order,
    "date_order": fault_entries.date_order,
    "impossible_date": fault_entries.impossible_date,
    "batch_number": fault_people.batch_number,
    "same_person": fault_people.same_person,
    "unknown_signatory": fault_people.unknown_signatory,
    "two_marked": fault_people.two_marked,
    "none_marked": fault_people.none_marked,
    "unsigned": fault_people.unsigned,
    "misplaced": fault_people.misplaced,
    "smudge": fault_people.smudge,
    "line": fault_people.line,
    "overshoot": fault_people.overshoot,
    "stamp_only": fault_people.stamp_only,
    "date_only": fault_people.date_only,
    "void_unsigned": voids.leave_unsigned,
    "corrected": fault_ink.corrected,
    "corrected_unsigned": fault_ink.corrected_unsigned,
    "overwritten": fault_ink.overwritten,
    "scribbled": fault_ink.scribbled,
    "fluid": fault_ink.fluid,
    "stamp_over": fault_ink.stamp_over,
    "note": fault_people.note,
}


def make_record(
    form: PaperForm, roster: Roster, rng: np.random.Generator, *, whole: bool = False
) -> Work:
    """One record with its faults. `whole`: no page is missing, doubled or out of order."""
    work = write_correctly(form, roster, rng)
    count = 0 if rng.random() < profile.FAULTLESS else _count(rng)
    kinds = FAULTS if whole else PAGE_FAULTS | FAULTS
    wanted = _in_chance_order(kinds, rng)
    # pages go first: nothing may happen to a page that is not there
    for name in [name for name in wanted[: count + 1] if name in PAGE_FAULTS][:1]:
        if count and PAGE_FAULTS[name](work):
            work.faults.append(name)
    voids.void_unused_rows(work)
    for name in wanted:
        if len(work.faults) >= count:
            break
        if name in FAULTS and FAULTS[name](work):
            work.faults.append(name)
    expect_deviation(work)
    return work


def _in_chance_order(kinds: dict[str, Fault], rng: np.random.Generator) -> list[str]:
    names = list(kinds)
    weights = np.array([profile.FAULT_WEIGHTS.get(name, 1.0) for name in names])
    order = rng.choice(len(names), size=len(names), replace=False, p=weights / weights.sum())
    return [names[index] for index in order]


def _count(rng: np.random.Generator) -> int:
    shares = np.array(profile.FAULT_COUNTS)
    return 1 + int(rng.choice(len(shares), p=shares / shares.sum()))


def expect_deviation(work: Work) -> None:
    """Where something critical is wrong, the empty deviation field is wrong too."""
    flags = [*work.flags, *(flag for draft in work.drafts.values() for flag in draft.flags)]
    if not any(severity_of(flag) == Severity.CRITICAL for flag in flags):
        return
    for draft in work.drafts.values():
        if draft.paper.field.means == Meaning.DEVIATION:
            if draft.state == State.NOT_APPLICABLE:
                draft.state = State.BLANK
            if draft.state == State.BLANK:
                draft.flag("no_deviation")
