"""Planted sets: so many cases, each named in the truth, with the flags that they deserve."""

from pathlib import Path

import numpy as np
import pytest

from extractors.values import EntryKind, State
from pipeline.forms import load_forms
from sample_scans.blank_forms import COMMON, forms_of
from sample_scans.changed_drawing import Change, What, drawn_with, places_for
from sample_scans.distractors import distractors, versions_near, write_distractors
from sample_scans.form_clearance import draw_version_3
from sample_scans.form_dispensing import draw as draw_dispensing
from sample_scans.form_yaml import form_yaml
from sample_scans.people import make_roster
from sample_scans.planted import CASES, MOST, STYLES, Kind, cases_on, forms_for, plant
from sample_scans.record import SIGNED, Work
from sample_scans.values import Split

ROSTER = make_roster([f"writer {number}" for number in range(60)], "test")
FLAG = {
    Kind.SIGNATURES: "missing_signature",
    Kind.UNREADABLE: "unreadable",
    Kind.CORRECTIONS: "correction",
}


def planted(kind: Kind, count: int = 8) -> list[Work]:
    forms = forms_for(kind, Split.FIT)
    return [
        plant(kind, forms[number % len(forms)], ROSTER, np.random.default_rng([5, number]))
        for number in range(count)
    ]


@pytest.mark.parametrize("kind", list(FLAG))
def test_every_planted_case_has_its_name_and_its_flag(kind: Kind) -> None:
    for work in planted(kind):
        cases = [draft for draft in work.drafts.values() if draft.fault in CASES[kind]]
        assert cases_on(work, kind) == len(cases) <= MOST[kind]
        assert all(FLAG[kind] in draft.flags for draft in cases)


def test_most_kinds_of_missing_signatures_come_up_within_a_few_records() -> None:
    works = planted(Kind.SIGNATURES, 16)
    faults = {draft.fault for work in works for draft in work.drafts.values()}
    assert set(CASES[Kind.SIGNATURES]) <= faults


def test_at_least_as_many_fields_are_left_signed_as_are_planted() -> None:
    for work in planted(Kind.SIGNATURES, 16):
        required = [
            draft
            for draft in work.drafts.values()
            if draft.kind in SIGNED and draft.paper.field.required
        ]
        signed = [draft for draft in required if draft.state == State.FILLED]
        assert cases_on(work, Kind.SIGNATURES) <= len(signed) + 1


def test_half_of_the_corrections_lack_their_initials() -> None:
    drafts = [draft for work in planted(Kind.CORRECTIONS) for draft in work.drafts.values()]
    corrected = [draft.fault for draft in drafts if draft.fault in CASES[Kind.CORRECTIONS]]
    assert corrected.count("corrected_unsigned") == pytest.approx(len(corrected) / 2, abs=2)


def test_a_void_row_is_void_in_all_of_its_fields() -> None:
    works = [work for work in planted(Kind.VOIDS, 24) if cases_on(work, Kind.VOIDS)]
    assert len(works) >= 6
    for work in works:
        for drafts in work.by_block().values():
            states = {draft.state == State.NOT_APPLICABLE for draft in drafts if draft.fault}
            assert states <= {True}


def test_boxes_are_marked_in_every_way_and_the_truth_says_how() -> None:
    (work,) = planted(Kind.BOXES, 1)
    boxes = [draft for draft in work.drafts.values() if draft.kind == EntryKind.CHECKBOX]
    assert cases_on(work, Kind.BOXES) == len(boxes) == 132
    marked = [draft for draft in boxes if draft.state == State.CHECKED]
    assert len(marked) == 44
    assert {draft.fault for draft in marked} == set(STYLES)
    for draft in marked:
        assert draft.marks
        assert [one.act for one in draft.marks] == [STYLES[draft.fault]]
    assert {draft.fault for draft in boxes if draft.state == State.UNCHECKED} == {""}


def test_a_version_near_another_differs_in_one_sign_or_has_one_more() -> None:
    near = list(versions_near("3.1", np.random.default_rng(1)))
    assert "3.1" not in near
    assert all(sum(a != b for a, b in zip(name, "3.1", strict=True)) == 1 for name in near[:16])
    assert all(name.startswith("3.1") and len(name) > 3 for name in near[16:])


def test_distractors_load_as_master_forms_beside_the_real_ones(tmp_path: Path) -> None:
    pages = write_distractors(tmp_path, 30, seed=2, split=Split.FIT)
    loaded = load_forms(tmp_path)
    assert not loaded.refused
    assert sum(len(form.pages) for form in loaded.forms) == pages >= 30
    real = {(form.head.number, form.head.version) for form in forms_of(Split.FIT)}
    found = {(form.form, form.version) for form in loaded.forms}
    assert not found & real
    assert {number for number, _ in found} == {number for number, _ in real}


def test_the_same_seed_gives_the_same_distractors() -> None:
    one, two = (
        [(form_yaml(form), form.blank) for form in distractors(12, seed=7, split=Split.FIT)]
        for _ in range(2)
    )
    assert one == two


def test_another_version_alone_has_the_same_fields_and_another_print() -> None:
    real, other = draw_dispensing(), drawn_with(draw_dispensing, Change(What.VERSION, "8"))
    assert other is not None
    assert other.fields == real.fields
    assert other.blank != real.blank


@pytest.mark.parametrize(
    ("what", "more"),
    [(What.ROW_LESS, -8), (What.ROW_MORE, 8), (What.FIELD_LESS, -1), (What.FIELD_MORE, 1)],
)
def test_rows_and_fields_are_taken_away_and_added(what: What, more: int) -> None:
    real, other = draw_dispensing(), drawn_with(draw_dispensing, Change(what, "8", share=0.9))
    assert other is not None
    assert abs(len(other.fields) - len(real.fields)) >= 1
    assert (len(other.fields) - len(real.fields)) * more > 0


def test_a_form_without_tables_has_no_rows_to_change() -> None:
    assert places_for(draw_version_3, What.ROW_LESS) == 0
    assert places_for(draw_dispensing, What.ROW_LESS) == 1
    assert places_for(draw_dispensing, What.LIMIT) > 5


def test_the_real_forms_are_drawn_as_ever_after_their_distractors() -> None:
    before = [draw().blank for draw in COMMON]
    list(distractors(9, seed=3, split=Split.FIT))
    assert [draw().blank for draw in COMMON] == before
