"""Genealogy and trends in a real browser: a box opens its record, a point opens its crop."""

from collections.abc import Iterator

import pytest
from app_driver import Somebody, serving, signed_in
from batch_records import BatchReader
from playwright.sync_api import Browser, expect
from record_builders import FORM_YAML, reading, write_form
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
LOSS = """\
      - name: loss
        box: [40, 80, 50, 9]
        label: Loss
        type: number
"""
DRYING = FORM_YAML.replace("BMR-001", "BMR-002") + LOSS
WEIGHTS = {1: "13.0", 2: "13.2", 3: "12.9", 4: "13.1"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a site with four batches: one lot in two of them, in one only possibly."""
    folder = tmp_path_factory.mktemp("trace")
    write_form(folder / "forms" / "granulation")
    write_form(folder / "forms" / "drying")
    (folder / "forms" / "drying" / "form.yaml").write_text(DRYING)
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


def choose(somebody: Somebody, label: str, text: str) -> None:
    """Picks from a select box by the keyboard."""
    box = somebody.page.get_by_role("combobox", name=label)
    box.click()
    box.fill(text)
    somebody.page.keyboard.press("Enter")
    somebody.settle()


def test_the_address_of_a_trend_is_short_and_a_link_of_before_still_leads_there(
    browser: Browser, address: str
) -> None:
    before = "/trends?form=BMR-002+Weighing+of+once&parameter=Loss+of+once+%C2%B7+loss"
    reader = signed_in(browser, address, "reader", at=before)
    reader.sees("No entry of this field is a number here.")
    expect(reader.page).to_have_url(f"{address}/trends?form=BMR-002&parameter=loss")
    choose(reader, "Field", "Net weight")
    expect(reader.page).to_have_url(f"{address}/trends?form=BMR-002&parameter=weight")
    choose(reader, "Form", "BMR-001")
    reader.sees("4 points.")
    expect(reader.page).to_have_url(f"{address}/trends?form=BMR-001&parameter=weight")
    reader.page.reload()
    reader.sees("4 points.")
    choose(reader, "Form", "BMR-002")
    expect(reader.page).to_have_url(f"{address}/trends?form=BMR-002&parameter=weight")
    reader.page.go_back()
    reader.sees("4 points.")
    reader.go("/trends")
    reader.sees("4 points.")
    reader.go("/trends?form=BMR-001&parameter=weight&from=1998-01-01&until=2006-12-31")
    reader.sees("Left out: 4 outside these days, but nobody is sure of their day.")
    expect(reader.page.get_by_text("4 points.")).to_have_count(0)


def test_counts_are_a_table_and_a_picture(browser: Browser, address: str) -> None:
    reader = signed_in(browser, address, "reader", at="/trends?of=Corrections+and+flags")
    choose(reader, "Form", "BMR-001")
    expect(reader.page).to_have_url(f"{address}/trends?of=Corrections+and+flags&of_form=BMR-001")
    for kind, begin in (("CSV", b'\xef\xbb\xbf"form","step"'), ("PNG", b"\x89PNG")):
        with reader.page.expect_download() as file:
            reader.page.get_by_role("button", name=kind).click()
        assert file.value.suggested_filename == f"corrections-and-flags.{kind.lower()}"
        assert file.value.path().read_bytes().startswith(begin)
