"""Uploads through the API, what is too large or too often, and pages of other sites."""

from dataclasses import replace

import pytest
from api_client import client_of
from record_builders import scan_bytes
from starlette.testclient import TestClient

from pipeline.api import SESSION_COOKIE, make_api
from pipeline.http.frame import Bounds
from pipeline.http.pace import Pace
from pipeline.people import sign_in
from pipeline.site import Site


def test_an_upload_is_kept_and_the_same_bytes_come_once(sqlite_site: Site) -> None:
    client = client_of(sqlite_site)
    files = {"file": ("../a b.png", scan_bytes(), "text/plain")}
    first, again = client.post("/scans", files=files), client.post("/scans", files=files)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["duplicate_of"] is None
    assert again.json()["duplicate_of"] == "a b.png"
    assert first.json()["scan"] == again.json()["scan"]
    assert client.get("/scans/1").json()["state"] == "received"
    assert sqlite_site.files.get(first.json()["sha256"]) == scan_bytes()


def test_a_file_that_is_no_scan_is_kept_with_its_problem(sqlite_site: Site) -> None:
    client = client_of(sqlite_site)
    answer = client.post("/scans", files={"file": ("x.pdf", b"no scan at all")})
    assert answer.status_code == 201
    assert answer.json()["problem"]
    assert client.get("/scans/1").json()["state"] == "refused"


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"file": "text"}},
        {"content": b"{}", "headers": {"content-type": "application/json"}},
        {"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=y"}},
        {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
        {},
    ],
    ids=str,
)
def test_an_upload_without_a_file_is_refused(sqlite_site: Site, sent: dict) -> None:
    answer = client_of(sqlite_site).post("/scans", **sent)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("is_said", [True, False], ids=["announced", "not announced"])
def test_an_upload_that_is_too_large_is_refused_before_it_is_taken(
    sqlite_site: Site, *, is_said: bool
) -> None:
    client = client_of(sqlite_site)
    small = TestClient(Bounds(client.app, largest=5000), headers=client.headers)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + bytes(9000)
    kind = {"content-type": "multipart/form-data; boundary=x"}
    content = body if is_said else iter([body[:4000], body[4000:]])
    assert small.post("/scans", content=content, headers=kind).status_code == 413
    assert client.get("/scans").json()["items"] == []


def test_a_page_of_another_site_can_not_upload_with_somebodys_session(sqlite_site: Site) -> None:
    token = sign_in(sqlite_site, "control", "demo-control-1", where="here").token
    client = TestClient(make_api(sqlite_site), cookies={SESSION_COOKIE: token})
    files = {"file": ("a.png", scan_bytes())}
    headers = {"sec-fetch-site": "cross-site"}
    assert client.post("/scans", files=files, headers=headers).status_code == 403
    assert client.post("/scans", files=files).status_code == 201


def test_a_program_that_runs_wild_is_told_to_wait(sqlite_site: Site) -> None:
    slow = sqlite_site.settings.model_copy(update={"api_per_minute": 3})
    client = client_of(replace(sqlite_site, settings=slow))
    found = [client.get("/me") for _ in range(4)]
    assert [one.status_code for one in found] == [200, 200, 200, 429]
    assert 0 < int(found[-1].headers["retry-after"]) <= 61
    assert found[-1].headers["content-type"] == "application/problem+json"
    guesses = [client.get("/me", headers={"Authorization": "Bearer x"}) for _ in range(4)]
    assert [one.status_code for one in guesses] == [401, 401, 401, 429]


def test_the_pace_counts_anew_after_a_minute() -> None:
    now = [0.0]
    pace = Pace(1, lambda: now[0])
    pace.take("a")
    pace.take("b")
    with pytest.raises(Exception, match="429"):
        pace.take("a")
    now[0] = 60.0
    pace.take("a")
