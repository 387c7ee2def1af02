"""The plant's signature log from a CSV file: columns initials, name, role, from, to."""

import csv
from collections.abc import Mapping
from datetime import date
from io import StringIO
from pathlib import Path

from pipeline.core.people import Signatory
from pipeline.errors import InputRefused

COLUMNS = ("initials", "name", "role", "from", "to")
_LARGEST = 20_000_000  # bytes


def load_signatories(path: Path) -> tuple[Signatory, ...]:
    """Every line of the log, in its order. Days are written YYYY-MM-DD, empty for open."""
    lines = csv.DictReader(StringIO(_text(path), newline=""), restkey="more", strict=True)
    try:
        _check_columns(tuple(lines.fieldnames or ()))
        return tuple(_signatory(line, lines.line_num) for line in lines)
    except csv.Error as error:
        reason = f"line {lines.line_num} is no CSV ({error})"
        raise InputRefused(reason, "save the log as CSV with commas") from error


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = f"the signature log can't be read ({error.strerror})"
        raise InputRefused(reason, "check the file's name") from error
    if len(content) > _LARGEST:
        raise InputRefused("the signature log is larger than 20 MB", "give the log alone")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = "the signature log is not UTF-8 text"
        raise InputRefused(reason, "save it as CSV in UTF-8") from error


def _check_columns(found: tuple[str, ...]) -> None:
    missing = [column for column in COLUMNS if column not in found]
    if missing:
        reason = f"line 1 lacks the column(s) {', '.join(missing)}"
        raise InputRefused(reason, f"begin with the line {','.join(COLUMNS)}")


def _signatory(line: Mapping[str, str | None], number: int) -> Signatory:
    if "more" in line:
        raise InputRefused(f"line {number} has more values than columns", "correct the line")
    initials = (line["initials"] or "").strip()
    if not initials:
        raise InputRefused(f"line {number} has no initials", "add them, or remove the line")
    start, end = _day(line, "from", number), _day(line, "to", number)
    if start and end and end < start:
        raise InputRefused(f"line {number} ends before it begins", "exchange from and to")
    name, role = (line["name"] or "").strip(), (line["role"] or "").strip()
    return Signatory(initials, name, role, start, end)


def _day(line: Mapping[str, str | None], column: str, number: int) -> date | None:
    written = (line[column] or "").strip()
    if not written:
        return None
    try:
        if len(written) == len("YYYY-MM-DD"):
            return date.fromisoformat(written)
    except ValueError:
        pass
    reason = f"line {number}: {written[:40]!r} under `{column}` is no day"
    raise InputRefused(reason, "write it as 2019-03-01, or leave it empty")
