"""Sample scans on a site of their own, read as the site of all samples has read them."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sample_site import SAMPLES
from site_records import CONTROL, REVIEWER

from extractors.values import ScanFile
from pipeline.core.values import Entry, Record, RecordState
from pipeline.intake import take
from pipeline.known import KnownForms
from pipeline.pictures import entry_picture, page_picture, pages_of
from pipeline.reading import known_forms, read_leased
from pipeline.rescans import answer_request, ask_for_scan
from pipeline.review import open_record
from pipeline.revisions import revisions_of
from pipeline.run import PagePicture, ReadOptions, ReadScan
from pipeline.settings import Settings
from pipeline.site import Site
from pipeline.site_start import make_site
from pipeline.store.database import reading
from pipeline.store.evidence import evidence_of
from pipeline.store.leases import lease_next


class Replayed:
    """Gives of a scan what the real reader gave of it on the other site; one record a scan."""

    def __init__(self, samples: Site) -> None:
        self.samples = samples

    def __call__(self, scan: ScanFile, known: KnownForms, options: ReadOptions) -> ReadScan:
        """The record as it was read, before people worked on it."""
        name = f"{scan.sha256[:12]}-1"
        record = open_record(self.samples, name).record
        pictures = tuple(
            PagePicture(
                0, one.page, one.scan_page, page_picture(self.samples, name, one.page),
                one.pixels_per_mm,
            )
            for one in pages_of(self.samples, name)
        )  # fmt: skip
        with reading(self.samples.engine) as session:
            evidence = evidence_of(session, name)
        assert evidence is not None
        return ReadScan((_as_read(record),), pictures, (evidence,))


def _as_read(record: Record) -> Record:
    entries = (
        Entry(one.field, one.page, one.type, one.step, one.box, one.reading)
        for one in record.entries
    )
    return replace(
        record, entries=tuple(entries), flags=(), dispositions=(), signatures=(), id="",
        state=RecordState.READING,
    )  # fmt: skip


@contextmanager
def another_site(folder: Path) -> Iterator[Site]:
    """A site with the master forms of the samples, and no scan yet."""
    settings = Settings(site=folder, critical_fields="none")
    with make_site(settings, forms=SAMPLES / "forms", is_demo=True).site as site:
        yield site


def crops(site: Site, record: str, page: int) -> dict[str, bytes]:
    """The entries of that page, cut out of it."""
    entries = open_record(site, record).record.entries
    return {
        one.field: entry_picture(site, record, one.field) for one in entries if one.page == page
    }


def record_of_scan(name: str) -> str:
    """The first record of a sample scan."""
    return f"{hashlib.sha256(sample(name)).hexdigest()[:12]}-1"


def sample(name: str) -> bytes:
    """The bytes of a sample scan."""
    return (SAMPLES / "scans" / name).read_bytes()


def taken(site: Site, samples: Site, name: str) -> str:
    """Take the sample in and read it; gives the record's id."""
    sha256 = take(site, name, sample(name), by=CONTROL).sha256
    _read_next(site, samples)
    return f"{sha256[:12]}-1"


def with_page_of(site: Site, samples: Site, record: str, *, page: int, scan: str) -> str:
    """Let the page come from another sample scan; gives the record's next revision."""
    request = ask_for_scan(site, record, page, "blurred, or missing", by=REVIEWER)
    answer_request(site, request, scan, sample(scan), by=CONTROL)
    _read_next(site, samples)
    return revisions_of(site, record)[-1].record


def _read_next(site: Site, samples: Site) -> None:
    lease = lease_next(site.engine, site.settings, worker="w", now=site.now())
    assert lease is not None
    assert read_leased(site, lease, Replayed(samples), known_forms(site))
