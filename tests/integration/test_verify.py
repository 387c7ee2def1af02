"""Verifying: a site that is well is well, and whatever is changed behind its back is found."""

import json
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from flips import MOVES, flipped, is_found, take_guards_away, values_of
from site_records import (
    APPROVER,
    CONTROL,
    CORRECTION,
    approved,
    approved_again,
    do,
    make_ready,
    proof_of,
    read,
    strict,
)
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner

from pipeline.checkpoints import KEY_FILE, as_text, checkpoint
from pipeline.cli.app import build
from pipeline.files import LocalFiles
from pipeline.review import open_record
from pipeline.signing import Attestation, attest, reject
from pipeline.site import Site
from pipeline.store import manifest
from pipeline.verify import records as verified_records
from pipeline.verify import verify
from pipeline.verify.checkpoint import load_checkpoint
from pipeline.verify.findings import Part
from pipeline.verify.guards import GUARDS
from pipeline.verify.keyings import broken_rules
from pipeline.verify.records import SAID
from pipeline.verify.rows import open_tables, rows_of
from pipeline.verify.trail import FIRST, check_trail, digest_of

FLIPS = 2000


def wrong(site: Site) -> list[str]:
    return [finding.sentence for finding in verify(site.settings).findings]


def parts(site: Site) -> set[Part]:
    return {finding.part for finding in verify(site.settings).findings}


@pytest.fixture
def broken(site: Site) -> Site:
    """A site with a signed revision, keyed by two, that lets itself be changed."""
    approved_again(strict(site))
    take_guards_away(site)
    return site


def change(site: Site, statement: str) -> None:
    with site.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_site_with_records_on_every_step_of_the_way_is_well(site) -> None:
    approved(site, 0)
    make_ready(strict(site), read(site, 1))
    sent_back = read(site, 2)
    proof = proof_of(site, APPROVER)
    reject(site, sent_back, "twice", proof=proof, seen=open_record(site, sent_back).seen)
    under_way = read(site, 3)
    proof = proof_of(site, CONTROL)
    attest(site, under_way, Attestation.TRUE_COPY, proof=proof, seen=1)
    make_ready(site, under_way)  # the signature is void now, as the trail tells
    found = verify(site.settings)
    assert found.findings == ()
    assert (found.records, found.signatures, found.files) == (4, 3, 8)


def test_what_writes_and_what_verifies_agree_on_what_is_bound() -> None:
    assert {table.__tablename__: columns for table, columns in manifest.SAID.items()} == dict(SAID)
    for table, columns in manifest.SAID.items():
        every = set(table.__table__.columns.keys())  # type: ignore[attr-defined]
        assert every - set(columns) == MOVES.get(str(table.__tablename__), set())
    bound = {*verified_records.READ, *verified_records.REVISED, *verified_records.SORTED}
    assert bound | {"signature"} == set(SAID)


def test_guards_that_are_gone_or_off_are_named(broken) -> None:
    found = verify(broken.settings).findings
    assert {finding.part for finding in found} == {Part.GUARD}
    assert len(found) == len(GUARDS)


