"""The queue: what waits for somebody, what is due first at the top, a page at a time."""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from pipeline.accounts import MAY, Act
from pipeline.queue import QueuePage, QueueQuery, look_queue
from review_ui.opened import the_site
from review_ui.parts.bulk import ROUND, show_bulk
from review_ui.parts.frame import the_person
from review_ui.parts.keyed import show_keying_count
from review_ui.parts.list_view import Chosen, choice_view
from review_ui.parts.queue_filters import PAGE, ask_query, ask_state, is_narrow
from review_ui.parts.queue_lines import COLUMNS, line, summary
from review_ui.parts.way import go_to_record


def draw() -> None:
    """Draws the queue with its counts and filters."""
    person = the_person()
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title("Queue", anchor=False, width="content")
        standings = ask_state()
        if st.button("Refresh", icon=":material/refresh:"):
            st.rerun()
    query = ask_query(person, standings)
    page = looked_up(query)
    show_keying_count()
    st.caption(summary(page))
    if not page.items:
        st.info("Nothing fits these filters." if is_narrow(query) else "Nothing waits here.")
        return
    is_to_choose = person.role in MAY[Act.ASSIGN] and any(item.record for item in page.items)
    found = show_rows(page, is_to_choose=is_to_choose)
    show_pages(page, query)
    if is_to_choose:
        show_bulk(found.chosen)
    if any(item.record == found.picked for item in page.items):
        go_to_record(found.picked or "")


def looked_up(query: QueueQuery) -> QueuePage:
    """The page that was asked for, or the last one where it is beyond that."""
    page = look_queue(the_site(), query, by=the_person())
    if page.items or not page.total:
        return page
    last = replace(query, page=last_page(page, query))
    return look_queue(the_site(), last, by=the_person())


def show_rows(page: QueuePage, *, is_to_choose: bool) -> Chosen:
    """The rows; whoever assigns can choose some of them."""
    now = datetime.now(UTC)
    return choice_view(
        "Records, what is due first at the top",
        COLUMNS,
        [line(item, now) for item in page.items],
        key="queue",
        is_to_choose=is_to_choose,
        begins=st.session_state.get(ROUND, 0),
    )


def show_pages(page: QueuePage, query: QueueQuery) -> None:
    """The way to the other pages, where there are any."""
    last = last_page(page, query)
    if last == 1:
        return
    here = min(query.page, last)
    st.session_state[PAGE] = here
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="pages"):
        st.button("Previous page", disabled=here == 1, on_click=turn, args=(here - 1,))
        st.number_input("Page", 1, last, key=PAGE, bind="query-params", width=110)
        st.button("Next page", disabled=here == last, on_click=turn, args=(here + 1,))
        st.markdown(f"of {last}", width="content")


def turn(page: int) -> None:
    """Goes to that page."""
    st.session_state[PAGE] = page


def last_page(page: QueuePage, query: QueueQuery) -> int:
    """The number of the last page that has anything on it."""
    return max(1, -(-page.total // query.size))
