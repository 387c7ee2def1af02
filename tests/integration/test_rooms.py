"""Reading rooms: an inspector sees what lies there, while it is open, and every look is told."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from record_builders import NOON, FakeReader
from site_records import (
    ADMIN,
    APPROVER,
    CONTROL,
    INSPECTOR,
    add_inspector,
    approved,
    password_of,
    proof_of,
    read,
)
from sqlalchemy import text
from starlette.testclient import TestClient

from pipeline.accounts import Person, PersonRole
from pipeline.api import SESSION_COOKIE, make_api
from pipeline.batch_file import batch_file
from pipeline.core.query import Query
from pipeline.core.spelling import as_key
from pipeline.errors import InputRefused, NotAllowed
from pipeline.holds import hold_records
from pipeline.people import sign_in
from pipeline.pictures import entry_picture, page_picture, sharp_picture
from pipeline.reading_room import find, look_at, lying, room_now, rooms_now
from pipeline.rooms import Room, Scope, close_room, looks_in, open_room, records_in_room, rooms
from pipeline.sight import may_see, only_for
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.search_asked import Search
from pipeline.store.search_index import search_index
from pipeline.store.search_rows import count_keys
from pipeline.trail import events_for
from pipeline.verify import verify

DAY = timedelta(days=1)


def opened(site: Site, *records: str, **changes: object) -> Room:
    times = {"opens_at": NOON, "closes_at": NOON + DAY} | changes
    scope = Scope(records=records)
    return open_room(site, "inspector", scope, reason="inspection 7", by=CONTROL, **times)


def told(site: Site, number: int) -> list[tuple[str, str | None, str | None]]:
    return [(one.kind, one.record, one.field) for one in looks_in(site, number, by=ADMIN)][::-1]


@pytest.fixture
def lent(site: Site) -> tuple[Site, str, str]:
    """A site with two records, of which one lies in the inspector's room."""
    mine = approved(site)
    other = read(site, 1, FakeReader(batch="XB15-9999"))
    opened(site, mine)
    return site, mine, other


def test_an_inspector_sees_what_lies_in_the_room_and_nothing_else(lent) -> None:
    site, mine, other = lent
    assert [one.record for one in lying(site, by=INSPECTOR)] == [mine]
    assert {hit.record for hit in find(site, "L08481V", by=INSPECTOR)} == {mine}
    assert look_at(site, mine, by=INSPECTOR).record.id == mine
    for act in (
        lambda: look_at(site, other, by=INSPECTOR),
        lambda: page_picture(site, other, 1, by=INSPECTOR),
        lambda: sharp_picture(site, other, 1, by=INSPECTOR),
        lambda: entry_picture(site, other, "lot", by=INSPECTOR),
        lambda: look_at(site, "no-such-record", by=INSPECTOR),
    ):
        with pytest.raises(NotAllowed, match="may not see"):
            act()
    with pytest.raises(NotAllowed, match="may not see batch"):
        batch_file(site, "XB15-9999", by=INSPECTOR)
    assert find(site, "9999", by=INSPECTOR) == ()


def test_what_lies_there_is_a_look_and_each_room_has_its_own_end(lent) -> None:
    site, mine, other = lent
    opened(site, other, mine, closes_at=NOON + 3 * DAY)
    opened(site, mine, closes_at=NOON + 2 * DAY)
    until = {one.record: one.open_until for one in lying(site, by=INSPECTOR)}
    assert until == {mine: NOON + 3 * DAY, other: NOON + 3 * DAY}
    close_room(site, 2, by=CONTROL)
    assert {one.record: one.open_until for one in lying(site, by=INSPECTOR)} == {
        mine: NOON + 2 * DAY
    }
    assert [one.number for one in rooms_now(site, INSPECTOR)] == [3, 1]
    seen = [(one.kind, one.new) for one in looks_in(site, 1, by=ADMIN)]
    assert seen == [("room_listed", "1 record"), ("room_listed", "2 records")]


