"""Arrangements of a scan's pages: none is ever lost or doubled, and every change can be undone."""

import json

import pytest
from core_strategies import few
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.arrangement import (
    ASIDE_REASONS,
    Arrangement,
    FormPlace,
    Sheet,
    as_read,
    assign,
    from_lists,
    in_words,
    join,
    move,
    one_part,
    parts_to_read,
    place,
    put_aside,
    split,
    take_back,
    to_lists,
    turn,
)
from pipeline.errors import InputRefused

FORMS = (None, FormPlace("LC-031", "4", 1), FormPlace("a; [b", "3.1", 2))
ACTS = ("split", "join", "move", "place", "turn", "assign", "aside", "back")


@st.composite
def changes(draw, most=12):
    """An arrangement of some pages, and what people do to it."""
    pages = draw(st.integers(1, most))
    page = st.integers(1, pages)
    acts = st.tuples(st.sampled_from(ACTS), page, st.integers(-3, 9))
    return pages, draw(st.lists(acts, max_size=25))


def done(before: Arrangement, act: str, page: int, number: int) -> Arrangement:
    """The arrangement after one act; as it was where the act is refused."""
    try:
        match act:
            case "split":
                return split(before, page)
            case "join":
                return join(before, page)
            case "move":
                return move(before, page, 1 if number > 0 else -1)
            case "place":
                return place(before, page, part=abs(number) % len(before.parts or "1"), at=number)
            case "turn":
                return turn(before, page, 90 * number)
            case "assign":
                return assign(before, page, FORMS[number % 3])
            case "aside":
                return put_aside(before, page, ASIDE_REASONS[number % 4])
            case _:
                return take_back(before, page)
    except InputRefused:
        return before


def arranged(pages, acts) -> Arrangement:
    found = one_part(pages)
    for act in acts:
        found = done(found, *act)
    return found


@few
@given(changes())
def test_no_change_loses_or_doubles_a_page(changed) -> None:
    pages, acts = changed
    found = one_part(pages)
    for act in acts:
        found = done(found, *act)  # an arrangement that lost or doubled a page can't be made
        assert sorted(found.pages) == list(range(1, pages + 1))
        assert all(found.parts)


@few
@given(changes(), st.data())
def test_joining_takes_a_split_back_and_splitting_a_join(changed, data) -> None:
    before = arranged(*changed)
    laid = [sheet.page for part in before.parts for sheet in part]
    for page in laid:
        part, at = before.where(page)
        if at > 0:
            assert join(split(before, page), page) == before
        elif part > 0:
            assert split(join(before, page), page) == before


@few
@given(changes())
def test_a_page_turned_four_times_or_there_and_back_lies_as_before(changed) -> None:
    before = arranged(*changed)
    for page in (sheet.page for part in before.parts for sheet in part):
        assert turn(turn(before, page, 90), page, -90) == before
        assert turn(turn(before, page, 180), page, 180) == before
        assert turn(before, page, 90).sheet(page).turned == (before.sheet(page).turned + 90) % 360


@few
@given(changes())
def test_a_move_within_a_part_is_taken_back_by_the_move_back(changed) -> None:
    before = arranged(*changed)
    for part in before.parts:
        for sheet in part[:-1]:
            assert move(move(before, sheet.page, 1), sheet.page, -1) == before


@few
@given(changes())
def test_a_move_to_the_next_part_is_taken_back_unless_the_part_is_gone(changed) -> None:
    before = arranged(*changed)
    for part in before.parts[:-1]:
        if len(part) > 1:
            page = part[-1].page
            there = move(before, page, 1)
            assert there.where(page) == (before.where(page)[0] + 1, 0)
            assert move(there, page, -1) == before


@few
@given(changes(), st.integers(0, 9))
def test_a_page_is_placed_where_it_is_dropped(changed, at) -> None:
    before = arranged(*changed)
    for number, part in enumerate(before.parts):
        for sheet in (sheet for other in before.parts if other is not part for sheet in other):
            after = place(before, sheet.page, part=number, at=at)
            home, found = after.where(sheet.page)
            assert found == min(at, len(part))
            assert {one.page for one in after.parts[home]} == {
                sheet.page,
                *(one.page for one in part),
            }


@few
@given(changes())
def test_placing_before_itself_or_the_next_changes_nothing(changed) -> None:
    before = arranged(*changed)
    for number, part in enumerate(before.parts):
        for at, sheet in enumerate(part):
            assert place(before, sheet.page, part=number, at=at) == before
            assert place(before, sheet.page, part=number, at=at + 1) == before


@few
@given(changes())
def test_a_page_put_aside_keeps_its_turn_and_comes_back_into_a_part(changed) -> None:
    before = arranged(*changed)
    for page in (sheet.page for part in before.parts for sheet in part):
        away = put_aside(before, page, "cover sheet")
        assert away.is_aside(page)
        assert take_back(away, page).sheet(page) == before.sheet(page)
        assert not take_back(away, page).is_aside(page)


@few
@given(changes())
def test_an_arrangement_is_the_same_after_it_was_kept(changed) -> None:
    found = arranged(*changed)
    assert from_lists(json.loads(json.dumps(to_lists(found)))) == found
    assert all(str(page) in in_words(found) for page in found.pages)


@few
@given(changes(), changes())
def test_only_changed_parts_are_read_and_reading_again_is_asked_for(changed, more) -> None:
    old = arranged(*changed)
    new = old
    for act in more[1]:
        new = done(new, *act) if act[1] <= changed[0] else new
    assert parts_to_read(old, old, unread=()) == ()
    wanted = parts_to_read(old, new, unread=())
    assert set(new.parts) - set(old.parts) == set(wanted)
    assert parts_to_read(old, new, unread=(), again=new.pages) == new.parts


@given(st.integers(1, 9), st.data())
@few
def test_what_the_reader_found_becomes_parts_that_hold_every_page(pages, data) -> None:
    owner = [data.draw(st.integers(0, 3)) for _ in range(pages)]
    held = [[n for n, one in enumerate(owner, start=1) if one == part] for part in range(3)]
    found = as_read(pages, held)
    assert sorted(found.pages) == list(range(1, pages + 1))
    for part in filter(None, held):
        assert any(set(part) <= {sheet.page for sheet in one} for one in found.parts)


@pytest.mark.parametrize(
    "parts",
    [((Sheet(1), Sheet(1)),), ((Sheet(2),),), ((Sheet(1),), ())],
    ids=["doubled", "missing", "an empty part"],
)
def test_an_arrangement_that_is_none_can_not_be_made(parts) -> None:
    with pytest.raises(ValueError, match=r"part|pages"):
        Arrangement(parts)


def test_a_page_is_not_put_aside_without_a_reason() -> None:
    with pytest.raises(InputRefused, match="reason"):
        put_aside(one_part(2), 1, "  ")


def test_the_trail_says_an_arrangement_in_words() -> None:
    found = turn(split(one_part(4), 3), 2, 90)
    found = put_aside(assign(found, 3, FormPlace("LC-031", "4", 1)), 4, "cover sheet")
    assert in_words(found) == (
        "[1, 2 turned 90°]; [3 as LC-031 version 4 page 1]; page 4 put aside: cover sheet"
    )
