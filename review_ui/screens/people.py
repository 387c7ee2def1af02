"""People: who has an account, new accounts with a one-time password, and what becomes of them."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from pipeline.account_changes import (
    close_account,
    reset_password,
    set_role,
    sign_out_everywhere,
    use_provider,
)
from pipeline.openid import has_provider
from pipeline.people import NewAccount, Person, PersonRole, add_person, list_people
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.token_lists import show_tokens
from review_ui.parts.words import ROLES, plain

COLUMNS = (Column("Account"), Column("Name"), Column("Role"), Column("Signs in with"))
NEW = "new account"
ACCOUNT = "account"
"""Under this name the chosen account stands in the address."""
ROLE = "chosen role"


def draw() -> None:
    """Draws the accounts beside the form for a new one."""
    st.title("People", anchor=False)
    table, form = st.columns([1.4, 1], gap="large")
    people = list_people(the_site())
    with table:
        picked = list_view("Accounts", COLUMNS, [line(one) for one in people], key="people")
        if picked:
            st.query_params[ACCOUNT] = picked
        st.caption("Choose a row to change that account.")
        chosen = next((one for one in people if one.user == st.query_params.get(ACCOUNT)), None)
        if chosen is not None:
            st.subheader(f"API tokens of {plain(chosen.user)}", anchor=False)
            show_tokens(chosen.user)
    with form:
        show_new()
        if chosen is not None:
            show_changes(chosen)
        show_form()


def line(person: Person) -> Line:
    """An account as a row."""
    password = Part("own password", "quiet")
    if person.must_change_password:
        password = Part("one-time password", "major")
    if person.is_at_provider:
        password = Part(the_site().settings.oidc_name, "quiet")
    if person.is_closed:
        password = Part("closed", "signal")
    return Line(
        person.user,
        f"/people?{urlencode({ACCOUNT: person.user})}",
        (
            (Part(person.user, "mono"),),
            (Part(person.name),),
            (Part(ROLES[person.role]),),
            (password,),
        ),
    )


def show_form() -> None:
    """Asks for a new account."""
    with st.form("new person", clear_on_submit=True):
        st.subheader("New account", anchor=False)
        user = st.text_input("Account", placeholder="j.miller", autocomplete="off")
        name = st.text_input("Name as it is printed beside a signature", autocomplete="off")
        role = st.selectbox("Role", tuple(PersonRole), format_func=ROLES.__getitem__)
        is_at_provider = has_provider(the_site().settings) and st.checkbox(
            f"Signs in with the {plain(the_site().settings.oidc_name)}"
        )
        if st.form_submit_button("Add", type="primary"):
            attempt(
                lambda: add(user, name, role or PersonRole.READER, is_at_provider=is_at_provider),
                done="Account added",
            )
            st.rerun()


def add(user: str, name: str, role: PersonRole, *, is_at_provider: bool) -> None:
    """Adds the account, and keeps its one-time password for the next redraw only."""
    st.session_state[NEW] = add_person(
        the_site(),
        user=user,
        name=name,
        role=role,
        by=the_person(),
        is_at_provider=is_at_provider,
        where=the_place(),
    )


def show_changes(person: Person) -> None:
    """Another role, another way to sign in, an end to all sessions, or to the account."""
    with st.container(border=True):
        st.subheader(f"Account {plain(person.user)}", anchor=False)
        if person.user == the_person().user:
            st.caption("Your own account is changed by another administrator.")
            return
        st.selectbox(
            "New role",
            tuple(PersonRole),
            index=tuple(PersonRole).index(person.role),
            format_func=ROLES.__getitem__,
            key=ROLE + person.user,
        )
        for change in changes_of(person):
            if st.button(change.text, width="stretch"):
                confirm(change, person)


@dataclass(frozen=True)
class Change:
    """What can be done with an account: its button, what comes of it, and the step itself."""

    text: str
    means: Callable[[Person], str]
    act: Callable[[Person], object]


@st.dialog("Are you sure?")
def confirm(change: Change, person: Person) -> None:
    """Says what a change means before it is done; nothing happens without a yes."""
    st.markdown(change.means(person))
    with st.container(horizontal=True):
        if st.button("Yes, do it", type="primary"):
            attempt(lambda: change.act(person), done=f"{change.text}: {person.user}")
            st.rerun()
        if st.button("No"):
            st.rerun()


def changes_of(person: Person) -> tuple[Change, ...]:
    """What can be done with this account now."""
    if person.is_closed:
        return ()
    is_to_move = has_provider(the_site().settings) and not person.is_at_provider
    to_provider = (MOVE,) if is_to_move else ()
    return (GIVE_ROLE, GIVE_PASSWORD, *to_provider, END_SESSIONS, CLOSE)


def chosen_role(person: Person) -> PersonRole:
    """The role that is chosen for the account."""
    return PersonRole(st.session_state[ROLE + person.user])


def give_role(person: Person) -> None:
    """Gives the account the role that is chosen."""
    role = chosen_role(person)
    set_role(the_site(), person.user, role, by=the_person(), where=the_place())


def give_password(person: Person) -> None:
    """Gives the account a new one-time password, kept for the next redraw only."""
    st.session_state[NEW] = reset_password(
        the_site(), person.user, by=the_person(), where=the_place()
    )


def move(person: Person) -> None:
    """Has the person sign in at the provider from now on."""
    use_provider(the_site(), person.user, by=the_person(), where=the_place())


def end_sessions(person: Person) -> None:
    """Ends every session of the account."""
    sign_out_everywhere(the_site(), person.user, by=the_person(), where=the_place())


def close(person: Person) -> None:
    """Closes the account."""
    close_account(the_site(), person.user, by=the_person(), where=the_place())


def called(person: Person) -> str:
    """The person and the account, as Markdown shows them."""
    return f"**{plain(person.name)}** ({plain(person.user)})"


GIVE_ROLE = Change(
    "Give this role",
    lambda one: (
        f"{called(one)} becomes **{ROLES[chosen_role(one)]}** and is no longer "
        f"**{ROLES[one.role]}**. Their sessions end; what they signed stays."
    ),
    give_role,
)
GIVE_PASSWORD = Change(
    "New one-time password",
    lambda one: (
        f"{called(one)} gets a one-time password, which you hand over. The one before counts no "
        "more, and their sessions end."
    ),
    give_password,
)
MOVE = Change(
    "Sign in at the provider",
    lambda one: (
        f"{called(one)} signs in with the {plain(the_site().settings.oidc_name)} from now on. "
        "The password here is gone, and their sessions end."
    ),
    move,
)
END_SESSIONS = Change(
    "Sign out everywhere",
    lambda one: f"{called(one)} is signed out in all browsers. What is not saved there is lost.",
    end_sessions,
)
CLOSE = Change(
    "Close the account",
    lambda one: (
        f"{called(one)} signs in no more, and is signed out at once. The account is not opened "
        "again; all that it signed stays."
    ),
    close,
)


def show_new() -> None:
    """The new account's one-time password, shown once."""
    account: NewAccount | None = st.session_state.pop(NEW, None)
    if account is None:
        return
    if not account.password:
        st.success(
            f"Account {plain(account.person.user)} is there. {plain(account.person.name)} signs in "
            f"with the {plain(the_site().settings.oidc_name)}; there is no password here."
        )
        return
    st.success(
        f"Account {plain(account.person.user)} is there. Give this one-time password to "
        f"{plain(account.person.name)}; it is shown only now and kept nowhere."
    )
    st.code(account.password, language=None)
