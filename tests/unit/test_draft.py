"""A draft of an arrangement: what the board asks for, undone step by step; and how it is shown."""

import pytest

from pipeline.arranging import LaidScan, PartRecord, consequences
from pipeline.core.arrangement import FormPlace, Sheet, as_read
from pipeline.core.values import RecordState
from pipeline.errors import InputRefused
from review_ui.parts.arrange_view import board_of
from review_ui.parts.draft import Draft, after, begun, with_again, with_form, without


def draft() -> Draft:
    return begun(as_read(5, [[1, 2, 3], [4, 5]]), 0, page=2)


def parts(one: Draft) -> list[list[int]]:
    return [[sheet.page for sheet in part] for part in one.arrangement.parts]


def test_a_draft_begins_at_the_page_that_was_asked_for_or_the_first() -> None:
    assert draft().selected == 2
    assert begun(draft().arrangement, 0, page=99).selected == 1


@pytest.mark.parametrize(
    ("act", "there"),
    [
        ({"do": "earlier"}, [[2, 1, 3], [4, 5]]),
        ({"do": "later", "page": 3}, [[1, 2], [3, 4, 5]]),
        ({"do": "split"}, [[1], [2, 3], [4, 5]]),
        ({"do": "join", "page": 5}, [[1, 2, 3, 4, 5]]),
        ({"do": "place", "page": 5, "part": 0, "at": 1}, [[1, 5, 2, 3], [4]]),
        ({"do": "nonsense"}, [[1, 2, 3], [4, 5]]),
    ],
)
def test_each_act_of_the_board_does_what_it_says_and_is_undone(act, there) -> None:
    done = after(draft(), act)
    assert parts(done) == there
    assert after(done, {"do": "undo"}).arrangement == draft().arrangement


def test_a_page_is_turned_to_both_sides() -> None:
    right = after(draft(), {"do": "right"})
    assert right.arrangement.sheet(2).turned == 90
    assert after(right, {"do": "left"}).arrangement == draft().arrangement
    assert not after(right, {"do": "left"}).is_changed


def test_choosing_a_page_changes_nothing() -> None:
    chosen = after(draft(), {"do": "pick", "page": 4})
    assert (chosen.selected, chosen.is_changed, chosen.turn) == (4, False, 1)
    assert after(draft(), {"do": "pick", "page": 99}).selected == 2


def test_what_can_not_be_done_is_refused_in_words() -> None:
    with pytest.raises(InputRefused, match="begins a part already"):
        after(draft(), {"do": "split", "page": 4})
    with pytest.raises(InputRefused, match="lies in no part"):
        after(draft(), {"do": "right", "page": 77})


def test_a_form_that_was_said_and_a_page_put_aside_are_undone_too() -> None:
    said = with_form(draft(), 2, FormPlace("LC-031", "4", 1))
    away = without(said, 4, "cover sheet")
    assert parts(away) == [[1, 2, 3], [5]]
    assert after(away, {"do": "undo"}) == Draft(
        said.arrangement, 0, 4, (draft().arrangement,), away.turn + 1
    )
    assert parts(with_again(away, 4)) == [[1, 2, 3, 4], [5]]


def record(number: int, pages: dict[int, int], strange: frozenset[int]) -> PartRecord:
    return PartRecord(  # as it was read, nobody has done anything to it
        f"abc-{number}",
        "LC-031",
        "4",
        "XB15",
        RecordState.IN_REVIEW,
        1,
        False,
        None,
        pages,
        strange,
    )


LAID = LaidScan(
    7,
    "stack.pdf",
    "read",
    "",
    draft().arrangement,
    0,
    ((record(1, {1: 1}, frozenset({2})),), (record(2, {4: 1, 5: 2}, frozenset()),)),
)


def test_the_board_says_of_each_page_what_it_is() -> None:
    said = with_form(draft(), 5, FormPlace("QC-017", "B", 1))
    board = board_of(LAID, said)
    labels = [page.label for part in board.parts for page in part.pages]
    assert labels == [
        "LC-031 v4 p. 1",
        "fits no form that is known",
        "a page that came before, again",
        "LC-031 v4 p. 1",
        "QC-017 vB p. 1, said by a person",
    ]
    assert [part.note for part in board.parts] == ["", "arranged anew: to be read"]
    assert [len(part.records) for part in board.parts] == [1, 0]
    assert board.parts[0].pages[1].picture == "/pictures/scans/7/pages/2"


def test_the_buttons_work_where_there_is_something_to_do() -> None:
    def works(one: Draft) -> set[str]:
        return {tool.do for tool in board_of(LAID, one).tools if tool.works}

    first = after(draft(), {"do": "pick", "page": 1})
    assert works(first) == {"later", "left", "right"}
    last = after(draft(), {"do": "pick", "page": 5})
    assert works(last) == {"earlier", "left", "right", "split", "join"}
    assert works(without(last, 5, "blank page")) == {"undo"}


def test_what_follows_is_known_before_it_is_done() -> None:
    follows = consequences(LAID, after(draft(), {"do": "split", "page": 5}).arrangement)
    assert follows.to_read == ((Sheet(4),), (Sheet(5),))
    assert [one.record for one in follows.superseded] == ["abc-2"]
