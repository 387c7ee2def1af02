"""The trail while two people key an entry: its lines stand there, what was keyed is sealed.

As soon as the round is over, the lines show all that they say. A round that a superseded record was
left with stays sealed.
"""

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session

from pipeline.core.decisions import EventKind
from pipeline.store.chain import TrailEvent
from pipeline.store.keying_rows import begun_at

SEALED = "(sealed until the keying is over)"
"""What stands in the place of a value, and of its reason, which may give the value away."""

KEYED = (EventKind.KEYED, EventKind.KEYING_DISAGREED)


def sealing(session: Session, record: str | None = None) -> Callable[[TrailEvent], TrailEvent]:
    """What shows a line of the trail, of one record or of all, without what is sealed now."""
    begun = begun_at(session, record)

    def shown(line: TrailEvent) -> TrailEvent:
        first = begun.get((line.record or "", line.field or ""))
        if first is None or line.kind not in KEYED or line.sequence < first:
            return line
        return replace(line, new=SEALED, reason=SEALED)

    return shown
