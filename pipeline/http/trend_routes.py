"""Trends: a parameter over batches."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from pipeline.core.trend import Point, Trend
from pipeline.handed_out import TrendKind, trend_file, trend_name
from pipeline.http import trend_models as models
from pipeline.http.attached import file_answer
from pipeline.http.pace import Pace
from pipeline.http.picture_routes import BYTES
from pipeline.http.who import Caller, needs
from pipeline.site import Site
from pipeline.tokens import Scope
from pipeline.trends import Asked, trend

MEDIA = {TrendKind.CSV: "text/csv", TrendKind.PNG: "image/png"}
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file. `Repr-Digest` has its SHA-256, which the trail keeps.",
        "content": dict.fromkeys(MEDIA.values(), BYTES),
    }
}
FormNumber = Annotated[str, Query(max_length=200, description="The form's number.")]
Parameter = Annotated[
    str, Query(max_length=200, description="The field's name on the form: a number or a time.")
]
Since = Annotated[date | None, Query(alias="from", description="On this day or later.")]
Until = Annotated[date | None, Query(description="On this day or before.")]


def trend_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes that look over many batches."""
    routes = APIRouter(tags=["trends"])
    by = Annotated[Caller, Depends(needs(site, pace, Scope.ARCHIVE))]

    @routes.get("/trends")
    def parameter_over_batches(
        caller: by, form: FormNumber, parameter: Parameter, since: Since = None, until: Until = None
    ) -> models.Trend:
        """A parameter over batches: points, control limits, broken rules, capability.

        A batch counts on the day on which it was made, as its record says, or else was received;
        `day_from` says which. One outside the days asked for whose day is not sure is left out as
        `undated`, and a record without the entry as `missing`.
        """
        return _trend(trend(site, Asked(form, parameter, since, until), by=caller.person))

    @routes.get("/trends/{kind}", response_class=Response, responses=FILE)
    def as_file(
        kind: TrendKind,
        caller: by,
        form: FormNumber,
        parameter: Parameter,
        since: Since = None,
        until: Until = None,
    ) -> Response:
        """The points as CSV, or the control chart as a picture."""
        found = trend(site, Asked(form, parameter, since, until), by=caller.person)
        content = trend_file(site, found, kind, by=caller.person, where=caller.where)
        return file_answer(trend_name(found, kind), content, MEDIA[kind])

    return routes


def _trend(found: Trend) -> models.Trend:
    return models.Trend(
        form=found.form,
        title=found.title,
        parameter=found.field.name,
        label=found.field.label,
        unit=found.unit,
        newest_version=found.version,
        form_low=found.low,
        form_high=found.high,
        has_other_limits=found.has_other_limits,
        points=[_point(found, place, one) for place, one in enumerate(found.points)],
        chart=found.chart and models.Chart.model_validate(found.chart),
        capability=found.capability and models.Capability.model_validate(found.capability),
        left_out=dict(found.left_out),
    )


def _point(found: Trend, place: int, point: Point) -> models.TrendPoint:
    return models.TrendPoint(
        record=point.record,
        record_state=point.state,
        batch_number=point.batch_number,
        version=point.version,
        field=point.field,
        page=point.page,
        day=point.day,
        day_from=point.day_from,
        received_at=point.received_at,
        value=point.value,
        as_written=point.shown,
        written_unit=point.unit,
        is_settled=point.is_settled,
        probability=point.probability,
        form_low=point.low,
        form_high=point.high,
        is_out=point.is_out,
        rules=[int(rule) for rule in found.rules(place)],
        moving_range=found.chart.moving[place] if found.chart else None,
    )
