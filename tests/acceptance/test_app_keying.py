"""Second keying in a real browser: two people and a third, by the keyboard alone, and blind."""

from collections.abc import Iterator

import pytest
from app_driver import SOON, Somebody, serving, signed_in
from playwright.sync_api import Browser, expect
from record_builders import FakeReader, scan_bytes, write_form

from pipeline.critical_words import DEFAULT
from pipeline.intake import take
from pipeline.people import command_line
from pipeline.reading import known_forms, read_leased
from pipeline.settings import Settings
from pipeline.site_start import make_site
from pipeline.store.leases import lease_next

pytestmark = pytest.mark.browser

SECRET = "L7777Q"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a demonstration site with two records in review, critical fields as shipped."""
    folder = tmp_path_factory.mktemp("keying")
    write_form(folder / "forms" / "granulation")
    new = make_site(Settings(site=folder / "site"), forms=folder / "forms", is_demo=True)
    with new.site as site:
        for number in range(2):
            take(site, f"{number}.png", scan_bytes(number), by=command_line())
            lease = lease_next(site.engine, site.settings, worker="test", now=site.now())
            assert lease is not None
            reader = FakeReader(batch=f"XB15-000{number}")
            assert read_leased(site, lease, reader, known_forms(site))
    with serving(folder / "site", workers=0, critical=DEFAULT) as where:
        yield where


def record_of(somebody: Somebody, batch: str) -> str:
    return str(somebody.get(f"/api/records?text={batch}")["items"][0]["record"])


def value_of(somebody: Somebody, record: str, field: str) -> str:
    entries = somebody.get(f"/api/records/{record}")["entries"]
    return str(next(one["value"] for one in entries if one["field"] == field))


def correct(reviewer: Somebody, record: str, field: str, value: str) -> None:
    """At the desk: the value that the paper shows."""
    reviewer.go(f"/record?record={record}&field={field}")
    expect(reviewer.page.locator(".desk .value")).to_be_visible(timeout=SOON)
    reviewer.settle()
    reviewer.step("e")
    reviewer.page.get_by_role("textbox", name="Correct value").fill(value)
    reviewer.step("Enter")
    reviewer.sees("waits for a second person's keying")
    reviewer.settle()


def key(somebody: Somebody, label: str, words: str) -> None:
    """What somebody types, without touching the mouse; the line has the focus already."""
    line = somebody.page.get_by_role("textbox", name=f"{label}:")
    expect(line).to_be_focused(timeout=SOON)
    somebody.page.keyboard.type(words)
    somebody.page.keyboard.press("Enter")


def test_two_people_and_a_third_key_a_critical_entry_and_nobody_sees_what_the_first_keyed(
    browser: Browser, address: str
) -> None:
    reviewer = signed_in(browser, address, "reviewer")
    record, other = record_of(reviewer, "XB15-0000"), record_of(reviewer, "XB15-0001")
    correct(reviewer, record, "lot", SECRET)
    correct(reviewer, other, "weight", "15.0")
    reviewer.go(f"/record?record={record}&field=lot")
    reviewer.sees("it stands as read until a second person has keyed the same")
    reviewer.go("/keying")
    reviewer.sees("Nothing waits for your keying.")

    second = signed_in(browser, address, "second")
    seen: list[str] = []
    second.page.on("websocket", lambda one: one.on("framereceived", lambda f: seen.append(str(f))))
    for path in ("/queue", f"/record?record={record}&field=lot", "/keying"):
        second.go(path)
        seen.append(second.page.content())
    second.go(f"/record?record={record}")
    second.tab("Who did what")
    second.sees("sealed until the keying is over")
    second.tab("Approval")
    second.sees("still")
    seen.append(second.page.content())
    seen.append(second.page.request.get(f"{address}/api/records/{record}").text())
    assert len(seen) > 10
    assert [one for one in seen if SECRET in one] == []

    second.go("/queue")
    second.sees("2 entries wait for your keying")
    second.page.get_by_role("link", name="2 entries wait for your keying").press("Enter")
    crop = second.page.get_by_role("img", name="The field as written")
    expect(crop).to_be_visible(timeout=SOON)
    second.sees("letter by letter")
    ahead = second.page.locator("img.ahead")  # the next entry's crop, fetched and not to be seen
    expect(ahead).to_have_count(1)
    expect(ahead).to_be_hidden()
    key(second, "Lot of lactose", "L08481V")
    second.sees("a third person decides")
    second.page.keyboard.press("Enter")  # with nothing typed nothing is sent
    second.sees("Nothing is typed.")
    key(second, "Net weight", "15.0")
    second.sees("Nothing waits for your keying.")
    assert value_of(second, other, "weight") == "15.0"
    assert value_of(second, record, "lot") == "L0848N"

    third = signed_in(browser, address, "approver", at="/keying")
    third.sees("1 entry waits for you, to decide between two keyings")
    third.sees(SECRET)
    third.page.keyboard.press("Alt+1")
    third.sees("Nothing waits for your keying.")
    assert value_of(third, record, "lot") == "L08481V"
    third.go(f"/record?record={record}")
    third.tab("Who did what")
    third.sees(SECRET)
