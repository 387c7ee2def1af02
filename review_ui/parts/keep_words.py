"""Words and small parts that the screens of retention share."""

from collections.abc import Callable

import streamlit as st

from pipeline.core.values import Signature
from pipeline.people import Proof
from pipeline.retention import Kept
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person
from review_ui.parts.list_view import Part
from review_ui.parts.markup import piece
from review_ui.parts.sign_forms import ACCOUNT, PASSWORD, key_of, show_proof, the_token
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
    return Part("its day has passed", "good") if one.is_past else Part("kept", "quiet")


def show_signer(form: str) -> bool:
    """Asks who signs; gives whether this person can: an account here, with a password."""
    if the_person().is_at_provider:
        st.info("Holds and destruction lists are signed with a password: with an account here.")
        return False
    show_proof(form)
    return True


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


def sign_with(form: str, act: Callable[[Proof], object], done: str) -> None:
    """Signs with what the form holds; the password is kept nowhere."""
    state = st.session_state
    proof = Proof(
        the_token(), state.get(key_of(form, ACCOUNT), ""), state.get(key_of(form, PASSWORD), "")
    )
    if key_of(form, PASSWORD) in state:
        state[key_of(form, PASSWORD)] = ""
    attempt(lambda: act(proof), done=done)
