"""What verifying finds: one sentence each, and where it lies."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What of a site does not hold."""

    TRAIL = "trail"
    RECORD = "record"
    SIGNATURE = "signature"
    FILE = "file"
    LOG = "signature log"
    TOKEN = "API token"
    GUARD = "guard"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True)
class Finding:
    """Something that does not hold. `record` names the record that it is about, if any."""

    part: Part
    sentence: str
    record: str | None = None


@dataclass(frozen=True)
class Verified:
    """What was looked at, and all that is wrong with it."""

    lines: int
    records: int
    signatures: int
    files: int
    findings: tuple[Finding, ...]
    head: str

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings
