"""The screen's edge: trouble becomes one clear sentence, and never a traceback."""

from collections.abc import Callable
from functools import wraps

import streamlit as st

from extractors.errors import RecordroomError
from pipeline.errors import SignInRefused
from review_ui.parts.words import plain, sentence

NOTICE = "notice"


def guarded(show: Callable[[], None]) -> Callable[[], None]:
    """The screen, with its refusals shown in place as a sentence."""

    @wraps(show)
    def show_guarded() -> None:
        with st.container():  # its place is kept, so that the screen below does not jump
            show_notice()
        try:
            show()
        except RecordroomError as error:
            show_refusal(error)

    return show_guarded


def attempt(action: Callable[[], object], *, done: str = "") -> bool:
    """Does one thing in the pipeline at once; says how it went after the next redraw.

    Where somebody else was faster, the redraw shows the record as it is now.
    """
    try:
        action()
    except RecordroomError as error:
        notify("error", sentence(error))
        return False
    if done:
        notify("success", done)
    return True


def notify(kind: str, text: str) -> None:
    """Keeps a message for the next redraw of the page."""
    st.session_state[NOTICE] = (kind, text)


def show_notice() -> None:
    """The message kept by the step before, once: what failed stays, what went well is brief."""
    kind, text = st.session_state.pop(NOTICE, ("", ""))
    if kind == "error":
        st.error(plain(text), icon=":material/error:")
    elif kind == "success":
        st.toast(plain(text), icon=":material/check:")


def show_refusal(error: RecordroomError) -> None:
    """A refusal as a sentence of its own."""
    st.error(plain(sentence(error)), icon=":material/error:")
    if isinstance(error, SignInRefused):
        st.html('<a class="to-sign-in" href="/sign-in" target="_self">Sign in</a>')


def show_unexpected() -> None:
    """What a person sees where the program itself is at fault."""
    st.error(
        "Something went wrong in Recordroom; nothing was changed by this step. Load the page "
        "again, and tell your administrator the time if it happens again.",
        icon=":material/error:",
    )
