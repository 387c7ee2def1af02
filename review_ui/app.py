"""The script that Streamlit runs at every step of a person: who is it, and which screen."""

import streamlit as st

from extractors.errors import RecordroomError
from review_ui.parts.edge import show_refusal
from review_ui.parts.frame import open_frame
from review_ui.screens import screens_for

try:
    person = open_frame()
except RecordroomError as error:
    show_refusal(error)
    st.stop()
st.navigation(screens_for(person.role), position="top").run()
