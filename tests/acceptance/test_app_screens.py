"""Single screens in a real browser, on a site with one record that is there from the start."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from app_driver import SOON, Somebody, serving, signed_in
from playwright.sync_api import Browser, Locator, expect
from record_builders import FakeReader, scan_bytes, write_form

from pipeline.intake import take
from pipeline.people import command_line
from pipeline.reading import known_forms, read_leased
from pipeline.settings import Settings
from pipeline.site_start import make_site
from pipeline.store.leases import lease_next

pytestmark = pytest.mark.browser

NAMELESS = 'input:visible:not([aria-label]):not([id]):not([tabindex="-1"])'
"""What can be typed into and has no name; a date has an input beside it that nobody reaches."""
LOOKED_UP = ["Archive", "Genealogy", "Trends"]
SCRIPT = "<img src=x onerror=\"document.title='owned'\">"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a demonstration site with one record in review, and no workers."""
    folder = tmp_path_factory.mktemp("app")
    write_form(folder / "forms" / "granulation")
    new = make_site(Settings(site=folder / "site"), forms=folder / "forms", is_demo=True)
    with new.site as site:
        for number in range(2):
            take(site, f"{number}.png", scan_bytes(number), by=command_line())
            lease = lease_next(site.engine, site.settings, worker="test", now=site.now())
            assert lease is not None
            reader = FakeReader(batch=f"XB15-000{number}")
            assert read_leased(site, lease, reader, known_forms(site))
    with serving(folder / "site", workers=0) as where:
        yield where


def open_first(somebody: Somebody, batch: str = "XB15-0000") -> None:
    somebody.go("/queue")
    somebody.page.get_by_role("link", name=batch).click()
    expect(somebody.page.locator(".desk .progress")).to_contain_text("left", timeout=SOON)
    somebody.settle()


