"""Routes beside the screens: the API, sign-in, pictures, and the gate in front of everything."""

from collections.abc import Iterator

import pytest
from record_builders import FakeReader, HandClock, scan_bytes
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from pipeline.api import SESSION_COOKIE
from pipeline.intake import take
from pipeline.people import PersonRole, add_person, command_line
from pipeline.reading import known_forms, read_leased
from pipeline.site import Site
from pipeline.store.leases import lease_next
from pipeline.trail import trail
from review_ui.gate import Gate
from review_ui.server import routes

PASSWORD = "demo-reviewer-1"
PAGE = {"accept": "text/html"}


@pytest.fixture
def record_id(sqlite_site: Site) -> str:
    """One record in review, read from one scan."""
    site = sqlite_site
    take(site, "012.png", scan_bytes(), by=command_line())
    lease = lease_next(site.engine, site.settings, worker="test", now=site.now())
    assert lease is not None
    assert read_leased(site, lease, FakeReader(), known_forms(site))
    return f"{lease.sha256[:12]}-1"


@pytest.fixture
def browser(sqlite_site: Site) -> Iterator[TestClient]:
    """Somebody in front of the site who has not signed in."""

    async def screen(_request: object) -> PlainTextResponse:
        return PlainTextResponse("a screen")

    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    app = Starlette(
        routes=[
            *routes(sqlite_site),
            Route("/queue", screen),
            WebSocketRoute("/_stcore/stream", talk),
        ],
        middleware=[Middleware(Gate, site=sqlite_site)],
    )
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        yield client


@pytest.fixture
def reviewer(browser: TestClient) -> TestClient:
    """The same, signed in as the reviewer."""
    sign_in(browser)
    return browser


def sign_in(browser: TestClient, user: str = "reviewer", password: str = PASSWORD, **more: str):
    return browser.post("/sign-in", data={"user": user, "password": password, **more})


def test_health_is_open_to_everybody(browser: TestClient) -> None:
    answer = browser.get("/api/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/api/records", "/api/records/abc-1"])
def test_the_api_answers_nobody_without_a_session(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 401
    browser.cookies.set(SESSION_COOKIE, "made-up")
    assert browser.get(path).status_code == 401


def test_the_api_lists_records_with_their_flags(reviewer: TestClient, record_id: str) -> None:
    (found,) = reviewer.get("/api/records").json()["items"]
    assert found["record"] == record_id
    assert found["batch_number"] == "XB15-2288"
    assert found["flags"]["missing_signature"] == 1


def test_the_api_lists_only_the_states_asked_for(reviewer: TestClient, record_id: str) -> None:
    assert reviewer.get("/api/records", params={"state": "approved"}).json()["items"] == []
    assert reviewer.get("/api/records", params={"state": "no such"}).status_code == 422


def test_the_api_gives_a_record_as_the_archive_holds_it(
    reviewer: TestClient, record_id: str
) -> None:
    found = reviewer.get(f"/api/records/{record_id}").json()
    assert found["record_state"] == "in_review"
    assert found["entries"][1]["reading"]["value"] == "L0848N"


def test_a_record_that_is_not_there_is_a_404_with_what_to_do(reviewer: TestClient) -> None:
    answer = reviewer.get("/api/records/no-such")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no record no-such; look for it in the search."


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    browser: TestClient,
) -> None:
    cookie = sign_in(browser).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_behind_https_the_session_cookie_is_secure(browser: TestClient) -> None:
    answer = browser.post(
        "https://localhost/sign-in", data={"user": "reviewer", "password": PASSWORD}
    )
    assert "Secure" in answer.headers["set-cookie"]


def test_signing_in_leads_to_where_one_wanted_to_go(browser: TestClient) -> None:
    wanted = browser.get("/queue?show=All", headers=PAGE)
    assert wanted.status_code == 303
    assert wanted.headers["location"] == "/sign-in?next=%2Fqueue%3Fshow%3DAll"
    page = browser.get(wanted.headers["location"])
    assert 'value="/queue?show=All"' in page.text
    assert sign_in(browser, next="/queue?show=All").headers["location"] == "/queue?show=All"
    assert browser.get("/queue", headers=PAGE).text == "a screen"


def test_a_wrong_password_says_so_and_keeps_the_name(browser: TestClient) -> None:
    answer = sign_in(browser, password="wrong")
    assert answer.status_code == 401
    assert "The name or the password is wrong" in answer.text
    assert 'value="reviewer"' in answer.text
    assert "set-cookie" not in answer.headers


def test_a_name_that_looks_like_a_script_is_shown_as_text(browser: TestClient) -> None:
    answer = sign_in(browser, user='"><script>alert(1)</script>', password="x")
    assert "<script>" not in answer.text


