"""Signing what somebody went to the plant's provider for: a record, or something of retention."""

from pipeline.accounts import Act, require
from pipeline.destruction import bound_to_list, sign_list
from pipeline.holds import bound_to_hold, bound_to_lift, hold_records, lift_hold
from pipeline.retention_signing import AnyProof
from pipeline.signing import sign_wish
from pipeline.site import HERE, Site
from pipeline.visits import FreshSignIn, leave_to_sign, who_leaves
from pipeline.wishes import AnyWish, KeepAct, KeepWish

MAY_SIGN = {KeepAct.HOLD: Act.HOLD, KeepAct.LIFT: Act.HOLD, KeepAct.DESTROY: Act.DESTROY}


def ask_to_keep(site: Site, token: str, wish: KeepWish) -> str:
    """Send somebody to the provider to sign a hold, its lifting or a destruction list.

    The sign-in there is bound to just this, as it stands now, and to the session. What would be
    refused anyway is refused before; gives the address to go to.
    """
    person = who_leaves(site, token)
    require(person, MAY_SIGN[wish.act])
    match wish.act:
        case KeepAct.HOLD:
            bound = bound_to_hold(site, wish.scope, wish.words)
        case KeepAct.LIFT:
            bound = bound_to_lift(site, wish.number, wish.words)
        case KeepAct.DESTROY:
            bound = bound_to_list(site, wish.number, signer=person)
    return leave_to_sign(site, token, wish, bound=bound)


def sign_keep(site: Site, wish: KeepWish, proof: AnyProof, *, where: str = HERE) -> int:
    """Sign what was wished of retention; gives the number of the hold or list."""
    match wish.act:
        case KeepAct.HOLD:
            return hold_records(site, wish.scope, wish.words, proof=proof, where=where).number
        case KeepAct.LIFT:
            return lift_hold(site, wish.number, wish.words, proof=proof, where=where).number
        case KeepAct.DESTROY:
            return sign_list(site, wish.number, proof=proof, where=where).number


def fulfil(site: Site, wish: AnyWish, proof: FreshSignIn, *, where: str = HERE) -> None:
    """Sign what somebody comes back from the provider for."""
    if isinstance(wish, KeepWish):
        sign_keep(site, wish, proof, where=where)
    else:
        sign_wish(site, wish, proof, where=where)
