"""People in a real browser: the signature log, accounts, the plant's own sign-in, and every
signature that is refused.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from app_driver import Somebody, serving, signed_in
from playwright.sync_api import Browser, FilePayload, Page, expect
from record_builders import FakeReader, picture_bytes, write_form
from site_records import ADMIN, APPROVER, do, make_ready, read
from small_provider import CLIENT, SECRET, SmallProvider, Visitor, running

from pipeline.accounts import PersonRole
from pipeline.core.review import Comment
from pipeline.people import add_person
from pipeline.settings import Settings
from pipeline.site import open_site
from pipeline.site_start import make_site

pytestmark = pytest.mark.browser

LOG = "initials,name,role,from,to\nMJ,Maria Jansen,Supervisor,2020-01-01,\nKL,Kim Lund,Operator,,\n"


@dataclass(frozen=True)
class Plant:
    """An app with records that are ready to be signed, and the provider beside it."""

    address: str
    folder: Path
    provider: SmallProvider
    records: Iterator[str]

    def record(self) -> str:
        """A record that nobody has signed yet."""
        return next(self.records)

    def in_the_database(self, statement: str, *values: object) -> None:
        with sqlite3.connect(self.folder / "recordroom.db", timeout=30) as connection:
            connection.execute(statement, values)


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    folder = tmp_path_factory.mktemp("people")
    write_form(folder / "forms" / "granulation")
    new = make_site(Settings(site=folder / "site"), forms=folder / "forms", is_demo=True)
    with new.site as site:
        records = [read(site, n, FakeReader(batch=f"XB15-00{n:02}")) for n in range(10)]
        for record in records:
            make_ready(site, record)
        for user in ("q.lead", "other"):
            add_person(
                site, user=user, name=f"{user.title()} Berg", role=PersonRole.APPROVER, by=ADMIN,
                is_at_provider=True,
            )  # fmt: skip
    people = {
        user: {"sub": f"subject of {user}", "preferred_username": user}
        for user in ("q.lead", "other")
    }
    with running(SmallProvider(people=people)) as provider:
        settings = {
            "RECORDROOM_OIDC_ISSUER": provider.issuer,
            "RECORDROOM_OIDC_CLIENT_ID": CLIENT,
            "RECORDROOM_OIDC_CLIENT_SECRET": SECRET,
            "RECORDROOM_OIDC_NAME": "plant account",
            "RECORDROOM_ADDRESS": "{address}",
        }
        with serving(folder / "site", workers=0, settings=settings) as address:
            yield Plant(address, folder / "site", provider, iter(records))


# ------------------------------------------------------------------------ the plant's own sign-in


def at_the_provider(page: Page, user: str) -> None:
    expect(page.get_by_role("heading", name="Company sign-in")).to_be_visible()
    page.get_by_label("Company user").fill(user)
    page.get_by_label("Company password").fill(f"company-{user}")
    page.get_by_role("button", name="Let me in").click()


def through_the_provider(browser: Browser, plant: Plant, user: str) -> Somebody:
    """Somebody signed in with their plant account, sent there from the archive."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{plant.address}/archive")
    page.get_by_role("link", name="Sign in with your plant account").click()
    at_the_provider(page, user)
    expect(page).to_have_url(f"{plant.address}/archive")
    somebody = Somebody(page, plant.address)
    somebody.settle()
    return somebody


def test_a_plant_account_signs_in_and_signs_with_a_fresh_sign_in(
    browser: Browser, plant: Plant
) -> None:
    lead, record = through_the_provider(browser, plant, "q.lead"), plant.record()
    lead.sees("Q.Lead Berg")
    lead.go(f"/record?record={record}&tab=Approval")
    lead.sees("You are asked to sign in with your plant account once more")
    expect(lead.page.get_by_label("Your password")).to_have_count(0)
    lead.page.get_by_role("button", name="Sign the record").click()
    at_the_provider(lead.page, "q.lead")
    lead.sees("Signed electronically")
    expect(lead.page).to_have_url(f"{plant.address}/record?record={record}&tab=Approval")
    (signature,) = lead.get(f"/api/records/{record}")["signatures"]
    assert (signature["user"], signature["holds"]) == ("q.lead", True)


