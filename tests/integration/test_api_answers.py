"""How the API answers: lists in parts, what has not changed, and what is wrong, in one sentence."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from api_client import client_of
from record_builders import FakeReader, HandClock
from site_records import READER, approved, do, make_ready, read
from sqlalchemy import update
from sqlmodel import col
from starlette.testclient import TestClient

from pipeline.api import make_api
from pipeline.core.review import Comment, Correct
from pipeline.http.frame import Conditional
from pipeline.site import Site
from pipeline.store.database import writing
from pipeline.store.tables import RecordRow
from pipeline.tokens import Scope, make_token

RECORD_PARTS = ("", "/entries", "/flags", "/trail", "/signatures", "/pages", "/pages/1/picture")


def walk(client: TestClient, address: str) -> Iterator[list]:
    """Every part of a list, by its links."""
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        yield found["items"]
        address = found["next"]
        assert answer.links.get("next", {}).get("url") == address


def names(client: TestClient, address: str) -> list[str]:
    return [one["record"] for part in walk(client, address) for one in part]


@pytest.fixture
def many(site: Site, clock: HandClock) -> tuple[Site, list[str]]:
    """Seven records, the third and fourth received at the same moment, the first approved."""
    found = [approved(site, 0)]
    for n in range(1, 7):
        clock.move(minutes=0 if n == 3 else 5)
        found.append(read(site, n, FakeReader(batch=f"XB15-{n % 2}")))
    return site, found


def test_a_list_in_parts_holds_each_record_once(many) -> None:
    site, records = many
    client = client_of(site)
    for order in ("oldest", "newest", "urgent"):
        whole = names(client, f"/records?order={order}&limit=200")
        assert sorted(whole) == sorted(records)
        for size in (1, 2, 3, 7):
            assert names(client, f"/records?order={order}&limit={size}") == whole


def test_by_arrival_the_order_is_that_of_arrival_and_by_urgency_what_is_done_comes_last(
    many,
) -> None:
    site, records = many
    client = client_of(site)
    oldest = names(client, "/records?order=oldest")
    assert oldest[0] == records[0]
    assert oldest[4:] == records[4:]
    assert names(client, "/records?order=newest") == oldest[::-1]
    assert names(client, "/records")[-1] == records[0]


def test_records_that_arrive_meanwhile_shift_nothing(many, clock: HandClock) -> None:
    site, records = many
    client = client_of(site)
    parts = walk(client, "/records?order=newest&limit=3")
    first = [one["record"] for one in next(parts)]
    clock.move(minutes=5)
    late = read(site, 20)
    rest = [one["record"] for part in parts for one in part]
    assert late not in first + rest
    assert sorted(first + rest) == sorted(records)


@pytest.mark.parametrize("sort", ["best", "newest", "oldest", "made", "batch"])
def test_hits_that_arrive_or_go_meanwhile_show_none_twice_and_leave_none_out(
    site: Site, clock: HandClock, sort: str
) -> None:
    records = [read(site, n, FakeReader(batch=f"XB15-{n % 3}")) for n in range(6)]
    client = client_of(site)
    for size in (1, 3):
        parts = walk(client, f"/search?q=form:BMR-001&sort={sort}&limit={size}")
        first = [one["record"] for one in next(parts)]
        clock.move(minutes=5)
        late = read(site, 20 + size, FakeReader(batch=f"XB15-{size}"))
        with writing(site.engine) as session:  # the very hit after which the next part begins
            session.execute(
                update(RecordRow).where(col(RecordRow.id) == first[-1]).values(form="BMR-9")
            )
        rest = [one["record"] for part in parts for one in part]
        assert len({*first, *rest}) == len(first + rest)
        assert {*records} <= {*first, *rest} <= {*records, late}
        records = [one for one in (*records, late) if one != first[-1]]


FILTERS = [
    ("state=approved", 1),
    ("state=approved&state=in_review", 7),
    ("state=rejected", 0),
    ("batch=XB15-1", 3),
    ("form=BMR-001&version=3", 7),
    ("form=BMR-002", 0),
    ("flag=missing_signature", 6),
    ("flag=page_cut", 0),
    ("text=L08481V", 7),
    ("text=L08481V&state=approved", 1),
    ("text=%25%25", 0),
    ("assigned_to=nobody", 7),
    ("assigned_to=reviewer", 0),
    ("since=2026-03-02&until=2026-03-02", 7),
    ("since=2026-03-03", 0),
    ("until=2026-03-01", 0),
    ("until=9999-12-31&since=0001-01-01", 7),
    ("batch=XB15-1&state=approved", 0),
]


def test_filters_narrow_the_list_down_together(many) -> None:
    client = client_of(many[0])
    found = {asked: len(names(client, f"/records?limit=3&{asked}")) for asked, _ in FILTERS}
    assert found == dict(FILTERS)


def test_hits_scans_and_the_trail_come_in_parts_too(many) -> None:
    client = client_of(many[0])
    for address, key in (("/search?q=L08481V", "record"), ("/scans?", "scan")):
        whole = [one[key] for part in walk(client, f"{address}&limit=200") for one in part]
        parts = [one[key] for part in walk(client, f"{address}&limit=2") for one in part]
        assert parts == whole
        assert len(whole) == 7
    lines = [one["sequence"] for part in walk(client, "/trail?limit=7") for one in part]
    assert lines == [*range(max(lines), 0, -1)]


def test_what_has_not_changed_is_not_sent_again(sqlite_site: Site) -> None:
    record = read(sqlite_site, 0)
    client = client_of(sqlite_site)
    for path in ("/records", *(f"/records/{record}{part}" for part in RECORD_PARTS)):
        first = client.get(path)
        etag = first.headers["etag"]
        for wanted in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            again = client.get(path, headers={"If-None-Match": wanted})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == etag
        assert client.get(path, headers={"If-None-Match": '"other"'}).content == first.content
        assert "no-cache" in first.headers["cache-control"]


def test_a_change_gives_the_record_and_the_list_another_etag(sqlite_site: Site) -> None:
    record = read(sqlite_site, 0)
    client = client_of(sqlite_site)
    before = {path: client.get(path).headers["etag"] for path in ("/records", f"/records/{record}")}
    do(sqlite_site, record, Correct("lot", "L08481V", "a 1"))
    for path, etag in before.items():
        answer = client.get(path, headers={"If-None-Match": etag})
        assert answer.status_code == 200
        assert answer.headers["etag"] != etag


def test_two_people_do_not_share_an_answer(sqlite_site: Site) -> None:
    answer = client_of(sqlite_site).get("/records")
    assert answer.headers["vary"] == "Authorization, Cookie"
    assert answer.headers["cache-control"].startswith("private")


def test_a_table_of_no_record_is_an_empty_table(sqlite_site: Site) -> None:
    client = client_of(sqlite_site)
    for one in ("csv", "xlsx", "parquet"):
        assert client.get(f"/exports/{one}").status_code == 200


def test_a_file_is_never_answered_with_not_changed(sqlite_site: Site) -> None:
    record = approved(sqlite_site)
    answer = client_of(sqlite_site).get(
        f"/records/{record}/exports/json", headers={"If-None-Match": "*"}
    )
    assert answer.status_code == 200
    assert "etag" not in answer.headers
    assert answer.headers["content-disposition"] == f'attachment; filename="{record}.json"'


PROBLEMS = [
    ("/records/no-such", 404, "There is no record no-such; look for it in the search."),
    ("/records/no-such/trail", 404, "There is no record no-such; look for it in the search."),
    ("/records/no-such/exports/pdf", 404, "There is no record no-such; look for it in the"),
    ("/records/{record}/entries/no", 404, "The record {record} has no entry no; look at its"),
    ("/records/{record}/pages/9/picture", 404, "There is no picture of page 9 of the record"),
    ("/records/{record}/exports/doc", 422, "Path format: Input should be 'pdf', 'b2mml'"),
    ("/exports/csv?record=no-such", 404, "No such record is approved: no-such; look at the ids"),
    ("/exports/csv?record={record}", 404, "No such record is approved: {record}; look at the"),
    ("/exports/xlsx?record=no&everything=true", 404, "No such record is there: no; look at the"),
    ("/exports/pdf", 422, "Pdf holds one record a file; take xlsx, csv or parquet for many."),
    ("/scans/99", 404, "There is no scan 99; look at the list of scans."),
    ("/scans/99999999999999999999", 422, "Path scan: Input should be less than"),
    ("/forms/BMR-001/versions/9", 404, "There is no form BMR-001 version 9; look at the list."),
    ("/records?stat=approved", 422, "This address has no parameter stat; it takes state, form,"),
    ("/search?q=x&page=2", 422, "This address has no parameter page; it takes q, sort, limit,"),
    ("/me?a=1", 422, "This address has no parameter a; it takes none."),
    ("/records?limit=0", 422, "Query limit: Input should be greater than or equal to 1."),
    ("/records?limit=1e9", 422, "Query limit: Input should be a valid integer"),
    ("/records?state=no", 422, "Query state 0: Input should be 'received'"),
    ("/records?since=yesterday", 422, "Query since: Input should be a valid date"),
    ("/records?cursor=!!", 422, "The cursor is none of this list; begin the list without a"),
    ("/records?cursor=W10", 422, "The cursor is none of this list"),
    ("/records?cursor=WyJhIl0", 422, "The cursor is none of this list"),
    # ["0001-01-01T00:00:00+14:00", "x"] and ["9999-12-31T23:59:59-14:00", "x"]: in no time of UTC
    (
        "/records?order=oldest&cursor=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwieCJd",
        422,
        "The cursor is none of this list",
    ),
    (
        "/records?order=oldest&cursor=WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTE0OjAwIiwieCJd",
        422,
        "The cursor is none of this list",
    ),
    ("/trail?cursor=WyJhIl0", 422, "The cursor is none of this list"),
    ("/search?q=x&cursor=WyI5OTk5OTk5OTkiXQ", 422, "The cursor is none of this list"),
    ("/search", 422, "Query q: Field required."),
    ("/search?q=" + "x" * 2001, 422, "Query q: String should have at most 2000 characters."),
    ("/search/csv?q=made:yesterday", 422, "“yesterday” is no date"),
    ("/search?q=x&cursor=WyJhIiwiIiwiMCIsIjAiLCJyIiwiZiIsIjEiXQ", 422, "The cursor is none of"),
    ("/search?q=" + "x" * 9000, 414, "The address is longer than 8192 bytes."),
    ("/search?q=a%00b", 400, "The address holds a NUL sign; leave it out."),
    ("/records/%00", 400, "The address holds a NUL sign; leave it out."),
    ("/records/%ff%fe", 404, "There is no record"),
    ("/records/..%2f..%2fetc", 404, "There is nothing at"),
    ("/nothing", 404, "There is nothing at /nothing; /api/docs names all there is."),
]


def test_what_is_wrong_is_a_problem_document_with_one_sentence(site: Site) -> None:
    record = read(site, 0)
    client = client_of(site)
    for path, status, said in PROBLEMS:
        answer = client.get(path.format(record=record))
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["detail"].startswith(said.format(record=record))
        assert problem["detail"].endswith(".")
        assert (problem["type"], problem["status"]) == ("about:blank", status)
        assert problem["title"]


QUERIES = (
    '"', "a OR b*", "NEAR(", "\ufffd", "%", "' --", "\x1b", "𝕏" * 50, "-", "(", "\\", "",
)  # fmt: skip


def test_no_search_is_taken_for_a_query_language(site: Site) -> None:
    read(site, 0)
    client = client_of(site)
    for q in QUERIES:
        assert client.get("/search", params={"q": q}).status_code == 200
        assert client.get("/records", params={"text": q, "batch": q}).status_code == 200


def test_a_method_that_is_not_answered_says_which_are(sqlite_site: Site) -> None:
    answer = client_of(sqlite_site).post("/records")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


def test_a_mistake_of_ours_is_a_problem_too_and_says_nothing_of_the_program(
    sqlite_site: Site, monkeypatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("pipeline.http.record_routes.list_records", broken)
    client = client_of(sqlite_site)
    quiet = TestClient(client.app, headers=client.headers, raise_server_exceptions=False)
    answer = quiet.get("/records")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["detail"].startswith("Something went wrong in Recordroom")


def test_an_answer_in_pieces_gets_one_etag() -> None:
    async def app(_scope, _receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await send({"type": "http.response.body", "body": b"b"})

    answer = TestClient(Conditional(app)).get("/")
    assert (answer.content, len(answer.headers["etag"])) == (b"ab", 34)


def test_the_description_is_whole_and_needs_no_network(sqlite_site: Site) -> None:
    client = TestClient(make_api(sqlite_site), root_path="/api")
    document = client.get("/api/openapi.json").json()
    assert document["servers"] == [{"url": "/api"}]
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
            assert operation["tags"], path
            assert ("401" in operation["responses"]) == (path != "/health")
            if path != "/health":
                assert [*map(list, operation["security"])] == [["token"], ["session"]]
    page = client.get("/api/docs").text
    assert "<script" not in page
    assert "http" not in page.replace("If-None-Match", "")
    assert all(f"<code>/api{path}</code>" in page for path in document["paths"])


def test_a_comment_shows_in_the_records_trail(sqlite_site: Site) -> None:
    record = read(sqlite_site)
    do(sqlite_site, record, Comment(None, "seen"))
    lines = client_of(sqlite_site).get(f"/records/{record}/trail").json()
    assert [one["kind"] for one in lines] == ["received", "read", "commented"]
    assert lines[-1]["reason"] == "seen"


def test_flags_say_whether_they_are_answered(sqlite_site: Site) -> None:
    record = read(sqlite_site)
    client = client_of(sqlite_site)
    before = client.get(f"/records/{record}/flags").json()
    make_ready(sqlite_site, record)
    after = client.get(f"/records/{record}/flags").json()
    assert [one["is_answered"] for one in before] == [False, False]
    assert [(one["flag"], one["is_answered"]) for one in after] == [("missing_signature", True)]


def test_the_queue_says_what_waits_for_whom(many) -> None:
    found = client_of(many[0]).get("/queue").json()
    assert found["counts"]["in_review"] == 6
    assert found["counts"]["approved"] == 1
    assert found["waits"][0]["role"] == "reviewer"


def test_a_day_is_a_day_in_utc(many) -> None:
    client = client_of(many[0])
    later = date(2026, 3, 2) + timedelta(days=1)
    assert client.get(f"/records?until={later}").json()["items"] != []
    assert client.get("/trail?since=2026-03-03").json()["items"] == []


def test_a_scope_is_enough_and_no_more(sqlite_site: Site) -> None:
    token = make_token(sqlite_site, "reader", name="t", scopes=[Scope.ARCHIVE], days=1, by=READER)
    client = TestClient(make_api(sqlite_site), headers={"Authorization": f"Bearer {token.secret}"})
    answer = client.get("/records")
    assert answer.status_code == 403
    assert answer.json()["detail"] == (
        "This token has not the scope read:records; make one that has it."
    )
