"""The desk in a real browser: every step by key, nothing typed is lost, no text ever runs."""

from collections.abc import Iterator

import pytest
from app_driver import LOOK, Somebody, serving, signed_in
from playwright.sync_api import Browser, expect
from record_builders import FakeReader, scan_bytes, write_form

from pipeline.intake import take
from pipeline.people import command_line
from pipeline.reading import known_forms, read_leased
from pipeline.settings import Settings
from pipeline.site_start import make_site
from pipeline.store.leases import lease_next

pytestmark = pytest.mark.browser

RECORDS = 7
SCRIPT = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a demonstration site with a record for each test, and no workers."""
    folder = tmp_path_factory.mktemp("desk")
    write_form(folder / "forms" / "granulation")
    new = make_site(Settings(site=folder / "site"), forms=folder / "forms", is_demo=True)
    with new.site as site:
        for number in range(RECORDS):
            take(site, f"{number}.png", scan_bytes(number), by=command_line())
            lease = lease_next(site.engine, site.settings, worker="test", now=site.now())
            assert lease is not None
            reader = FakeReader(batch=f"XB15-000{number}")
            assert read_leased(site, lease, reader, known_forms(site))
    with serving(folder / "site", workers=0) as where:
        yield where


class AtTheDesk:
    """A reviewer at the desk of one record, who never touches the mouse."""

    def __init__(self, browser: Browser, address: str, number: int, field: str = "") -> None:
        self.one = signed_in(browser, address, "reviewer")
        self.page = self.one.page
        (found,) = self.one.get(f"/api/records?text=XB15-000{number}")["items"]
        self.record = found["record"]
        self.one.go(f"/record?record={self.record}" + (f"&field={field}" if field else ""))
        expect(self.page.locator(".desk")).to_be_visible()

    def press(self, *keys: str) -> None:
        """Keys, one after the other, each once the one before was answered."""
        for key in keys:
            expect(self.page.locator(".desk.busy")).to_have_count(0)
            self.page.wait_for_timeout(LOOK)
            self.page.keyboard.press(key)
        expect(self.page.locator(".desk.busy")).to_have_count(0)

    def type(self, text: str) -> None:
        """Text into whatever has the focus."""
        self.page.keyboard.type(text)

    def said(self, words: str) -> None:
        """Waits until the desk says so."""
        expect(self.page.get_by_role("status")).to_contain_text(words)

    def stands_at(self, title: str) -> None:
        """Waits until the desk shows that entry."""
        expect(self.page.locator(".side h3")).to_contain_text(title)

    def progress(self, words: str) -> None:
        """Waits until so many flags are left."""
        expect(self.page.locator(".desk .progress")).to_have_text(words)

    def entry(self, field: str) -> dict:
        """The entry as the HTTP API gives it."""
        read = self.one.get(f"/api/records/{self.record}")
        return next(one for one in read["entries"] if one["field"] == field)


def test_every_flag_is_disposed_of_from_the_keyboard_alone_and_a_slip_is_taken_back(
    browser: Browser, address: str
) -> None:
    desk = AtTheDesk(browser, address, 0)
    desk.stands_at("Lot of lactose")
    desk.progress("2 flags of 2 left")
    desk.press("1")
    desk.said("Set to L08481V")
    desk.stands_at("Done by")
    desk.press("m")
    desk.said("Give a reason")
    desk.press("2")
    desk.said("Answered: truly missing")
    desk.progress("every flag is answered")
    desk.press("z")
    desk.said("Taken back")
    desk.progress("1 flag of 1 left")
    desk.press("m")
    desk.type("Nobody signed; DEV-7")
    desk.press("Enter")
    desk.progress("every flag is answered")
    answers = desk.entry("signed")["dispositions"]
    assert [one["outcome"] for one in answers] == ["truly_missing", "taken_back", "truly_missing"]
    assert answers[-1]["reason"] == "Nobody signed; DEV-7"
    assert desk.entry("lot")["value"] == "L08481V"


def test_any_entry_is_opened_corrected_and_commented_by_key(browser: Browser, address: str) -> None:
    desk = AtTheDesk(browser, address, 1)
    desk.press("Shift+ArrowDown")
    desk.stands_at("Net weight")
    desk.press("e")
    desk.page.keyboard.press("Control+a")
    desk.type("14.5")
    desk.press("Enter")
    desk.said("Correction saved")
    desk.press("f")
    desk.type("net")
    desk.press("Enter")
    desk.stands_at("Net weight")
    expect(desk.page.locator(".value.set")).to_have_text("14.5")
    desk.press("c")
    desk.type("The scale was read twice")
    desk.press("Enter")
    desk.said("Written down")
    expect(desk.page.locator(".note")).to_contain_text("The scale was read twice")
    desk.press("t", "ArrowDown", "Enter")
    desk.stands_at("Remark")
    row = desk.page.locator(".all tr").filter(has_text="Net weight")
    expect(row).to_contain_text("14.5")
    expect(row).to_contain_text("up to 20 kg")
    expect(row).to_contain_text("Ruth Lindqvist")
    assert desk.entry("weight")["corrections"][0]["reason"] == "Misread; compared with the page"


def test_help_overlay_and_zoom_answer_to_their_keys(browser: Browser, address: str) -> None:
    desk = AtTheDesk(browser, address, 1)
    desk.press("?")
    expect(desk.page.get_by_role("dialog", name="Keys of the desk")).to_be_visible()
    desk.press("Escape")
    expect(desk.page.get_by_role("dialog")).to_have_count(0)
    desk.press("o")
    expect(desk.page.locator(".paper.bare")).to_have_count(1)
    sheet = desk.page.locator(".sheet")
    before = sheet.evaluate("one => one.clientWidth")
    desk.press("+", "+")
    assert sheet.evaluate("one => one.clientWidth") > 1.9 * before
    desk.press("0")
    assert sheet.evaluate("one => one.clientWidth") == before


def test_what_was_typed_stays_when_somebody_else_was_faster(browser: Browser, address: str) -> None:
    slow, fast = (AtTheDesk(browser, address, 2, "lot") for _ in range(2))
    slow.press("e")
    slow.page.keyboard.press("Control+a")
    slow.type("L08481X")
    fast.press("2")
    fast.said("Set to L0848W")
    slow.press("Enter")
    slow.said("Somebody changed this record after you opened it")
    value = slow.page.get_by_role("textbox", name="Correct value")
    expect(value).to_have_value("L08481X")
    expect(slow.page.locator(".value.set")).to_have_text("L0848W")
    assert slow.entry("lot")["value"] == "L0848W"
    slow.page.reload()
    slow.one.settle()
    slow.one.go(f"/record?record={slow.record}&field=lot")
    slow.stands_at("Lot of lactose")
    slow.press("e")
    expect(value).to_have_value("L08481X")
    slow.press("Enter")
    slow.said("Correction saved")
    assert slow.entry("lot")["value"] == "L08481X"


def test_a_new_scan_is_asked_for_and_the_flag_stays_open(browser: Browser, address: str) -> None:
    desk = AtTheDesk(browser, address, 3)
    desk.press("r", "1")
    desk.said("A new scan is asked for; the flag stays open")
    desk.stands_at("Done by")
    desk.progress("2 flags of 2 left")
    desk.press("p")
    expect(desk.page.locator(".note")).to_contain_text("asked for a new scan: The page is blurred")
    desk.one.tab("Who did what")
    desk.one.sees("sent page 1 back to be scanned again")


def test_entries_of_a_kind_are_seen_side_by_side_opened_and_confirmed(
    browser: Browser, address: str
) -> None:
    desk = AtTheDesk(browser, address, 4)
    desk.press("g")
    cells = desk.page.locator(".cell")
    expect(cells).to_have_count(1)
    desk.page.get_by_text("In the whole queue").click()
    expect(cells.nth(2)).to_be_visible()
    desk.one.settle()
    mine = desk.page.locator(".cell.like")
    mine.focus()
    desk.page.keyboard.press(" ")
    expect(desk.page.locator(".cell.marked")).to_have_count(1)
    desk.page.keyboard.press("k")
    desk.one.sees("1 entry confirmed")
    desk.one.settle()
    assert desk.entry("lot")["dispositions"][0]["outcome"] == "confirmed"
    desk.page.locator(".cell.like").focus()
    desk.page.keyboard.press("Enter")
    desk.stands_at("Lot of lactose")


def test_no_text_that_anybody_typed_runs_in_the_browser(browser: Browser, address: str) -> None:
    desk = AtTheDesk(browser, address, 5, "remark")
    desk.press("e")
    desk.page.keyboard.press("Control+a")
    desk.type(SCRIPT)
    desk.page.keyboard.press("Tab")
    desk.type(SCRIPT)
    desk.press("Enter")
    desk.said("Correction saved")
    desk.one.go(f"/record?record={desk.record}&field=remark")
    desk.stands_at("Remark")
    desk.press("c")
    desk.type(SCRIPT)
    desk.press("Enter")
    desk.said("Written down")
    expect(desk.page.locator(".note")).to_contain_text("<script>")
    desk.press("g")
    expect(desk.page.locator(".cell").first).to_contain_text("<img src=x")
    for tab in ("All entries", "Who did what", "Approval"):
        desk.one.tab(tab)
        desk.one.sees("<img src=x")
    desk.one.go("/archive?q=onerror")
    desk.one.sees("<img src=x")
    assert desk.page.title() != "owned"


def test_who_may_not_review_sees_the_desk_and_no_step(browser: Browser, address: str) -> None:
    reader: Somebody = signed_in(browser, address, "reader")
    (found,) = reader.get("/api/records?text=XB15-0006")["items"]
    reader.go(f"/record?record={found['record']}")
    expect(reader.page.locator(".side h3")).to_contain_text("Lot of lactose")
    expect(reader.page.locator(".steps button")).to_have_count(0)
    reader.page.keyboard.press("Enter")
    reader.page.keyboard.press("n")
    expect(reader.page.locator(".side h3")).to_contain_text("Done by")
    reviewer = signed_in(browser, address, "reviewer")
    read = reviewer.get(f"/api/records/{found['record']}")
    assert all(not one["dispositions"] for one in read["entries"])
