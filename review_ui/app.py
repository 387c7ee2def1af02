"""The script that Streamlit runs at every step of a person: who is it, and which screen."""

import streamlit as st

from review_ui.parts.frame import open_frame
from review_ui.screens import screens_for

person = open_frame()
st.navigation(screens_for(person.role), position="top").run()
