"""The way from screen to screen, and the address of a record."""

from urllib.parse import urlencode

import streamlit as st

RECORD_SCREEN = "record screen"


def record_link(record_id: str, field: str = "") -> str:
    """The address of a record, or of an entry in it, to be opened, kept or sent to somebody."""
    query = {"record": record_id} | ({"field": field} if field else {})
    return f"/record?{urlencode(query)}"


def keep_record_screen(page: st.Page) -> None:
    """Remembers for this person's session which screen shows a record."""
    st.session_state[RECORD_SCREEN] = page


def go_to_record(record_id: str, field: str = "") -> None:
    """Leaves this screen for the record's, without loading the app anew."""
    query = {"record": record_id} | ({"field": field} if field else {})
    st.switch_page(st.session_state[RECORD_SCREEN], query_params=query)


def page_of(said: str) -> int:
    """The page that an address names; the first where it names none."""
    return max(1, int(said)) if said.isascii() and said.isdecimal() and len(said) < 9 else 1
