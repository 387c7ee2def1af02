"""A site whose people sign in at a provider, and the ways there and back as a browser goes them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from site_records import ADMIN
from small_provider import CLIENT, SECRET, SmallProvider, Visitor

from pipeline.accounts import PersonRole
from pipeline.errors import SignInRefused
from pipeline.people import add_person
from pipeline.site import Site
from pipeline.trail import trail
from pipeline.visits import Answer, Arrival, come_back, leave_to_sign_in

PEOPLE: dict[str, dict[str, Any]] = {
    "q.lead": {"sub": "8f3a", "preferred_username": "Q.Lead", "email": "q@plant.example"},
    "other": {"sub": "77b0", "preferred_username": "other"},
    "impostor": {"sub": "666", "preferred_username": "q.lead"},
}


def with_provider(site: Site, provider: SmallProvider) -> Site:
    settings = site.settings.model_copy(
        update={
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "address": "http://localhost:8501",
        }
    )
    opened = replace(site, settings=settings)
    for user, role in (("q.lead", PersonRole.APPROVER), ("other", PersonRole.APPROVER)):
        add_person(opened, user=user, name=user.title(), role=role, by=ADMIN, is_at_provider=True)
    return opened


def arrive(
    site: Site,
    visitor: Visitor,
    user: str = "q.lead",
    change: Callable[[dict[str, str]], object] = lambda back: None,
) -> Arrival:
    """One way to the provider and back, as a browser goes it; `change` meddles with the answer."""
    leaving = leave_to_sign_in(site, there="/queue")
    back = visitor.goes_to(leaving.address, user)
    change(back)
    return come_back(site, answer(back, browser=leaving.browser), where="here")


def answer(back: dict[str, str], *, browser: str = "", token: str = "") -> Answer:
    return Answer(
        back.get("state", ""), back.get("code", ""), back.get("error", ""), browser, token
    )


def token_of(site: Site, visitor: Visitor, user: str = "q.lead") -> str:
    arrived = arrive(site, visitor, user)
    assert arrived.signed_in is not None
    return arrived.signed_in.token


def refused(site: Site, visitor: Visitor, **more: Any) -> str:
    with pytest.raises(SignInRefused) as caught:
        arrive(site, visitor, **more)
    with trail(site) as lines:
        *_, last = lines
    assert (last.kind, last.reason) == ("sign_in_refused", caught.value.reason)
    return caught.value.reason


def kinds(site: Site) -> list[str]:
    with trail(site) as lines:
        return [line.kind for line in lines]