def test_nobody_sees_a_screen_without_signing_in(browser: Browser, address: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{address}/queue")
    expect(page).to_have_url(f"{address}/sign-in?next=%2Fqueue")
    expect(page.get_by_role("note")).to_contain_text("Demonstration site")


def test_signing_out_closes_every_screen(browser: Browser, address: str) -> None:
    reader = signed_in(browser, address, "reader")
    reader.page.get_by_role("button", name="Sign out").click()
    expect(reader.page).to_have_url(f"{address}/sign-in")
    reader.page.goto(f"{address}/archive")
    expect(reader.page).to_have_url(f"{address}/sign-in?next=%2Farchive")


@pytest.mark.parametrize(
    ("user", "side_by_side", "plant"),
    [
        ("control", ["Queue", "Upload", *LOOKED_UP], ["Signature log", "Retention", "Rooms"]),
        ("reviewer", ["Queue", "Second keying", *LOOKED_UP], ["Signature log"]),
        (
            "approver",
            ["Queue", "Second keying", *LOOKED_UP],
            ["Signature log", "Retention", "Trail"],
        ),
        ("reader", ["Queue", *LOOKED_UP], ["Signature log"]),
        (
            "admin",
            ["Queue", "Upload", *LOOKED_UP],
            ["Signature log", "Retention", "Rooms", "Trail", "People"],
        ),
        ("inspector", ["Reading room"], []),
    ],
)
def test_every_role_has_its_screens_and_all_are_marked_as_a_demonstration(
    browser: Browser, address: str, user: str, side_by_side: list[str], plant: list[str]
) -> None:
    somebody = signed_in(browser, address, user)
    links = somebody.page.get_by_test_id("stTopNavLink")
    if len(side_by_side) > 1:  # of a single screen Streamlit draws no navigation
        expect(links).to_have_count(len(side_by_side), timeout=SOON)
        assert titles(links) == side_by_side
    for screen in (*side_by_side, *plant) if len(side_by_side) > 1 else ():
        if screen in plant:
            open_plant(somebody)
            links = somebody.page.get_by_test_id("stTopNavDropdownLink")
            expect(links.first).to_be_visible()
            assert titles(links) == plant
        else:
            links = somebody.page.get_by_test_id("stTopNavLink")
        links.filter(has_text=screen).click()
        somebody.settle()
        expect(somebody.page.get_by_role("note")).to_contain_text("Demonstration site")
        nameless = somebody.page.locator(NAMELESS)
        expect(nameless).to_have_count(0)
    account = somebody.page.get_by_role("link", name="Account")
    expect(account).to_have_count(0 if user == "inspector" else 1)


def titles(links: Locator) -> list[str]:
    """What links of the navigation say, without their icons."""
    return [link.inner_text().split("\n")[-1] for link in links.all()]


def open_plant(somebody: Somebody) -> None:
    """Opens the menu of what is not done every day, by its key."""
    menu = somebody.page.get_by_test_id("stTopNavSection").filter(has_text="Plant")
    menu.focus()
    somebody.page.keyboard.press("Enter")


def test_a_record_is_reviewed_from_the_keyboard_alone(browser: Browser, address: str) -> None:
    reviewer = signed_in(browser, address, "reviewer")
    open_first(reviewer)
    page = reviewer.page
    expect(page.get_by_role("img", name="The field as written")).to_be_visible(timeout=SOON)
    reviewer.step("1")
    reviewer.sees("Set to L08481V")
    reviewer.sees("Signature missing")
    reviewer.step("m")
    page.keyboard.type("Nobody signed")
    reviewer.step("Enter")
    reviewer.sees("every flag is answered")
    record = reviewer.get("/api/records?text=0000")["items"][0]["record"]
    read = {one["field"]: one for one in reviewer.get(f"/api/records/{record}")["entries"]}
    assert read["lot"]["value"] == "L08481V"
    assert read["signed"]["dispositions"][0]["outcome"] == "truly_missing"


def test_whoever_was_slower_is_told_and_sees_the_record_as_it_is_now(
    browser: Browser, address: str
) -> None:
    first = signed_in(browser, address, "reviewer")
    open_first(first, "XB15-0001")
    second = signed_in(browser, address, "reviewer")
    open_first(second, "XB15-0001")
    first.step("2")
    first.sees("Set to L0848W")
    second.step("1")
    second.sees("Somebody changed this record after you opened it")
    read = second.get(f"/api/records/{second.get('/api/records?text=0001')['items'][0]['record']}")
    assert next(one["value"] for one in read["entries"] if one["field"] == "lot") == "L0848W"
    expect(second.page.locator(".value.set")).to_have_text("L0848W")
    second.step("1")
    second.sees("Set to L08481V")


def test_a_name_that_looks_like_a_script_is_shown_as_text(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    control = signed_in(browser, address, "control")
    control.page.set_input_files(
        "input[type=file]",
        {"name": SCRIPT.replace("/", "") + ".pdf", "mimeType": "x", "buffer": b"no scan"},
    )
    control.sees("Refused: the file is not a scan")
    control.sees("<img src=x")
    assert control.page.title() != "owned"


def test_an_address_of_a_record_that_is_not_there_is_one_clear_sentence(
    browser: Browser, address: str
) -> None:
    reader = signed_in(browser, address, "reader", at="/record?record=no-such")
    reader.sees("There is no record no-such; look for it in the search.")


def test_the_trail_is_narrowed_down_and_had_as_a_file(browser: Browser, address: str) -> None:
    signed_in(browser, address, "control")
    admin = signed_in(browser, address, "admin", at="/trail?by=control")
    rows = admin.page.get_by_role("row").filter(has_text="signed in")
    expect(rows.first).to_contain_text("Dana Okafor")
    expect(admin.page.get_by_role("row").filter(has_text="Ines Moreau")).to_have_count(0)
    with admin.page.expect_download() as csv:
        admin.page.get_by_role("button", name="CSV with digests").click()
    text = csv.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith('"sequence","at","by"')
    assert '"control"' in text
    assert '"admin"' not in text


def test_an_administrator_adds_somebody_with_a_one_time_password(
    browser: Browser, address: str
) -> None:
    admin = signed_in(browser, address, "admin", at="/people")
    admin.page.get_by_label("Account").fill("j.miller")
    admin.page.get_by_label("Name as it is printed").fill("Jo Miller")
    admin.press("Add")
    admin.sees("Account j.miller is there.")
    password = admin.page.locator("code").inner_text()
    page = browser.new_context().new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name").fill("j.miller")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{address}/new-password")


def test_an_administrator_closes_an_account_and_its_sessions(
    browser: Browser, address: str
) -> None:
    admin = signed_in(browser, address, "admin", at="/people")
    admin.page.get_by_label("Account").fill("k.leaving")
    admin.page.get_by_label("Name as it is printed").fill("Kim Leaving")
    admin.press("Add")
    admin.sees("Account k.leaving is there.")
    admin.page.get_by_role("link", name="k.leaving").click()
    admin.sees("Account k.leaving")
    admin.settle()
    admin.press("Close the account")
    admin.press("Yes, do it")
    row = admin.page.get_by_role("row").filter(has_text="k.leaving")
    expect(row).to_contain_text("closed")


def test_signing_out_everywhere_ends_the_session_in_the_other_browser_too(
    browser: Browser, address: str
) -> None:
    here, there = (signed_in(browser, address, "reader") for _ in range(2))
    here.page.get_by_role("button", name="everywhere").click()
    expect(here.page).to_have_url(f"{address}/sign-in")
    there.page.goto(f"{address}/archive")
    expect(there.page).to_have_url(f"{address}/sign-in?next=%2Farchive")


def test_an_ended_session_is_told_at_the_next_step_and_leads_back(
    browser: Browser, address: str
) -> None:
    reader = signed_in(browser, address, "reader", at="/queue")
    reader.page.request.post(f"{address}/sign-out")
    reader.press("Refresh")
    reader.sees("Your session has ended; sign in again (what you did is kept).")
    reader.page.get_by_role("link", name="Sign in").click()
    expect(reader.page).to_have_url(f"{address}/sign-in")
