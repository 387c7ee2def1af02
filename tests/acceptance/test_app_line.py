"""The whole line in a real browser: paper becomes a reviewed, signed, searchable record."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_driver import Somebody, serving, signed_in
from playwright.sync_api import Browser, expect

from pipeline.settings import Settings
from pipeline.site_start import make_site

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parents[2] / "sample_scans"
SCAN = SAMPLES / "scans" / "015.jpg"
TRUTH = SAMPLES / "truth" / "015.json"
"""A poor scan of a line clearance: whoever releases did not sign, and figures are hard to read."""

STRANGER = SAMPLES / "scans" / "025.pdf"
"""A scan of a form that no site knows."""

READING = 300_000
"""Milliseconds that a busy machine may take to read a scan of a page or two."""

NOBODY_SIGNED = "Nobody signed the release; deviation DEV-0815 was opened"
MISREAD = "The page shows another figure"
CHECKED = "Compared with the page"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a demonstration site with the sample forms, and one worker that reads."""
    folder = tmp_path_factory.mktemp("line") / "site"
    new = make_site(
        Settings(site=folder),
        forms=SAMPLES / "forms",
        signatories=SAMPLES / "signatories.csv",
        is_demo=True,
    )
    assert new.refused == ()
    new.site.close()
    with serving(folder, workers=1) as where:
        yield where


def upload(control: Somebody, scan: Path) -> None:
    control.go("/upload")
    control.page.set_input_files("input[type=file]", scan)
    line = control.page.get_by_role("listitem").filter(has_text=scan.name).first
    expect(line).to_contain_text("1 record found", timeout=READING)


def misread(reviewer: Somebody, record: str) -> tuple[str, str]:
    """A text that the machine read wrongly, and what the paper really says."""
    truth = {one["field"]: one["value"] for one in json.loads(TRUTH.read_text())["entries"]}
    entries = reviewer.get(f"/api/records/{record}")["entries"]
    wrong = [
        (one["field"], truth[one["field"]])
        for one in entries
        if one["type"] in ("text", "time") and one["value"] != truth[one["field"]]
    ]
    assert wrong, f"nothing on {SCAN.name} is misread any more: take a harder sample"
    return wrong[0]


def go_to_entry(reviewer: Somebody, record: str, field: str) -> None:
    reviewer.go(f"/record?record={record}&field={field}")
    expect(reviewer.page.get_by_role("img", name="The field as written")).to_be_visible()


def test_a_scan_becomes_a_reviewed_signed_and_searchable_record(
    browser: Browser, address: str
) -> None:
    hand_in_twice(signed_in(browser, address, "control"))
    reviewer = signed_in(browser, address, "reviewer")
    record = find_in_the_queue(reviewer)
    value = correct_what_was_misread(reviewer, record)
    answer_the_missing_signature(reviewer, record)
    answer_the_rest(reviewer)
    see_that_a_reviewer_cannot_sign(reviewer)
    sign(signed_in(browser, address, "approver"), record)
    reader = signed_in(browser, address, "reader")
    find_in_the_archive(reader, value)
    read_who_did_what(reader)
    reader.tab("Review")
    expect(reader.page.locator(".desk")).to_be_visible()
    expect(reader.page.locator(".steps button")).to_have_count(0)


def hand_in_twice(control: Somebody) -> None:
    upload(control, SCAN)
    control.page.set_input_files("input[type=file]", SCAN)
    control.sees("The same file came before as 015.jpg; there is no second record.")


def find_in_the_queue(reviewer: Somebody) -> str:
    reviewer.go("/queue")
    (waiting,) = reviewer.get("/api/records")["items"]
    reviewer.sees("◆ Signature missing")
    reviewer.page.get_by_role("link", name=waiting["batch_number"]).click()
    expect(reviewer.page.locator(".desk .progress")).to_contain_text("left")
    reviewer.settle()
    return str(waiting["record"])


