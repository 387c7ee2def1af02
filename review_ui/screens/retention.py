"""Retention: what falls due, legal holds, destruction lists, and the rules behind them."""

import streamlit as st

from review_ui.parts.frame import the_person
from review_ui.parts.keep_due import show_due
from review_ui.parts.keep_holds import show_holds
from review_ui.parts.keep_lists import show_lists
from review_ui.parts.keep_rules import show_rules
from review_ui.parts.sign_forms import show_leaving

PARTS = {
    "Falls due": show_due,
    "Legal holds": show_holds,
    "Destruction lists": show_lists,
    "Rules": show_rules,
}
PART = "part"


def draw() -> None:
    """Draws the part that is chosen; it stands in the address."""
    st.title("Retention", anchor=False)
    names = list(PARTS)
    wanted = st.query_params.get(PART, "")
    begins = wanted if wanted in PARTS else names[0]
    part = st.segmented_control(
        "Part", names, default=begins, label_visibility="collapsed", key="retention part"
    )
    if not show_leaving():
        PARTS[part or begins](the_person())
