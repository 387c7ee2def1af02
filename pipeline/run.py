"""The one way through: a scan becomes pages, pages become readings, readings become records.

Nothing here looks at a clock, a network or a database: the same scan gives the same records.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import version

from extractors.confidence import thresholds
from extractors.crop import crop, ink_map, page_ink
from extractors.images import darkest_channel
from extractors.lay import lay
from extractors.load import load_pages
from extractors.long_strokes import void_blocks
from extractors.outside import outside_writing
from extractors.preview import page_jpeg
from extractors.print_text import read_page_text
from extractors.read import read
from extractors.recall import FINE
from extractors.recognise import handwriting_recogniser
from extractors.register import UnknownPage, is_sure
from extractors.streaks import without_streaks
from extractors.values import Page, Reading, RegisteredPage, ScanFile, State
from pipeline.core.arrangement import Part, Sheet
from pipeline.core.assemble import Assembly, ReadPage
from pipeline.core.check import CheckContext, PageEvidence, check
from pipeline.core.forms import Field, MasterForm
from pipeline.core.normal import normal_entry
from pipeline.core.triage import triage
from pipeline.core.values import Entry, ReaderInfo, Record, RecordPage, Source
from pipeline.known import KnownForms, KnownPage, Prepared, page_key, prepare
from pipeline.page_groups import PageGroup, Stranger, groups_of

ASSUMED_DPI = 300
"""The resolution of a page of which nothing is known."""
MIN_PRINT_CONFIDENCE = 0.6
MIN_PRINT_LETTERS = 4
PRINT_LINES = 3
MOST_DOUBTED = 0.5
"""The most that a reading is trusted on a page that lies badly on the form a person named."""
DOUBT = "a person named its form, and its print fits that form badly; compare every entry"

__all__ = ["KnownForms", "PagePicture", "ReadOptions", "ReadScan", "read_scan"]


def _unwatched(_page: int) -> None:
    """Nobody looks on."""


@dataclass(frozen=True)
class ReadOptions:
    """What a reading is told: the day of scanning, and the silent error rate that is accepted.

    `parts` are those of an arrangement, each read as one record; None: the reader finds the
    records. `watch` is told each page's number in the scan before it is read.
    """

    scanned_on: date | None = None
    silent_errors: float = 0.0014
    parts: tuple[Part, ...] | None = None
    watch: Callable[[int], None] = _unwatched


@dataclass(frozen=True, eq=False)
class PagePicture:
    """A page for people to look at: upright, in its form's own frame where it has one.

    `record` counts from 0 in `ReadScan.records`; `page` is the page of the form, or of the scan
    where it fits no form.
    """

    record: int
    page: int
    scan_page: int
    jpeg: bytes = field(repr=False)
    pixels_per_mm: float


@dataclass(frozen=True, eq=False)
class ReadScan:
    """All records of one scan, in the order of their first pages, and a picture of each page.

    `evidence` is what was found about the pages of each record beside their entries.
    """

    records: tuple[Record, ...]
    pictures: tuple[PagePicture, ...]
    evidence: tuple[PageEvidence, ...] = ()


def read_scan(scan: ScanFile, known: KnownForms, options: ReadOptions) -> ReadScan:
    """Read one scan by the plant's master forms, as it lies or as a person arranged its pages.

    Raises ScanRefused where a page can't be decoded, ReaderUnavailable where a model is missing.
    """
    pictures: dict[int, bytes] = {}
    found = _found_pages(scan, known, options, pictures=pictures)
    records: list[Record] = []
    shown: list[PagePicture] = []
    evidence: list[PageEvidence] = []
    for group in groups_of(found, options.parts):
        shown += _pictures(group, pictures, first=len(records))
        seen = group.every_evidence()
        records += _records(group, scan, known, options, evidence=seen)
        evidence += seen
    return ReadScan(tuple(records), tuple(shown), tuple(evidence))


def _found_pages(
    scan: ScanFile, known: KnownForms, options: ReadOptions, *, pictures: dict[int, bytes]
) -> dict[int, ReadPage | Stranger]:
    """Every page that is to be read, one at a time; pictures of those that fit a form beside."""
    prepared = prepare(known)
    laid = {sheet.page: sheet for part in options.parts or () for sheet in part}
    found: dict[int, ReadPage | Stranger] = {}
    for page in load_pages(scan):
        sheet = laid.get(page.number) if options.parts is not None else Sheet(page.number)
        if sheet is not None:
            options.watch(page.number)
            found[page.number] = _page(page, sheet, prepared, pictures=pictures)
    return found


def _page(
    page: Page, sheet: Sheet, prepared: Prepared, *, pictures: dict[int, bytes]
) -> ReadPage | Stranger:
    key = page_key(sheet.form.form, sheet.form.version, sheet.form.page) if sheet.form else None
    found = lay(page, prepared.registration, angle=sheet.turned, key=key)
    if isinstance(found, UnknownPage):
        return _stranger(found)
    pictures[page.number] = page_jpeg(found.image)
    read = _read_page(found, prepared.pages[found.key])
    return read if sheet.form is None or is_sure(found) else _doubted(read)


def _doubted(page: ReadPage) -> ReadPage:
    """A page that lies badly on the form that a person named: nothing on it goes unseen."""
    fields = (
        (place, replace(reading, confidence=min(reading.confidence, MOST_DOUBTED)))
        for place, reading in page.fields
    )
    return replace(page, fields=tuple(fields), problems=(*page.problems, DOUBT))


def _stranger(found: UnknownPage) -> Stranger:
    """A page that fits no form, with how its print begins, so that people know what it is."""
    picture = page_jpeg(found.image)
    if found.is_empty:
        return Stranger(found.number, picture, is_empty=True)
    lines = read_page_text(darkest_channel(found.image), pixels_per_mm=ASSUMED_DPI / 25.4)
    words = [line.text for line in lines if line.confidence >= MIN_PRINT_CONFIDENCE]
    words = [text for text in words if sum(sign.isalpha() for sign in text) >= MIN_PRINT_LETTERS]
    return Stranger(found.number, picture, text=" · ".join(words[:PRINT_LINES]))


def _read_page(found: RegisteredPage, known: KnownPage) -> ReadPage:
    ink = without_streaks(page_ink(found))
    voids = void_blocks(ink, known.hints)
    readings = read(tuple(crop(ink, known.hints)), handwriting_recogniser(), voids)
    return ReadPage(
        form=known.form.form,
        version=known.form.version,
        where=_where(found, known),
        fields=tuple(
            (place, _normal(place, reading))
            for place, reading in zip(known.page.fields, readings, strict=True)
        ),
        is_cut=found.is_cut,
        problems=found.problems,
        outside_writing=len(outside_writing(ink, known.hints)),
        ink_map=ink_map(ink),
    )


def _where(found: RegisteredPage, known: KnownPage) -> RecordPage:
    first, second, third = (
        (float(row[0]), float(row[1]), float(row[2])) for row in found.homography
    )
    return RecordPage(
        page=known.page.page,
        scan_page=found.number,
        turned=found.turned,
        form_score=found.score,
        homography=(first, second, third),
        effective_dpi=found.effective_dpi,
        residual_mm=found.residual_mm,
    )


def _normal(place: Field, reading: Reading) -> Reading:
    """The reading as the field's format writes it, where it fits; else as it stands on paper."""
    if reading.state is not State.FILLED or not reading.value:
        return reading
    return replace(reading, value=normal_entry(place, reading.value) or reading.value)


