"""Who may do what, and what a password has to be."""

import pytest

from pipeline.accounts import (
    MAY,
    Act,
    Person,
    PersonRole,
    check_password,
    hash_password,
    is_password,
    one_time_password,
    require,
    user_name,
)
from pipeline.errors import InputRefused, NotAllowed
from pipeline.plain import plain


def somebody(role: PersonRole) -> Person:
    return Person("j.miller", "Jo Miller", role)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", PersonRole)
def test_each_role_may_do_its_own_and_nothing_else(act: Act, role: PersonRole) -> None:
    if role in MAY[act]:
        require(somebody(role), act)
        return
    with pytest.raises(NotAllowed, match="may not"):
        require(somebody(role), act)


def test_nobody_may_both_review_and_approve() -> None:
    assert not set(MAY[Act.REVIEW]) & set(MAY[Act.APPROVE])


def test_whoever_only_reads_may_do_nothing_else() -> None:
    allowed = {act for act, roles in MAY.items() if PersonRole.READER in roles}
    assert allowed == {Act.LOOK, Act.EXPORT}  # takes out approved records alone


def test_a_refusal_says_whom_to_ask() -> None:
    with pytest.raises(NotAllowed) as refused:
        require(somebody(PersonRole.READER), Act.UPLOAD)
    assert str(refused.value) == (
        "j.miller may not upload scans as reader; "
        "ask somebody whose role is document control or administrator"
    )


def test_a_password_is_known_by_its_hash_alone(costly_passwords) -> None:
    kept = hash_password("blue granules twice")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_password("blue granules twice", kept)
    assert not is_password("blue granules", kept)
    assert not is_password("blue granules twice", None)
    assert not is_password("blue granules twice", "no hash")


@pytest.mark.parametrize(
    "easy", ["password1234", "passwordpassword", "123456789012", "recordroom2026", "qwerty123456"]
)
def test_a_password_that_is_tried_first_is_refused(easy) -> None:
    with pytest.raises(InputRefused, match="tried first"):
        check_password("j.miller", easy)


@pytest.mark.parametrize("good", ["blue granules", "sieve twice daily"])
def test_a_few_words_are_a_good_password(good) -> None:
    check_password("j.miller", good)


def test_one_time_passwords_are_long_enough_and_never_the_same() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_password("j.miller", password)


@pytest.mark.parametrize("password", ["x" * 11, "x" * 257, "I am J.Miller, hello"])
def test_a_poor_password_is_refused(password: str) -> None:
    with pytest.raises(InputRefused):
        check_password("j.miller", password)


@pytest.mark.parametrize("password", ["пароль с пробелами", "no digits needed"])
def test_no_signs_of_a_kind_are_asked_for(password: str) -> None:
    check_password("j.miller", password)


def test_a_user_s_name_is_kept_in_small_letters() -> None:
    assert user_name("  J.Miller@plant ") == "j.miller@plant"


def test_only_signs_that_no_table_can_hold_are_replaced() -> None:
    assert plain("a\tb\nü 😀") == "a\tb\nü 😀"
    assert plain("a\0b\ud800") == "a\ufffdb\ufffd"
