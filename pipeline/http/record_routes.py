"""Records: in a list, and one with everything that it says, whole or in parts."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field

from pipeline.core.answered import is_answered
from pipeline.core.document import archive_document
from pipeline.core.values import Disposition, Flag, Record, RecordState
from pipeline.errors import NotThere
from pipeline.http import models
from pipeline.http.cursors import LONGEST_CURSOR, from_cursor, next_link, to_cursor
from pipeline.http.given import given_record, require_given
from pipeline.http.pace import Pace
from pipeline.http.who import Caller, needs
from pipeline.queue import QueueItem
from pipeline.record_list import ListOrder, ListQuery, list_records
from pipeline.revisions import revisions_of
from pipeline.signing import held
from pipeline.site import Site
from pipeline.tokens import Scope
from pipeline.trail import events_of

RecordId = Annotated[
    str, Path(max_length=100, description="The record's id, as lists and hits give it.")
]
FieldName = Annotated[str, Path(max_length=200, description="The field's name on the form.")]
Words = Annotated[str, Query(max_length=200)]
Cursor = Annotated[
    str, Query(max_length=LONGEST_CURSOR, description="From the `next` of the part before.")
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


class Asked(BaseModel):
    """Which records a list holds, in which order, and where it begins."""

    state: list[RecordState] = Field([], max_length=6)
    form: str = Field("", max_length=200)
    version: str = Field("", max_length=200)
    batch: str = Field("", max_length=200, description="How the batch number begins.")
    flag: str = Field("", max_length=200, description="A kind of flag that is open.")
    assigned_to: str = Field("", max_length=200, description="An account, or `nobody`.")
    text: str = Field("", max_length=200, description="What a search finds on the record.")
    since: date | None = Field(None, description="Received on this day (UTC) or later.")
    until: date | None = Field(None, description="Received on this day (UTC) or before.")
    order: ListOrder = ListOrder.URGENT
    limit: int = Field(50, ge=1, le=200, description="How many at most.")
    cursor: str = Field(
        "", max_length=LONGEST_CURSOR, description="From the `next` of the part before."
    )

    def query(self) -> ListQuery:
        """The same as the list is asked."""
        return ListQuery(
            states=tuple(self.state),
            after=from_cursor(self.cursor),
            size=self.limit,
            **self.model_dump(exclude={"state", "cursor", "limit"}),
        )


def record_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes of the list of records, and of one record whole."""
    routes = APIRouter(prefix="/records", tags=["records"])
    by = Annotated[Caller, Depends(needs(site, pace, Scope.RECORDS))]

    @routes.get("")
    def records(
        request: Request, response: Response, caller: by, asked: Annotated[Asked, Query()]
    ) -> models.Records:
        """The records in these states (all, where none is named), most urgent first.

        To walk through all of them take the order `oldest`: nothing comes twice or is left out.
        """
        part = list_records(site, asked.query(), by=caller.person)
        further = None if part.after is None else to_cursor(*part.after)
        link = next_link(request, response, further)
        return models.Records(items=[_in_list(one) for one in part.items], next=link)

    @routes.get("/{record_id}", response_model_exclude_unset=True)
    def record(record_id: RecordId, caller: by) -> models.Record:
        """One record with readings, corrections, answers and signatures, as the archive holds it.

        Each signature says whether it holds: whether the record is still as it was signed.
        """
        return models.Record.model_validate(_document(site, record_id, caller))

    return routes


def part_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes of one record's parts."""
    routes = APIRouter(prefix="/records", tags=["records"])
    by = Annotated[Caller, Depends(needs(site, pace, Scope.RECORDS))]

    @routes.get("/{record_id}/entries", response_model_exclude_unset=True)
    def entries(
        record_id: RecordId,
        caller: by,
        page: Annotated[int, Query(ge=0, le=10_000, description="0: of every page.")] = 0,
        *,
        flagged: Annotated[bool, Query(description="Only those with a flag.")] = False,
    ) -> list[models.Entry]:
        """The entries of the record, in the order of its form."""
        return [
            models.Entry.model_validate(one)
            for one in _document(site, record_id, caller)["entries"]
            if (not page or one["page"] == page) and (not flagged or one["flags"])
        ]

    @routes.get("/{record_id}/entries/{field}", response_model_exclude_unset=True)
    def entry(record_id: RecordId, field: FieldName, caller: by) -> models.Entry:
        """One entry of the record."""
        for one in _document(site, record_id, caller)["entries"]:
            if one["field"] == field:
                return models.Entry.model_validate(one)
        raise NotThere(f"the record {record_id} has no entry {field}", "look at its entries")

    @routes.get("/{record_id}/flags")
    def flags(record_id: RecordId, caller: by) -> list[models.FlagOfRecord]:
        """The flags of the record, then those of its entries, each with whether it is answered."""
        return _flags(given_record(site, record_id, by=caller.person).record)

    @routes.get("/{record_id}/signatures")
    def signatures(record_id: RecordId, caller: by) -> list[models.Signature]:
        """The record's signatures, each with whether it still holds."""
        require_given(site, record_id, by=caller.person)
        return [models.Signature(**one) for one in _signatures(site, record_id)]

    @routes.get("/{record_id}/trail")
    def trail(record_id: RecordId, caller: by) -> list[models.Line]:
        """All that happened to the record and to its scan, oldest first."""
        require_given(site, record_id, by=caller.person)
        return [models.Line(**asdict(one)) for one in events_of(site, record_id)]

    @routes.get("/{record_id}/revisions")
    def revisions(record_id: RecordId, caller: by) -> list[models.Revision]:
        """All revisions of what the record is about, the first one first."""
        require_given(site, record_id, by=caller.person)
        return [models.Revision(**asdict(one)) for one in revisions_of(site, record_id)]

    return routes


def _document(site: Site, record_id: str, caller: Caller) -> dict[str, Any]:
    document = archive_document(given_record(site, record_id, by=caller.person).record)
    document["signatures"] = _signatures(site, record_id)
    return document


def _signatures(site: Site, record_id: str) -> list[dict[str, Any]]:
    return [asdict(one.signature) | {"holds": one.holds} for one in held(site, record_id)]


def _flags(record: Record) -> list[models.FlagOfRecord]:
    found = [_flag(flag, record.dispositions) for flag in record.flags]
    for entry in record.entries:
        found += [_flag(flag, entry.dispositions) for flag in entry.flags]
    return found


def _flag(flag: Flag, answers: tuple[Disposition, ...]) -> models.FlagOfRecord:
    return models.FlagOfRecord(
        flag=flag.name,
        severity=flag.severity,
        detail=flag.detail,
        field=flag.field,
        page=flag.page,
        is_answered=is_answered(flag, answers),
    )


def _in_list(item: QueueItem) -> models.RecordInList:
    counts: dict[str, int] = {}
    for flag in item.flags:
        counts[flag.name] = counts.get(flag.name, 0) + flag.count
    return models.RecordInList(
        record=item.record,
        record_state=item.state,
        standing=item.standing,
        revision=item.revision,
        form=item.form,
        version=item.version,
        title=item.title,
        batch_number=item.batch_number,
        file=item.file,
        received_at=item.received_at,
        due_at=item.due_at,
        release_on=item.release_on,
        assigned_to=item.assigned_to,
        flags=counts,
    )
