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
    """A screen, its address and who has it in the navigation."""

    show: Callable[[], None]
    title: str
    icon: str
    path: str
    roles: tuple[PersonRole, ...]
    is_in_menu: bool = True


SCREENS = (
    Screen(waiting.draw, "Queue", ":material/inbox:", "queue", STAFF),
    Screen(keying.draw, "Second keying", ":material/keyboard:", "keying", MAY[Act.KEY]),
    Screen(upload.draw, "Upload", ":material/upload_file:", "upload", MAY[Act.UPLOAD]),
    Screen(record.draw, "Record", ":material/fact_check:", "record", STAFF, is_in_menu=False),
    Screen(archive.draw, "Archive", ":material/search:", "archive", STAFF),
    Screen(genealogy.draw, "Genealogy", ":material/account_tree:", "genealogy", STAFF),
    Screen(trends.draw, "Trends", ":material/monitoring:", "trends", STAFF),
    Screen(signatories.draw, "Signature log", ":material/signature:", "signatories", STAFF),
    Screen(
        retention.draw, "Retention", ":material/inventory_2:", "retention", MAY[Act.SEE_RETENTION]
    ),
    Screen(rooms.draw, "Rooms", ":material/menu_book:", "rooms", MAY[Act.OPEN_ROOM]),
    Screen(room.draw, "Reading room", ":material/menu_book:", "room", MAY[Act.READ_IN_ROOM]),
    Screen(whole_trail.draw, "Trail", ":material/history:", "trail", MAY[Act.READ_TRAIL]),
    Screen(people.draw, "People", ":material/group:", "people", MAY[Act.MANAGE]),
    Screen(account.draw, "Account", ":material/key:", "account", STAFF, is_in_menu=False),
)
FIRST = {
    PersonRole.DOCUMENT_CONTROL: "upload",
    PersonRole.READER: "archive",
    PersonRole.INSPECTOR: "room",
}


def screens_for(role: PersonRole) -> list[st.Page]:
    """The screens of that role, behind a start page that leads to where its work begins."""
    shown = {
        screen.path: st.Page(
            guarded(screen.show),
            title=screen.title,
            icon=screen.icon,
            url_path=screen.path,
            visibility="visible" if screen.is_in_menu else "hidden",
        )
        for screen in SCREENS
        if role in screen.roles
    }
    if "record" in shown:
        keep_record_screen(shown["record"])
    first = shown[FIRST.get(role, "queue")]

    def start() -> None:
        st.switch_page(first)

    return [
        st.Page(start, title="Recordroom", default=True, visibility="hidden"),
        *shown.values(),
    ]
