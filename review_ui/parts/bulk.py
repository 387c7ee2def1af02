"""What can be done to several records of the queue at once: give them to somebody, set a day."""

from datetime import date

import streamlit as st

from pipeline.assignment import assign, plan_release
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.names import name_of
from review_ui.parts.queue_filters import reviewers
from review_ui.parts.words import counted

ROUND = "bulk round"
"""Counts what was done, so that the choice of rows begins anew after it."""
NO_ONE = "nobody"


def show_bulk(chosen: tuple[str, ...]) -> None:
    """The choice of a person and of a day, for the records that are chosen."""
    people = {**reviewers(), NO_ONE: ""}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="bulk"):
        st.markdown(f"**{len(chosen)} chosen**", width="content")
        person = st.selectbox("Assign to", tuple(people), key="bulk who", width=210)
        note = st.text_input("Note", key="bulk note", width=220, placeholder="Optional")
        st.button(
            "Assign",
            disabled=not chosen,
            on_click=assign_all,
            args=(chosen, people[person or NO_ONE], note or ""),
        )
        day = st.date_input("Release on", None, key="bulk day", width=150, format="YYYY-MM-DD")
        st.button(
            "Set day" if day else "Take day away",
            disabled=not chosen,
            on_click=plan_all,
            args=(chosen, day),
        )


def assign_all(chosen: tuple[str, ...], to: str, note: str) -> None:
    """Gives the records to that person; all of them, or none."""
    whom = name_of(to) if to else NO_ONE
    done = f"{counted(len(chosen), 'record')} assigned to {whom}"
    if attempt(
        lambda: assign(
            the_site(), chosen, to or None, note=note, by=the_person(), where=the_place()
        ),
        done=done,
    ):
        begin_anew()
        st.session_state["bulk note"] = ""


def plan_all(chosen: tuple[str, ...], day: date | None) -> None:
    """Sets the release day of these records."""
    done = f"Release day set for {counted(len(chosen), 'record')}"
    if attempt(
        lambda: plan_release(the_site(), chosen, day, by=the_person(), where=the_place()),
        done=done if day else "Release day taken away",
    ):
        begin_anew()


def begin_anew() -> None:
    """Nothing is chosen any more."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
