"""Exports on a site: files, manifest, trail, roles, on both databases."""

import hashlib
import io
import json
import subprocess
from datetime import datetime

import openpyxl
import pikepdf
import pikepdf.pdfa
import pyarrow.parquet as pq
import pytest
from record_builders import FORM, FakeReader, scan_bytes
from site_records import ADMIN, APPROVER, CONTROL, READER, REVIEWER, approved, do, read

from pipeline.cli import main
from pipeline.core.b2mml_read import from_b2mml
from pipeline.core.document import archive_document, from_document
from pipeline.core.export_lines import entry_lines
from pipeline.core.printed_signatures import printed_signatures
from pipeline.core.review import Correct
from pipeline.errors import InputRefused, NotAllowed
from pipeline.export import Format, Selection, export_record, export_table, selected
from pipeline.export_tables import lines_of_csv, lines_of_parquet
from pipeline.review import open_record
from pipeline.site import Site
from pipeline.trail import TrailQuery, events_of, look
from pipeline.verify import verify

EVERYTHING = Selection(everything=True)


def exported(site: Site, record_id: str, format: Format, by=READER):
    return export_record(site, record_id, format, by=by, where="screen")


@pytest.mark.parametrize("format", Format)
def test_each_export_is_a_line_of_the_trail_with_who_what_and_digest(site, format) -> None:
    record_id = approved(site)
    made = exported(site, record_id, format)
    line = events_of(site, record_id)[-1]
    assert (line.kind, line.by, line.where) == ("exported", "reader", "screen")
    assert line.new == hashlib.sha256(made.content).hexdigest() == made.sha256
    assert line.reason == made.name == f"{record_id}.{'xml' if format == 'b2mml' else format}"
    assert line.at == site.now()
    assert verify(site.settings).findings == ()


@pytest.mark.parametrize("format", Format)
def test_the_same_approved_record_gives_the_same_bytes(site, clock, format) -> None:
    record_id = approved(site)
    first = exported(site, record_id, format)
    clock.move(days=400)
    assert exported(site, record_id, format, ADMIN).content == first.content


def test_what_is_exported_and_read_back_is_what_is_stored(site) -> None:
    record_id = approved(site)
    stored, form = open_record(site, record_id).record, open_record(site, record_id).form
    made = {format: exported(site, record_id, format).content for format in Format}
    assert from_document(json.loads(made[Format.JSON])) == stored
    assert from_b2mml(made[Format.B2MML]) == stored
    assert lines_of_csv(made[Format.CSV]) == entry_lines(stored, form)
    assert lines_of_parquet(made[Format.PARQUET]) == entry_lines(stored, form)
    with pikepdf.open(io.BytesIO(made[Format.PDF])) as pdf:
        attached = pdf.attachments[f"{record_id}.json"].get_file().read_bytes()
    assert attached == made[Format.JSON]


def test_signatures_are_carried_by_every_format(site) -> None:
    record_id = approved(site)
    (signature,) = open_record(site, record_id).record.signatures
    printed = printed_signatures((signature,))
    assert printed == (
        "Signed electronically by Amir Castellan (approver) on 2026-03-02 12:00:00 UTC: "
        "approved for release"
    )
    made = {format: exported(site, record_id, format).content for format in Format}
    assert printed in made[Format.CSV].decode()
    assert {line.signatures for line in lines_of_parquet(made[Format.PARQUET])} == {printed}
    assert "Amir Castellan" in made[Format.JSON].decode()
    assert "Amir Castellan" in made[Format.B2MML].decode()
    sheet = openpyxl.load_workbook(io.BytesIO(made[Format.XLSX]))["Signatures"]
    row = [cell.value for cell in sheet[2]]
    assert row[2:6] == ["Amir Castellan", "approver", datetime(2026, 3, 2, 12), signature.meaning]


def test_cells_of_excel_have_types_and_are_never_formulas(sqlite_site) -> None:
    record_id = read(sqlite_site, 0, FakeReader(batch="=1+1"))
    book = openpyxl.load_workbook(
        io.BytesIO(exported(sqlite_site, record_id, Format.XLSX, REVIEWER).content)
    )
    head, *rows = book["Entries"].iter_rows()
    place = {cell.value: number for number, cell in enumerate(head)}
    cells = {row[place["Field"]].value: row for row in rows}
    weight = cells["weight"][place["Value"]]
    assert (weight.value, weight.data_type, weight.number_format) == (13.2, "n", "0.0")
    batch = cells["batch_number"][place["Value"]]
    assert (batch.value, batch.data_type) == ("=1+1", "s")
    assert cells["weight"][place["Accepted unseen"]].value is True
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_only_approved_records_are_exported_unless_all_are_asked_for(site) -> None:
    done, waiting = approved(site, 1), read(site, 2, FakeReader(batch="B-2"))
    assert selected(site, Selection(), by=READER) == (done,)
    assert set(selected(site, EVERYTHING, by=REVIEWER)) == {done, waiting}
    assert selected(site, Selection(query="B-2"), by=READER) == ()
    assert selected(site, Selection(query="B-2", everything=True), by=ADMIN) == (waiting,)
    assert selected(site, Selection(query="XB15"), by=READER) == (done,)
    assert selected(site, Selection(records=(waiting,), everything=True), by=ADMIN) == (waiting,)


@pytest.mark.parametrize("by", [CONTROL, READER], ids=lambda by: by.user)
def test_what_is_not_approved_is_not_taken_out_by_those_who_only_read(site, by) -> None:
    record_id = read(site)
    with pytest.raises(NotAllowed, match="not approved"):
        exported(site, record_id, Format.PDF, by)
    with pytest.raises(NotAllowed, match="not approved"):
        selected(site, EVERYTHING, by=by)
    assert not look(site, TrailQuery(kind="exported"), by=ADMIN)