def test_every_look_is_told_once_a_minute(lent, clock) -> None:
    site, mine, _ = lent
    for _ in range(3):
        look_at(site, mine, by=INSPECTOR)
        page_picture(site, mine, 1, by=INSPECTOR)
        entry_picture(site, mine, "lot", by=INSPECTOR)
        find(site, "L08481V", by=INSPECTOR)
    batch_file(site, "XB15-2288", by=INSPECTOR)
    once = [
        ("room_record_opened", mine, None),
        ("room_page_seen", mine, "page 1"),
        ("room_entry_seen", mine, "lot"),
        ("room_searched", None, None),
    ]
    assert told(site, 1) == [*once, ("room_printed", mine, None)]
    clock.move(seconds=61)
    look_at(site, mine, by=INSPECTOR)
    assert told(site, 1)[-1] == ("room_record_opened", mine, None)
    assert len(told(site, 1)) == 6
    look_at(site, mine, by=INSPECTOR)
    assert len(told(site, 1)) == 6
    assert verify(site.settings).findings == ()


def test_the_plants_own_people_look_without_a_line(lent) -> None:
    site, mine, other = lent
    before = count(site)
    page_picture(site, mine, 1, by=CONTROL)
    entry_picture(site, other, "lot", by=ADMIN)
    assert count(site) == before
    assert only_for(site, CONTROL) is None


def count(site: Site) -> int:
    with site.engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM event")).scalar_one()


def test_a_room_opens_and_closes_by_itself(site, clock) -> None:
    mine = approved(site)
    opened(site, mine, opens_at=NOON + DAY, closes_at=NOON + 2 * DAY)
    with pytest.raises(NotAllowed, match=r"no reading room is open.*2026-03-03 12:00 UTC"):
        lying(site, by=INSPECTOR)
    assert not may_see(site, INSPECTOR, mine)
    clock.move(days=1)
    assert room_now(site, INSPECTOR).records == (mine,)
    assert may_see(site, INSPECTOR, mine)
    clock.move(days=1)
    assert not may_see(site, INSPECTOR, mine)
    with pytest.raises(NotAllowed, match="ask the plant"):
        find(site, "L08481V", by=INSPECTOR)


def test_a_room_that_is_closed_shows_nothing_any_more(lent) -> None:
    site, mine, _ = lent
    close_room(site, 1, by=CONTROL)
    for act in (look_at, lambda s, r, by: page_picture(s, r, 1, by=by)):
        with pytest.raises(NotAllowed):
            act(site, mine, by=INSPECTOR)
    assert rooms(site, by=CONTROL)[0].closed_at == NOON
    assert verify(site.settings).findings == ()


def test_another_inspectors_room_is_not_mine(lent) -> None:
    site, mine, _ = lent
    other = add_inspector(site, Person("insp.two", "Two", PersonRole.INSPECTOR))
    assert not may_see(site, other, mine)
    with pytest.raises(NotAllowed):
        lying(site, by=other)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"opens_at": NOON + DAY, "closes_at": NOON}, "before it opens"),
        ({"opens_at": NOON - 2 * DAY, "closes_at": NOON - DAY}, "before it opens"),
    ],
)
def test_a_room_that_can_not_be_is_refused(site, changes, says) -> None:
    with pytest.raises(InputRefused, match=says):
        opened(site, approved(site), **changes)


def test_a_room_is_for_inspectors_and_holds_something(lent) -> None:
    site, mine, _ = lent
    times = {"opens_at": NOON, "closes_at": NOON + DAY, "reason": "x", "by": ADMIN}
    with pytest.raises(InputRefused, match="no inspector"):
        open_room(site, "reader", Scope(records=(mine,)), **times)
    with pytest.raises(InputRefused, match="no record fits"):
        open_room(site, "inspector", Scope(query="nothing"), **times)
    assert open_room(site, "inspector", Scope(form="BMR-001"), **times).records


def test_the_http_api_shows_an_inspector_nothing(lent) -> None:
    site, mine, _ = lent
    client = TestClient(make_api(site))
    token = sign_in(site, INSPECTOR.user, password_of(INSPECTOR), where="here").token
    client.cookies.set(SESSION_COOKIE, token)
    for path in ("/records", f"/records/{mine}"):
        assert client.get(path).status_code == 403
    client.cookies.set(SESSION_COOKIE, "forged")
    assert client.get("/records").status_code == 401


