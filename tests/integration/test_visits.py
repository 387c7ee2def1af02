"""Signing in at the plant's provider, and once more for a signature: what is let through, and all
that is not. The provider is a small real one, with keys of its own.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from site_records import ADMIN, APPROVER, do, make_ready, read
from small_provider import CLIENT, SECRET, SmallProvider, Visitor, running

from pipeline.account_changes import close_account, reset_password, use_provider
from pipeline.accounts import PersonRole
from pipeline.core.review import Comment
from pipeline.core.values import RecordState
from pipeline.errors import Conflict, InputRefused, NotAllowed, SignInRefused, SiteUnavailable
from pipeline.openid import check_settings
from pipeline.people import Proof, add_person, person_of, sign_in, sign_out
from pipeline.review import open_record
from pipeline.signing import Wish, WishAct, approve, ask_to_sign, held, sign_wish
from pipeline.site import Site
from pipeline.trail import trail
from pipeline.verify import verify
from pipeline.visits import Answer, Arrival, FreshSignIn, come_back, leave_to_sign_in

MEANING = "approved for release"
PEOPLE: dict[str, dict[str, Any]] = {
    "q.lead": {"sub": "8f3a", "preferred_username": "Q.Lead", "email": "q@plant.example"},
    "other": {"sub": "77b0", "preferred_username": "other"},
    "impostor": {"sub": "666", "preferred_username": "q.lead"},
}


@pytest.fixture
def provider(clock) -> Iterator[SmallProvider]:
    with running(SmallProvider(people=deepcopy(PEOPLE), now=clock)) as started:
        yield started


@pytest.fixture
def plant(sqlite_site: Site, provider: SmallProvider) -> Site:
    """A site with two approvers whose accounts are at the provider."""
    return with_provider(sqlite_site, provider)


@pytest.fixture
def anywhere(site: Site, provider: SmallProvider) -> Site:
    """The same on each database."""
    return with_provider(site, provider)


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


# ---------------------------------------------------------------------------------- signing in


def test_whoever_the_provider_names_is_signed_in_with_the_role_that_they_have_here(
    anywhere,
) -> None:
    plant = anywhere
    arrived = arrive(plant, Visitor())
    assert arrived.there == "/queue"
    assert arrived.signed_in is not None
    assert arrived.signed_in.person.role is PersonRole.APPROVER
    assert person_of(plant, arrived.signed_in.token) == arrived.signed_in.person
    assert kinds(plant)[-2:] == ["account_bound", "signed_in"]


def test_the_flow_has_a_code_challenge_a_nonce_and_a_state_and_no_secret(plant, provider) -> None:
    arrive(plant, Visitor())
    (asked,) = provider.asked
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert SECRET not in str(asked)
    assert "prompt" not in asked


def test_local_accounts_go_on_working_beside_it(plant) -> None:
    assert sign_in(plant, "approver", "demo-approver-1", where="here").person == APPROVER


def test_an_account_at_the_provider_has_no_password_here(plant) -> None:
    for password in ("", " ", "company-q.lead"):
        with pytest.raises(SignInRefused, match="wrong"):
            sign_in(plant, "q.lead", password, where="here")


def test_after_the_first_time_the_subject_counts_and_not_the_name(anywhere, provider) -> None:
    plant = anywhere
    token_of(plant, Visitor())
    provider.people["q.lead"]["preferred_username"] = "renamed"
    assert arrive(plant, Visitor()).signed_in is not None
    assert "no account here belongs to q.lead" in refused(plant, Visitor(), user="impostor")


@pytest.mark.parametrize("name", ["approver", "nobody.here", "", "x" * 500, "a\0b", 7, None])
def test_a_name_that_no_account_waits_for_is_refused(plant, provider, name) -> None:
    provider.people["stranger"] = {"sub": "1", "preferred_username": name}
    assert "no account here" in refused(plant, Visitor(), user="stranger")


def test_an_address_counts_once_the_provider_has_verified_it(plant, provider) -> None:
    by_mail = replace(plant, settings=plant.settings.model_copy(update={"oidc_claim": "email"}))
    add_person(
        by_mail, user="q@plant.example", name="Q", role=PersonRole.READER, by=ADMIN,
        is_at_provider=True,
    )  # fmt: skip
    assert "no account here" in refused(by_mail, Visitor())
    provider.people["q.lead"]["email_verified"] = True
    arrived = arrive(by_mail, Visitor())
    assert arrived.signed_in is not None
    assert arrived.signed_in.person.user == "q@plant.example"


def test_a_closed_account_stays_closed_whatever_the_provider_says(plant) -> None:
    token = token_of(plant, Visitor())
    close_account(plant, "q.lead", by=ADMIN)
    assert person_of(plant, token) is None
    assert refused(plant, Visitor()) == "the account is closed"


def test_a_session_from_the_provider_ends_on_this_server_as_every_other(plant, clock) -> None:
    token = token_of(plant, Visitor())
    clock.move(minutes=plant.settings.session_idle_minutes)
    assert person_of(plant, token) is None


def test_an_account_moves_to_the_provider_and_back(anywhere) -> None:
    plant = anywhere
    token = sign_in(plant, "reader", "demo-reader-1", where="here").token
    assert use_provider(plant, "reader", by=ADMIN).is_at_provider
    assert person_of(plant, token) is None
    with pytest.raises(SignInRefused):
        sign_in(plant, "reader", "demo-reader-1", where="here")
    new = reset_password(plant, "reader", by=ADMIN)
    assert not new.person.is_at_provider
    assert sign_in(plant, "reader", new.password, where="here").person.user == "reader"


# ------------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"aud": "another client"}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": [CLIENT, "another"]}, "azp"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "azp"),
        ({"azp": "another"}, "azp"),
        ({"iss": "https://elsewhere.example"}, "iss"),
        ({"exp": 1}, "expired"),
        ({"iat": 4_000_000_000}, "iat"),
        ({"nbf": 4_000_000_000}, "nbf"),
        ({"at_hash": "made-up"}, "at_hash"),
        ({"sub": ""}, "subject"),
        ({"sub": 12}, "sub"),
    ],
)
def test_a_token_with_a_wrong_claim_lets_nobody_in(plant, provider, claims, says) -> None:
    provider.claims = claims
    reason = refused(plant, Visitor())
    assert "token is not right" in reason
    assert says in reason
    assert "signed_in" not in kinds(plant)


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "nonce", "sub"])
def test_a_token_without_what_it_needs_lets_nobody_in(plant, provider, claim) -> None:
    provider.left_out = {claim}
    assert "token is not right" in refused(plant, Visitor())


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_real_signature_lets_nobody_in(plant, provider, algorithm) -> None:
    provider.algorithm = algorithm
    assert "token is not right" in refused(plant, Visitor())


def test_a_token_by_another_key_lets_nobody_in(plant, provider) -> None:
    provider.published = RSAKey.generate_key(2048, {"kid": "one"})
    assert "token is not right" in refused(plant, Visitor())


def test_new_keys_of_the_provider_are_taken_at_once(plant, provider) -> None:
    token_of(plant, Visitor())
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert token_of(plant, Visitor())


@pytest.mark.parametrize("what", ["state", "code"])
def test_an_answer_that_was_made_up_lets_nobody_in(plant, what) -> None:
    assert refused(plant, Visitor(), change=lambda back: back.update({what: "made up"}))


def test_a_code_of_another_visit_lets_nobody_in(plant, provider) -> None:
    provider.takes_codes_twice = True
    theirs = Visitor().goes_to(leave_to_sign_in(plant, there="/").address, "other")
    swap = {"code": theirs["code"]}
    assert "does not take the code" in refused(
        plant, Visitor(), change=lambda back: back.update(swap)
    )  # the code was asked for with another challenge


def test_an_answer_counts_once(anywhere, provider) -> None:
    plant = anywhere
    provider.takes_codes_twice = True
    leaving = leave_to_sign_in(plant, there="/")
    back = Visitor().goes_to(leaving.address, "q.lead")
    come_back(plant, answer(back, browser=leaving.browser), where="here")
    with pytest.raises(SignInRefused, match="back already"):
        come_back(plant, answer(back, browser=leaving.browser), where="here")


@pytest.mark.parametrize("browser", ["", "another browser"])
def test_an_answer_in_another_browser_lets_nobody_in(plant, browser) -> None:
    leaving = leave_to_sign_in(plant, there="/")
    back = Visitor().goes_to(leaving.address, "q.lead")
    with pytest.raises(SignInRefused, match="not the browser"):
        come_back(plant, answer(back, browser=browser), where="here")


def test_an_answer_that_comes_late_lets_nobody_in(plant, clock) -> None:
    assert refused(plant, Visitor(), change=lambda _: clock.move(minutes=11)) == (
        "that took too long"
    )


def test_whoever_the_provider_refuses_is_refused_here(plant) -> None:
    leaving = leave_to_sign_in(plant, there="/")
    back = Visitor().goes_to(leaving.address, "q.lead", "wrong")
    with pytest.raises(SignInRefused, match="access_denied"):
        come_back(plant, answer(back, browser=leaving.browser), where="here")


# ---------------------------------------------------------------------------------- signatures


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


@pytest.fixture
def token(plant: Site, visitor: Visitor, clock) -> str:
    """The session of the approver, opened a while ago at the provider."""
    opened = token_of(plant, visitor)
    clock.move(minutes=5)
    return opened


@pytest.fixture
def wish(plant: Site) -> Wish:
    """The approval of a record that is ready for it, as it stands on the screen."""
    record_id = read(plant)
    return Wish(record_id, WishAct.APPROVE, MEANING, make_ready(plant, record_id))


def prove(
    site: Site, visitor: Visitor, token: str, wish: Wish, *, user: str = "q.lead", back_in: str = ""
) -> Arrival:
    back = visitor.goes_to(ask_to_sign(site, token, wish), user)
    return come_back(site, answer(back, token=back_in or token), where="here")


def state(site: Site, wish: Wish) -> RecordState:
    return open_record(site, wish.record).record.state


def test_a_fresh_sign_in_at_the_provider_signs_exactly_what_was_wished_and_once(
    anywhere, provider, visitor, clock
) -> None:
    plant, record_id = anywhere, read(anywhere)
    wish = Wish(record_id, WishAct.APPROVE, MEANING, make_ready(plant, record_id))
    token = token_of(plant, visitor)
    clock.move(minutes=5)
    arrived = prove(plant, visitor, token, wish)
    assert (provider.asked[-1]["prompt"], provider.asked[-1]["max_age"]) == ("login", "0")
    assert arrived.wish == wish
    assert arrived.proof is not None
    record = sign_wish(plant, wish, arrived.proof).record
    (signature,) = record.signatures
    assert (signature.user, signature.meaning) == ("q.lead", MEANING)
    assert [one.holds for one in held(plant, wish.record)] == [True]
    assert kinds(plant)[-2:] == ["proved_at_provider", "approved"]
    assert verify(plant.settings).is_well
    with pytest.raises(SignInRefused, match="used already"):
        sign_wish(plant, wish, arrived.proof)


def test_a_provider_that_does_not_ask_anew_signs_nothing(
    plant, provider, visitor, token, wish
) -> None:
    provider.heeds_prompt = False
    with pytest.raises(SignInRefused, match="did not ask you to sign in anew"):
        prove(plant, visitor, token, wish)
    assert state(plant, wish) is RecordState.IN_REVIEW


def test_the_sign_in_of_the_session_itself_signs_nothing_however_young(
    plant, provider, visitor, wish
) -> None:
    provider.heeds_prompt = False
    with pytest.raises(SignInRefused, match="did not ask you to sign in anew"):
        prove(plant, visitor, token_of(plant, visitor), wish)


def test_one_sign_in_signs_once(plant, provider, visitor, token, wish) -> None:
    assert prove(plant, visitor, token, wish).proof is not None
    provider.heeds_prompt = False
    with pytest.raises(SignInRefused, match="did not ask you to sign in anew"):
        prove(plant, visitor, token, wish)


@pytest.mark.parametrize(
    ("claims", "left_out"), [({"auth_time": 1}, set()), ({"auth_time": "x"}, set()),
                             ({}, {"auth_time"}), ({"nonce": "another"}, set())],
)  # fmt: skip
def test_a_token_that_is_old_or_not_for_this_signs_nothing(
    plant, provider, visitor, token, wish, claims, left_out
) -> None:
    provider.claims, provider.left_out = claims, left_out
    with pytest.raises(SignInRefused):
        prove(plant, visitor, token, wish)
    assert state(plant, wish) is RecordState.IN_REVIEW


@pytest.mark.parametrize("user", ["other", "impostor"])
def test_somebody_else_at_the_fresh_sign_in_signs_nothing(
    plant, visitor, token, wish, user
) -> None:
    token_of(plant, Visitor(), "other")
    with pytest.raises(SignInRefused, match="somebody else signed in"):
        prove(plant, visitor, token, wish, user=user)
    with trail(plant) as lines:
        *_, last = lines
    assert (last.kind, last.by, last.new) == (
        "sign_in_refused",
        "q.lead",
        f"signature of {wish.record}",
    )


def test_the_answer_in_somebody_else_s_session_signs_nothing(plant, visitor, token, wish) -> None:
    theirs = token_of(plant, Visitor(), "other")
    with pytest.raises(SignInRefused, match="not the browser"):
        prove(plant, visitor, token, wish, back_in=theirs)


def test_a_session_that_ended_meanwhile_signs_nothing(plant, visitor, token, wish) -> None:
    back = visitor.goes_to(ask_to_sign(plant, token, wish), "q.lead")
    sign_out(plant, token)
    with pytest.raises(SignInRefused, match="session has ended"):
        come_back(plant, answer(back, token=token), where="here")


def test_a_ticket_signs_nothing_but_what_it_was_given_for(plant, visitor, token, wish) -> None:
    proof = prove(plant, visitor, token, wish).proof
    assert proof is not None
    other = read(plant, 1)
    seen = make_ready(plant, other)
    for wrong in (
        replace(wish, record=other, seen=seen),
        replace(wish, words="approved with deviations"),
        replace(wish, act=WishAct.REJECT),
    ):
        with pytest.raises(SignInRefused, match="for another signature"):
            sign_wish(plant, wrong, proof)
        with trail(plant) as lines:
            *_, last = lines
        assert (last.kind, last.new) == ("sign_in_refused", f"signature of {wrong.record}")
    assert state(plant, wish) is RecordState.IN_REVIEW
    assert sign_wish(plant, wish, proof).record.state is RecordState.APPROVED


def test_a_ticket_of_another_session_or_made_up_or_old_or_used_signs_nothing(
    plant, visitor, token, wish, clock
) -> None:
    proof = prove(plant, visitor, token, wish).proof
    assert proof is not None
    theirs = token_of(plant, Visitor(), "other")
    for wrong in (replace(proof, token=theirs), replace(proof, ticket="made up")):
        with pytest.raises(SignInRefused, match="no fresh sign-in"):
            sign_wish(plant, wish, wrong)
    clock.move(minutes=2)
    with pytest.raises(SignInRefused, match="too old"):
        sign_wish(plant, wish, proof)
    again = prove(plant, visitor, token, wish).proof
    assert again is not None
    sign_wish(plant, wish, again)
    with pytest.raises(SignInRefused, match="used already"):
        sign_wish(plant, wish, again)


def test_a_record_that_changed_before_or_during_the_visit_is_not_signed(
    plant, visitor, token, wish
) -> None:
    proof = prove(plant, visitor, token, wish).proof
    assert proof is not None
    do(plant, wish.record, Comment(None, "wait"))
    with pytest.raises(Conflict):
        sign_wish(plant, wish, proof)
    with pytest.raises(Conflict):
        ask_to_sign(plant, token, wish)
    assert state(plant, wish) is RecordState.IN_REVIEW


def test_nobody_with_a_password_here_signs_at_the_provider_nor_the_other_way_round(
    plant, token, wish
) -> None:
    local = sign_in(plant, "approver", "demo-approver-1", where="here").token
    with pytest.raises(NotAllowed, match="password here"):
        ask_to_sign(plant, local, wish)
    with pytest.raises(SignInRefused, match="no password here"):
        approve(plant, wish.record, MEANING, proof=Proof(token, "q.lead", ""), seen=wish.seen)
    with pytest.raises(SignInRefused, match="no fresh sign-in"):
        sign_wish(plant, wish, FreshSignIn(local, ""))


def test_whoever_may_not_sign_is_not_even_sent_to_the_provider(plant, provider, wish) -> None:
    add_person(
        plant, user="looks", name="Looks", role=PersonRole.READER, by=ADMIN, is_at_provider=True
    )
    provider.people["looks"] = {"sub": "99", "preferred_username": "looks"}
    theirs = token_of(plant, Visitor(), "looks")
    with pytest.raises(NotAllowed, match="may not approve"):
        ask_to_sign(plant, theirs, wish)


# ------------------------------------------------------------------------------------ settings


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"oidc_client_id": ""}, "RECORDROOM_OIDC_CLIENT_ID"),
        ({"address": ""}, "RECORDROOM_ADDRESS"),
        ({"address": "http://records.plant.example"}, "not https"),
        ({"oidc_issuer": "http://login.plant.example"}, "not https"),
        ({"oidc_issuer": "login.plant.example"}, "not https"),
    ],
)
def test_settings_that_can_not_work_are_named(plant, changes, says) -> None:
    with pytest.raises(SiteUnavailable, match=says):
        check_settings(plant.settings.model_copy(update=changes))


def test_a_provider_by_another_name_or_that_does_not_answer_is_told(plant, provider) -> None:
    where = provider.issuer
    provider.issuer = "http://127.0.0.1:9/other"
    with pytest.raises(SiteUnavailable, match="calls itself"):
        leave_to_sign_in(plant, there="/")
    provider.issuer = where
    away = plant.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    with pytest.raises(SiteUnavailable, match="does not answer"):
        leave_to_sign_in(replace(plant, settings=away), there="/")


def test_an_account_at_the_provider_is_added_once(plant) -> None:
    with pytest.raises(InputRefused, match="already"):
        add_person(
            plant, user="q.lead", name="Q", role=PersonRole.READER, by=ADMIN, is_at_provider=True
        )
