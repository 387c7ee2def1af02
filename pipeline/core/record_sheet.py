"""The sheets before the scan in a record's document: all that the record says, to be read.

Entries, flags with their answers, corrections old and new, signatures, the trail, digests. It is
made of the record and its trail alone, so the same approved record gives the same sheets.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from extractors.values import EntryKind, State
from pipeline.core.catalogue import title_of
from pipeline.core.forms import MasterForm
from pipeline.core.printed_signatures import printed_moment
from pipeline.core.report import Block, Paragraph, Report, Section, Table
from pipeline.core.values import Disposition, Entry, Flag, Record, RecordState, Source

_STATE = {
    State.BLANK: "blank",
    State.CHECKED: "marked",
    State.UNCHECKED: "not marked",
    State.NOT_APPLICABLE: "N/A",
    State.UNREADABLE: "can't be read",
}
_NOT_APPROVED = (
    "THIS RECORD IS NOT APPROVED ({state}). What follows is how it stood when the document was "
    "made, and may change."
)
_CHANGED_AFTER = "void: the record was changed after it"
_HOLDS = "holds"


@dataclass(frozen=True)
class TrailLine:
    """A line of the record's trail as it is printed."""

    at: datetime
    by: str
    kind: str
    field: str
    old: str
    new: str
    reason: str
    digest: str


@dataclass(frozen=True)
class AttachedScan:
    """A scan of which a page had to be drawn, and the file of it that is attached.

    `pages` are those of the scan that the file was cut down to, none where it is the scan as it
    came. `name` and `sha256` are empty where nothing of it could be attached.
    """

    scan: str
    name: str
    pages: tuple[int, ...]
    sha256: str


@dataclass(frozen=True)
class SheetSource:
    """All that the sheets are made of. `holds` is whether each signature is for what stands now.

    `names` are the printed names of accounts; `content` is the digest that a signature binds.
    """

    record: Record
    form: MasterForm | None
    received_at: datetime
    trail: tuple[TrailLine, ...]
    holds: tuple[bool, ...]
    content: str
    names: Mapping[str, str]
    attached: tuple[AttachedScan, ...] = ()


def title_of_record(record: Record) -> str:
    """What the record's document is called."""
    form = f"{record.form} version {record.version}" if record.form else "unknown form"
    return f"Batch {record.batch_number or 'without a number'}, {form}"


def record_sheet(source: SheetSource) -> Report:
    """The sheets as sections in their order."""
    return Report(
        title_of_record(source.record),
        (
            Section("Record", tuple(_record(source))),
            *_scans(source.record),
            Section("Signatures", (_signatures(source),)),
            Section("Entries", (_entries(source),)),
            Section("Flags and their answers", (_flags(source),)),
            Section("Corrections", (_corrections(source),)),
            *_keyings(source),
            Section("Trail", tuple(_trail(source))),
            Section("Digests", tuple(_digests(source))),
        ),
    )


def shown_value(value: str, state: State, kind: EntryKind) -> str:
    """An entry in words: a blank or a mark is never an empty place."""
    if state is not State.FILLED:
        return _STATE[state]
    return "signed" if kind is EntryKind.SIGNATURE and not value else value


def _record(source: SheetSource) -> Iterator[Block]:
    record = source.record
    if record.state is not RecordState.APPROVED:
        yield Paragraph(_NOT_APPROVED.format(state=record.state.value.replace("_", " ")))
    pages = ", ".join(str(page.scan_page) for page in record.pages if page.source is None)
    yield _facts(
        ("Record", f"{record.id}, revision {record.revision}"),
        ("State", record.state.value.replace("_", " ")),
        ("Batch number", record.batch_number or "none"),
        ("Form", f"{record.form} version {record.version}" if record.form else "unknown"),
        ("Title", source.form.title if source.form else "unknown"),
        ("Scan", f"{record.source.file}, {_pages(record.source.pages)}"),
        ("Pages of the scan", pages or "none of a known form"),
        ("Taken in and read", printed_moment(source.received_at)),
        ("Read by", _reader(record)),
    )
    yield from (Paragraph(_drawn(one)) for one in source.attached)


