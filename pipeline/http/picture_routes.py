"""Pictures of a record: its pages, and single entries cut out of them, as the screens show them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from pipeline.http import models
from pipeline.http.given import require_given
from pipeline.http.pace import Pace
from pipeline.http.record_routes import FieldName, RecordId
from pipeline.http.who import Caller, needs
from pipeline.pictures import entry_picture, page_picture, pages_of, sharp_picture
from pipeline.site import Site
from pipeline.tokens import Scope

PageNumber = Annotated[int, Path(ge=1, le=10_000, description="The page's number.")]
BYTES = {"schema": {"type": "string", "format": "binary"}}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture.", "content": {"image/jpeg": BYTES, "image/png": BYTES}}
}
PNG_BEGINS = b"\x89PNG"


def picture_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes of a record's pictures."""
    routes = APIRouter(prefix="/records/{record_id}", tags=["pictures"])
    by = Annotated[Caller, Depends(needs(site, pace, Scope.RECORDS))]

    @routes.get("/pages")
    def pages(record_id: RecordId, caller: by) -> list[models.PagePlace]:
        """The pages of the record that there are pictures of."""
        require_given(site, record_id, by=caller.person)
        return [models.PagePlace(**vars(one)) for one in pages_of(site, record_id)]

    @routes.get("/pages/{page}/picture", response_class=Response, responses=PICTURE)
    def page(
        record_id: RecordId,
        page: PageNumber,
        caller: by,
        *,
        sharp: Annotated[bool, Query(description="As sharp as the scan (slower).")] = False,
    ) -> Response:
        """A page, upright."""
        require_given(site, record_id, by=caller.person)
        take = sharp_picture if sharp else page_picture
        return _picture(take(site, record_id, page))

    @routes.get("/entries/{field}/picture", response_class=Response, responses=PICTURE)
    def entry(record_id: RecordId, field: FieldName, caller: by) -> Response:
        """One entry with a little of the form around it."""
        require_given(site, record_id, by=caller.person)
        return _picture(entry_picture(site, record_id, field))

    return routes


def _picture(content: bytes) -> Response:
    is_png = content.startswith(PNG_BEGINS)
    return Response(content, media_type="image/png" if is_png else "image/jpeg")
