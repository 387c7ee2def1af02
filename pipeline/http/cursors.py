"""Where the next part of a list begins: an opaque word in its address, and the link to it."""

import base64
import binascii
import json
from urllib.parse import quote, urlencode

from fastapi import Request, Response

from pipeline.errors import InputRefused

LONGEST_CURSOR = 2000


def to_cursor(*place: str) -> str:
    """The place where a part ended, as one word."""
    said = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def from_cursor(cursor: str) -> tuple[str, ...]:
    """The place of a cursor, nothing for none; InputRefused where it is no cursor of ours."""
    if not cursor:
        return ()
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        said = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        place = json.loads(said.decode("utf-8"))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise no_cursor() from error
    is_place = isinstance(place, list) and 0 < len(place) <= 8
    if not is_place or not all(isinstance(part, str) and "\0" not in part for part in place):
        raise no_cursor()
    if any("\ud800" <= sign <= "\udfff" for part in place for sign in part):
        raise no_cursor()
    return tuple(place)


def number_of(cursor: str, *, most: int) -> int:
    """The place of a cursor that is one number; 0 for none."""
    place = from_cursor(cursor)
    if not place:
        return 0
    (text, *more) = place
    if more or not (text.isascii() and text.isdigit() and len(text) <= 18) or int(text) > most:
        raise no_cursor()
    return int(text)


def no_cursor() -> InputRefused:
    """The refusal of a cursor that is none."""
    return InputRefused("the cursor is none of this list", "begin the list without a cursor")


def next_link(request: Request, response: Response, cursor: str | None) -> str | None:
    """The address of the next part, in the answer's `Link` header too; None where there is none."""
    if cursor is None:
        return None
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    path = quote(request.scope["path"], safe="/")
    link = f"{path}?{urlencode([*kept, ('cursor', cursor)])}"
    response.headers["Link"] = f'<{link}>; rel="next"'
    return link