def _drawn(one: AttachedScan) -> str:
    """What of a scan is attached because a page of it had to be drawn."""
    drawn = f"Pages of {one.scan} are more than one picture, and are drawn in this document."
    pages = ", ".join(map(str, one.pages))
    if not one.name:
        return (
            f"{drawn} Nothing of the scan is attached: in the file, this record's pages ({pages}) "
            "can't be told for certain from others."
        )
    if not pages:
        return f"{drawn} The scan is attached as it came: {one.name}."
    return (
        f"{drawn} Of the scan this record's pages ({pages}) are attached, packed as they came: "
        f"{one.name}, SHA-256 {one.sha256}. Its other pages are not this record's."
    )


def _scans(record: Record) -> Iterator[Section]:
    """Each scan with its digest and which pages are taken from it, where there are several."""
    if len(record.sources) == 1:
        return
    head = ("Scan", "Its pages", "Pages taken from it", "SHA-256")
    rows = tuple(
        (one.file, _pages(one.pages), _taken(record, one), one.sha256) for one in record.sources
    )
    said = "Pages were scanned again: each comes from the scan that is named here, and no other."
    yield Section("Scans", (_words(head, rows, (0.2, 0.1, 0.3, 0.4), ""), Paragraph(said)))


def _taken(record: Record, source: Source) -> str:
    return (
        ", ".join(
            f"{page.scan_page} (page {page.page} of the form)"
            for page in record.pages
            if (page.source or record.source) == source
        )
        or "none of a known form"
    )


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _reader(record: Record) -> str:
    models = ", ".join(f"{name} {version}" for name, version in record.reader.models)
    return f"Recordroom {record.reader.recordroom} ({models})"


def _facts(*rows: tuple[str, str]) -> Table:
    return Table(("", ""), rows, frozenset({0, 1}), (0.22, 0.78))


def _signatures(source: SheetSource) -> Block:
    rows = tuple(
        (
            one.name,
            one.user,
            printed_moment(one.at),
            one.meaning,
            _HOLDS if holds else _CHANGED_AFTER,
        )
        for one, holds in zip(source.record.signatures, source.holds, strict=True)
    )
    head = ("Signed electronically by", "Account", "On", "Meaning", "Standing")
    return _words(head, rows, (0.2, 0.13, 0.18, 0.37, 0.12), "Nobody has signed this record.")


def _entries(source: SheetSource) -> Block:
    rows = tuple(
        (
            str(entry.page),
            entry.step or "",
            _label(source, entry),
            _value(entry),
            _unit(source, entry),
            "person" if entry.corrections else f"{entry.confidence:.4f}",
        )
        for entry in source.record.entries
    )
    head = ("Page", "Step", "Entry", "Value", "Unit", "Certainty")
    return _words(head, rows, (0.07, 0.09, 0.36, 0.3, 0.08, 0.1), "The record has no entries.")


def _value(entry: Entry) -> str:
    """The value, and what was crossed out before it on the paper."""
    now = shown_value(entry.value, entry.state, entry.type)
    crossed_out = [
        f"{one.value or 'illegible'}{f' ({one.initials})' if one.initials else ''}"
        for one in entry.previous
    ]
    return f"{now} [crossed out: {', '.join(crossed_out)}]" if crossed_out else now


def _flags(source: SheetSource) -> Block:
    record = source.record
    rows = list(_answered(source, "the record", record.flags, record.dispositions))
    for entry in record.entries:
        rows += _answered(source, _label(source, entry), entry.flags, entry.dispositions)
    head = ("Flag", "On", "What was found", "Answer", "Reason", "By, when")
    shares = (0.15, 0.17, 0.24, 0.1, 0.17, 0.17)
    return _words(head, tuple(rows), shares, "Nothing on this record was flagged.")


def _answered(
    source: SheetSource, on: str, flags: Sequence[Flag], answers: Sequence[Disposition]
) -> Iterator[tuple[str, ...]]:
    """Each flag with its answers, then answers to flags that are no longer raised."""
    standing = {flag.name for flag in flags}
    for flag in flags:
        given = [one for one in answers if one.flag == flag.name]
        what = f"{title_of(flag.name)} ({flag.severity.value})"
        for one in given:
            yield (what, on, flag.detail, *_answer(source, one))
        if not given:
            yield (what, on, flag.detail, "none", "", "")
    for one in answers:
        if one.flag not in standing:
            yield (
                f"{title_of(one.flag)} (no longer raised)",
                on,
                one.detail,
                *_answer(source, one),
            )


