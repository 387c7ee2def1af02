"""Values for tests: a small form, a record read from it, people, a reader that reads nothing."""

import hashlib
import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
from PIL import Image

from extractors.values import Alternative, Box, EntryKind, Reading, ScanFile, State
from pipeline.core.forms import Field, FormPage, MasterForm, Meaning, Role
from pipeline.core.values import (
    Entry,
    Flag,
    ReaderInfo,
    Record,
    RecordPage,
    RecordState,
    Severity,
    Source,
)
from pipeline.known import KnownForms
from pipeline.run import PagePicture, ReadOptions, ReadScan

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class HandClock:
    """A clock that stands still until it is moved; one that ticks is never the same twice."""

    moment: datetime = NOON
    ticks: bool = False

    def __call__(self) -> datetime:
        self.moment += timedelta(microseconds=int(self.ticks))
        return self.moment

    def move(self, **time: float) -> None:
        self.moment += timedelta(**time)


def place(name: str, kind: EntryKind, label: str, row: int, **keys: object) -> Field:
    return Field(name, label, kind, 1, Box(40.0, 20.0 + 12 * row, 50.0, 9.0), **keys)  # type: ignore[arg-type]


FIELDS = (
    place("batch_number", EntryKind.TEXT, "Batch Number", 0, means=Meaning.BATCH_NUMBER),
    place("lot", EntryKind.TEXT, "Lot of lactose", 1, means=Meaning.LOT),
    place("weight", EntryKind.NUMBER, "Net weight", 2, decimals=1, unit="kg"),
    place("remark", EntryKind.TEXT, "Remark", 3),
    place(
        "signed", EntryKind.SIGNATURE, "Done by", 4, role=Role.PERFORMED_BY, required=True, step="1"
    ),
)
FORM = MasterForm(
    form="BMR-001",
    version="3",
    title="Granulation",
    pages=(FormPage(1, (210.0, 297.0), FIELDS),),
    blank=Path("blank.pdf"),
)


def reading(value: str = "", confidence: float = 0.99, **changes: object) -> Reading:
    state = State.FILLED if value else State.BLANK
    return replace(Reading(value, state, confidence, "two readers", "1"), **changes)  # type: ignore[arg-type]


def entry(name: str, read: Reading, **changes: object) -> Entry:
    on = FORM.field(name)
    made = Entry(on.name, on.page, on.type, on.step, on.box, read, accepted=True)
    return replace(made, **changes)  # type: ignore[arg-type]


def record(content: bytes = b"scan", *, batch: str = "XB15-2288", **changes: object) -> Record:
    """A record as it is read: a doubtful lot, a missing signature."""
    missing = Flag("missing_signature", Severity.CRITICAL, "Done by is blank.", "signed", 1)
    doubtful = Flag("low_confidence", Severity.MAJOR, "Read as 'L0848N'.", "lot", 1)
    lot = reading(
        "L0848N",
        0.71,
        alternatives=(Alternative("L08481V", 0.2), Alternative("L0848W", 0.05)),
        free_text="L0848 N",
    )
    made = Record(
        form=FORM.form,
        version=FORM.version,
        batch_number=batch,
        source=Source("012.pdf", hashlib.sha256(content).hexdigest(), 1),
        reader=ReaderInfo("0.1.0", (("handwriting", "7"), ("print", "5.3"))),
        pages=(
            RecordPage(
                1, 1, 90, 0.97, ((0.08, 0.0, 1.5), (0.0, 0.08, -2.0), (1e-9, 0.0, 1.0)), 300.0, 0.1
            ),
        ),
        entries=(
            entry("batch_number", reading(batch)),
            entry("lot", lot, accepted=False, flags=(doubtful,)),
            entry("weight", reading("13.2")),
            entry("remark", reading("sieved twice, see 5 % rule")),
            entry("signed", reading(), accepted=False, flags=(missing,)),
        ),
        state=RecordState.IN_REVIEW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


FORM_YAML = """\
form: BMR-001
version: "3"
title: Granulation
blank: blank.pdf
page_size: [210, 297]
pages:
  - page: 1
    fields:
      - name: batch_number
        box: [40, 20, 50, 9]
        label: Batch Number
        type: text
        means: batch_number
      - name: lot
        box: [40, 32, 50, 9]
        label: Lot of lactose
        type: text
        means: lot
      - name: weight
        box: [40, 44, 50, 9]
        label: Net weight
        type: number
        decimals: 1
        unit: kg
        high: 20
      - name: remark
        box: [40, 56, 50, 9]
        label: Remark
        type: text
      - name: signed
        box: [40, 68, 50, 9]
        label: Done by
        type: signature
        role: performed_by
        required: true
        step: "1"
"""


def write_form(folder: Path) -> Path:
    """The folder of the form above, with a blank of one empty page."""
    folder.mkdir(parents=True)
    (folder / "form.yaml").write_text(FORM_YAML)
    blank = pikepdf.new()
    blank.add_blank_page(page_size=(595, 842))
    blank.save(folder / "blank.pdf", deterministic_id=True)
    blank.close()
    return folder


def scan_bytes(number: int = 0) -> bytes:
    """A scan of one small grey page, another one for each number."""
    out = io.BytesIO()
    Image.new("L", (240 + number, 320), 200).save(out, "PNG")
    return out.getvalue()


def picture_bytes() -> bytes:
    """A page's picture, as reading hands it over."""
    out = io.BytesIO()
    Image.new("L", (840, 1188), 230).save(out, "JPEG")
    return out.getvalue()


@dataclass
class FakeReader:
    """Reads every scan as one record of the form above; `batch` is its batch number.

    `trouble` is raised instead, as often as there are troubles left.
    """

    batch: str = "XB15-2288"
    records: int = 1
    trouble: list[Exception] = field(default_factory=list)

    def __call__(self, scan: ScanFile, known: KnownForms, options: ReadOptions) -> ReadScan:
        if self.trouble:
            raise self.trouble.pop()
        source = Source(scan.name, scan.sha256, scan.page_count)
        one = record(batch=self.batch, source=source, state=RecordState.READING)
        records = tuple(one for _ in range(self.records))
        pictures = (PagePicture(n, 1, 1, picture_bytes(), 4.0) for n in range(self.records))
        return ReadScan(records, tuple(pictures))
