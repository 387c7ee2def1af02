"""The plant behind the pictures: a demonstration site with thirty old batches and the samples.

The batches are dispensed week by week in 2019, out of three lots of lactose, written and scanned by
`sample_scans` and read by the real reader; the site's clock stands where each step belongs, so that
turnaround, control chart, genealogy and retention have something to tell. The samples are the work
of today.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from site_records import ADMIN, APPROVER, CONTROL, REVIEWER, proof_of

from extractors.values import EntryKind
from pipeline.core.forms import Meaning
from pipeline.core.retention import RetentionRule
from pipeline.core.review import Correct, Decision, Dispose, open_flags
from pipeline.core.values import Outcome
from pipeline.intake import take as take_in
from pipeline.jobs import work_until_empty
from pipeline.known import prepare
from pipeline.pictures import entry_picture
from pipeline.reading import known_forms, read_leased
from pipeline.retention import set_rule
from pipeline.review import decide, open_record
from pipeline.run import read_scan
from pipeline.settings import Settings
from pipeline.signature_log import By, give_sample, signature_log
from pipeline.signing import approve
from pipeline.site import Site
from pipeline.site_start import make_site
from pipeline.store.leases import lease_next
from sample_scans.blank_forms import forms_of
from sample_scans.people import Roster
from sample_scans.record import Work
from sample_scans.scan_files import Made, people, scanned
from sample_scans.story import write_correctly, write_date
from sample_scans.values import ScanPlan, Split
from sample_scans.voids import void_unused_rows

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_scans"
SEED = 77
COMPARED = "Compared with the page"
SCREEN = "screen at 10.20.4.17"
BEGUN = datetime(2019, 1, 7, 8, 30, tzinfo=UTC)
BATCHES, PER_LOT = 30, 10
LOTS = ("L58285J", "L60117K", "L61940P")
"""The lots of lactose; each went into ten batches."""
OFF = {12: "0.17", 21: "-0.16", 26: "0.09", 27: "0.11", 28: "0.12", 29: "0.13"}
"""By how many kilograms a batch's lactose is beside 24: the last ones drift."""


@dataclass
class Clock:
    """A clock that is set by hand, until it is let go and runs as every other."""

    moment: datetime | None = BEGUN

    def __call__(self) -> datetime:
        """What it says."""
        return self.moment or datetime.now(UTC)


