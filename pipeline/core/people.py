"""The plant's signature log: who signs with which initials, and from when to when."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Signatory:
    """A line of the signature log. `start` and `end` are the first and last day, None for open."""

    initials: str
    name: str
    role: str
    start: date | None = None
    end: date | None = None

    def signs_on(self, day: date) -> bool:
        """Whether the line holds on that day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def has_initials(self, initials: str) -> bool:
        """Whether these are the person's initials, case and spaces aside."""
        return same_initials(self.initials) == same_initials(initials)


def same_initials(initials: str) -> str:
    """Initials in the one form in which two of them are compared: `mj`, `M J` and `MJ` are one."""
    return "".join(initials.split()).upper()
