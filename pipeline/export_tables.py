"""Entries as files of tables: CSV, Excel and Parquet, and the long ones read back.

Every text is text: in CSV what a spreadsheet would run has a ' before it (and what begins with a '
one more, so that reading it back is exact); in Excel nothing is a formula or a link. The same
lines give the same bytes.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, fields
from datetime import date, datetime, time
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extractors.values import EntryKind
from pipeline.core.export_lines import EntryLine, WideLine
from pipeline.core.forms import MasterForm
from pipeline.plain import MARK, as_cell

_NAMES = tuple(field.name for field in fields(EntryLine))
_KINDS = {field.name: str(field.type) for field in fields(EntryLine)}
_ARROW = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    time: pa.time64("us"),
    datetime: pa.timestamp("us", tz="UTC"),
}
_TYPES: dict[str, type] = {
    "page": int, "revision": int, "number": float, "confidence": float, "accepted": bool,
    "mark": bool, "day": date, "time": time, "corrected_at": datetime,
}  # fmt: skip
"""The columns that are no text."""
_OPTIONAL = frozenset({"number", "mark", "day", "time", "corrected_at"})
_WIDE = {
    EntryKind.NUMBER: float,
    EntryKind.DATE: date,
    EntryKind.TIME: time,
    EntryKind.CHECKBOX: bool,
}
_ABOUT_RECORD = (
    "record", "record_state", "revision", "batch_number", "scan", "signatures", "as_written",
)  # fmt: skip


def lines_as_csv(lines: Iterable[EntryLine]) -> bytes:
    """The long table as CSV in UTF-8, a line for each entry."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(_NAMES)
    writer.writerows([_cell(value) for value in astuple(line)] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def lines_of_csv(content: bytes) -> tuple[EntryLine, ...]:
    """The lines of a CSV file of ours; ValueError where it is none."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    if tuple(next(rows, ())) != _NAMES:
        raise ValueError("the file is no table of entries")
    return tuple(
        EntryLine(**{name: _value(name, cell) for name, cell in zip(_NAMES, row, strict=True)})
        for row in rows
    )


def lines_as_parquet(lines: Sequence[EntryLine]) -> bytes:
    """The long table as Parquet, columns with their types."""
    rows = [astuple(line) for line in lines]
    columns = {
        name: pa.array([row[place] for row in rows], _ARROW[_TYPES.get(name, str)])
        for place, name in enumerate(_NAMES)
    }
    return _parquet(columns)


def lines_of_parquet(content: bytes) -> tuple[EntryLine, ...]:
    """The lines of a Parquet file of ours."""
    table = pq.read_table(io.BytesIO(content))
    return tuple(EntryLine(**row) for row in table.to_pylist())


def wide_as_parquet(form: MasterForm, lines: Sequence[WideLine]) -> bytes:
    """A line for each record of one form version, a column for each field, typed.

    A field that is called as one of the record's own columns has `field_` before its name.
    """
    columns = {
        name: pa.array([getattr(line, name) for line in lines], _ARROW[_TYPES.get(name, str)])
        for name in _ABOUT_RECORD
    }
    for place, field in enumerate(form.fields):
        name = _column(field.name, form)
        kind = _ARROW[_WIDE.get(field.type, str)]
        columns[name] = pa.array([line.values[place] for line in lines], kind)
    return _parquet(columns)


def _column(name: str, form: MasterForm) -> str:
    """What the column of the field is called; no other field of the form has that name."""
    if name not in _ABOUT_RECORD:
        return name
    others = {field.name for field in form.fields}
    while name in others:
        name = f"field_{name}"
    return name


def _parquet(columns: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="zstd")
    return out.getvalue()


def _cell(value: Any) -> str:
    """A value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, time)):  # a datetime is a date
        return value.isoformat()
    if not isinstance(value, str):
        return str(value)
    return as_cell(value)


def _value(name: str, cell: str) -> Any:
    """The value that a cell stands for."""
    if name in _OPTIONAL and not cell:
        return None
    kind = _TYPES.get(name, str)
    if kind is str:
        return cell.removeprefix(MARK)
    return _READ[kind](cell)


_READ: dict[type, Callable[[str], Any]] = {
    int: int,
    float: float,
    bool: lambda cell: cell == "true",
    date: date.fromisoformat,
    time: time.fromisoformat,
    datetime: datetime.fromisoformat,
}
