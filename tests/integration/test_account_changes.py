"""Accounts change: roles, lost passwords, closed accounts, sessions ended everywhere."""

import pytest
from site_records import ADMIN, APPROVER, READER, REVIEWER, password_of

from pipeline.account_changes import (
    close_account,
    reset_password,
    set_role,
    sign_out_everywhere,
    use_provider,
)
from pipeline.accounts import PersonRole
from pipeline.errors import InputRefused, NotAllowed, SignInRefused
from pipeline.people import change_password, list_people, person_of, sign_in
from pipeline.tokens import Scope, bearer_of, make_token, tokens_of
from pipeline.trail import trail
from pipeline.verify import verify


def token(site, person) -> str:
    return sign_in(site, person.user, password_of(person), where="here").token


def last(site):
    with trail(site) as lines:
        *_, line = lines
    return line


@pytest.mark.parametrize(
    "change",
    [
        lambda site: set_role(site, "reader", PersonRole.REVIEWER, by=ADMIN),
        lambda site: reset_password(site, "reader", by=ADMIN),
        lambda site: use_provider(site, "reader", by=ADMIN),
        lambda site: close_account(site, "reader", by=ADMIN),
        lambda site: sign_out_everywhere(site, "reader", by=READER),
    ],
)
def test_with_the_sessions_end_the_tokens(site, change) -> None:
    about = {"scopes": [Scope.RECORDS], "days": 300}
    theirs = make_token(site, "reader", name="nightly", by=READER, **about)
    others = make_token(site, "reviewer", name="report", by=REVIEWER, **about)
    change(site)
    with pytest.raises(SignInRefused):
        bearer_of(site, theirs.secret)
    (kept,) = tokens_of(site, "reader", by=ADMIN)
    assert kept.revoked_at == site.now()
    assert bearer_of(site, others.secret).person.user == "reviewer"
    with trail(site) as lines:
        told = [line.new for line in lines if line.kind == "token_revoked"]
    assert len(told) == 1 and told[0].startswith("reader: nightly")
    assert verify(site.settings).is_well


def test_a_closed_account_has_no_session_and_gets_none(site) -> None:
    theirs = token(site, REVIEWER)
    assert close_account(site, "reviewer", by=ADMIN).is_closed
    assert person_of(site, theirs) is None
    with pytest.raises(SignInRefused, match="closed"):
        token(site, REVIEWER)
    assert {one.user for one in list_people(site) if one.is_closed} == {"reviewer"}
    assert verify(site.settings).is_well


def test_an_account_is_closed_once(site) -> None:
    close_account(site, "reader", by=ADMIN)
    with pytest.raises(InputRefused, match="closed already"):
        close_account(site, "reader", by=ADMIN)


def test_another_role_ends_the_sessions_of_the_old_one(site) -> None:
    theirs = token(site, REVIEWER)
    assert set_role(site, "reviewer", PersonRole.APPROVER, by=ADMIN).role is PersonRole.APPROVER
    assert person_of(site, theirs) is None
    assert sign_in(site, "reviewer", password_of(REVIEWER), where="here").person.role == "approver"
    with trail(site) as lines:
        told = [line for line in lines if line.kind == "role_changed"]
    assert [(one.by, one.old, one.new) for one in told] == [
        ("admin", "reviewer", "reviewer: approver")
    ]


def test_a_lost_password_gives_way_to_a_one_time_one_and_lifts_a_lock(site) -> None:
    theirs = token(site, APPROVER)
    for _ in range(site.settings.wrong_passwords):
        with pytest.raises(SignInRefused):
            sign_in(site, "approver", "wrong", where="here")
    new = reset_password(site, "approver", by=ADMIN)
    assert person_of(site, theirs) is None
    signed = sign_in(site, "approver", new.password, where="here")
    assert signed.person.must_change_password
    with pytest.raises(SignInRefused):
        token(site, APPROVER)


def test_a_new_password_ends_every_session_but_the_one_it_was_set_in(site) -> None:
    here, elsewhere = token(site, REVIEWER), token(site, REVIEWER)
    change_password(
        site, "reviewer", old=password_of(REVIEWER), new="blue granules", where="here", keep=here
    )
    assert person_of(site, here) is not None
    assert person_of(site, elsewhere) is None
    assert (last(site).kind, last(site).new) == ("password_changed", "1 other sessions ended")


def test_signing_out_everywhere_ends_every_session_of_one_person(site) -> None:
    theirs, other = [token(site, REVIEWER) for _ in range(3)], token(site, READER)
    assert sign_out_everywhere(site, "reviewer", by=REVIEWER) == 3
    assert [person_of(site, one) for one in theirs] == [None] * 3
    assert person_of(site, other) is not None
    assert (last(site).kind, last(site).new) == ("signed_out_everywhere", "reviewer: 3")


def test_only_an_administrator_ends_somebody_else_s_sessions(site) -> None:
    with pytest.raises(NotAllowed, match="may not"):
        sign_out_everywhere(site, "approver", by=REVIEWER)
    token(site, REVIEWER)
    assert sign_out_everywhere(site, "reviewer", by=ADMIN) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda site, user: close_account(site, user, by=ADMIN),
        lambda site, user: reset_password(site, user, by=ADMIN),
        lambda site, user: set_role(site, user, PersonRole.READER, by=ADMIN),
    ],
    ids=["close", "reset", "role"],
)
def test_nobody_changes_their_own_account_or_one_that_is_not_there(site, act) -> None:
    with pytest.raises(NotAllowed, match="their own account"):
        act(site, "admin")
    with pytest.raises(InputRefused, match="no account"):
        act(site, "nobody")
