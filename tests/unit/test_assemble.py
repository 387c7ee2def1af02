"""Pages of one scan sorted into records."""

from decimal import Decimal

from extractors.values import Box, EntryKind, Reading, State
from pipeline.core.assemble import ReadPage, assemble
from pipeline.core.forms import Field, Meaning
from pipeline.core.values import RecordPage

UNIT = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def page(
    scan_page,
    number,
    batch="XB15-2288",
    *,
    form="BMR-077",
    version="12",
    ink=(1, 0, 2, 5),
    confidence=0.99,
):
    where = RecordPage(number, scan_page, 0, 0.9, UNIT, effective_dpi=300, residual_mm=0.05)
    place = Field(
        name=f"batch_{number}",
        label="Batch",
        type=EntryKind.TEXT,
        page=number,
        box=Box(10, 10, 40, 8),
        means=Meaning.BATCH_NUMBER,
        tolerance=Decimal(0),
    )
    reading = Reading(batch, State.FILLED, confidence, reader="test")
    return ReadPage(
        form=form, version=version, where=where, fields=((place, reading),), ink_map=ink
    )


def numbers(assembly):
    return [one.where.page for one in assembly.pages]


def test_the_pages_of_one_record_stay_together():
    (record,) = assemble([page(1, 1), page(2, 2), page(3, 3)])
    assert numbers(record) == [1, 2, 3]


def test_another_batch_begins_a_new_record():
    first, second = assemble(
        [
            page(1, 1),
            page(2, 2),
            page(3, 1, "XB15-9999", ink=(7, 2, 0, 0)),
            page(4, 2, "XB15-9999", ink=(6, 0, 3, 0)),
        ]
    )
    assert numbers(first) == [1, 2]
    assert numbers(second) == [1, 2]


def test_a_wrong_batch_number_on_page_two_does_not_part_the_record():
    (record,) = assemble([page(1, 1), page(2, 2, "ZZ99-0001"), page(3, 3)])
    assert numbers(record) == [1, 2, 3]


def test_one_misread_sign_does_not_part_the_record():
    (record,) = assemble([page(1, 1), page(2, 1, "XB15-2289", ink=(9, 1, 0, 0))])
    assert len(record.repeats) == 1


def test_a_batch_number_read_with_gaps_between_its_boxes_does_not_part_the_record():
    (record,) = assemble([page(1, 2), page(2, 1, "X B 1 S 2 2 8.8", confidence=0.02)])
    assert numbers(record) == [2, 1]


def test_the_same_sheet_scanned_again_is_a_repeat_of_the_same_sheet():
    (record,) = assemble([page(1, 1), page(2, 1, ink=(1.1, 0, 2.1, 4.8))])
    assert record.repeats[0].is_same_sheet


def test_a_page_filled_in_again_is_another_sheet():
    (record,) = assemble([page(1, 1), page(2, 1, ink=(5, 4, 0, 0))])
    assert not record.repeats[0].is_same_sheet


def test_pages_out_of_order_are_one_record_in_the_order_of_the_scan():
    (record,) = assemble([page(1, 2), page(2, 1), page(3, 3)])
    assert numbers(record) == [2, 1, 3]


def test_the_last_page_first_with_another_batch_number_is_one_record_still():
    (record,) = assemble([page(1, 2, "ZZ99-0001"), page(2, 1)])
    assert numbers(record) == [2, 1]
    (record,) = assemble([page(1, 2), page(2, 3), page(3, 1, "ZZ99-0001")])
    assert numbers(record) == [2, 3, 1]


def test_a_record_that_lacks_its_first_page_takes_none_from_a_whole_one():
    first, second = assemble([page(1, 2), page(2, 1, "ZZ99-0001"), page(3, 2, "ZZ99-0001")])
    assert (numbers(first), numbers(second)) == ([2], [1, 2])


def test_halves_that_leave_a_gap_stay_apart():
    first, second = assemble([page(1, 3), page(2, 1, "ZZ99-0001")])
    assert (numbers(first), numbers(second)) == ([3], [1])


def test_another_form_begins_a_new_record():
    assert len(assemble([page(1, 1), page(2, 1, form="MD-204")])) == 2


def test_another_version_of_the_form_stays_in_the_record():
    (record,) = assemble([page(1, 1), page(2, 2, version="11")])
    assert numbers(record) == [1, 2]
