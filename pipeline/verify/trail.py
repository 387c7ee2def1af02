"""The trail: each line holds on to the one before, and a checkpoint to one of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.verify.findings import Finding, Part
from pipeline.verify.kept import TOLD as KEPT
from pipeline.verify.rescans import TOLD as RESCANS
from pipeline.verify.rows import Row, sha256
from pipeline.verify.tokens import TOLD as TOKENS

FIRST = "0" * 64
TAKEN = ("received", "refused")
ARRANGED = "arranged"
CHECKPOINT_KEY = "checkpoint_key"
LOG = re.compile(r"version (\d+), \d+ lines, ([0-9a-f]{64})")
"""How the trail tells of a version of the signature log."""
SAID = (
    "sequence", "at", "by", "kind", "scan", "record", "field", "old", "new", "reason", "previous",
)  # fmt: skip


@dataclass
class Noted:
    """What the rest needs to know of the trail, noted while it is read once from its first line.

    `wanted` is the line that a checkpoint names, `found` its digest; `taken` the scans with name
    and digest as they came; `records` all that the trail tells of; `keys` those of checkpoints;
    `arranged` the scans whose pages people laid, with the digest of how, who and when;
    `rescans` the lines about pages to be scanned again; `kept` those about what is held, destroyed
    and shown in reading rooms, `tokens` those about API tokens; `logs` the digests of the signature
    log's versions.
    """

    wanted: int = 0
    found: str | None = None
    last: int = 0
    head: str = FIRST
    taken: dict[int, tuple[str, str]] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    arranged: list[tuple[int, str, str, str]] = field(default_factory=list)
    rescans: list[Row] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)
    logs: dict[int, str] = field(default_factory=dict)
    tokens: list[Row] = field(default_factory=list)

    def noting(self, lines: Iterable[Row]) -> Iterator[Row]:
        """The same lines, each noted as it passes."""
        for line in lines:
            self.last, self.head = line["sequence"], line["digest"]
            if self.last == self.wanted:
                self.found = self.head
            if line["record"] is not None:
                self.records.add(line["record"])
            if line["kind"] in TAKEN and line["new"]:
                name, _, sha256 = line["new"].rpartition(" ")
                self.taken[line["scan"]] = (name, sha256)
            if line["kind"] == ARRANGED and line["new"]:
                digest = line["new"].rpartition(" ")[2]
                self.arranged.append((line["scan"], digest, line["by"], line["at"]))
            for kinds, lines_of in (
                (RESCANS, self.rescans),
                (KEPT, self.kept),
                (TOKENS, self.tokens),
            ):
                if line["kind"] in kinds:
                    lines_of.append(line)
            if line["kind"] == CHECKPOINT_KEY:
                self.keys.add(line["new"])
            if line["kind"] == "signature_log_added" and (log := LOG.fullmatch(line["new"] or "")):
                self.logs[int(log[1])] = log[2]
            yield line


def check_trail(lines: Iterable[Row]) -> Iterator[Finding]:
    """What is wrong with the lines, read from the first one on."""
    sequence, previous = 0, FIRST
    for line in lines:
        number = line["sequence"]
        if number != sequence + 1:
            gone = f"{sequence + 1} to {number - 1}" if number > sequence + 2 else f"{sequence + 1}"
            yield _wrong(f"Of the trail {gone} is gone before line {number}.", line)
        elif line["previous"] != previous:
            yield _wrong(f"Line {number} of the trail does not follow from the line before.", line)
        if digest_of(line) != line["digest"]:
            yield _wrong(f"Line {number} of the trail was changed after it was written.", line)
        sequence, previous = number, line["digest"]


def digest_of(line: Row) -> str:
    """The digest that the line has to have."""
    return sha256({name: line[name] for name in SAID} | {"where": line["place"]})


def _wrong(sentence: str, line: Row) -> Finding:
    return Finding(Part.TRAIL, sentence, line["record"])
