"""What a reviewer can decide, and the event that each decision leaves in the trail."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from extractors.values import State
from pipeline.core.values import Outcome


@dataclass(frozen=True)
class Reviewer:
    """Who decides: the account and the printed name."""

    user: str
    name: str


@dataclass(frozen=True)
class Correct:
    """Set another value beside the reading. The reason says why.

    Without a `state` the value says it: nothing is blank, `N/A` is not applicable, `true` and
    `false` are a marked and an unmarked box, any word for a signature is a signature.
    """

    field: str
    value: str
    reason: str
    state: State | None = None


@dataclass(frozen=True)
class Confirm:
    """The entry stands as it is: every open flag on it is answered with that."""

    field: str
    reason: str = ""


@dataclass(frozen=True)
class Dispose:
    """Answer one flag of an entry, or of the record where `field` is None."""

    field: str | None
    flag: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True)
class Comment:
    """Say something about an entry or the record; it changes nothing."""

    field: str | None
    text: str


@dataclass(frozen=True)
class Approve:
    """Sign the record. What the signature means is shown with it."""

    meaning: str


@dataclass(frozen=True)
class Reject:
    """Send the record back for good, with a reason."""

    reason: str


Decision = Correct | Confirm | Dispose | Comment | Approve | Reject


class EventKind(StrEnum):
    """What happened to a record in review."""

    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    DISPOSED = "disposed"
    COMMENTED = "commented"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Event:
    """A decision as the trail keeps it.

    `old` and `new` are the entry before and after (a state that is no value in brackets, such as
    `(blank)`), for a disposition the flag and its outcome, for a record its state. `reason` is
    the reason, the comment, or the meaning of the signature.
    """

    kind: EventKind
    record: str
    field: str | None
    old: str | None
    new: str | None
    reason: str
    by: str
    at: datetime
