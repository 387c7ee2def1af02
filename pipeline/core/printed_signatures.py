"""Electronic signatures as they are printed: with name, time and meaning (21 CFR 11.50)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from pipeline.core.values import Signature

SEPARATOR = " | "
NOT_SIGNED = "not signed"


def printed_moment(at: datetime) -> str:
    """A moment to the second in UTC, with its zone."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def printed_signature(one: Signature) -> str:
    """A signature in one line: printed name, account, time with zone, and what it means."""
    return (
        f"Signed electronically by {one.name} ({one.user}) on {printed_moment(one.at)}: "
        f"{' '.join(one.meaning.split())}"
    )


def printed_signatures(signatures: Iterable[Signature]) -> str:
    """All signatures of a record in one line; says so where there is none."""
    return SEPARATOR.join(map(printed_signature, signatures)) or NOT_SIGNED
