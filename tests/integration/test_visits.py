"""Signing in at the plant's provider: who is let in, and all that is not. The provider is a small
real one, with keys of its own.
"""

from dataclasses import replace

import pytest
from joserfc.jwk import RSAKey
from provider_site import answer, arrive, kinds, refused, token_of
from site_records import ADMIN, APPROVER
from small_provider import CLIENT, SECRET, Visitor

from pipeline.account_changes import close_account, reset_password, use_provider
from pipeline.accounts import PersonRole
from pipeline.errors import InputRefused, SignInRefused, SiteUnavailable
from pipeline.openid import check_settings
from pipeline.people import add_person, person_of, sign_in
from pipeline.visits import come_back, leave_to_sign_in

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
