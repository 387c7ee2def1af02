"""Retention rules on the screen: what holds for which form, and a rule set anew."""

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.core.retention import GMP, RetentionRule
from pipeline.people import Person
from pipeline.retention import rules, set_rule
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.keep_words import EVERY_FORM
from review_ui.parts.list_view import Column, Line, Part, list_view

COLUMNS = (Column("Form", "nowrap"), Column("Kept for"))


def show_rules(person: Person) -> None:
    """The rules beside the form for a new one."""
    may = person.role in MAY[Act.SET_RULES]
    table, side = st.columns([1.4, 1], gap="large") if may else (st.container(), None)
    with table:
        found = (RetentionRule("EU GMP chapter 4, 4.11", 1, 5), *rules(the_site()))
        rows = [
            Line(str(n), "", ((Part(one.form or EVERY_FORM),), (Part(one.words),)))
            for n, one in enumerate(found)
        ]
        list_view("Retention rules", COLUMNS, rows, key="rules")
        st.caption(
            "Where several rules fit a form, the longer years count; no rule is shorter than "
            f"{GMP.words}. Days are counted in UTC, and a day is over when it is so everywhere."
        )
    if side is not None:
        with side:
            show_form()


def show_form() -> None:
    """Asks for a rule."""
    with st.form("retention rule"):
        st.subheader("Set a rule", anchor=False)
        st.text_input("Form (empty: every form)", key="rule form")
        one, two = st.columns(2)
        one.number_input("Years after expiry", 1, 100, GMP.after_expiry, key="rule expiry")
        two.number_input(
            "Years after certification", 5, 100, GMP.after_certification, key="rule certified"
        )
        st.checkbox("This form bears no expiry date", key="rule no expiry")
        st.text_input("Reason", key="rule reason")
        st.form_submit_button("Set the rule", type="primary", on_click=set_it)


def set_it() -> None:
    """Sets the rule that the form says."""
    state, by, where = st.session_state, the_person(), the_place()
    rule = RetentionRule(
        state["rule form"].strip(),
        None if state["rule no expiry"] else int(state["rule expiry"]),
        int(state["rule certified"]),
    )
    reason = state["rule reason"].strip()
    attempt(
        lambda: set_rule(the_site(), rule, reason=reason, by=by, where=where),
        done="The rule is set",
    )
