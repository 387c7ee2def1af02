"""Pictures by path: a page of a record, and the crop of one of its fields.

The gate has let a signed-in person through before these answer. A picture of a record never
changes, so the person's own browser may keep it for a while.
"""

from collections.abc import Callable
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from extractors.errors import RecordroomError
from pipeline.pictures import entry_picture, page_picture
from pipeline.site import Site

PNG_BEGINS = b"\x89PNG"


def picture_routes(site: Site) -> list[Route]:
    """The routes below /pictures of this site."""

    async def show_page(request: Request) -> Response:
        record, page = request.path_params["record"], request.path_params["page"]
        return await picture(partial(page_picture, site, record, page))

    async def show_entry(request: Request) -> Response:
        record, field = request.path_params["record"], request.path_params["field"]
        return await picture(partial(entry_picture, site, record, field))

    return [
        Route("/pictures/{record}/pages/{page:int}", show_page),
        Route("/pictures/{record}/entries/{field}", show_entry),
    ]


async def picture(take: Callable[[], bytes]) -> Response:
    """The picture, or a plain 404 where there is none."""
    try:
        content = await run_in_threadpool(take)
    except (RecordroomError, KeyError):
        return PlainTextResponse("There is no such picture", status_code=404)
    kind = "image/png" if content.startswith(PNG_BEGINS) else "image/jpeg"
    return Response(content, media_type=kind, headers={"Cache-Control": "private, max-age=900"})
