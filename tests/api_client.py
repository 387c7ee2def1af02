"""A program in front of the HTTP API, with a token of one of a site's people."""

from site_records import ADMIN
from starlette.testclient import TestClient

from pipeline.accounts import Person
from pipeline.api import make_api
from pipeline.site import Site
from pipeline.tokens import make_token, may_hold


def client_of(site: Site, person: Person = ADMIN) -> TestClient:
    """A program with a token of that person."""
    scopes = may_hold(person)
    token = make_token(site, person.user, name="t", scopes=scopes, days=1, by=person)
    return TestClient(make_api(site), headers={"Authorization": f"Bearer {token.secret}"})
