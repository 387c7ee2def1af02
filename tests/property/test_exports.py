"""What is exported and read back is what was stored, whatever people wrote."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import openpyxl
import pyarrow.parquet as pq
from b2mml_schema import complaints
from core_strategies import FORM, few
from hypothesis import given
from hypothesis import strategies as st
from worked_records import form_of, texts, worked_records

from pipeline.core.b2mml import to_b2mml
from pipeline.core.b2mml_read import from_b2mml
from pipeline.core.document import archive_document, as_json, from_document
from pipeline.core.export_lines import entry_lines, wide_line
from pipeline.core.xml_text import from_xml_text, to_xml_text
from pipeline.export_excel import CORRECTIONS, ENTRIES, SIGNATURES, records_as_excel
from pipeline.export_tables import (
    lines_as_csv,
    lines_as_parquet,
    lines_of_csv,
    lines_of_parquet,
    wide_as_parquet,
)
from pipeline.http.models import Record
from pipeline.plain import FORMULA_SIGNS

MADE_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@given(texts | st.text())
def test_any_text_comes_back_out_of_xml(text: str) -> None:
    assert from_xml_text(to_xml_text(text)) == text


@few
@given(worked_records())
def test_a_record_comes_back_out_of_json(record) -> None:
    text = as_json(archive_document(record))
    again = from_document(json.loads(text))
    assert again == from_document(archive_document(record))
    assert again.entries == record.entries
    assert as_json(archive_document(again)) == text


@few
@given(worked_records())
def test_a_record_comes_back_out_of_b2mml(record) -> None:
    again = from_b2mml(to_b2mml(record, form_of(record)))
    assert archive_document(again) == archive_document(record)
    assert again.entries == record.entries


@few
@given(worked_records())
def test_whatever_people_wrote_the_batch_production_record_is_valid(record) -> None:
    assert complaints(to_b2mml(record, form_of(record))) == []


@few
@given(st.lists(worked_records(), max_size=2))
def test_the_long_table_comes_back_out_of_csv_and_parquet(records) -> None:
    lines = tuple(line for one in records for line in entry_lines(one, form_of(one)))
    assert lines_of_csv(lines_as_csv(lines)) == lines
    assert lines_of_parquet(lines_as_parquet(lines)) == lines


CONTROL_SIGNS = re.compile("[\\x00-\\x08\\x0b-\\x1f\ufffe\uffff]")


def in_excel(text: str) -> str:
    """As openpyxl hands a text out: signs that XML can't hold stay as Excel writes them."""
    return CONTROL_SIGNS.sub(lambda found: f"_x{ord(found[0]):04X}_", text).replace("x005F_", "")


def rows_of(sheet, head: tuple[str, ...]) -> list[dict[str, object]]:
    said, *rows = sheet.iter_rows(values_only=True)
    assert said == head
    return [dict(zip(head, row, strict=True)) for row in rows]


@few
@given(worked_records())
def test_what_stands_in_a_record_comes_back_out_of_excel(record) -> None:
    content = records_as_excel([(record, form_of(record))], MADE_AT)
    book = openpyxl.load_workbook(io.BytesIO(content))
    lines = entry_lines(record, form_of(record))
    for line, row in zip(lines, rows_of(book["Entries"], ENTRIES), strict=True):
        texts = (line.field, line.label, line.value, line.state, line.read_value, line.unit)
        names = ("Field", "Entry", "As written", "State", "As read", "Unit")
        assert tuple(row[name] or "" for name in names) == tuple(map(in_excel, texts))
        if line.number is not None:
            assert row["Value"] == line.number
        if line.mark is not None:
            assert row["Value"] is line.mark
        if line.day is not None and line.day.year > 1900:
            assert row["Value"].date() == line.day
    news = [one.value or one.state.value for e in record.entries for one in e.corrections]
    corrections = rows_of(book["Corrections"], CORRECTIONS)
    assert [row["New"] or "" for row in corrections] == list(map(in_excel, news))
    signers = [row["Name"] or "" for row in rows_of(book["Signatures"], SIGNATURES)]
    assert signers == [in_excel(one.name) for one in record.signatures]


@few
@given(worked_records())
def test_the_api_answers_with_the_record_and_leaves_nothing_out(record) -> None:
    """Through the shapes of the API and back: as the exports' JSON, but that signatures hold."""
    document = archive_document(record)
    for signature in document["signatures"]:
        signature["holds"] = True
    shape = Record.model_validate(document)
    answer = json.loads(shape.model_dump_json(exclude_unset=True))
    assert {*answer} == {*document}
    assert from_document(answer) == from_document(document)


@few
@given(worked_records())
def test_no_cell_of_a_csv_file_is_a_formula(record) -> None:
    content = lines_as_csv(entry_lines(record, form_of(record))).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content, newline="")):
        for cell in row:
            is_number = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell)
            assert is_number or not cell.startswith(FORMULA_SIGNS)


@few
@given(worked_records())
def test_a_line_says_what_the_entry_says(record) -> None:
    """Text, state and what the machine read are those of the record; a number is the text's."""
    for line, entry in zip(entry_lines(record, form_of(record)), record.entries, strict=True):
        assert (line.value, line.state) == (entry.value, entry.state.value)
        assert (line.read_value, line.read_state) == (entry.reading.value, entry.reading.state)
        assert json.loads(line.corrections or "[]") == [
            {
                "value": one.value,
                "state": one.state.value,
                "reason": one.reason,
                "by": one.by,
                "at": one.at.isoformat(),
            }
            for one in entry.corrections
        ]
        if line.number is not None:
            assert line.number == float(entry.value)


@few
@given(st.lists(worked_records().filter(lambda one: one.form is not None), max_size=2))
def test_the_wide_table_has_a_column_for_each_field_with_the_long_ones_values(records) -> None:
    content = wide_as_parquet(FORM, [wide_line(one, FORM) for one in records])
    table = pq.read_table(io.BytesIO(content))
    assert [name for name in table.column_names if name in {f.name for f in FORM.fields}]
    for row, record in zip(table.to_pylist(), records, strict=True):
        untyped = json.loads(row["as_written"] or "{}")
        for line in entry_lines(record, FORM):
            if line.type in ("number", "date", "time") and line.state == "filled":
                assert untyped.get(line.field, line.value) == line.value
                typed = (line.number, line.day, line.time)
                assert (line.field in untyped) == (bool(line.value) and typed == (None,) * 3)
            name = f"field_{line.field}" if line.field in ("batch_number",) else line.field
            if line.type == "number":
                assert row[name] == line.number
            elif line.type == "checkbox":
                assert row[name] == line.mark
            elif line.type == "text" and line.state == "filled":
                assert row[name] == (line.value or "signed")
