"""What is exported and read back is what was stored, whatever people wrote."""

import json

from b2mml_schema import complaints
from core_strategies import few
from hypothesis import given
from hypothesis import strategies as st
from worked_records import form_of, texts, worked_records

from pipeline.core.b2mml import to_b2mml
from pipeline.core.b2mml_read import from_b2mml
from pipeline.core.document import archive_document, as_json, from_document
from pipeline.core.xml_text import from_xml_text, to_xml_text


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
