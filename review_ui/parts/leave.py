"""Leaving the app for another address: the browser goes there by itself, or by a link."""

from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from review_ui.parts.markup import piece, show

JS = """export default function (component) {
  window.location.assign(component.data.address);
}"""


def leave_for(address: str, words: str) -> None:
    """Sends the browser to the address; the link is for one that does not go by itself."""
    show(piece('<a class="to-sign-in" href="$address" target="_self">$words</a>', address=address,
               words=words))  # fmt: skip
    component()(data={"address": address}, key="leave")


@cache
def component() -> ComponentRenderer:
    """The component, registered once in this process."""
    return st.components.v2.component("recordroom_leave", html="<span></span>", js=JS)
