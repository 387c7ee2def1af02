"""Scans that hold several records: with a record goes what is its own, and nothing else."""

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pikepdf.pdfa
import pytest
from arranged import PartReader, parts_of, read_next, stack_bytes, take_stack
from kept_records import DatedReader, dated_site, sign_long_ago, signed_list
from pdfa_points import wrong_points
from pikepdf import Array, Dictionary, Name
from record_builders import picture_bytes
from site_records import ADMIN, APPROVER, CONTROL, INSPECTOR

from pipeline.arranging import arrange, laid_scan
from pipeline.batch_file import batch_file
from pipeline.certificates import certificate_of
from pipeline.core.arrangement import (
    FormPlace,
    assign,
    put_aside,
    split,
    turn,
)
from pipeline.destroying import carry_out
from pipeline.export import Format, export_record
from pipeline.intake import take
from pipeline.reading import known_forms, read_leased
from pipeline.record_pages import lay_pages
from pipeline.review import open_record
from pipeline.rooms import Scope, open_room
from pipeline.run import PagePicture
from pipeline.site import Site
from pipeline.store.leases import lease_next
from pipeline.trail import events_for


@pytest.fixture
def dated(tmp_path: Path) -> Iterator[Site]:
    """A site on SQLite alone, for what does not depend on the database."""
    with dated_site(tmp_path) as site:
        yield site


class EachPart(DatedReader):
    """Reads each of these parts of the scan as a record; the first page of each is of the form."""

    parts: tuple[tuple[int, ...], ...] = ()

    def __call__(self, scan, known, options):
        found = super().__call__(scan, known, options)
        records, pictures = [], []
        for number, (one, part) in enumerate(zip(found.records, self.parts, strict=True)):
            pages = tuple(replace(page, scan_page=part[0]) for page in one.pages)
            batch = f"XB15-000{number + 1}"
            head = replace(one.entries[0], reading=replace(one.entries[0].reading, value=batch))
            entries = (head, *one.entries[1:])
            records.append(replace(one, batch_number=batch, pages=pages, entries=entries))
            pictures += [
                PagePicture(number, 1 + place, page, picture_bytes(), 4.0)
                for place, page in enumerate(part)
            ]
        return replace(found, records=tuple(records), pictures=tuple(pictures))


def drawn_stack(pages: int) -> bytes:
    """A PDF whose pages have to be drawn: words and lines, no picture that covers them."""
    pdf = pikepdf.new()
    face = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    shared = pdf.make_indirect(Dictionary(Font=Dictionary(F1=face)))
    for number in range(1, pages + 1):
        pdf.add_blank_page(page_size=(595, 842))
        words = f"BT /F1 24 Tf 50 700 Td (WORDS OF PAGE {number}) Tj ET 50 600 100 50 re f"
        pdf.pages[-1].Contents = pdf.make_stream(words.encode())
        pdf.pages[-1].Resources = shared
    out = io.BytesIO()
    pdf.save(out, static_id=True)
    return out.getvalue()


def read_stack(site: Site, content: bytes, *parts: tuple[int, ...]) -> list[str]:
    """The records that the scan was read as."""
    sha256 = take(site, "stack.pdf", content, by=CONTROL).sha256
    reader = EachPart(records=len(parts))
    reader.parts = parts
    lease = lease_next(site.engine, site.settings, worker="w", now=site.now())
    assert read_leased(site, lease, reader, known_forms(site))
    return [f"{sha256[:12]}-{number}" for number in range(1, len(parts) + 1)]


def attached(document: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(document)) as pdf:
        return {name: one.get_file().read_bytes() for name, one in pdf.attachments.items()}


def words_in(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def all_of(content: bytes) -> bytes:
    """All that lies in a PDF, with all that is attached to it."""
    found = [content]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found += [one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)]
    found += [all_of(one) for one in found[1:] if one.startswith(b"%PDF")]
    return b"\n".join(found)


