"""The upload screen."""

import streamlit as st


def upload() -> None:
    """Draws it."""
    st.title("upload")
