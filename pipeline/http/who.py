"""Who asks: a session's cookie, or an API token; and for what a token is good.

With an `Authorization` header the cookie is not looked at. A token with the scope still does no
more than its person's role allows: that is decided where it is for the screens, in `pipeline`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Request, Security
from fastapi.exceptions import HTTPException
from fastapi.security import APIKeyCookie, HTTPBearer

from pipeline.accounts import Act, require
from pipeline.errors import NotAllowed, SignInRefused
from pipeline.http.pace import Pace
from pipeline.http.parameters import refuse_unknown
from pipeline.people import Person, person_of
from pipeline.site import Site
from pipeline.tokens import Scope, Token, bearer_of

SESSION_COOKIE = "recordroom_session"
"""The cookie that the sign-in page sets; its token is known to the server by a digest only."""

BEARER = HTTPBearer(
    scheme_name="token",
    bearerFormat="rr_…",
    description="A personal API token, made on the screen Account or with `recordroom token add`.",
    auto_error=False,
)
COOKIE = APIKeyCookie(
    name=SESSION_COOKIE,
    scheme_name="session",
    description="The session of somebody who signed in at /sign-in.",
    auto_error=False,
)
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Caller:
    """Whoever asks. `token` is None for somebody who signed in in a browser."""

    person: Person
    where: str
    token: Token | None = None


def needs(site: Site, pace: Pace, scope: Scope | None) -> Callable[..., Caller]:
    """What gives a route its caller: somebody known, with that scope, and not too often."""

    def caller(
        request: Request,
        _token: Annotated[object, Security(BEARER)],
        _cookie: Annotated[object, Security(COOKIE)],
    ) -> Caller:
        found = _caller(site, pace, request)
        pace.take(f"token {found.token.id}" if found.token else found.person.user)
        require(found.person, Act.LOOK)  # inspectors read in their reading room, and nowhere else
        if found.token is not None and scope is not None and scope not in found.token.scopes:
            raise NotAllowed(f"this token has not the scope {scope.value}", "make one that has it")
        refuse_unknown(request)
        return found

    return caller


def _caller(site: Site, pace: Pace, request: Request) -> Caller:
    host = request.client.host if request.client else "unknown"
    given = request.headers.get("authorization")
    try:
        if given is not None:
            bearer = bearer_of(site, _secret(given))
            where = f"API at {host}, token {bearer.token.name}"
            return Caller(bearer.person, where, bearer.token)
        return Caller(_of_session(site, request), f"API at {host}")
    except SignInRefused:
        pace.take(f"nobody at {host}")
        raise


def _secret(given: str) -> str:
    kind, _, secret = given.partition(" ")
    if kind.lower() != "bearer":
        raise SignInRefused("only Bearer tokens are known here", "send Authorization: Bearer rr_…")
    return secret.strip()


def _of_session(site: Site, request: Request) -> Person:
    person = person_of(site, request.cookies.get(SESSION_COOKIE, ""))
    if person is None or person.must_change_password:
        raise SignInRefused("nobody is signed in", "send an API token, or sign in at /sign-in")
    came_from = request.headers.get("sec-fetch-site", "same-origin")
    if request.method not in SAFE and came_from not in ("same-origin", "none"):
        raise HTTPException(403, "Another site's page sent this; use the page of this site itself")
    return person
