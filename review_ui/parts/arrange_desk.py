"""The arranging desk: a scan's pages beside what the chosen page is, and what follows."""

from collections.abc import Callable

import streamlit as st

from pipeline.arranging import LaidScan, PartRecord, arrange, consequences, laid_scan
from pipeline.core.arrangement import ASIDE_REASONS, FormPlace
from pipeline.core.values import RecordState
from pipeline.intake import ScanState, scan_progress
from pipeline.site_forms import forms_of
from review_ui.opened import the_site
from review_ui.parts.arrange_view import board_of, page_url, record_words, what_it_is
from review_ui.parts.draft import Draft, after, begun, passed, with_again, with_form, without
from review_ui.parts.edge import attempt, guarded
from review_ui.parts.frame import the_person, the_place
from review_ui.parts.markup import piece, show
from review_ui.parts.page_board import page_board
from review_ui.parts.scan_words import standing
from review_ui.parts.way import go_to_record
from review_ui.parts.words import counted, plain

BOARD = "page board"
DRAFT = "draft of "
OPENED = "record to open"
EVERY_SECONDS = 1.0
REASON = "reason of the arrangement"
AS_FOUND = "as the reader finds it"


def show_arranging(scan: int, page: int, *, leave: Callable[[], None]) -> None:
    """Draws the pages of the scan, and all that can be done to them; `leave` goes back."""

    @st.fragment
    def desk() -> None:
        if opened := st.session_state.pop(OPENED, ""):
            go_to_record(opened)
        guarded(lambda: show_desk(scan, page, leave))()

    desk()


def show_desk(scan: int, page: int, leave: Callable[[], None]) -> None:
    """The head, the board and the chosen page; an act draws these alone again."""
    laid = laid_scan(the_site(), scan, by=the_person())
    draft = the_draft(laid, page)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="arranging"):
        if st.button("All files", icon=":material/arrow_back:"):
            leave()
        with st.container():
            show_title(laid)
        show_end(laid, draft)
    board, panel = st.columns([2.3, 1], gap="medium")
    with board:
        page_board(board_of(laid, draft), key=BOARD, on_act=lambda: act(laid))
    with panel:
        show_page(laid, draft)


def show_title(laid: LaidScan) -> None:
    """The scan's name and how it stands, looked at again while it is on its way."""
    is_on_way = laid.state in ("received", "reading")

    @st.fragment(run_every=EVERY_SECONDS if is_on_way else None)
    def title() -> None:
        now = next(iter(scan_progress(the_site(), [laid.scan])))
        if is_on_way and now.state.value != laid.state:
            st.rerun()
        show(
            piece(
                '<div class="title"><h1>$name</h1><span>$pages</span><span>$state</span></div>',
                name=laid.name,
                pages=counted(len(laid.arrangement.pages), "page"),
                state="" if now.state is ScanState.READ else standing(now),
            )
        )

    title()


def the_draft(laid: LaidScan, page: int) -> Draft:
    """The draft of this scan in this session; begun anew where somebody arranged it meanwhile."""
    name = f"{DRAFT}{laid.scan}"
    draft: Draft | None = st.session_state.get(name)
    if draft is None or draft.seen != laid.seen:
        draft = begun(laid.arrangement, laid.seen, page=page)
        st.session_state[name] = draft
    return draft


def act(laid: LaidScan) -> None:
    """What somebody asked for on the board, done once."""
    asked = st.session_state[BOARD].act
    draft = the_draft(laid, 0)
    if not asked or asked.get("turn") != draft.turn:
        return
    if asked.get("do") == "open":
        st.session_state[OPENED] = str(asked.get("record"))
        keep(laid, passed(draft))
        return
    if not attempt(lambda: keep(laid, after(draft, asked))):
        keep(laid, passed(draft))


def keep(laid: LaidScan, draft: Draft) -> None:
    """Keeps the draft in this session."""
    st.session_state[f"{DRAFT}{laid.scan}"] = draft


