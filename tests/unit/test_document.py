"""The JSON of a record: its keys to the letter, the same bytes, and back."""

import json
from dataclasses import replace

import pytest
from core_examples import AT, BLANK, MARKED, field, form, reading, record

from extractors.values import Alternative, Evidence, Previous, State
from pipeline.core.check import CheckContext, FoundPage, PageEvidence, check
from pipeline.core.document import (
    archive_document,
    from_document,
    to_document,
    to_json,
)
from pipeline.core.values import Correction, Disposition, Outcome, RecordState, Signature

MASTER = form(
    field("batch_number", required=True),
    field("observed_4.3", "number", decimals=1, step="4.3"),
    field("done", "checkbox"),
    field("signed", "signature", page=2, required=True),
)


def a_record():
    observed = replace(
        reading("13.2", confidence=0.99812345678, shows=("correction",)),
        alternatives=(Alternative("18.2", 0.001),),
        previous=(Previous("13.8", "MJ"),),
        free_text="13.2",
    )
    written = {"batch_number": "XB15–2288", "observed_4.3": observed, "done": MARKED}
    one = record(MASTER, **written, signed=BLANK)
    pages = PageEvidence((FoundPage(1, 1),))
    return check(one, CheckContext(MASTER, pages=pages))


def test_the_document_has_the_keys_of_the_specification_in_their_order() -> None:
    document = to_document(a_record())
    assert list(document) == [
        "form", "version", "batch_number", "source", "reader", "pages", "entries", "flags",
    ]  # fmt: skip
    assert list(document["source"]) == ["file", "sha256", "pages"]
    assert document["reader"] == {"recordroom": "0.1.0", "models": {"handwriting": "1"}}
    assert list(document["pages"][0]) == ["page", "scan_page", "turned", "form_score", "homography"]
    assert document["flags"] == ["missing_page"]


def test_an_entry_reads_as_specified() -> None:
    entry = to_document(a_record())["entries"][1]
    assert entry == {
        "field": "observed_4.3",
        "page": 1,
        "type": "number",
        "step": "4.3",
        "value": "13.2",
        "state": "filled",
        "confidence": 0.998123,
        "accepted": False,
        "box": [10.0, 20.0, 30.0, 8.0],
        "alternatives": [{"value": "18.2", "probability": 0.001}],
        "previous": [{"value": "13.8", "initials": "MJ"}],
        "flags": ["correction"],
    }


def test_only_a_corrected_entry_lists_what_was_crossed_out() -> None:
    entries = to_document(a_record())["entries"]
    assert ["previous" in entry for entry in entries] == [False, True, False, False]


def test_a_scan_that_fits_no_form_has_a_null_form_and_no_entries() -> None:
    document = to_document(check(record(None), CheckContext(None)))
    assert (document["form"], document["version"]) == (None, None)
    assert (document["entries"], document["flags"]) == ([], ["unknown_form"])


def test_the_same_record_gives_the_same_bytes_that_end_with_a_line() -> None:
    assert to_json(a_record()) == to_json(a_record())
    assert to_json(a_record()).endswith("}\n")
    assert "XB15–2288" in to_json(a_record())


def test_the_smallest_terms_of_a_homography_are_kept() -> None:
    one = a_record()
    bent = ((0.0846666666666, 0.0, -1e-7), (0.0, 0.08, 0.0), (1.23456789012e-7, 0.0, 1.0))
    page = replace(one.pages[0], homography=bent)
    written = to_document(replace(one, pages=(page,)))["pages"][0]["homography"]
    assert written[2][0] == 1.23456789e-7
    assert written[0][0] == 0.0846666667


def test_a_number_that_is_none_is_never_written() -> None:
    one = a_record()
    broken = replace(one, pages=(replace(one.pages[0], form_score=float("nan")),))
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(broken)


def test_reading_a_document_back_and_writing_it_gives_the_same_bytes() -> None:
    text = to_json(a_record())
    assert to_json(from_document(json.loads(text))) == text


def test_unknown_keys_of_a_document_are_ignored() -> None:
    document = to_document(a_record())
    document["from_the_future"] = 1
    document["entries"][0]["from_the_future"] = 1
    assert to_document(from_document(document)) == to_document(a_record())


def worked_on():
    one = a_record()
    entry = one.entry("observed_4.3")
    changed = replace(
        entry,
        corrections=(Correction("18.2", State.FILLED, "misread", "ann", AT),),
        dispositions=(
            Disposition("correction", Outcome.CONFIRMED, "seen", "ann", AT, entry.flags[0].detail),
        ),
    )
    return replace(
        one,
        entries=tuple(changed if old is entry else old for old in one.entries),
        dispositions=(Disposition("missing_page", Outcome.TRULY_MISSING, "lost", "ann", AT),),
        signatures=(Signature("Bob Roe", "bob", "approved", AT, "f" * 64),),
        state=RecordState.APPROVED,
        revision=2,
    )


def test_the_archives_document_adds_its_keys_and_shows_the_current_value() -> None:
    document = archive_document(worked_on())
    assert (document["record"], document["record_state"], document["revision"]) == (
        "R1", "approved", 2,
    )  # fmt: skip
    entry = document["entries"][1]
    assert entry["value"] == "18.2"
    assert entry["reading"]["value"] == "13.2"
    assert entry["reading"]["evidence"] == [Evidence.CORRECTION.value]
    assert entry["corrections"][0]["reason"] == "misread"
    assert entry["dispositions"][0]["outcome"] == "confirmed"
    assert document["signatures"][0]["user"] == "bob"
    assert set(to_document(worked_on())) <= set(document)


def test_the_archives_document_read_back_is_the_record() -> None:
    document = archive_document(worked_on())
    again = from_document(json.loads(json.dumps(document)))
    assert archive_document(again) == document
    assert again.entry("observed_4.3").flags == worked_on().entry("observed_4.3").flags
