"""Signing in and out, and choosing a first password, on plain pages outside Streamlit.

A route can set the HttpOnly cookie that a script can't, and password managers work.
"""

from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from extractors.errors import RecordroomError
from pipeline.account_changes import sign_out_everywhere
from pipeline.api import SESSION_COOKIE
from pipeline.errors import SignInRefused
from pipeline.openid import has_provider
from pipeline.people import change_password, person_of, sign_in, sign_out
from pipeline.site import Site
from review_ui.gate import NEW_PASSWORD, SIGN_IN, TO_PROVIDER
from review_ui.parts.words import sentence

STATIC = Path(__file__).parent / "static"
DEMONSTRATION = (
    '<p class="demonstration" role="note">Demonstration site: made-up records, '
    "nothing here counts.</p>"
)
PROVIDER = (
    '<p><a class="button" href="{way}?next={there}">Sign in with your {name}</a></p>'
    '<p class="or">or with a name and a password of this site</p>'
)


class Markup(str):
    """Markup of our own, in which every text is escaped already."""


def sign_in_routes(site: Site) -> list[Route]:
    """The routes /sign-in, /sign-out and /new-password of this site."""
    door = Door(site)
    return [
        Route(SIGN_IN, door.show, methods=["GET"]),
        Route(SIGN_IN, door.enter, methods=["POST"]),
        Route("/sign-out", door.leave, methods=["POST"]),
        Route(NEW_PASSWORD, door.ask_new, methods=["GET"]),
        Route(NEW_PASSWORD, door.set_new, methods=["POST"]),
    ]


@dataclass(frozen=True)
class Door:
    """The site's door: each method answers one request."""

    site: Site

    async def show(self, request: Request) -> Response:
        """The sign-in page."""
        return sign_in_page(self.site, where_next(request.query_params.get("next")))

    async def enter(self, request: Request) -> Response:
        """A name and a password: a session and the way in, or the page once more."""
        if is_from_elsewhere(request):
            return elsewhere()
        form = await request.form()
        user, password = str(form.get("user", "")), str(form.get("password", ""))
        there = where_next(str(form.get("next", "")))
        try:
            signed_in = await run_in_threadpool(
                sign_in, self.site, user, password, where=who_asks(request)
            )
        except RecordroomError as error:
            return sign_in_page(self.site, there, user=user, problem=error)
        target = NEW_PASSWORD if signed_in.person.must_change_password else there
        return with_session(
            RedirectResponse(target, status_code=303), request, signed_in.token, self.site
        )

    async def leave(self, request: Request) -> Response:
        """Ends the session, or all of the person's, on the server and in the browser."""
        if is_from_elsewhere(request):
            return elsewhere()
        is_everywhere = "everywhere" in await request.form()
        if token := request.cookies.get(SESSION_COOKIE, ""):
            where = who_asks(request)
            await run_in_threadpool(self._leave, token, where=where, is_everywhere=is_everywhere)
        response = RedirectResponse(SIGN_IN, status_code=303)
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response

    def _leave(self, token: str, *, where: str, is_everywhere: bool) -> None:
        person = person_of(self.site, token)
        if person is not None and is_everywhere:
            sign_out_everywhere(self.site, person.user, by=person, where=where)
        sign_out(self.site, token)

    async def ask_new(self, _request: Request) -> Response:
        """The page that asks for a password of one's own."""
        return new_password_page(self.site)

    async def set_new(self, request: Request) -> Response:
        """Sets the new password, or says what is wrong with it."""
        if is_from_elsewhere(request):
            return elsewhere()
        form = await request.form()
        old, new = str(form.get("old", "")), str(form.get("new", ""))
        if new != str(form.get("again", "")):
            return new_password_page(
                self.site, "The two new passwords differ; type the same one twice."
            )
        token, where = request.cookies.get(SESSION_COOKIE, ""), who_asks(request)
        try:
            await run_in_threadpool(self._change, token, old=old, new=new, where=where)
        except RecordroomError as error:
            return new_password_page(self.site, sentence(error))
        return RedirectResponse("/", status_code=303)

    def _change(self, token: str, *, old: str, new: str, where: str) -> None:
        person = person_of(self.site, token)
        if person is None:
            raise SignInRefused("the session has ended", "sign in again")
        change_password(self.site, person.user, old=old, new=new, where=where, keep=token)


def elsewhere() -> Response:
    """The answer to a form that another site's page has sent."""
    return PlainTextResponse("Use the page of this site itself", status_code=403)


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
        problem=sentence(problem) if problem else "",
        provider=provider_link(site, there),
    )


def provider_link(site: Site, there: str) -> Markup:
    """The way to the plant's own sign-in, where the site has one."""
    if not has_provider(site.settings):
        return Markup("")
    name = escape(site.settings.oidc_name)
    return Markup(PROVIDER.format(way=TO_PROVIDER, there=quote(there, safe=""), name=name))


def new_password_page(site: Site, problem: str = "") -> HTMLResponse:
    """The form that asks for a password of one's own in place of the one-time one."""
    return page("new_password.html", site, status=400 if problem else 200, problem=problem)


def page(name: str, site: Site, *, status: int, problem: str, **values: str) -> HTMLResponse:
    """A page out of static/, every value escaped that is not markup of our own."""
    shown = {
        key: value if isinstance(value, Markup) else escape(value, quote=True)
        for key, value in values.items()
    }
    shown["problem"] = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    shown["demonstration"] = DEMONSTRATION if site.is_demo else ""
    response = HTMLResponse(template(name).substitute(shown), status_code=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@cache
def template(name: str) -> Template:
    """A page of static/ with its blanks."""
    return Template((STATIC / name).read_text(encoding="utf-8"))


def with_session(response: Response, request: Request, token: str, site: Site) -> Response:
    """The answer with the session's cookie: no script can read it, no other site can send it."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(request, site),
    )
    return response


def is_secure(request: Request, site: Site) -> bool:
    """Whether people reach the site over HTTPS, if need be through a proxy."""
    return request.url.scheme == "https" or site.settings.address.startswith("https:")


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
