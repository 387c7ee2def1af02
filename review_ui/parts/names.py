"""Printed names beside what people did; the trail itself keeps the accounts."""

import streamlit as st

from pipeline.people import list_people
from review_ui.opened import the_site

FRESH_SECONDS = 60
PROGRAM = "recordroom"


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def names() -> dict[str, str]:
    """The printed name of each account."""
    return {person.user: person.name for person in list_people(the_site())}


def name_of(user: str) -> str:
    """The printed name of an account; the program and the command line by their own."""
    return "Recordroom" if user == PROGRAM else names().get(user, user)
