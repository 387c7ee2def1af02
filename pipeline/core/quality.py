"""How often what is flagged and corrected, and how long records take to be approved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from pipeline.core.trend import percentile

CORRECTION = "corrected at the desk"


@dataclass(frozen=True)
class Count:
    """How often a flag was raised, or a reading corrected, in a step, under whose name."""

    form: str
    step: str
    person: str
    what: str
    count: int


@dataclass(frozen=True)
class Quality:
    """What was flagged and corrected in so many records; `of_form` says how many of each form."""

    records: int
    counts: tuple[Count, ...]
    of_form: Mapping[str, int]

    def per_100(self, one: Count) -> float:
        """How often that is in a hundred records of its form."""
        return 100 * one.count / self.of_form[one.form]


@dataclass(frozen=True)
class Spent:
    """How long a record took from being received to its approval, in hours."""

    record: str
    batch_number: str
    form: str
    received_at: datetime
    approved_at: datetime

    @property
    def hours(self) -> float:
        """The time between."""
        return (self.approved_at - self.received_at).total_seconds() / 3600


@dataclass(frozen=True)
class Turnaround:
    """How long approved records took, in the order of their approval."""

    spent: tuple[Spent, ...]

    @property
    def median_hours(self) -> float | None:
        """Half of them took no longer."""
        return median(one.hours for one in self.spent) if self.spent else None

    @property
    def slow_hours(self) -> float | None:
        """Nine of ten took no longer."""
        return percentile([one.hours for one in self.spent], 0.9) if self.spent else None
