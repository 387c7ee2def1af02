"""Arrangements: how people laid the pages of scans, against what the trail tells of it."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, inspect

from pipeline.verify.findings import Finding, Part
from pipeline.verify.rows import rows_of

TABLE = "arrangement"
Told = tuple[int, str, str, str]
"""Of which scan, the digest of the arrangement, by whom and when."""


def check_arrangements(connection: Connection, told: Sequence[Told]) -> Iterator[Finding]:
    """Each arrangement against the line of the trail that tells it, both ways."""
    there = [*_there(connection)]
    for scan, _, by, at in (Counter(there) - Counter(told)).elements():
        sentence = f"An arrangement of scan {scan} by {by} at {at} was changed or put in."
        yield Finding(Part.FILE, sentence)
    for scan, _, by, at in (Counter(told) - Counter(there)).elements():
        sentence = f"The arrangement of scan {scan} by {by} at {at} is gone or changed."
        yield Finding(Part.FILE, sentence)
    if Counter(there) == Counter(told) and _by_scan(there) != _by_scan(told):
        yield Finding(Part.FILE, "The order of arrangements was changed.")


def has_arrangements(connection: Connection) -> bool:
    """Whether the site's tables are of a version that knows arrangements."""
    return inspect(connection).has_table(TABLE)


def _there(connection: Connection) -> Iterator[Told]:
    if has_arrangements(connection):
        for row in rows_of(connection, TABLE, "scan, number"):
            digest = hashlib.sha256(row["parts"].encode("utf-8", "surrogatepass")).hexdigest()
            yield row["scan"], digest, row["by"], row["at"]


def _by_scan(told: Sequence[Told]) -> list[Told]:
    """In the order of the scans; those of one scan stay in theirs."""
    return sorted(told, key=lambda one: one[0])