def _answer(source: SheetSource, one: Disposition) -> tuple[str, str, str]:
    outcome = one.outcome.value.replace("_", " ")
    return outcome, one.reason, f"{_name(source, one.by)}, {printed_moment(one.at)}"


def _corrections(source: SheetSource) -> Block:
    rows = tuple(row for entry in source.record.entries for row in _corrected(source, entry))
    head = ("Entry", "Old", "New", "Reason", "By, when")
    nothing = "Nothing was corrected in review."
    return _words(head, rows, (0.24, 0.17, 0.17, 0.22, 0.2), nothing)


def _corrected(source: SheetSource, entry: Entry) -> Iterator[tuple[str, ...]]:
    old = shown_value(entry.reading.value, entry.reading.state, entry.type)
    for one in entry.corrections:
        new = shown_value(one.value, one.state, entry.type)
        who = f"{_name(source, one.by)}, {printed_moment(one.at)}"
        yield _label(source, entry), old, new, one.reason, who
        old = new


def _keyings(source: SheetSource) -> Iterator[Section]:
    """What was keyed by several people; of a round that goes on only who and when."""
    rows = tuple(
        (
            _label(source, entry),
            one.step.value,
            "sealed" if one.is_sealed else shown_value(one.value, one.state, entry.type),
            one.reason,
            f"{_name(source, one.by)}, {printed_moment(one.at)}",
        )
        for entry in source.record.entries
        for one in entry.keyings
    )
    if rows:
        head = ("Entry", "Keying", "Keyed", "Reason", "By, when")
        yield Section("Keyings", (_words(head, rows, (0.24, 0.13, 0.2, 0.23, 0.2), ""),))


def _trail(source: SheetSource) -> Iterator[Block]:
    rows = tuple(
        (
            printed_moment(line.at),
            line.by,
            line.kind.replace("_", " "),
            line.field,
            _short(line.old),
            _short(line.new),
            line.reason,
            line.digest[:12],
        )
        for line in source.trail
    )
    head = ("When", "Account", "What", "Entry", "Old", "New", "Reason", "Digest")
    shares = (0.13, 0.1, 0.09, 0.12, 0.12, 0.12, 0.2, 0.12)
    yield _words(head, rows, shares, "There is no line.")
    yield Paragraph(
        "Long digests are cut to their first 12 signs. Copies that were handed out, such as this "
        "one, are in the site's own trail and not here: the same record gives the same document."
    )


def _digests(source: SheetSource) -> Iterator[Block]:
    record = source.record
    signed = [
        (f"Signature {number} ({one.name})", one.digest)
        for number, one in enumerate(record.signatures, start=1)
    ]
    yield _facts(
        *((_scan_name(record, one), one.sha256) for one in record.sources),
        ("What the record says now", source.content),
        *signed,
        ("Last line of the trail", source.trail[-1].digest if source.trail else ""),
    )
    yield Paragraph("All digests are SHA-256, in hexadecimal.")


def _scan_name(record: Record, source: Source) -> str:
    return "Scan" if source == record.source else f"Newer scan {source.file}"


def _words(
    head: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    shares: tuple[float, ...],
    nothing: str,
) -> Block:
    """A table of words, or a sentence where it has no rows."""
    if not rows:
        return Paragraph(nothing)
    return Table(head, rows, frozenset(range(len(head))), shares)


def _label(source: SheetSource, entry: Entry) -> str:
    fields = source.form.fields if source.form else ()
    return next((field.label for field in fields if field.name == entry.field), entry.field)


def _unit(source: SheetSource, entry: Entry) -> str:
    fields = source.form.fields if source.form else ()
    return next((field.unit or "" for field in fields if field.name == entry.field), "")


def _name(source: SheetSource, user: str) -> str:
    name = source.names.get(user)
    return f"{name} ({user})" if name else user


def _short(text: str) -> str:
    return text[:12] if len(text) == 64 and text.isalnum() else text