def test_somebody_else_at_the_fresh_sign_in_signs_nothing_and_is_told(
    browser: Browser, plant: Plant
) -> None:
    lead, record = through_the_provider(browser, plant, "q.lead"), plant.record()
    lead.go(f"/record?record={record}&tab=Approval")
    lead.page.get_by_role("button", name="Sign the record").click()
    at_the_provider(lead.page, "other")
    lead.sees("Somebody else signed in at the provider; sign as yourself.")
    lead.page.get_by_role("link", name="Back to where you were").click()
    lead.settle()
    expect(lead.page.get_by_role("button", name="Sign the record")).to_be_visible()
    assert lead.get(f"/api/records/{record}")["signatures"] == []


def test_an_answer_in_the_address_of_another_browser_lets_nobody_in(
    browser: Browser, plant: Plant
) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{plant.address}/sign-in/provider")
    expect(page.get_by_role("heading", name="Company sign-in")).to_be_visible()
    back = Visitor().goes_to(page.url, "q.lead")
    other = browser.new_context().new_page()
    other.goto(f"{plant.address}/sign-in/back?{urlencode(back)}")
    expect(other.get_by_text("This is not the browser that went to the provider")).to_be_visible()
    other.goto(f"{plant.address}/archive")
    expect(other).to_have_url(f"{plant.address}/sign-in?next=%2Farchive")


# --------------------------------------------------------------------- signatures that are refused


def ready_to_sign(browser: Browser, plant: Plant) -> tuple[Somebody, str]:
    record = plant.record()
    there = f"/record?record={record}&tab=Approval"
    return signed_in(browser, plant.address, "approver", at=there), record


def sign(approver: Somebody, password: str = "demo-approver-1", user: str = "approver") -> None:
    approver.page.get_by_role("textbox", name="Your password").wait_for()
    name = approver.page.get_by_role("textbox", name="Your account's name")
    if name.count():
        name.fill(user)
    approver.page.get_by_role("textbox", name="Your password").fill(password)
    approver.press("Sign the record")


def is_unsigned(approver: Somebody, plant: Plant, record: str) -> bool:
    with open_site(Settings(site=plant.folder)) as site, site.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM signature WHERE record = ?",
                                           (record,))  # fmt: skip
        return found.scalar_one() == 0


def test_a_session_that_was_idle_signs_nothing(browser: Browser, plant: Plant) -> None:
    approver, record = ready_to_sign(browser, plant)
    long_ago = (datetime.now(UTC) - timedelta(minutes=31)).isoformat(timespec="microseconds")
    plant.in_the_database("UPDATE session SET seen_at = ? WHERE user = 'approver'", long_ago)
    sign(approver)
    approver.sees("Your session has ended; sign in again (what you did is kept).")
    assert is_unsigned(approver, plant, record)


def test_nobody_signs_in_somebody_else_s_session(browser: Browser, plant: Plant) -> None:
    approver, record = ready_to_sign(browser, plant)
    sign(approver, user="q.lead")
    approver.sees("The account's name is not that of this session")
    assert is_unsigned(approver, plant, record)


def test_a_record_that_changed_meanwhile_is_not_signed(browser: Browser, plant: Plant) -> None:
    approver, record = ready_to_sign(browser, plant)
    with open_site(Settings(site=plant.folder)) as site:
        do(site, record, Comment(None, "wait"), APPROVER)
    sign(approver)
    approver.sees("Somebody changed this record after you opened it; nothing was written")
    assert is_unsigned(approver, plant, record)


def test_five_wrong_passwords_lock_the_account_at_the_signature_too(
    browser: Browser, plant: Plant
) -> None:
    approver, record = ready_to_sign(browser, plant)
    for _ in range(5):
        sign(approver, "wrong")
        approver.sees("The name or the password is wrong")
    sign(approver)
    approver.sees("The account is locked after too many wrong passwords")
    assert is_unsigned(approver, plant, record)
    plant.in_the_database("UPDATE account SET locked_until = NULL WHERE user = 'approver'")
    sign(approver)
    approver.sees("Signed electronically")


