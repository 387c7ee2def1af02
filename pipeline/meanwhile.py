"""What happened to a record since somebody saw it: whether their decision still stands on that.

Second keyings come at any time, beside whoever reviews the record. They do not take a correction of
another entry out of the reviewer's hands. Where one ends a round, though, the checks run again over
the whole record, and there may be a flag that the reviewer has not seen: nothing is answered then.
"""

from sqlmodel import Session, col, select

from pipeline.core.decisions import Comment, Confirm, Correct, Dispose, EventKind
from pipeline.store.record_rows import Stored
from pipeline.store.tables import EventRow

CHECKED_AGAIN = frozenset({EventKind.KEYING_AGREED, EventKind.KEYING_SETTLED})
"""Keyings that end a round: any entry may have other flags than before."""

KEYED_AGAIN = CHECKED_AGAIN | {EventKind.KEYING_DISAGREED}
ANSWERS_NO_FLAG = (Correct, Comment)

CHANGES_NOTHING = (
    "claimed", "released", "taken_over", "assigned", "handed_on", "release_planned",
    "waits_for_second", "reopened", "rescan_asked", "rescan_withdrawn", "rescan_answered",
    "rescan_failed", "revision_begun", "exported",
)  # fmt: skip
"""Lines beside which nothing in the record itself changes."""


def still_stands(
    session: Session, stored: Stored, seen: int, decision: Correct | Confirm | Dispose | Comment
) -> bool:
    """Whether a decision stands on the record as it was seen, but for other entries keyed since.

    Each change counts `seen` up by one and leaves one line in the trail. A decision about the
    record as a whole (its `field` is None) stands on all of it.
    """
    missed = stored.row.seen - seen
    if missed == 0:
        return True
    if decision.field is None or missed < 0:
        return False
    newest = (
        select(EventRow.kind, EventRow.field)
        .where(EventRow.record == stored.record.id, col(EventRow.kind).not_in(CHANGES_NOTHING))
        .order_by(col(EventRow.sequence).desc())
        .limit(missed)
    )
    since = session.exec(newest).all()
    harmless = KEYED_AGAIN if isinstance(decision, ANSWERS_NO_FLAG) else KEYED_AGAIN - CHECKED_AGAIN
    return all(kind in harmless and keyed != decision.field for kind, keyed in since)
