"""Records that are old enough: approved long ago, on a form that bears an expiry date."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from record_builders import FORM_YAML, FakeReader, HandClock, entry, reading, write_form
from site_records import ADMIN, APPROVER, CONTROL, do, make_ready, proof_of, read

from pipeline.core.review import Dispose, open_flags
from pipeline.core.values import Outcome
from pipeline.destruction import DestructionList, draw_up, sign_list
from pipeline.review import open_record
from pipeline.settings import Settings
from pipeline.signing import approve
from pipeline.site import Site
from pipeline.site_start import make_site

LONG_AGO = datetime(2014, 3, 2, 12, 0, tzinfo=UTC)
TODAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EXPIRY = """\
      - name: expiry
        box: [40, 80, 50, 9]
        label: Expiry date
        type: date
        format: DD/MM/YYYY
        means: expiry_date
"""
MONTH = EXPIRY.replace("type: date", "type: text").replace(
    "format: DD/MM/YYYY", r"pattern: '[0-9A-Z]{2,3}[/ ][0-9]{2,4}'"
)
"""The same as forms have it that ask for a month: a text, since a date is a calendar day."""


def write_dated_form(folder: Path, expiry: str = EXPIRY) -> Path:
    """The small form with one more field: the expiry date."""
    write_form(folder)
    (folder / "form.yaml").write_text(FORM_YAML + expiry)
    return folder


class DatedReader(FakeReader):
    """Reads every scan as a record that bears that expiry date."""

    expiry: str = "01/04/2016"
    confidence: float = 0.99

    def __call__(self, scan, known, options):
        read_scan = super().__call__(scan, known, options)
        on = next(iter(known.forms)).field("expiry")
        made = entry("remark", reading(self.expiry, self.confidence), accepted=True)
        made = replace(made, field=on.name, type=on.type, box=on.box)
        records = tuple(replace(one, entries=(*one.entries, made)) for one in read_scan.records)
        return replace(read_scan, records=records)


def dated(expiry: str = "01/04/2016", **about: object) -> DatedReader:
    """A reader whose records expire on that day."""
    made = DatedReader(**about)
    made.expiry = expiry
    return made


def dated_site(folder: Path, settings: Settings | None = None, expiry: str = EXPIRY) -> Site:
    """A demonstration site whose form bears an expiry date; its clock stands long ago."""
    write_dated_form(folder / "forms" / "granulation", expiry)
    settings = settings or Settings(site=folder / "site", critical_fields="none")
    new = make_site(
        settings, forms=folder / "forms", is_demo=True, clock=HandClock(LONG_AGO, ticks=True)
    )
    assert new.refused == ()
    return new.site


def old(site: Site, number: int = 0, expiry: str = "01/04/2016", **about: object) -> str:
    """A record that was approved long ago; the clock is set to today again."""
    site.clock.moment = LONG_AGO
    about = {"batch": f"XB15-{2288 + number}"} | about
    record_id = read(site, number, dated(expiry, **about))
    sign_long_ago(site, record_id)
    return record_id


def sign_long_ago(site: Site, record_id: str) -> None:
    """Answer all that is open, and approve the record long ago."""
    site.clock.moment = LONG_AGO
    seen = make_ready(site, record_id)
    for flag in open_flags(open_record(site, record_id).record):
        said = Dispose(flag.field, flag.name, Outcome.CONFIRMED, "looked at")
        seen = do(site, record_id, said).seen
    approve(site, record_id, "approved for release", proof=proof_of(site, APPROVER), seen=seen)
    site.clock.moment = TODAY


def signed_list(site: Site, *records: str) -> DestructionList:
    """A destruction list of these records that two people have signed."""
    found = draw_up(site, records, "their day has passed", by=CONTROL)
    sign_list(site, found.number, proof=proof_of(site, APPROVER))
    return sign_list(site, found.number, proof=proof_of(site, ADMIN))
