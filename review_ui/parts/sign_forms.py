"""The forms that ask for a signature: what it means, and who signs, proved once more."""

from collections.abc import Callable, Sequence

import streamlit as st

from pipeline.api import SESSION_COOKIE
from pipeline.people import Person, is_first_signature
from pipeline.review import OpenRecord
from pipeline.signing import (
    Attestation,
    Proof,
    Wish,
    WishAct,
    approve,
    ask_to_sign,
    attest,
    reject,
)
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.leave import leave_for
from review_ui.parts.words import plain

MEANINGS = (
    "Reviewed and approved: the record is complete and agrees with the scan",
    "Approved with the deviations that the record names",
)
APPROVAL, ATTESTATION, REJECTION = "approval", "attestation", "rejection"
MEANING, ACCOUNT, PASSWORD = "meaning", "account", "password"
LEAVING = "leaving to sign"
"""Where the session keeps the provider's address, from the button until the browser goes."""


def show_sign_form(opened: OpenRecord, person: Person) -> None:
    """The approval: its meaning, and the signer."""
    with st.form(APPROVAL):
        st.subheader("Sign", anchor=False)
        st.markdown(
            f"You sign as **{plain(person.name)}**. The signature has the force of one on paper; "
            "the record is locked with it."
        )
        st.selectbox("Meaning of the signature", MEANINGS, key=key_of(APPROVAL, MEANING))
        show_proof(APPROVAL)
        st.form_submit_button(
            "Sign the record",
            type="primary",
            width="stretch",
            on_click=sign,
            args=(opened, APPROVAL),
        )


def show_attest_form(opened: OpenRecord, can_say: Sequence[Attestation]) -> None:
    """A signature that leaves the record in review: a true copy, or reviewed."""
    with (
        st.expander("Sign that it is a true copy, or reviewed"),
        st.form(ATTESTATION, border=False),
    ):
        st.selectbox(
            "What the signature says",
            can_say,
            format_func=lambda one: one.value,
            key=key_of(ATTESTATION, MEANING),
        )
        show_proof(ATTESTATION)
        st.form_submit_button("Sign", on_click=sign, args=(opened, ATTESTATION))


def show_reject_form(opened: OpenRecord) -> None:
    """Sending the record back, with a reason, signed."""
    with (
        st.expander("Reject this record"),
        st.form(REJECTION, border=False),
    ):
        st.text_area("Why is it rejected?", height=80, key=key_of(REJECTION, MEANING))
        show_proof(REJECTION)
        st.form_submit_button("Sign the rejection", on_click=sign, args=(opened, REJECTION))


def show_proof(form: str) -> None:
    """Who signs: at the first signature of a session the account's name too, then the password.

    Whoever signs in at the provider is asked there.
    """
    if the_person().is_at_provider:
        st.caption(
            f"You are asked to sign in with your {plain(the_site().settings.oidc_name)} once more; "
            "with that it is signed."
        )
        return
    if is_first_signature(the_site(), the_token()):
        st.text_input("Your account's name", autocomplete="off", key=key_of(form, ACCOUNT))
    st.text_input("Your password", type="password", autocomplete="off", key=key_of(form, PASSWORD))


def sign(opened: OpenRecord, form: str) -> None:
    """Signs what was on the screen; refused where it has changed meanwhile.

    The password is kept nowhere.
    """
    state = st.session_state
    act, _, done = ACTS[form]
    meaning, account = state[key_of(form, MEANING)].strip(), state.get(key_of(form, ACCOUNT), "")
    if key_of(form, PASSWORD) not in state:
        attempt(lambda: leave_to_sign(opened, form, meaning))
        return
    proof = Proof(the_token(), account, state[key_of(form, PASSWORD)])
    forget_password(form)
    attempt(
        lambda: act(
            the_site(), opened.record.id, meaning, proof=proof, seen=opened.seen, where=the_place()
        ),
        done=done,
    )


def leave_to_sign(opened: OpenRecord, form: str, meaning: str) -> None:
    """Binds a sign-in at the provider to what was on the screen; the browser goes there next."""
    wish = Wish(opened.record.id, ACTS[form][1], meaning, opened.seen)
    st.session_state[LEAVING] = ask_to_sign(the_site(), the_token(), wish)


def show_leaving() -> bool:
    """Sends the browser to the provider, where somebody has just asked to sign."""
    address = st.session_state.pop(LEAVING, None)
    if address:
        leave_for(address, "Go on to sign in")
    return bool(address)


ACTS: dict[str, tuple[Callable[..., OpenRecord], WishAct, str]] = {
    APPROVAL: (approve, WishAct.APPROVE, "Signed and locked"),
    ATTESTATION: (attest, WishAct.ATTEST, "Signed"),
    REJECTION: (reject, WishAct.REJECT, "Rejected"),
}
"""What each form signs, and what is said when it is done."""


def the_token() -> str:
    """The session's token, from its cookie."""
    return st.context.cookies.get(SESSION_COOKIE, "")


def key_of(form: str, what: str) -> str:
    """The key of a form's input: another one once it is signed, and for each try of a password.

    For a browser keeps what stands in an input as long as its key stays.
    """
    round_ = st.session_state.get(_round(form, is_password=what == PASSWORD), 0)
    return f"{form} {what} {round_}"


def forget_password(form: str) -> None:
    """The password that was typed is in no input any more."""
    _next_round(_round(form, is_password=True))


def forget_form(form: str) -> None:
    """Nor is all else that the form asks for: it was signed."""
    _next_round(_round(form, is_password=False))


def _round(form: str, *, is_password: bool) -> str:
    return f"{form} {'tries' if is_password else 'signed'}"


def _next_round(name: str) -> None:
    st.session_state[name] = st.session_state.get(name, 0) + 1
