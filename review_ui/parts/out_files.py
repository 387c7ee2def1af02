"""Files made at the press of a button, for whoever the session belongs to at that moment."""

from collections.abc import Callable

import streamlit as st

from pipeline.api import SESSION_COOKIE
from pipeline.errors import SignInRefused
from pipeline.people import Person, person_of
from review_ui.opened import the_site
from review_ui.parts.frame import the_place

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def out_button(
    label: str, name: str, media_type: str, make: Callable[[Person, str], bytes]
) -> None:
    """The button; `make` gets who presses it, and from where."""
    token, where = st.context.cookies.get(SESSION_COOKIE, ""), the_place()

    def made() -> bytes:
        person = person_of(the_site(), token)
        if person is None or person.must_change_password:
            raise SignInRefused("your session has ended", "sign in again (what you did is kept)")
        return make(person, where)

    st.download_button(label, made, name, media_type, icon=":material/download:", on_click="ignore")
