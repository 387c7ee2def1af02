"""A scan of several pages on a site, and a reader that reads each part of it as one record."""

import io
from dataclasses import dataclass, field, replace

from PIL import Image, ImageDraw
from record_builders import picture_bytes, record
from site_records import CONTROL

from extractors.values import ScanFile
from pipeline.arranging import LaidScan, laid_scan
from pipeline.core.arrangement import Part, Sheet
from pipeline.core.values import Flag, Record, RecordState, Severity, Source
from pipeline.intake import take
from pipeline.known import KnownForms
from pipeline.reading import known_forms, read_leased
from pipeline.run import PagePicture, ReadOptions, ReadScan
from pipeline.site import Site
from pipeline.store.leases import lease_next

BATCH = "XB15-000"


def stack_bytes(pages: int, number: int = 0) -> bytes:
    """A TIFF of so many small pages with some print, another one for each number."""
    out = io.BytesIO()
    sheets = [Image.new("L", (200 + number, 280 + page), 255 - page) for page in range(pages)]
    for page, sheet in enumerate(sheets, start=1):
        for line in range(6):
            ImageDraw.Draw(sheet).text((30, 40 + 30 * line), f"Sheet {page} of {pages}", fill=0)
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:], dpi=(100, 100))
    return out.getvalue()


@dataclass
class PartReader:
    """Reads each part as one record; unarranged the parts are `parts`. Keeps what it was told.

    A page of `strange` fits no form, unless a person said what it is.
    """

    parts: tuple[Part, ...] = ()
    strange: frozenset[int] = frozenset()
    told: list[ReadOptions] = field(default_factory=list)

    def __call__(self, scan: ScanFile, known: KnownForms, options: ReadOptions) -> ReadScan:
        self.told.append(options)
        parts = options.parts if options.parts is not None else self.parts
        whole = (tuple(Sheet(page) for page in range(1, scan.page_count + 1)),)
        records, pictures = [], []
        for number, part in enumerate(parts or whole):
            for sheet in part:
                options.watch(sheet.page)
                pictures.append(PagePicture(number, sheet.page, sheet.page, picture_bytes(), 4.0))
            records.append(self._record(scan, part))
        return ReadScan(tuple(records), tuple(pictures))

    def _record(self, scan: ScanFile, part: Part) -> Record:
        made = record(
            batch=f"{BATCH}{part[0].page}",
            source=Source(scan.name, scan.sha256, scan.page_count),
            state=RecordState.READING,
        )
        (page,) = made.pages
        known = [one for one in part if one.form or one.page not in self.strange]
        pages = tuple(
            replace(page, page=place, scan_page=sheet.page, turned=sheet.turned)
            for place, sheet in enumerate(known, start=1)
        )
        if len(known) < len(part):
            strange = Flag("unknown_form", Severity.MAJOR, "No known form fits a page.")
            made = replace(made, flags=(strange,))
        if pages:
            return replace(made, pages=pages)
        return replace(made, form=None, version=None, pages=(), entries=(), batch_number="")


def parts_of(*parts: tuple[int, ...]) -> tuple[Part, ...]:
    return tuple(tuple(Sheet(page) for page in part) for part in parts)


def take_stack(site: Site, reader: PartReader, pages: int = 5) -> int:
    """Take a stack in and read it; gives its scan."""
    scan = take(site, "stack.tiff", stack_bytes(pages), by=CONTROL).scan
    read_next(site, reader)
    return scan


def read_next(site: Site, reader: PartReader) -> None:
    """What a worker does with the next scan."""
    lease = lease_next(site.engine, site.settings, worker="w", now=site.now())
    assert lease is not None
    assert read_leased(site, lease, reader, known_forms(site))


def laid(site: Site, scan: int) -> LaidScan:
    return laid_scan(site, scan, by=CONTROL)
