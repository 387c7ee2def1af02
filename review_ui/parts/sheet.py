"""The contact sheet: entries of one kind side by side, over the record or the whole queue.

The odd ones come first. A crop opens its entry; what the rules let be confirmed without a reason
of its own can be confirmed from here, many at once.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pipeline.contact import Look, Looked, Sheet, confirm_all, same_kind
from pipeline.core.values import Entry
from pipeline.people import Person
from pipeline.review import OpenRecord
from review_ui.opened import the_site
from review_ui.parts.desk_view import current_stop, is_reviewed_by
from review_ui.parts.edge import attempt
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.paper import entry_url, label_of
from review_ui.parts.sheet_words import CONFIRMED, KINDS, REFUSED, SCOPES, TYPES, WORDS
from review_ui.parts.stops import stops
from review_ui.parts.way import go_to_record
from review_ui.parts.words import counted, percent, plain, shown_value

HERE = Path(__file__).parent
VIEW, KIND, SCOPE = "sheet view", "sheet kind", "sheet scope"
SHOWN, SAID = "sheet shown", "sheet said"
QUEUE = "queue"


def show_sheet(opened: OpenRecord, person: Person, go: Callable[[str], None]) -> None:
    """The sheet of entries like the one that the desk stands at."""
    stop = current_stop(opened.record, stops(opened.record))
    like = stop.entry if stop and stop.entry else next(iter(opened.record.entries), None)
    if like is None:
        st.info("This record has no entries to lay side by side.")
        return
    sheet, whole_queue = choose(opened, like)
    looks = same_kind(the_site(), opened.record.id, like.field, sheet, whole_queue=whole_queue)
    st.session_state[SHOWN] = looks
    may_act = is_reviewed_by(opened.record, person)
    result = component()(
        data={
            "looks": [shown(one) for one in looks],
            "may_act": may_act,
            "words": WORDS,
            "like": like.field,
            "record": opened.record.id,
            "said": told(opened.record.id),
        },
        key=VIEW,
        on_opened_change=lambda: None,
        on_confirmed_change=confirm,
    )
    if result.opened == -1:  # back, from a sheet that the entry itself is not on
        go(like.field)
    if isinstance(result.opened, int) and 0 <= result.opened < len(looks):
        look = looks[result.opened]
        if look.record != opened.record.id:
            go_to_record(look.record, look.field)
        go(look.field)


def choose(opened: OpenRecord, like: Entry) -> tuple[Sheet, bool]:
    """What the entries shall have in common, and where they are looked for."""
    value = shown_value(like.value, like.state, like.type)
    names = {
        Sheet.COLUMN: KINDS[Sheet.COLUMN].format(label=plain(label_of(opened.form, like))),
        Sheet.TYPE: KINDS[Sheet.TYPE].format(type=TYPES[like.type]),
        Sheet.VALUE: KINDS[Sheet.VALUE].format(value=plain(value)),
    }
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        kind = st.segmented_control(
            "What", tuple(Sheet), default=Sheet.COLUMN, required=True, key=KIND,
            format_func=lambda one: names[one], label_visibility="collapsed", width="content",
        )  # fmt: skip
        scope = st.segmented_control(
            "Where", tuple(SCOPES), default="record", required=True, key=SCOPE,
            format_func=SCOPES.__getitem__, label_visibility="collapsed", width="content",
        )  # fmt: skip
    return kind or Sheet.COLUMN, scope == QUEUE


def shown(look: Look) -> dict[str, Any]:
    """A look as the browser draws it, all of it as text."""
    return {
        "cut": entry_url(look.record, look.field),
        "value": shown_value(look.value, look.state, look.type),
        "sure": percent(look.confidence),
        "where": f"{look.batch_number or look.record}, {look.label}, page {look.page}",
        "field": look.field,
        "record": look.record,
        "waits": look.needs_eyes,
        "may_confirm": look.may_confirm,
        "seen": look.seen,
    }


def confirm() -> None:
    """Confirms the marked entries as they were seen, and says how it went."""
    asked = st.session_state[VIEW].confirmed or []
    known = {(one.record, one.field): one for one in st.session_state.get(SHOWN, ())}
    wanted = [
        replace(known[one["record"], one["field"]], seen=int(one["seen"]))
        for one in asked
        if (one["record"], one["field"]) in known
    ]
    attempt(lambda: confirm_and_say(wanted))


def confirm_and_say(wanted: list[Look]) -> None:
    """Confirms, and keeps for the next redraw what was done and what was refused."""
    looked = confirm_all(the_site(), wanted, by=the_person(), where=the_place())
    st.session_state[SAID] = (st.query_params.get("record", ""), said(looked))


def told(record_id: str) -> list[str]:
    """How the last confirmation from a sheet of this record went; it stands until the next one."""
    of_record, words = st.session_state.get(SAID, ("", []))
    return words if of_record == record_id and words else ["", ""]


def said(looked: Looked) -> list[str]:
    """How a confirmation went, and whether all went well."""
    done = CONFIRMED.format(n=counted(looked.confirmed, "entry", "entries"))
    if not looked.refused:
        return [done, "well"]
    look, why = looked.refused[0]
    refused = REFUSED.format(refused=len(looked.refused), label=look.label, why=why)
    return [f"{done}{refused}", "wrong"]


@cache
def component() -> ComponentRenderer:
    """The component, registered once in this process."""
    return st.components.v2.component(
        "recordroom_sheet",
        html='<div class="sheet-view"></div>',
        css=(HERE / "sheet_view.css").read_text(encoding="utf-8"),
        js=(HERE / "sheet_view.js").read_text(encoding="utf-8"),
    )
