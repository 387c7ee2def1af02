"""The one way through: a scan becomes pages, pages become readings, readings become records.

Nothing here looks at a clock, a network or a database: the same scan gives the same records.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import version

from extractors.confidence import thresholds
from extractors.crop import crop, ink_map, page_ink
from extractors.images import darkest_channel
from extractors.load import load_pages
from extractors.long_strokes import void_blocks
from extractors.outside import outside_writing
from extractors.preview import page_jpeg
from extractors.print_text import read_page_text
from extractors.read import read
from extractors.recall import FINE
from extractors.recognise import handwriting_recogniser
from extractors.register import UnknownPage, register
from extractors.streaks import without_streaks
from extractors.values import Reading, RegisteredPage, ScanFile, State
from pipeline.core.assemble import Assembly, ReadPage, assemble
from pipeline.core.check import CheckContext, FoundPage, PageEvidence, check
from pipeline.core.forms import Field, MasterForm
from pipeline.core.normal import normal_entry
from pipeline.core.triage import triage
from pipeline.core.values import Entry, ReaderInfo, Record, RecordPage, Source
from pipeline.known import KnownForms, KnownPage, prepare

ASSUMED_DPI = 300
"""The resolution of a page of which nothing is known."""
MIN_PRINT_CONFIDENCE = 0.6
MIN_PRINT_LETTERS = 4
PRINT_LINES = 3

__all__ = ["KnownForms", "PagePicture", "ReadOptions", "ReadScan", "read_scan"]


@dataclass(frozen=True)
class ReadOptions:
    """What a reading is told: the day of scanning, and the silent error rate that is accepted."""

    scanned_on: date | None = None
    silent_errors: float = 0.0014


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


@dataclass(frozen=True, eq=False)
class _Stranger:
    """A page of the scan that fits no known form; `text` is how its print begins."""

    scan_page: int
    jpeg: bytes = field(repr=False)
    text: str = ""
    is_empty: bool = False

    @property
    def is_back(self) -> bool:
        """Whether it is the back of a sheet: nothing is printed on it."""
        return not self.text


def read_scan(scan: ScanFile, known: KnownForms, options: ReadOptions) -> ReadScan:
    """Read one scan by the plant's master forms.

    Raises ScanRefused where a page can't be decoded, ReaderUnavailable where a model is missing.
    """
    prepared = prepare(known)
    pictures: dict[int, bytes] = {}
    pages: list[ReadPage] = []
    strangers: list[_Stranger] = []
    for page in load_pages(scan):
        found = register(page, prepared.registration)
        if isinstance(found, UnknownPage):
            strangers.append(_stranger(found))
            continue
        pictures[page.number] = page_jpeg(found.image)
        pages.append(_read_page(found, prepared.pages[found.key]))
    assemblies = assemble(pages)
    evidence = [
        _evidence(assembly, strangers if place == 0 else [])
        for place, assembly in enumerate(assemblies)
    ] or [_evidence(Assembly(pages=()), strangers)]
    records = [
        _finished(assembly, scan, known, options, evidence=found)
        for assembly, found in zip(assemblies, evidence, strict=False)
    ] or [_unknown(scan, evidence[0])]
    return ReadScan(
        records=tuple(records),
        pictures=tuple(_pictures(assemblies, pictures, strangers)),
        evidence=tuple(evidence),
    )


def _stranger(found: UnknownPage) -> _Stranger:
    """A page that fits no form, with how its print begins, so that people know what it is."""
    picture = page_jpeg(found.image)
    if found.is_empty:
        return _Stranger(found.number, picture, is_empty=True)
    lines = read_page_text(darkest_channel(found.image), pixels_per_mm=ASSUMED_DPI / 25.4)
    words = [line.text for line in lines if line.confidence >= MIN_PRINT_CONFIDENCE]
    words = [text for text in words if sum(sign.isalpha() for sign in text) >= MIN_PRINT_LETTERS]
    return _Stranger(found.number, picture, text=" · ".join(words[:PRINT_LINES]))


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


def _finished(
    assembly: Assembly,
    scan: ScanFile,
    known: KnownForms,
    options: ReadOptions,
    *,
    evidence: PageEvidence,
) -> Record:
    """The record of these pages: entries, flags, and what is sure enough to need no eyes."""
    first = assembly.pages[0]
    form = _form_of(first, known)
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


def _evidence(assembly: Assembly, strangers: Sequence[_Stranger]) -> PageEvidence:
    found = [_found(page) for page in assembly.pages]
    found += [
        replace(_found(repeat.page), is_repeat=True, is_same_sheet=repeat.is_same_sheet)
        for repeat in assembly.repeats
    ]
    found += [_strange(stranger) for stranger in strangers]
    return PageEvidence(pages=tuple(sorted(found, key=lambda page: page.scan_page)))


def _strange(stranger: _Stranger) -> FoundPage:
    has_notes = stranger.is_back and not stranger.is_empty
    return FoundPage(
        scan_page=stranger.scan_page,
        page=None,
        outside_writing=int(has_notes),
        is_back=stranger.is_back,
        print_text=stranger.text,
    )


def _found(page: ReadPage) -> FoundPage:
    return FoundPage(
        scan_page=page.where.scan_page,
        page=page.where.page,
        form=page.form,
        version=page.version,
        effective_dpi=page.where.effective_dpi,
        residual_mm=page.where.residual_mm,
        problems=page.problems,
        is_cut=page.is_cut,
        outside_writing=page.outside_writing,
    )


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


def _pictures(
    assemblies: Sequence[Assembly], pictures: dict[int, bytes], strangers: Sequence[_Stranger]
) -> Iterator[PagePicture]:
    for number, assembly in enumerate(assemblies):
        for page in assembly.pages:
            where = page.where
            jpeg = pictures[where.scan_page]
            yield PagePicture(number, where.page, where.scan_page, jpeg, pixels_per_mm=FINE)
    for stranger in strangers:
        yield PagePicture(0, stranger.scan_page, stranger.scan_page, stranger.jpeg, 1.0)