def show_page(laid: LaidScan, draft: Draft) -> None:
    """The chosen page, larger, with what it is and what it can be made."""
    page, now = draft.selected, draft.arrangement
    aside = next((one for one in now.aside if one.sheet.page == page), None)
    sheet = aside.sheet if aside else now.sheet(page)
    if page in laid.destroyed:
        st.info(f"Page {page} belonged to a record that was destroyed. Nothing of it is shown.")
        return
    show(
        piece(
            '<a class="big-page" href="$url" target="_blank" title="Open it larger">'
            '<img class="turned-$turned" src="$url" alt="Page $page"></a>'
            "<p class='what'><b>Page $page</b> $what</p>",
            turned=str(sheet.turned),
            url=page_url(laid.scan, page),
            page=str(page),
            what=f"put aside: {aside.reason}" if aside else what_it_is(laid, sheet),
        )
    )
    if aside:
        if st.button("Take it back", icon=":material/undo:", width="stretch"):
            attempt(lambda: keep(laid, with_again(draft, page)))
            st.rerun()
        return
    choose_form(laid, draft, sheet.form)
    choose_aside(laid, draft)


def choose_form(laid: LaidScan, draft: Draft, form: FormPlace | None) -> None:
    """Lets a person say which page of which form the chosen page is."""
    places = [None, *form_places()]
    key = f"form of {laid.scan} {draft.selected} {draft.turn}"

    def say() -> None:
        chosen = st.session_state[key]
        attempt(lambda: keep(laid, with_form(draft, draft.selected, chosen)))

    st.selectbox(
        "This page is",
        places,
        index=places.index(form) if form in places else 0,
        format_func=lambda place: AS_FOUND if place is None else form_words(place),
        key=key,
        on_change=say,
        help="Read by that form, whatever the reader makes of it. The trail says that you said so.",
    )


def form_places() -> tuple[FormPlace, ...]:
    """Every page of every form of the site."""
    return tuple(
        FormPlace(form.form, form.version, page.page)
        for form in forms_of(the_site())
        for page in form.pages
    )


def form_words(place: FormPlace) -> str:
    """A page of a form, as it is chosen from a list."""
    return f"{place.form} version {place.version}, page {place.page}"


def choose_aside(laid: LaidScan, draft: Draft) -> None:
    """Lets a person put the chosen page aside, with a reason."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        reason = st.selectbox(
            "No page of a record",
            ASIDE_REASONS,
            index=None,
            placeholder="Choose or type why",
            accept_new_options=True,
            key=f"aside {laid.scan} {draft.selected} {draft.turn}",
        )
        if st.button("Put aside", disabled=not reason):
            attempt(lambda: keep(laid, without(draft, draft.selected, reason or "")))
            st.rerun()


def show_end(laid: LaidScan, draft: Draft) -> None:
    """The way to have it read so, with what follows from it; and back to how it was."""
    if not draft.is_changed:
        show_again(laid, draft)
        return
    if st.button("Discard the changes"):
        keep(laid, begun(laid.arrangement, laid.seen, page=draft.selected))
        st.rerun()
    follows = consequences(laid, draft.arrangement)
    with st.popover("Read by this arrangement …", type="primary"):
        parts = counted(len(follows.to_read), "part")
        st.markdown(f"**{parts} to be read anew.** The scan itself stays as it is.")
        for one in follows.superseded:
            st.markdown(f":material/history: {superseded_words(one)}")
        st.text_input("Reason, for the trail", key=REASON, placeholder="May be left empty")
        st.button(
            "Keep it and read it so",
            type="primary",
            width="stretch",
            on_click=read_so,
            args=(laid, draft, ()),
        )


def superseded_words(one: PartRecord) -> str:
    """What becomes of a record whose pages lie otherwise."""
    name = plain(record_words(one))
    if one.state is not RecordState.IN_REVIEW:
        return f"{name}: **its pages can't be arranged otherwise**"
    stays = " What people did to it stays to be looked at there."
    worked = stays if one.is_worked_on else ""
    return f"{name}: superseded by what is read anew.{worked}"


def show_again(laid: LaidScan, draft: Draft) -> None:
    """Lets the part of the chosen page be read again, as after its form was added."""
    if laid.state != "read" or draft.arrangement.is_aside(draft.selected):
        return
    st.button(
        "Read this part again",
        icon=":material/replay:",
        help="By the forms that are known now, as after the form of an unknown page was added. "
        "The record of the chosen page's part is superseded.",
        on_click=read_so,
        args=(laid, draft, (draft.selected,)),
    )


def read_so(laid: LaidScan, draft: Draft, again: tuple[int, ...]) -> None:
    """Hands the arrangement in."""
    attempt(
        lambda: arrange(
            the_site(),
            laid.scan,
            draft.arrangement,
            seen=draft.seen,
            by=the_person(),
            reason=st.session_state.get(REASON, ""),
            again=again,
            where=the_place(),
        ),
        done="Kept; what changed waits to be read",
    )
