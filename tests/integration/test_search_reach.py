"""What a search decides: who sees a record, which is held, and what goes out of the house."""

from datetime import timedelta

import pytest
from record_builders import NOON, FakeReader
from site_records import APPROVER, CONTROL, READER, add_inspector, approved, proof_of, read

from pipeline.accounts import Person, PersonRole
from pipeline.archive import Matched, Reach, records_that_fit, search
from pipeline.errors import InputRefused
from pipeline.export import Selection, selected
from pipeline.holds import hold_records
from pipeline.rooms import open_room
from pipeline.scope import Scope, records_in
from pipeline.site import Site

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
