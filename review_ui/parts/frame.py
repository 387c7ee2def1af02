"""What stands around every screen: who is signed in, the way out, and what kind of site it is."""

from pathlib import Path
from string import Template

import streamlit as st

from pipeline.accounts import STAFF
from pipeline.api import SESSION_COOKIE
from pipeline.errors import SignInRefused
from pipeline.people import Person, person_of
from review_ui.opened import the_site
from review_ui.parts.words import ROLES, plain

LOOK = Path(__file__).with_name("look.html")
ICON = str(Path(__file__).parents[1] / "static" / "recordroom.svg")
LOGO = str(Path(__file__).parents[1] / "static" / "name.svg")
SIGN_OUT = Template(
    '<form method="post" action="/sign-out">$account'
    '<button type="submit">Sign out</button> '
    '<button type="submit" name="everywhere" value="yes" '
    'title="End your sessions in all browsers, and your API tokens">everywhere</button></form>'
)
ACCOUNT = '<a href="/account" target="_self" title="Your account and its API tokens">Account</a> '


def open_frame() -> Person:
    """Draws the frame and gives whoever is signed in; SignInRefused where nobody is any more."""
    st.set_page_config(page_title="Recordroom", page_icon=ICON, layout="wide")
    st.logo(LOGO, size="medium")
    st.html(LOOK)
    person = the_person()
    with st.container(
        key="frame", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        show_site()
        show_person(person)
    return person


def the_person() -> Person:
    """Whoever the session belongs to; the server decides at every step whether it still holds."""
    person = person_of(the_site(), st.context.cookies.get(SESSION_COOKIE, ""))
    if person is None or person.must_change_password:
        raise SignInRefused("your session has ended", "sign in again (what you did is kept)")
    return person


def the_place() -> str:
    """From where the person works, for the trail."""
    address = st.context.ip_address
    return f"screen at {address}" if address else "screen"


def show_site() -> None:
    """The name of the program, and a clear mark on a demonstration site."""
    if the_site().is_demo:
        st.html(
            '<p class="demonstration" role="note"><strong>Demonstration site</strong> '
            "<span>made-up records, nothing here counts</span></p>"
        )
    else:
        st.html('<p class="site">Recordroom</p>')


def show_person(person: Person) -> None:
    """Name and role, and the button that ends the session."""
    with st.container(horizontal=True, width="content", vertical_alignment="center"):
        st.markdown(f"**{plain(person.name)}** · {ROLES[person.role]}", width="content")
        account = ACCOUNT if person.role in STAFF else ""
        st.html(SIGN_OUT.substitute(account=account), width="content")
