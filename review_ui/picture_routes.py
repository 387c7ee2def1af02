"""Pictures by path: a page of a record, a crop of it, a page of a scan, a sample of a signature.

The gate has let a signed-in person through before these answer; whose role may see the pages of
scans, `pipeline` decides. A picture never changes, so the person's own browser may keep it for a
while.
"""

from collections.abc import Callable
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from extractors.errors import RecordroomError
from pipeline.api import SESSION_COOKIE
from pipeline.errors import NotAllowed
from pipeline.page_pictures import scan_page_picture
from pipeline.people import person_of
from pipeline.pictures import entry_picture, page_picture, sharp_picture
from pipeline.signature_log import sample_picture
from pipeline.site import Site

PNG_BEGINS = b"\x89PNG"


def picture_routes(site: Site) -> list[Route]:
    """The routes below /pictures of this site."""

    async def show_page(request: Request) -> Response:
        record, page = request.path_params["record"], request.path_params["page"]
        return await picture(partial(page_picture, site, record, page))

    async def show_sharp(request: Request) -> Response:
        record, page = request.path_params["record"], request.path_params["page"]
        return await picture(partial(sharp_picture, site, record, page))

    async def show_entry(request: Request) -> Response:
        record, field = request.path_params["record"], request.path_params["field"]
        return await picture(partial(entry_picture, site, record, field))

    async def show_scan_page(request: Request) -> Response:
        scan, page = request.path_params["scan"], request.path_params["page"]
        token = request.cookies.get(SESSION_COOKIE, "")
        return await picture(partial(scan_page, site, token, scan, page))

    async def show_sample(request: Request) -> Response:
        return await picture(partial(sample_picture, site, request.path_params["digest"]))

    return [
        Route("/pictures/scans/{scan:int}/pages/{page:int}", show_scan_page),
        Route("/pictures/signatories/{digest}", show_sample),
        Route("/pictures/{record}/pages/{page:int}", show_page),
        Route("/pictures/{record}/pages/{page:int}/sharp", show_sharp),
        Route("/pictures/{record}/entries/{field}", show_entry),
    ]


def scan_page(site: Site, token: str, scan: int, page: int) -> bytes:
    """A page of a scan, for the person of that session."""
    person = person_of(site, token)
    if person is None:
        raise NotAllowed("nobody is signed in", "sign in first")
    return scan_page_picture(site, scan, page, by=person)


async def picture(take: Callable[[], bytes]) -> Response:
    """The picture, or a plain 404 where there is none."""
    try:
        content = await run_in_threadpool(take)
    except NotAllowed:
        return PlainTextResponse("Your role may not see this picture", status_code=403)
    except (RecordroomError, KeyError):
        return PlainTextResponse("There is no such picture", status_code=404)
    kind = "image/png" if content.startswith(PNG_BEGINS) else "image/jpeg"
    return Response(content, media_type=kind, headers={"Cache-Control": "private, max-age=900"})
