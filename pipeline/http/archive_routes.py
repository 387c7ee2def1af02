"""The archive: one search over every entry and every alternative reading; and the whole trail."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from pipeline.archive import Hit, search
from pipeline.http import models
from pipeline.http.cursors import next_link, number_of, to_cursor
from pipeline.http.pace import Pace
from pipeline.http.record_routes import Cursor, Limit, Words
from pipeline.http.who import Caller, needs
from pipeline.site import Site
from pipeline.tokens import Scope
from pipeline.trail import TrailQuery, look

FURTHEST_HIT = 10_000
FURTHEST_LINE = 10**15


def archive_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes of the archive."""
    routes = APIRouter(tags=["archive"])
    by_archive = Annotated[Caller, Depends(needs(site, pace, Scope.ARCHIVE))]
    by_trail = Annotated[Caller, Depends(needs(site, pace, Scope.TRAIL))]

    @routes.get("/search")
    def hits(
        request: Request,
        response: Response,
        caller: by_archive,
        q: Annotated[str, Query(max_length=200, description="What to look for.")],
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> models.Hits:
        """What the query finds, most probable first; alternative readings are searched too."""
        start = number_of(cursor, most=FURTHEST_HIT)
        found = search(site, q, limit=start + limit + 1)[start:]
        more = to_cursor(str(start + limit)) if len(found) > limit else None
        if start + limit > FURTHEST_HIT:
            more = None
        items = [_hit(hit) for hit in found[:limit]]
        return models.Hits(items=items, next=next_link(request, response, more))

    @routes.get("/trail", tags=["trail"])
    def trail(
        request: Request,
        response: Response,
        caller: by_trail,
        by: Annotated[str, Query(max_length=200, description="An account.")] = "",
        kind: Words = "",
        record: Words = "",
        since: Annotated[date | None, Query(description="On this day (UTC) or later.")] = None,
        until: Annotated[date | None, Query(description="On this day (UTC) or before.")] = None,
        limit: Limit = 100,
        cursor: Cursor = "",
    ) -> models.Lines:
        """The whole trail, newest first; for roles that may read it on its screen."""
        before = number_of(cursor, most=FURTHEST_LINE)
        query = TrailQuery(by, kind, record, since, until, before)
        found = look(site, query, by=caller.person, limit=limit + 1)
        more = to_cursor(str(found[limit - 1].sequence)) if len(found) > limit else None
        items = [models.Line(**asdict(one)) for one in found[:limit]]
        return models.Lines(items=items, next=next_link(request, response, more))

    return routes


def _hit(hit: Hit) -> models.Hit:
    return models.Hit(
        record=hit.record,
        record_state=hit.state,
        batch_number=hit.batch_number,
        form=hit.form,
        version=hit.version,
        page=hit.page,
        field=hit.field,
        label=hit.label,
        value=hit.value,
        probability=hit.probability,
        matched=hit.matched,
    )