@pytest.mark.parametrize(
    ("statement", "part", "says"),
    [
        ("UPDATE entry SET value = '13.3' WHERE field = 'weight'", Part.RECORD, "was read"),
        ("UPDATE entry SET confidence = 1.0 WHERE field = 'lot'", Part.RECORD, "was read"),
        ("UPDATE page SET scan_page = 2", Part.RECORD, "was read"),
        ("UPDATE picture SET pixels_per_mm = 9.5", Part.RECORD, "was read"),
        ("UPDATE scan SET name = 'other.png'", Part.FILE, "not the one"),
        ("UPDATE record SET title = 'Other'", Part.RECORD, "was read"),
        ("UPDATE record SET batch_number = 'XB15-2289'", Part.SIGNATURE, "something else"),
        ("UPDATE record SET state = 'in_review'", Part.RECORD, "stands as in_review"),
        ("DELETE FROM entry WHERE field = 'remark'", Part.RECORD, "was read"),
        ("DELETE FROM page", Part.RECORD, "was read"),
        ("DELETE FROM picture", Part.RECORD, "was read"),
        ("UPDATE flag SET severity = 'minor'", Part.SIGNATURE, "something else"),
        ("DELETE FROM flag", Part.SIGNATURE, "something else"),
        ("UPDATE correction SET value = 'L08481W'", Part.RECORD, "does not tell"),
        ("UPDATE correction SET \"by\" = 'approver'", Part.RECORD, "does not tell"),
        ("DELETE FROM correction", Part.RECORD, "is gone or changed"),
        ("UPDATE keying SET value = 'L08481W' WHERE step = 'first'", Part.RECORD, "does not tell"),
        ("UPDATE keying SET state = 'blank' WHERE step = 'agreed'", Part.RECORD, "does not tell"),
        ("UPDATE keying SET step = 'disagreed' WHERE step = 'agreed'", Part.RECORD, "not tell"),
        ("UPDATE keying SET \"by\" = 'second'", Part.RECORD, "does not tell"),
        ("UPDATE keying SET reason = 'x'", Part.RECORD, "is gone or changed"),
        (
            "UPDATE keying SET position = 5 WHERE step = 'agreed'",
            Part.RECORD,
            "order of its keyings",
        ),
        ("DELETE FROM keying WHERE step = 'agreed'", Part.RECORD, "is gone or changed"),
        ("UPDATE disposition SET outcome = 'confirmed'", Part.RECORD, "does not tell"),
        ("DELETE FROM disposition", Part.RECORD, "is gone or changed"),
        ("UPDATE signature SET name = 'Somebody Else'", Part.SIGNATURE, "changed, moved"),
        ("UPDATE signature SET meaning = 'seen'", Part.SIGNATURE, "changed, moved"),
        ("UPDATE signature SET \"user\" = 'reviewer'", Part.SIGNATURE, "changed, moved"),
        ("DELETE FROM signature", Part.SIGNATURE, "has 0 signatures"),
        ("DELETE FROM revision", Part.RECORD, "revision of is not what the trail tells"),
        ("UPDATE revision SET reason = 'other'", Part.RECORD, "revision of is not"),
        ("UPDATE replaced_page SET page = 2", Part.RECORD, "was read was changed"),
        ("UPDATE replaced_page SET scan = 1", Part.RECORD, "of its page 1 is another"),
        ("UPDATE record SET state = 'approved'", Part.RECORD, "stands as approved"),
        ("UPDATE event SET reason = 'other' WHERE kind = 'keyed'", Part.TRAIL, "changed after"),
        ("DELETE FROM event WHERE kind = 'disposed'", Part.TRAIL, "gone"),
    ],
)
def test_what_was_changed_is_named(broken, statement, part, says) -> None:
    change(broken, statement)
    found = [one for one in verify(broken.settings).findings if one.part is not Part.GUARD]
    assert any(one.part is part and says in one.sentence for one in found), found


@pytest.mark.parametrize(
    ("kinds", "people", "says"),
    [
        (["keyed", "keying_agreed"], ["a", "a"], "keyed lot twice"),
        (["keyed", "keying_disagreed", "keying_settled"], ["a", "b", "a"], "keyed lot twice"),
        (["keying_agreed"], ["b"], "not the next step"),
        (["keyed", "keying_settled"], ["a", "c"], "not the next step"),
        (["keyed", "keyed"], ["a", "b"], "not the next step"),
        (["keyed", "keying_agreed", "keying_settled"], ["a", "b", "c"], "not the next step"),
        (["keyed", "keying_disagreed", "keying_agreed"], ["a", "b", "c"], "not the next step"),
        (["keyed", "approved"], ["a", "b"], "approved while"),
        (["keyed", "keying_disagreed", "approved"], ["a", "b", "c"], "approved while"),
    ],
)
def test_keyings_that_no_two_people_made_are_told_though_the_trail_holds(
    kinds, people, says
) -> None:
    pairs = zip(kinds, people, strict=True)
    lines = [{"kind": kind, "by": by, "field": "lot"} for kind, by in pairs]
    assert any(says in sentence for sentence in broken_rules(lines))


def test_an_entry_that_was_taken_off_the_list_of_those_that_wait_is_told(site) -> None:
    record_id = read(site)
    do(strict(site), record_id, CORRECTION)
    assert wrong(site) == []
    change(site, "UPDATE record SET keyings_awaited = 0")
    (said,) = wrong(site)
    assert "by the trail 1" in said


def test_rounds_that_two_and_three_people_made_are_well() -> None:
    kinds = ["keyed", "keying_agreed", "keyed", "keying_disagreed", "keying_settled", "approved"]
    lines = [
        {"kind": kind, "by": by, "field": "lot"} for kind, by in zip(kinds, "abcabd", strict=True)
    ]
    assert [*broken_rules(lines)] == []