def correct_what_was_misread(reviewer: Somebody, record: str) -> str:
    field, value = misread(reviewer, record)
    go_to_entry(reviewer, record, field)
    reviewer.step("e")
    reviewer.page.get_by_role("textbox", name="Correct value").fill(value)
    reviewer.page.get_by_role("textbox", name="Reason").fill(MISREAD)
    reviewer.step("Enter")
    reviewer.sees("Correction saved")
    return value


def answer_the_missing_signature(reviewer: Somebody, record: str) -> None:
    go_to_entry(reviewer, record, "releaser_signature")
    reviewer.sees("Signature missing")
    reviewer.press("Truly missing")
    reviewer.sees("Give a reason: a critical flag takes no standard one.")
    reviewer.page.get_by_role("textbox", name="Reason").fill(NOBODY_SIGNED)
    reviewer.step("Enter")
    reviewer.sees("Answered: truly missing")


def answer_the_rest(reviewer: Somebody) -> None:
    """Answers whatever flag still waits, one after the other."""
    page = reviewer.page
    progress = page.locator(".desk .progress")
    while (before := progress.inner_text()) != "every flag is answered":
        reviewer.step("Shift+Enter")
        page.get_by_role("textbox", name="Reason").fill(CHECKED)
        reviewer.step("Enter")
        expect(progress).not_to_have_text(before)


def see_that_a_reviewer_cannot_sign(reviewer: Somebody) -> None:
    reviewer.tab("Approval")
    reviewer.sees("An approver can sign this record now.")
    expect(reviewer.page.get_by_role("button", name="Sign the record")).to_have_count(0)


def sign(approver: Somebody, record: str) -> None:
    approver.go(f"/record?record={record}")
    approver.tab("Approval")
    approver.sees(NOBODY_SIGNED)
    password = approver.page.get_by_role("textbox", name="Your password")
    password.fill("demo-approver-1")
    approver.press("Sign the record")
    approver.sees("This is the first signature of your session")
    approver.page.get_by_role("textbox", name="Your account's name").fill("approver")
    password.fill("not the password")
    approver.press("Sign the record")
    approver.sees("The name or the password is wrong")
    password.fill("demo-approver-1")
    approver.press("Sign the record")
    approver.sees("Signed electronically")
    approver.sees("Amir Castellan")


def find_in_the_archive(reader: Somebody, value: str) -> None:
    reader.go("/archive")
    reader.page.get_by_label("Search batches").fill(value)
    reader.page.keyboard.press("Enter")
    hit = reader.page.get_by_role("row").filter(has_text=value).first
    expect(hit).to_contain_text("approved")
    with reader.page.expect_download() as csv:
        reader.page.get_by_role("button", name="CSV").click()
    assert value in csv.value.path().read_text(encoding="utf-8-sig")
    hit.get_by_role("link").click()
    reader.settle()


def read_who_did_what(reader: Somebody) -> None:
    reader.tab("Who did what")
    story = reader.page.get_by_role("listitem")
    for words in (
        ("Dana Okafor", "handed in the scan 015.jpg"),
        ("Ruth Lindqvist corrected", MISREAD),
        ("Ruth Lindqvist answered", "truly missing", NOBODY_SIGNED),
        ("Amir Castellan approved and signed the record",),
    ):
        told = story
        for word in words:
            told = told.filter(has_text=word)
        expect(told).to_have_count(1)


def test_a_scan_of_an_unknown_form_waits_in_the_queue_with_its_page_shown(
    browser: Browser, address: str
) -> None:
    control = signed_in(browser, address, "control")
    upload(control, STRANGER)
    control.sees("1 record of an unknown form")
    reviewer = signed_in(browser, address, "reviewer", at="/queue")
    reviewer.page.get_by_role("row").filter(has_text="Unknown form").get_by_role("link").click()
    reviewer.sees("Unknown form")
    picture = reviewer.page.get_by_role("img", name="Page 1 as scanned")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 500
