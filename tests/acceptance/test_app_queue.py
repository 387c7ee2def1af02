"""The queue and two people in front of it, in a real browser."""

from collections.abc import Iterator

import pytest
from app_driver import SOON, Somebody, serving, signed_in
from playwright.sync_api import Browser, expect
from record_builders import FakeReader, scan_bytes, write_form

from pipeline.accounts import Person, PersonRole
from pipeline.core.review import Confirm
from pipeline.intake import take
from pipeline.people import Proof, add_person, command_line, sign_in
from pipeline.queue import AT_ONCE
from pipeline.reading import known_forms, read_leased
from pipeline.review import decide
from pipeline.settings import Settings
from pipeline.signing import approve
from pipeline.site import Site
from pipeline.site_start import make_site
from pipeline.store.leases import lease_next

pytestmark = pytest.mark.browser

RECORDS = AT_ONCE + 5


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a demonstration site with more records than one page of the queue holds."""
    folder = tmp_path_factory.mktemp("app")
    write_form(folder / "forms" / "granulation")
    new = make_site(Settings(site=folder / "site"), forms=folder / "forms", is_demo=True)
    with new.site as site:
        approve_one(site, read_one(site, 500, batch="XB15-2288"))
        for number in range(RECORDS):
            read_one(site, number)
        role = PersonRole.REVIEWER
        add_person(site, user="omar", name="Omar Haddad", role=role, by=command_line())
    with serving(folder / "site", workers=0) as where:
        yield where


def read_one(site: Site, number: int, *, batch: str = "") -> str:
    receipt = take(site, f"{number}.png", scan_bytes(number), by=command_line())
    lease = lease_next(site.engine, site.settings, worker="test", now=site.now())
    assert lease is not None
    reader = FakeReader(batch=batch or f"XB15-{number:04}")
    assert read_leased(site, lease, reader, known_forms(site))
    return f"{receipt.sha256[:12]}-1"


def approve_one(site: Site, record_id: str) -> None:
    """Every flag answered by the reviewer, and signed by the approver."""
    reviewer = Person("reviewer", "Ruth Lindqvist", PersonRole.REVIEWER)
    for seen, field in enumerate(("lot", "signed"), start=1):
        decision = Confirm(field, "compared with the page")
        decide(site, record_id, decision, by=reviewer, seen=seen)
    token = sign_in(site, "approver", "demo-approver-1", where="test").token
    proof = Proof(token, "approver", "demo-approver-1")
    approve(site, record_id, "approved", proof=proof, seen=3)


def rows(somebody: Somebody, text: str):
    return somebody.page.get_by_role("row").filter(has_text=text)


def test_filters_stay_in_the_address_and_hold_for_whoever_gets_it(
    browser: Browser, address: str
) -> None:
    reviewer = signed_in(browser, address, "reviewer", at="/queue")
    expect(rows(reviewer, "XB15-")).to_have_count(AT_ONCE, timeout=SOON)
    batch = reviewer.page.get_by_label("Batch", exact=True)
    batch.fill("XB15-003")
    batch.press("Enter")
    expect(rows(reviewer, "XB15-")).to_have_count(10, timeout=SOON)
    reviewer.page.get_by_label("Flag", exact=True).click()
    reviewer.page.keyboard.type("Signature missing")
    reviewer.page.get_by_role("option", name="Signature missing").click()
    expect(reviewer.page).to_have_url(
        f"{address}/queue?batch=XB15-003&flag=Signature+missing", timeout=SOON
    )
    approver = signed_in(browser, address, "approver")
    approver.page.goto(reviewer.page.url)
    expect(rows(approver, "XB15-")).to_have_count(10, timeout=SOON)
    approver.go("/queue?state=Approved")
    approver.sees("1 record")
    expect(rows(approver, "approved")).to_have_count(1, timeout=SOON)


def test_pages_are_turned_and_stand_in_the_address_too(browser: Browser, address: str) -> None:
    reviewer = signed_in(browser, address, "reviewer", at="/queue")
    reviewer.press("Next page")
    expect(rows(reviewer, "XB15-")).to_have_count(RECORDS - AT_ONCE, timeout=SOON)
    expect(reviewer.page).to_have_url(f"{address}/queue?page=2", timeout=SOON)
    reviewer.page.reload()
    reviewer.settle()
    expect(rows(reviewer, "XB15-")).to_have_count(RECORDS - AT_ONCE, timeout=SOON)


def test_document_control_gives_chosen_records_to_a_reviewer(
    browser: Browser, address: str
) -> None:
    control = signed_in(browser, address, "control", at="/queue?batch=XB15-001")
    for batch in ("XB15-0011", "XB15-0012"):
        control.page.get_by_role("checkbox", name=f"Choose {batch}").check()
        control.settle()
    control.sees("2 chosen")
    control.page.get_by_label("Assign to").click()
    control.page.get_by_role("option", name="Ruth Lindqvist (reviewer)").click()
    control.settle()
    control.page.get_by_role("button", name="Assign", exact=True).click()
    control.sees("2 records assigned to Ruth Lindqvist")
    control.sees("0 chosen")
    reviewer = signed_in(browser, address, "reviewer", at="/queue?who=me")
    expect(rows(reviewer, "XB15-")).to_have_count(2, timeout=SOON)
    expect(reviewer.page.get_by_role("checkbox")).to_have_count(0)


def test_two_people_on_one_record_see_each_other_and_one_hands_it_on(
    browser: Browser, address: str
) -> None:
    reviewer = signed_in(browser, address, "reviewer")
    approver = signed_in(browser, address, "approver")
    for somebody in (reviewer, approver):
        somebody.go("/queue?batch=XB15-0020")
        somebody.page.get_by_role("link", name="XB15-0020").click()
        somebody.sees("flags of")
        somebody.settle()
    approver.sees("also open: Ruth Lindqvist")
    reviewer.press("Take it")
    reviewer.sees("also open: Amir Castellan")
    reviewer.press("Hand on")
    reviewer.page.get_by_label("To", exact=True).click()
    reviewer.page.get_by_role("option", name="Omar Haddad (omar)").click()
    reviewer.page.get_by_label("What is left to do").fill("The lots are left")
    reviewer.press("Hand it on")
    reviewer.sees("assigned to Omar Haddad")
    approver.go("/queue?batch=XB15-0020")
    expect(rows(approver, "Omar Haddad")).to_contain_text("“The lots are left”", timeout=SOON)


def test_a_page_is_sent_back_and_the_record_says_so(browser: Browser, address: str) -> None:
    reviewer = signed_in(browser, address, "reviewer", at="/queue?batch=XB15-0021")
    reviewer.page.get_by_role("link", name="XB15-0021").click()
    reviewer.sees("flags of")
    reviewer.settle()
    reviewer.page.get_by_role("button", name="Scan again", exact=True).click()
    reviewer.page.get_by_label("What is wrong with it").fill("<b>blurred</b>")
    reviewer.press("Send it back")
    reviewer.sees("page 1 is to be scanned again")
    reviewer.sees("<b>blurred</b>")
    control = signed_in(browser, address, "control", at="/queue?batch=XB15-0021")
    control.sees("waits for a new scan")


def test_an_approved_record_is_amended_and_each_revision_leads_to_the_other(
    browser: Browser, address: str
) -> None:
    reviewer = signed_in(browser, address, "reviewer", at="/queue?state=Approved")
    reviewer.page.get_by_role("link", name="XB15-2288").click()
    reviewer.settle()
    reviewer.press("Amend")
    reviewer.page.get_by_label("Why it has to be changed").fill("A wrong tag was copied")
    reviewer.press("Begin a new revision")
    reviewer.sees("revision 2")
    reviewer.sees("A wrong tag was copied")
    reviewer.page.get_by_role("link", name="revision 1, approved").click()
    reviewer.sees("revision 2, in review")
