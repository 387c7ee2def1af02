"""The people screen."""

import streamlit as st


def people() -> None:
    """Draws it."""
    st.title("people")
