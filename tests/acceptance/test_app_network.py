"""A record of twelve pages reviewed over a line that is slow or cut: no answer is lost."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from app_driver import LOOK, Somebody, serving, signed_in
from cut_line import line_to
from playwright.sync_api import Browser, Page, expect

from benchmarks.walk_site import FLAGS, make_walk_site

pytestmark = pytest.mark.browser

PAGE = 6
AFTER_A_CUT = 60_000
"""Milliseconds within which everything is as it should be once the line is mended."""

TAPPED_TWICE = """() => {
  for (const _ of [1, 2])
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
}"""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The app's address, and the record of twelve pages."""
    folder = tmp_path_factory.mktemp("network")
    record = make_walk_site(folder, 0)
    with serving(folder / "site", workers=0) as address:
        yield address, record


def answers(one: Somebody, record: str) -> dict[str, list[str]]:
    """What was answered at each entry of the record that has answers."""
    entries = one.get(f"/api/records/{record}")["entries"]
    given = {entry["field"]: entry["dispositions"] for entry in entries}
    return {field: [each["outcome"] for each in all_] for field, all_ in given.items() if all_}


def two_unsure(one: Somebody, record: str, page: int) -> str:
    """The first entry from that page on whose flag, as that of the next one, takes one key."""
    entries = one.get(f"/api/records/{record}")["entries"]
    flagged = [entry for entry in entries if entry["flags"] and entry["page"] >= page]
    return next(
        str(entry["field"])
        for entry, following in pairwise(flagged)
        if entry["flags"] == following["flags"] == ["low_confidence"]
    )


def title(page: Page) -> str:
    """What the desk stands at."""
    return page.locator(".side h3").inner_text()


def test_the_sixth_page_is_reviewed_over_a_cut_line_and_no_edit_is_lost(
    browser: Browser, walked: tuple[str, str]
) -> None:
    address, record = walked
    first = two_unsure(signed_in(browser, address, "reviewer"), record, PAGE)
    with line_to(address) as (line, through):
        one = signed_in(browser, through, "reviewer")
        page = one.page
        one.go(f"/record?record={record}&field={first}")
        page.get_by_role("img", name="The field as written").wait_for()
        before = title(page)
        line.cut()
        page.keyboard.press("e")
        page.keyboard.press("Control+a")
        page.keyboard.type("14.2")
        page.keyboard.press("Enter")
        expect(page.locator(".side h3")).not_to_have_text(before)  # the next flag is there at once
        expect(page.get_by_role("status")).to_contain_text("Not saved yet: no connection")
        second = title(page)
        page.wait_for_timeout(LOOK)
        page.keyboard.press("Enter")  # taken too, and sent once the first is written
        line.mend()
        expect(page.locator(".desk.busy")).to_have_count(0, timeout=AFTER_A_CUT)
        expect(page.locator(".desk .progress")).to_have_text(
            f"{FLAGS - 2} flags of {FLAGS - 1} left", timeout=AFTER_A_CUT
        )
        assert title(page) != second
        read = {entry["field"]: entry for entry in one.get(f"/api/records/{record}")["entries"]}
        assert read[first]["value"] == "14.2"
        assert len(read[first]["corrections"]) == 1
        assert [*answers(one, record).values()] == [["confirmed"]]


def test_a_key_tapped_twice_answers_no_flag_that_nobody_has_seen(
    browser: Browser, walked: tuple[str, str]
) -> None:
    address, record = walked
    one = signed_in(browser, address, "reviewer")
    before = answers(one, record)
    one.go(f"/record?record={record}&field={two_unsure(one, record, PAGE + 1)}")
    one.page.get_by_role("img", name="The field as written").wait_for()
    one.page.wait_for_load_state("networkidle")
    first = title(one.page)
    one.page.evaluate(TAPPED_TWICE)
    expect(one.page.locator(".side h3")).not_to_have_text(first)
    expect(one.page.get_by_role("status")).to_contain_text("Confirmed")
    expect(one.page.locator(".desk.busy")).to_have_count(0)
    given = [outcomes for field, outcomes in answers(one, record).items() if field not in before]
    assert given == [["confirmed"]]
