"""The plant's signature log as a CSV file: columns initials, name, role, from, to.

A file that the site gives out has a sixth, `sample`: the digest of a picture, which is never taken
in.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path

from pipeline.core.people import Signatory
from pipeline.core.signature_log import LogLine
from pipeline.errors import InputRefused
from pipeline.plain import FORMULA_SIGNS, MARK, as_cell

COLUMNS = ("initials", "name", "role", "from", "to")
SAMPLE = "sample"
MOST_NAMED = 8
"""So many bad lines are named one by one."""
_LARGEST = 20_000_000  # bytes


def load_signatories(path: Path) -> tuple[Signatory, ...]:
    """Every line of the log, in its order. Days are written YYYY-MM-DD, empty for open."""
    return parse_signatories(read_log(path))


def read_log(path: Path) -> bytes:
    """What is in the file."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = f"the signature log can't be read ({error.strerror})"
        raise InputRefused(reason, "check the file's name") from error


def parse_signatories(content: bytes) -> tuple[Signatory, ...]:
    """Every line of the log; where lines can't be used, one refusal names each of them."""
    lines = csv.DictReader(StringIO(_text(content), newline=""), restkey="more", strict=True)
    good: list[Signatory] = []
    bad: list[InputRefused] = []
    try:
        _check_columns(tuple(lines.fieldnames or ()))
        for line in lines:
            try:
                good.append(_signatory(line, lines.line_num))
            except InputRefused as error:
                bad.append(error)
    except csv.Error as error:
        reason = f"line {lines.line_num} is no CSV ({error})"
        raise InputRefused(reason, "save the log as CSV with commas") from error
    if bad:
        raise _all_of(bad)
    return tuple(good)


def log_as_csv(lines: Sequence[LogLine], *, is_for_people: bool = False) -> bytes:
    """The log as a file; one `is_for_people` has a ' before what a spreadsheet would run."""
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow((*COLUMNS, SAMPLE))
    for line in lines:
        one = line.signatory
        days = (day.isoformat() if day else "" for day in (one.start, one.end))
        cells = (one.initials, one.name, one.role, *days, line.sample or "")
        writer.writerow(map(as_cell, cells) if is_for_people else cells)
    return out.getvalue().encode("utf-8-sig")


def _all_of(bad: Sequence[InputRefused]) -> InputRefused:
    """One refusal out of many."""
    if len(bad) == 1:
        return bad[0]
    named = ", ".join(error.reason for error in bad[:MOST_NAMED])
    more = f" and {len(bad) - MOST_NAMED} more" if len(bad) > MOST_NAMED else ""
    return InputRefused(f"{len(bad)} lines can't be used: {named}{more}", "correct these lines")


def _text(content: bytes) -> str:
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
    initials = _cell(line, "initials")
    if not initials:
        raise InputRefused(f"line {number} has no initials", "add them, or remove the line")
    start, end = _day(line, "from", number), _day(line, "to", number)
    if start and end and end < start:
        raise InputRefused(f"line {number} ends before it begins", "exchange from and to")
    return Signatory(initials, _cell(line, "name"), _cell(line, "role"), start, end)


def _cell(line: Mapping[str, str | None], column: str) -> str:
    """The cell's text, without what was put before it to keep a spreadsheet from running it."""
    text = (line[column] or "").strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith((*FORMULA_SIGNS, MARK)) else text


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
