"""The trail while two people key an entry: its lines stand there, what was keyed is sealed.

As soon as the round is over, the lines show all that they say.
"""

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session

from pipeline.core.decisions import EventKind
from pipeline.store.chain import TrailEvent
from pipeline.store.keying_rows import open_rounds

SEALED = "(sealed until the keying is over)"
"""What stands in the place of a value, and of its reason, which may give the value away."""

KEYED = (EventKind.KEYED, EventKind.KEYING_DISAGREED)


def sealing(session: Session, record: str | None = None) -> Callable[[TrailEvent], TrailEvent]:
    """What shows a line of the trail, of one record or of all, without what is sealed now."""
    since = {place: going_on[0].at for place, going_on in open_rounds(session, record).items()}

    def shown(line: TrailEvent) -> TrailEvent:
        begun = since.get((line.record or "", line.field or ""))
        if begun is None or line.kind not in KEYED or line.at < begun:
            return line
        return replace(line, new=SEALED, reason=SEALED)

    return shown
