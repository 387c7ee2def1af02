"""The API's own description: its OpenAPI document, and the page that shows it without a network."""

from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse

from pipeline.core.scopes import MEANINGS
from pipeline.http.problems import MEDIA_TYPE, Problem

Document = dict[str, Any]

SUMMARY = """\
Records, their entries, flags, trail, signatures and pictures; search; genealogies and trends;
files; upload.

Send `Authorization: Bearer rr_…` with a personal token, made on the screen **Account** or with
`recordroom token add`. A token never does more than its person's role allows at that moment. Lists
come in parts: `next`, and the header `Link`, is the address of the next one. Answers carry an
`ETag`; send it back in `If-None-Match` and get 304 while nothing has changed. Problems are
documents after RFC 9457. Scopes: """ + "; ".join(
    f"`{scope.value}` ({meaning})" for scope, meaning in MEANINGS.items()
)
TAGS = {
    "records": "Records, whole and in parts. Scope `read:records`.",
    "pictures": "Pages and entries as pictures. Scope `read:records`.",
    "archive": "Search. Scope `read:archive`.",
    "genealogy": "Where lots went, and what went into batches. Scope `read:archive`; the recall "
    "list as a file, which the trail notes: `export`.",
    "trends": "A parameter over batches, corrections and flags, turnaround. Scope `read:archive`.",
    "trail": "The whole trail. Scope `read:trail`.",
    "exports": "Records as files. Scope `export`.",
    "scans": "Scans handed in. Scope `upload`.",
    "site": "The site itself.",
}
PROBLEMS = {
    "400": "The address can't be read.",
    "401": "No token or session, or one that counts no more.",
    "403": "The token's scope, or the person's role, does not allow it.",
    "404": "It is not on this site.",
    "409": "Somebody else was faster.",
    "413": "The file is too large.",
    "414": "The address is too long.",
    "422": "A part of the request can't be used.",
    "429": "Too many requests; `Retry-After` says how long to wait.",
    "503": "The site's database or files can't be reached.",
}
OPEN = ("/health",)


def describe(api: FastAPI) -> None:
    """Let the API's OpenAPI document say all that it answers."""

    def openapi() -> Document:
        if api.openapi_schema is None:
            api.openapi_schema = _document(api)
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]


def description_routes(api: FastAPI) -> APIRouter:
    """The page that shows the document; open to everybody, it says nothing of the records."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(page(api.openapi(), request.scope.get("root_path", "")))

    return routes


def _document(api: FastAPI) -> Document:
    document = get_openapi(
        title=api.title,
        version=api.version,
        summary="The records of this site, for programs",
        description=SUMMARY,
        routes=api.routes,
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
    )
    schemas = document["components"]["schemas"]
    template = "#/components/schemas/{model}"
    problem = Problem.model_json_schema(ref_template=template, mode="serialization")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _add_answers(operation, is_open=path in OPEN, is_get=method == "get")
    return document


def _add_answers(operation: Document, *, is_open: bool, is_get: bool) -> None:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers = operation["responses"]
    for answer in answers.values():
        if answer["description"] == "Successful Response":
            answer["description"] = "Done."
    for status, text in PROBLEMS.items():
        if not (is_open and status in ("401", "403", "404", "409", "429")):
            answers[status] = {"description": text, "content": content}
    if is_get:
        answers["304"] = {"description": "It is as the ETag in If-None-Match says."}
        operation.setdefault("parameters", []).append(
            {
                "name": "If-None-Match",
                "in": "header",
                "required": False,
                "description": "The ETag of an answer that is there already.",
                "schema": {"type": "string"},
            }
        )


STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #17222e; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem }
h1, h2 { line-height: 1.2 } h2 { margin-top: 2.5rem; border-bottom: 1px solid #c9d3dd }
code { font: 13px/1.4 ui-monospace, monospace; background: #f2f5f8; padding: .1rem .3rem }
details { border: 1px solid #c9d3dd; border-radius: 4px; margin: .5rem 0; padding: .5rem .8rem }
summary { cursor: pointer } summary b { display: inline-block; min-width: 3.5rem; color: #1d4f7c }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top;
  padding: .25rem .8rem .25rem 0; border-top: 1px solid #e3e9ef }
"""


def page(document: Document, root: str = "") -> str:
    """The document as one page of HTML: no script, nothing from elsewhere."""
    info = document["info"]
    groups = "".join(
        _group(document, tag["name"], tag["description"], root) for tag in document["tags"]
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        f"<title>{escape(info['title'])} API</title><style>{STYLE}</style>"
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1>"
        f"{_paragraphs(info['description'])}"
        f'<p>For programs: <a href="{escape(root)}/openapi.json">openapi.json</a></p>{groups}'
    )


def _group(document: Document, tag: str, text: str, root: str) -> str:
    shown = [
        _operation(method, root + path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if tag == operation["tags"][-1]
    ]
    return f"<h2>{escape(tag.capitalize())}</h2>{_paragraphs(text)}{''.join(shown)}"


def _operation(method: str, path: str, operation: Document) -> str:
    first, _, rest = operation.get("description", "").partition("\n\n")
    asked = "".join(map(_parameter, operation.get("parameters", ())))
    answers = "".join(
        f"<tr><td>{escape(status)}<td>{_shape(answer)}<td>{_inline(answer['description'])}"
        for status, answer in sorted(operation["responses"].items())
    )
    return (
        f"<details><summary><b>{escape(method.upper())}</b> <code>{escape(path)}</code> "
        f"{_inline(first)}</summary>{_paragraphs(rest) if rest else ''}"
        f"<h4>Parameters</h4><table>{asked}</table><h4>Answers</h4><table>{answers}</table>"
        "</details>"
    )


def _parameter(one: Document) -> str:
    needed = ", required" if one.get("required") else ""
    return (
        f"<tr><td><code>{escape(one['name'])}</code><td>{escape(one['in'])}{needed}"
        f"<td>{_inline(one.get('description', ''))}"
    )


def _shape(answer: Document) -> str:
    """What the answer's body is, by the names of its shapes or its media types."""
    shapes = [
        _name(media, one.get("schema", {})) for media, one in answer.get("content", {}).items()
    ]
    return escape(", ".join(shapes))


def _name(media: str, schema: Document) -> str:
    is_list = schema.get("type") == "array"
    reference = (schema["items"] if is_list else schema).get("$ref", "")
    if media != "application/json" or not reference:
        return media
    return ("list of " if is_list else "") + str(reference.rpartition("/")[2])


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in text.split("\n\n"))


def _inline(text: str) -> str:
    """Escaped, with what stands between ` as code."""
    parts = escape(text).replace("**", "").split("`")
    return "".join(f"<code>{one}</code>" if n % 2 else one for n, one in enumerate(parts))