def has_page(document: bytes, number: int) -> bool:
    return f"(WORDS OF PAGE {number})".encode() in all_of(document)


def document_of(site: Site, record: str) -> bytes:
    return export_record(site, record, Format.PDF, by=ADMIN).content


def test_a_scan_that_is_all_one_records_is_attached_as_it_came(dated) -> None:
    content = drawn_stack(2)
    (record,) = read_stack(dated, content, (1, 2))
    made = document_of(dated, record)
    assert attached(made)["scan.pdf"] == content
    assert "The scan is attached as it came: scan.pdf" in words_in(made)


def test_of_a_scan_of_several_records_each_has_its_own_pages_attached(dated, tmp_path) -> None:
    records = read_stack(dated, drawn_stack(3), (1, 3), (2,))
    for record, own in zip(records, ((1, 3), (2,)), strict=True):
        made = document_of(dated, record)
        assert [page for page in (1, 2, 3) if has_page(made, page)] == list(own)
        files = attached(made)
        assert set(files) == {f"{record}.json", f"{record}.xml", "scan-pages.pdf"}
        with pikepdf.open(io.BytesIO(files["scan-pages.pdf"])) as cut:
            assert len(cut.pages) == len(own)
        said = words_in(made)
        assert f"this record's pages ({', '.join(map(str, own))}) are attached" in said
        assert_valid(made, tmp_path / f"{record}.pdf")
        assert document_of(dated, record) == made


def assert_valid(document: bytes, path: Path) -> None:
    path.write_bytes(document)
    assert [str(one) for one in pikepdf.pdfa.validate_written(path, "3b").findings] == []
    assert wrong_points(path) == []


def test_where_pages_can_not_be_told_apart_nothing_of_the_scan_is_attached(dated) -> None:
    with pikepdf.open(io.BytesIO(drawn_stack(2))) as pdf:
        pdf.Root.OCProperties = Dictionary(OCGs=Array(), D=Dictionary())
        out = io.BytesIO()
        pdf.save(out, static_id=True)
    first, _ = read_stack(dated, out.getvalue(), (1,), (2,))
    made = document_of(dated, first)
    assert set(attached(made)) == {f"{first}.json", f"{first}.xml"}
    assert "Nothing of the scan is attached" in words_in(made)


def test_an_inspector_is_given_nothing_of_a_record_that_lies_in_no_room(archive) -> None:
    mine, _ = read_stack(archive, drawn_stack(2), (1,), (2,))
    day = timedelta(days=1)
    times = {"opens_at": archive.now(), "closes_at": archive.now() + day}
    scope = Scope(records=(mine,))
    open_room(archive, "inspector", scope, reason="inspection 7", by=CONTROL, **times)
    given = batch_file(archive, "XB15-0001", by=INSPECTOR).content
    with zipfile.ZipFile(io.BytesIO(given)) as files:
        document = files.read(f"{mine}.pdf")
        rest = b"".join(files.read(name) for name in files.namelist() if name[-4:] != ".pdf")
    assert has_page(document, 1) and not has_page(document, 2)
    assert b"XB15-0002" not in rest + all_of(document)


def test_nothing_of_a_destroyed_record_comes_out_of_a_scan_that_stays(archive) -> None:
    stays, gone = read_stack(archive, drawn_stack(2), (1,), (2,))
    for record in (stays, gone):
        sign_long_ago(archive, record)
    done = carry_out(archive, signed_list(archive, gone).number, by=APPROVER)
    assert done.records == (gone,)
    for given in (
        document_of(archive, stays),
        _of_batch(batch_file(archive, "XB15-0001", by=ADMIN).content, stays),
    ):
        assert has_page(given, 1) and not has_page(given, 2)
    kept = json.loads(attached(document_of(archive, stays))[f"{stays}.json"])
    assert kept["source"]["pages"] == 2