@pytest.mark.parametrize(
    "table",
    ["correction", "keying", "disposition", "signature", "flag", "entry", "page", "picture"],
)
def test_rows_that_were_put_in_are_named(broken, table) -> None:
    new = rows(broken, table)[0] | {"position": 77}
    new.pop("id", None)
    if table == "entry":
        new["field"] = "another"
    names, values = (", ".join(shape.format(one) for one in new) for shape in ('"{}"', ":{}"))
    with broken.engine.begin() as connection:
        connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({values})'), new)
    found = {one.part for one in verify(broken.settings).findings} - {Part.GUARD}
    assert found & {Part.RECORD, Part.SIGNATURE}


def test_lines_of_the_trail_in_another_order_are_named(broken) -> None:
    with broken.engine.begin() as connection:
        for old, new in ((4, 1004), (5, 4), (1004, 5)):
            connection.execute(text(f"UPDATE event SET sequence = {new} WHERE sequence = {old}"))
    assert Part.TRAIL in parts(broken)


def test_a_signature_that_was_moved_to_another_record_is_named_on_both(broken) -> None:
    first, _ = rows(broken, "signature")
    other = read(broken, 1)
    make_ready(broken, other)
    change(broken, f"UPDATE signature SET record = '{other}' WHERE record = '{first['record']}'")
    found = [one for one in verify(broken.settings).findings if one.part is Part.SIGNATURE]
    assert {one.record for one in found} == {other, first["record"]}


@pytest.mark.parametrize(("table", "says"), [("record", "Record"), ("scan", "Scan")])
def test_a_record_or_scan_that_was_taken_away_is_named(sqlite_site, table, says) -> None:
    approved(sqlite_site)
    take_guards_away(sqlite_site)
    with sqlite3.connect(sqlite_site.settings.site / "recordroom.db") as connection:
        connection.execute(f"DELETE FROM {table}")
    gone = [sentence for sentence in wrong(sqlite_site) if sentence.endswith("is gone.")]
    assert any(sentence.startswith(says) for sentence in gone)


def rows(site: Site, table: str) -> list[dict[str, object]]:
    with site.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]


@pytest.mark.parametrize("table", ["scan", "picture"])
def test_every_changed_or_missing_file_is_named(site, table) -> None:
    approved(site)
    place = file_of(site, str(rows(site, table)[0]["sha256"]))
    content = place.read_bytes()
    place.chmod(0o600)
    place.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert parts(site) == {Part.FILE}
    place.unlink()
    assert parts(site) == {Part.FILE}


def file_of(site: Site, sha256: str) -> Path:
    assert isinstance(site.files, LocalFiles)
    return site.files.folder / sha256[:2] / sha256[2:4] / sha256


# ------------------------------------------------------------------------------- checkpoints


@pytest.fixture
def kept(site: Site, tmp_path: Path) -> Path:
    """A checkpoint of a site with an approved record, kept elsewhere."""
    approved(site)
    file = tmp_path / "elsewhere.json"
    file.write_text(as_text(checkpoint(site)))
    return file


def against(site: Site, file: Path) -> list[str]:
    found = verify(site.settings, checkpoint=load_checkpoint(file)).findings
    return [one.sentence for one in found if one.part is not Part.GUARD]


def test_a_site_that_went_on_holds_against_its_checkpoint(site, kept) -> None:
    read(site, 1)
    assert against(site, kept) == []


def test_a_tail_that_was_cut_off_shows_against_a_checkpoint(site, kept) -> None:
    take_guards_away(site)
    last = rows(site, "event")[-1]["sequence"]
    change(site, f"DELETE FROM event WHERE sequence = {last}")
    assert not any("trail" in one for one in wrong(site) if "guard" not in one)
    assert any("tail was cut off" in one for one in against(site, kept))


def test_an_older_copy_in_its_place_shows_against_a_checkpoint(sqlite_site, tmp_path) -> None:
    site = sqlite_site
    approved(site)
    site.engine.dispose()
    shutil.copytree(site.settings.site, tmp_path / "older")
    read(site, 1)
    file = tmp_path / "elsewhere.json"
    file.write_text(as_text(checkpoint(site)))
    older = site.settings.model_copy(update={"site": tmp_path / "older"})
    assert verify(older).is_well
    found = verify(older, checkpoint=load_checkpoint(file)).findings
    assert any("older copy" in one.sentence for one in found)


def test_a_trail_written_anew_shows_against_a_checkpoint(site, kept) -> None:
    take_guards_away(site)
    previous = FIRST
    lines = sorted(rows(site, "event"), key=lambda line: line["sequence"])
    with site.engine.begin() as connection:
        for line in lines:
            new = (
                line | {"previous": previous} | ({"by": "nobody"} if line["sequence"] == 2 else {})
            )
            previous = digest_of(new)
            connection.execute(
                text(
                    'UPDATE event SET "by" = :by, previous = :previous, digest = :digest '
                    "WHERE sequence = :sequence"
                ),
                new | {"digest": previous},
            )
    with open_tables(site.settings.database_url) as connection:
        assert [*check_trail(rows_of(connection, "event", "sequence"))] == []
    assert any("written anew" in one for one in against(site, kept))


