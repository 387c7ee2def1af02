"""A person's own searches: kept under a name, opened again, forgotten."""

from collections.abc import Callable

import streamlit as st

from pipeline.core.hit_order import Sort
from pipeline.saved_searches import SavedSearch, forget_search, keep_search, saved_searches
from review_ui.opened import the_site
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.words import plain

NAME = "saved name"


def show_saved(query: str, sort: Sort, on_opened: Callable[[SavedSearch], None]) -> None:
    """The button, and behind it the searches that are kept."""
    person = the_person()
    with st.popover("Saved searches", icon=":material/bookmark:", width="content"):
        for place, one in enumerate(saved_searches(the_site(), by=person)):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    plain(one.name),
                    help=plain(one.query),
                    key=f"saved {place}",
                    on_click=on_opened,
                    args=(one,),
                )
                st.button(
                    f"Forget {plain(one.name)}",
                    icon=":material/delete:",
                    type="tertiary",
                    key=f"forget {place}",
                    on_click=forget,
                    args=(one.name,),
                )
        if query:
            st.text_input("Name for this search", key=NAME)
            st.button("Keep this search", on_click=keep, args=(query, sort))
        else:
            st.caption("Search for something first; it can then be kept here under a name.")


def keep(query: str, sort: Sort) -> None:
    """Keeps what is searched for under the name that was typed."""
    name = str(st.session_state.get(NAME) or "")
    attempt(lambda: keep_search(the_site(), name, query, sort, by=the_person(), where=the_place()))


def forget(name: str) -> None:
    """Forgets a search."""
    attempt(lambda: forget_search(the_site(), name, by=the_person(), where=the_place()))
