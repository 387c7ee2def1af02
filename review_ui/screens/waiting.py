"""The queue screen."""

import streamlit as st


def waiting() -> None:
    """Draws it."""
    st.title("Queue")
