"""A step taken back: which decisions put a record where it stood before a decision.

Nothing is deleted: the answer that was a slip stays in the trail, and beside it that it was taken
back. What somebody has signed is not undone but corrected, in the open.
"""

from pipeline.core.answered import open_flags, open_on
from pipeline.core.decisions import Confirm, Correct, Decision, Dispose
from pipeline.core.values import TAKEN_BACK, Outcome, Record
from pipeline.errors import NotAllowed


def undoing(before: Record, decision: Decision) -> tuple[Decision, ...]:
    """What takes the decision back that was made on the record as it was `before`.

    Nothing where it changed nothing. A comment stands: NotAllowed.
    """
    match decision:
        case Correct(field):
            entry = before.entry(field)
            return (Correct(field, entry.value, TAKEN_BACK, entry.state),)
        case Confirm(field):
            waiting = open_on(before.entry(field))
            return tuple(_back(field, flag.name) for flag in waiting)
        case Dispose(field, name) if any(
            flag.name == name and flag.field == field for flag in open_flags(before)
        ):
            return (_back(field, name),)
        case _:
            raise NotAllowed(
                "this step can't be taken back", "write a comment that says what is meant"
            )


def _back(field: str | None, flag: str) -> Dispose:
    return Dispose(field, flag, Outcome.TAKEN_BACK, TAKEN_BACK)
