"""On which day a batch counts, and how sure that is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DayFrom(StrEnum):
    """What the day of a batch is."""

    MADE = "made"
    """Its day of making: approved, corrected, confirmed, or surely read."""
    UNSURE = "unsure"
    """Its day of making as it was read; nobody has looked at it."""
    RECEIVED = "received"
    """The day on which the record was received: it says no day of making."""


@dataclass(frozen=True)
class BatchDay:
    """The day on which a batch counts, and what that day is."""

    day: date
    day_from: DayFrom


@dataclass(frozen=True)
class Span:
    """The days that are asked for, both included; open where there is none."""

    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        is_after = self.since is None or self.since <= day
        return is_after and (self.until is None or day <= self.until)


ANY_DAY = Span()
