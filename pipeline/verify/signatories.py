"""The signature log: each of its versions is the file that the trail names, line by line."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection

from extractors.errors import RecordroomError
from pipeline.files import FileStore
from pipeline.verify.files import check_file
from pipeline.verify.findings import Finding, Part
from pipeline.verify.rows import Row, rows_of

COLUMNS = {
    "initials": "initials", "name": "name", "role": "role", "from": "start", "to": "end",
    "sample": "sample",
}  # fmt: skip
"""What the file calls a column, and what the table does."""


def check_logs(
    connection: Connection, files: FileStore, told: Mapping[int, str]
) -> Iterator[Finding]:
    """Versions of the log, their lines and their samples, against the trail and the files."""
    versions = {row["version"]: row for row in rows_of(connection, "signature_log", "version")}
    lines = [*rows_of(connection, "signatory", "log, position")]
    for version in sorted(versions.keys() ^ told.keys()):
        yield _wrong(f"Version {version} is in the table or in the trail, and not in both.")
    for version in sorted(versions.keys() & told.keys()):
        own = [line for line in lines if line["log"] == version]
        yield from _check_version(files, versions[version], own, told[version])
    for sample in sorted({line["sample"] for line in lines if line["sample"]}):
        yield from check_file(files, sample, "A sample of the signature log", None)


def _check_version(
    files: FileStore, version: Row, lines: Sequence[Row], told: str
) -> Iterator[Finding]:
    name = f"Version {version['version']}"
    if version["digest"] != told:
        yield _wrong(f"{name} is not the one that the trail tells.")
    try:
        kept = files.get(told).decode("utf-8-sig")
    except (RecordroomError, UnicodeDecodeError):
        yield _wrong(f"The file of {name.lower()} is gone or changed.")
        return
    said = [_said(line) for line in csv.DictReader(io.StringIO(kept, newline=""))]
    there = [tuple(line[column] or "" for column in COLUMNS.values()) for line in lines]
    if said != there or [line["position"] for line in lines] != [*range(len(lines))]:
        yield _wrong(f"The lines of {name.lower()} are not those that were kept.")


def _said(line: Mapping[str, str | None]) -> tuple[str, ...]:
    return tuple((line.get(column) or "").strip() for column in COLUMNS)


def _wrong(sentence: str) -> Finding:
    return Finding(Part.LOG, f"The signature log: {sentence[0].lower()}{sentence[1:]}")
