"""Records as files: each that is handed out is a line of the trail, as it is on the screens."""

import io
import zipfile
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from pipeline.core.query import LONGEST
from pipeline.errors import InputRefused
from pipeline.export import (
    TABLES,
    Exported,
    Format,
    Selection,
    export_record,
    export_table,
    require_named,
    selected,
)
from pipeline.http.attached import file_answer
from pipeline.http.given import require_given
from pipeline.http.pace import Pace
from pipeline.http.picture_routes import BYTES
from pipeline.http.record_routes import RecordId
from pipeline.http.who import Caller, needs
from pipeline.site import Site
from pipeline.tokens import Scope

MOST_RECORDS = 1000
"""So many records in one table; more in parts, or with `recordroom export`."""
ZIP = "application/zip"
MEDIA = (
    "application/pdf",
    "text/xml",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.apache.parquet",
    ZIP,
)
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file. `Repr-Digest` has its SHA-256, which the trail keeps.",
        "content": dict.fromkeys(MEDIA, BYTES) | {"application/json": {"schema": {}}},
    }
}
Ids = Annotated[list[str] | None, Query(max_length=MOST_RECORDS, description="Only these ids.")]


def export_routes(site: Site, pace: Pace) -> APIRouter:
    """The routes that hand records out."""
    routes = APIRouter(tags=["exports"])
    by = Annotated[Caller, Depends(needs(site, pace, Scope.EXPORT))]

    @routes.get("/records/{record_id}/exports/{format}", response_class=Response, responses=FILE)
    def one(record_id: RecordId, format: Format, caller: by) -> Response:
        """One record as a file: PDF/A, JSON, B2MML, or a table of its entries."""
        require_given(site, record_id, by=caller.person)
        made = export_record(site, record_id, format, by=caller.person, where=caller.where)
        return _file(made)

    @routes.get("/exports/{format}", response_class=Response, responses=FILE)
    def many(
        format: Format,
        caller: by,
        q: Annotated[
            str, Query(max_length=LONGEST, description="Those in which it is found.")
        ] = "",
        record: Ids = None,
        *,
        everything: Annotated[
            bool, Query(description="Also records that are not approved.")
        ] = False,
    ) -> Response:
        """The entries of many records as one table; parquet comes as a ZIP of its tables."""
        if format not in TABLES:
            raise InputRefused(
                f"{format.value} holds one record a file", "take xlsx, csv or parquet for many"
            )
        selection = Selection(q, tuple(record or ()), everything)
        require_named(site, selection, by=caller.person)
        wanted = selected(site, selection, by=caller.person)
        if len(wanted) > MOST_RECORDS:
            raise InputRefused(
                f"these are {len(wanted)} records, and {MOST_RECORDS} fit in one answer",
                "narrow them down, or use recordroom export on the server",
            )
        made = export_table(site, wanted, format, by=caller.person, where=caller.where)
        return _file(made[0]) if format is not Format.PARQUET else _zipped(made)

    return routes


def _file(made: Exported) -> Response:
    return file_answer(made.name, made.content, made.media_type)


def _zipped(files: Sequence[Exported]) -> Response:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for one in files:
            archive.writestr(zipfile.ZipInfo(one.name), one.content)
    return file_answer("entries.zip", out.getvalue(), ZIP)
