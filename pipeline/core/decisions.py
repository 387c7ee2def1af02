"""What a reviewer can decide, and the event that each decision leaves in the trail."""

from dataclasses import KW_ONLY, dataclass
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
class Key:
    """Correct a critical entry: it waits until a second person has keyed it too."""

    field: str
    value: str
    reason: str
    state: State | None = None


@dataclass(frozen=True)
class KeyAgain:
    """Key an entry that another person corrected, without having seen what they keyed.

    `agrees` says whether both are the same by the field's format (`pipeline.core.same_entry`).
    """

    field: str
    value: str
    state: State | None = None
    _: KW_ONLY
    agrees: bool


@dataclass(frozen=True)
class Settle:
    """Decide, as a third person, what the ink shows where two people keyed different things."""

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


class Attestation(StrEnum):
    """What a signature can say of a record that stays in review."""

    TRUE_COPY = "Verified as a true copy: the pages are those of the paper, complete and legible"
    REVIEWED = "Reviewed: every flag has its answer"


@dataclass(frozen=True)
class Attest:
    """Sign something of the record, which stays in review.

    `content` is the digest of all that the signer saw; so it is with every signature.
    """

    meaning: Attestation
    content: str


@dataclass(frozen=True)
class Approve:
    """Sign the record, which locks it. What the signature means is shown with it."""

    meaning: str
    content: str


@dataclass(frozen=True)
class Reject:
    """Sign that the record is sent back for good, with a reason."""

    reason: str
    content: str


SignedDecision = Attest | Approve | Reject
KeyingDecision = Key | KeyAgain | Settle
ReviewDecision = Correct | Confirm | Dispose | Comment
Decision = ReviewDecision | KeyingDecision | SignedDecision


class EventKind(StrEnum):
    """What happened to a record in review."""

    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    DISPOSED = "disposed"
    COMMENTED = "commented"
    KEYED = "keyed"
    KEYING_AGREED = "keying_agreed"
    KEYING_DISAGREED = "keying_disagreed"
    KEYING_SETTLED = "keying_settled"
    ATTESTED = "attested"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Event:
    """A decision as the trail keeps it.

    `old` and `new` are the entry before and after (a state that is no value in brackets, such as
    `(blank)`), for a disposition the flag and its outcome, for a confirmation the flags that it
    answers and the entry. For a new scan that is asked for `new` is the page. For a keying `old`
    is the entry as it stood and `new` what was keyed; where two keyings agree, the entry becomes
    what the first of them says. For a signature `old` is the digest of what was signed and `new`
    where the record stands since. `reason` is the reason, the comment, or the meaning of the
    signature.
    """

    kind: EventKind
    record: str
    field: str | None
    old: str | None
    new: str | None
    reason: str
    by: str
    at: datetime
