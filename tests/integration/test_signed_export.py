"""What leaves the site has its signatures with it, and says whether they hold."""

import io

import pandas as pd
from site_records import APPROVER, CONTROL, CORRECTION, approved, do, proof_of, read
from typer.testing import CliRunner

from pipeline.archive import frame_as_csv, frame_as_excel, search
from pipeline.cli.app import build
from pipeline.review import open_record
from pipeline.signed_export import signed_hits
from pipeline.signing import Attestation, attest

EVERY = "13.2"
"""What stands on every record of these tests."""


def void(site) -> str:
    """A record that was corrected after somebody signed that it is a true copy."""
    record_id = read(site, 1)
    seen, proof = open_record(site, record_id).seen, proof_of(site, CONTROL)
    attest(site, record_id, Attestation.TRUE_COPY, proof=proof, seen=seen)
    do(site, record_id, CORRECTION)
    return record_id


def test_every_row_of_an_export_names_the_signatures_of_its_record(site) -> None:
    signed, corrected, bare = approved(site), void(site), read(site, 2)
    tables = signed_hits(site, search(site, EVERY))
    content = frame_as_csv(tables.hits)
    rows = pd.read_csv(io.BytesIO(content), dtype=str).set_index("record")["signatures"]
    (signature,) = open_record(site, signed).record.signatures
    assert rows[signed] == (
        f"{APPROVER.name} ({APPROVER.user}), 2026-03-02 12:00:00 UTC, {signature.meaning}, holds"
    )
    assert rows[corrected].endswith("VOID: the record was changed after it")
    assert rows[bare] == "not signed"


def test_an_excel_export_has_a_sheet_with_every_signature(site) -> None:
    signed, corrected, bare = approved(site), void(site), read(site, 2)
    tables = signed_hits(site, search(site, EVERY))
    file = io.BytesIO(frame_as_excel(tables.hits, {"Signatures": tables.signatures}))
    sheets = pd.read_excel(file, sheet_name=None, dtype=str, keep_default_na=False)
    by_record = sheets["Signatures"].set_index("record")
    assert list(sheets) == ["Hits", "Signatures"]
    assert (by_record["holds"][signed], by_record["user"][signed]) == ("holds", APPROVER.user)
    assert by_record["at"][signed] == "2026-03-02T12:00:00+00:00"
    assert by_record["holds"][corrected] == "void"
    assert by_record["name"][bare] == "not signed"
    assert "signatures" in sheets["Hits"].columns


def test_the_search_of_the_command_line_names_them_too(sqlite_site) -> None:
    approved(sqlite_site)
    for more in ((), ("--json",)):
        command = ("search", EVERY, *more, "--site", str(sqlite_site.settings.site))
        done = CliRunner().invoke(build(command), command)
        assert "Amir Castellan (approver), 2026-03-02 12:00:00 UTC" in done.stdout
        assert "holds" in done.stdout
