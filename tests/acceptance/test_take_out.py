"""A record taken out as files from its own screen, in a real browser."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from app_driver import Somebody, serving, signed_in
from playwright.sync_api import Browser, expect
from record_builders import FakeReader, scan_bytes, write_form

from pipeline.intake import take
from pipeline.people import command_line
from pipeline.reading import known_forms, read_leased
from pipeline.settings import Settings
from pipeline.site_start import make_site
from pipeline.store.leases import lease_next

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a demonstration site with one record in review, and no workers."""
    folder = tmp_path_factory.mktemp("app")
    write_form(folder / "forms" / "granulation")
    new = make_site(Settings(site=folder / "site"), forms=folder / "forms", is_demo=True)
    with new.site as site:
        take(site, "0.png", scan_bytes(0), by=command_line())
        lease = lease_next(site.engine, site.settings, worker="test", now=site.now())
        assert lease is not None
        assert read_leased(site, lease, FakeReader(), known_forms(site))
    with serving(folder / "site", workers=0) as where:
        yield where


def opened(somebody: Somebody) -> str:
    """The record on the screen; gives its id."""
    record = somebody.get("/api/records")["items"][0]["record"]
    somebody.go(f"/record?record={record}")
    somebody.sees("flags of")
    return record


def taken(somebody: Somebody, name: str) -> tuple[str, bytes]:
    with somebody.page.expect_download() as download:
        somebody.page.get_by_role("button", name=name).click()
    found = Path(download.value.path())
    return download.value.suggested_filename, found.read_bytes()


def test_a_record_is_taken_out_as_document_and_data_and_the_trail_says_so(
    browser: Browser, address: str
) -> None:
    reviewer = signed_in(browser, address, "reviewer")
    record = opened(reviewer)
    reviewer.press("Take out")
    reviewer.sees("This record is not approved")
    name, content = taken(reviewer, "Document (PDF/A)")
    assert name == f"{record}.pdf"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert f"{record}.json" in pdf.attachments
    name, content = taken(reviewer, "JSON")
    assert (name, json.loads(content)["record"]) == (f"{record}.json", record)
    reviewer.page.reload()
    reviewer.settle()
    reviewer.tab("Who did what")
    reviewer.sees(f"{record}.pdf")


def test_whoever_only_reads_is_not_offered_what_is_not_approved(
    browser: Browser, address: str
) -> None:
    reader = signed_in(browser, address, "reader")
    opened(reader)
    expect(reader.page.get_by_role("button", name="Take out")).to_have_count(0)
