"""The API over many batches: genealogies, trends, counts and turnaround, and a search's facets."""

import csv
import hashlib
import io
import json

import pytest
from api_client import client_of
from batch_records import read_batch
from openpyxl import load_workbook
from PIL import Image
from record_builders import FakeReader
from site_records import APPROVER, READER, approved, do, make_ready, proof_of, read
from starlette.testclient import TestClient

from extractors.values import State
from pipeline.core.review import Correct
from pipeline.http.attached import attachment
from pipeline.http.lot_models import Balance
from pipeline.signing import approve
from pipeline.site import Site
from pipeline.trail import trail

WEIGHT = "form=BMR-001&parameter=weight"
WEIGHTS = ("13.0", "13.2", "12.9", "13.1", "13.3", "13.0", "12.8", "13.1", "13.2", "19.0")


def asked(client: TestClient, address: str) -> dict:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def batch(site: Site, number: int, name: str, used: str) -> str:
    record = read(site, number, FakeReader(batch=name))
    do(site, record, Correct("lot", used, "as written"))
    return record


def test_a_genealogy_names_places_links_and_gaps_in_both_directions(site: Site) -> None:
    first = batch(site, 1, "XB15-0001", "A/7")
    second = batch(site, 2, "XB15-0002", "XB15-0001")
    client = client_of(site, READER)
    found = asked(client, "/genealogy/A%2F7")
    assert found["is_known"]
    assert [(one["number"], one["level"], one["is_batch"]) for one in found["places"]] == [
        ("A/7", 0, False),
        ("XB15-0001", 1, True),
        ("XB15-0002", 2, True),
    ]
    assert [(one["lot_key"], one["batch_key"], one["record"]) for one in found["links"]] == [
        ("a7", "xb150001", first),
        ("xb150001", "xb150002", second),
    ]
    assert {(one["certainty"], one["record_state"]) for one in found["links"]} == {
        ("read", "in_review")
    }
    back = asked(client, "/genealogy/XB15-0002?direction=backward")
    assert [one["number"] for one in back["places"]] == ["XB15-0002", "XB15-0001", "A/7"]
    assert [(one["kind"], one["key"]) for one in back["gaps"]] == [("no_receipt", "a7")]
    assert len(asked(client, "/genealogy/A7?levels=1")["places"]) == 2
    assert not asked(client, "/genealogy/unheard-of")["is_known"]


def test_what_a_reading_may_also_be_is_a_possible_link_with_its_probability(site: Site) -> None:
    record = read(site)
    (link,) = asked(client_of(site), "/genealogy/L08481V")["links"]
    assert (link["certainty"], link["record"], link["field"]) == ("possible", record, "lot")
    assert link["probability"] == pytest.approx(0.2 * 0.99)
    do(site, record, Correct("lot", "", "scribbled over", State.UNREADABLE))
    found = asked(client_of(site), "/genealogy/L08481V")
    assert [(one["record"], one["field"], one["batch"]) for one in found["unread"]] == [
        (record, "lot", "XB15-2288")
    ]
    assert asked(client_of(site), "/genealogy/L08481V?direction=backward")["unread"] == []


