"""One module a screen of the app, and which role sees which."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pipeline.accounts import MAY, STAFF, Act
from pipeline.people import PersonRole
from review_ui.parts.edge import guarded
from review_ui.parts.way import keep_record_screen
from review_ui.screens import (
    account,
    archive,
    genealogy,
    keying,
    people,
    record,
    retention,
    room,
    rooms,
    signatories,
    trends,
    upload,
    waiting,
    whole_trail,
)


@dataclass(frozen=True)
class Screen:
    """A screen, its address and who has it in the navigation; there in a menu of that name."""

    show: Callable[[], None]
    title: str
    icon: str
    path: str
    roles: tuple[PersonRole, ...]
    menu: str = ""
    is_shown: bool = True


PLANT = "Plant"
"""The menu of what is not done every day; at 1366 pixels not all screens stand side by side."""
SCREENS = (
    Screen(waiting.draw, "Queue", ":material/inbox:", "queue", STAFF),
    Screen(keying.draw, "Second keying", ":material/keyboard:", "keying", MAY[Act.KEY]),
    Screen(upload.draw, "Upload", ":material/upload_file:", "upload", MAY[Act.UPLOAD]),
    Screen(record.draw, "Record", ":material/fact_check:", "record", STAFF, is_shown=False),
    Screen(archive.draw, "Archive", ":material/search:", "archive", STAFF),
    Screen(genealogy.draw, "Genealogy", ":material/account_tree:", "genealogy", STAFF),
    Screen(trends.draw, "Trends", ":material/monitoring:", "trends", STAFF),
    Screen(signatories.draw, "Signature log", ":material/signature:", "signatories", STAFF, PLANT),
    Screen(
        retention.draw,
        "Retention",
        ":material/inventory_2:",
        "retention",
        MAY[Act.SEE_RETENTION],
        PLANT,
    ),
    Screen(rooms.draw, "Rooms", ":material/menu_book:", "rooms", MAY[Act.OPEN_ROOM], PLANT),
    Screen(room.draw, "Reading room", ":material/menu_book:", "room", MAY[Act.READ_IN_ROOM]),
    Screen(whole_trail.draw, "Trail", ":material/history:", "trail", MAY[Act.READ_TRAIL], PLANT),
    Screen(people.draw, "People", ":material/group:", "people", MAY[Act.MANAGE], PLANT),
    Screen(account.draw, "Account", ":material/key:", "account", STAFF, is_shown=False),
)
FIRST = {
    PersonRole.DOCUMENT_CONTROL: "upload",
    PersonRole.READER: "archive",
    PersonRole.INSPECTOR: "room",
}


def screens_for(role: PersonRole) -> dict[str, list[st.Page]]:
    """The screens of that role by menu, behind a start page that leads to where its work begins."""
    own = [screen for screen in SCREENS if role in screen.roles]
    shown = {screen.path: page_of(screen) for screen in own}
    if "record" in shown:
        keep_record_screen(shown["record"])
    first = shown[FIRST.get(role, "queue")]

    def start() -> None:
        st.switch_page(first)

    menus = {"": [st.Page(start, title="Recordroom", default=True, visibility="hidden")]}
    for screen in own:
        menus.setdefault(screen.menu, []).append(shown[screen.path])
    return menus


def page_of(screen: Screen) -> st.Page:
    """The screen as Streamlit knows it."""
    return st.Page(
        guarded(screen.show),
        title=screen.title,
        icon=screen.icon,
        url_path=screen.path,
        visibility="visible" if screen.is_shown else "hidden",
    )