def test_a_room_of_a_batch_has_all_its_spellings_and_shows_them_to_who_opens_it(site) -> None:
    first = approved(site)
    other = read(site, 1, FakeReader(batch="xb15 2288"))
    read(site, 2, FakeReader(batch="XB15-9999"))
    times = {"opens_at": NOON, "closes_at": NOON + DAY}
    scope = Scope(batch_number="XB15-2288")
    room = open_room(site, "inspector", scope, reason="inspection 7", by=CONTROL, **times)
    there = records_in_room(site, room.number, by=CONTROL)
    assert [(one.record, one.batch_number) for one in there] == [
        (first, "XB15-2288"),
        (other, "xb15 2288"),
    ]
    with pytest.raises(NotAllowed):
        records_in_room(site, room.number, by=INSPECTOR)
    made = batch_file(site, "XB15-2288", by=INSPECTOR)
    assert set(made.records) == {first, other}


def test_everything_about_a_batch_is_one_file_with_a_manifest(lent) -> None:
    site, mine, _ = lent
    made = batch_file(site, "XB15-2288", by=INSPECTOR)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        trail = archive.read(f"{mine} trail.csv").decode("utf-8-sig")
        document = json.loads(archive.read(f"{mine}.json"))
        assert archive.read(f"{mine}.pdf").startswith(b"%PDF")
    assert set(manifest["sha256"]) == set(names) - {"manifest.json"}
    assert "approved" in trail and "L08481V" in trail
    assert document["signatures"][0]["user"] == "approver"


def test_an_inspector_reads_nothing_of_holds_or_of_what_others_looked_at(lent) -> None:
    site, mine, _ = lent
    hold = hold_records(site, Scope(records=(mine,)), "claim 7", proof=proof_of(site, APPROVER))
    other = add_inspector(site, replace(INSPECTOR, user="inspector-2", name="Olga Reis"))
    times = {"opens_at": NOON, "closes_at": NOON + DAY}
    open_room(site, other.user, Scope(records=(mine,)), reason="8", by=CONTROL, **times)
    look_at(site, mine, by=other)
    look_at(site, mine, by=INSPECTOR)
    made = batch_file(site, "XB15-2288", by=INSPECTOR)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        trail = archive.read(f"{mine} trail.csv").decode("utf-8-sig")
    assert "claim 7" not in trail and "hold_placed" not in trail and "inspector-2" not in trail
    assert trail.count("room_record_opened") == 1
    kinds = [one.kind for one in events_for(site, mine, by=APPROVER)]
    assert kinds.count("room_record_opened") == 2 and "hold_placed" in kinds
    assert hold.records == (mine,)


def test_how_often_a_number_stands_is_counted_in_the_room_alone(lent) -> None:
    site, mine, other = lent
    keys = frozenset({as_key("L08481V"), as_key("XB15-9999")})
    with reading(site.engine) as session:
        everywhere = Search(session, search_index(site.engine), Query(), most=10)
        assert count_keys(everywhere, keys).keys() == keys
        inside = replace(everywhere, only=frozenset({other}))
        assert as_key("L08481V") not in count_keys(inside, keys)
        inside = replace(everywhere, only=frozenset({mine}))
        assert count_keys(inside, keys) == {as_key("L08481V"): 1}


def test_a_room_put_in_or_stretched_behind_the_trails_back_is_found(lent) -> None:
    site, _, other = lent
    with site.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE reading_room SET closes_at = '2099-01-01'"))
    sentence = "The reading rooms that the trail tells are not those that stand here."
    assert sentence in {one.sentence for one in verify(site.settings).findings}
    with site.engine.execution_options(writes=True).begin() as connection:
        back = {"at": (NOON + DAY).isoformat(timespec="microseconds")}
        connection.execute(text("UPDATE reading_room SET closes_at = :at"), back)
        add = text("INSERT INTO room_record (room, record) VALUES (1, :record)")
        connection.execute(add, {"record": other})
    assert sentence in {one.sentence for one in verify(site.settings).findings}
