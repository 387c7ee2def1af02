"""The upload desk in a real browser: a stack arranged by keyboard and mouse, and read so."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_driver import Somebody, serving, signed_in
from playwright.sync_api import Browser, expect
from record_builders import write_form

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from arranged import PartReader, parts_of, read_next, stack_bytes

from pipeline.intake import take
from pipeline.people import command_line
from pipeline.settings import Settings
from pipeline.site import Site, open_site
from pipeline.site_start import make_site

pytestmark = pytest.mark.browser

READER = PartReader(parts=parts_of((1, 2, 3, 4)), strange=frozenset({4}))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demonstration site with three stacks of four pages, of which the last fits no form."""
    folder = tmp_path_factory.mktemp("app")
    write_form(folder / "forms" / "granulation")
    new = make_site(Settings(site=folder / "site"), forms=folder / "forms", is_demo=True)
    new.site.close()
    with open_site(Settings(site=folder / "site")) as opened:
        for number in range(3):
            take(opened, f"{number}.tiff", stack_bytes(4, number), by=command_line())
            read_next(opened, READER)
        yield opened


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with serving(site.settings.site, workers=0) as where:
        yield where


def parts(somebody: Somebody) -> list[list[str]]:
    """The pages of each part on the board, as they are seen."""
    somebody.settle()
    found = somebody.page.locator("section.part")
    return [part.locator(".number").all_inner_texts() for part in found.all()]


def until(somebody: Somebody, wanted: list[list[int]]) -> None:
    there = [[f"Page {page}" for page in part] for part in wanted]
    for _ in range(40):
        if parts(somebody) == there:
            return
        somebody.page.wait_for_timeout(250)
    assert parts(somebody) == there


def read_so(somebody: Somebody, reason: str) -> None:
    somebody.press("Read by this arrangement")
    somebody.page.get_by_label("Reason, for the trail").fill(reason)
    somebody.page.keyboard.press("Enter")
    somebody.settle()
    somebody.press("Keep it and read it so")
    somebody.sees("Kept; waits to be read.")


def test_a_stack_is_split_turned_and_read_so_by_keyboard_alone(
    browser: Browser, address: str, site: Site
) -> None:
    control = signed_in(browser, address, "control", at="/upload")
    keys = control.page.keyboard
    control.page.get_by_role("link", name="0.tiff").focus()
    keys.press("Enter")
    control.sees("4 pages")
    control.page.get_by_role("button", name="Page 1").focus()
    for key in ("ArrowRight", "ArrowRight", "s", "r", "r", "r"):
        keys.press(key)  # quicker than the answers: none is lost
    until(control, [[1, 2], [3, 4]])
    expect(control.page.locator(".board img[style*='rotate(270deg)']")).to_have_count(1)
    keys.press("Shift+ArrowRight")
    until(control, [[1, 2], [4, 3]])
    keys.press("z")
    until(control, [[1, 2], [3, 4]])
    read_so(control, "two batches")
    read_next(site, READER)
    control.sees("XB15-0003")
    assert [[one.page, one.turned] for one in READER.told[-1].parts[1]] == [[3, 270], [4, 0]]
    link = control.page.get_by_role("link", name="XB15-0003")
    link.click()
    control.sees("flags of")


def test_a_page_is_dragged_to_another_part_and_an_act_is_undone(
    browser: Browser, address: str
) -> None:
    control = signed_in(browser, address, "control", at="/upload?scan=2&page=3")
    control.press("New part from here")
    until(control, [[1, 2], [3, 4]])
    first, last = (control.page.get_by_role("button", name=f"Page {n}") for n in (1, 4))
    box = last.bounding_box()
    assert box
    first.drag_to(last, target_position={"x": box["width"] - 10, "y": 60})
    until(control, [[2], [3, 4, 1]])
    control.press("Undo")
    until(control, [[1, 2], [3, 4]])
    control.press("Page 3")
    control.press("Join with part before")
    until(control, [[1, 2, 3, 4]])
    expect(control.page.get_by_role("button", name="Discard the changes")).to_have_count(0)


def test_a_page_of_an_unknown_form_is_assigned_and_a_cover_sheet_put_aside(
    browser: Browser, address: str, site: Site
) -> None:
    control = signed_in(browser, address, "control", at="/upload?section=Unknown+pages")
    control.page.get_by_role("link", name="2.tiff").click()
    control.sees("fits no form that is known")
    control.page.get_by_role("combobox", name="This page is").click()
    control.page.get_by_role("option", name="BMR-001 version 3, page 1").click()
    control.sees("BMR-001 v3 p. 1, said by a person")
    control.page.get_by_role("button", name="Page 1").click()
    control.settle()
    control.page.get_by_role("combobox", name="No page of a record").click()
    control.page.get_by_role("option", name="cover sheet").click()
    control.settle()
    control.press("Put aside")
    control.sees("put aside: cover sheet")
    until(control, [[2, 3, 4], [1]])
    read_so(control, "the cover sheet came first")
    read_next(site, READER)
    control.sees("XB15-0002")
    control.go("/upload?section=Unknown+pages")
    expect(control.page.get_by_role("link", name="2.tiff")).to_have_count(0)
    admin = signed_in(browser, address, "admin", at="/trail?kind=page_assigned")
    admin.sees("page 4 is BMR-001 version 3 page 1")


def test_the_pages_of_scans_are_for_document_control_alone(browser: Browser, address: str) -> None:
    where = f"{address}/pictures/scans/1/pages/1"
    control = signed_in(browser, address, "control")
    assert control.page.request.get(where).headers["content-type"] == "image/jpeg"
    assert control.page.request.get(f"{where}9").status == 404
    for user in ("reviewer", "approver", "reader", "admin"):
        assert signed_in(browser, address, user).page.request.get(where).status == 403
    nobody = browser.new_context()
    assert nobody.request.get(where).status == 401
    admin = signed_in(browser, address, "admin", at="/upload?scan=1")
    admin.sees("may not arrange the pages of scans")


def test_what_waits_is_seen_by_whom_it_waits_for(browser: Browser, address: str) -> None:
    control = signed_in(browser, address, "control", at="/upload")
    control.page.get_by_text("What waits").click()
    control.settle()
    row = control.page.get_by_role("row").filter(has_text="Records with flags to answer")
    expect(row).to_contain_text("reviewer")
    expect(control.page).to_have_url(f"{address}/upload?section=What+waits")
