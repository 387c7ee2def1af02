"""Every bit of an approved record flipped, one after the other, and each found by verifying.

    make soak                                       a small record, every bit of every byte
    make soak SCAN=sample_scans/scans/015.jpg       a record of that scan, one bit of every byte
    make soak SCAN=… EVERY=50                       … of every 50th byte

Values are flipped in the tables of the database (SQLite), where every column that a signature or
the trail binds is tried; the scan and the page pictures are flipped on the disk. Now and then a
flip is written for good, and the command itself has to name it.
"""

import os
import sqlite3
import struct
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flips import is_found, take_guards_away, values_of
from record_builders import HandClock
from site_records import APPROVER, CONTROL, REVIEWER, approved, do, proof_of
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from pipeline.core.review import Dispose, open_flags
from pipeline.core.values import Outcome
from pipeline.files import LocalFiles
from pipeline.intake import take
from pipeline.reading import known_forms, read_leased
from pipeline.review import open_record
from pipeline.run import read_scan
from pipeline.settings import Settings
from pipeline.signing import approve
from pipeline.site import Site
from pipeline.site_start import make_site
from pipeline.store.leases import lease_next
from pipeline.verify import verify
from pipeline.verify.files import check_file
from pipeline.verify.findings import Part

SCAN, EVERY = os.environ.get("SCAN", ""), int(os.environ.get("EVERY", "1"))
SAMPLES = Path(__file__).parents[2] / "sample_scans"
BY_COMMAND = 2_003
"""Every so many flips one is written for good, and verifying the whole site has to name it."""


@pytest.fixture
def soaked(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Site, str]:
    """A site whose guards are gone, with the approved record that is flipped."""
    if SCAN:
        site, record_id = of_scan(Path(SCAN), tmp_path / "real")
    else:
        site = request.getfixturevalue("sqlite_site")
        record_id = approved(site)
    take_guards_away(site)
    return site, record_id


def of_scan(scan: Path, folder: Path) -> tuple[Site, str]:
    """The scan read as it is in operation, every flag answered, and signed."""
    new = make_site(
        Settings(site=folder),
        forms=SAMPLES / "forms",
        signatories=SAMPLES / "signatories.csv",
        is_demo=True,
        clock=HandClock(),
    )
    site = new.site
    sha256 = take(site, scan.name, scan.read_bytes(), by=CONTROL).sha256
    lease = lease_next(site.engine, site.settings, worker="soak", now=site.now())
    assert lease is not None
    assert read_leased(site, lease, read_scan, known_forms(site))
    record_id = f"{sha256[:12]}-1"
    while flags := open_flags(open_record(site, record_id).record):
        one = flags[0]
        outcome = Outcome.TRULY_MISSING if one.name == "missing_signature" else Outcome.CONFIRMED
        do(site, record_id, Dispose(one.field, one.name, outcome, "compared"), REVIEWER)
    seen = open_record(site, record_id).seen
    approve(site, record_id, "approved", proof=proof_of(site, APPROVER), seen=seen)
    return site, record_id


def flips_of(value: object) -> Iterator[object]:
    """The value with each bit of each of its bytes flipped, as another value of its column."""
    if isinstance(value, str):
        content = value.encode()
        for place in range(len(content)):
            for bit in bits(place):
                changed = bytearray(content)
                changed[place] ^= 1 << bit
                yield changed.decode("latin-1")
    elif isinstance(value, float):
        yield from of_eight(struct.pack("<d", value), "<d")
    elif isinstance(value, int):
        yield from of_eight(struct.pack("<q", value), "<q")


def of_eight(content: bytes, form: str) -> Iterator[object]:
    """A number's eight bytes, flipped; what is no number has no row to stand in."""
    for place in range(8):
        for bit in bits(place):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            (new,) = struct.unpack(form, changed)
            if new == new and abs(new) != float("inf"):
                yield new


def bits(place: int) -> range:
    """Every bit of a byte, or of a large record one of them, another one at each place."""
    return range(8) if not SCAN else range(place % 8, place % 8 + 1)


def test_every_flipped_bit_of_a_record_is_found(soaked, capsys: pytest.CaptureFixture[str]) -> None:
    site, record_id = soaked
    assert {one.part for one in verify(site.settings).findings} == {Part.GUARD}
    started, done = time.monotonic(), Counter[str]()
    flip_rows(site, record_id, done)
    flip_files(site, done)
    seconds = time.monotonic() - started
    with capsys.disabled():
        print(f"\nrecord {record_id}: {seconds:.0f} s")  # noqa: T201
        for what, count in sorted(done.items()):
            print(f"{count:>9,} {what}")  # noqa: T201
    assert done["flips in rows, found"] > 1000 / EVERY
    assert done["flips in files, found"] > 1000 / EVERY


def flip_rows(site: Site, record_id: str, done: Counter[str]) -> None:
    """Every value that a signature or the trail binds; each flip is taken back."""
    engine = create_engine(site.settings.database_url)
    number = 0
    for table, row, name, value in values_of(site):
        for new in flips_of(value):
            number += 1
            if number % EVERY:
                continue
            change = f'UPDATE "{table}" SET "{name}" = ? WHERE rowid = ?'
            with engine.connect() as connection:
                try:
                    connection.exec_driver_sql(change, (new, row))
                except (IntegrityError, OverflowError):
                    done["flips in rows, refused by the database"] += 1
                    continue
                assert is_found(connection), (table, row, name, value, new)
            done["flips in rows, found"] += 1
            if done["flips in rows, found"] % BY_COMMAND == 0:
                name_it(site, change, (new, row), (value, row))
                done["of them written for good, and named in the whole site"] += 1


def name_it(site: Site, change: str, new: tuple[object, int], old: tuple[object, int]) -> None:
    """Writes a flip, has verifying the whole site name it, and takes it back."""
    before = findings(site)
    with sqlite3.connect(site.settings.site / "recordroom.db") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(change, new)
    assert findings(site) > before
    with sqlite3.connect(site.settings.site / "recordroom.db") as connection:
        connection.execute(change, old)


def findings(site: Site) -> int:
    return len(verify(site.settings).findings)


def flip_files(site: Site, done: Counter[str]) -> None:
    """Every byte of the scan and of the page pictures, on the disk."""
    assert isinstance(site.files, LocalFiles)
    for sha256 in kept(site):
        place = site.files.folder / sha256[:2] / sha256[2:4] / sha256
        content = place.read_bytes()
        place.chmod(0o600)
        with place.open("r+b", buffering=0) as file:
            for at in range(0, len(content), EVERY):
                for bit in bits(at // EVERY):
                    file.seek(at)
                    file.write(bytes([content[at] ^ 1 << bit]))
                    assert [*check_file(site.files, sha256, "it", None)], (sha256, at, bit)
                    done["flips in files, found"] += 1
                file.seek(at)
                file.write(content[at : at + 1])
        assert [*check_file(site.files, sha256, "it", None)] == []


def kept(site: Site) -> list[str]:
    """The files of the record: its scan, and the pictures of its pages."""
    with sqlite3.connect(site.settings.site / "recordroom.db") as connection:
        found = connection.execute("SELECT sha256 FROM scan UNION SELECT sha256 FROM picture")
        return [row[0] for row in found]
