"""Accounts, sign-in and sessions on both databases; every refusal is in the trail."""

import pytest
from sqlmodel import select

from pipeline.accounts import Person, PersonRole
from pipeline.errors import InputRefused, NotAllowed, SignInRefused
from pipeline.people import (
    add_person,
    change_password,
    list_people,
    person_of,
    sign_in,
    sign_out,
)
from pipeline.site import Site
from pipeline.store.database import reading
from pipeline.store.site_tables import AccountRow, SessionRow
from pipeline.trail import trail

ADMIN = Person("admin", "Ines Moreau", PersonRole.ADMINISTRATOR)
PASSWORD = "demo-reviewer-1"


def kinds(site: Site) -> list[str]:
    with trail(site) as lines:
        return [line.kind for line in lines]


def sign(site: Site, password: str = PASSWORD, user: str = "reviewer"):
    return sign_in(site, user, password, where="10.0.0.7")


def refuse(site: Site, password: str = "wrong") -> str:
    with pytest.raises(SignInRefused) as refused:
        sign(site, password)
    return refused.value.reason


def test_a_demonstration_site_has_an_account_for_each_role(site) -> None:
    assert {person.role for person in list_people(site)} == set(PersonRole)


def test_who_signs_in_is_known_by_the_token(site) -> None:
    signed = sign(site)
    assert signed.person.role is PersonRole.REVIEWER
    assert person_of(site, signed.token) == signed.person


def test_a_name_is_found_whatever_its_case(site) -> None:
    assert sign(site, user=" Reviewer ").person.user == "reviewer"


def test_only_a_digest_of_the_token_is_kept(site) -> None:
    token = sign(site).token
    with reading(site.engine) as session:
        row = session.exec(select(SessionRow)).one()
    assert token not in str(row.model_dump())


def test_only_a_hash_of_the_password_is_kept(site) -> None:
    with reading(site.engine) as session:
        kept = [row.password_hash for row in session.exec(select(AccountRow))]
    assert all(one.startswith("$argon2id$") for one in kept)
    assert len(set(kept)) == len(kept)


@pytest.mark.parametrize("token", ["", "x", "../../etc"])
def test_a_made_up_token_is_nobodys(site, token: str) -> None:
    assert person_of(site, token) is None


def test_after_signing_out_the_token_is_worth_nothing(site) -> None:
    token = sign(site).token
    sign_out(site, token)
    assert person_of(site, token) is None
    assert kinds(site)[-2:] == ["signed_in", "signed_out"]


def test_an_idle_session_ends_and_the_trail_says_so_once(site, clock) -> None:
    token = sign(site).token
    clock.move(minutes=site.settings.session_idle_minutes)
    assert person_of(site, token) is None
    assert person_of(site, token) is None
    assert kinds(site).count("session_ended") == 1


def test_a_session_in_use_goes_on_until_its_longest_time(site, clock) -> None:
    token = sign(site).token
    for _ in range(site.settings.session_hours * 3 - 1):
        clock.move(minutes=20)
        assert person_of(site, token) is not None
    clock.move(minutes=20)
    assert person_of(site, token) is None


def test_a_wrong_password_is_refused_and_written_down(site) -> None:
    assert "wrong" in refuse(site)
    with trail(site) as lines:
        last = list(lines)[-1]
    assert (last.kind, last.by, last.where) == ("sign_in_refused", "reviewer", "10.0.0.7")


def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(site) -> None:
    with pytest.raises(SignInRefused) as refused:
        sign(site, user="nobody")
    assert str(refused.value).startswith(refuse(site))
    assert kinds(site)[-2:] == ["sign_in_refused", "sign_in_refused"]


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(site, clock) -> None:
    for _ in range(site.settings.wrong_passwords):
        refuse(site)
    assert "locked" in refuse(site, PASSWORD)
    assert kinds(site)[-2:] == ["account_locked", "sign_in_refused"]
    clock.move(minutes=site.settings.lock_minutes)
    assert sign(site).person.user == "reviewer"


def test_the_right_password_forgives_the_wrong_ones_before(site) -> None:
    for _ in range(site.settings.wrong_passwords - 1):
        refuse(site)
    sign(site)
    refuse(site)
    assert sign(site).person.user == "reviewer"


def test_a_new_account_has_to_change_its_one_time_password(site) -> None:
    new = add_person(site, user="J.Miller", name="Jo Miller", role=PersonRole.REVIEWER, by=ADMIN)
    assert new.password not in repr(new)
    signed = sign(site, new.password, "j.miller")
    assert signed.person.must_change_password
    changed = change_password(
        site, "j.miller", old=new.password, new="sieve twice daily", where="here"
    )
    assert not changed.must_change_password
    assert not sign(site, "sieve twice daily", "j.miller").person.must_change_password
    with pytest.raises(SignInRefused):
        sign(site, new.password, "j.miller")


@pytest.mark.parametrize("new", ["short", "x" * 300, "reviewer reviewer", PASSWORD])
def test_a_bad_new_password_is_refused(site, new: str) -> None:
    with pytest.raises(InputRefused):
        change_password(site, "reviewer", old=PASSWORD, new=new, where="here")
    assert sign(site).person.user == "reviewer"


def test_nobody_changes_a_password_without_the_old_one(site) -> None:
    with pytest.raises(SignInRefused):
        change_password(site, "reviewer", old="guess", new="sieve twice daily", where="here")


def test_only_an_administrator_adds_people(site) -> None:
    reviewer = Person("reviewer", "Ruth", PersonRole.REVIEWER)
    with pytest.raises(NotAllowed, match="administrator"):
        add_person(site, user="x.y", name="X", role=PersonRole.READER, by=reviewer)


def test_a_name_is_taken_once(site) -> None:
    with pytest.raises(InputRefused, match="already"):
        add_person(site, user="REVIEWER", name="X", role=PersonRole.READER, by=ADMIN)


@pytest.mark.parametrize("user", ["", "a", "a b", "ü", "x" * 80, "-x", "a\nb"])
def test_a_name_that_can_be_mistaken_is_refused(sqlite_site, user: str) -> None:
    with pytest.raises(InputRefused, match="no name for an account"):
        add_person(sqlite_site, user=user, name="X", role=PersonRole.READER, by=ADMIN)


@pytest.mark.parametrize(
    "user", ["", "\0", "a\0b", "x" * 10_000, "'; DROP TABLE account", "\ud800"]
)
def test_a_name_that_nobody_can_have_is_refused_like_any_other(site, user: str) -> None:
    with pytest.raises(SignInRefused, match="wrong"):
        sign(site, user=user)
    assert kinds(site)[-1] == "sign_in_refused"
