"""Words and small parts that the screens of retention share."""

import streamlit as st

from pipeline.core.values import Signature
from pipeline.people import Proof
from pipeline.retention import Kept
from pipeline.wish_signing import ask_to_keep, sign_keep
from pipeline.wishes import KeepWish
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_place
from review_ui.parts.list_view import Part
from review_ui.parts.markup import piece
from review_ui.parts.sign_forms import (
    ACCOUNT,
    LEAVING,
    PASSWORD,
    forget_form,
    forget_password,
    key_of,
    the_token,
)
from review_ui.parts.words import moment

EVERY_FORM = "every form"


def stands(one: Kept) -> Part:
    """Whether a record may be destroyed, or why it stays."""
    if one.holds:
        return Part(f"◆ on legal hold {', '.join(map(str, one.holds))}", "critical")
    if one.maybe_held:
        numbers = ", ".join(map(str, one.maybe_held))
        return Part(f"◆ perhaps on legal hold {numbers}, which can't be followed", "critical")
    if one.retention.until is None:
        return Part(f"▲ kept: {one.retention.why_kept}", "major")
    if one.on_list is not None:
        return Part(f"on destruction list {one.on_list}", "major")
    return Part("its day has passed", "good") if one.is_past else Part("kept", "quiet")


def day_of(day: object) -> str:
    """A day, or that there is none."""
    return str(day) if day else "—"


def signature_line(one: Signature, what: str) -> str:
    """A signature in a box: who, what it says and when."""
    return piece(
        '<div class="signature"><small>$what</small><b>$name</b><span>$meaning</span>'
        "<span>$at</span><small>$user · $digest</small></div>",
        what=what,
        name=one.name,
        meaning=one.meaning,
        at=moment(one.at),
        user=one.user,
        digest=one.digest,
    )


def sign_with(form: str, wish: KeepWish, done: str) -> None:
    """Signs with the password of the form, which is kept nowhere; or sends to the provider."""
    state, where = st.session_state, the_place()
    if key_of(form, PASSWORD) not in state:
        attempt(lambda: leave_to_keep(wish))
        return
    proof = Proof(the_token(), state.get(key_of(form, ACCOUNT), ""), state[key_of(form, PASSWORD)])
    forget_password(form)
    if attempt(lambda: sign_keep(the_site(), wish, proof, where=where), done=done):
        forget_form(form)


def leave_to_keep(wish: KeepWish) -> None:
    """Binds a sign-in at the provider to what the form says; the browser goes there next."""
    st.session_state[LEAVING] = ask_to_keep(the_site(), the_token(), wish)
