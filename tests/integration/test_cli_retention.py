"""`recordroom retention`: what falls due, holds signed with a password, lists carried out."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from kept_records import DatedReader, dated_site, old, sign_long_ago, signed_list
from record_builders import entry, reading
from site_records import APPROVER, CONTROL, proof_of, read
from typer.testing import CliRunner, Result

from pipeline.archive import search
from pipeline.cli.app import build
from pipeline.core import query
from pipeline.core.values import Alternative
from pipeline.destroying import carry_out
from pipeline.destruction import draw_up
from pipeline.errors import NotAllowed
from pipeline.holds import Scope, hold_records, holds
from pipeline.retention import falls_due
from pipeline.site import Site
from pipeline.store.traces import take_traces_away
from pipeline.trail import trail


@pytest.fixture
def archive(tmp_path) -> Iterator[Site]:
    with dated_site(tmp_path) as site:
        yield site


def run(site: Site, *words: str, password: str = "") -> Result:
    arguments = ["retention", *words, "--site", str(site.settings.site)]
    return CliRunner().invoke(build(arguments), arguments, input=f"{password}\n")


def test_what_falls_due_is_listed_with_why(archive) -> None:
    free, unknown = old(archive), old(archive, 1, "")
    later = old(archive, 2, "01/04/2090")
    lines = [json.loads(line) for line in run(archive, "list", "--json").stdout.splitlines()]
    found = {line["record"]: line for line in lines}
    assert found[free]["may_be_destroyed"] and found[free]["keep_until"] == "2019-03-02"
    assert found[unknown]["why_kept"] == "its expiry date is not known (Expiry date)"
    assert later not in found
    assert later in run(archive, "list", "--until", "2091-04-01").stdout


def test_a_hold_is_placed_and_lifted_with_the_password(archive) -> None:
    record = old(archive)
    hold = ("hold", record, "--reason", "a claim", "--user", "approver")
    assert run(archive, *hold, password="wrong").exit_code != 0
    placed = run(archive, *hold, password="demo-approver-1")
    assert "Legal hold 1 is on 1 records." in placed.stderr
    assert "legal hold 1" in run(archive, "list").stdout
    lift = ("lift", "1", "--reason", "settled", "--user", "admin")
    assert run(archive, *lift, password="demo-admin-1").exit_code == 0
    assert "may be destroyed" in run(archive, "list").stdout


def test_a_signed_list_is_carried_out_and_its_certificate_printed(archive, tmp_path) -> None:
    record = old(archive)
    number = str(signed_list(archive, record).number)
    done = run(archive, "destroy", number)
    assert "Records destroyed: 1. Files removed: 3." in done.stderr
    printed = json.loads(run(archive, "certificate", record).stdout)
    assert (printed["record"], printed["list"]["reason"]) == (record, "their day has passed")
    out = tmp_path / "certificate.pdf"
    assert run(archive, "certificate", record, "--out", str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF")
    with trail(archive) as lines:
        taken = [one.reason for one in lines if one.kind == "exported"]
    assert taken == [f"certificate-{record}.{kind}" for kind in ("jsonl", "pdf")]
    assert run(archive, "destroy", number).exit_code != 0


REMARK = "zquillwort 77413 under the sieve"


class RemarkReader(DatedReader):
    """Reads a remark that stands on no other paper; nobody writes it anywhere else."""

    def __call__(self, scan, known, options):
        read_scan = super().__call__(scan, known, options)
        (one,) = read_scan.records
        said = entry("remark", reading(REMARK, alternatives=(Alternative(f"{REMARK} 2", 0.1),)))
        entries = (*(old for old in one.entries if old.field != "remark"), said)
        return replace(read_scan, records=(replace(one, entries=entries),))


def traces(site: Site) -> set[str]:
    """The files of the site in which a part of the remark stands, whatever else they are."""
    files = (path for path in site.settings.site.rglob("*") if path.is_file())
    return {path.name for path in files if b"uillwort" in path.read_bytes()}


def test_nothing_of_a_destroyed_record_is_left_in_the_site_s_folder(archive) -> None:
    old(archive, 1, batch="B-1")
    gone = read(archive, 0, RemarkReader())
    sign_long_ago(archive, gone)
    take_traces_away(archive.engine)
    assert traces(archive) == {"recordroom.db"}
    assert [hit.record for hit in search(archive, "zquillwort")] == [gone, gone]
    carry_out(archive, signed_list(archive, gone).number, by=APPROVER)
    assert traces(archive) == set()
    assert search(archive, "zquillwort") == ()


def test_a_hold_whose_search_is_wrong_by_now_keeps_what_it_holds_and_what_it_might(
    archive, monkeypatch
) -> None:
    """The search asks for a flag that a later version does not know any more."""
    held, listed, other = old(archive), old(archive, 1, batch="B-1"), old(archive, 2, batch="B-2")
    signed = signed_list(archive, listed, other)
    proof = proof_of(archive, APPROVER)
    follows = hold_records(archive, Scope(batch_number="B-2"), "claim 8", proof=proof)
    wrong = Scope(query="batch:XB15-2288 -flag:calculation_mismatch", form="BMR-001")
    hold_records(archive, wrong, "claim 7", proof=proof_of(archive, APPROVER))
    monkeypatch.delitem(query.FLAGS, "calculation_mismatch")
    later = old(archive, 3, batch="B-2")
    found, before = holds(archive, by=CONTROL)
    assert "There is no flag" in found.problem and found.records == (held,)
    assert (before.problem, before.records) == ("", tuple(sorted((other, later))))
    due = {one.record: one for one in falls_due(archive, by=CONTROL)}
    assert (due[held].holds, due[held].maybe_held) == ((found.number,), ())
    assert (due[listed].holds, due[listed].maybe_held) == ((), (found.number,))
    assert not any(one.is_free for one in due.values())
    assert "perhaps on legal hold 2" in run(archive, "list").stdout
    with pytest.raises(NotAllowed, match="legal hold 2 is on it"):
        draw_up(archive, [held], "old", by=CONTROL)
    why = "legal hold 2 may be on it: what it searches for can't be looked for any more"
    stays = sorted(((listed, why), (other, f"legal hold {follows.number} is on it")))
    assert carry_out(archive, signed.number, by=APPROVER).stay == tuple(stays)
    lift = ("lift", "2", "--reason", "placed anew", "--user", "approver")
    assert run(archive, *lift, password="demo-approver-1").exit_code == 0
    assert draw_up(archive, [listed], "old", by=CONTROL).lines