def _of_batch(content: bytes, record: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        return files.read(f"{record}.pdf")


# ------------------------------------------------------- sheets that are no record's, or came twice


def shown(site: Site, record: str) -> list[int]:
    """The pages of the scan that the record's document shows."""
    laid = lay_pages(site, open_record(site, record).record)
    return [one.picture.number for one in laid.pages]


def arranged(site: Site, *changes: tuple[Any, ...]) -> list[str]:
    """The records of a stack of five pages that was arranged so before it was read."""
    taken = take(site, "stack.tiff", stack_bytes(5), by=CONTROL)
    laid = laid_scan(site, taken.scan, by=CONTROL)
    made = laid.arrangement
    for change, *about in changes:
        made = change(made, *about)
    arrange(site, taken.scan, made, seen=laid.seen, by=CONTROL)
    read_next(site, PartReader())
    return [f"{taken.sha256[:12]}-{number}" for number in range(1, len(made.parts) + 1)]


def test_a_page_that_was_put_aside_is_in_no_record_s_document(sqlite_site) -> None:
    first, second = arranged(sqlite_site, (put_aside, 3, "a letter"), (split, 4))
    assert (shown(sqlite_site, first), shown(sqlite_site, second)) == ([1, 2], [4, 5])


def test_a_page_that_was_put_aside_is_not_in_the_only_record_s_document(sqlite_site) -> None:
    (record,) = arranged(sqlite_site, (put_aside, 3, "a letter"))
    assert shown(sqlite_site, record) == [1, 2, 4, 5]


def test_a_sheet_that_came_twice_goes_with_the_record_that_it_lies_with(sqlite_site) -> None:
    """Nobody holds page 3: it came after the second page, which it repeats."""
    scan = take_stack(sqlite_site, PartReader(parts=parts_of((1, 2), (4, 5))))
    records = [
        row.record for part in laid_scan(sqlite_site, scan, by=CONTROL).records for row in part
    ]
    assert [shown(sqlite_site, one) for one in records] == [[1, 2, 3], [4, 5]]


def test_a_record_goes_out_without_what_was_said_of_other_pages_of_the_scan(sqlite_site) -> None:
    site = sqlite_site
    said = "letter about batch XB15-0815"
    first, second = arranged(
        site, (put_aside, 3, said), (split, 4), (assign, 5, FormPlace("BMR-001", "3", 1))
    )
    all_lines = {"arranged", "page_put_aside", "page_assigned"}
    assert all_lines <= {one.kind for one in events_for(site, first, by=APPROVER)}
    for record, told in ((first, set()), (second, {"page_assigned"})):
        mine = events_for(site, record, by=INSPECTOR)
        assert {one.kind for one in mine} & all_lines == told
        assert "received" in {one.kind for one in mine}
        batch = open_record(site, record).record.batch_number
        with zipfile.ZipFile(io.BytesIO(batch_file(site, batch, by=ADMIN).content)) as files:
            trail = files.read(f"{record} trail.csv").decode()
            words = words_in(files.read(f"{record}.pdf"))
        assert said not in trail and "arranged" not in trail
        assert said not in words and "page put aside" not in words
        assert ("page_assigned" in trail) is bool(told)


def test_a_record_that_is_the_whole_scan_tells_how_it_was_arranged(sqlite_site) -> None:
    (record,) = arranged(sqlite_site, (turn, 2, 90))
    assert "arranged" in {one.kind for one in events_for(sqlite_site, record, by=INSPECTOR)}


def test_a_sheet_that_came_twice_is_destroyed_with_its_record(dated) -> None:
    stays, gone = read_stack(dated, drawn_stack(4), (1,), (2,))
    assert (shown(dated, stays), shown(dated, gone)) == ([1], [2, 3, 4])
    for record in (stays, gone):
        sign_long_ago(dated, record)
    carry_out(dated, signed_list(dated, gone).number, by=APPROVER)
    assert certificate_of(dated, gone, by=ADMIN).document["scans"][0]["pages_held"] == [2, 3, 4]
    assert shown(dated, stays) == [1]
    assert not any(has_page(document_of(dated, stays), page) for page in (2, 3, 4))
