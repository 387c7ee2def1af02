"""API tokens: what each scope opens to each role, and when a token counts no more."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from record_builders import HandClock, scan_bytes
from site_records import ADMIN, APPROVER, CONTROL, INSPECTOR, READER, REVIEWER, approved, read
from starlette.testclient import TestClient

from pipeline.account_changes import close_account, reset_password, set_role
from pipeline.accounts import Person, PersonRole
from pipeline.api import SESSION_COOKIE, make_api
from pipeline.cli import main
from pipeline.errors import InputRefused, NotAllowed
from pipeline.people import sign_in
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.token_tables import TokenRow
from pipeline.tokens import (
    MOST_TOKENS,
    NewToken,
    Scope,
    bearer_of,
    make_token,
    may_hold,
    revoke_token,
    tokens_of,
)
from pipeline.trail import trail

EVERYBODY = (CONTROL, REVIEWER, APPROVER, READER, ADMIN)
ALL = {one.user for one in EVERYBODY}
OPEN = {"reviewer", "approver", "admin"}
"""Who may take out a record that is not approved."""
APPROVED, UNAPPROVED = "/records/{approved}", "/records/{open}"
PARTS = (
    "", "/entries", "/entries/lot", "/flags", "/signatures", "/trail", "/revisions", "/pages",
    "/pages/1/picture", "/pages/1/picture?sharp=true", "/entries/lot/picture",
)  # fmt: skip
FORMATS = ("pdf", "json", "b2mml", "csv", "xlsx", "parquet")
WEIGHT = "form=BMR-001&parameter=weight"
ROUTES: dict[str, tuple[Scope | None, set[str]]] = {
    "/health": (None, ALL),
    "/me": (None, ALL),
    "/openapi.json": (None, ALL),
    "/docs": (None, ALL),
    "/records": (Scope.RECORDS, ALL),
    **{APPROVED + part: (Scope.RECORDS, ALL) for part in PARTS},
    **{UNAPPROVED + part: (Scope.RECORDS, OPEN) for part in PARTS},
    **{f"{APPROVED}/exports/{one}": (Scope.EXPORT, ALL) for one in FORMATS},
    **{f"{UNAPPROVED}/exports/{one}": (Scope.EXPORT, OPEN) for one in FORMATS},
    "/exports/csv": (Scope.EXPORT, ALL),
    "/exports/xlsx": (Scope.EXPORT, ALL),
    "/exports/parquet": (Scope.EXPORT, ALL),
    "/exports/csv?everything=true": (Scope.EXPORT, OPEN),
    "/search?q=XB15": (Scope.ARCHIVE, ALL),
    "/search/csv?q=XB15": (Scope.EXPORT, ALL),
    "/search/xlsx?q=XB15": (Scope.EXPORT, ALL),
    "/suggestions?q=lo": (Scope.ARCHIVE, ALL),
    "/searches": (Scope.ARCHIVE, ALL),
    "/genealogy/L1": (Scope.ARCHIVE, ALL),
    "/genealogy/L1/recall/csv": (Scope.EXPORT, ALL),
    "/genealogy/L1/recall/xlsx": (Scope.EXPORT, ALL),
    f"/trends?{WEIGHT}": (Scope.ARCHIVE, ALL),
    f"/trends/csv?{WEIGHT}": (Scope.ARCHIVE, ALL),
    f"/trends/png?{WEIGHT}": (Scope.ARCHIVE, ALL),
    "/quality": (Scope.ARCHIVE, ALL),
    "/quality/csv": (Scope.ARCHIVE, ALL),
    "/quality/png": (Scope.ARCHIVE, ALL),
    "/turnaround": (Scope.ARCHIVE, ALL),
    "/turnaround/csv": (Scope.ARCHIVE, ALL),
    "/turnaround/png": (Scope.ARCHIVE, ALL),
    "/trail": (Scope.TRAIL, {"approver", "admin"}),
    "/scans": (Scope.UPLOAD, {"control", "admin"}),
    "/scans/1": (Scope.UPLOAD, {"control", "admin"}),
    "POST /scans": (Scope.UPLOAD, {"control", "admin"}),
    "/forms": (Scope.RECORDS, ALL),
    "/forms/BMR-001/versions/3": (Scope.RECORDS, ALL),
    "/queue": (Scope.RECORDS, ALL),
}
Ask = Callable[[NewToken | None, str], int]


@pytest.fixture
def client(sqlite_site: Site) -> TestClient:
    return TestClient(make_api(sqlite_site))


@pytest.fixture
def ask(sqlite_site: Site, client: TestClient) -> Ask:
    """Asks a route with a token; gives the status."""
    names = {"approved": approved(sqlite_site, 0), "open": read(sqlite_site, 1)}

    def asked(token: NewToken | None, route: str) -> int:
        headers = {"Authorization": f"Bearer {token.secret}"} if token else {}
        method, _, path = route.rpartition(" ")
        files = {"file": ("9.png", scan_bytes(9))} if method else None
        answer = client.request(method or "GET", path.format(**names), headers=headers, files=files)
        return answer.status_code

    return asked


def made(site: Site, person: Person = READER, *scopes: Scope, days: int = 30) -> NewToken:
    wanted = scopes or may_hold(person)
    return make_token(site, person.user, name="a test", scopes=wanted, days=days, by=person)


def secret_of(token: NewToken) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.secret}"}


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda one: one.user)
def test_each_scope_opens_to_each_role_its_own_routes_and_nothing_else(
    sqlite_site: Site, ask: Ask, person: Person
) -> None:
    """All cells: a token with each one scope, of each role, at each route."""
    found: dict[tuple[Scope, str], bool] = {}
    for scope in may_hold(person):
        token = made(sqlite_site, person, scope)
        for route in ROUTES:
            status = ask(token, route)
            assert status in (200, 201, 403), (scope, route, status)
            found[scope, route] = status != 403
    assert found == {
        (scope, route): needed is None or (needed is scope and person.user in allowed)
        for scope in may_hold(person)
        for route, (needed, allowed) in ROUTES.items()
    }


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda one: one.user)
def test_a_session_opens_what_the_role_allows(
    sqlite_site: Site, ask: Ask, client: TestClient, person: Person
) -> None:
    signed_in = sign_in(sqlite_site, person.user, f"demo-{person.user}-1", where="here")
    client.cookies.set(SESSION_COOKIE, signed_in.token)
    found = {route: ask(None, route) != 403 for route in ROUTES}
    assert found == {route: person.user in allowed for route, (_, allowed) in ROUTES.items()}


def test_an_inspector_reads_in_the_reading_room_and_nothing_here(
    sqlite_site: Site, ask: Ask, client: TestClient
) -> None:
    assert may_hold(INSPECTOR) == ()
    token = made(sqlite_site)
    set_role(sqlite_site, READER.user, PersonRole.INSPECTOR, by=ADMIN)
    known_by_all = {"/health", "/openapi.json", "/docs"}
    assert {route for route in ROUTES if ask(token, route) != 401} == known_by_all
    with pytest.raises(NotAllowed):
        made(sqlite_site, INSPECTOR, Scope.RECORDS)
    signed_in = sign_in(sqlite_site, INSPECTOR.user, "demo-inspector-1", where="here")
    client.cookies.set(SESSION_COOKIE, signed_in.token)
    assert {route for route in ROUTES if ask(None, route) != 403} == known_by_all


def test_nobody_without_a_token_or_a_session_is_answered(ask: Ask) -> None:
    found = {route for route in ROUTES if ask(None, route) != 401}
    assert found == {"/health", "/openapi.json", "/docs"}


def test_every_route_of_the_api_stands_in_the_table(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    asked = {
        route.rpartition(" ")[2]
        .partition("?")[0]
        .format(approved="{record_id}", open="{record_id}")
        .replace("/lot", "/{field}")
        .replace("/pages/1", "/pages/{page}")
        .replace("/scans/1", "/scans/{scan}")
        .replace("/genealogy/L1", "/genealogy/{number}")
        .replace("/forms/BMR-001/versions/3", "/forms/{form}/versions/{version}")
        for route in ROUTES
    }
    known = {path.replace("{format}", one) for path in paths for one in FORMATS}
    known = {path.replace("{kind}", one) for path in known for one in ("csv", "xlsx", "png")}
    known -= {"/genealogy/{number}/recall/png", "/trends/xlsx", "/search/png"}
    known -= {"/quality/xlsx", "/turnaround/xlsx"}
    known -= {f"/exports/{one}" for one in ("pdf", "json", "b2mml")}  # one record a file
    assert known - asked == set()


@pytest.mark.parametrize(
    ("person", "scope"),
    [
        (READER, Scope.UPLOAD),
        (READER, Scope.TRAIL),
        (REVIEWER, Scope.UPLOAD),
        (REVIEWER, Scope.TRAIL),
        (APPROVER, Scope.UPLOAD),
        (CONTROL, Scope.TRAIL),
    ],
    ids=lambda one: getattr(one, "user", one),
)
def test_no_token_gets_a_scope_that_the_role_does_not_allow(
    sqlite_site: Site, person: Person, scope: Scope
) -> None:
    assert scope not in may_hold(person)
    with pytest.raises(NotAllowed, match="may not"):
        made(sqlite_site, person, scope)


def test_another_role_ends_the_tokens_that_are_there(sqlite_site: Site, ask: Ask) -> None:
    token = made(sqlite_site, APPROVER, Scope.TRAIL, Scope.RECORDS)
    assert ask(token, "/trail") == 200
    assert ask(token, UNAPPROVED) == 200
    set_role(sqlite_site, "approver", PersonRole.READER, by=ADMIN)
    assert ask(token, "/trail") == 401
    assert ask(token, APPROVED) == 401
    token = made(sqlite_site, APPROVER, Scope.RECORDS)
    assert ask(token, UNAPPROVED) == 403
    assert ask(token, APPROVED) == 200


def test_a_closed_account_closes_its_tokens_at_once(sqlite_site: Site, ask: Ask) -> None:
    token = made(sqlite_site)
    assert ask(token, "/me") == 200
    close_account(sqlite_site, "reader", by=ADMIN)
    assert ask(token, "/me") == 401


def test_a_token_waits_while_its_account_has_a_one_time_password(
    sqlite_site: Site, ask: Ask
) -> None:
    token = made(sqlite_site)
    reset_password(sqlite_site, "reader", by=ADMIN)
    assert ask(token, "/me") == 401


def test_a_revoked_token_counts_no_more(sqlite_site: Site, ask: Ask) -> None:
    token, other = made(sqlite_site), made(sqlite_site)
    revoke_token(sqlite_site, token.token.id, by=READER)
    assert ask(token, "/me") == 401
    assert ask(other, "/me") == 200
    with pytest.raises(InputRefused, match="revoked already"):
        revoke_token(sqlite_site, token.token.id, by=READER)


def test_a_token_ends_by_itself(sqlite_site: Site, ask: Ask, clock: HandClock) -> None:
    token = made(sqlite_site, days=2)
    clock.move(hours=47)
    assert ask(token, "/me") == 200
    clock.move(hours=1)
    assert ask(token, "/me") == 401


@pytest.mark.parametrize("days", [0, -1, 367, 10**12])
def test_no_token_lives_for_ever(sqlite_site: Site, days: int) -> None:
    with pytest.raises(InputRefused, match="1 to 366 days"):
        made(sqlite_site, days=days)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "two\nlines"])
def test_a_token_needs_a_name_that_says_what_it_is_for(sqlite_site: Site, name: str) -> None:
    with pytest.raises(InputRefused, match="needs a name"):
        make_token(sqlite_site, "reader", name=name, scopes=[Scope.RECORDS], days=1, by=READER)


def test_a_token_without_a_scope_is_none(sqlite_site: Site) -> None:
    with pytest.raises(InputRefused, match="at least one scope"):
        make_token(sqlite_site, "reader", name="x", scopes=[], days=1, by=READER)


def test_only_a_digest_is_kept_and_nothing_shows_the_token_again(site: Site) -> None:
    new = made(site)
    assert new.secret.startswith("rr_")
    assert len(new.secret) == 46
    with reading(site.engine) as session:
        row = session.get_one(TokenRow, new.token.id)
        assert row.digest == hashlib.sha256(new.secret.encode()).hexdigest()
        assert new.secret not in repr(row)
    assert new.secret not in repr(new) + repr(tokens_of(site, "reader", by=READER))
    with trail(site) as lines:
        assert [line for line in lines if new.secret in repr(line)] == []


def test_making_and_revoking_are_lines_of_the_trail(site: Site) -> None:
    new = made(site, READER, Scope.ARCHIVE)
    revoke_token(site, new.token.id, by=ADMIN, where="screen")
    with trail(site) as lines:
        told = [(line.kind, line.by, line.new) for line in lines if "token" in line.kind]
    said = "reader: a test (read:archive; until 2026-04-01)"
    assert told == [("token_made", "reader", said), ("token_revoked", "admin", said)]


def test_the_last_use_is_kept_but_not_of_every_request(site: Site, clock: HandClock) -> None:
    new = made(site)
    first = clock()
    bearer_of(site, new.secret)
    clock.move(seconds=30)
    bearer_of(site, new.secret)
    (kept,) = tokens_of(site, "reader", by=READER)
    assert kept.used_at == first
    clock.move(seconds=40)
    bearer_of(site, new.secret)
    (kept,) = tokens_of(site, "reader", by=READER)
    assert kept.used_at == first + timedelta(seconds=70)


def test_nobody_makes_sees_or_revokes_the_tokens_of_others(sqlite_site: Site) -> None:
    new = made(sqlite_site)
    with pytest.raises(NotAllowed):
        make_token(
            sqlite_site, "admin", name="x", scopes=[Scope.RECORDS], days=1, by=READER, where="x"
        )
    with pytest.raises(NotAllowed):
        make_token(sqlite_site, "admin", name="x", scopes=[Scope.RECORDS], days=1, by=READER)
    with pytest.raises(NotAllowed):
        make_token(
            sqlite_site, "reader", name="x", scopes=[Scope.RECORDS], days=1, by=ADMIN, where="x"
        )
    for act in (
        lambda: tokens_of(sqlite_site, "reader", by=REVIEWER),
        lambda: tokens_of(sqlite_site, by=REVIEWER),
        lambda: revoke_token(sqlite_site, new.token.id, by=REVIEWER),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert tokens_of(sqlite_site, by=ADMIN) == (new.token,)
    assert revoke_token(sqlite_site, new.token.id, by=ADMIN).revoked_by == "admin"


def test_an_account_has_only_so_many_tokens(sqlite_site: Site) -> None:
    made_so_far = [made(sqlite_site) for _ in range(MOST_TOKENS)]
    with pytest.raises(InputRefused, match="revoke one"):
        made(sqlite_site)
    revoke_token(sqlite_site, made_so_far[0].token.id, by=READER)
    made(sqlite_site)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer rr_x", "Basic YTpi", "bearer \xff\xfe", "rr_x", "Bearer a b"]
)
def test_a_header_that_is_no_token_is_a_401_even_beside_a_session(
    sqlite_site: Site, client: TestClient, header: str
) -> None:
    signed_in = sign_in(sqlite_site, "reader", "demo-reader-1", where="here")
    client.cookies.set(SESSION_COOKIE, signed_in.token)
    answer = client.get("/me", headers={b"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_me_says_what_the_token_opens(sqlite_site: Site, client: TestClient) -> None:
    token = made(sqlite_site, READER, Scope.ARCHIVE, days=3)
    assert client.get("/me", headers=secret_of(token)).json() == {
        "user": "reader",
        "name": "Rosa Delgado",
        "role": "reader",
        "scopes": ["read:archive"],
        "expires_at": "2026-03-05T12:00:00Z",
    }


def test_what_a_token_takes_out_stands_in_the_trail_with_the_tokens_name(
    sqlite_site: Site, ask: Ask
) -> None:
    assert ask(made(sqlite_site), f"{APPROVED}/exports/json") == 200
    with trail(sqlite_site) as lines:
        (line,) = [line for line in lines if line.kind == "exported"]
    assert (line.by, line.where) == ("reader", "API at testclient, token a test")


def test_the_command_line_makes_lists_and_revokes_tokens(
    sqlite_site: Site, client: TestClient, capsys, monkeypatch
) -> None:
    monkeypatch.setenv("RECORDROOM_SITE", str(sqlite_site.settings.site))
    words = ["token", "add", "reader", "--name", "nightly", "--scope", "read:archive"]
    assert main([*words, "--scope", "export", "--days", "9000"]) == 64
    assert main([*words, "--scope", "export", "--days", "90"]) == 0
    secret = capsys.readouterr().out.strip()
    assert secret.startswith("rr_")
    assert main(["token", "list"]) == 0
    assert main(["token", "list", "--json"]) == 0
    listed = capsys.readouterr().out
    assert "nightly" in listed
    assert '"scopes": ["read:archive", "export"]' in listed
    assert secret not in listed
    assert main(["token", "add", "nobody", "--name", "x", "--scope", "export", "--days", "1"]) == 2
    assert main(["token", "revoke", "1"]) == 0
    assert main(["token", "revoke", "1"]) == 2
    assert client.get("/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
