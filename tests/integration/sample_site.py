"""A site with every sample scan, read by the real reader, reviewed and approved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from site_records import APPROVER, CONTROL, REVIEWER, do, proof_of

from pipeline.core.review import Correct, Dispose, open_flags
from pipeline.core.values import Outcome, Record
from pipeline.export import Selection, selected
from pipeline.intake import take
from pipeline.jobs import work_until_empty
from pipeline.queue import queue
from pipeline.review import OpenRecord, open_record
from pipeline.settings import Settings
from pipeline.signing import approve
from pipeline.site import Site
from pipeline.site_start import make_site

SAMPLES = Path(__file__).parents[2] / "sample_scans"
CORRECTED = "Ł-77 ≤ Ωé"
"""What the first text of each record is corrected to: signs that few typefaces have."""


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site; reading all samples takes a minute or two, so it is made once."""
    folder = tmp_path_factory.mktemp("samples") / "site"
    new = make_site(
        Settings(site=folder, critical_fields="none"),
        forms=SAMPLES / "forms",
        signatories=SAMPLES / "signatories.csv",
        is_demo=True,
    )
    with new.site as site:
        for path in sorted((SAMPLES / "scans").iterdir()):
            take(site, path.name, path.read_bytes(), by=CONTROL)
        work_until_empty(site, 2)
        for item in queue(site):
            review(site, item.record)
        yield site


def review(site: Site, record_id: str) -> None:
    """Correct the first text, answer every flag, and approve."""
    texts = [one for one in record_of(site, record_id).entries if one.type.value == "text"]
    if texts:
        do(site, record_id, Correct(texts[0].field, CORRECTED, "compared with the paper"))
    while waiting := open_flags(record_of(site, record_id)):
        flag = waiting[0]
        do(site, record_id, Dispose(flag.field, flag.name, Outcome.CONFIRMED, "seen"), REVIEWER)
    seen = open_record(site, record_id).seen
    approve(site, record_id, "approved for release", proof=proof_of(site, APPROVER), seen=seen)


def record_of(site: Site, record_id: str) -> Record:
    """The record as it is now."""
    return open_record(site, record_id).record


def samples(site: Site) -> list[OpenRecord]:
    """All records of the site, by the name of their scan."""
    found = [open_record(site, one) for one in selected(site, Selection(), by=APPROVER)]
    return sorted(found, key=lambda one: (one.record.source.file, one.record.id))
