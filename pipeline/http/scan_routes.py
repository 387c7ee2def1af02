"""Scans: handed in as on the upload desk, kept byte for byte, and what became of them."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Path, Query, Request, Response, UploadFile

from pipeline.accounts import Act, require
from pipeline.errors import NotThere
from pipeline.http import models
from pipeline.http.cursors import next_link, number_of, to_cursor
from pipeline.http.pace import Pace
from pipeline.http.record_routes import Cursor, Limit
from pipeline.http.who import Caller, needs
from pipeline.intake import ScanState, scan_progress, scans, take
from pipeline.site import Site
from pipeline.tokens import Scope

FURTHEST_SCAN = 2**31 - 1
ScanNumber = Annotated[int, Path(ge=1, le=FURTHEST_SCAN, description="The scan's number.")]
CAME_BEFORE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The same bytes came before.", "model": models.Receipt}
}


def scan_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes below /scans; for roles that have the upload desk."""
    routes = APIRouter(prefix="/scans", tags=["scans"])
    by = Annotated[Caller, Depends(needs(site, pace, Scope.UPLOAD))]

    @routes.post("", status_code=201, responses=CAME_BEFORE)
    def upload(
        caller: by,
        response: Response,
        file: Annotated[UploadFile, File(description="PDF, TIFF, PNG or JPEG, up to 500 MB.")],
    ) -> models.Receipt:
        """Hand in one scan. A file that can't be read is kept too, with the `problem`."""
        require(caller.person, Act.UPLOAD)
        content, name = file.file.read(), file.filename or "unnamed"
        receipt = take(site, name, content, by=caller.person, where=caller.where)
        if receipt.duplicate_of is not None:
            response.status_code = 200
        return models.Receipt(**asdict(receipt))

    @routes.get("")
    def all_scans(
        request: Request,
        response: Response,
        caller: by,
        state: Annotated[list[ScanState] | None, Query(max_length=5)] = None,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> models.Scans:
        """The scans in these states (all, where none is named), those that came last first."""
        require(caller.person, Act.UPLOAD)
        before = number_of(cursor, most=FURTHEST_SCAN)
        found = scans(site, states=state or tuple(ScanState), limit=limit + 1, before=before)
        more = to_cursor(str(found[limit - 1].scan)) if len(found) > limit else None
        items = [models.Scan(**asdict(one)) for one in found[:limit]]
        return models.Scans(items=items, next=next_link(request, response, more))

    @routes.get("/{scan}")
    def one_scan(scan: ScanNumber, caller: by) -> models.Scan:
        """How far a scan is; `records` are those that were read from it."""
        require(caller.person, Act.UPLOAD)
        for one in scan_progress(site, [scan]):
            return models.Scan(**asdict(one))
        raise NotThere(f"there is no scan {scan}", "look at the list of scans")

    return routes
