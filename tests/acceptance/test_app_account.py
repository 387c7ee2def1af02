"""API tokens in a real browser: made on one's own account, used by a program, revoked, seen by an
administrator.
"""

from collections.abc import Iterator

import pytest
from app_driver import Somebody, serving, signed_in
from playwright.sync_api import Browser, expect
from record_builders import write_form
from site_records import approved

from pipeline.settings import Settings
from pipeline.site_start import make_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a demonstration site with one approved record."""
    folder = tmp_path_factory.mktemp("account")
    write_form(folder / "forms" / "granulation")
    settings = Settings(site=folder / "site", critical_fields="none")
    new = make_site(settings, forms=folder / "forms", is_demo=True)
    with new.site as site:
        approved(site)
    with serving(folder / "site", workers=0) as where:
        yield where


def make_token(somebody: Somebody, name: str, scope: str) -> str:
    """Makes a token on the screen; gives it as it is shown."""
    somebody.page.get_by_role("link", name="Account").click()
    somebody.settle()
    somebody.page.get_by_role("textbox", name="What it is for").fill(name)
    somebody.page.get_by_role("button", name=scope).click()
    somebody.press("Make the token")
    somebody.sees("shown only this once")
    return somebody.page.get_by_test_id("stCode").inner_text().strip()


def asked(browser: Browser, address: str, token: str, path: str) -> int:
    """The status that a program gets for this token."""
    program = browser.new_context().request
    return program.get(address + path, headers={"Authorization": f"Bearer {token}"}).status


def test_a_token_is_made_shown_once_used_and_revoked(browser: Browser, address: str) -> None:
    reader = signed_in(browser, address, "reader")
    token = make_token(reader, "nightly <b>report</b>", "read:archive")
    assert token.startswith("rr_")
    assert asked(browser, address, token, "/api/search?q=XB15") == 200
    assert asked(browser, address, token, "/api/records") == 403
    reader.go("/account")
    reader.sees("nightly <b>report</b>")
    assert token not in reader.page.content()
    reader.press("Revoke")
    reader.press("Yes, revoke it")
    reader.sees("1 token expired or revoked")
    assert asked(browser, address, token, "/api/search?q=XB15") == 401


def test_a_reader_is_offered_only_what_the_role_allows(browser: Browser, address: str) -> None:
    reader = signed_in(browser, address, "reader", at="/account")
    reader.sees("What it opens")
    for scope, count in (("read:records", 1), ("export", 1), ("read:trail", 0), ("upload", 0)):
        expect(reader.page.get_by_role("button", name=scope)).to_have_count(count)


def test_a_token_without_a_scope_is_refused_in_a_sentence(browser: Browser, address: str) -> None:
    reader = signed_in(browser, address, "reader", at="/account")
    reader.page.get_by_role("textbox", name="What it is for").fill("x")
    reader.press("Make the token")
    reader.sees("choose at least one scope")


def test_an_administrator_sees_and_ends_the_tokens_of_others(
    browser: Browser, address: str
) -> None:
    reviewer = signed_in(browser, address, "reviewer")
    token = make_token(reviewer, "trend charts", "read:records")
    admin = signed_in(browser, address, "admin", at="/people?account=reviewer")
    admin.sees("trend charts")
    admin.press("Revoke")
    admin.press("Yes, revoke it")
    admin.sees("trend charts is revoked")
    assert asked(browser, address, token, "/api/records") == 401


def test_the_apis_own_page_is_drawn_without_anything_from_elsewhere(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(f"{address}/api/docs")
    expect(page.get_by_role("heading", name="Recordroom API")).to_be_visible()
    page.get_by_text("/api/records/{record_id}/trail").click()
    expect(page.get_by_text("All that happened to the record").first).to_be_visible()
    assert {url.startswith(address) for url in asked_for} == {True}
