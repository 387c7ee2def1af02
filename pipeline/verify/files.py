"""Files: scans and page pictures are still the bytes whose digests the tables name."""

import hashlib
from collections.abc import Iterator

from extractors.errors import RecordroomError
from pipeline.files import FileStore
from pipeline.verify.findings import Finding, Part
from pipeline.verify.rows import Row


def check_scan(scan: Row, taken: dict[int, tuple[str, str]]) -> Iterator[Finding]:
    """A scan against the line of the trail that tells of its coming, which is taken out."""
    if taken.pop(scan["id"], None) != (scan["name"], scan["sha256"]):
        sentence = f"Scan {scan['id']} ({scan['name']}) is not the one that the trail tells."
        yield Finding(Part.FILE, sentence)


def check_taken(taken: dict[int, tuple[str, str]]) -> Iterator[Finding]:
    """Scans that the trail tells and that no row was found of."""
    for number, (name, _) in sorted(taken.items()):
        yield Finding(Part.FILE, f"Scan {number} ({name}) that the trail tells is gone.")


def check_file(files: FileStore, sha256: str, what: str, record: str | None) -> Iterator[Finding]:
    """One kept file, every byte of it."""
    try:
        content = files.get(sha256)
    except RecordroomError as error:
        yield Finding(Part.FILE, f"{what}: {error.reason}.", record)
        return
    if hashlib.sha256(content).hexdigest() != sha256:
        yield Finding(Part.FILE, f"{what} is not the file that was kept.", record)
