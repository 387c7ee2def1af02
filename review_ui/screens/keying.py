"""Second keying: one entry after the other, keyed from its crop alone, without the mouse."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

import streamlit as st

from pipeline.core.keyed import KeyingStep
from pipeline.errors import Conflict
from pipeline.keying import Sheet, Waiting, key_again, settle, sheet, waiting
from pipeline.pictures import ENTRY_MARGIN_MM
from review_ui.opened import the_site
from review_ui.parts.edge import attempt, notify
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.key_in import CHOICE, KEYED, LATER, key_in, state_said
from review_ui.parts.list_view import Column, Line, Part, list_view
from review_ui.parts.markup import piece, show
from review_ui.parts.paper import entry_url
from review_ui.parts.words import age, counted

COLUMNS = (
    Column("Field"),
    Column("Form", "nowrap"),
    Column("Page", "number"),
    Column("Step", "quiet"),
    Column("What"),
    Column("Waiting", "nowrap"),
)
TURN, CHOSEN, PUT_OFF = "keying turn", "keying chosen", "keying put off"
TIMES_AS_BIG = 3
MOST_SHOWN = 100
STANDARD = "Compared with the page: it decides between two keyings"
AGREED = "Both keyed the same: the entry is corrected"
DISAGREED = "Keyed; the two do not agree, so a third person decides"
SETTLED = "Decided"


def draw() -> None:
    """Draws the next entry with its crop and the line to key it, and what else waits."""
    st.title("Second keying", anchor=False)
    found = waiting(the_site(), by=the_person())
    if not found:
        st.success("Nothing waits for your keying.")
        return
    now = current(found)
    st.caption(summary(found))
    try:
        asked = sheet(the_site(), now.record, now.field, by=the_person())
    except Conflict:  # somebody keyed it between the list and the sheet
        st.rerun()
    show_sheet(now, asked, following=next((one for one in found if one != now), None))
    if len(found) > 1:
        show_others(found)


def current(found: Sequence[Waiting]) -> Waiting:
    """The entry that the person chose, else the first that they have not put off."""
    chosen, put_off = (
        st.session_state.get(CHOSEN) or named(),
        st.session_state.setdefault(PUT_OFF, []),
    )
    by_item = {item_of(one): one for one in found}
    if chosen in by_item:
        return by_item[chosen]
    ahead = [item for item in by_item if item not in put_off]
    if not ahead:
        put_off.clear()
    return by_item[next(iter(ahead or by_item))]


def named() -> str:
    """The entry that the address names, if any."""
    return f"{st.query_params.get('record', '')} {st.query_params.get('field', '')}"


def summary(found: Sequence[Waiting]) -> str:
    """How much waits, and how it is to be done."""
    decisions = sum(one.needs_decision for one in found)
    which = "" if decisions == len(found) else f"{decisions} of them "
    of_them = f", {which}to decide between two keyings" if decisions else ""
    what = counted(len(found), "entry waits", "entries wait")
    return f"{what} for you{of_them}. Key what stands on the paper, not what should."


def show_sheet(now: Waiting, asked: Sheet, following: Waiting | None) -> None:
    """The entry's place, its crop three times as big as on paper, and the line to key it."""
    where = f"{now.form}, page {now.page}" + (f", step {now.step}" if now.step else "")
    wide = TIMES_AS_BIG * (asked.entry_box_mm[0] + 2 * ENTRY_MARGIN_MM)
    task = (
        "Two people keyed different things: what does the ink show?" if now.needs_decision else ""
    )
    show(
        piece('<h3 class="stop">$label <small>$where</small></h3>', label=now.label, where=where),
        piece(
            '<div class="crop large"><img src="$crop" alt="The field as written" '
            'style="width:${wide}mm"></div>',
            crop=entry_url(now.record, now.field),
            wide=f"{wide:.0f}",
        ),
        piece('<p class="reading"><span>$task</span></p>', task=task) if task else "",
        ahead(following),
    )
    key_in(
        asked.field,
        asked.candidates,
        item=item_of(now),
        turn=st.session_state.setdefault(TURN, 0),
        on_keyed=lambda: keyed(now, asked),
    )


def ahead(following: Waiting | None) -> str:
    """The next crop, fetched so that it is there when it is wanted."""
    if following is None:
        return ""
    crop = entry_url(following.record, following.field)
    return piece('<img class="ahead" src="$crop" alt="">', crop=crop)


def keyed(now: Waiting, asked: Sheet) -> None:
    """Writes what was keyed at once, and goes on to the next entry; nothing is taken twice."""
    said = st.session_state[KEYED].keyed
    if not isinstance(said, dict) or said.get("item") != item_of(now):
        return
    st.session_state[TURN] += 1
    st.session_state[CHOSEN] = None
    st.query_params.clear()
    if said["action"] == LATER:
        st.session_state[PUT_OFF].append(item_of(now))
        return
    act = decide_between if now.needs_decision else key_second
    if not attempt(lambda: act(now, asked, said)):
        st.session_state[CHOSEN] = item_of(now)


def key_second(now: Waiting, _asked: Sheet, said: dict[str, str]) -> None:
    """Keys the entry as the second person, and says whether the two agree."""
    opened = key_again(
        the_site(),
        now.record,
        now.field,
        said["value"],
        state=state_said(said["action"]),
        by=the_person(),
        where=the_place(),
    )
    last = opened.record.entry(now.field).keyings[-1]
    notify("success", AGREED if last.step is KeyingStep.AGREED else DISAGREED)


def decide_between(now: Waiting, asked: Sheet, said: dict[str, str]) -> None:
    """Decides as the third person: one of the two, or what was keyed anew."""
    value, state = said["value"], state_said(said["action"])
    if said["action"] == CHOICE:
        chosen = asked.candidates[int(value)]
        value, state = chosen.value, chosen.state
    settle(
        the_site(),
        now.record,
        now.field,
        value,
        said["reason"].strip() or STANDARD,
        state=state,
        by=the_person(),
        where=the_place(),
    )
    notify("success", SETTLED)


def show_others(found: Sequence[Waiting]) -> None:
    """All that waits for this person; choosing a row takes it first."""
    now = datetime.now(UTC)
    lines = [line(one, now) for one in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        st.caption(f"The {MOST_SHOWN} that wait longest are shown.")
    picked = list_view("Entries that wait, the oldest first", COLUMNS, lines, key="keyings")
    if picked and picked != st.session_state.get(CHOSEN):
        st.session_state[CHOSEN] = picked
        st.session_state[TURN] += 1
        st.rerun()


def line(one: Waiting, now: datetime) -> Line:
    """An entry that waits as a row."""
    what = Part("decide between two", "major") if one.needs_decision else Part("key", "quiet")
    return Line(
        item_of(one),
        f"/keying?{urlencode({'record': one.record, 'field': one.field})}",
        (
            (Part(one.label),),
            (Part(one.form),),
            (Part(str(one.page)),),
            (Part(one.step or ""),),
            (what,),
            (Part(age(one.since, now)),),
        ),
    )


def item_of(one: Waiting) -> str:
    """The entry's name among all records."""
    return f"{one.record} {one.field}"
