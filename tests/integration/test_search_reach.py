"""What a search decides: who sees a record, which is held, and what goes out of the house."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from record_builders import FORM, NOON, FakeReader, reading
from site_records import (
    APPROVER,
    CONTROL,
    INSPECTOR,
    READER,
    add_inspector,
    approved,
    proof_of,
    read,
)
from sqlalchemy import text

from pipeline.accounts import Person, PersonRole
from pipeline.archive import (
    Matched,
    Reach,
    SearchQuery,
    index,
    look,
    records_that_fit,
    search,
)
from pipeline.errors import InputRefused, NotAllowed
from pipeline.export import Selection, selected
from pipeline.hits_out import hits_as_csv, hits_as_excel
from pipeline.holds import hold_records
from pipeline.review import open_record
from pipeline.rooms import open_room
from pipeline.scope import Scope, records_in
from pipeline.site import Site
from pipeline.store.database import writing
from pipeline.store.site_tables import FormRow
from pipeline.store.tables import RecordRow

ONE_OFF = "L0848H"
"""Nearly what was read, and no alternative of it."""


def similar(site: Site, query: str) -> set[str]:
    return {hit.record for hit in search(site, query) if hit.matched is Matched.SIMILAR}


@pytest.mark.parametrize("query", ["lot:{}", "{}", "lot:{} form:BMR-001", "sieved lot:{}"])
def test_a_room_a_hold_and_an_export_take_nothing_that_is_only_nearly_it(site, query) -> None:
    record = read(site)
    asked = query.format(ONE_OFF)
    assert {hit.record for hit in search(site, asked)} == {record}
    for reach in (Reach.STANDING, Reach.POSSIBLE):
        assert records_that_fit(site, asked, reach=reach) == frozenset()
    assert records_that_fit(site, asked, reach=Reach.NEARLY) == {record}


@pytest.mark.parametrize("query", ["lot:{}", "{}", "lot:{} form:BMR-001", "sieved lot:{}"])
def test_a_hold_takes_what_may_stand_there_and_a_room_what_stands_there(site, query) -> None:
    record = read(site)
    alternative, value = query.format("L08481V"), query.format("L0848N")
    assert records_in(site, Scope(query=alternative)) == ()
    assert records_in(site, Scope(query=alternative), reach=Reach.POSSIBLE) == (record,)
    for reach in Reach:
        assert records_in(site, Scope(query=value), reach=reach) == (record,)


def test_what_is_asked_of_the_record_as_a_whole_is_no_guess(site) -> None:
    record = read(site)
    for query in ("form:BMR-001", "flag:low_confidence", "state:in_review -flag:correction"):
        assert records_in(site, Scope(query=query)) == (record,)


def test_a_typing_error_opens_no_room_places_no_hold_and_exports_nothing(sqlite_site) -> None:
    site = sqlite_site
    done = approved(site)
    read(site, 1, FakeReader(batch="XB15-9999"))
    wrong = "batch:XB15-2283"
    assert similar(site, wrong) == {done}
    inspector = add_inspector(site, Person("insp.three", "Three", PersonRole.INSPECTOR))
    with pytest.raises(InputRefused, match="no record fits"):
        open_room(
            site, inspector.user, Scope(query=wrong), opens_at=NOON,
            closes_at=NOON + timedelta(days=1), reason="x", by=CONTROL,
        )  # fmt: skip
    with pytest.raises(InputRefused, match="no record fits"):
        hold_records(site, Scope(query=wrong), "claim", proof=proof_of(site, APPROVER))
    assert selected(site, Selection(query=wrong), by=READER) == ()
    assert selected(site, Selection(query="batch:XB15-2288"), by=READER) == (done,)


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("flag:missing_signature step:1", True),
        ("flag:missing_signature -step:2", True),
        ("flag:missing_signature step:2", False),
        ("flag:missing_signature -step:1", False),
        ("flag:low_confidence step:1", False),
        ("flag:low_confidence field:lot", True),
        ('flag:low_confidence field:"of lactose"', True),
        ("flag:low_confidence field:weight", False),
        ("flag:low_confidence -field:lactose", False),
        ("flag:low_confidence -field:weight", True),
        ("13.2 field:weight", True),
        ("13.2 -field:weight", False),
        ("13.2 -field:remark -step:4", True),
        ("-form:BMR-077 13.2", True),
        ("-form:bmr-001 13.2", False),
    ],
)
def test_a_place_holds_for_the_entry_of_the_flag_and_a_minus_leaves_it_out(
    site, query: str, is_found
) -> None:
    record = read(site)
    assert {hit.record for hit in search(site, query)} == ({record} if is_found else set())


def test_a_hit_stays_at_its_own_entry_whatever_else_is_asked(site) -> None:
    read(site)
    for query in (
        "granulation flag:low_confidence",
        "13.2 012 flag:low_confidence",
        "13.2 flag:low_confidence",
    ):
        for hit in look(site, SearchQuery(query)).hits:
            assert hit.field != "lot", query
    (hit,) = look(site, SearchQuery("flag:low_confidence")).hits
    assert hit.field == "lot"
    (hit,) = look(site, SearchQuery("flag:missing_signature -flag:correction step:1")).hits
    assert (hit.field, hit.page, hit.label, hit.value) == ("signed", 1, "Done by", "")


def test_a_record_of_unknown_form_is_of_no_other_form(site) -> None:
    record = read(site)
    with writing(site.engine) as session:
        row = session.get(RecordRow, record)
        row.form = row.version = None
    for query in ("-form:BMR-001 state:in_review", "-version:3 state:in_review"):
        assert {hit.record for hit in search(site, query)} == {record}
    assert search(site, "form:BMR-001") == ()


def test_a_form_is_found_in_small_letters_beyond_ascii(site) -> None:
    record = read(site)
    with writing(site.engine) as session:
        session.add(
            FormRow(form="ÄÖ-1", version="Ü", title="x", folder="x", digest="x", added_at=NOON)
        )
        row = session.get(RecordRow, record)
        row.form, row.version = "ÄÖ-1", "Ü"
    assert {hit.record for hit in search(site, "form:äö-1 version:ü")} == {record}


def test_a_number_without_end_is_kept_and_found(site) -> None:
    record_id = read(site)
    long = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(120))
    found = open_record(site, record_id).record
    entries = tuple(
        replace(one, reading=reading(long), corrections=()) if one.field == "lot" else one
        for one in found.entries
    )
    with writing(site.engine) as session:
        index(session, replace(found, entries=entries), FORM)
    for part in (long[:300], long[:1500]):
        assert {hit.record for hit in search(site, f"lot:{part}")} == {record_id}


def test_hits_that_are_taken_out_are_told(site) -> None:
    record = read(site)
    asked = SearchQuery("13.2")
    content = hits_as_csv(site, asked, "hits.csv", by=READER, where="the laboratory")
    assert record.encode() in content
    hits_as_excel(site, asked, "hits.xlsx", by=READER)
    with site.engine.connect() as connection:
        kept = connection.execute(text("SELECT new FROM event WHERE kind = 'exported'"))
        told = list(kept.scalars())
    assert len(told) == 2
    assert hashlib.sha256(content).hexdigest() in told
    with pytest.raises(NotAllowed):
        hits_as_csv(site, asked, "hits.csv", by=INSPECTOR)
