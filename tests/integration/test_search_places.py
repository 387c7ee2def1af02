"""How far a search looks: all words that begin alike, and places until enough of them fit."""

from itertools import product

import pytest
from record_builders import FakeReader
from site_records import read
from test_search_language import found, ticking, with_more

from pipeline.findable import Findable
from pipeline.site import Site
from pipeline.store.database import writing
from pipeline.store.search_put import put
from pipeline.store.search_sqlite import MOST_ENDS

__all__ = ["ticking"]


def says(site: Site, n: int, *values: str, doubt: float = 0.0) -> str:
    """A record with these remarks, or with a doubt these lots, and nothing else in the index."""
    record = read(site, n, FakeReader(batch=f"XB15-000{n}"))
    remarks = [
        Findable(value, "Remark", 0.99 - doubt, field=f"remark{i}", page=1,
                 doubt=doubt, is_key=doubt > 0)
        for i, value in enumerate(values)
    ]  # fmt: skip
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


@pytest.mark.parametrize(
    ("text", "misread", "accident"),
    [
        ("XB15 2288", "XB15-22B8", ("XB15-9999", "2288")),
        ("magnesium stearate", "Magneslum stearate", ("magnesium oxide", "calcium stearate")),
        ("L 08481V", "08481V", ("L", "remark 08481")),
    ],
)
def test_a_misreading_is_found_beside_words_that_stand_elsewhere_by_accident(
    site: Site, text: str, misread: str, accident: tuple[str, str]
) -> None:
    record = says(site, 0, misread, doubt=0.3)
    says(site, 1, *accident)
    assert record in found(site, text)


def test_beside_a_number_that_surely_stands_there_only_likely_misreadings_are_shown(site) -> None:
    surely, unsure = says(site, 0, "L08481V", doubt=0.001), says(site, 1, "L08487V", doubt=0.4)
    slip = says(site, 2, "L08482V", doubt=0.004)
    assert found(site, "L08481V") == [surely, unsure]
    assert found(site, "L08483V")[0] == unsure
    assert slip in found(site, "L08483V")
