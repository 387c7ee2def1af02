"""Values for tests: a small form, a record read from it, people, a reader that reads nothing."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from extractors.values import Alternative, Box, EntryKind, Previous, Reading, State
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

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
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
    """A record as it is read: a doubtful lot, a missing signature, a weight crossed out once."""
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
            entry("weight", reading("13.2", previous=(Previous("13.8", "MJ"),))),
            entry("remark", reading("sieved twice, see 5 % rule")),
            entry("signed", reading(), accepted=False, flags=(missing,)),
        ),
        state=RecordState.IN_REVIEW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]
