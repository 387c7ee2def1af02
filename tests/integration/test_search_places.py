"""How far a search looks: all words that begin alike, and places until enough of them fit."""

from itertools import product

import pytest
from record_builders import FakeReader
from site_records import read
from test_search_language import found, ticking, with_more

from pipeline.findable import Findable
from pipeline.site import Site
from pipeline.store.database import writing
from pipeline.store.search import MOST_ENDS, put

__all__ = ["ticking"]


def says(site: Site, n: int, *values: str) -> str:
    """A record with these remarks, and nothing else in the index."""
    record = read(site, n, FakeReader(batch=f"XB15-000{n}"))
    remarks = [
        Findable(value, "Remark", 0.99, field=f"remark{i}", page=1)
        for i, value in enumerate(values)
    ]
    with writing(site.engine) as session:
        put(session, record, remarks, context="BMR-001 Granulation")
    return record


@pytest.mark.parametrize("many", [1, 3, MOST_ENDS, MOST_ENDS + 1])
def test_all_words_that_begin_alike_are_found_however_many_there_are(site: Site, many) -> None:
    ends = ["".join(two) for two in product("abcdefghij", repeat=2)][:many]
    record = says(site, 0, *(f"mag{end} checked" for end in ends), "image", "mah", "ma")
    other = says(site, 1, "magnesium")
    assert found(site, "mag", size=200).count(record) == many
    assert found(site, "magaa") == [record]
    assert found(site, "magaa granul checked") == [record]
    assert found(site, "magn") == [other]
    assert found(site, '"checked mag"') == []
    assert found(site, "mag checked", size=200).count(record) == many


def test_a_word_that_is_gone_is_no_longer_found_by_how_it_begins(site: Site) -> None:
    record = says(site, 0, "sifted")
    assert found(site, "sif") == [record]
    with writing(site.engine) as session:
        put(session, record, [], context="")
    assert found(site, "sif") == []


@pytest.mark.parametrize("text", ["made:2013 -signed:TB", "product:helmacin signed:MJ"])
def test_the_one_that_fits_is_found_behind_many_that_do_not(
    site: Site, ticking, monkeypatch, text: str
) -> None:
    ids = [read(site, n, FakeReader(batch=f"XB15-00{n:02}")) for n in range(20)]
    for record in ids:
        by = "MJ" if record == ids[0] else "TB"
        with_more(site, record, made="03/05/2013", product="Helmacin 400", by=by)
    monkeypatch.setattr("pipeline.searching.MOST", 1)
    assert found(site, text) == [ids[0]]
