"""One's own account: who one is here, and API tokens for programs that work in one's name."""

import streamlit as st

from pipeline.core.scopes import LONGEST_LIFE, MEANINGS
from pipeline.people import Person
from pipeline.tokens import NewToken, Scope, make_token, may_hold
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.token_lists import show_tokens
from review_ui.parts.words import ROLES, moment, plain

NEW = "token to show"
DAYS = (7, 30, 90, 180, LONGEST_LIFE.days)


def draw() -> None:
    """Draws who is signed in, the tokens, and the form for a new one."""
    person = the_person()
    st.title("Account", anchor=False)
    st.markdown(
        f"**{plain(person.name)}**, account {plain(person.user)}, {ROLES[person.role]}. "
        "An administrator changes name and role."
    )
    show_new()
    st.subheader("API tokens", anchor=False)
    st.caption(
        "A token lets a program work in your name, for what it opens and never for more than your "
        "role allows. What it takes out stands in the trail under your name."
    )
    show_tokens(person.user)
    show_form(person)


def show_form(person: Person) -> None:
    """Asks for a new token."""
    with st.form("new token", clear_on_submit=True):
        st.subheader("New token", anchor=False)
        name = st.text_input(
            "What it is for", placeholder="nightly report", max_chars=80, autocomplete="off"
        )
        scopes = st.pills(
            "What it opens",
            may_hold(person),
            selection_mode="multi",
            format_func=lambda scope: f"{scope.value}: {MEANINGS[scope]}",
        )
        days = st.segmented_control(
            "For how many days", DAYS, default=90, required=True, format_func=str
        )
        if st.form_submit_button("Make the token", type="primary"):
            attempt(lambda: make(name, list(scopes), days or 90), done="Token made")
            st.rerun()


def make(name: str, scopes: list[Scope], days: int) -> None:
    """Makes the token, and keeps it for the next redraw only."""
    person = the_person()
    st.session_state[NEW] = make_token(
        the_site(),
        person.user,
        name=name,
        scopes=scopes,
        days=days,
        by=person,
        where=the_place(),
    )


def show_new() -> None:
    """The new token, shown once."""
    new: NewToken | None = st.session_state.pop(NEW, None)
    if new is None:
        return
    st.success(
        f"This is the token {plain(new.token.name)}, until {plain(moment(new.token.expires_at))}. "
        "Copy it into the program now: it is shown only this once and kept nowhere."
    )
    st.code(new.secret, language=None)
