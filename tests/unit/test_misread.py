"""What a number may have been read as, and in which order such readings come."""

from dataclasses import replace

import pytest
from record_builders import NOON

from pipeline.core.misread import chance_of, doubt_of, misreadings, unsure_signs
from pipeline.core.ranking import (
    Row,
    Sought,
    by_runs,
    by_weight,
    held,
    least_seen,
    once_each,
    ranked,
    similar,
)
from pipeline.core.runs import beside, oddness

TRUE = Sought((("L08481V",),))


def row(value: str, *, doubt: float = 0.001, unsure: str = "", **changes: object) -> Row:
    made = Row(
        id=1, record=value, field="lot", page=1, label="Lot", value=value, probability=1 - doubt,
        doubt=doubt, unsure=unsure, matched="value", about="lot", step=None, words=value.lower(),
        context="lot granulation", key=value.lower(), batch_number="", form=None, version=None,
        state="approved", received_at=NOON,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def order(*rows: Row) -> list[str]:
    exact = [one for one in rows if "l08481v" in one.key]
    found = tuple(held(exact, TRUE))
    others = similar([one for one in rows if one not in exact], TRUE)
    hits = ranked(found, others, least=least_seen(found))
    return [one.row.value for one in once_each(hits)]


@pytest.mark.parametrize(
    "read",
    [
        "L08487V",
        "LO8481V",
        "L0B481V",
        "L08481U",
        "L0848V",
        "L084811V",
        "L0848N",
        "L08418V",
        "L08487U",
        "LOB4BIV",
    ],
)
def test_look_alikes_lost_added_swapped_and_melted_signs_are_thought_of(read: str) -> None:
    assert read.lower() in misreadings("l08481v")


def test_a_1_is_rather_read_as_a_7_than_as_an_m() -> None:
    assert misreadings("l08481v")["l08487v"] > 50 * misreadings("l08481v")["l0848mv"]


def test_short_numbers_are_looked_for_as_they_stand() -> None:
    assert misreadings("a12") == {}


def test_the_number_itself_comes_first_then_doubt_then_what_is_sure() -> None:
    doubtful = row("L08487V", doubt=0.3)
    assert order(row("L08482V"), doubtful, row("L08481V"))[:2] == ["L08481V", "L08487V"]


def test_a_sure_neighbour_does_not_push_a_doubtful_misreading_out() -> None:
    sure = [row(f"L0848{n}V") for n in (0, 2, 3, 4, 5, 6, 8, 9)]
    assert order(*sure, row("L08487V", doubt=0.2))[0] == "L08487V"


def test_digits_read_as_letters_throughout_come_before_neighbours_that_nobody_doubts() -> None:
    sure = [row(f"L0848{n}V") for n in (0, 2, 3, 4, 5, 6, 8, 9)]
    assert order(*sure, row("LOB4BIV", doubt=0.2))[0] == "LOB4BIV"


def test_it_counts_which_sign_was_in_doubt() -> None:
    there = unsure_signs("l08487v", [("l08481v", 0.01), ("l0848iv", 0.2)])
    assert there.index(max(there)) == 5
    assert chance_of("l08481v", "l08487v", there) > chance_of("l03487v", "l08487v", there)


def test_what_a_person_set_is_found_for_a_slip_of_the_keyboard_only() -> None:
    assert order(row("L08418V", doubt=0.0)) == ["L08418V"]
    assert order(row("L0848N", doubt=0.0)) == []


def test_a_reading_that_fits_no_run_is_likelier_wrong() -> None:
    present = {"l08480v": 1, "l08482v": 1, "l08487v": 1, "l08486v": 1, "l98481v": 1}
    assert "l08482v" in beside("l08481v")
    assert (oddness("l08487v", present), oddness("l98481v", present) > 1) == (1.0, True)
    nearly = [*similar([row("L08487V", doubt=0.01), row("L98481V", doubt=0.01)], TRUE)]
    weighed = {one.row.value: one.score for one in by_runs(nearly, TRUE, present)}
    before = {one.row.value: one.score for one in nearly}
    assert weighed["L98481V"] > before["L98481V"]
    assert weighed["L08487V"] == before["L08487V"]


def test_of_a_missed_number_even_a_scrap_is_thought_of_the_more_alike_first() -> None:
    scraps = [row(one, doubt=0.9) for one in ("X1V", "L0BRTERED", "48V", "L04B1", "RRR", "9")]
    far = list(similar(scraps, TRUE, is_far=True))
    missed = {"l08480v": 1, "l08482v": 1}
    found = sorted(by_runs(far, TRUE, missed), key=by_weight)
    assert [one.row.value for one in found] == ["L04B1", "48V", "X1V", "L0BRTERED"]
    is_there = {**missed, "l08481v": 1}
    assert [one.row.value for one in by_runs(far, TRUE, is_there)] == ["L04B1"]


def test_doubt_is_what_no_listed_reading_has() -> None:
    assert doubt_of(0.7, 0.2) == pytest.approx(0.1)
    assert doubt_of(0.7, 0.4) > 0
