"""The nouns of a record as rows, one by one, and back. Nothing is looked up or decided here."""

from extractors.values import Alternative, Box, EntryKind, Evidence, Previous, Reading, State
from pipeline.core.keyed import Keying, KeyingStep
from pipeline.core.values import (
    Correction,
    Disposition,
    Entry,
    Flag,
    Outcome,
    Record,
    RecordPage,
    Severity,
    Signature,
)
from pipeline.store.keying_tables import KeyingRow
from pipeline.store.tables import (
    CorrectionRow,
    DispositionRow,
    EntryRow,
    FlagRow,
    PageRow,
    SignatureRow,
)


def page_row(record: str, position: int, page: RecordPage) -> PageRow:
    """The row of a page."""
    return PageRow(
        record=record,
        position=position,
        page=page.page,
        scan_page=page.scan_page,
        turned=page.turned,
        form_score=page.form_score,
        homography=[list(row) for row in page.homography],
        effective_dpi=page.effective_dpi,
        residual_mm=page.residual_mm,
    )


def page_of(row: PageRow) -> RecordPage:
    """The page of a row."""
    return RecordPage(
        page=row.page,
        scan_page=row.scan_page,
        turned=row.turned,
        form_score=row.form_score,
        homography=tuple((a, b, c) for a, b, c in row.homography),
        effective_dpi=row.effective_dpi,
        residual_mm=row.residual_mm,
    )


def entry_row(record: str, position: int, entry: Entry) -> EntryRow:
    """The row of an entry: its place and its reading."""
    reading = entry.reading
    return EntryRow(
        record=record,
        field=entry.field,
        position=position,
        page=entry.page,
        type=entry.type.value,
        step=entry.step,
        x=entry.box.x,
        y=entry.box.y,
        width=entry.box.width,
        height=entry.box.height,
        value=reading.value,
        state=reading.state.value,
        confidence=reading.confidence,
        reader=reading.reader,
        model=reading.model,
        free_text=reading.free_text,
        alternatives=[[one.value, one.probability] for one in reading.alternatives],
        previous=[[one.value, one.initials] for one in reading.previous],
        evidence=[one.value for one in reading.evidence],
        accepted=entry.accepted,
    )


def entry_of(
    row: EntryRow,
    *,
    flags: tuple[Flag, ...],
    corrections: tuple[Correction, ...],
    dispositions: tuple[Disposition, ...],
    keyings: tuple[Keying, ...],
) -> Entry:
    """The entry of a row, with what stands on it."""
    return Entry(
        field=row.field,
        page=row.page,
        type=EntryKind(row.type),
        step=row.step,
        box=Box(row.x, row.y, row.width, row.height),
        reading=_reading_of(row),
        accepted=row.accepted,
        flags=flags,
        corrections=corrections,
        dispositions=dispositions,
        keyings=keyings,
    )


def _reading_of(row: EntryRow) -> Reading:
    return Reading(
        value=row.value,
        state=State(row.state),
        confidence=row.confidence,
        reader=row.reader,
        model=row.model,
        alternatives=tuple(Alternative(value, share) for value, share in row.alternatives),
        previous=tuple(Previous(value, initials) for value, initials in row.previous),
        evidence=tuple(Evidence(word) for word in row.evidence),
        free_text=row.free_text,
    )


def flag_rows(record: Record) -> list[FlagRow]:
    """The rows of all flags of a record, those of its entries first."""
    on_entries = [(entry.field, flag) for entry in record.entries for flag in entry.flags]
    on_record = [(None, flag) for flag in record.flags]
    return [
        FlagRow(
            record=record.id,
            entry=entry,
            position=position,
            name=flag.name,
            severity=flag.severity.value,
            detail=flag.detail,
            field=flag.field,
            page=flag.page,
        )
        for position, (entry, flag) in enumerate([*on_entries, *on_record])
    ]


def flag_of(row: FlagRow) -> Flag:
    """The flag of a row."""
    return Flag(row.name, Severity(row.severity), row.detail, row.field, row.page)


def correction_row(record: str, entry: str, position: int, one: Correction) -> CorrectionRow:
    """The row of a correction."""
    return CorrectionRow(
        record=record,
        entry=entry,
        position=position,
        value=one.value,
        state=one.state.value,
        reason=one.reason,
        by=one.by,
        at=one.at,
    )


def correction_of(row: CorrectionRow) -> Correction:
    """The correction of a row."""
    return Correction(row.value, State(row.state), row.reason, row.by, row.at)


def keying_row(record: str, entry: str, position: int, one: Keying) -> KeyingRow:
    """The row of a keying; a sealed one is only shown, never kept."""
    if one.is_sealed:
        raise ValueError("a sealed keying can't be written down")
    return KeyingRow(
        record=record,
        entry=entry,
        position=position,
        step=one.step.value,
        value=one.value,
        state=one.state.value,
        reason=one.reason,
        by=one.by,
        at=one.at,
    )


def keying_of(row: KeyingRow) -> Keying:
    """The keying of a row."""
    return Keying(KeyingStep(row.step), row.value, State(row.state), row.reason, row.by, row.at)


def disposition_row(
    record: str, entry: str | None, position: int, one: Disposition
) -> DispositionRow:
    """The row of a disposition."""
    return DispositionRow(
        record=record,
        entry=entry,
        position=position,
        flag=one.flag,
        detail=one.detail,
        outcome=one.outcome.value,
        reason=one.reason,
        by=one.by,
        at=one.at,
    )


def disposition_of(row: DispositionRow) -> Disposition:
    """The disposition of a row."""
    return Disposition(row.flag, Outcome(row.outcome), row.reason, row.by, row.at, row.detail)


def signature_row(record: str, position: int, one: Signature) -> SignatureRow:
    """The row of a signature."""
    return SignatureRow(
        record=record,
        position=position,
        name=one.name,
        user=one.user,
        meaning=one.meaning,
        at=one.at,
        digest=one.digest,
    )


def signature_of(row: SignatureRow) -> Signature:
    """The signature of a row."""
    return Signature(row.name, row.user, row.meaning, row.at, row.digest)
