"""What a key at the desk decides, without a browser or a site."""

from dataclasses import replace

import pytest
from record_builders import record

from extractors.values import EntryKind
from pipeline.core.review import Comment, Confirm, Correct, Dispose
from pipeline.core.values import Flag, Outcome, Severity
from pipeline.errors import NotAllowed
from review_ui.parts.desk_data import can
from review_ui.parts.desk_steps import decisions_of, do_step, value_of
from review_ui.parts.desk_words import KEYS, MISREAD, REASONS, SAID, STANDARD, STEPS
from review_ui.parts.stops import WHOLE, coming_stop, find_stop, page_of, stops


def stop(field: str, **changes: object):
    found = find_stop(record(**changes), field)
    assert found
    return found


def test_one_key_confirms_what_is_not_critical_with_the_standard_reason() -> None:
    assert decisions_of(stop("lot"), {"kind": "confirm"}) == (
        Confirm("lot", STANDARD[Outcome.CONFIRMED]),
    )


def test_a_critical_flag_takes_no_standard_reason() -> None:
    with pytest.raises(NotAllowed, match="critical flag takes no standard one"):
        decisions_of(stop("signed"), {"kind": "missing", "reason": " "})
    decided = decisions_of(stop("signed"), {"kind": "missing", "reason": "DEV-7"})
    assert decided == (Dispose("signed", "missing_signature", Outcome.TRULY_MISSING, "DEV-7"),)


def test_a_choice_and_a_typed_value_are_corrections() -> None:
    chosen = decisions_of(stop("lot"), {"kind": "choose", "value": "L08481V"})
    assert chosen == (Correct("lot", "L08481V", MISREAD),)
    typed = {"kind": "correct", "value": " L1 ", "reason": "A stamp"}
    assert decisions_of(stop("lot"), typed) == (Correct("lot", "L1", "A stamp"),)


@pytest.mark.parametrize(
    ("kind", "chosen", "value"),
    [
        (EntryKind.CHECKBOX, "marked", "true"),
        (EntryKind.CHECKBOX, "not marked", "false"),
        (EntryKind.SIGNATURE, "blank", ""),
        (EntryKind.TEXT, "marked", "marked"),
    ],
)
def test_a_mark_or_a_signature_is_chosen_in_words(kind, chosen, value) -> None:
    assert value_of(kind, chosen) == value


def test_the_whole_record_is_asked_for_by_its_page() -> None:
    poor = Flag("poor_scan", Severity.MAJOR, "Page 3 is blurred.", page=3)
    whole = stop(WHOLE + "poor_scan", flags=(poor,))
    assert page_of(record(), whole) is None  # no page of the record lies there
    assert decisions_of(whole, {"kind": "comment", "text": "ask Dana"}) == (
        Comment(None, "ask Dana"),
    )
    with pytest.raises(NotAllowed, match="can't be done here"):
        decisions_of(whole, {"kind": "correct", "value": "x"})


def test_a_flag_on_a_page_of_the_scan_is_about_the_page_of_the_form_that_lies_there() -> None:
    (first,) = record().pages
    second_of_a_stack = replace(record(), pages=(replace(first, scan_page=5),))
    poor = Flag("poor_scan", Severity.MAJOR, "Page 5 is blurred.", page=5)
    whole = stop(WHOLE + "poor_scan", flags=(poor,))
    assert page_of(second_of_a_stack, whole) == first.page
    assert page_of(replace(second_of_a_stack, form=None), whole) == 5
    assert "rescan" in can(whole, has_page=True)
    assert "rescan" not in can(whole, has_page=False)


def test_only_a_page_is_missing_of_a_whole_record() -> None:
    poor = Flag("poor_scan", Severity.MAJOR, "Page 3 is blurred.", page=3)
    gone = replace(poor, name="missing_page")
    assert "missing" not in can(stop(WHOLE + "poor_scan", flags=(poor,)), has_page=True)
    assert "missing" in can(stop(WHOLE + "missing_page", flags=(gone,)), has_page=True)


def test_where_no_flag_waits_nothing_is_missing_or_unreadable() -> None:
    assert not {"missing", "unreadable", "confirm"} & set(can(stop("weight"), has_page=True))
    with pytest.raises(NotAllowed, match="no flag waits here"):
        decisions_of(stop("weight"), {"kind": "missing", "reason": "x"})


def test_every_step_has_a_key_that_the_help_explains() -> None:
    helped = " ".join(key for key, _ in KEYS)
    assert all(key in helped for _, key, _ in STEPS)
    assert {kind for kind, _, _ in STEPS} <= set(SAID)
    assert set(REASONS) <= {kind for kind, _, _ in STEPS}


def test_a_step_that_was_pressed_at_another_record_is_refused() -> None:
    with pytest.raises(NotAllowed, match="at another record"):
        do_step("a-1", {"kind": "confirm", "key": "lot", "record": "b-1", "seen": 0})


def test_the_coming_stop_is_the_next_one_that_waits_around_the_end() -> None:
    found = stops(record())
    waiting = [one for one in found if one.is_open]
    assert len(waiting) > 1
    assert coming_stop(found, waiting[0]) == waiting[1]
    assert coming_stop(found, waiting[-1]) == waiting[0]
    assert coming_stop(waiting[:1], waiting[0]) is None
