"""A site for the walk: one record of twelve pages with forty flags, in a queue of many others."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pikepdf
import yaml
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import insert
from sqlmodel import Session, col, select

import pipeline.site_start
from extractors.values import Alternative, EntryKind, Evidence, Previous, Reading, State
from pipeline.core.forms import Field, MasterForm
from pipeline.core.triage import triage
from pipeline.core.values import Entry, ReaderInfo, Record, RecordPage, Source
from pipeline.forms import load_form
from pipeline.intake import take
from pipeline.people import command_line
from pipeline.reading import keep, known_forms
from pipeline.run import PagePicture, ReadScan
from pipeline.settings import Settings
from pipeline.site import Site
from pipeline.store.chain import Happening, link
from pipeline.store.database import writing
from pipeline.store.leases import lease_next
from pipeline.store.tables import (
    EntryRow,
    EventRow,
    FlagRow,
    RecordRow,
    ScanRow,
    SearchRow,
)

PAGES, COLUMNS, ROWS = 12, 10, 30
"""Twelve pages of 300 boxes."""
PIXELS_PER_MM = 8.0
FLAGS = 40
CERTAIN, UNSURE = 0.9993, 0.62
KINDS = ("number", "number", "text", "time", "date", "number", "number", "text", "initials", "date")
VALUES = {"number": "13.2", "text": "LOT-4711", "time": "08:30", "date": "20/07/22"}
OTHERS_AT_ONCE = 5_000
START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


def make_walk_site(folder: Path, others: int) -> str:
    """The site with its record and the others in the queue; gives the record's id."""
    write_form(folder / "forms" / "walk")
    settings = Settings(site=folder / "site")
    new = pipeline.site_start.make_site(settings, forms=folder / "forms", is_demo=True)
    with new.site as site:
        record = add_walked(site, load_form(folder / "forms" / "walk"))
        add_others(site, others)
    return record


def write_form(folder: Path) -> None:
    """A master form of twelve pages, a table of ten columns and thirty rows on each."""
    folder.mkdir(parents=True)
    pages = [{"page": page, "fields": list(fields_of(page))} for page in range(1, PAGES + 1)]
    form: dict[str, object] = {"form": "WALK-12", "version": "1", "title": "Twelve pages of tables"}
    form |= {"blank": "blank.pdf", "page_size": [210, 297], "pages": pages}
    (folder / "form.yaml").write_text(yaml.safe_dump(form, sort_keys=False))
    blank = pikepdf.new()
    for _ in range(PAGES):
        blank.add_blank_page(page_size=(595, 842))
    blank.save(folder / "blank.pdf", deterministic_id=True)


def fields_of(page: int) -> Iterator[dict[str, object]]:
    """The fields of a page: numbers with limits, lots, times, dates, and initials in each row."""
    for row in range(ROWS):
        step = f"{page}.{row + 1}"
        for column, kind in enumerate(KINDS):
            field: dict[str, object] = {"name": f"c{column}_{step}", "type": kind, "step": step}
            field["label"] = f"Column {column} {step}"
            field["box"] = [10.0 + 19 * column, 20.0 + 9 * row, 18.5, 8.5]
            if kind == "number":
                field |= {"decimals": 1, "unit": "kg", "low": 10, "high": 20}
            if kind == "date":
                field["format"] = "DD/MM/YY"
            if kind == "time":
                field["format"] = "HH:MM"
            if kind == "initials":
                field |= {"role": "performed_by", "required": True}
            yield field


def add_walked(site: Site, form: MasterForm) -> str:
    """The record that is walked through, as reading would have kept it."""
    sha256 = take(site, "walk.png", scan(), by=command_line()).sha256
    lease = lease_next(site.engine, site.settings, worker="walk", now=site.now())
    assert lease is not None
    pages = tuple(
        RecordPage(n, n, 0, 0.99, ((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)), 300.0, 0.1)
        for n in range(1, PAGES + 1)
    )
    flagged = dict(zip(places(form), faults(), strict=True))
    record = Record(
        form=form.form,
        version=form.version,
        batch_number="XB15-2288",
        source=Source("walk.png", sha256, 1),
        reader=ReaderInfo("0.1.0", (("handwriting", "walk"),)),
        pages=pages,
        entries=tuple(entry(field, flagged.get(field.name)) for field in form.fields),
    )
    pictures = tuple(
        PagePicture(0, n, n, draw_page(record, n), pixels_per_mm=PIXELS_PER_MM)
        for n in range(1, PAGES + 1)
    )
    assert keep(site, lease, ReadScan((triage(record, 0.9),), pictures), known_forms(site))
    return f"{sha256[:12]}-1"


def places(form: MasterForm) -> list[str]:
    """Which entries are flagged: three or four on each page, of the kind that the fault needs."""
    chance = Random(5)
    wanted = [fault[0] for fault in faults()]
    found: list[str] = []
    for number, kind in enumerate(wanted):
        page = number * PAGES // FLAGS + 1
        fields = [one for one in form.fields if one.page == page and one.type is kind]
        found.append(chance.choice([one.name for one in fields if one.name not in found]))
    return found


def faults() -> list[tuple[EntryKind, str]]:
    """Forty faults as a real record has them: most are readings that are not sure."""
    unsure = [EntryKind.NUMBER, EntryKind.TEXT, EntryKind.DATE, EntryKind.TIME] * 7
    found = [(kind, "unsure") for kind in unsure]
    found += [(EntryKind.NUMBER, "out_of_limit")] * 3 + [(EntryKind.NUMBER, "correction")] * 4
    found += [(EntryKind.INITIALS, "blank")] * 2 + [(EntryKind.NUMBER, "bad_format")] * 3
    Random(7).shuffle(found)
    assert len(found) == FLAGS
    return found