@pytest.mark.parametrize("key", ["sequence", "digest", "at", "site", "key", "signature"])
def test_a_checkpoint_that_was_changed_is_none(site, kept, key) -> None:
    document = json.loads(kept.read_text())
    old = document[key]
    document[key] = old + 1 if isinstance(old, int) else old[:-1] + ("0" if old[-1] != "0" else "1")
    kept.write_text(json.dumps(document))
    assert any("checkpoint itself was changed" in one for one in against(site, kept))


def test_another_site_s_checkpoint_is_told(site, kept) -> None:
    change(site, "UPDATE site SET key = 'another'")
    assert any("another site" in one for one in against(site, kept))


# ------------------------------------------------------------------------------- every byte


def test_every_flipped_byte_of_an_approved_record_is_found(sqlite_site) -> None:
    site = strict(sqlite_site)
    approved_again(site)
    take_guards_away(site)
    chance = random.Random(5)
    every = [*values_of(site)]
    assert {table for table, *_ in every} == {*SAID, "event"}
    engine = create_engine(f"sqlite:///{site.settings.site / 'recordroom.db'}")
    for table, row, name, value in (every[number % len(every)] for number in range(FLIPS)):
        new = flipped(value, chance)
        with engine.connect() as connection:  # nothing is committed: each flip is taken back
            statement = f'UPDATE "{table}" SET "{name}" = ? WHERE rowid = ?'
            try:
                connection.exec_driver_sql(statement, (new, row))
            except IntegrityError:
                continue  # the database itself refuses it
            assert is_found(connection), (table, name, value, new)


# ------------------------------------------------------------------------------- the command


def run(*words: str):
    return CliRunner().invoke(build(words), words)


def test_the_command_says_that_all_is_well(sqlite_site) -> None:
    approved(sqlite_site)
    done = run("verify", "--site", str(sqlite_site.settings.site))
    assert (done.exit_code, done.stdout) == (0, "")
    assert "All is well" in done.stderr


def test_the_command_names_what_is_wrong_and_ends_with_1(sqlite_site, tmp_path) -> None:
    site, file = sqlite_site, tmp_path / "elsewhere.json"
    approved(site)
    assert run("checkpoint", str(file), "--site", str(site.settings.site)).exit_code == 0
    assert (site.settings.site / "checkpoint-key.pem").stat().st_mode & 0o077 == 0
    take_guards_away(site)
    change(site, "UPDATE signature SET name = 'Nobody'")
    done = run("verify", "--json", "--checkpoint", str(file), "--site", str(site.settings.site))
    found = json.loads(done.stdout)
    assert (done.exit_code, found["is_well"]) == (1, False)
    assert "signature" in {one["part"] for one in found["findings"]}


def test_a_folder_whose_name_means_something_in_an_address_is_verified_too(
    sqlite_site, tmp_path
) -> None:
    approved(sqlite_site)
    sqlite_site.engine.dispose()
    shutil.copytree(sqlite_site.settings.site, tmp_path / "a b#c")
    assert run("verify", "--site", str(tmp_path / "a b#c")).exit_code == 0


def test_a_checkpoint_never_overwrites_a_file(sqlite_site, tmp_path) -> None:
    file = tmp_path / "kept.json"
    file.write_text("before")
    done = run("checkpoint", str(file), "--site", str(sqlite_site.settings.site))
    assert (done.exit_code, file.read_text()) == (2, "before")
    assert done.stderr.startswith(f"{file}: it can't be written")


def test_a_new_key_is_named_in_the_trail_and_older_checkpoints_still_hold(sqlite_site) -> None:
    first = checkpoint(sqlite_site)
    (sqlite_site.settings.site / KEY_FILE).unlink()
    second = checkpoint(sqlite_site)
    assert second.key != first.key
    for one in (first, second):
        assert verify(sqlite_site.settings, checkpoint=one).is_well


def test_a_file_that_is_no_checkpoint_is_refused(sqlite_site, tmp_path) -> None:
    file = tmp_path / "note.json"
    file.write_text("[]")
    done = run("verify", "--checkpoint", str(file), "--site", str(sqlite_site.settings.site))
    assert done.exit_code == 2
    assert "no checkpoint" in done.stderr
