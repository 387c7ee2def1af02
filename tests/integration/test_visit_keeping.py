"""Once more at the provider for a legal hold, its lifting or a destruction list."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from kept_records import dated_site, old
from provider_site import answer, kinds, token_of, with_provider
from site_records import APPROVER, CONTROL, proof_of
from small_provider import SmallProvider, Visitor

from pipeline.destroying import carry_out
from pipeline.destruction import ListState, draw_up, sign_list
from pipeline.errors import InputRefused, NotAllowed, SignInRefused
from pipeline.holds import Scope, holds
from pipeline.site import Site
from pipeline.trail import trail
from pipeline.verify import verify
from pipeline.visits import FreshSignIn, come_back
from pipeline.wish_signing import ask_to_keep, fulfil, sign_keep
from pipeline.wishes import KeepAct, KeepWish


@pytest.fixture
def plant(tmp_path, provider: SmallProvider) -> Iterator[Site]:
    with dated_site(tmp_path) as site:
        provider.now = site.clock
        yield with_provider(site, provider)


def prove(site: Site, visitor: Visitor, token: str, wish: KeepWish) -> FreshSignIn:
    """Back from the provider, with a wish that is just what it was when they went."""
    site.clock.move(minutes=5)
    back = visitor.goes_to(ask_to_keep(site, token, wish), "q.lead")
    arrived = come_back(site, answer(back, token=token), where="here")
    assert arrived.wish == wish and arrived.proof is not None
    return arrived.proof


def test_a_hold_is_placed_and_lifted_by_a_fresh_sign_in_bound_to_just_that(plant) -> None:
    record, visitor = old(plant), Visitor()
    token = token_of(plant, visitor)
    hold = KeepWish(KeepAct.HOLD, words="claim 7", scope=Scope((record,), batch_number="B"))
    proof = prove(plant, visitor, token, hold)
    for wrong in (replace(hold, words="claim 8"), replace(hold, scope=Scope((record,)))):
        with pytest.raises(SignInRefused, match="for another signature"):
            fulfil(plant, wrong, proof)
        with trail(plant) as lines:
            *_, last = lines
        assert (last.kind, last.by, last.new) == (
            "sign_in_refused",
            "q.lead",
            "signature of a legal hold",
        )
    fulfil(plant, hold, proof)
    assert kinds(plant)[-1] == "hold_signed"
    with pytest.raises(SignInRefused, match="used already"):
        fulfil(plant, hold, proof)
    lift = KeepWish(KeepAct.LIFT, 1, "settled")
    assert sign_keep(plant, lift, prove(plant, visitor, token, lift)) == 1
    (found,) = holds(plant, by=APPROVER)
    assert found.records == (record,)
    assert [one.user for one in (found.signature, found.lifted)] == ["q.lead", "q.lead"]
    assert verify(plant.settings).is_well
    with pytest.raises(NotAllowed, match="lifted already"):
        ask_to_keep(plant, token, lift)
    with pytest.raises(InputRefused, match="no record fits"):
        ask_to_keep(plant, token, replace(hold, scope=Scope(batch_number="none")))


def test_a_destruction_list_is_signed_at_the_provider_by_whoever_may(plant) -> None:
    record, visitor = old(plant), Visitor()
    token = token_of(plant, visitor)
    number = draw_up(plant, [record], "their day has passed", by=CONTROL).number
    wish = KeepWish(KeepAct.DESTROY, number)
    with pytest.raises(NotAllowed, match="password here"):
        ask_to_keep(plant, proof_of(plant, APPROVER).token, wish)
    fulfil(plant, wish, prove(plant, visitor, token, wish))
    with pytest.raises(NotAllowed, match="has signed this list"):
        ask_to_keep(plant, token, wish)
    signed = sign_list(plant, number, proof=proof_of(plant, APPROVER))
    assert signed.state is ListState.SIGNED
    assert carry_out(plant, number, by=APPROVER).records == (record,)
    assert verify(plant.settings).is_well
