"""The sheet of an audit sample: a CSV file that people fill in, and how it is read back.

It never holds what the machine read. A spreadsheet may have saved it with another separator.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from extractors.values import Box
from pipeline.errors import InputRefused
from pipeline.plain import as_cell, plain
from pipeline.stack import write_whole

COLUMNS = (
    "sample_id",
    "record",
    "batch_number",
    "form",
    "version",
    "page",
    "scan",
    "scan_page",
    "field",
    "label",
    "step",
    "type",
    "x_mm",
    "y_mm",
    "width_mm",
    "height_mm",
    "picture",
    "keyed",
    "state",
)
NEEDED = ("sample_id", "record", "field", "keyed", "state")
"""Without these columns a sheet can't be taken back."""

_LARGEST = 20_000_000  # bytes
_SEPARATORS = ",;\t"
_NAME = re.compile(r"S([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, order=True)
class LineName:
    """Which line of which sample, written `S3-17`: no spreadsheet takes that for a date."""

    sample: int
    position: int

    def __str__(self) -> str:
        """As it stands in the sheet."""
        return f"S{self.sample}-{self.position}"


@dataclass(frozen=True)
class DrawnLine:
    """A drawn entry and where on the paper it is. `box` is in millimetres on the blank form.

    `scan_page` is the page of the scan, None where it is not known; `batch_number` is empty where
    it would give away what was read.
    """

    name: LineName
    record: str
    batch_number: str
    form: str
    version: str
    page: int
    scan: str
    scan_page: int | None
    field: str
    label: str
    step: str
    type: str
    box: Box


@dataclass(frozen=True)
class KeyedLine:
    """A line as it came back. `number` is the line of the file that it ends on, from 1."""

    number: int
    name: str
    record: str
    field: str
    keyed: str
    state: str


def write_sheet(path: Path, lines: Iterable[DrawnLine], pictures: Mapping[LineName, str]) -> None:
    """Write the sheet as CSV in UTF-8, whole or not at all; no text in it becomes a formula."""
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(map(as_cell, _cells(line, pictures.get(line.name, ""))))
    try:
        write_whole(path, "\ufeff" + out.getvalue())
    except OSError as error:
        reason = f"the sheet can't be written ({error.strerror})"
        raise InputRefused(reason, "name a file in a folder that is there") from error


def _cells(line: DrawnLine, picture: str) -> tuple[str, ...]:
    """The line's cells in the order of the columns; the last two are for people."""
    box = (line.box.x, line.box.y, line.box.width, line.box.height)
    return (
        str(line.name),
        line.record,
        line.batch_number,
        line.form,
        line.version,
        str(line.page),
        line.scan,
        "" if line.scan_page is None else str(line.scan_page),
        line.field,
        line.label,
        line.step,
        line.type,
        *(f"{length:.1f}" for length in box),
        picture,
        "",
        "",
    )


def read_sheet(path: Path) -> tuple[KeyedLine, ...]:
    """Every line of a sheet that people filled in; refused where it is none."""
    text = _text(path)
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    lines = csv.DictReader(StringIO(text, newline=""), delimiter=separator, restval="")
    try:
        missing = [name for name in NEEDED if name not in (lines.fieldnames or ())]
        if missing:
            reason = f"line 1 lacks the column(s) {', '.join(missing)}"
            raise InputRefused(reason, "take the sheet that `audit-sample draw` wrote")
        return tuple(_keyed(line, lines.line_num) for line in lines)
    except csv.Error as error:
        reason = f"line {lines.line_num} is no CSV ({error})"
        raise InputRefused(reason, "save the sheet as CSV") from error


def line_name(text: str) -> LineName:
    """The line that `S3-17` names."""
    found = _NAME.fullmatch(text.strip())
    if found is None:
        reason = f"{text[:40]!r} is no sample id"
        raise InputRefused(reason, "leave the column sample_id as it was drawn, such as S3-17")
    return LineName(int(found[1]), int(found[2]))


def _keyed(line: Mapping[str, str], number: int) -> KeyedLine:
    name, record, field, keyed, state = (plain(line[column]) for column in NEEDED)
    return KeyedLine(number, name, record, field, keyed, state)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = f"the sheet can't be read ({error.strerror})"
        raise InputRefused(reason, "check the file's name") from error
    if len(content) > _LARGEST:
        raise InputRefused("the sheet is larger than 20 MB", "give the keyed sheet alone")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRefused("the sheet is not UTF-8 text", "save it as CSV in UTF-8") from error
