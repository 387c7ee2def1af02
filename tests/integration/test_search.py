"""The archive's search, the same on both databases, and its hits as files."""

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest
from openpyxl import load_workbook
from record_builders import FakeReader
from test_site_review import CORRECTION, do, read

from pipeline.archive import (
    Hit,
    Matched,
    SearchQuery,
    frame_as_csv,
    frame_as_excel,
    hits_frame,
    look,
    search,
)
from pipeline.core.review import Correct
from pipeline.core.values import RecordState
from pipeline.errors import InputRefused
from pipeline.site import Site

HIT = Hit(
    record="abc-1",
    batch_number="XB15-2288",
    form="BMR-001",
    version="3",
    page=1,
    field="lot",
    label="Lot",
    value="L0848N",
    probability=0.71,
    matched=Matched.VALUE,
    state=RecordState.IN_REVIEW,
)


def fields(site: Site, query: str) -> list[tuple[str | None, str]]:
    return [(hit.field, hit.matched.value) for hit in search(site, query)]


@pytest.fixture
def record_id(site: Site) -> str:
    return read(site)


def test_a_value_is_found_with_its_place_and_probability(site, record_id) -> None:
    (hit,) = search(site, "L0848N")
    assert hit == replace(
        HIT,
        record=record_id,
        label="Lot of lactose",
    )


def test_a_lot_is_found_under_an_alternative_and_said_so(site, record_id) -> None:
    (hit,) = search(site, "L08481V")
    assert (hit.value, hit.matched, hit.probability) == ("L08481V", Matched.ALTERNATIVE, 0.2)


def test_hits_come_by_probability(site, record_id) -> None:
    assert [hit.probability for hit in search(site, "L0848")] == [0.71, 0.2, 0.05]


def test_a_record_is_found_under_the_corrected_value_and_not_under_the_old(site, record_id) -> None:
    do(site, record_id, CORRECTION)
    (hit,) = search(site, "L08481V")
    assert (hit.matched, hit.probability) == (Matched.VALUE, 1.0)
    assert search(site, "L0848N") == ()
    assert search(site, "L0848W") == ()


def test_a_batch_number_is_found_whole_and_in_part(site, record_id) -> None:
    for query in ("XB15-2288", "xb15 2288", "XB152288", "15-22", "288"):
        assert ("batch_number", "value") in fields(site, query), query


def test_a_short_number_does_not_find_longer_ones(site, record_id) -> None:
    assert fields(site, "13.2") == [("weight", "value")]
    assert search(site, "13.20") == ()
    assert search(site, "3.2") == ()


def test_a_word_that_has_begun_is_found(site, record_id) -> None:
    assert fields(site, "siev") == [("remark", "value")]
    assert fields(site, "sieved twice") == [("remark", "value")]
    assert search(site, "twice sifted") == ()


def test_words_beside_an_entry_narrow_the_search(site, record_id) -> None:
    assert fields(site, "granulation 13.2") == [("weight", "value")]
    assert fields(site, "weight 13.2") == [("weight", "value")]
    assert fields(site, "XB15-2288 13.2 BMR-001") == [("weight", "value")]
    assert search(site, "packaging 13.2") == ()


def test_form_title_and_file_are_found_on_the_record_as_a_whole(site, record_id) -> None:
    assert fields(site, "BMR-001") == [(None, "value")]
    assert fields(site, "Granulation") == [(None, "value")]
    assert fields(site, "0.png") == [(None, "value")]


def test_accents_and_capitals_do_not_matter(site) -> None:
    record_id = read(site)
    do(site, record_id, Correct("remark", "Gerät MÜLLER gereinigt", "as written"))
    for query in ("muller", "GERAT", "Müller gerät"):
        assert fields(site, query) == [("remark", "value")], query


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "%",
        "5 %",
        '"',
        "'",
        "L0848N' OR 1=1 --",
        '" OR words : "x',
        "NEAR(a b)",
        "words : lot",
        "lot AND",
        "NOT",
        "*",
        "a*",
        "(",
        "x & ! y",
        "lot\x00",
        "\\",
        "__",
        "😀",
        "a" * 2_000,
        "; DROP TABLE record",
        "ﬁ ½ ß İ",
    ],
)
def test_what_people_type_never_reaches_the_query_language(site, record_id, query: str) -> None:
    found = search(site, query)
    assert all(hit.record == record_id for hit in found)
    assert len(found) <= 1


def test_a_wrong_word_says_what_to_do_and_finds_nothing(site, record_id) -> None:
    for query, says in (("x:*", "There is no field “x”"), ("made:May", "is no date")):
        page = look(site, SearchQuery(query))
        assert says in page.problem
        assert page.hits == ()
        with pytest.raises(InputRefused, match=says):
            search(site, query)


def test_the_limit_keeps_the_most_probable(site, record_id) -> None:
    assert [hit.probability for hit in search(site, "L0848", limit=2)] == [0.71, 0.2]


def test_of_equally_probable_hits_the_newest_comes_first(site, clock) -> None:
    read(site, 1, FakeReader(batch="A-1"))
    clock.move(days=1)
    new = read(site, 2, FakeReader(batch="A-2"))
    assert next(iter(search(site, "13.2"))).record == new


def test_hits_are_a_table_even_where_there_are_none() -> None:
    assert list(hits_frame([]).columns)[:2] == ["record", "batch_number"]
    assert hits_frame([HIT]).iloc[0]["matched"] == "value"


FORMULAS = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "=HYPERLINK('http://x')",
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("value", FORMULAS)
def test_a_value_that_looks_like_a_formula_is_text_in_csv(value: str) -> None:
    content = frame_as_csv(hits_frame([replace(HIT, value=value)])).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[1][rows[0].index("value")] == f"'{value}"


@pytest.mark.parametrize("value", [*FORMULAS, "{=1+1}", "http://x.example", "L0848N", "0123"])
def test_every_value_is_text_in_excel_as_it_stands(value: str) -> None:
    content = frame_as_excel(hits_frame([replace(HIT, value=value)]))
    sheet = load_workbook(io.BytesIO(content)).active
    header = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, header.index("value") + 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (value, "s", None)


def test_csv_and_excel_hold_the_same_rows() -> None:
    frame = hits_frame([HIT, replace(HIT, field=None, page=None, form=None)])
    text = pd.read_csv(io.BytesIO(frame_as_csv(frame)), keep_default_na=False, dtype=str)
    sheet = pd.read_excel(io.BytesIO(frame_as_excel(frame)), keep_default_na=False, dtype=str)
    assert text["record"].tolist() == sheet["record"].tolist() == ["abc-1", "abc-1"]
    assert text["page"].tolist() == ["1", ""]
