"""Signing in and out, and choosing a first password: plain pages, so that a route can set the
HttpOnly cookie that a script can't, and password managers work."""

from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from extractors.errors import RecordroomError
from pipeline.api import SESSION_COOKIE
from pipeline.people import change_password, person_of, sign_in, sign_out
from pipeline.site import Site

from review_ui.gate import NEW_PASSWORD, SIGN_IN

STATIC = Path(__file__).parent / "static"
DEMONSTRATION = (
    '<p class="demonstration" role="note">Demonstration site: made-up records, '
    "nothing here counts.</p>"
)


def sign_in_routes(site: Site) -> list[Route]:
    """The routes /sign-in, /sign-out and /new-password of this site."""

    async def show(request: Request) -> Response:
        return sign_in_page(site, where_next(request.query_params.get("next")))

    async def enter(request: Request) -> Response:
        if is_from_elsewhere(request):
            return PlainTextResponse("Sign in on this site's own page", status_code=403)
        form = await request.form()
        user, password = str(form.get("user", "")), str(form.get("password", ""))
        there = where_next(str(form.get("next", "")))
        try:
            signed_in = await run_in_threadpool(
                sign_in, site, user.strip(), password, where=who_asks(request)
            )
        except RecordroomError as error:
            return sign_in_page(site, there, user=user, problem=error)
        target = NEW_PASSWORD if signed_in.person.must_change_password else there
        return with_session(RedirectResponse(target, status_code=303), request, signed_in.token)

    async def leave(request: Request) -> Response:
        token = request.cookies.get(SESSION_COOKIE, "")
        if token and not is_from_elsewhere(request):
            await run_in_threadpool(sign_out, site, token)
        response = RedirectResponse(SIGN_IN, status_code=303)
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response

    async def ask_new(request: Request) -> Response:
        return new_password_page(site)

    async def set_new(request: Request) -> Response:
        form = await request.form()
        token = request.cookies.get(SESSION_COOKIE, "")
        old, new = str(form.get("old", "")), str(form.get("new", ""))
        if is_from_elsewhere(request):
            return PlainTextResponse("Use this site's own page", status_code=403)
        if new != str(form.get("again", "")):
            return new_password_page(site, "The two new passwords differ; type the same twice.")
        try:
            person = await run_in_threadpool(person_of, site, token)
            if person:
                await run_in_threadpool(change_password, site, person.user, old, new)
        except RecordroomError as error:
            return new_password_page(site, f"{error}.")
        return RedirectResponse("/", status_code=303)

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, enter, methods=["POST"]),
        Route("/sign-out", leave, methods=["POST"]),
        Route(NEW_PASSWORD, ask_new, methods=["GET"]),
        Route(NEW_PASSWORD, set_new, methods=["POST"]),
    ]


def sign_in_page(
    site: Site, there: str, *, user: str = "", problem: RecordroomError | None = None
) -> HTMLResponse:
    """The form that asks who is there, with what was wrong with the last try."""
    return page(
        "sign_in.html",
        site,
        status=401 if problem else 200,
        next=there,
        user=user,
        problem=f"{problem}." if problem else "",
    )


def new_password_page(site: Site, problem: str = "") -> HTMLResponse:
    """The form that asks for a password of one's own in place of the one-time one."""
    return page("new_password.html", site, status=400 if problem else 200, problem=problem)


def page(name: str, site: Site, *, status: int, problem: str, **values: str) -> HTMLResponse:
    """A page out of static/, every value escaped."""
    shown = {key: escape(value, quote=True) for key, value in values.items()}
    shown["problem"] = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    shown["demonstration"] = DEMONSTRATION if site.is_demo else ""
    response = HTMLResponse(template(name).substitute(shown), status_code=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@cache
def template(name: str) -> Template:
    """A page of static/ with its blanks."""
    return Template((STATIC / name).read_text(encoding="utf-8"))


def with_session(response: Response, request: Request, token: str) -> Response:
    """The answer with the session's cookie: no script can read it, no other site can send it."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


def where_next(wanted: str | None) -> str:
    """The path of this site to go on to; never another site's address."""
    parts = urlsplit(wanted or "/")
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    if not is_ours or "\\" in parts.path or parts.path.startswith(SIGN_IN):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def is_from_elsewhere(request: Request) -> bool:
    """Whether another site's page sent this form."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def who_asks(request: Request) -> str:
    """The address that the trail keeps with a sign-in."""
    return request.client.host if request.client else "unknown"
