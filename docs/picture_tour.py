"""What each picture of the documents shows: whose screen, and how one gets there."""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import pypdfium2
from app_driver import Somebody
from picture_site import LOTS, SAMPLES
from picture_state import CORRECTED, DISPUTED, TO_APPROVE

SHOWN_SCAN, NOT_SIGNED, STACK = "003.pdf", "022.pdf", "023.pdf"
LAST_BATCH = "HN19-0330"
Draw = Callable[[Somebody], bytes | None]


@dataclass(frozen=True)
class Picture:
    """Whose screen it is (nobody's before the sign-in), and the way to what is shown.

    `draw` gives the picture itself where that is not the screen.
    """

    user: str
    draw: Draw


PICTURES: dict[str, Picture] = {}


def picture(user: str) -> Callable[[Draw], Draw]:
    """Notes the function as the way to the picture of its name."""

    def note(draw: Draw) -> Draw:
        PICTURES[draw.__name__.replace("_", "-")] = Picture(user, draw)
        return draw

    return note


def at(name: str, user: str, path: str, **query: str) -> None:
    """A picture of an address, as it is."""
    address = f"{path}?{urlencode(query)}" if query else path
    PICTURES[name] = Picture(user, lambda somebody: somebody.go(address))


def record_of(somebody: Somebody, scan: str) -> str:
    """The record that was read from a scan of that name."""
    records = somebody.get("/api/records?limit=200")["items"]
    return next(str(one["record"]) for one in records if one["file"] == scan)


def open_tab(somebody: Somebody, scan: str, tab: str) -> None:
    """A record at one of its tabs."""
    somebody.go(f"/record?{urlencode({'record': record_of(somebody, scan), 'tab': tab})}")


@picture("")
def sign_in(somebody: Somebody) -> None:
    """Name and password."""
    somebody.page.get_by_label("User name").fill("reviewer")


at("unknown-pages", "control", "/upload", section="Unknown pages")
at("new-scans", "control", "/upload", section="New scans wanted")
at("what-waits", "control", "/upload", section="What waits")
at("signature-log", "control", "/signatories", line="3")
at("queue", "reviewer", "/queue")
at("keying", "second", "/keying")
at("archive", "reader", "/archive", q="Norvasan made:2019-03..2019-06")
at("misread", "reader", "/archive", q="XW22-3536")
CHARTED = {
    "form": "MD-204",
    "parameter": "net_1",
}
at("trends", "reader", "/trends", **CHARTED)
at("corrections-and-flags", "reader", "/trends", of="Corrections and flags")
at("turnaround", "reader", "/trends", of="Turnaround")
at("falls-due", "control", "/retention")
at("holds", "approver", "/retention", part="Legal holds", hold="1")
at("destruction-list", "admin", "/retention", part="Destruction lists", list="2")
at("rules", "admin", "/retention", part="Rules")
at("rooms", "control", "/rooms", room="1")
at("reading-room", "inspector", "/room")
at("people", "admin", "/people", account="j.miller")
at("account", "reviewer", "/account")


@picture("admin")
def first_sign_in(somebody: Somebody) -> None:
    """A one-time password is given out, and a password of one's own asked for."""
    somebody.go("/people?account=j.miller")
    somebody.press("New one-time password")
    somebody.press("Yes, do it")
    password = somebody.page.locator("code").inner_text()
    somebody.page.context.clear_cookies()
    somebody.page.goto(f"{somebody.address}/sign-in")
    somebody.page.get_by_label("User name").fill("j.miller")
    somebody.page.get_by_label("Password").fill(password)
    somebody.page.get_by_role("button", name="Sign in").click()
    somebody.page.wait_for_url("**/new-password")


@picture("control")
def upload(somebody: Somebody) -> None:
    """A scan that came before and a file that is none, dropped beside all earlier scans."""
    somebody.go("/upload")
    twice = (SAMPLES / "scans" / "001.pdf").read_bytes()
    somebody.page.set_input_files(
        "input[type=file]",
        [
            {"name": "scanner-0815.pdf", "mimeType": "application/pdf", "buffer": twice},
            {"name": "shift-notes.pdf", "mimeType": "application/pdf", "buffer": os.urandom(64)},
        ],
    )
    somebody.sees("Refused")


