"""What a record says about lots, and where its quantities belong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from core_examples import BLANK, UNREADABLE, field, form, reading, record

from extractors.values import Alternative, Box, State
from pipeline.core.forms import Field, Meaning
from pipeline.core.lot_uses import LotUse, Said, UseKind, is_receipt, lot_key, lot_uses
from pipeline.core.values import Correction, Disposition, Outcome


def at(one: Field, y: float) -> Field:
    return replace(one, box=Box(one.box.x, y, one.box.width, one.box.height))


BATCH = field("batch_number", means=Meaning.BATCH_NUMBER)
PRODUCT = field("product", means=Meaning.PRODUCT)
ROWS = (
    field("lot_1", means=Meaning.LOT, step="1"),
    field("net_1", "number", means=Meaning.QUANTITY, unit="kg", step="1"),
    field("material_1", means=Meaning.MATERIAL, step="1"),
    field("lot_2", means=Meaning.LOT, step="2"),
    field("net_2", "number", means=Meaning.QUANTITY, unit="kg", step="2"),
)
OUT = field("out", "number", means=Meaning.QUANTITY, unit="kg", step="9")
DISPENSING = form(BATCH, PRODUCT, *ROWS, OUT)
RECEIPT = form(
    field("receipt", means=Meaning.BATCH_NUMBER),
    field("lot", means=Meaning.LOT),
    field("material", means=Meaning.MATERIAL),
    field("weight", "number", means=Meaning.QUANTITY, unit="kg"),
)


def uses(master, batch: str = "B1", **written) -> tuple[LotUse, ...]:
    return lot_uses(replace(record(master, **written), batch_number=batch), master)


def brief(found) -> list[tuple[str, str, str, str]]:
    return [(one.kind.value, one.lot, one.material, f"{one.quantity} {one.unit}") for one in found]


def test_each_lot_goes_with_the_quantity_and_material_of_its_row() -> None:
    found = uses(
        DISPENSING,
        batch_number="B1",
        product="Tablets",
        lot_1="L1",
        net_1="24.05",
        material_1="Lactose",
        lot_2="L2",
        net_2="3.1",
        out="27.0",
    )
    assert brief(found) == [
        ("made", "B1", "Tablets", "27.0 kg"),
        ("used", "L1", "Lactose", "24.05 kg"),
        ("used", "L2", "", "3.1 kg"),
    ]


def test_a_lot_and_a_quantity_of_no_step_belong_together_where_they_stand_side_by_side() -> None:
    lots = [at(field(f"lot_{n}", means=Meaning.LOT), 20.0 + 10 * n) for n in (1, 2)]
    nets = [at(field(f"net_{n}", "number", means=Meaning.QUANTITY), 21.0 + 10 * n) for n in (1, 2)]
    found = uses(form(BATCH, *lots, *nets), lot_1="L1", net_1="1", lot_2="L2", net_2="2")
    assert [(one.lot, one.quantity) for one in found if one.kind is UseKind.USED] == [
        ("L1", "1"),
        ("L2", "2"),
    ]


def test_a_receipt_makes_its_own_number_and_receives_the_suppliers_lot() -> None:
    assert is_receipt(RECEIPT)
    assert not is_receipt(DISPENSING)
    found = uses(RECEIPT, "R1", receipt="R1", lot="S77", material="Talc", weight="250.0")
    assert brief(found) == [
        ("made", "R1", "", "250.0 kg"),
        ("received", "S77", "Talc", "250.0 kg"),
    ]


def test_what_a_reading_may_also_be_is_a_possible_use_and_a_correction_ends_it() -> None:
    unsure = replace(
        reading("L0848N", confidence=0.7),
        alternatives=(Alternative("L08481V", 0.2), Alternative("L-0848N", 0.1)),
    )
    found = uses(DISPENSING, lot_1=unsure, net_1="24.05")[1:]
    assert [(one.lot, one.said, one.probability) for one in found] == [
        ("L0848N", Said.VALUE, 0.7),
        ("L08481V", Said.ALTERNATIVE, 0.2),
    ]
    assert {one.quantity for one in found} == {"24.05"}
    one = record(DISPENSING, lot_1=unsure)
    set_by = Correction("L08481V", one.entries[0].state, "seen", "r", None)
    entries = tuple(replace(entry, corrections=(set_by,)) for entry in one.entries)
    (_, corrected) = lot_uses(replace(one, entries=entries, batch_number="B1"), DISPENSING)
    assert (corrected.lot, corrected.probability, corrected.said) == ("L08481V", 1.0, Said.VALUE)


def test_an_unreadable_lot_and_a_quantity_without_a_lot_are_kept_as_such() -> None:
    found = uses(DISPENSING, lot_1=UNREADABLE, net_1="24", lot_2=BLANK, net_2="3")[1:]
    assert [(one.key, one.said, one.quantity) for one in found] == [
        ("", Said.UNREADABLE, "24"),
        ("", Said.MISSING, "3"),
    ]
    assert uses(DISPENSING, lot_1=BLANK, net_1=BLANK)[1:] == ()


def test_an_entry_of_several_lots_is_a_use_of_each_and_its_quantity_is_of_all_together() -> None:
    found = uses(DISPENSING, lot_1="L08481V / L08499V", net_1="24")[1:]
    assert [(one.lot, one.key, one.entry, one.is_shared) for one in found] == [
        ("L08481V", "l08481v", "L08481V / L08499V", True),
        ("L08499V", "l08499v", "L08481V / L08499V", True),
    ]
    (alone,) = uses(DISPENSING, lot_1="Lot L08481V (rest)", net_1="24")[1:]
    assert (alone.lot, alone.is_shared, alone.quantity) == ("L08481V", False, "24")


def test_a_part_of_an_entry_that_may_be_a_lot_is_only_possible_and_a_rest_is_unread() -> None:
    found = uses(DISPENSING, lot_1="2015/01234")[1:]
    assert [(one.lot, one.said, one.probability) for one in found] == [
        ("2015/01234", Said.VALUE, 0.99),
        ("01234", Said.ALTERNATIVE, 0.5),
    ]
    found = uses(DISPENSING, lot_1="L08481V / ?")[1:]
    assert [(one.lot, one.said) for one in found] == [
        ("", Said.UNREADABLE),
        ("L08481V", Said.VALUE),
    ]


def test_the_pattern_of_its_field_keeps_a_number_whole() -> None:
    slashed = form(BATCH, field("lot", means=Meaning.LOT, pattern=r"L\d{5}/L\d{5}"))
    assert [one.lot for one in uses(slashed, lot="L01234/L56789")[1:]] == ["L01234/L56789"]


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def answered(*outcomes: Outcome, corrected_at: int | None = None, **written) -> tuple[LotUse, ...]:
    """The lots of a record whose first lot was answered so, an hour after the other."""
    one = record(DISPENSING, **written)
    given = tuple(
        Disposition("low_confidence", outcome, "seen", "r", NOON + timedelta(hours=hour))
        for hour, outcome in enumerate(outcomes)
    )
    set_by = () if corrected_at is None else (corrected_at,)
    corrections = tuple(
        Correction("L9", State.FILLED, "seen", "r", NOON + timedelta(hours=hour)) for hour in set_by
    )
    (lot, *others) = one.entries
    lot = replace(lot, dispositions=given, corrections=corrections)
    return lot_uses(replace(one, entries=(lot, *others), batch_number="B1"), DISPENSING)[1:]


def test_a_lot_that_somebody_answered_can_not_be_read_is_unread_and_what_was_read_possible() -> (
    None
):
    unsure = replace(reading("L1", confidence=0.7), alternatives=(Alternative("L7", 0.2),))
    found = answered(Outcome.CANNOT_BE_READ, lot_1=unsure, net_1="24")
    assert [(one.lot, one.said, one.quantity) for one in found] == [
        ("", Said.UNREADABLE, "24"),
        ("L1", Said.ALTERNATIVE, "24"),
        ("L7", Said.ALTERNATIVE, "24"),
    ]
    sure = answered(Outcome.CANNOT_BE_READ, lot_1=reading("L1", confidence=1.0))
    assert sure[1].probability < 1


@pytest.mark.parametrize("last", [Outcome.TAKEN_BACK, Outcome.CONFIRMED])
def test_an_answer_that_is_not_the_last_one_counts_no_more(last) -> None:
    (found,) = answered(Outcome.CANNOT_BE_READ, last, lot_1="L1")
    assert (found.lot, found.said) == ("L1", Said.VALUE)


def test_a_value_set_after_that_answer_is_the_lot_and_one_set_before_it_is_only_possible() -> None:
    (found,) = answered(Outcome.CANNOT_BE_READ, corrected_at=1, lot_1="L1")
    assert (found.lot, found.said) == ("L9", Said.VALUE)
    before = answered(Outcome.CANNOT_BE_READ, corrected_at=-1, lot_1="L1")
    assert [(one.lot, one.said) for one in before] == [
        ("", Said.UNREADABLE),
        ("L9", Said.ALTERNATIVE),
    ]


@pytest.mark.parametrize("sign", ["?", "---", "/ ."])
def test_a_lot_without_a_letter_or_digit_is_there_and_unread(sign) -> None:
    found = uses(DISPENSING, lot_1=sign, net_1="24")[1:]
    assert [(one.key, one.said, one.quantity) for one in found] == [("", Said.UNREADABLE, "24")]


def test_a_batch_number_that_may_be_another_may_have_made_that_one_too() -> None:
    unsure = replace(reading("B1", confidence=0.8), alternatives=(Alternative("B7", 0.15),))
    found = uses(DISPENSING, batch_number=unsure)
    assert [(one.lot, one.said, one.probability) for one in found] == [
        ("B1", Said.VALUE, 0.8),
        ("B7", Said.ALTERNATIVE, 0.15),
    ]


def test_a_record_without_a_number_or_a_form_still_makes_something() -> None:
    one = replace(record(DISPENSING, lot_1="L1"), batch_number="")
    assert [use.key for use in lot_uses(one, DISPENSING)] == ["#R1", "l1"]
    assert [use.key for use in lot_uses(replace(one, form=None), None)] == ["#R1"]


def test_the_rows_of_products_are_each_made() -> None:
    rows = [
        made
        for n in (1, 2)
        for made in (
            field(f"dish_{n}", means=Meaning.PRODUCT, step=str(n)),
            field(f"weight_{n}", "number", means=Meaning.QUANTITY, unit="kg", step=str(n)),
        )
    ]
    found = uses(form(BATCH, *rows), dish_1="Soup", weight_1="10", dish_2="Stew", weight_2="20")
    assert brief(found) == [("made", "B1", "Soup", "10 kg"), ("made", "B1", "Stew", "20 kg")]


@pytest.mark.parametrize("number", ["L-0848 1v", "L08481V", "l08481v", "Ｌ08481V"])
def test_a_number_is_the_same_however_it_is_written(number) -> None:
    assert lot_key(number) == "l08481v"
