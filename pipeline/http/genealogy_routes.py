"""Genealogies: where a lot went, what went into a batch, and the recall list as a file."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from pipeline.core.genealogy import MOST_LEVELS
from pipeline.genealogy import (
    DEFAULT_LEVELS,
    Direction,
    Genealogy,
    Node,
    recall_as_csv,
    recall_as_excel,
    recall_lines,
    recall_name,
    trace,
    unread_lots,
)
from pipeline.http import lot_models as models
from pipeline.http.attached import TABLE_FILE, TABLE_MEDIA, TableKind, file_answer
from pipeline.http.pace import Pace
from pipeline.http.who import Caller, needs
from pipeline.site import Site
from pipeline.tokens import Scope

MAKE = {TableKind.CSV: recall_as_csv, TableKind.XLSX: recall_as_excel}
Number = Annotated[str, Path(max_length=200, description="A lot or batch number.")]
Way = Annotated[
    Direction,
    Query(description="`forward`: where it went; `backward`: what went into it."),
]
Levels = Annotated[int, Query(ge=1, le=MOST_LEVELS, description="At most so many steps.")]


def genealogy_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes below /genealogy. A number may have a / in it."""
    routes = APIRouter(prefix="/genealogy", tags=["genealogy"])
    by_archive = Annotated[Caller, Depends(needs(site, pace, Scope.ARCHIVE))]
    by_export = Annotated[Caller, Depends(needs(site, pace, Scope.EXPORT))]

    @routes.get("/{number:path}/recall/{kind}", response_class=Response, responses=TABLE_FILE)
    def recall(
        number: Number,
        kind: TableKind,
        caller: by_export,
        direction: Way = Direction.FORWARD,
        levels: Levels = DEFAULT_LEVELS,
    ) -> Response:
        """The recall list: a line for each link and, at its end, for each gap."""
        found = trace(site, number, direction, by=caller.person, levels=levels)
        content = MAKE[kind](site, found, by=caller.person, where=caller.where)
        return file_answer(recall_name(found, kind.value), content, TABLE_MEDIA[kind])

    @routes.get("/{number:path}")
    def genealogy(
        number: Number,
        caller: by_archive,
        direction: Way = Direction.FORWARD,
        levels: Levels = DEFAULT_LEVELS,
    ) -> models.Genealogy:
        """Where a lot went, or what went into a batch, over several levels.

        Records that are not approved are in it, with their state; superseded ones are not.
        """
        found = trace(site, number, direction, by=caller.person, levels=levels)
        is_forward = direction is Direction.FORWARD
        return models.Genealogy(
            asked=found.asked,
            direction=found.direction,
            levels=found.levels,
            is_known=found.is_known,
            places=[_place(node) for node in found.nodes],
            links=list(_links(found)),
            gaps=[models.Gap.model_validate(gap) for gap in found.gaps],
            meant=[models.Meant(number=one, records=count) for one, count in found.meant],
            unread=list(_unread(site, caller)) if is_forward else [],
        )

    return routes


def _place(node: Node) -> models.Place:
    return models.Place(
        key=node.key,
        number=node.name,
        level=node.level,
        is_batch=node.is_batch,
        is_possible=node.is_possible,
        probability=node.probability,
        materials=list(node.materials),
        made_by=list(_made_by(node)),
        balances=[models.Balance.model_validate(one) for one in node.balances],
    )


def _made_by(node: Node) -> Iterator[models.MadeBy]:
    for one in node.made:
        by = one.by
        yield models.MadeBy(
            kind=one.use.kind,
            record=by.record,
            record_state=by.state,
            form=by.form,
            version=by.version,
            revision=by.revision,
            stands=by.stands,
            field=one.use.field,
            page=one.use.page,
        )


def _links(found: Genealogy) -> Iterator[models.LotLink]:
    """The lines of the recall list up to its gaps, which come last there."""
    for edge, line in zip(found.edges, recall_lines(found), strict=False):
        keys = {"lot_key": edge.link.use.key, "batch_key": edge.link.batch.key}
        yield models.LotLink.model_validate(vars(line) | keys)


def _unread(site: Site, caller: Caller) -> Iterator[models.UnreadLot]:
    for one in unread_lots(site, by=caller.person):
        yield models.UnreadLot(
            record=one.by.record,
            record_state=one.by.state,
            field=one.use.field,
            page=one.use.page,
            batch=one.batch.lot,
        )