@picture("approver")
def deciding(somebody: Somebody) -> None:
    """An entry that two people keyed differently, before the third."""
    scan, field, _ = DISPUTED
    somebody.go(f"/keying?record={record_of(somebody, scan)}&field={field}")


@picture("admin")
def trail(somebody: Somebody) -> None:
    """All that was done to one record."""
    somebody.go(f"/trail?of={record_of(somebody, CORRECTED)}")


@picture("control")
def arranging(somebody: Somebody) -> None:
    """A stack of two records on the board, with one page put a quarter turn further."""
    somebody.go("/upload")
    somebody.page.get_by_role("link", name=STACK).click()
    somebody.sees("Part 2")
    somebody.page.get_by_role("button", name="Page 2").click()
    somebody.settle()
    somebody.press("Turn right")


@picture("control")
def assigning(somebody: Somebody) -> None:
    """Records ticked in the queue, to be given to somebody."""
    somebody.go("/queue")
    for place in (1, 3):
        somebody.page.get_by_role("row").nth(place).get_by_role("checkbox").check()
        somebody.settle()
    somebody.page.get_by_role("button", name="Assign").scroll_into_view_if_needed()


@picture("reviewer")
def record(somebody: Somebody) -> None:
    """The desk at a lot that was read in doubt."""
    somebody.go(f"/record?record={record_of(somebody, SHOWN_SCAN)}&field=lot_7")


@picture("reviewer")
def missing(somebody: Somebody) -> None:
    """The desk at a signature that is missing, with the reasons that can be chosen."""
    shown = record_of(somebody, NOT_SIGNED)
    somebody.go(f"/record?record={shown}&field=inspector")
    somebody.page.locator(".desk .value").wait_for()
    somebody.step("m")


@picture("reviewer")
def sheet(somebody: Somebody) -> None:
    """All entries of that kind side by side."""
    record(somebody)
    somebody.page.locator(".desk .value").wait_for()
    somebody.step("g")
    somebody.sees("Arrows go from crop to crop")


@picture("reader")
def entries(somebody: Somebody) -> None:
    """All entries of a record."""
    open_tab(somebody, CORRECTED, "All entries")


@picture("reader")
def story(somebody: Somebody) -> None:
    """Who did what on a record that was corrected and keyed by two."""
    open_tab(somebody, CORRECTED, "Who did what")


@picture("approver")
def approval(somebody: Somebody) -> None:
    """What an approver signs, and the form for it."""
    open_tab(somebody, TO_APPROVE, "Approval")


@picture("reader")
def genealogy(somebody: Somebody) -> None:
    """Where a lot went."""
    somebody.go(f"/genealogy?lot={LOTS[1]}")
    somebody.page.locator("svg a").first.wait_for()


@picture("reader")
def what_went_in(somebody: Somebody) -> None:
    """What went into a batch, with what the archive does not answer."""
    somebody.go(f"/genealogy?lot={LAST_BATCH}&way=What+went+into+it")
    somebody.page.locator("svg a").first.wait_for()


@picture("reader")
def recall_list(somebody: Somebody) -> None:
    """The same as a list."""
    somebody.go(f"/genealogy?lot={LOTS[1]}")
    somebody.tab("List")


@picture("reader")
def quantities(somebody: Somebody) -> None:
    """What is known of the quantities."""
    somebody.go(f"/genealogy?lot={LOTS[1]}")
    somebody.tab("Quantities")


@picture("admin")
def certificate(somebody: Somebody) -> bytes:
    """The first sheet of a destruction list's certificates, as it is printed."""
    somebody.go("/retention?part=Destruction+lists&list=1")
    with somebody.page.expect_download() as file:
        somebody.page.get_by_role("button", name="Certificates (PDF)").click()
    sheets = pypdfium2.PdfDocument(file.value.path())
    out = io.BytesIO()
    sheets[0].render(scale=1.4).to_pil().save(out, "PNG")
    return out.getvalue()


@picture("inspector")
def in_the_room(somebody: Somebody) -> None:
    """One record as an inspector sees it."""
    somebody.go("/room")
    somebody.page.get_by_role("row").nth(1).get_by_role("link").click()
    somebody.settle()
