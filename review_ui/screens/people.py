"""People: who has an account, new accounts with a one-time password, and what becomes of them."""

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from pipeline.account_changes import (
    close_account,
    reset_password,
    set_role,
    sign_out_everywhere,
)
from pipeline.people import NewAccount, Person, PersonRole, add_person, list_people
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.words import ROLES, plain

COLUMNS = (Column("Account"), Column("Name"), Column("Role"), Column("Password"))
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
    with form:
        show_new()
        chosen = next((one for one in people if one.user == st.query_params.get(ACCOUNT)), None)
        if chosen is not None:
            show_changes(chosen)
        show_form()


def line(person: Person) -> Line:
    """An account as a row."""
    password = Part("one-time", "major") if person.must_change_password else Part("own", "quiet")
    if person.is_closed:
        password = Part("closed", "quiet")
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
        if st.form_submit_button("Add", type="primary"):
            attempt(lambda: add(user, name, role or PersonRole.READER), done="Account added")
            st.rerun()


def add(user: str, name: str, role: PersonRole) -> None:
    """Adds the account, and keeps its one-time password for the next redraw only."""
    st.session_state[NEW] = add_person(
        the_site(), user=user, name=name, role=role, by=the_person(), where=the_place()
    )


def show_changes(person: Person) -> None:
    """Another role, a new one-time password, an end to all sessions, or to the account."""
    with st.container(border=True):
        st.subheader(f"Account {plain(person.user)}", anchor=False)
        if person.user == the_person().user:
            st.caption("Your own account is changed by another administrator.")
            return
        st.selectbox("New role", tuple(PersonRole), format_func=ROLES.__getitem__, key=ROLE)
        for text, act in CHANGES.items():
            st.button(text, width="stretch", on_click=change, args=(act, person.user, text))


def change(act: Callable[[str], object], user: str, text: str) -> None:
    """One change of an account, told by its button's own words."""
    attempt(lambda: act(user), done=f"{text}: {user}")


def give_role(user: str) -> None:
    """Gives the account the role that is chosen."""
    role = PersonRole(st.session_state[ROLE])
    set_role(the_site(), user, role, by=the_person(), where=the_place())


def give_password(user: str) -> None:
    """Gives the account a new one-time password, kept for the next redraw only."""
    st.session_state[NEW] = reset_password(the_site(), user, by=the_person(), where=the_place())


def end_sessions(user: str) -> None:
    """Ends every session of the account."""
    sign_out_everywhere(the_site(), user, by=the_person(), where=the_place())


def close(user: str) -> None:
    """Closes the account."""
    close_account(the_site(), user, by=the_person(), where=the_place())


CHANGES: dict[str, Callable[[str], object]] = {
    "Give this role": give_role,
    "New one-time password": give_password,
    "Sign out everywhere": end_sessions,
    "Close the account": close,
}


def show_new() -> None:
    """The new account's one-time password, shown once."""
    account: NewAccount | None = st.session_state.pop(NEW, None)
    if account is None:
        return
    st.success(
        f"Account {plain(account.person.user)} is there. Give this one-time password to "
        f"{plain(account.person.name)}; it is shown only now and kept nowhere."
    )
    st.code(account.password, language=None)
