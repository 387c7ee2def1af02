"""The language of the search: what is understood, and what is said of a wrong word."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.genealogy import key_of
from pipeline.core.query import (
    FIELDS,
    About,
    Problem,
    Query,
    as_text,
    parse,
    with_value,
    without_value,
)
from pipeline.core.query_typing import fields_beginning, typing
from pipeline.core.spelling import as_key
from review_ui.parts.way import page_of

ALL = 'lot:L08481V made:2013-05..2013-07 signed:MJ -flag:correction "net weight"'


def query(text: str) -> Query:
    found = parse(text)
    assert isinstance(found, Query), found
    return found


def problem(text: str) -> str:
    found = parse(text)
    assert isinstance(found, Problem), found
    return found.message


def test_words_phrases_fields_ranges_and_negation_are_understood() -> None:
    lot, made, signed, flag, text = query(ALL).terms
    assert (lot.about, lot.values) == (About.LOT, ("L08481V",))
    assert (made.days[0].first, made.days[0].last) == (date(2013, 5, 1), date(2013, 7, 31))
    assert (signed.about, signed.values) == (About.SIGNED, ("MJ",))
    assert (flag.about, flag.values, flag.is_out) == (About.FLAG, ("correction",), True)
    assert (text.about, text.values) == (About.TEXT, ("net weight",))


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2013", date(2013, 1, 1), date(2013, 12, 31)),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        ("2013-05-12", date(2013, 5, 12), date(2013, 5, 12)),
        ("..2013-07", None, date(2013, 7, 31)),
        ("2013..", date(2013, 1, 1), None),
    ],
)
def test_a_date_is_a_year_a_month_a_day_or_a_range(written: str, first, last) -> None:
    (days,) = query(f"made:{written}").terms[0].days
    assert (days.first, days.last) == (first, last)


def test_several_values_are_told_apart_by_commas_and_a_gap_needs_quotation_marks() -> None:
    assert query("flag:correction,missing_signature").terms[0].values == (
        "correction",
        "missing_signature",
    )
    assert query('product:"Helmacin, 400",Norvasan').terms[0].values == (
        "Helmacin, 400",
        "Norvasan",
    )


def test_person_is_signed_and_a_flag_may_be_written_as_people_say_it() -> None:
    assert query("person:MJ") == query("signed:MJ")
    assert query('flag:"Missing signature"') == query("flag:missing_signature")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ph:7.2", "There is no field “ph”"),
        ("made:2013-13", "is no date"),
        ("made:2014..2013", "ends before it begins"),
        ("lot:", "Nothing stands after “lot:”"),
        ("flag:nonsense", "There is no flag “nonsense”"),
        ("state:lost", "There is no state “lost”"),
        ("-lactose", "only what to leave out"),
        ("field:weight", "only what to leave out or where to look"),
        ("lot:--", "no letter and no digit"),
        ("form:BMR-077 step:4.2", "no entry is asked for"),
        ("state:approved -field:weight", "no entry is asked for"),
        ("lot:" + ",".join(f"L{n}" for n in range(41)), "at most 40 values"),
        ("x" * 2001, "at most 2000 signs"),
        (" ".join(f"word{n}" for n in range(50)), "at most 40"),
    ],
)
def test_a_wrong_word_gives_one_clear_message_that_says_what_to_do(text: str, says: str) -> None:
    assert says in problem(text)
    reason, remedy = Problem(problem(text)).parts
    assert reason
    assert remedy


@pytest.mark.parametrize("text", ["12:30", "words : lot", '"lot:L08"', "http"])
def test_a_colon_that_follows_no_word_is_no_field(text: str) -> None:
    assert all(term.about is About.TEXT for term in query(text).terms)


PIECES = [*FIELDS, ":", '"', "-", ",", " ", "x", "2013", "..", "flag:correction"]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_whatever_is_typed_is_a_query_or_a_problem_and_is_written_back_the_same(text: str) -> None:
    found = parse(text)
    if isinstance(found, Query):
        assert parse(as_text(found)) == found
    typing(text)


@given(st.sampled_from(["lot", "product", "equipment"]), st.text(min_size=1, max_size=12))
def test_a_value_that_is_added_and_taken_away_leaves_the_query_as_it_was(name, value) -> None:
    before = query("lactose")
    added = with_value(before, About(name), value)
    (term,) = added.about(About(name))
    assert without_value(added, About(name), term.values[0]) == before


def test_a_second_value_narrows_down_but_of_form_version_and_state_it_is_another_choice() -> None:
    one = with_value(query("lactose flag:correction"), About.FLAG, "missing_signature")
    assert as_text(one) == "lactose flag:correction flag:missing_signature"
    for about in (About.SIGNED, About.EQUIPMENT, About.PRODUCT):
        assert len(with_value(query(f"{about.value}:a"), about, "b").about(about)) == 2
    assert len(with_value(query("made:2013"), About.MADE, "2014").about(About.MADE)) == 2
    assert as_text(with_value(query("form:a"), About.FORM, "b")) == "form:a,b"
    assert as_text(with_value(query("state:approved"), About.STATE, "rejected")) == (
        "state:approved,rejected"
    )
    assert as_text(with_value(query("lactose"), About.MADE, "2013")) == "lactose made:2013"


def test_signs_that_no_table_can_hold_reach_none() -> None:
    for text in ("lot:A\0B", "form:A\ud800B", '"A\0B"', "field:\udfffx lot:a"):
        values = "".join(one for term in query(text).terms for one in term.values)
        assert values.isprintable() and "\0" not in values
    assert key_of("#a\0b") == "#a\ufffdb"
    assert len(key_of("7" * 5000)) == len(as_key("7" * 5000)) == 200


def test_an_address_may_name_any_page() -> None:
    assert [page_of(said) for said in ("3", "\u00b2", "-1", "", "0", "9" * 5000)] == [
        3,
        1,
        1,
        1,
        1,
        1,
    ]


def test_what_is_being_typed_is_a_word_or_the_value_of_a_field() -> None:
    word, value = typing("lactose lo"), typing("lactose lot:L08,L0")
    assert word is not None
    assert value is not None
    assert (word.about, word.begins) == (None, "lo")
    assert word.with_field("lot") == "lactose lot:"
    assert (value.about, value.begins) == (About.LOT, "L0")
    assert value.completed(About.LOT, "L09") == "lactose lot:L08,L09 "
    assert fields_beginning("p") == ("product", "person")
    assert typing('"in a phr') is None
