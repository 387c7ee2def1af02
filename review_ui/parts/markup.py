"""Small pieces of HTML of our own, with every value from outside escaped."""

from html import escape
from string import Template

import streamlit as st


def piece(template: str, /, **values: str) -> str:
    """The template with its blanks filled, each value shown letter by letter."""
    return Template(template).substitute({name: escape(value) for name, value in values.items()})


def show(*pieces: str) -> None:
    """Draws pieces made by `piece`; nothing else may be passed in."""
    st.html("".join(pieces))