def _records(
    group: PageGroup,
    scan: ScanFile,
    known: KnownForms,
    options: ReadOptions,
    *,
    evidence: Sequence[PageEvidence],
) -> list[Record]:
    """The records of a group of pages; one without a form where no page fits any."""
    if not group.assemblies:
        return [_unknown(scan, evidence[0])]
    return [
        _finished(assembly, scan, known, options, evidence=found)
        for assembly, found in zip(group.assemblies, evidence, strict=True)
    ]


def _finished(
    assembly: Assembly,
    scan: ScanFile,
    known: KnownForms,
    options: ReadOptions,
    *,
    evidence: PageEvidence,
) -> Record:
    """The record of these pages: entries, flags, and what is sure enough to need no eyes."""
    form = _form_of(assembly.pages[0], known)
    record = Record(
        form=form.form,
        version=form.version,
        batch_number="",
        source=_source(scan),
        reader=_reader(),
        pages=tuple(page.where for page in assembly.pages),
        entries=_entries(assembly, form),
    )
    context = CheckContext(
        form=form,
        scanned_on=options.scanned_on or scan.created,
        signatories=known.signatories,
        pages=evidence,
    )
    return triage(check(record, context), thresholds(options.silent_errors))


def _form_of(page: ReadPage, known: KnownForms) -> MasterForm:
    return next(
        form for form in known.forms if (form.form, form.version) == (page.form, page.version)
    )


def _entries(assembly: Assembly, form: MasterForm) -> tuple[Entry, ...]:
    """The entries of the record's pages, in the order of the form."""
    names = {place.name: number for number, place in enumerate(form.fields)}
    entries = [
        Entry(
            field=place.name,
            page=page.where.page,
            type=place.type,
            step=place.step,
            box=place.box,
            reading=reading,
        )
        for page in assembly.pages
        for place, reading in page.fields
        if place.name in names
    ]
    return tuple(sorted(entries, key=lambda entry: names[entry.field]))


def _unknown(scan: ScanFile, evidence: PageEvidence) -> Record:
    """The record of a scan that fits no known form: no entries, a flag, its pages to look at."""
    record = Record(
        form=None,
        version=None,
        batch_number="",
        source=_source(scan),
        reader=_reader(),
        pages=(),
        entries=(),
    )
    return check(record, CheckContext(form=None, pages=evidence))


def _source(scan: ScanFile) -> Source:
    return Source(file=scan.name, sha256=scan.sha256, pages=scan.page_count)


def _reader() -> ReaderInfo:
    return ReaderInfo(
        recordroom=version("recordroom"),
        models=(("handwriting", handwriting_recogniser().model),),
    )


def _pictures(group: PageGroup, pictures: dict[int, bytes], *, first: int) -> Iterator[PagePicture]:
    """The pictures of a group, whose records count from `first` on."""
    for number, assembly in enumerate(group.assemblies, start=first):
        for page in assembly.pages:
            where = page.where
            jpeg = pictures[where.scan_page]
            yield PagePicture(number, where.page, where.scan_page, jpeg, pixels_per_mm=FINE)
    for stranger in group.strangers:
        yield PagePicture(first, stranger.scan_page, stranger.scan_page, stranger.jpeg, 1.0)
