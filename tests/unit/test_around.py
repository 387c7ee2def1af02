"""What the desk shows around an entry: its neighbours, the same hand, and the contact sheet."""

from dataclasses import replace
from decimal import Decimal

import pytest
from record_builders import FORM, entry, reading, record

from extractors.values import Box, EntryKind
from pipeline.core.around import neighbours, same_hand, writer_of
from pipeline.core.contact import Look, may_confirm, odd_first, shape_of
from pipeline.core.forms import Field
from pipeline.core.values import Entry, Record
from review_ui.parts.limits import asked_of, limits_of

BOX = Box(0, 0, 18, 8)


def cell(name: str, kind: EntryKind, column: int, row: int, value: str, page: int = 1) -> Entry:
    box = Box(10 + 20 * column, 20 + 9 * row, 18, 8)
    made = entry("remark", reading(value))
    return replace(made, field=name, type=kind, step=f"{row}", box=box, page=page)


def table() -> Record:
    """Three rows of a date and initials: MJ, then TB, then M J again, small."""
    found = []
    for row, initials in enumerate(("MJ", "TB", "m j")):
        found.append(cell(f"left_{row}", EntryKind.NUMBER, 0, row, f"1{row}.5"))
        found.append(cell(f"day_{row}", EntryKind.DATE, 1, row, f"2{row}/07/22"))
        found.append(cell(f"by_{row}", EntryKind.INITIALS, 2, row, initials))
    return record(entries=tuple(found))


def test_the_neighbours_are_the_nearest_on_each_side() -> None:
    here = table()
    near = neighbours(here, here.entry("day_1"))
    found = [one and one.field for one in (near.left, near.right, near.above, near.below)]
    assert found == ["left_1", "by_1", "day_0", "day_2"]


def test_at_the_edge_of_a_table_there_is_no_neighbour() -> None:
    here = table()
    near = neighbours(here, here.entry("left_0"))
    assert (near.left, near.above) == (None, None)


def test_who_wrote_an_entry_is_whoever_signed_its_step() -> None:
    here = table()
    assert writer_of(here, here.entry("day_1")) == "TB"
    assert writer_of(here, here.entry("by_2")) == "MJ"
    assert writer_of(record(), record().entry("lot")) == ""


def test_the_same_hand_is_shown_in_entries_of_the_same_kind() -> None:
    here = table()
    assert [one.field for one in same_hand(here, here.entry("day_0"))] == ["day_2"]
    assert [one.field for one in same_hand(here, here.entry("by_0"))] == ["by_2"]
    assert same_hand(here, here.entry("day_1")) == ()


def look(field: str, value: str, confidence: float = 0.99) -> Look:
    made = entry("weight", reading(value, confidence))
    return Look(
        record="r", batch_number="B", field=field, label=field, page=1, type=made.type,
        value=value, state=made.state, confidence=confidence, needs_eyes=False,
        may_confirm=False, seen=1,
    )  # fmt: skip


def test_on_a_contact_sheet_the_odd_one_comes_first() -> None:
    looks = [look(f"w{n}", f"13.{n}") for n in range(8)]
    looks += [look("unsure", "13.9", 0.5), look("odd", "134", 0.99)]
    assert [one.field for one in odd_first(looks)][:2] == ["odd", "unsure"]
    assert odd_first(()) == ()


def test_how_a_value_is_built() -> None:
    assert shape_of("LOT-4711 a") == "AAA-9999 A"


def test_what_is_critical_is_not_confirmed_among_many() -> None:
    read = record()
    assert may_confirm(read.entry("lot"))
    assert not may_confirm(read.entry("signed"))
    assert not may_confirm(read.entry("weight"))


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [("10", "20", "10 to 20 kg"), (None, "20", "up to 20 kg"), ("10", None, "10 kg or more")],
)
def test_limits_are_told_with_their_unit(low, high, words) -> None:
    field = Field(
        "w", "Weight", EntryKind.NUMBER, 1, BOX, unit="kg", decimals=1,
        low=low and Decimal(low), high=high and Decimal(high),
    )  # fmt: skip
    assert limits_of(field) == words
    assert asked_of(field) == f"{words}; 1 decimal"


def test_a_form_that_is_not_known_asks_nothing() -> None:
    assert limits_of(None) == asked_of(None) == ""
    assert asked_of(FORM.field("signed")) == "required"
