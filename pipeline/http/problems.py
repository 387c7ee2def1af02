"""What went wrong, as problem documents (RFC 9457): one clear sentence, and what to do."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from extractors.errors import RecordroomError
from pipeline.errors import (
    Conflict,
    FormRefused,
    NotAllowed,
    NotThere,
    SignInRefused,
    SiteUnavailable,
)

MEDIA_TYPE = "application/problem+json"
STATUSES: tuple[tuple[type[RecordroomError], int], ...] = (
    (NotThere, 404),
    (NotAllowed, 403),
    (SignInRefused, 401),
    (Conflict, 409),
    (SiteUnavailable, 503),
    (FormRefused, 503),  # the site's own copy of a form has changed
)
REFUSED = 422
"""Any other refusal: the request was understood, and can't be done."""
TO_SIGN_IN = {"WWW-Authenticate": 'Bearer realm="Recordroom"'}
log = structlog.get_logger()


class FieldProblem(BaseModel):
    """What is wrong with one part of the request."""

    where: str = Field(description="The part of the request, such as `query limit`.")
    problem: str


class Problem(BaseModel):
    """A problem document after RFC 9457."""

    type: str = Field("about:blank", description="Always `about:blank`: the status says it all.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="One sentence: what is wrong, and what to do.")
    errors: list[FieldProblem] | None = Field(
        None, description="With status 422: each part of the request that is wrong."
    )


class ProblemAnswer(JSONResponse):
    """A problem document as an answer."""

    media_type = MEDIA_TYPE


def problem(
    status: int,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    errors: list[FieldProblem] | None = None,
) -> ProblemAnswer:
    """The answer that says what is wrong."""
    said = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=errors,
    )
    if status == HTTPStatus.UNAUTHORIZED:
        headers = TO_SIGN_IN | (headers or {})
    return ProblemAnswer(said.model_dump(exclude_none=True), status_code=status, headers=headers)


def sentence(text: str) -> str:
    """The text as a sentence."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def answer_problems(api: FastAPI) -> None:
    """Let every refusal of the API be a problem document."""
    api.add_exception_handler(RecordroomError, _refused)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(Exception, _our_mistake)


async def _refused(_request: Request, error: Exception) -> ProblemAnswer:
    status = next((code for kind, code in STATUSES if isinstance(error, kind)), REFUSED)
    return problem(status, sentence(str(error)))


async def _http(request: Request, error: Exception) -> ProblemAnswer:
    assert isinstance(error, HTTPException)
    said = {
        404: f"There is nothing at {request.url.path[:200]}; /api/docs names all there is.",
        405: f"{request.method[:20]} is not answered here; /api/docs names what is.",
    }
    is_plain = error.detail == HTTPStatus(error.status_code).phrase
    detail = said.get(error.status_code, error.detail) if is_plain else error.detail
    headers = dict(error.headers or {})
    return problem(error.status_code, sentence(detail), headers=headers)


async def _invalid(_request: Request, error: Exception) -> ProblemAnswer:
    assert isinstance(error, RequestValidationError)
    found = [_field(one) for one in error.errors()[:20]]
    first = found[0] if found else FieldProblem(where="request", problem="can't be read")
    return problem(REFUSED, sentence(f"{first.where}: {first.problem}"), errors=found)


def _field(one: dict[str, Any]) -> FieldProblem:
    where = " ".join(str(part)[:80] for part in one["loc"])
    return FieldProblem(where=where, problem=str(one["msg"])[:300])


async def _our_mistake(request: Request, error: Exception) -> ProblemAnswer:
    log.error("a request failed", path=request.url.path[:200], exc_info=error)
    said = "Something went wrong in Recordroom; tell your administrator the time."
    return problem(500, said)
