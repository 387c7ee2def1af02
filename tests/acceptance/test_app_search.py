"""The archive in a real browser: help while typing, counts, a hit opened, its crop."""

import re
from collections.abc import Iterator

import pytest
from app_driver import Somebody, serving, signed_in
from playwright.sync_api import expect
from record_builders import FakeReader, scan_bytes, write_form
from site_records import REVIEWER

from pipeline.core.review import Correct
from pipeline.intake import take
from pipeline.people import command_line
from pipeline.reading import known_forms, read_leased
from pipeline.review import decide
from pipeline.settings import Settings
from pipeline.site_start import make_site
from pipeline.store.leases import lease_next

pytestmark = pytest.mark.browser

RECORDS = 30


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a demonstration site with more records than one page of hits."""
    folder = tmp_path_factory.mktemp("search")
    write_form(folder / "forms" / "granulation")
    settings = Settings(site=folder / "site", critical_fields="none")
    new = make_site(settings, forms=folder / "forms", is_demo=True)
    with new.site as site:
        for number in range(RECORDS):
            receipt = take(site, f"{number}.png", scan_bytes(number), by=command_line())
            lease = lease_next(site.engine, site.settings, worker="test", now=site.now())
            assert lease is not None
            reader = FakeReader(batch=f"XB15-{number:04}")
            assert read_leased(site, lease, reader, known_forms(site))
        record = f"{receipt.sha256[:12]}-1"
        decide(site, record, Correct("lot", "K77001", "as on paper"), by=REVIEWER, seen=1)
    with serving(folder / "site", workers=0) as where:
        yield where


def search_for(one: Somebody, text: str) -> None:
    box = one.page.get_by_label("Search batches")
    box.fill(text)
    box.press("Enter")
    one.settle()


def test_a_lot_is_found_narrowed_down_opened_and_seen_as_written(browser, address) -> None:
    one = signed_in(browser, address, "reader", at="/archive")
    search_for(one, "lot:L08481V")
    one.sees("29 hits in 29 records")
    rows = one.page.get_by_role("row").filter(has_text="alternative reading")
    expect(rows).to_have_count(25)
    crop = rows.first.get_by_role("img", name="Lot of lactose as written")
    expect(crop).to_be_visible()
    assert crop.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    one.press("Next page")
    expect(one.page).to_have_url(f"{address}/archive?q=lot%3AL08481V&page=2")
    expect(rows).to_have_count(4)
    search_for(one, "Granulation")
    one.page.get_by_role("button", name="low confidence · 29").click()
    one.settle()
    expect(one.page.get_by_label("Search batches")).to_have_value("Granulation flag:low_confidence")
    search_for(one, "lot:K77001")
    one.page.get_by_role("row").filter(has_text="K77001").get_by_role("link").click()
    one.settle()
    expect(one.page).to_have_url(re.compile("/record.*field=lot"))
    expect(one.page.locator(".desk")).to_be_visible()


def test_help_while_typing_is_taken_by_keys_and_a_wrong_word_is_explained(browser, address) -> None:
    one = signed_in(browser, address, "reader", at="/archive")
    box = one.page.get_by_label("Search batches")
    box.press_sequentially("lot:k")
    expect(one.page.get_by_role("option", name="K77001")).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("lot:K77001 ")
    box.press("Enter")
    one.sees("1 hit in 1 record")
    search_for(one, "made:May")
    one.sees("is no date")


def test_a_search_is_kept_and_opened_again(browser, address) -> None:
    one = signed_in(browser, address, "reader", at="/archive?q=lot:K77001")
    one.press("Saved searches")
    one.page.get_by_label("Name for this search").fill("The K lot")
    one.page.get_by_label("Name for this search").press("Enter")
    one.settle()
    one.press("Keep this search")
    one.go("/archive")
    one.press("Saved searches")
    one.page.get_by_role("button", name="The K lot", exact=True).click()
    one.settle()
    one.sees("1 hit in 1 record")