def test_a_recall_list_is_a_file_that_the_trail_notes_with_the_token(sqlite_site: Site) -> None:
    batch(sqlite_site, 1, "XB15-0001", "=Łódź 1")
    client = client_of(sqlite_site, READER)
    answer = client.get("/genealogy/%C5%81%C3%B3d%C5%BA 1/recall/csv")
    rows = [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
    assert [(one["batch"], one["lot"]) for one in rows][:1] == [("XB15-0001", "'=Łódź 1")]
    name = "filename*=UTF-8''forward-%C5%81%C3%B3d%C5%BA_1.csv"
    assert answer.headers["content-disposition"] == f"attachment; {name}"
    assert answer.headers["cache-control"] == "no-store"
    excel = client.get("/genealogy/XB15-0001/recall/xlsx?direction=backward")
    assert load_workbook(io.BytesIO(excel.content)).sheetnames == ["Hits", "Numbers"]
    with trail(sqlite_site) as lines:
        told = [(one.by, one.where) for one in lines if one.kind == "exported"]
    assert told == [("reader", "API at testclient, token t")] * 2


def test_a_name_that_is_no_plain_text_is_written_so_that_nothing_breaks_out_of_it() -> None:
    assert attachment("a-1.csv") == 'attachment; filename="a-1.csv"'
    assert attachment('a"\r\nX: y.csv') == "attachment; filename*=UTF-8''a%22%0D%0AX%3A%20y.csv"


def test_a_trend_has_points_with_their_records_limits_and_broken_rules(site: Site) -> None:
    records = [read_batch(site, n, weight=weight) for n, weight in enumerate(WEIGHTS, start=1)]
    do(site, read_batch(site, 99), Correct("weight", "", "blank", State.BLANK))
    client = client_of(site, READER)
    found = asked(client, f"/trends?{WEIGHT}")
    points = found["points"]
    assert [one["record"] for one in points] == records
    assert [one["as_written"] for one in points] == [*WEIGHTS]
    assert {one["field"] for one in points} == {"weight"}
    assert [place for place, one in enumerate(points) if 1 in one["rules"]] == [9]
    assert [one["moving_range"] for one in points][:2] == [None, pytest.approx(0.2)]
    assert found["chart"]["individuals"]["centre"] == pytest.approx(13.66)
    assert found["chart"]["is_trial"]
    assert (found["form_low"], found["form_high"], found["unit"]) == (None, 20.0, "kg")
    assert (found["newest_version"], found["has_other_limits"]) == ("3", False)
    assert {one["day_from"] for one in points} == {"received"}
    assert found["left_out"] == {"blank": 1}
    assert asked(client, f"/trends?{WEIGHT}&from=2026-03-03")["points"] == []
    assert len(asked(client, f"/trends?{WEIGHT}&until=2026-03-02")["points"]) == 10


def test_capability_is_told_of_thirty_batches_and_more(sqlite_site: Site) -> None:
    for number in range(30):
        read_batch(sqlite_site, number, weight=WEIGHTS[number % 9])
    found = asked(client_of(sqlite_site), f"/trends?{WEIGHT}")["capability"]
    assert (found["count"], found["cp"]) == (30, None)
    assert found["ppk_low"] < found["ppk"] < found["ppk_high"]


def test_a_trend_is_csv_and_a_picture_too_and_the_trail_says_who_took_it(sqlite_site: Site) -> None:
    for number, weight in enumerate(WEIGHTS, start=1):
        read_batch(sqlite_site, number, weight=weight)
    client = client_of(sqlite_site, READER)
    table = client.get(f"/trends/csv?{WEIGHT}")
    rows = [*csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))]
    assert [one["as_written"] for one in rows] == [*WEIGHTS]
    assert table.headers["content-disposition"] == 'attachment; filename="BMR-001-weight.csv"'
    picture = client.get(f"/trends/png?{WEIGHT}")
    assert Image.open(io.BytesIO(picture.content)).size[0] > 2000
    with trail(sqlite_site) as lines:
        taken = [one for one in lines if one.kind == "exported"]
    assert [(one.by, one.reason) for one in taken] == [
        ("reader", "BMR-001-weight.csv"),
        ("reader", "BMR-001-weight.png"),
    ]
    for one, answer in zip(taken, (table, picture), strict=True):
        assert one.where.startswith("API at ")
        assert one.new == hashlib.sha256(answer.content).hexdigest()
        assert "repr-digest" in answer.headers and "etag" not in answer.headers
    for path in (f"/trends?{WEIGHT}", "/quality", "/genealogy/L1"):
        etag = client.get(path).headers["etag"]
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_corrections_flags_and_turnaround_are_counted(site: Site) -> None:
    record = approved(site)
    client = client_of(site, READER)
    found = asked(client, "/quality")
    counts = {(one["step"], one["person"], one["what"]): one for one in found["counts"]}
    corrected = counts["", "reviewer", "corrected at the desk"]
    assert (found["records"], corrected["count"], corrected["per_100_records"]) == (1, 1, 100)
    assert asked(client, "/quality?form=BMR-001&from=2026-03-03") == {
        "records": 0,
        "counts": [],
        "next": None,
    }
    spent = asked(client, "/turnaround")
    assert (spent["median_hours"], spent["slow_hours"]) == (0, 0)
    assert [(one["record"], one["hours"]) for one in spent["spent"]] == [(record, 0)]
    none = {"median_hours": None, "slow_hours": None, "spent": [], "next": None}
    assert asked(client, "/turnaround?until=2026-03-01") == none


def approved_batch(site: Site, number: int) -> str:
    record = read(site, number, FakeReader(batch=f"XB15-000{number}"))
    seen = make_ready(site, record)
    approve(site, record, "approved for release", proof=proof_of(site, APPROVER), seen=seen)
    return record


def test_counts_and_turnaround_come_in_parts_and_whole_as_files(sqlite_site: Site) -> None:
    records = [approved_batch(sqlite_site, number) for number in range(3)]
    client = client_of(sqlite_site, READER)
    whole = asked(client, "/quality")["counts"]
    address, walked = "/quality?limit=1", []
    while address:
        part = asked(client, address)
        assert len(part["counts"]) == 1
        walked += part["counts"]
        address = part["next"] and part["next"].removeprefix("/api")
    assert walked == whole
    assert len(whole) > 1
    first = asked(client, "/turnaround?limit=2")
    assert [one["record"] for one in first["spent"]] == records[:2]
    last = asked(client, first["next"].removeprefix("/api"))
    assert ([one["record"] for one in last["spent"]], last["next"]) == (records[2:], None)
    assert last["median_hours"] == first["median_hours"]
    for name, rows in (("quality", len(whole)), ("turnaround", 3)):
        table = client.get(f"/{name}/csv")
        assert len([*csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))]) == rows
        picture = client.get(f"/{name}/png")
        assert Image.open(io.BytesIO(picture.content)).size[0] > 2000
        with trail(sqlite_site) as lines:
            taken = [one for one in lines if one.kind == "exported"][-2:]
        digests = [hashlib.sha256(answer.content).hexdigest() for answer in (table, picture)]
        assert [one.new for one in taken] == digests
        assert {one.by for one in taken} == {"reader"}


