"""Around every route: what no request may be, and answers that need not be sent again.

* A request with a NUL sign in its address, or with more bytes than a scan may have, is refused
  before anything looks at it.
* An answer to a GET carries an ETag, the digest of its bytes; whoever sends it back in
  `If-None-Match` gets a 304 without a body while nothing has changed. Exports carry none: each is
  a line of the trail.
"""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.http.problems import problem

LARGEST_UPLOAD = 500 * 2**20
"""Bytes; the upload desk takes as much."""
AROUND_UPLOAD = 2**20
"""What a multipart body may hold beside the file."""
LONGEST_QUERY = 8192
CACHED = "private, no-cache"
"""The browser or program may keep it, and asks each time whether it still holds."""


class Bounds:
    """Refuses what no request of this API is."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_UPLOAD + AROUND_UPLOAD) -> None:
        self.app = app
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer why not."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        query = scope.get("query_string", b"")
        if "\0" in scope["path"] or b"%00" in query or b"\0" in query:
            refusal = problem(400, "The address holds a NUL sign; leave it out.")
            return await refusal(scope, receive, send)
        if len(query) > LONGEST_QUERY:
            refusal = problem(414, f"The address is longer than {LONGEST_QUERY} bytes.")
            return await refusal(scope, receive, send)
        if _length(Headers(scope=scope)) > self.largest:
            return await problem(413, self._too_large())(scope, receive, send)
        return await self.app(scope, self._counting(receive), send)

    def _counting(self, receive: Receive) -> Receive:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.largest:
                raise HTTPException(413, self._too_large())
            return message

        return counted

    def _too_large(self) -> str:
        return f"More than {self.largest // 2**20} MB; hand the pages in as several scans."


def _length(headers: Headers) -> int:
    given = headers.get("content-length", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else 0


class Conditional:
    """Gives answers their ETag, and leaves out the body that the asker has already."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold an answer to a GET back until its bytes are known."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        held: list[Message] = []
        wanted = Headers(scope=scope).get("if-none-match", "")

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_kept(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                held.append(message)
                if not message.get("more_body", False):
                    await _answer(held, wanted, send)

        return await self.app(scope, receive, hold)


def _is_kept(start: Message) -> bool:
    is_stored = Headers(raw=start["headers"]).get("cache-control", "") != "no-store"
    return start["status"] == 200 and is_stored


async def _answer(held: list[Message], wanted: str, send: Send) -> None:
    start, *parts = held
    body = b"".join(part.get("body", b"") for part in parts)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = MutableHeaders(raw=start["headers"])
    headers["ETag"] = etag
    headers.setdefault("Cache-Control", CACHED)
    headers.add_vary_header("Authorization, Cookie")
    if wanted.strip() == "*" or etag in {
        one.strip().removeprefix("W/") for one in wanted.split(",")
    }:
        for name in ("content-length", "content-type"):
            del headers[name]
        start, body = {**start, "status": 304}, b""
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})
