"""Fields, facets, order, pages and limits of the search; the same on both databases."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_builders import FORM, FakeReader, HandClock, place, reading
from site_records import CORRECTION, READER, REVIEWER, approved, do, read
from sqlmodel import select

from extractors.values import EntryKind
from pipeline.archive import SearchQuery, Sort, index, index_due, look, search
from pipeline.core.forms import Meaning
from pipeline.core.query import About
from pipeline.core.review import Dispose
from pipeline.core.spelling import spell
from pipeline.core.values import Entry, Outcome
from pipeline.errors import InputRefused
from pipeline.findable import findables
from pipeline.review import open_record
from pipeline.saved_searches import forget_search, keep_search, saved_searches
from pipeline.site import Site
from pipeline.store.database import writing
from pipeline.store.search_tables import SearchDueRow, SearchFacetRow
from pipeline.suggest import suggestions

MORE = (
    place("made", EntryKind.DATE, "Date of manufacture", 5, means=Meaning.MANUFACTURING_DATE,
          format="DD/MM/YYYY"),
    place("expires", EntryKind.DATE, "Expiry", 6, means=Meaning.EXPIRY_DATE, format="DD/MM/YYYY"),
    place("by", EntryKind.INITIALS, "Initials", 7, step="2.1"),
    place("product", EntryKind.TEXT, "Product", 8, means=Meaning.PRODUCT),
)  # fmt: skip
WIDE = replace(FORM, pages=(replace(FORM.pages[0], fields=(*FORM.fields, *MORE)),))


def with_more(site: Site, record_id: str, **values: str) -> None:
    """The record in the index as if its form had these entries too."""
    record = open_record(site, record_id).record
    more = [
        Entry(one.name, 1, one.type, one.step, one.box, reading(values[one.name]), accepted=True)
        for one in MORE
        if one.name in values
    ]
    with writing(site.engine) as session:
        index(session, replace(record, entries=(*record.entries, *more)), WIDE)


@pytest.fixture
def ticking(clock: HandClock) -> None:
    """Nothing is received at the same moment as something else."""
    clock.ticks = True


@pytest.fixture
def three(site: Site) -> list[str]:
    """Three records: two of 2013 and one of 2014, one of them corrected."""
    ids = [read(site, n, FakeReader(batch=f"XB15-000{n}")) for n in range(3)]
    do(site, ids[0], CORRECTION)
    with_more(site, ids[0], made="03/05/2013", by="MJ", product="Helmacin 400")
    with_more(
        site, ids[1], made="30/07/2013", expires="01/01/2014", by="TB", product="Helmacin 400"
    )
    with_more(site, ids[2], made="01/08/2014", by="MJ", product="Norvasan")
    return ids


def found(site: Site, text: str, **how: object) -> list[str]:
    page = look(site, SearchQuery(text, **how))  # type: ignore[arg-type]
    assert page.problem == ""
    return [hit.record for hit in page.hits]


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("form:BMR-001", (Sort.NEWEST, Sort.OLDEST, Sort.BATCH, Sort.MADE)),
        ("lot:L08481V", (Sort.NEWEST, Sort.OLDEST)),
        ("sieved", (Sort.NEWEST, Sort.OLDEST)),
        ("made:2013..2014", (Sort.MADE,)),
    ],
)
def test_of_more_than_are_ranked_those_are_taken_that_come_first(
    site: Site, ticking, three: list[str], monkeypatch, text: str, sorts: tuple[Sort, ...]
) -> None:
    whole = {sort: found(site, text, sort=sort) for sort in sorts}
    monkeypatch.setattr("pipeline.searching.MOST", 1)
    for sort in sorts:
        page = look(site, SearchQuery(text, sort))
        assert page.is_cut
        assert [hit.record for hit in page.hits] == whole[sort][:1]
    assert whole[sorts[-1]][0] == three[0]


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("lot:L08481V", {0, 1, 2}),
        ("lot:L08481V made:2013", {0, 1}),
        ("made:2013-05..2013-07", {0, 1}),
        ("made:..2013-06", {0}),
        ("signed:MJ", {0, 2}),
        ("signed:MJ made:2014", {2}),
        ("signed:MJ,TB", {0, 1, 2}),
        ("product:helmacin -signed:MJ", {1}),
        ("batch:XB15-0001", {1}),
        ("batch:0001", {1}),
        ("form:bmr-001 version:3 -made:2013", {2}),
        ("flag:low_confidence", {1, 2}),
        ("-flag:low_confidence state:in_review", {0}),
        ("sieved -batch:XB15-0001", {0, 2}),
        ("field:weight 13.2 made:2014", {2}),
        ("step:2.1 signed:TB", {1}),
        ("lot:L08481V product:Norvasan", {2}),
        ("product:Helmacni", set()),
        ("product:Helmacim400", {0, 1}),
        ("state:approved", set()),
        ("Norvasan L08481V", {2}),
        ("helmacin sieved", {0, 1}),
        ("MJ sieved helmacin", {0}),
        ("Norvasan L0848lV", {2}),
        ("sieved L08481V -signed:MJ", {1}),
        ("sieved TB", {1}),
        ('"Norvasan sieved"', set()),
        ("lot:L0848lV product:helmacin", {0, 1}),
        ("product:helmacin lot:L0848lV", {0, 1}),
        ("batch:XB15-0000 lot:L0848lV", {0}),
        ("lot:L0848lV batch:XB15-0000", {0}),
        ("batch:XB15-0001, XB15-0002", {1, 2}),
        ("batch:XB15-0001, product:helmacin", {1}),
    ],
)
def test_fields_narrow_a_search_down(site, three, text: str, which: set[int]) -> None:
    assert set(found(site, text)) == {three[n] for n in which}


def test_a_misread_lot_is_found_by_the_true_one_and_said_to_be_similar(site, three) -> None:
    page = look(site, SearchQuery("lot:L0848H"))
    assert [hit.matched.value for hit in page.hits][:2] == ["similar", "similar"]
    assert {hit.value for hit in page.hits} <= {"L0848N", "L0848W"}


def test_hits_are_counted_by_form_flag_year_product_person_and_state(site, three) -> None:
    counts = {one.about: dict(one.counts) for one in look(site, SearchQuery("sieved")).facets}
    assert counts[About.FORM] == {"BMR-001": 3}
    assert counts[About.FLAG]["low_confidence"] == 2
    assert counts[About.MADE] == {"2013": 2, "2014": 1}
    assert counts[About.PRODUCT] == {"Helmacin 400": 2, "Norvasan": 1}
    assert counts[About.SIGNED] == {"MJ": 2, "TB": 1}
    assert counts[About.STATE] == {"in_review": 3}


def test_a_value_counts_once_however_it_is_written(site, three) -> None:
    with_more(site, three[1], made="30/07/2013", by="TB", product="HELMACIN 400")
    with_more(site, three[2], made="30/07/2013", by="TB", product="Helmacin 400")
    counts = {one.about: dict(one.counts) for one in look(site, SearchQuery("sieved")).facets}
    assert counts[About.PRODUCT] == {"Helmacin 400": 3}
    assert len(set(found(site, 'sieved product:"Helmacin 400"'))) == 3


def test_what_somebody_confirmed_is_certain_and_its_alternatives_are_no_longer_found(
    site, three
) -> None:
    assert three[1] in found(site, "lot:L08481V")
    do(site, three[1], Dispose("lot", "low_confidence", Outcome.CONFIRMED, "as on the label"))
    assert three[1] not in found(site, "lot:L08481V")
    hits = [one for one in look(site, SearchQuery("lot:L0848N")).hits if one.record == three[1]]
    assert [(one.value, one.probability) for one in hits] == [("L0848N", 1.0)]


def test_hits_come_in_the_order_and_on_the_page_that_is_asked_for(site, three, clock) -> None:
    assert found(site, "sieved", sort=Sort.BATCH) == three
    assert found(site, "sieved", sort=Sort.MADE) == three
    assert found(site, "sieved", sort=Sort.BATCH, page=2, size=2) == three[2:]
    page = look(site, SearchQuery("sieved", page=99, size=2))
    assert (page.page, page.total, page.records) == (2, 3, 3)


def test_only_these_records_can_be_found_whatever_is_asked(site, three) -> None:
    few = frozenset({three[1]})
    for text in ("sieved", "lot:L08481V", "state:in_review", "lot:L0848H", "-made:2014 sieved"):
        assert {hit.record for hit in look(site, SearchQuery(text), only=few).hits} == few, text
        assert look(site, SearchQuery(text), only=frozenset()).hits == ()
    assert {hit.record for hit in search(site, "sieved", only=few)} == few
    assert [one.shown for one in suggestions(site, "batch:x", only=few)] == ["XB15-0001"]


def test_a_flag_alone_leads_to_the_entry_that_has_it(site, three) -> None:
    hits = look(site, SearchQuery("flag:low_confidence")).hits
    assert {(hit.field, hit.value) for hit in hits} == {("lot", "L0848N")}


def test_who_signed_electronically_is_found(site) -> None:
    record = approved(site)
    assert found(site, "signed:approver state:approved") == [record]
    assert found(site, 'person:"Amir Castellan"') == [record]


def test_fields_and_values_of_the_archive_are_offered_while_typing(site, three) -> None:
    assert suggestions(site, "lo")[0].query == "lot:"
    assert [one.shown for one in suggestions(site, "sieved batch:xb")] == [
        "XB15-0000", "XB15-0001", "XB15-0002",
    ]  # fmt: skip
    assert suggestions(site, "product:nor")[0].query == "product:Norvasan "
    assert suggestions(site, "flag:missing_s")[0].query == "flag:missing_signature "
    assert suggestions(site, "form:")[0].shown == "BMR-001"
    assert suggestions(site, "made:20")[0].shown.startswith("2013")


def test_a_search_is_kept_by_its_person_alone_and_the_trail_says_so(site) -> None:
    keep_search(site, "Mine", "lot:L08481V", Sort.NEWEST, by=READER)
    keep_search(site, "Mine", "lot:L08482V", Sort.BEST, by=READER)
    (kept,) = saved_searches(site, by=READER)
    assert (kept.name, kept.query, kept.sort) == ("Mine", "lot:L08482V", Sort.BEST)
    assert saved_searches(site, by=REVIEWER) == ()
    forget_search(site, "Mine", by=REVIEWER)
    assert len(saved_searches(site, by=READER)) == 1
    forget_search(site, "Mine", by=READER)
    assert saved_searches(site, by=READER) == ()
    for name, query in (("", "x"), ("x", ""), ("x", "ph:7")):
        with pytest.raises(InputRefused):
            keep_search(site, name, query, Sort.BEST, by=READER)


def test_a_record_of_an_older_index_is_put_there_anew(site) -> None:
    record = read(site)
    with writing(site.engine) as session:
        session.add(SearchDueRow(record=record))
        for row in session.exec(select(SearchFacetRow)):
            session.delete(row)
    assert index_due(site) == 1
    assert index_due(site) == 0
    assert [one.shown for one in suggestions(site, "batch:x")] == ["XB15-2288"]


def test_a_record_is_made_on_other_days_where_no_manufacturing_date_is_written(site) -> None:
    fields = (*FORM.fields, replace(MORE[0], means=None))
    form = replace(FORM, pages=(replace(FORM.pages[0], fields=fields),))
    record = open_record(site, read(site)).record
    dated = Entry("made", 1, EntryKind.DATE, None, fields[-1].box, reading("03/05/2013"))
    days = [one.day for one in findables(replace(record, entries=(dated,)), form) if one.day]
    assert days == [date(2013, 5, 3)]


values = st.lists(
    st.text(st.characters(max_codepoint=0x24F, categories=("L", "N", "P", "Z")), max_size=14),
    min_size=4,
    max_size=4,
)


@given(values)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_record_is_found_by_every_one_of_its_values(kept: tuple[Site, str], drawn) -> None:
    site, record_id = kept
    record = open_record(site, record_id).record
    entries = [
        replace(one, reading=reading(value), corrections=())
        for one, value in zip(record.entries, drawn, strict=False)
    ]
    with writing(site.engine) as session:
        index(session, replace(record, entries=tuple(entries)), FORM)
    for value in filter(spell, drawn):
        text = value.replace('"', " ")
        assert [hit.record for hit in look(site, SearchQuery(f'"{text}"')).hits], value


@pytest.fixture
def kept(site: Site) -> tuple[Site, str]:
    """A site with an approved record."""
    return site, approved(site)
