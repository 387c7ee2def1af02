"""Retention and the reading room in a real browser: holds and lists signed, looks told."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from app_driver import Somebody, serving, signed_in
from kept_records import dated_site, old
from playwright.sync_api import Browser, expect
from site_records import INSPECTOR, password_of

from pipeline.settings import Settings
from pipeline.site import open_site
from pipeline.trail import trail
from pipeline.verify import verify

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Archive:
    """An app with old records: two whose day has passed, and one that nobody can date."""

    address: str
    folder: Path
    records: tuple[str, ...]

    def told(self, kind: str) -> list[tuple[str, str | None, str | None]]:
        """Who did that to which record, by the trail."""
        with open_site(Settings(site=self.folder)) as site, trail(site) as lines:
            return [(one.by, one.record, one.field) for one in lines if one.kind == kind]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("keep")
    with dated_site(folder) as site:
        records = (old(site), old(site, 1), old(site, 2, ""))
    with serving(folder / "site", workers=0) as address:
        yield Archive(address, folder / "site", records)


def sign(somebody: Somebody, user: str, button: str) -> None:
    name = somebody.page.get_by_role("textbox", name="Your account's name")
    somebody.page.get_by_role("textbox", name="Your password").first.wait_for()
    if name.count():
        name.first.fill(user)
    somebody.page.get_by_role("textbox", name="Your password").first.fill(f"demo-{user}-1")
    somebody.press(button)


def test_a_hold_is_placed_with_a_signature_and_keeps_the_record(
    browser: Browser, archive: Archive
) -> None:
    approver = signed_in(browser, archive.address, "approver", at="/retention?part=Legal+holds")
    page = approver.page
    page.get_by_label("Records (their ids, with spaces between)").fill(archive.records[1])
    approver.press("Show the records")
    approver.sees("1 record now")
    assert archive.told("hold_placed") == []
    page.get_by_label("Reason").fill("claim 7")
    sign(approver, "approver", "Sign and hold")
    expect(page.get_by_role("textbox", name="Your password").first).to_have_value("")
    expect(page.get_by_label("Reason")).to_have_value("")
    row = page.get_by_role("row").filter(has_text="claim 7")
    expect(row).to_contain_text("stands")
    row.get_by_role("link").click()
    approver.settle()
    approver.sees("Place this legal hold")
    approver.go("/retention")
    held = page.get_by_role("row").filter(has_text=archive.records[1])
    expect(held).to_contain_text("on legal hold 1")
    assert ("approver", archive.records[1], None) in archive.told("hold_placed")


def test_a_list_is_signed_by_two_and_only_then_carried_out(
    browser: Browser, archive: Archive
) -> None:
    gone = archive.records[0]
    control = signed_in(browser, archive.address, "control", at="/retention")
    row = control.page.get_by_role("row").filter(has_text=gone)
    row.get_by_role("checkbox").check()
    control.settle()
    control.page.get_by_label("Why are these records destroyed?").fill("their day has passed")
    control.press("Draw up a destruction list of 1 record")
    control.go("/retention?part=Destruction+lists")
    control.sees("waits for signatures")
    expect(control.page.get_by_role("button", name="Sign the list")).to_have_count(0)

    approver = signed_in(
        browser, archive.address, "approver", at="/retention?part=Destruction+lists"
    )
    sign(approver, "approver", "Sign the list")
    approver.sees("You have signed this list")
    expect(approver.page.get_by_role("button", name="Destroy these records")).to_have_count(0)

    admin = signed_in(browser, archive.address, "admin", at="/retention?part=Destruction+lists")
    sign(admin, "admin", "Sign the list")
    admin.sees("signed by two")
    admin.press("Destroy these records")
    admin.press("Yes, destroy them")
    admin.sees("carried out")
    with admin.page.expect_download() as file:
        admin.page.get_by_role("button", name="JSON").click()
    document = json.loads(file.value.path().read_text())
    assert (document["record"], document["batch_number"]) == (gone, "XB15-2288")
    with open_site(Settings(site=archive.folder)) as site:
        assert verify(site.settings).findings == ()
    control.go(f"/record?record={gone}")
    control.sees("was destroyed on")
    control.go("/archive?q=xb15+2288")
    control.sees(f"Batch XB15-2288: the record {gone} (BMR-001 v3) was destroyed")


def test_an_inspector_sees_only_the_room_and_each_look_is_told(
    browser: Browser, archive: Archive
) -> None:
    mine, other = archive.records[1], archive.records[2]
    inspector = signed_in(browser, archive.address, "inspector", password_of(INSPECTOR))
    inspector.sees("No reading room is open for you now")
    control = signed_in(browser, archive.address, "control", at="/rooms")
    control.page.get_by_label("Records (their ids, with spaces between)").fill(mine)
    control.page.get_by_label("Reason").fill("inspection 7")
    control.press("Open the room")
    expect(control.page.get_by_role("row").filter(has_text="inspection 7")).to_contain_text("open")

    inspector.go("/room")
    page = inspector.page
    expect(page.get_by_role("row").filter(has_text=mine)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=other)).to_have_count(0)
    page.get_by_label("Search in these records").fill("L08481V")
    page.keyboard.press("Enter")
    inspector.settle()
    expect(page.get_by_role("row").filter(has_text=mine)).to_be_visible()
    inspector.go(f"/room?record={mine}")
    inspector.sees("Lot of lactose")
    page.get_by_text("Pages", exact=True).click()
    picture = page.get_by_alt_text("Page 1 as it was scanned")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 100
    page.get_by_text("Corrections and signatures", exact=True).click()
    inspector.sees("Signed electronically")
    inspector.sees("the sign before the V is a 1")
    with page.expect_download() as file:
        page.get_by_role("button", name="Everything about batch").click()
    assert file.value.path().read_bytes().startswith(b"PK")

    for path, status in (
        (f"/pictures/{other}/pages/1", 403),
        (f"/pictures/{other}/entries/lot", 403),
        (f"/pictures/{mine}/pages/1", 200),
        ("/pictures/scans/1/pages/1", 403),
        (f"/api/records/{mine}", 403),
        ("/api/records", 403),
    ):
        assert page.request.get(archive.address + path).status == status, path
    inspector.go(f"/room?record={other}")
    inspector.sees("may not see")
    for path in (
        "/queue",
        "/archive",
        "/trail",
        "/people",
        "/retention",
        f"/record?record={other}",
    ):
        inspector.go(path)
        expect(page.get_by_text("Reading room").first).to_be_visible()
        expect(page.get_by_text(other)).to_have_count(0)

    assert archive.told("room_record_opened") == [("inspector", mine, None)]
    assert ("inspector", mine, "page 1") in archive.told("room_page_seen")
    assert archive.told("room_searched") == [("inspector", None, None)]
    assert archive.told("room_printed") == [("inspector", mine, None)]
    control.go("/rooms?room=1")
    control.sees("What was looked at in room 1")
    control.sees("page 1")
    control.press("Close room 1 now")
    inspector.go("/room")
    inspector.sees("No reading room is open for you now")
