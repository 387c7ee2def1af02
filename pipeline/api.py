"""The HTTP API's first routes: is the site well, which records are there, and one record.

The same session as on the screens authorises a request: without it everything but the health
route answers 401. A record comes as the JSON of spec/record.md in its archive form.
"""

from importlib.metadata import version
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse

from extractors.errors import RecordroomError
from pipeline.accounts import Act, require
from pipeline.core.document import archive_document
from pipeline.core.values import RecordState
from pipeline.errors import NotAllowed, SiteUnavailable
from pipeline.people import Person, person_of
from pipeline.review import QueueItem, open_record, queue
from pipeline.signing import held
from pipeline.site import Site

SESSION_COOKIE = "recordroom_session"
"""The cookie that the sign-in page sets; its token is known to the server by a digest only."""

NOTHING_FOUND = 404
STATUSES = ((SiteUnavailable, 503), (NotAllowed, 403))


def make_api(site: Site) -> FastAPI:
    """The API of one site, to be mounted at /api."""
    api = FastAPI(title="Recordroom", version=version("recordroom"), docs_url=None, redoc_url=None)
    api.add_exception_handler(RecordroomError, _refuse)

    def somebody(request: Request) -> Person:
        """Whoever the session's cookie belongs to."""
        person = person_of(site, request.cookies.get(SESSION_COOKIE, ""))
        if person is None or person.must_change_password:
            raise HTTPException(401, "Sign in at /sign-in first.")
        require(person, Act.LOOK)  # inspectors read in their reading room, and nowhere else
        return person

    @api.get("/health")
    def health() -> dict[str, str]:
        """Whether the site answers; open to whatever watches over the machine."""
        return {"status": "ok", "version": version("recordroom")}

    @api.get("/records", dependencies=[Depends(somebody)])
    def records(
        state: Annotated[list[RecordState] | None, Query()] = None, text: str = ""
    ) -> list[dict[str, Any]]:
        """The records in these states (all, where none is named), most urgent first."""
        states = tuple(state) if state else tuple(RecordState)
        return [_summary(item) for item in queue(site, states=states, text=text)]

    @api.get("/records/{record_id}", dependencies=[Depends(somebody)])
    def record(record_id: str) -> dict[str, Any]:
        """One record with readings, corrections, dispositions and signatures.

        Each signature says whether it holds: whether the record is still as it was signed.
        """
        document = archive_document(open_record(site, record_id).record)
        document["signatures"] = [
            signature | {"holds": one.holds}
            for signature, one in zip(document["signatures"], held(site, record_id), strict=True)
        ]
        return document

    return api


def _summary(item: QueueItem) -> dict[str, Any]:
    """A record in a list: what it is, how it stands, and its flags by name."""
    return {
        "record": item.record,
        "record_state": item.state.value,
        "form": item.form,
        "version": item.version,
        "title": item.title,
        "batch_number": item.batch_number,
        "file": item.file,
        "received_at": item.received_at.isoformat(),
        "flags": {flag.name: flag.count for flag in item.flags},
    }


async def _refuse(_request: Request, error: Exception) -> JSONResponse:
    """An error of ours as JSON: the reason, and what to do."""
    status = next((code for kind, code in STATUSES if isinstance(error, kind)), NOTHING_FOUND)
    return JSONResponse({"detail": f"{error}."}, status_code=status)
