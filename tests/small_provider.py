"""A small OpenID Connect provider for the tests: real HTTP, real keys, and every way to be wrong.

It has a sign-in page for people and browsers, keeps them signed in with a cookie of its own, and
checks what a provider has to check of its client: redirect, secret, PKCE, each code once.
"""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
import uvicorn
from fastapi import FastAPI, Form, Header, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "recordroom", "a secret of the client"
SESSION = "provider_session"
FORM = """<!doctype html><title>Company sign-in</title><h1>Company sign-in</h1>
<form method="post" action="/login"><input type="hidden" name="query" value="{query}">
<label>Company user <input name="user"></label>
<label>Company password <input name="password" type="password"></label>
<button>Let me in</button></form>"""


@dataclass
class SmallProvider:
    """The provider's people, keys and codes; `claims` and what follows makes it go wrong."""

    issuer: str = ""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    algorithm: str = "RS256"
    heeds_prompt: bool = True
    takes_codes_twice: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    sessions: dict[str, tuple[str, int]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def token(self, code: dict[str, str]) -> str:
        """The identity token for whoever the code stands for."""
        now = int(self.now().timestamp())
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": code["nonce"],
            "auth_time": int(code["auth_time"]),
            **self.people[code["user"]],
            **self.claims,
        }
        said = {name: value for name, value in said.items() if name not in self.left_out}
        header = {"alg": self.algorithm, "kid": "one"}
        if self.algorithm == "none":
            parts = [base64url(_json(part)) for part in ({"alg": "none"}, said)]
            return ".".join([*parts, ""])
        if self.algorithm == "HS256":
            key: Any = OctKey.import_key(SECRET)
            return jwt.encode(header, said, key, algorithms=["HS256"])
        return jwt.encode(header, said, self.key)

    def code_for(self, user: str, query: dict[str, str], auth_time: int) -> str:
        """Where the browser goes back to, with a new code."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**query, "user": user, "auth_time": str(auth_time)}
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"


def make_app(provider: SmallProvider) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def described() -> dict[str, Any]:
        return {
            "issuer": provider.issuer,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "jwks_uri": f"{provider.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [(provider.published or provider.key).as_dict(private=False)]}

    @app.get("/authorize")
    def authorize(request: Request) -> Any:
        query = dict(request.query_params)
        provider.asked.append(query)
        known = provider.sessions.get(request.cookies.get(SESSION, ""))
        is_asked = query.get("prompt") == "login" and provider.heeds_prompt
        if known and not is_asked:
            return RedirectResponse(provider.code_for(known[0], query, known[1]), 303)
        return HTMLResponse(FORM.format(query=html.escape(str(request.url.query), quote=True)))

    @app.post("/login")
    def login(
        user: Annotated[str, Form()],
        password: Annotated[str, Form()],
        query: Annotated[str, Form()],
    ) -> Any:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if user not in provider.people or password != f"company-{user}":
            back = {"error": "access_denied", "state": asked["state"]}
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)
        at, session = int(provider.now().timestamp()), secrets.token_urlsafe(8)
        provider.sessions[session] = (user, at)
        answer = RedirectResponse(provider.code_for(user, asked, at), 303)
        answer.set_cookie(SESSION, session, httponly=True)
        return answer

    @app.post("/token")
    def token(
        grant_type: Annotated[str, Form()],
        code: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        authorization: Annotated[str, Header()],
    ) -> Any:
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        found = provider.codes.get(code)
        if not provider.takes_codes_twice:
            provider.codes.pop(code, None)
        challenge = base64url(hashlib.sha256(code_verifier.encode()).digest())
        is_right = (
            grant_type == "authorization_code"
            and authorization == f"Basic {known}"
            and found is not None
            and found["redirect_uri"] == redirect_uri
            and found["code_challenge"] == challenge
        )
        if not is_right or found is None:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return {
            "access_token": secrets.token_urlsafe(8),
            "token_type": "Bearer",
            "id_token": provider.token(found),
        }

    return app


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


@contextmanager
def running(provider: SmallProvider) -> Iterator[SmallProvider]:
    """The provider, answering on a free port of this machine."""
    server = uvicorn.Server(
        uvicorn.Config(make_app(provider), host="127.0.0.1", port=0, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.issuer = f"http://127.0.0.1:{port}"
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(20)


@dataclass
class Visitor:
    """Somebody's browser, as far as the provider sees it: it keeps the provider's cookie."""

    browser: requests.Session = field(default_factory=requests.Session)

    def goes_to(self, address: str, user: str, password: str = "") -> dict[str, str]:
        """Goes to the provider, signs in where it asks, and gives what comes back from there."""
        answer = self.browser.get(address, allow_redirects=False, timeout=10)
        if answer.status_code == 200:
            place = urlsplit(address)
            answer = self.browser.post(
                f"{place.scheme}://{place.netloc}/login",
                data={
                    "user": user,
                    "password": password or f"company-{user}",
                    "query": place.query,
                },
                allow_redirects=False,
                timeout=10,
            )
        assert answer.status_code == 303, answer.text
        back = urlsplit(answer.headers["location"])
        return {name: values[0] for name, values in parse_qs(back.query).items()}
