"""People: who has an account, and new accounts with a one-time password."""

import streamlit as st

from pipeline.people import NewAccount, Person, PersonRole, add_person, list_people
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.words import ROLES, plain

COLUMNS = (Column("Account"), Column("Name"), Column("Role"), Column("Password"))
NEW = "new account"


def draw() -> None:
    """Draws the accounts beside the form for a new one."""
    st.title("People", anchor=False)
    table, form = st.columns([1.4, 1], gap="large")
    with form:
        show_form()
        show_new()
    with table:
        list_view("Accounts", COLUMNS, [line(one) for one in list_people(the_site())], key="people")


def line(person: Person) -> Line:
    """An account as a row."""
    password = Part("one-time", "major") if person.must_change_password else Part("own", "quiet")
    return Line(
        person.user,
        "",
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