def entry(field: Field, fault: tuple[EntryKind, str] | None) -> Entry:
    """An entry that was read surely, or with that fault."""
    value = VALUES.get(field.type.value, "MJ")
    sure = Reading(value, State.FILLED, CERTAIN, "two readers", "walk")
    read = replace(sure, alternatives=(Alternative(value[:-1] + "8", 0.0004),))
    match fault[1] if fault else "":
        case "unsure":
            others = (Alternative(value[:-1] + "7", 0.21), Alternative(value[:-1] + "1", 0.09))
            read = replace(read, confidence=UNSURE, alternatives=others)
        case "out_of_limit":
            read = replace(read, value="23.2")
        case "correction":
            shown = (Evidence.CORRECTION,)
            read = replace(read, previous=(Previous("13.8", "MJ"),), evidence=shown)
        case "blank":
            read = Reading("", State.BLANK, CERTAIN, "two readers", "walk")
        case "bad_format":
            read = replace(read, value="13.25", evidence=(Evidence.BAD_FORMAT,))
    return Entry(field.name, field.page, field.type, field.step, field.box, read)


def draw_page(record: Record, page: int) -> bytes:
    """The page as a JPEG: its boxes, and in them what stands there."""
    size = (round(210 * PIXELS_PER_MM), round(297 * PIXELS_PER_MM))
    image = Image.new("L", size, 247)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=30)
    for one in record.entries:
        if one.page == page:
            left, top = one.box.x * PIXELS_PER_MM, one.box.y * PIXELS_PER_MM
            right, bottom = one.box.right * PIXELS_PER_MM, one.box.bottom * PIXELS_PER_MM
            draw.rectangle((left, top, right, bottom), outline=90, width=2)
            draw.text((left + 8, top + 14), one.value, fill=30, font=font)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def scan() -> bytes:
    """Some scan; its reading is given beside it."""
    out = io.BytesIO()
    Image.new("L", (241, 320), 200).save(out, "PNG")
    return out.getvalue()


def add_others(site: Site, count: int) -> None:
    """So many other records in review, each with six entries, two flags and its line of trail."""
    for first in range(0, count, OTHERS_AT_ONCE):
        with writing(site.engine) as session:
            add_some(session, range(first, min(count, first + OTHERS_AT_ONCE)))


def add_some(session: Session, numbers: range) -> None:
    """Some of the other records, with everything that reading writes of one."""
    rows: dict[type, list[dict[str, object]]]
    rows = {table: [] for table in (ScanRow, RecordRow, EntryRow, FlagRow, SearchRow, EventRow)}
    newest = select(EventRow).order_by(col(EventRow.sequence).desc()).limit(1)
    last = session.exec(newest).one()
    sequence, digest = last.sequence, last.digest
    for number in numbers:
        at, scan_id, record = (
            START + timedelta(minutes=number),
            number + 1_000,
            f"other{number:07}-1",
        )
        rows[ScanRow].append(
            {
                "id": scan_id, "sha256": f"{number:064x}", "name": f"{number}.pdf", "size": 1,
                "page_count": 1, "state": "read", "problem": "", "tries": 0, "received_at": at,
                "received_by": "control", "read_at": at,
            }
        )  # fmt: skip
        rows[RecordRow].append(
            {
                "id": record, "scan": scan_id, "number": 1, "form": "WALK-12", "version": "1",
                "title": "Twelve pages of tables", "batch_number": f"YB{number:07}", "revision": 1,
                "state": "in_review", "seen": 1, "recordroom": "0.1.0", "models": [],
                "received_at": at,
            }
        )  # fmt: skip
        for position in range(6):
            field, value = f"c{position}_1.1", f"{10 + number % 90 / 10:.1f}"
            rows[EntryRow].append(
                {
                    "record": record, "field": field, "position": position, "page": 1,
                    "type": "number", "step": "1.1", "x": 10.0, "y": 20.0 + position, "width": 18.0,
                    "height": 8.0, "value": value, "state": "filled",
                    "confidence": 0.5 + number % 499 / 1000, "reader": "two", "model": "walk",
                    "free_text": value, "alternatives": [], "previous": [], "evidence": [],
                    "accepted": position > 1,
                }
            )  # fmt: skip
            if position < 2:
                rows[FlagRow].append(
                    {
                        "record": record, "entry": field, "position": position,
                        "name": "low_confidence", "severity": "major", "detail": "unsure",
                        "field": field, "page": 1,
                    }
                )  # fmt: skip
        rows[SearchRow].append(
            {
                "record": record, "label": "Batch", "value": f"YB{number:07}", "probability": 1.0,
                "matched": "value", "words": f"yb{number:07}", "context": "batch walk 12",
                "key": f"yb{number:07}",
            }
        )  # fmt: skip
        told = Happening(kind="read", by="recordroom", at=at, where="walk", record=record)
        line = link(told, sequence=(sequence := sequence + 1), previous=digest)
        digest = line.digest
        rows[EventRow].append(
            {
                "sequence": sequence, "at": at, "by": "recordroom", "place": "walk",
                "kind": "read", "record": record, "previous": line.previous, "digest": digest,
            }
        )  # fmt: skip
    for table, some in rows.items():
        session.execute(insert(table), some)
