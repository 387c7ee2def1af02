"""Scopes: what an API token may be used for, and whether it may be used at all. Pure decisions.

A token never does more than its person's role allows at that moment: a scope only takes away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.errors import InputRefused

LONGEST_LIFE = timedelta(days=366)
LONGEST_NAME = 80


class Scope(StrEnum):
    """A part of the HTTP API."""

    RECORDS = "read:records"  # records with entries, flags, trail, signatures, pictures; the queue
    ARCHIVE = "read:archive"  # search, genealogies and trends over the whole archive
    TRAIL = "read:trail"  # the whole trail
    EXPORT = "export"  # records and recall lists as files, each a line of the trail
    UPLOAD = "upload"  # scans handed in, and what became of them


MEANINGS = {
    Scope.RECORDS: "records with entries, flags, trail, signatures, pictures; forms; the queue",
    Scope.ARCHIVE: "search, genealogies and trends over the whole archive",
    Scope.TRAIL: "the whole trail",
    Scope.EXPORT: "records and recall lists as files; the trail notes each",
    Scope.UPLOAD: "scans handed in, and what became of them",
}
"""What each scope opens, in the words of screens and documents."""


@dataclass(frozen=True)
class TokenLife:
    """What decides whether a token counts now."""

    expires_at: datetime
    revoked_at: datetime | None
    is_account_closed: bool
    must_change_password: bool


def why_not(life: TokenLife, now: datetime) -> str | None:
    """Why the token does not count, None where it does."""
    if life.revoked_at is not None:
        return "the token was revoked"
    if now >= life.expires_at:
        return "the token has expired"
    if life.is_account_closed:
        return "the account of the token is closed"
    if life.must_change_password:
        return "the account of the token has a one-time password that is to be changed first"
    return None


def in_order(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """Each scope once, in the order of the list."""
    wanted = set(scopes)
    return tuple(one for one in Scope if one in wanted)


def check_life(days: int) -> None:
    """Refuse a life that is no life, or longer than any token's."""
    if not 1 <= days <= LONGEST_LIFE.days:
        raise InputRefused(
            f"a token can't live for {days} days", f"give it 1 to {LONGEST_LIFE.days} days"
        )


def check_name(name: str) -> None:
    """Refuse a name that says nothing, or too much."""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputRefused(
            "a token needs a name that says what it is for",
            f"give it 1 to {LONGEST_NAME} signs on one line, such as nightly report",
        )
