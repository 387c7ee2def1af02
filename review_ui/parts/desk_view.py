"""The desk: the page beside the current stop, in one component that answers without a redraw.

It is drawn in the browser (`desk_*.js`); every step comes here, is one call into the pipeline, and
goes back as what the record says then. Only this part of the screen runs again.
"""

from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pipeline.accounts import MAY, Act
from pipeline.core.review import open_flags
from pipeline.core.values import Record, RecordState
from pipeline.people import Person
from pipeline.pictures import pages_of
from pipeline.review import OpenRecord
from pipeline.trail import notes_of
from review_ui.opened import the_site
from review_ui.parts.desk_data import page_data, stop_data
from review_ui.parts.desk_steps import ANSWERED, PAGE, Step, as_written, take_step
from review_ui.parts.desk_words import KEYS, LOOKS, REASONS, STEPS, TABLE, WORDS
from review_ui.parts.edge import guarded
from review_ui.parts.frame import the_person
from review_ui.parts.paper import page_url
from review_ui.parts.stops import STOP, Stop, after, coming_stop, find_stop, page_of, stops
from review_ui.still import keep_still

HERE = Path(__file__).parent
SCRIPTS = ("desk_page.js", "desk_side.js", "desk_table.js", "desk_view.js")
VIEW = "desk view"
SHEET = "desk asks for the sheet"
"""Where the session keeps that the contact sheet was asked for."""


@st.fragment
def show_desk(record_id: str) -> None:
    """The desk of a record; a step redraws nothing else on the screen."""
    if st.session_state.get(SHEET, False):
        st.rerun()
    guarded(lambda: draw(record_id))()


def draw(record_id: str) -> None:
    """The desk as it stands now."""
    opened, person = as_written(record_id), the_person()
    keep_still(record_id)
    component()(
        data=desk_data(opened, person),
        key=VIEW,
        on_step_change=partial(receive, record_id),
    )


def receive(record_id: str) -> None:
    """A step came from the browser."""
    step: Step | None = st.session_state[VIEW].step
    if not step:
        return
    if step["kind"] == "sheet":
        st.session_state[SHEET] = True
        return
    take_step(record_id, step)


def desk_data(opened: OpenRecord, person: Person) -> dict[str, Any]:
    """Everything that the browser draws."""
    record = opened.record
    found = stops(record)
    stop = current_stop(record, found)
    pages = tuple(dict.fromkeys(one.page for one in pages_of(the_site(), record.id)))
    notes = notes_of(the_site(), record.id)
    data = {
        "record": record.id,
        "seen": opened.seen,
        "may_act": is_reviewed_by(record, person),
        "progress": progress(found, stop, record),
        "answered": st.session_state.get(ANSWERED),
        "paper": page_data(record, opened.form, page_shown(record, pages, stop), pages)
        if pages
        else None,
        "stop": stop_data(stop, record, opened.form, notes) if stop else None,
        "words": words(),
    }
    if stop:
        coming = after(found, stop.key, 1)
        data["next"], data["previous"] = coming, after(found, stop.key, -1)
        then = coming_stop(found, stop)
        data["coming"] = stop_data(then, record, opened.form, notes) if then else None
        following = find_stop(record, coming)
        ahead = following.entry.page if following and following.entry else None
        data["ahead"] = [page_url(record.id, ahead)] if ahead in pages else []
    return data


def progress(found: tuple[Stop, ...], stop: Stop | None, record: Record) -> dict[str, Any]:
    """Which of the stops this is, and how many flags still wait."""
    keys = [one.key for one in found]
    waiting = len(open_flags(record))
    flags = sum(len(one.flags) for one in found)
    place = keys.index(stop.key) + 1 if stop and stop.key in keys else 0
    left = WORDS["left"].format(n=f"{waiting} flag{'' if waiting == 1 else 's'}", total=flags)
    return {"place": place, "count": len(keys), "text": left if waiting else WORDS["done"]}


def current_stop(record: Record, found: tuple[Stop, ...]) -> Stop | None:
    """The stop that the session stands at: a flagged place, or an entry picked on the page."""
    standing = find_stop(record, st.session_state[STOP])
    return standing or next(iter(found), None)


def page_shown(record: Record, pages: tuple[int, ...], stop: Stop | None) -> int:
    """The page to show: the one that was turned to, else the one that the stop is about."""
    turned = st.session_state.get(PAGE)
    if turned in pages:
        return int(turned)
    about = None if stop is None else page_of(record, stop)
    return about if about in pages else pages[0]


def is_reviewed_by(record: Record, person: Person) -> bool:
    """Whether this person may change this record now."""
    return person.role in MAY[Act.REVIEW] and record.state is RecordState.IN_REVIEW


@cache
def words() -> dict[str, Any]:
    """The words of the desk, the same for every record."""
    return {
        "say": WORDS,
        "steps": STEPS,
        "keys": KEYS,
        "reasons": REASONS,
        "table": TABLE,
        "looks": LOOKS,
    }


@cache
def component() -> ComponentRenderer:
    """The component, registered once in this process."""
    return st.components.v2.component(
        "recordroom_desk",
        html='<div class="desk"></div>',
        css=(HERE / "desk_view.css").read_text(encoding="utf-8"),
        js="\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS),
    )
