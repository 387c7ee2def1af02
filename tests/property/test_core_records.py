"""What holds for every record: documents go round, checks settle, triage loses nothing."""

import json

from core_strategies import FIELDS, FORM, few, records
from hypothesis import given
from hypothesis import strategies as st

from extractors.values import State
from pipeline.core.check import CheckContext, FoundPage, PageEvidence, check
from pipeline.core.document import archive_document, as_json, from_document, to_document, to_json
from pipeline.core.triage import triage

CONTEXT = CheckContext(FORM)
WHOLE = CheckContext(FORM, pages=PageEvidence((FoundPage(1, 1), FoundPage(2, 2))))


@few
@given(records(), st.floats(0, 1))
def test_the_archives_document_read_back_is_the_same_record(record, threshold) -> None:
    whole = triage(check(record, WHOLE), threshold)
    assert from_document(json.loads(as_json(archive_document(whole)))) == whole


@few
@given(records())
def test_a_readings_document_read_back_writes_the_same_bytes(record) -> None:
    text = to_json(check(record, WHOLE))
    assert to_json(from_document(json.loads(text))) == text


@few
@given(records())
def test_checking_again_changes_nothing(record) -> None:
    once = check(record, WHOLE)
    assert check(once, WHOLE) == once
    assert check(once, CONTEXT) == once


@few
@given(records())
def test_checks_never_change_a_reading(record) -> None:
    checked = check(record, WHOLE)
    assert [one.reading for one in checked.entries] == [one.reading for one in record.entries]
    assert to_document(checked)["source"] == to_document(record)["source"]


@few
@given(records())
def test_each_flag_stands_once_in_its_place(record) -> None:
    checked = check(record, WHOLE)
    for flags in (checked.flags, *(entry.flags for entry in checked.entries)):
        assert len({flag.name for flag in flags}) == len(flags)
    for entry in checked.entries:
        assert all((flag.field, flag.page) == (entry.field, entry.page) for flag in entry.flags)


@few
@given(records(), st.floats(0, 1))
def test_triage_accepts_or_shows_every_entry_that_was_read(record, threshold) -> None:
    sorted_out = triage(check(record, WHOLE), threshold)
    assert [one.field for one in sorted_out.entries] == [one.field for one in record.entries]
    for entry in sorted_out.entries:
        assert not (entry.accepted and entry.flags)
        assert entry.accepted == (entry.confidence >= threshold and not entry.flags)
        assert entry.accepted or entry.flags or entry.state is not State.FILLED


@few
@given(records(), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_never_accepts_more(record, one, other) -> None:
    checked = check(record, WHOLE)
    low, high = (triage(checked, bound) for bound in sorted((one, other)))
    for loose, strict in zip(low.entries, high.entries, strict=True):
        assert loose.accepted or not strict.accepted


@few
@given(records())
def test_a_value_that_the_paper_does_not_give_is_never_judged_by_arithmetic(record) -> None:
    arithmetic = {"out_of_limit", "calculation_mismatch", "date_order", "time_order"}
    arithmetic |= {"impossible_date", "same_person", "batch_number_mismatch"}
    for entry in check(record, WHOLE).entries:
        if entry.state is not State.FILLED:
            assert not arithmetic & {flag.name for flag in entry.flags}
    assert {one.name for one in FIELDS} >= {entry.field for entry in record.entries}