def test_a_search_counts_by_facets_each_with_the_query_that_narrows_it(site: Site) -> None:
    first = approved(site, 0)
    other = read(site, 1, FakeReader(batch="XB15-0001"))
    client = client_of(site, READER)
    found = asked(client, "/search?q=form:BMR-001&limit=1")
    assert (found["total"], found["records"], len(found["items"])) == (2, 2, 1)
    (states,) = [one for one in found["facets"] if one["about"] == "state"]
    narrowed = {one["value"]: (one["records"], one["q"]) for one in states["values"]}
    assert narrowed == {
        "approved": (1, "form:BMR-001 state:approved"),
        "in_review": (1, "form:BMR-001 state:in_review"),
    }
    answer = client.get("/search", params={"q": narrowed["in_review"][1]}).json()
    assert {one["record"] for one in answer["items"]} == {other}
    by_batch = asked(client, "/search?q=form:BMR-001&sort=batch")["items"]
    assert [one["record"] for one in by_batch] == [other, first]


PROBLEMS = [
    ("/search?q=lot:", 422, "Nothing stands after “lot:”; write a lot or a part of one"),
    ("/search?q=-flag:correction", 422, "The search says only what to leave out"),
    ("/search?q=made:yesterday", 422, "“yesterday” is"),
    ("/search?q=x&sort=worst", 422, "Query sort: Input should be 'best'"),
    ("/genealogy/---", 422, "A genealogy begins with a number; give a lot or batch number."),
    ("/genealogy/", 422, "A genealogy begins with a number"),
    ("/genealogy/L1?levels=0", 422, "Query levels: Input should be greater"),
    ("/genealogy/L1?levels=1000000", 422, "Query levels: Input should be less"),
    ("/genealogy/L1?direction=up", 422, "Query direction: Input should be 'forward'"),
    ("/genealogy/L%00", 400, "The address holds a NUL sign"),
    ("/genealogy/" + "x" * 201, 422, "Path number: String should have at most 200"),
    ("/genealogy/L1/recall/pdf", 422, "Path kind: Input should be 'csv' or 'xlsx'"),
    ("/trends", 422, "Query form: Field required."),
    ("/trends?form=BMR-9&parameter=weight", 422, "The site has no form BMR-9; look at"),
    ("/trends?form=BMR-001&parameter=lot", 422, "Form BMR-001 has no number or time called lot;"),
    ("/trends?form=BMR-001&parameter=a%00", 400, "The address holds a NUL sign"),
    (f"/trends?{WEIGHT}&from=soon", 422, "Query from: Input should be a valid date"),
    (f"/trends/png?{WEIGHT}", 422, "There is no point to draw; take other days, or another"),
    (f"/trends/pdf?{WEIGHT}", 422, "Path kind: Input should be 'csv' or 'png'"),
    ("/quality?form=BMR-9", 404, "There is no form BMR-9; look at the list of forms."),
    ("/turnaround?form=BMR-9", 404, "There is no form BMR-9; look at the list of forms."),
    ("/quality?form=BMR-9&limit=5", 404, "There is no form BMR-9; look at the list of forms."),
    ("/quality?cursor=x", 422, "The cursor is none of this list"),
    ("/turnaround?limit=0", 422, "Query limit: Input should be greater"),
    ("/quality/xlsx", 422, "Path kind: Input should be 'csv' or 'png'"),
    ("/turnaround/png", 422, "No record was approved; take other days, or another form."),
    ("/quality/csv?form=BMR-9", 404, "There is no form BMR-9; look at the list of forms."),
    ("/turnaround?until=2026-13-01", 422, "Query until: Input should be a valid date"),
]


def test_what_can_not_be_asked_is_a_problem_with_one_sentence(site: Site) -> None:
    client = client_of(site, READER)
    for path, status, said in PROBLEMS:
        answer = client.get(path)
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].startswith(said), answer.text


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_does_not_know_is_null(number: float) -> None:
    wrong = dict.fromkeys(("there", "went_in", "used", "rest", "possible"), number)
    said = Balance(unit="kg", **wrong).model_dump_json()
    assert json.loads(said) == {"unit": "kg", "material": ""} | dict.fromkeys(wrong)
