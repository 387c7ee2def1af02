"""Takes the README's pictures of the real screens, from a demonstration site with the samples.

    .venv/bin/python docs/take_pictures.py [--site FOLDER]

Without a folder a site is made in a temporary one, and the samples are read into it first.
Reviewing and signing one record is part of it: a folder that is given is changed by it.
"""

import argparse
import io
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "acceptance"))

from app_driver import Somebody, open_browser, serving, signed_in  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser  # noqa: E402

import pipeline.site_start  # noqa: E402
from pipeline.intake import take as take_in  # noqa: E402
from pipeline.jobs import work_until_empty  # noqa: E402
from pipeline.people import list_people  # noqa: E402
from pipeline.settings import Settings  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
SAMPLES = ROOT / "sample_scans"
SIGNED_SCAN, SHOWN_SCAN, STACK, DISPENSED_SCAN = "021.jpg", "005.pdf", "023.pdf", "003.pdf"
COLOURS = 160
LARGEST = 300_000
"""Bytes that a picture may have."""


def main() -> None:
    """Makes the site where none is given, and takes every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path)
    given: Path | None = parser.parse_args().site
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        site = given or make_site(Path(folder) / "site")
        with serving(site, workers=0) as address, open_browser() as browser:
            take_all(browser, address)


def make_site(folder: Path) -> Path:
    """A demonstration site with the samples handed in by document control, and read."""
    new = pipeline.site_start.make_site(
        Settings(site=folder),
        forms=SAMPLES / "forms",
        signatories=SAMPLES / "signatories.csv",
        is_demo=True,
    )
    with new.site as site:
        control = next(one for one in list_people(site) if one.user == "control")
        for scan in sorted((SAMPLES / "scans").iterdir()):
            take_in(site, scan.name, scan.read_bytes(), by=control, where="screen")
        work_until_empty(site, site.settings.workers)
    return folder


def take_all(browser: Browser, address: str) -> None:
    """The pictures, in the order in which a record goes through the screens."""
    reviewer = signed_in(browser, address, "reviewer")
    reviewer.go("/queue")
    take(reviewer, "queue")
    shown, signed = record_of(reviewer, SHOWN_SCAN), record_of(reviewer, SIGNED_SCAN)
    reviewer.go(f"/record?record={shown}&field=done_1.4")
    take(reviewer, "record")
    reviewer.page.keyboard.press("g")
    take(reviewer, "sheet")
    review(reviewer, signed)
    approver = signed_in(browser, address, "approver")
    approver.go(f"/record?record={signed}")
    approver.tab("Approval")
    take(approver, "approval")
    approver.page.get_by_role("textbox", name="Your account's name").fill("approver")
    approver.page.get_by_role("textbox", name="Your password").fill("demo-approver-1")
    approver.press("Sign the record")
    approver.sees("Signed electronically")
    approver.tab("Who did what")
    take(approver, "story")
    arranging(signed_in(browser, address, "control"))
    reader = signed_in(browser, address, "reader")
    reader.go("/archive?q=Helmacin")
    take(reader, "archive")
    reader.go(f"/genealogy?lot={batch_of(reader, DISPENSED_SCAN)}&way=What+went+into+it")
    reader.page.locator("svg a").first.wait_for()
    take(reader, "genealogy")


def batch_of(somebody: Somebody, scan: str) -> str:
    """The batch number of the record that was read from a scan of that name."""
    records = somebody.get("/api/records?limit=200")["items"]
    return next(str(one["batch_number"]) for one in records if one["file"] == scan)


def arranging(control: Somebody) -> None:
    """A stack of two records on the board, with one page put a quarter turn further."""
    control.go("/upload")
    control.page.get_by_role("link", name=STACK).click()
    control.sees("Part 2")
    control.page.get_by_role("button", name="Page 2").click()
    control.settle()
    control.press("Turn right")
    take(control, "arranging")


def record_of(somebody: Somebody, scan: str) -> str:
    """The record that was read from a scan of that name."""
    records = somebody.get("/api/records?limit=200")["items"]
    return next(one["record"] for one in records if one["file"] == scan)


def review(reviewer: Somebody, record: str) -> None:
    """Answers the missing signature, and confirms the rest."""
    page = reviewer.page
    progress = page.locator(".desk .progress")
    reviewer.go(f"/record?record={record}&field=inspector")
    page.locator(".desk .value").wait_for()
    reviewer.settle()
    answer(reviewer, "m", "The inspector did not sign; deviation DEV-0815 was opened")
    while "left" in (before := progress.inner_text()):
        answer(reviewer, "Shift+Enter", "Compared with the page")
        while progress.inner_text() == before:
            page.wait_for_timeout(100)
    reviewer.settle()


def answer(reviewer: Somebody, key: str, reason: str) -> None:
    """One answer with its reason, by the keys of the desk."""
    reviewer.step(key)
    reviewer.page.keyboard.type(reason)
    reviewer.step("Enter")


def take(somebody: Somebody, name: str) -> None:
    """One picture of the screen as it stands, small enough for the README."""
    somebody.settle()
    somebody.page.wait_for_load_state("networkidle")
    somebody.page.wait_for_timeout(1500)
    path = PICTURES / f"{name}.png"
    shot = Image.open(io.BytesIO(somebody.page.screenshot()))
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path}: the picture is too large for the README; take another record")


if __name__ == "__main__":
    main()
