"""Records as an Excel file: sheets of entries, corrections, flags and signatures, cells typed.

Numbers are numbers with the decimals that were written, days are days, marks are TRUE and FALSE;
text is text whatever it begins with.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import xlsxwriter

from pipeline.core.answered import is_answered
from pipeline.core.catalogue import title_of
from pipeline.core.export_lines import EntryLine, entry_lines
from pipeline.core.forms import MasterForm
from pipeline.core.values import Record
from pipeline.errors import InputRefused

MOST_ROWS = 1_048_575
"""So many rows an Excel sheet has below its head."""
LONGEST_TEXT = 32_767
TOO_LONG = "(too long for a cell of Excel: take the JSON)"
_FIRST_DAY = date(1900, 3, 1)
"""Before it Excel counts days wrongly."""

ENTRIES = (
    "Record", "Batch number", "Form", "Version", "Record state", "Page", "Step", "Entry", "Field",
    "Value", "Unit", "As written", "State", "As read", "Confidence", "Accepted unseen", "Flags",
    "Corrected by", "Corrected at (UTC)", "Signatures",
)  # fmt: skip
CORRECTIONS = ("Record", "Batch number", "Entry", "Field", "Old", "New", "Reason", "By", "At (UTC)")
FLAGS = (
    "Record", "Batch number", "Field", "Flag", "Severity", "What was found", "Answered",
)  # fmt: skip
SIGNATURES = ("Record", "Batch number", "Name", "Account", "At (UTC)", "Meaning", "Digest")

Row = Sequence[Any]


@dataclass(frozen=True)
class Number:
    """A number that is shown with as many decimals as were written."""

    value: float
    decimals: int


def records_as_excel(records: Sequence[tuple[Record, MasterForm | None]], at: datetime) -> bytes:
    """The records as an Excel file. `at` is what it says of when it was made."""
    lines = [line for record, form in records for line in entry_lines(record, form)]
    found = [record for record, _ in records]
    labels = {(line.record, line.field): line.label for line in lines}
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": "Records", "created": at.astimezone(UTC)})
        pen = _Pen(book)
        pen.sheet("Entries", ENTRIES, map(_entry, lines))
        pen.sheet("Corrections", CORRECTIONS, _corrections(found, labels))
        pen.sheet("Flags", FLAGS, _flags(found))
        pen.sheet("Signatures", SIGNATURES, _signatures(found))
    return out.getvalue()


class _Pen:
    """Writes cells, each by its own type."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats: dict[str, Any] = {}
        self._bold = book.add_format({"bold": True, "bottom": 1})

    def sheet(self, name: str, head: Sequence[str], rows: Iterable[Row]) -> None:
        """One sheet under a head that stays where it is."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, word in enumerate(head):
            sheet.write_string(0, column, word, self._bold)
            sheet.set_column(column, column, max(12, min(24, len(word) + 4)))
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                raise InputRefused(
                    "there are more entries than an Excel sheet has rows", "take CSV or Parquet"
                )
            for column, value in enumerate(row):
                self._write(sheet, number, column, value)
        sheet.autofilter(0, 0, max(1, sheet.dim_rowmax or 0), len(head) - 1)

    def _write(self, sheet: Any, row: int, column: int, value: Any) -> None:
        match value:
            case None | "":
                return
            case bool():
                sheet.write_boolean(row, column, value)
            case Number(number, decimals):
                shape = "0" + "." * bool(decimals) + "0" * decimals
                sheet.write_number(row, column, number, self._format(shape))
            case int() | float():
                sheet.write_number(row, column, value)
            case datetime():
                plain = value.astimezone(UTC).replace(tzinfo=None)
                sheet.write_datetime(row, column, plain, self._format("yyyy-mm-dd hh:mm:ss"))
            case date() if value >= _FIRST_DAY:
                sheet.write_datetime(row, column, value, self._format("yyyy-mm-dd"))
            case time():
                sheet.write_datetime(row, column, value, self._format("hh:mm:ss"))
            case _:
                text = str(value)
                sheet.write_string(row, column, text if len(text) <= LONGEST_TEXT else TOO_LONG)

    def _format(self, shape: str) -> Any:
        if shape not in self._formats:
            self._formats[shape] = self._book.add_format({"num_format": shape})
        return self._formats[shape]


def _entry(line: EntryLine) -> Row:
    return (
        line.record, line.batch_number, line.form, line.version, line.record_state, line.page,
        line.step, line.label, line.field, _typed(line), line.unit, line.value, line.state,
        line.read_value, line.confidence, line.accepted, line.flags, line.corrected_by,
        line.corrected_at, line.signatures,
    )  # fmt: skip


def _typed(line: EntryLine) -> Any:
    if line.number is not None:
        return Number(line.number, len(line.value.strip().partition(".")[2]))
    found = next((one for one in (line.day, line.time, line.mark) if one is not None), None)
    return line.value if found is None else found


def _corrections(records: Iterable[Record], labels: dict[tuple[str, str], str]) -> Iterator[Row]:
    for record in records:
        for entry in record.entries:
            old = entry.reading.value or entry.reading.state.value
            for one in entry.corrections:
                new = one.value or one.state.value
                label = labels.get((record.id, entry.field), "")
                yield (record.id, record.batch_number, label, entry.field, old, new, one.reason,
                       one.by, one.at)  # fmt: skip
                old = new


def _flags(records: Iterable[Record]) -> Iterator[Row]:
    for record in records:
        found = [(flag, record.dispositions) for flag in record.flags]
        found += [(flag, one.dispositions) for one in record.entries for flag in one.flags]
        for flag, answers in found:
            yield (record.id, record.batch_number, flag.field or "", title_of(flag.name),
                   flag.severity.value, flag.detail, is_answered(flag, answers))  # fmt: skip


def _signatures(records: Iterable[Record]) -> Iterator[Row]:
    for record in records:
        for one in record.signatures:
            yield (record.id, record.batch_number, one.name, one.user, one.at, one.meaning,
                   one.digest)  # fmt: skip
