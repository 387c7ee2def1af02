"""Who may pass: everything but the sign-in page needs a session that the server still knows.

The gate stands in front of Streamlit, so that nobody without a session gets as far as a
WebSocket or an upload. The HTTP API under /api answers for itself.
"""

from contextlib import suppress
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose, WebSocketDisconnected

from extractors.errors import RecordroomError
from pipeline.api import SESSION_COOKIE
from pipeline.people import Person, person_of
from pipeline.site import Site
from review_ui.answer_headers import headers_of_answers
from review_ui.parts.words import sentence

SIGN_IN = "/sign-in"
TO_PROVIDER = "/sign-in/provider"
NEW_PASSWORD = "/new-password"
OPEN_TO_ALL = (SIGN_IN, "/sign-out", "/look/", "/api", "/static/", "/_stcore/health", "/favicon")
WITHOUT_NEW_PASSWORD = (NEW_PASSWORD,)


class Gate:
    """Lets a signed-in person through, and sends everybody else to the sign-in page."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass, redirect or refuse one connection."""
        if scope["type"] == "lifespan" or is_under(scope["path"], OPEN_TO_ALL):
            return await self.app(scope, receive, with_headers(send))
        connection = HTTPConnection(scope)
        try:
            person = await self.who(connection)
        except RecordroomError as error:
            refusal = PlainTextResponse(sentence(error), status_code=503)
            return await refusal(scope, receive, with_headers(send))
        if person and may_pass(person, scope["path"]):
            with suppress(WebSocketDisconnected):  # the browser went away in mid-sentence
                await self.app(scope, receive, with_headers(send))
            return None
        if scope["type"] == "websocket":
            return await WebSocketClose(1008, "Sign in first")(scope, receive, send)
        return await answer(connection, person)(scope, receive, with_headers(send))

    async def who(self, connection: HTTPConnection) -> Person | None:
        """Whoever the session's cookie belongs to, if the server still knows it."""
        token = connection.cookies.get(SESSION_COOKIE, "")
        return await run_in_threadpool(person_of, self.site, token) if token else None


def is_under(path: str, prefixes: tuple[str, ...]) -> bool:
    """Whether the path is one of these, or lies below one that ends in a slash."""
    return any(
        path == prefix or path.startswith(prefix if prefix.endswith("/") else prefix + "/")
        for prefix in prefixes
    )


def may_pass(person: Person, path: str) -> bool:
    """Whoever still has a one-time password may only choose a new one."""
    return not person.must_change_password or is_under(path, WITHOUT_NEW_PASSWORD)


def answer(connection: HTTPConnection, person: Person | None) -> ASGIApp:
    """Where to go instead: a page to a page, a plain refusal to a program or a picture."""
    if "text/html" not in connection.headers.get("accept", ""):
        return PlainTextResponse("Sign in first", status_code=401)
    if person:
        return RedirectResponse(NEW_PASSWORD, status_code=303)
    wanted = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
    there = "" if wanted == "/" else f"?next={quote(wanted, safe='')}"
    return RedirectResponse(SIGN_IN + there, status_code=303)


def with_headers(send: Send) -> Send:
    """Adds to every answer what keeps other sites from framing it or guessing its type."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in headers_of_answers().items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