# ------------------------------------------------------------------------------ accounts, the log


def test_an_account_is_closed_only_after_a_yes(browser: Browser, plant: Plant) -> None:
    admin = signed_in(browser, plant.address, "admin", at="/people?account=reader")
    admin.press("Close the account")
    admin.sees("Rosa Delgado (reader) signs in no more")
    admin.press("No")
    row = admin.page.get_by_role("row").filter(has_text="Rosa Delgado")
    expect(row).to_contain_text("own password")
    admin.press("Close the account")
    admin.press("Yes, do it")
    expect(row).to_contain_text("closed")


def test_a_role_is_given_only_after_a_yes_that_says_which(browser: Browser, plant: Plant) -> None:
    admin = signed_in(browser, plant.address, "admin", at="/people?account=other")
    admin.page.get_by_role("combobox", name="New role").click()
    admin.page.get_by_role("option", name="archive reader").click()
    admin.settle()
    admin.press("Give this role")
    admin.sees("becomes archive reader and is no longer approver")
    admin.press("Yes, do it")
    row = admin.page.get_by_role("row").filter(has_text="Other Berg")
    expect(row).to_contain_text("archive reader")


def put(page: Page, label: str, file: FilePayload) -> None:
    """Drops a file into the place of that name."""
    page.locator(f'section[aria-label="{label}"] input[type=file]').set_input_files(file)


def test_the_signature_log_is_added_to_ended_and_taken_from_a_file(
    browser: Browser, plant: Plant
) -> None:
    control = signed_in(browser, plant.address, "control", at="/signatories")
    page = control.page
    put(
        page,
        "Sample, if there is one (PNG or JPEG)",
        {"name": "maria.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes()},
    )
    page.get_by_label("Initials", exact=True).fill("MJ")
    page.get_by_label("Name", exact=True).fill("Maria Jansen")
    page.get_by_label("Role in the plant").fill("Operator")
    page.get_by_role("spinbutton", name="year, Signs from").click()
    page.keyboard.type("20200101")
    control.press("Add to the log")
    row = page.get_by_role("row").filter(has_text="Maria Jansen")
    expect(row).to_contain_text("2020-01-01")
    sample = row.get_by_role("img", name="How Maria Jansen signs")
    expect(sample).to_be_visible()
    assert sample.evaluate("image => image.naturalWidth") > 100

    page.get_by_text("Take in a CSV file").click()
    put(
        page,
        "Signature log (CSV)",
        {"name": "log.csv", "mimeType": "text/csv", "buffer": (LOG + ",Nobody,,,\n").encode()},
    )
    control.sees("Line 4 has no initials; add them, or remove the line.")
    put(
        page,
        "Signature log (CSV)",
        {"name": "log.csv", "mimeType": "text/csv", "buffer": LOG.encode()},
    )
    control.sees("1 added, 1 changed, 0 the same")
    expect(page.get_by_role("row").filter(has_text="Kim Lund")).to_have_count(0)
    control.press("Take it in")
    expect(page.get_by_role("row").filter(has_text="Kim Lund")).to_be_visible()
    expect(row).to_contain_text("Supervisor")

    row.get_by_role("link").click()
    control.settle()
    page.get_by_label("Reason").fill("left the plant")
    control.press("Signs no more after this day")
    expect(row).to_contain_text(f"{datetime.now(UTC):%Y-%m-%d}")
    with page.expect_download() as file:
        page.get_by_role("button", name="CSV").click()
    assert '"MJ","Maria Jansen","Supervisor"' in file.value.path().read_text(encoding="utf-8-sig")


def test_everybody_sees_the_log_and_others_change_nothing_in_it(
    browser: Browser, plant: Plant
) -> None:
    reviewer = signed_in(browser, plant.address, "reviewer", at="/signatories")
    reviewer.sees("Initials, name or role")
    expect(reviewer.page.get_by_text("Add somebody")).to_have_count(0)
