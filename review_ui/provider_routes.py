"""The way to the plant's sign-in provider and back: to sign in, or to prove it at a signature.

The way there is a link and no form: browsers hold a form's redirect to another site to be a form
that was sent there.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from extractors.errors import RecordroomError
from pipeline.api import SESSION_COOKIE
from pipeline.openid import BACK
from pipeline.site import Site
from pipeline.visits import Answer, Arrival, come_back, leave_to_sign_in, wish_in
from pipeline.wish_signing import fulfil
from pipeline.wishes import AnyWish, KeepAct, KeepWish
from review_ui.gate import TO_PROVIDER
from review_ui.parts.words import sentence
from review_ui.sign_in import is_secure, page, sign_in_page, where_next, who_asks, with_session

VISIT_COOKIE = "recordroom_visit"
VISIT_SECONDS = 600
APPROVAL_TAB = "Approval"


def provider_routes(site: Site) -> list[Route]:
    """The routes to the provider and back of this site."""
    way = Way(site)
    return [
        Route(TO_PROVIDER, way.leave, methods=["GET"]),
        Route(BACK, way.come_back, methods=["GET"]),
    ]


@dataclass(frozen=True)
class Way:
    """The way to the provider and back: each method answers one request."""

    site: Site

    async def leave(self, request: Request) -> Response:
        """Sends somebody to the provider to sign in."""
        there = where_next(request.query_params.get("next"))
        try:
            leaving = await run_in_threadpool(leave_to_sign_in, self.site, there=there)
        except RecordroomError as error:
            return sign_in_page(self.site, there, problem=error)
        response = RedirectResponse(leaving.address, status_code=303)
        response.set_cookie(
            VISIT_COOKIE,
            leaving.browser,
            max_age=VISIT_SECONDS,
            path=BACK,
            httponly=True,
            samesite="lax",
            secure=is_secure(request, self.site),
        )
        return response

    async def come_back(self, request: Request) -> Response:
        """Opens the session, or signs what the visit was for; or says why neither is done."""
        answer = answer_of(request)
        try:
            response = await run_in_threadpool(self._arrive, request, answer)
        except RecordroomError as error:
            wish = await run_in_threadpool(wish_in, self.site, answer.state)
            response = self._refusal(error, wish)
        response.delete_cookie(VISIT_COOKIE, path=BACK)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _arrive(self, request: Request, answer: Answer) -> Response:
        where = who_asks(request)
        arrived: Arrival = come_back(self.site, answer, where=where)
        if arrived.wish is not None and arrived.proof is not None:
            fulfil(self.site, arrived.wish, arrived.proof, where=f"screen at {where}")
            return RedirectResponse(place_of(arrived.wish), status_code=303)
        assert arrived.signed_in is not None
        response = RedirectResponse(arrived.there, status_code=303)
        return with_session(response, request, arrived.signed_in.token, self.site)

    def _refusal(self, error: RecordroomError, wish: AnyWish | None) -> Response:
        if wish is None:
            return sign_in_page(self.site, "/", problem=error)
        return page(
            "not_signed.html", self.site, status=401, problem=sentence(error), back=place_of(wish)
        )


def answer_of(request: Request) -> Answer:
    """What came back in the address, and what the browser itself holds."""
    said = request.query_params
    return Answer(
        state=said.get("state", ""),
        code=said.get("code", ""),
        problem=said.get("error", ""),
        browser=request.cookies.get(VISIT_COOKIE, ""),
        token=request.cookies.get(SESSION_COOKIE, ""),
    )


def place_of(wish: AnyWish) -> str:
    """The address at which the signature stands: of the record, the hold or the list."""
    match wish:
        case KeepWish(act=KeepAct.DESTROY):
            return f"/retention?{urlencode({'part': 'Destruction lists', 'list': wish.number})}"
        case KeepWish():
            hold = {"hold": wish.number} if wish.act is KeepAct.LIFT else {}
            return f"/retention?{urlencode({'part': 'Legal holds'} | hold)}"
        case _:
            return f"/record?{urlencode({'record': wish.record, 'tab': APPROVAL_TAB})}"
