"""Where a lot went, and what went into a batch, over small archives made by hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core_examples import field as form_field

from pipeline.core.drawing import Stroke, Words
from pipeline.core.genealogy import Direction, GapKind, Link, MadeLot, SaidBy, UnknownLot
from pipeline.core.genealogy_answer import genealogy
from pipeline.core.genealogy_plot import genealogy_drawing
from pipeline.core.genealogy_search import FoundLot, not_followed
from pipeline.core.lot_uses import LotUse, Said, UseKind, lot_key
from pipeline.core.quantities import factor, unit_of
from pipeline.core.values import RecordState
from pipeline.genealogy import recall_name
from review_ui.parts.genealogy_words import headline

FORWARD, BACKWARD = Direction.FORWARD, Direction.BACKWARD
APPROVED = RecordState.APPROVED
NET = form_field("net", "number")


@dataclass
class Paper:
    """An archive that answers out of a list: each line is a record of one batch and its lots."""

    found: list[Link] = field(default_factory=list)
    batches: list[MadeLot] = field(default_factory=list)
    doubtful: list[tuple[str, Link]] = field(default_factory=list)
    unknown: list[UnknownLot] = field(default_factory=list)

    def batch(self, number: str, *lots: str, made: str = "", **keys) -> "Paper":
        """`lots` are `L1`, `L1:24.0`, or `L1?0.2` for one that is only possible."""
        by = SaidBy(
            record=keys.get("record", f"r-{number}"),
            state=keys.get("state", APPROVED),
            form=keys.get("form", "BMR"),
            family=keys.get("family", keys.get("record", f"r-{number}")),
            stands=keys.get("stands", True),
        )
        own = LotUse(UseKind.MADE, lot_key(number), number, quantity=made, unit="kg")
        self.batches.append(MadeLot(by, own))
        for place, lot in enumerate(lots):
            name, _, quantity = lot.partition(":")
            name, _, share = name.partition("?")
            use = LotUse(
                keys.get("kind", UseKind.USED),
                lot_key(name),
                name,
                float(share or 1),
                Said.ALTERNATIVE if share else Said.VALUE,
                field=f"lot_{place}",
                quantity=quantity,
                unit=keys.get("unit", "kg"),
            )
            self.found.append(Link(by, use, own))
            if use.kind is UseKind.RECEIVED:
                self.batches.append(MadeLot(by, use))
        return self

    def links(self, keys: Collection[str], direction: Direction) -> Sequence[Link]:
        return [one for one in self.found if one.ends(direction)[0] in keys]

    def near(self, key: str, direction: Direction) -> Sequence[Link]:
        return [one for asked, one in self.doubtful if asked == key]

    def made(self, keys: Collection[str]) -> Sequence[MadeLot]:
        return [one for one in self.batches if one.use.key in keys]

    def unknown_lots(self, batches: Collection[str]) -> Sequence[UnknownLot]:
        return [one for one in self.unknown if one.batch.key in batches]


def told(paper: Paper, asked: str, direction: Direction = FORWARD, **keys):
    return genealogy(asked, direction, paper, **({"levels": 5} | keys))


def levels(found) -> dict[str, int]:
    return {node.name: node.level for node in found.nodes}


def kinds(found) -> set[GapKind]:
    return {gap.kind for gap in found.gaps}


CHAIN = (
    Paper()
    .batch("R1", "S1", made="100", kind=UseKind.RECEIVED)
    .batch("B1", "R1:40", made="50")
    .batch("B2", "R1:70")
    .batch("C1", "B1:20", "B2:5")
    .batch("D1", "C1")
)


def test_a_lot_is_followed_from_batch_to_batch() -> None:
    assert levels(told(CHAIN, "s1")) == {"s1": 0, "R1": 1, "B1": 2, "B2": 2, "C1": 3, "D1": 4}
    assert levels(told(CHAIN, "D1", BACKWARD)) == {
        "D1": 0,
        "C1": 1,
        "B1": 2,
        "B2": 2,
        "R1": 3,
        "S1": 4,
    }


def test_a_receipt_is_not_counted_as_a_batch() -> None:
    said = "S1 went into 4 batches over 4 levels, and is on 1 receipt."
    assert headline(told(CHAIN, "S1")) == said
    assert headline(told(CHAIN, "R1")) == "R1 went into 4 batches over 3 levels."
    assert headline(told(CHAIN, "B1", BACKWARD)) == "2 lots and batches went into B1 over 2 levels."


def test_no_more_levels_are_followed_than_asked_and_that_is_said() -> None:
    found = told(CHAIN, "S1", levels=2)
    assert levels(found) == {"S1": 0, "R1": 1, "B1": 2, "B2": 2}
    assert GapKind.LEVELS in kinds(found)
    assert GapKind.LEVELS not in kinds(told(CHAIN, "S1", levels=4))


def test_what_was_made_and_used_is_balanced_and_too_much_is_named() -> None:
    found = told(CHAIN, "R1")
    (balance,) = found.nodes[0].balances
    assert (balance.there, balance.used, balance.rest) == (Decimal(100), Decimal(110), Decimal(-10))
    assert GapKind.OVERDRAWN in kinds(found)
    c1 = found.by_key["c1"].balances[0]
    assert (c1.went_in, c1.there, c1.rest) == (Decimal(25), None, None)


def test_quantities_of_other_units_are_added_up_in_one() -> None:
    paper = Paper().batch("L", made="2").batch("A", "L:500", unit="g").batch("B", "L:1")
    (balance,) = told(paper, "L").nodes[0].balances
    assert (balance.unit, balance.used, balance.rest) == ("kg", Decimal("1.5"), Decimal("0.5"))


def test_a_quantity_of_an_unknown_unit_is_not_added_to_one_that_is_known() -> None:
    paper = Paper().batch("L", made="2").batch("A", "L:1", unit="")
    balances = {one.unit: one for one in told(paper, "L").nodes[0].balances}
    assert balances["kg"].used == 0
    assert (balances[""].used, balances[""].rest) == (Decimal(1), None)


def test_a_capital_t_stands_for_tablets_and_is_no_tonne() -> None:
    paper = Paper().batch("L", made="2").batch("A", "L:3", unit="T").batch("B", "L:1", unit="t")
    used = {one.unit: one.used for one in told(paper, "L").nodes[0].balances}
    assert used == {"kg": Decimal(1000), "T": Decimal(3)}
    assert factor("T", "kg") is None
    assert factor("KG", "g") == 1000
    labels = (f"Yield {unit}" for unit in ("t", "T", "KG"))
    assert [unit_of(replace(NET, label=label)) for label in labels] == ["t", "", "KG"]


def test_what_a_reading_may_also_be_is_a_possible_way_with_its_probability() -> None:
    paper = Paper().batch("L").batch("A", "L?0.2:7").batch("B", "A").batch("C", "L")
    found = told(paper, "L")
    possible = {node.name: (node.is_possible, node.probability) for node in found.nodes}
    assert possible["A"] == possible["B"] == (True, 0.2)
    assert possible["C"] == (False, 1.0)
    assert [edge.counts for edge in found.edges if edge.link.is_possible] == [False]
    assert found.nodes[0].balances[0].possible == Decimal(7)


def also(paper: Paper, number: str, other: str) -> Paper:
    """The record of that batch, whose number may also be read as the other one."""
    made = next(one for one in paper.batches if one.use.lot == number)
    may_be = replace(
        made.use, key=lot_key(other), lot=other, probability=0.2, said=Said.ALTERNATIVE
    )
    paper.batches.append(MadeLot(made.by, may_be))
    mine = [one for one in paper.found if one.batch.lot == number]
    paper.found += [replace(one, batch=may_be) for one in mine]
    return paper


def test_a_batch_number_that_may_be_another_adds_nothing_to_what_was_possibly_used() -> None:
    paper = also(Paper().batch("L", made="9").batch("A", "L:4"), "A", "A7")
    found = told(paper, "L")
    assert found.nodes[0].balances[0].possible == 0
    assert "a7" not in {gap.key for gap in found.gaps}
    possible = also(Paper().batch("L", made="9").batch("A", "L?0.3:4"), "A", "A7")
    assert told(possible, "L").nodes[0].balances[0].possible == Decimal(4)


def test_what_may_be_a_misreading_is_told_under_the_number_that_was_asked_for() -> None:
    paper = Paper().batch("A", "L0848N:4")
    (link,) = paper.found
    meant = replace(link.use, key="l0848m", probability=0.001, said=Said.MISREADING)
    paper.doubtful.append(("l0848m", replace(link, use=meant)))
    found = told(paper, "L0848M")
    assert found.is_known
    assert [(node.name, node.is_possible) for node in found.nodes] == [
        ("L0848M", False),
        ("A", True),
    ]
    paper.batch("B", "L0848M")  # beside a use that is read so, something so unlikely is not told
    assert levels(told(paper, "L0848M")) == {"L0848M": 0, "B": 1}


def test_a_circle_ends_and_is_named() -> None:
    paper = Paper().batch("A", "C").batch("B", "A").batch("C", "B").batch("D", "C")
    found = told(paper, "A")
    assert levels(found) == {"A": 0, "B": 1, "C": 2, "D": 3}
    (gap,) = [one for one in found.gaps if one.kind is GapKind.CIRCLE]
    assert "A, B, C" in gap.detail


def test_what_two_scans_say_of_one_sheet_is_added_up_once() -> None:
    paper = (
        Paper()
        .batch("L", made="9")
        .batch("A", "L:4")
        .batch("A", "L:4", record="copy", state=RecordState.IN_REVIEW)
    )
    found = told(paper, "L")
    assert found.nodes[0].balances[0].used == Decimal(4)
    assert {edge.link.by.record: edge.counts for edge in found.edges} == {
        "r-A": True,
        "copy": False,
    }


def test_an_open_revision_shows_only_what_it_says_otherwise_and_is_not_added_up() -> None:
    paper = (
        Paper()
        .batch("L", made="9")
        .batch("A", "L:4", record="r1")
        .batch("A", "L:5", record="r2", family="r1", state=RecordState.IN_REVIEW, stands=False)
        .batch("X", "L:1", record="r3", state=RecordState.REJECTED, stands=False)
    )
    found = told(paper, "L")
    assert [edge.link.by.record for edge in found.edges] == ["r1", "r3"]
    assert found.nodes[0].balances[0].used == Decimal(4)


def test_gaps_of_the_archive_are_named() -> None:
    paper = Paper().batch("XB15-0001", "XB15-0002", "L1").batch("XB15-0003")
    by, own = paper.batches[0].by, paper.batches[0].use
    unread = LotUse(UseKind.USED, "", "", said=Said.UNREADABLE, field="lot_9")
    paper.unknown.append(UnknownLot(by, unread, own))
    found = told(paper, "XB15-0001", BACKWARD, batch_patterns=(r"[A-Z]{2}\d{2}-\d{4}",))
    assert {(gap.kind, gap.key) for gap in found.gaps} == {
        (GapKind.NO_RECORD, "xb150002"),
        (GapKind.NO_RECEIPT, "l1"),
        (GapKind.UNREADABLE, "xb150001"),
    }
    assert GapKind.NO_LOTS in kinds(told(paper, "XB15-0003", BACKWARD))


def test_records_that_make_different_quantities_of_one_batch_are_named() -> None:
    paper = Paper().batch("A", made="9").batch("A", made="8", record="other")
    found = told(paper, "A")
    assert GapKind.TWO_QUANTITIES in kinds(found)
    assert found.nodes[0].balances[0].there == Decimal(9)


def receipts(*amounts: str, **keys) -> Paper:
    """Deliveries of the lot S1, each on a receipt of its own number."""
    paper = Paper()
    for place, amount in enumerate(amounts):
        paper.batch(f"GR{place}", f"S1:{amount}", kind=UseKind.RECEIVED, form="REC", **keys)
    return paper


def test_receipts_of_one_lot_under_several_numbers_are_added_up() -> None:
    found = told(receipts("100", "100", "30").batch("B1", "S1:150"), "S1")
    (balance,) = found.nodes[0].balances
    assert (balance.there, balance.used, balance.rest) == (Decimal(230), Decimal(150), Decimal(80))
    assert not kinds(found) & {
        GapKind.OVERDRAWN,
        GapKind.COUNTED_ONCE,
        GapKind.TWO_QUANTITIES,
    }
    over = told(receipts("100", "100").batch("B1", "S1:250"), "S1")
    assert over.nodes[0].balances[0].rest == Decimal(-50)
    assert GapKind.OVERDRAWN in kinds(over)


def test_a_receipt_said_twice_is_counted_once_and_named() -> None:
    paper = receipts("100").batch("B1", "S1:150")
    paper.batch("GR0", "S1:100", kind=UseKind.RECEIVED, form="REC", record="again")
    found = told(paper, "S1")
    (balance,) = found.nodes[0].balances
    assert (balance.there, balance.rest) == (Decimal(100), None)
    (gap,) = [one for one in found.gaps if one.kind is GapKind.COUNTED_ONCE]
    assert (gap.key, gap.record) == ("s1", "again")
    assert GapKind.OVERDRAWN not in kinds(found)


def test_a_batch_in_two_records_of_one_form_is_never_called_overdrawn_by_half_of_it() -> None:
    paper = Paper().batch("B1", "L1:10", made="50", record="r1")
    paper.batch("B1", "L1:10", made="50", record="r2").batch("C1", "B1:80")
    found = told(paper, "L1")
    balance = found.by_key["b1"].balances[0]
    assert (balance.there, balance.used, balance.rest) == (Decimal(50), Decimal(80), None)
    once = [one.detail for one in found.gaps if one.kind is GapKind.COUNTED_ONCE]
    assert len(once) == 2
    assert "50 kg of B1 was made" in once[0] and "10 kg of L1 went into B1" in once[1]
    assert GapKind.OVERDRAWN not in kinds(found)
    over = told(paper.batch("C2", "B1:30"), "B1")
    assert over.nodes[0].balances[0].rest == Decimal(-10)
    assert GapKind.OVERDRAWN in kinds(over)


def test_records_of_several_forms_tell_of_one_batch_one_after_the_other() -> None:
    paper = Paper().batch("A", made="50").batch("A", made="48", record="later", form="TAB")
    found = told(paper.batch("B", "A:49"), "A")
    (balance,) = found.nodes[0].balances
    assert (balance.there, balance.rest) == (Decimal(50), Decimal(1))
    assert not kinds(found) & {GapKind.COUNTED_ONCE, GapKind.TWO_QUANTITIES}


def test_the_number_keeps_the_spelling_that_was_asked_for_and_others_are_named() -> None:
    paper = Paper().batch("B1", "1-23:10").batch("B2", "12-3:20").batch("B3", "1.23:5")
    found = told(paper, "1-23")
    assert (found.asked, found.nodes[0].name) == ("1-23", "1-23")
    assert headline(found).startswith("1-23 went into 3 batches")
    assert recall_name(found, "csv") == "forward-1-23.csv"
    (gap,) = [one for one in found.gaps if one.kind is GapKind.SPELLED_OTHERWISE]
    assert (gap.key, gap.record) == ("123", "r-B2")
    assert "12-3, 1.23" in gap.detail
    lot = told(paper, "B2", BACKWARD).by_key["123"]
    assert lot.name == "12-3"


def test_small_letters_are_no_other_spelling() -> None:
    found = told(Paper().batch("B1", "XB15-2288").batch("B2", "xb15-2288"), "Xb15-2288")
    assert levels(found) == {"Xb15-2288": 0, "B1": 1, "B2": 1}
    assert GapKind.SPELLED_OTHERWISE not in kinds(found)


def test_a_batch_is_known_by_its_pattern_however_it_was_asked_for() -> None:
    found = told(Paper().batch("A", "XB15-0002"), "xb150002", batch_patterns=(r"XB\d\d-\d{4}",))
    assert GapKind.NO_RECORD in kinds(found)


def of_material(paper: Paper, name: str) -> Paper:
    """The last use on paper, with its material beside it."""
    last = paper.found[-1]
    paper.found[-1] = replace(last, use=replace(last.use, material=name))
    return paper


def test_one_number_of_two_materials_is_balanced_for_each_and_named() -> None:
    paper = of_material(receipts("100"), "Lactose")
    of_material(paper.batch("B1", "S1:10"), "Lactose")
    of_material(paper.batch("B2", "S1:20"), "Magnesium stearate")
    of_material(paper.batch("B3", "S1:5"), "LACTOSE")
    paper.batch("B4", "S1:1")
    found = told(paper, "S1")
    balances = {one.material: (one.there, one.used) for one in found.nodes[0].balances}
    assert balances == {
        "Lactose": (Decimal(100), Decimal(15)),
        "Magnesium stearate": (None, Decimal(20)),
        "": (None, Decimal(1)),
    }
    (gap,) = [one for one in found.gaps if one.kind is GapKind.TWO_MATERIALS]
    assert (gap.key, gap.record) == ("s1", "r-B2")
    assert "Lactose, Magnesium stearate" in gap.detail
    shapes = genealogy_drawing(found).drawing.shapes
    assert any("several materials" in one.text for one in shapes if isinstance(one, Words))


def test_too_much_of_one_material_is_named_with_it() -> None:
    paper = of_material(receipts("10"), "Lactose")
    of_material(paper.batch("B1", "S1:30"), "Lactose")
    of_material(paper.batch("B2", "S1:20"), "Talc")
    (gap,) = [one for one in told(paper, "S1").gaps if one.kind is GapKind.OVERDRAWN]
    assert "S1 (Lactose)" in gap.detail


def test_one_material_has_one_balance_without_a_name() -> None:
    paper = of_material(Paper().batch("B1", "S1:10"), "Lactose").batch("B2", "S1:5")
    found = told(paper, "S1")
    assert [(one.material, one.used) for one in found.nodes[0].balances] == [("", Decimal(15))]
    assert GapKind.TWO_MATERIALS not in kinds(found)


def test_a_number_that_nobody_knows_gives_nothing() -> None:
    found = told(CHAIN, "nothing")
    assert (found.is_known, found.edges, found.gaps) == (False, (), ())


def test_more_numbers_than_fit_are_said_to_be_left_out() -> None:
    paper = Paper().batch("L")
    for number in range(30):
        paper.batch(f"B{number}", "L")
    found = told(paper, "L", most=10)
    assert len(found.nodes) == 10
    assert GapKind.CUT_OFF in kinds(found)


def test_what_is_possible_is_never_drawn_as_impossible_and_amounts_lie_over_all_lines() -> None:
    paper = Paper().batch("B1", "L1?0.004").batch("B2", "L1:24").batch("B3", "L1:25")
    shapes = genealogy_drawing(told(paper, "L1")).drawing.shapes
    said = [one.text for one in shapes if isinstance(one, Words)]
    assert {"<1 %?", "possible, <1 %", "24 kg", "25 kg"} <= set(said)
    lines = [n for n, one in enumerate(shapes) if isinstance(one, Stroke) and len(one.points) > 5]
    amounts = [n for n, one in enumerate(shapes) if isinstance(one, Words) and "kg" in one.text]
    assert max(lines) < min(amounts)


def together(paper: Paper, entry: str) -> Paper:
    """The lots of the last record in one entry, with one quantity."""
    record = paper.found[-1].by.record
    paper.found = [
        replace(one, use=replace(one.use, entry=entry, field="lot"))
        if one.by.record == record
        else one
        for one in paper.found
    ]
    return paper


def test_a_quantity_beside_several_lots_is_counted_for_none_of_them_and_once_for_the_batch() -> (
    None
):
    paper = Paper().batch("L1", made="100").batch("A", "L1:4")
    together(paper.batch("B", "L1:24", "L2:24"), "L1 / L2")
    found = told(paper, "L1")
    (balance,) = found.nodes[0].balances
    assert (balance.used, balance.rest) == (Decimal(4), Decimal(96))
    assert found.by_key["b"].balances[0].went_in == Decimal(24)
    (gap,) = [one for one in found.gaps if one.kind is GapKind.SHARED]
    assert (gap.key, gap.record, gap.field) == ("b", "r-B", "lot")
    assert "24 kg of B" in gap.detail and "L1 / L2" in gap.detail


def test_what_a_search_finds_and_nobody_followed_is_a_gap() -> None:
    lots = [
        FoundLot("r1", "A", "lot", "L1"),
        FoundLot("r2", "B", "lot", "bag of L1"),
        FoundLot("r3", "C", "lot", "L10"),
        FoundLot("r4", "D", "lot", "L11"),
        FoundLot("r5", "E", "lot", "something else"),
    ]

    def missed(*followed: str, found: Sequence[FoundLot] = lots, is_cut: bool = False):
        return [*not_followed(number="L1", key="l1", found=found, followed=followed, is_cut=is_cut)]

    held, longer = missed("r1")
    assert (held.kind, held.record, held.field) == (GapKind.NOT_FOLLOWED, "r2", "lot")
    assert "bag of L1" in held.detail
    assert (longer.kind, longer.record) == (GapKind.LONGER_NUMBER, "r3")
    assert "2 records" in longer.detail and "L10" in longer.detail
    assert missed("r1", "r2", "r3", "r4") == []
    (cut,) = missed("r1", found=lots[:1], is_cut=True)
    assert cut.kind is GapKind.CUT_OFF
