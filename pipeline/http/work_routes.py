"""What work the records make: corrections and flags, and how long they take to be approved."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from pipeline.handed_out import QUALITY, TURNAROUND, TrendKind, quality_file, turnaround_file
from pipeline.http import trend_models as models
from pipeline.http.attached import file_answer
from pipeline.http.cursors import next_link, number_of, to_cursor
from pipeline.http.pace import Pace
from pipeline.http.record_routes import Cursor, Limit
from pipeline.http.trend_routes import FILE, MEDIA, Since, Until
from pipeline.http.who import Caller, needs
from pipeline.quality import Count, Quality, quality, records_between, turnaround
from pipeline.site import Site
from pipeline.tokens import Scope

FURTHEST = 10**9
AnyForm = Annotated[str, Query(max_length=200, description="The form's number; every form.")]


def work_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes of what work the records make: corrections and flags, and turnaround."""
    routes = APIRouter(tags=["trends"])
    by = Annotated[Caller, Depends(needs(site, pace, Scope.ARCHIVE))]

    @routes.get("/quality")
    def corrections_and_flags(
        request: Request,
        response: Response,
        caller: by,
        form: AnyForm = "",
        since: Since = None,
        until: Until = None,
        limit: Limit = 200,
        cursor: Cursor = "",
    ) -> models.Quality:
        """Corrections and flags by form, step and person, of records received between two days."""
        found = quality(site, records_between(site, form, since, until), by=caller.person)
        begin = number_of(cursor, most=FURTHEST)
        more = next_link(request, response, _after(begin + limit, len(found.counts)))
        part = [_count(found, one) for one in found.counts[begin : begin + limit]]
        return models.Quality(records=found.records, counts=part, next=more)

    @routes.get("/quality/{kind}", response_class=Response, responses=FILE)
    def corrections_and_flags_as_file(
        kind: TrendKind, caller: by, form: AnyForm = "", since: Since = None, until: Until = None
    ) -> Response:
        """All the counts as CSV, or the most frequent as a picture."""
        found = quality(site, records_between(site, form, since, until), by=caller.person)
        content = quality_file(site, found, kind, by=caller.person, where=caller.where)
        return file_answer(f"{QUALITY}.{kind.value}", content, MEDIA[kind])

    @routes.get("/turnaround")
    def time_to_approval(
        request: Request,
        response: Response,
        caller: by,
        form: AnyForm = "",
        since: Since = None,
        until: Until = None,
        limit: Limit = 200,
        cursor: Cursor = "",
    ) -> models.Turnaround:
        """How long each approved record took, of those received between two days.

        The median and what nine of ten took are of all of them, whichever part is asked for.
        """
        found = turnaround(site, records_between(site, form, since, until), by=caller.person)
        begin = number_of(cursor, most=FURTHEST)
        more = next_link(request, response, _after(begin + limit, len(found.spent)))
        part = found.spent[begin : begin + limit]
        return models.Turnaround(
            median_hours=found.median_hours,
            slow_hours=found.slow_hours,
            spent=[models.Spent.model_validate(one) for one in part],
            next=more,
        )

    @routes.get("/turnaround/{kind}", response_class=Response, responses=FILE)
    def time_to_approval_as_file(
        kind: TrendKind, caller: by, form: AnyForm = "", since: Since = None, until: Until = None
    ) -> Response:
        """How long each approved record took, all of them, as CSV or as a picture."""
        found = turnaround(site, records_between(site, form, since, until), by=caller.person)
        content = turnaround_file(site, found, kind, by=caller.person, where=caller.where)
        return file_answer(f"{TURNAROUND}.{kind.value}", content, MEDIA[kind])

    return routes


def _after(end: int, count: int) -> str | None:
    return to_cursor(str(end)) if end < count else None


def _count(found: Quality, one: Count) -> models.Count:
    return models.Count(**vars(one), per_100_records=found.per_100(one))
