"""API tokens of an account: what each opens and until when, and the button that ends it."""

from datetime import datetime

import streamlit as st

from pipeline.tokens import Token, revoke_token, tokens_of
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.words import counted, moment, plain

WIDTHS = (1.6, 2.4, 1.5, 1.5, 1)


def show_tokens(user: str) -> None:
    """Draws the tokens that count, each with its button, and says how many are over."""
    found = tokens_of(the_site(), user, by=the_person())
    now = the_site().now()
    counting = [one for one in found if one.counts_at(now)]
    if counting:
        for place, title in zip(
            st.columns(WIDTHS), ("Token", "Opens", "Until", "Last used", ""), strict=True
        ):
            place.caption(title)
    for one in counting:
        show_token(one)
    over = len(found) - len(counting)
    if over:
        st.caption(f"{counted(over, 'token')} expired or revoked; the trail tells of each.")
    elif not found:
        st.caption("No tokens.")


def show_token(one: Token) -> None:
    """A token that counts, in a row."""
    name, opens, until, used, end = st.columns(WIDTHS, vertical_alignment="center")
    name.markdown(f"**{plain(one.name)}**")
    opens.markdown(plain(", ".join(one.scopes)))
    until.markdown(plain(moment(one.expires_at)))
    used.markdown(plain(said(one.used_at)))
    if end.button("Revoke", key=f"revoke token {one.id}", help=f"End {plain(one.name)} now"):
        confirm(one)


def said(used_at: datetime | None) -> str:
    """When a token was used last."""
    return moment(used_at) if used_at else "never"


@st.dialog("Are you sure?")
def confirm(one: Token) -> None:
    """Says what revoking means before it is done; nothing happens without a yes."""
    st.markdown(
        f"The program that uses **{plain(one.name)}** gets no answer any more. A token "
        "that was revoked can't be brought back."
    )
    with st.container(horizontal=True):
        if st.button("Yes, revoke it", type="primary"):
            attempt(
                lambda: revoke_token(the_site(), one.id, by=the_person(), where=the_place()),
                done=f"{one.name} is revoked",
            )
            st.rerun()
        if st.button("No"):
            st.rerun()