def make_plant(folder: Path) -> None:
    """The site: old batches read, reviewed and signed, then the samples handed in and read."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    hands, roster = people(None, Split.FIT)
    log = folder.with_name("signatories.csv")
    log.write_text((SAMPLES / "signatories.csv").read_text() + strangers_to_it(roster))
    clock, settings = Clock(), Settings(site=folder, critical_fields="none")
    new = make_site(settings, forms=SAMPLES / "forms", signatories=log, is_demo=True, clock=clock)
    with new.site as site:
        rule = RetentionRule("MD-204", None, 5)
        set_rule(site, rule, reason="A dispensing record bears no expiry date", by=ADMIN)
        prepare(known_forms(site))
        records = []
        for number, (work, day) in enumerate(works(roster)):
            records.append(read_on(site, clock, scan_of(work, number, hands), day))
            release(site, clock, records[-1], work, days=2 + number % 4)
        clock.moment = None
        keep_signatures(site, records)
        for scan in sorted((SAMPLES / "scans").iterdir()):
            take_in(site, scan.name, scan.read_bytes(), by=CONTROL, where=SCREEN)
        work_until_empty(site, site.settings.workers)


def strangers_to_it(roster: Roster) -> str:
    """The lines of these people, without the heading."""
    return "".join(roster.csv().splitlines(keepends=True)[1:])


def works(roster: Roster) -> Iterator[tuple[Work, date]]:
    """The receipts of the lots, then the batches, each with its day."""
    forms = {form.head.number: form for form in forms_of(Split.FIT)}
    rng = np.random.default_rng(SEED)
    first = BEGUN.date() + timedelta(days=14)
    for number, lot in enumerate(LOTS):
        work = write_correctly(forms["QC-017"], roster, rng)
        receipt = {"material": "Lactose", "supplier_lot": lot}
        fill_in(work, receipt | {"batch_number": f"R100{number}482"})
        weigh(work, "weight", Decimal(250))
        yield dated(work, first - timedelta(days=9 - number)), first - timedelta(days=9 - number)
    for number in range(BATCHES):
        work = write_correctly(forms["MD-204"], roster, rng)
        lots = {
            f"lot_{n}": f"L{40 + n}{2 + number // 6}0{n}{'BCDEHKM'[n % 7]}" for n in range(2, 8)
        }
        fill_in(work, lots | {"lot_1": LOTS[number // PER_LOT], "product": "Norvasan 50 mg"})
        fill_in(work, {"batch_number": f"HN19-{301 + number:04}"})
        weigh(work, "net_1", lactose(number, rng))
        void_unused_rows(work)
        day = first + timedelta(days=7 * number)
        yield dated(work, day), day


def lactose(number: int, rng: np.random.Generator) -> Decimal:
    """How much lactose was weighed in, in kilograms."""
    beside = OFF.get(number) or str(round(float(rng.normal(0, 0.035)), 2))
    return Decimal("24.00") + Decimal(beside)


def fill_in(work: Work, values: dict[str, str]) -> None:
    """Write these instead of what was drawn."""
    for name, value in values.items():
        work.drafts[name].value = value


def weigh(work: Work, name: str, amount: Decimal) -> None:
    """Write that weight, and with it the gross weight that belongs to it."""
    places = Decimal(1).scaleb(-(work.drafts[name].paper.field.decimals or 0))
    work.drafts[name].value = str(amount.quantize(places))
    gross, tare = (name.replace("net", one) for one in ("gross", "tare"))
    if gross != name:
        work.drafts[gross].value = str(amount + Decimal(work.drafts[tare].value))


def dated(work: Work, day: date) -> Work:
    """The same work on that day; an expiry date is three years later."""
    for draft in work.drafts.values():
        if draft.kind == EntryKind.DATE and draft.value:
            is_expiry = draft.paper.field.means is Meaning.EXPIRY_DATE
            draft.value = write_date(draft.paper.field, day + timedelta(days=1095 * is_expiry))
    work.scanned_on = day + timedelta(days=1)
    return work


def scan_of(work: Work, number: int, hands: object) -> Made:
    """A clean scan of it, some a little askew."""
    rng = np.random.default_rng([SEED, number])
    skew = float(rng.normal(0, 0.3))
    plan = ScanPlan("good", 200, "grey", "pdf", 85, (0,) * len(work.order), skew, noise=0.2)
    name = f"{work.form.head.number}-{work.drafts['batch_number'].value}"
    return scanned([work], name, hands, rng=rng, split=Split.FIT, plan=plan)  # type: ignore[arg-type]


def read_on(site: Site, clock: Clock, made: Made, day: date) -> str:
    """Hand it in the day after, and read it; gives the record."""
    clock.moment = datetime(day.year, day.month, day.day, 7, 40, tzinfo=UTC) + timedelta(days=1)
    sha256 = take_in(site, made.name, made.content, by=CONTROL, where=SCREEN).sha256
    lease = lease_next(site.engine, site.settings, worker="pictures", now=site.now())
    assert lease is not None
    clock.moment += timedelta(minutes=2)
    assert read_leased(site, lease, read_scan, known_forms(site))
    return f"{sha256[:12]}-1"


def release(site: Site, clock: Clock, record: str, work: Work, *, days: int) -> None:
    """Correct what was misread, answer what else is open, and sign the record some days later."""
    assert clock.moment is not None
    clock.moment += timedelta(days=days, hours=days)
    for entry in open_record(site, record).record.entries:
        written = work.drafts[entry.field].value
        if entry.flags and written and written != entry.reading.value:
            do(site, record, Correct(entry.field, written, f"{COMPARED}: misread"))
    seen = open_record(site, record).seen
    for flag in open_flags(open_record(site, record).record):
        said = Dispose(flag.field, flag.name, Outcome.CONFIRMED, COMPARED)
        seen = do(site, record, said)
    clock.moment += timedelta(hours=5)
    proof = proof_of(site, APPROVER)
    approve(site, record, "Approved for release", proof=proof, seen=seen, where=SCREEN)


def do(site: Site, record: str, said: Decision) -> int:
    """The reviewer's decision on the record as it is now; gives what is seen after it."""
    seen = open_record(site, record).seen
    return decide(site, record, said, by=REVIEWER, seen=seen, where=SCREEN).seen


def keep_signatures(site: Site, records: list[str]) -> None:
    """Gives lines of the signature log a sample: how that person's initials stand in a record."""
    written = initials_in(site, records)
    for place, one in enumerate(signature_log(site).lines):
        if one.signatory.initials in written:
            picture = entry_picture(site, *written[one.signatory.initials])
            give_sample(site, place, picture, by=By(CONTROL, SCREEN))


def initials_in(site: Site, records: list[str]) -> dict[str, tuple[str, str]]:
    """Where somebody's initials stand, read surely: the record and the field."""
    return {
        entry.reading.value: (record, entry.field)
        for record in records
        for entry in open_record(site, record).record.entries
        if entry.type == EntryKind.INITIALS and entry.accepted and entry.reading.value
    }
