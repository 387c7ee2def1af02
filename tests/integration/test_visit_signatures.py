"""Once more at the provider for a signature: bound to a session and to exactly what is signed."""

from dataclasses import replace

import pytest
from provider_site import answer, kinds, token_of
from site_records import ADMIN, do, make_ready, read
from small_provider import Visitor

from pipeline.accounts import PersonRole
from pipeline.core.review import Comment
from pipeline.core.values import RecordState
from pipeline.errors import Conflict, NotAllowed, SignInRefused
from pipeline.people import Proof, add_person, sign_in, sign_out
from pipeline.review import open_record
from pipeline.signing import Wish, WishAct, approve, ask_to_sign, held, sign_wish
from pipeline.site import Site
from pipeline.trail import trail
from pipeline.verify import verify
from pipeline.visits import Arrival, FreshSignIn, come_back

MEANING = "approved for release"


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