def test_a_document_of_an_open_record_says_so(site) -> None:
    record_id = read(site)
    made = exported(site, record_id, Format.PDF, APPROVER)
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert len(pdf.pages) >= 2
    assert lines_of_csv(exported(site, record_id, Format.CSV, APPROVER).content)[0].signatures == (
        "not signed"
    )


@pytest.mark.parametrize(
    "written",
    ["word " * 6000, "x" * 20_000, "BT /F1 12 Tf 14.4 TL ET", "<b>&amp;</b> 中 😀 \x0b ع", "=1+1"],
    ids=["many words", "one long word", "what draws", "signs", "formula"],
)
def test_whatever_people_wrote_is_on_the_sheets(sqlite_site, tmp_path, written) -> None:
    record_id = read(sqlite_site)
    do(sqlite_site, record_id, Correct("remark", "another", written))
    path = tmp_path / "made.pdf"
    path.write_bytes(exported(sqlite_site, record_id, Format.PDF, APPROVER).content)
    assert [str(one) for one in pikepdf.pdfa.validate_written(path, "3b").findings] == []
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True)
    text = "".join(done.stdout.split())
    for word in written.replace("中", "U+4E2D").replace("😀", "U+1F600").split()[:2]:
        assert word[:12] in text


def test_a_scan_of_two_records_gives_each_its_own_document(sqlite_site) -> None:
    first = read(sqlite_site, 0, FakeReader(records=2))
    second = first.replace("-1", "-2")
    for record_id in (first, second):
        made = exported(sqlite_site, record_id, Format.PDF, APPROVER)
        assert made.records == (record_id,)


def test_tables_hold_many_records_and_a_wide_one_for_each_form(sqlite_site) -> None:
    ids = [approved(sqlite_site, 1), read(sqlite_site, 2, FakeReader(batch="B-2"))]
    long, wide = export_table(sqlite_site, ids, Format.PARQUET, by=APPROVER)
    assert (long.name, wide.name) == ("entries.parquet", "BMR-001-v3.parquet")
    table = pq.read_table(io.BytesIO(wide.content))
    assert table["weight"].to_pylist() == [13.2, 13.2]
    assert table["record"].to_pylist() == ids
    assert {line.record for line in lines_of_parquet(long.content)} == set(ids)
    assert len(lines_of_parquet(long.content)) == 2 * len(FORM.fields)
    said = look(sqlite_site, TrailQuery(kind="exported", record=ids[1]), by=ADMIN)
    assert {line.reason for line in said} == {long.name, wide.name}


def test_a_record_that_is_not_there_is_said(sqlite_site) -> None:
    with pytest.raises(InputRefused, match="no record"):
        exported(sqlite_site, "none-1", Format.JSON)


def run(site: Site, *words: str) -> int:
    return main(["export", "--site", str(site.settings.site), *words])


def test_the_command_writes_files_and_a_manifest_that_tells_of_them(
    sqlite_site, tmp_path, capsys
) -> None:
    record_id = approved(sqlite_site, 1)
    read(sqlite_site, 2, FakeReader(batch="B-2"))
    out = tmp_path / "out"
    assert run(sqlite_site, "--format", "json", "--out", str(out), "--json") == 0
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    content = (out / f"{record_id}.json").read_bytes()
    assert line["sha256"] == hashlib.sha256(content).hexdigest()
    assert json.loads(content) == archive_document(open_record(sqlite_site, record_id).record)
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert manifest["files"] == [line]
    (told,) = manifest["records"]
    assert told["record"] == record_id
    assert told["signatures"][0].startswith("Signed electronically by Amir Castellan")
    noted = look(sqlite_site, TrailQuery(kind="exported"), by=ADMIN)[0]
    assert noted.reason == "manifest.json"
    assert noted.new == hashlib.sha256((out / "manifest.json").read_bytes()).hexdigest()


@pytest.mark.parametrize("format", ["pdf", "b2mml", "csv", "xlsx", "parquet"])
def test_the_command_writes_every_format(sqlite_site, tmp_path, format) -> None:
    approved(sqlite_site)
    assert run(sqlite_site, "XB15", "--format", format, "--out", str(tmp_path / "o")) == 0
    assert len(list((tmp_path / "o").iterdir())) == (3 if format == "parquet" else 2)


def test_the_command_refuses_a_folder_that_holds_something(sqlite_site, tmp_path, capsys) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    assert run(sqlite_site, "--format", "csv", "--out", str(tmp_path)) == 2
    assert "the folder is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["kept.txt"]


def test_the_command_names_a_record_that_is_not_approved_and_writes_the_rest(
    sqlite_site, tmp_path, capsys
) -> None:
    done, waiting = approved(sqlite_site, 1), read(sqlite_site, 2, FakeReader(batch="B-2"))
    words = ["--format", "json", "--out", str(tmp_path / "o"), "--record", done]
    assert run(sqlite_site, *words, "--record", waiting) == 2
    assert f"{waiting}: no such record is approved" in capsys.readouterr().err
    assert (tmp_path / "o" / f"{done}.json").exists()


def test_a_record_whose_scan_is_gone_is_named_and_the_rest_is_written(
    sqlite_site, tmp_path, capsys
) -> None:
    gone, there = approved(sqlite_site, 1), read(sqlite_site, 2, FakeReader(batch="B-2"))
    digest = hashlib.sha256(scan_bytes(1)).hexdigest()
    (sqlite_site.settings.site / "files" / digest[:2] / digest[2:4] / digest).unlink()
    assert run(sqlite_site, "--format", "pdf", "--all", "--out", str(tmp_path / "o")) == 2
    assert gone in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "o").glob("*.pdf")] == [f"{there}.pdf"]
