"""Genealogy and trends in a real browser: a box opens its record, a point opens its crop."""

from collections.abc import Iterator

import pytest
from app_driver import Somebody, serving, signed_in
from batch_records import BatchReader
from playwright.sync_api import Browser, expect
from record_builders import reading, write_form
from site_records import read

from extractors.values import Alternative
from pipeline.settings import Settings
from pipeline.site_start import make_site

pytestmark = pytest.mark.browser

UNSURE = reading("L0848N", 0.71, alternatives=(Alternative("L08481V", 0.2),))
SCRIPT = "<img src=x onerror=\"document.title='owned'\">"
LOTS = {
    1: reading("L08481V", 0.999),
    2: UNSURE,
    3: reading("XB15-0001", 0.999),
    4: reading(SCRIPT, 0.999),
}
WEIGHTS = {1: "13.0", 2: "13.2", 3: "12.9", 4: "13.1"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a site with four batches: one lot in two of them, in one only possibly."""
    folder = tmp_path_factory.mktemp("trace")
    write_form(folder / "forms" / "granulation")
    new = make_site(Settings(site=folder / "site"), forms=folder / "forms", is_demo=True)
    with new.site as site:
        for number, lot in LOTS.items():
            reader = BatchReader(f"XB15-{number:04}", lot, reading(WEIGHTS[number], 0.999))
            read(site, number, reader)  # type: ignore[arg-type]
    with serving(folder / "site", workers=0) as where:
        yield where


def place(somebody: Somebody, name: str):
    return somebody.page.locator("svg a").and_(somebody.page.get_by_label(name, exact=False)).first


def test_a_lot_is_followed_and_a_box_opens_its_record(browser: Browser, address: str) -> None:
    reader = signed_in(browser, address, "reader", at="/genealogy")
    reader.page.get_by_role("textbox", name="Lot or batch number").fill("l08481v")
    reader.page.keyboard.press("Enter")
    reader.sees("went into 2 batches over 2 levels; 1 more may be meant.")
    reader.sees("has no receipt in the archive")
    expect(reader.page).to_have_url(f"{address}/genealogy?lot=l08481v")
    place(reader, "XB15-0002").focus()
    expect(reader.page.locator(".note")).to_contain_text("possible, 20 %")
    place(reader, "XB15-0003").focus()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator(".title h1")).to_contain_text("XB15-0003")


def test_the_recall_list_is_taken_out_from_the_address(browser: Browser, address: str) -> None:
    reader = signed_in(
        browser, address, "reader", at="/genealogy?lot=XB15-0003&way=What+went+into+it"
    )
    reader.sees("2 lots and batches went into XB15-0003 over 2 levels.")
    with reader.page.expect_download() as csv:
        reader.page.get_by_role("button", name="CSV").click()
    assert "XB15-0001" in csv.value.path().read_text(encoding="utf-8-sig")
    reader.page.get_by_role("tab", name="List").click()
    reader.page.get_by_role("row").filter(has_text="L08481V").get_by_role("link").click()
    expect(reader.page.locator(".title h1")).to_contain_text("XB15-0001")


def test_a_lot_that_looks_like_a_script_is_shown_as_text(browser: Browser, address: str) -> None:
    reader = signed_in(
        browser, address, "reader", at="/genealogy?lot=XB15-0004&way=What+went+into+it"
    )
    expect(reader.page.locator("svg text").filter(has_text="<img src=x")).to_be_visible()
    assert reader.page.title() != "owned"


def test_a_control_chart_is_drawn_and_a_point_opens_its_crop(
    browser: Browser, address: str
) -> None:
    reader = signed_in(browser, address, "reader", at="/trends")
    reader.sees("4 points.")
    expect(reader.page.locator("svg a")).to_have_count(4)
    point = place(reader, "XB15-0002")
    point.focus()
    picture = reader.page.locator(".note img")
    expect(picture).to_be_visible()
    reader.page.wait_for_function(
        "() => [...document.querySelectorAll('*')].some(one => "
        "one.shadowRoot?.querySelector('.note img')?.naturalWidth > 50) || "
        "document.querySelector('.note img')?.naturalWidth > 50"
    )
    reader.page.keyboard.press("Enter")
    expect(reader.page.get_by_role("img", name="The field as written")).to_be_visible()
    expect(reader.page.locator(".title h1")).to_contain_text("XB15-0002")
