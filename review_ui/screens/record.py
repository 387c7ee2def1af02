"""The record screen."""

import streamlit as st


def record() -> None:
    """Draws it."""
    st.title("record")
