"""The archive screen."""

import streamlit as st


def archive() -> None:
    """Draws it."""
    st.title("archive")
