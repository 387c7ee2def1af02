"""The least that Streamlit can answer: a fragment with a button and a number. See `walk.py`."""

import streamlit as st


@st.fragment
def nearly_nothing() -> None:
    """A button, and how often it was pressed."""
    st.button("Again", key="again")
    st.session_state["count"] = st.session_state.get("count", 0) + 1
    st.html(f'<i id="count">{st.session_state["count"]}</i>')


nearly_nothing()
