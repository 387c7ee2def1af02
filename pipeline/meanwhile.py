"""What happened to a record since somebody saw it: whether their decision still stands on that.

Second keyings come at any time, beside whoever reviews the record. They do not take a decision
about another entry out of the reviewer's hands.
"""

from sqlmodel import Session, col, select

from pipeline.core.decisions import EventKind
from pipeline.store.record_rows import Stored
from pipeline.store.tables import EventRow

KEYED_AGAIN = frozenset(
    {EventKind.KEYING_AGREED, EventKind.KEYING_DISAGREED, EventKind.KEYING_SETTLED}
)
CHANGES_NOTHING = (
    "claimed", "released", "taken_over", "assigned", "handed_on", "release_planned",
    "waits_for_second", "reopened", "rescan_asked", "rescan_withdrawn", "rescan_answered",
    "rescan_failed", "revision_begun",
)  # fmt: skip
"""Lines beside which nothing in the record itself changes."""


def only_keyings_since(session: Session, stored: Stored, seen: int, *, field: str | None) -> bool:
    """Whether the record is as it was seen, other entries aside that others keyed again since.

    Each change counts `seen` up by one and leaves one line in the trail. A decision about the
    record as a whole (`field` is None) stands on all of it.
    """
    missed = stored.row.seen - seen
    if missed == 0:
        return True
    if field is None or missed < 0:
        return False
    newest = (
        select(EventRow.kind, EventRow.field)
        .where(EventRow.record == stored.record.id, col(EventRow.kind).not_in(CHANGES_NOTHING))
        .order_by(col(EventRow.sequence).desc())
        .limit(missed)
    )
    since = session.exec(newest).all()
    return all(kind in KEYED_AGAIN and keyed != field for kind, keyed in since)
