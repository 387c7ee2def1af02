"""The archive: one search over every entry and every alternative reading; and the whole trail."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from pipeline.archive import Facet, Hit, SearchQuery, Sort
from pipeline.archive import look as look_in_archive
from pipeline.core.hit_order import Place, place_of
from pipeline.core.query import LONGEST, Problem, as_text, with_value
from pipeline.core.query import Query as ParsedQuery
from pipeline.errors import InputRefused
from pipeline.hits_out import hits_as_csv, hits_as_excel
from pipeline.http import models, search_models
from pipeline.http.attached import TABLE_FILE, TABLE_MEDIA, TableKind, file_answer
from pipeline.http.cursors import from_cursor, next_link, no_cursor, number_of, to_cursor
from pipeline.http.pace import Pace
from pipeline.http.record_routes import Cursor, Limit, Words
from pipeline.http.who import Caller, needs
from pipeline.saved_searches import saved_searches
from pipeline.site import Site
from pipeline.suggest import suggestions
from pipeline.tokens import Scope
from pipeline.trail import TrailQuery, look

FURTHEST_LINE = 10**15
Sought = Annotated[
    str,
    Query(
        max_length=LONGEST, description="What to look for, in the language of the archive's screen."
    ),
]
Order = Annotated[
    Sort,
    Query(
        description="`best`: most probable first; `newest`, `oldest`: by the day of arrival; "
        "`made`: by the day of making; `batch`: by batch number."
    ),
]


MAKE = {TableKind.CSV: hits_as_csv, TableKind.XLSX: hits_as_excel}


def archive_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes of the archive."""
    routes = APIRouter(tags=["archive"])
    by_archive = Annotated[Caller, Depends(needs(site, pace, Scope.ARCHIVE))]
    by_export = Annotated[Caller, Depends(needs(site, pace, Scope.EXPORT))]
    by_trail = Annotated[Caller, Depends(needs(site, pace, Scope.TRAIL))]

    @routes.get("/search")
    def hits(
        request: Request,
        response: Response,
        caller: by_archive,
        q: Sought,
        sort: Order = Sort.BEST,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> search_models.Hits:
        """What the query finds, most probable first; alternative readings are searched too.

        `facets` count the records that are found; the `q` of each value narrows the search down.
        """
        found = look_in_archive(site, SearchQuery(q, sort, size=limit, after=_after(cursor)))
        if found.problem:
            raise InputRefused(*Problem(found.problem).parts)
        more = to_cursor(*found.last.parts()) if found.last else None
        return search_models.Hits(
            items=[_hit(hit) for hit in found.hits],
            next=next_link(request, response, more),
            total=found.total,
            records=found.records,
            is_cut=found.is_cut,
            facets=[_facet(facet, found.query) for facet in found.facets],
        )

    @routes.get("/search/{kind}", response_class=Response, responses=TABLE_FILE)
    def hits_file(
        kind: TableKind, caller: by_export, q: Sought, sort: Order = Sort.BEST
    ) -> Response:
        """The first 500 hits as a file, with the signatures of their records."""
        asked, name = SearchQuery(q, sort), f"hits.{kind.value}"
        content = MAKE[kind](site, asked, name, by=caller.person, where=caller.where)
        return file_answer(name, content, TABLE_MEDIA[kind])

    @routes.get("/suggestions")
    def typing_help(caller: by_archive, q: Sought) -> list[search_models.Suggestion]:
        """At most eight ways to go on with what was typed: fields, and values of the archive."""
        return [search_models.Suggestion(**vars(one)) for one in suggestions(site, q)]

    @routes.get("/searches")
    def kept_searches(caller: by_archive) -> list[search_models.SavedSearch]:
        """The searches that this account keeps under a name."""
        found = saved_searches(site, by=caller.person)
        return [search_models.SavedSearch(**vars(one)) for one in found]

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


def _after(cursor: str) -> Place | None:
    """The place where the part before ended; None for the first part."""
    parts = from_cursor(cursor)
    place = place_of(parts)
    if parts and place is None:
        raise no_cursor()
    return place


def _hit(hit: Hit) -> search_models.Hit:
    return search_models.Hit(
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


def _facet(facet: Facet, query: ParsedQuery) -> search_models.Facet:
    values = [
        search_models.FacetValue(
            value=value, records=count, q=as_text(with_value(query, facet.about, value))
        )
        for value, count in facet.counts
    ]
    return search_models.Facet(about=facet.about, values=values)
