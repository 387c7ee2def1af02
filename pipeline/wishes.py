"""Wishes: what somebody goes to the plant's provider to sign, kept until they are back.

A signature under a record, or one of retention: a legal hold, its lifting, a destruction list.
"""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from pipeline.scope import Scope, scope_of


class WishAct(StrEnum):
    """What somebody wishes to sign under a record."""

    APPROVE = "approve"
    ATTEST = "attest"
    REJECT = "reject"


class KeepAct(StrEnum):
    """What somebody wishes to sign of retention."""

    HOLD = "hold"
    LIFT = "lift"
    DESTROY = "destroy"


NAMES = {
    KeepAct.HOLD: "a legal hold",
    KeepAct.LIFT: "the lifting of legal hold {}",
    KeepAct.DESTROY: "destruction list {}",
}


@dataclass(frozen=True)
class Wish:
    """What somebody wishes to sign: which record, as it was seen, and with which words."""

    record: str
    act: WishAct
    words: str
    seen: int

    @property
    def name(self) -> str:
        """What is signed, as the trail names it."""
        return self.record


@dataclass(frozen=True)
class KeepWish:
    """The same of retention: a hold on a scope for a reason, or the hold or list of a number."""

    act: KeepAct
    number: int = 0
    words: str = ""
    scope: Scope = field(default_factory=Scope)

    @property
    def name(self) -> str:
        """What is signed, as the trail names it."""
        return NAMES[self.act].format(self.number)


AnyWish = Wish | KeepWish


def as_text(wish: AnyWish) -> str:
    """The wish as it is kept."""
    return json.dumps(asdict(wish))


def from_text(kept: str) -> AnyWish:
    """The wish as it was when it was kept."""
    said = json.loads(kept)
    if said["act"] in set(KeepAct):
        return KeepWish(
            KeepAct(said["act"]), said["number"], said["words"], scope_of(said["scope"])
        )
    return Wish(said["record"], WishAct(said["act"]), said["words"], said["seen"])
