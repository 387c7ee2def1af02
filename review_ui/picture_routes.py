"""Pictures by path: a page of a record, a crop of it, a page of a scan, a sample of a signature.

The gate has let a signed-in person through before these answer; who may see which picture,
`pipeline` decides. A picture never changes, so the person's own browser may keep it for a while.
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
from pipeline.people import Person, PersonRole, person_of
from pipeline.pictures import entry_picture, page_picture, sharp_picture
from pipeline.signature_log import sample_picture
from pipeline.site import Site

PNG_BEGINS = b"\x89PNG"


def picture_routes(site: Site) -> list[Route]:
    """The routes below /pictures of this site."""

    async def show_page(request: Request) -> Response:
        record, page = request.path_params["record"], request.path_params["page"]
        return await picture(site, request, partial(page_picture, site, record, page))

    async def show_sharp(request: Request) -> Response:
        record, page = request.path_params["record"], request.path_params["page"]
        return await picture(site, request, partial(sharp_picture, site, record, page))

    async def show_entry(request: Request) -> Response:
        record, field = request.path_params["record"], request.path_params["field"]
        return await picture(site, request, partial(entry_picture, site, record, field))

    async def show_scan_page(request: Request) -> Response:
        scan, page = request.path_params["scan"], request.path_params["page"]
        return await picture(site, request, partial(scan_page_picture, site, scan, page))

    async def show_sample(request: Request) -> Response:
        digest = request.path_params["digest"]
        return await picture(site, request, partial(sample_picture, site, digest))

    return [
        Route("/pictures/scans/{scan:int}/pages/{page:int}", show_scan_page),
        Route("/pictures/signatories/{digest}", show_sample),
        Route("/pictures/{record}/pages/{page:int}", show_page),
        Route("/pictures/{record}/pages/{page:int}/sharp", show_sharp),
        Route("/pictures/{record}/entries/{field}", show_entry),
    ]


def looked_at(site: Site, token: str, take: Callable[..., bytes]) -> tuple[Person, bytes]:
    """The picture, for the person of that session."""
    person = person_of(site, token)
    if person is None:
        raise NotAllowed("nobody is signed in", "sign in first")
    return person, take(by=person)


async def picture(site: Site, request: Request, take: Callable[..., bytes]) -> Response:
    """The picture, or a plain refusal. An inspector's browser keeps none: each look is told."""
    token = request.cookies.get(SESSION_COOKIE, "")
    try:
        person, content = await run_in_threadpool(looked_at, site, token, take)
    except NotAllowed:
        return PlainTextResponse("Your role may not see this picture", status_code=403)
    except (RecordroomError, KeyError):
        return PlainTextResponse("There is no such picture", status_code=404)
    kind = "image/png" if content.startswith(PNG_BEGINS) else "image/jpeg"
    kept = "no-store" if person.role is PersonRole.INSPECTOR else "private, max-age=900"
    return Response(content, media_type=kind, headers={"Cache-Control": kept})
