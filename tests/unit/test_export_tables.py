"""Tables of entries: each column is a field of its own, and each cell stands for one text."""

import io
import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from record_builders import FORM, place, reading, record

from extractors.values import EntryKind
from pipeline.core.export_lines import wide_line
from pipeline.core.values import Entry
from pipeline.export_tables import wide_as_parquet
from pipeline.plain import as_cell

FIELDS = (
    place("field_record", EntryKind.TEXT, "One", 0),
    place("record", EntryKind.TEXT, "Two", 1),
    place("weight", EntryKind.NUMBER, "Net weight", 2),
    place("begun", EntryKind.TIME, "Begun", 3),
)
WIDE = replace(FORM, pages=(replace(FORM.pages[0], fields=FIELDS),))


def test_each_field_has_a_column_of_its_own_and_what_is_no_value_stands_as_written() -> None:
    values = {"field_record": "AAA", "record": "BBB", "weight": "13.2x", "begun": "25:00"}
    entries = tuple(
        Entry(one.name, 1, one.type, one.step, one.box, reading(values[one.name])) for one in FIELDS
    )
    one = record(entries=entries)
    (row,) = pq.read_table(io.BytesIO(wide_as_parquet(WIDE, [wide_line(one, WIDE)]))).to_pylist()
    assert (row["record"], row["field_record"], row["field_field_record"]) == (one.id, "AAA", "BBB")
    assert (row["weight"], row["begun"]) == (None, None)
    assert json.loads(row["as_written"]) == {"weight": "13.2x", "begun": "25:00"}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"), ("'=1", "''=1"), ("-1.5", "-1.5"), ("-1.5-2", "'-1.5-2"), ("+4", "'+4"),
        ("@a", "'@a"), ("'t Hooft", "''t Hooft"), ("13", "13"), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_is_no_formula_and_stands_for_one_text(text: str, cell: str) -> None:
    assert as_cell(text) == cell