def test_five_wrong_passwords_lock_the_account_for_the_right_one_too(
    browser: TestClient,
) -> None:
    for _ in range(5):
        sign_in(browser, password="wrong")
    answer = sign_in(browser)
    assert answer.status_code == 401
    assert "locked" in answer.text


def test_a_form_sent_by_another_site_is_refused(browser: TestClient) -> None:
    answer = browser.post(
        "/sign-in",
        data={"user": "reviewer", "password": PASSWORD},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403


def test_signing_out_ends_the_session_on_the_server(reviewer: TestClient) -> None:
    token = reviewer.cookies[SESSION_COOKIE]
    assert reviewer.post("/sign-out").headers["location"] == "/sign-in"
    reviewer.cookies.set(SESSION_COOKIE, token)
    assert reviewer.get("/api/records").status_code == 401


def test_an_idle_session_is_over(reviewer: TestClient, clock: HandClock) -> None:
    clock.move(minutes=31)
    assert reviewer.get("/api/records").status_code == 401
    assert reviewer.get("/queue", headers=PAGE).headers["location"].startswith("/sign-in")


def test_a_demonstration_site_says_so_before_anybody_signs_in(browser: TestClient) -> None:
    assert "Demonstration site" in browser.get("/sign-in").text


def test_no_socket_opens_without_a_session(browser: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream"):
        pass


def test_a_socket_opens_with_a_session(reviewer: TestClient) -> None:
    cookie = {"cookie": f"{SESSION_COOKIE}={reviewer.cookies[SESSION_COOKIE]}"}
    with reviewer.websocket_connect("/_stcore/stream", headers=cookie):
        pass


def test_pictures_need_a_session(browser: TestClient, record_id: str) -> None:
    assert browser.get(f"/pictures/{record_id}/pages/1").status_code == 401


def test_pages_and_entries_come_as_pictures(reviewer: TestClient, record_id: str) -> None:
    for path in ("pages/1", "entries/lot"):
        answer = reviewer.get(f"/pictures/{record_id}/{path}")
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"].startswith("private")
        assert answer.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize("path", ["pages/9", "entries/no_such", "entries/..%2f..%2fetc"])
def test_a_picture_that_is_not_there_is_a_404(
    reviewer: TestClient, record_id: str, path: str
) -> None:
    assert reviewer.get(f"/pictures/{record_id}/{path}").status_code == 404


def test_other_sites_can_neither_frame_nor_guess(browser: TestClient) -> None:
    headers = browser.get("/sign-in").headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_a_page_loads_nothing_from_elsewhere_and_runs_no_script_of_a_text(
    browser: TestClient,
) -> None:
    policy = browser.get("/sign-in").headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "default-src 'self'" in policy
    assert "unsafe" not in scripts


def test_a_database_that_can_not_be_reached_is_one_clear_sentence(
    reviewer: TestClient, sqlite_site: Site
) -> None:
    sqlite_site.close()
    (sqlite_site.settings.site / "recordroom.db").unlink()
    answer = reviewer.get("/queue", headers=PAGE)
    assert answer.status_code == 503
    assert answer.text.startswith("The database can't be used")


def test_a_one_time_password_has_to_be_changed_before_anything_else(
    browser: TestClient, sqlite_site: Site
) -> None:
    account = add_person(
        sqlite_site, user="j.miller", name="Jo Miller", role=PersonRole.READER, by=command_line()
    )
    answer = sign_in(browser, "j.miller", account.password)
    assert answer.headers["location"] == "/new-password"
    assert browser.get("/queue", headers=PAGE).headers["location"] == "/new-password"
    assert browser.get("/api/records").status_code == 401
    new = {"old": account.password, "new": "four plain words here", "again": "four plain words"}
    assert "differ" in browser.post("/new-password", data=new).text
    new["again"] = new["new"]
    assert browser.post("/new-password", data=new).headers["location"] == "/"
    assert browser.get("/queue", headers=PAGE).text == "a screen"


def test_a_new_password_that_is_too_short_says_so(reviewer: TestClient, sqlite_site: Site) -> None:
    new = {"old": PASSWORD, "new": "short", "again": "short"}
    answer = reviewer.post("/new-password", data=new)
    assert answer.status_code == 400
    assert "The password has 5 characters" in answer.text


def test_the_trail_keeps_every_sign_in_and_refusal(browser: TestClient, sqlite_site: Site) -> None:
    sign_in(browser, password="wrong")
    sign_in(browser)
    with trail(sqlite_site) as lines:
        kinds = [line.kind for line in lines if line.by == "reviewer"]
    assert kinds[-2:] == ["sign_in_refused", "signed_in"]
