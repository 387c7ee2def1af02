"""Intake and the commands around it, from a folder of files to what each became."""

import json
import os
from pathlib import Path

import pytest
from record_builders import scan_bytes, write_form

from pipeline.accounts import Person, PersonRole
from pipeline.cli import main
from pipeline.errors import NotAllowed
from pipeline.intake import ScanState, safe_name, scan_progress, scans, take
from pipeline.people import command_line
from pipeline.settings import Settings
from pipeline.site import Site, open_site
from pipeline.store.database import writing
from pipeline.store.leases import lease_next
from pipeline.store.tables import ScanRow
from pipeline.trail import trail
from pipeline.watch import Look, files_below, look, take_arrived

CONTROL = Person("control", "Dana Okafor", PersonRole.DOCUMENT_CONTROL)


def kinds(site: Site) -> list[str]:
    with trail(site) as lines:
        return [line.kind for line in lines if line.scan is not None]


def test_a_scan_is_kept_byte_for_byte_and_waits(site) -> None:
    receipt = take(site, "a.png", scan_bytes(), by=CONTROL)
    assert site.files.get(receipt.sha256) == scan_bytes()
    (progress,) = scan_progress(site, [receipt.scan])
    assert (progress.state, progress.pages, progress.name) == (ScanState.RECEIVED, 1, "a.png")
    assert (receipt.duplicate_of, receipt.problem, receipt.records) == (None, None, ())


def test_the_same_bytes_again_are_the_same_scan_and_it_says_which(site) -> None:
    first = take(site, "a.png", scan_bytes(), by=CONTROL)
    again = take(site, "b.png", scan_bytes(), by=CONTROL)
    assert (again.scan, again.duplicate_of) == (first.scan, "a.png")
    assert len(scans(site)) == 1
    assert kinds(site) == ["received", "received_again"]


def test_a_scan_that_can_not_be_read_is_kept_with_the_reason(site) -> None:
    receipt = take(site, "a.pdf", b"just words", by=CONTROL)
    assert receipt.problem is not None
    assert "; " in receipt.problem
    assert site.files.get(receipt.sha256) == b"just words"
    (kept,) = scans(site, states=(ScanState.REFUSED,))
    assert (kept.problem, kept.is_done) == (receipt.problem, True)
    assert kinds(site) == ["refused"]


def test_an_empty_file_is_kept_and_refused(site) -> None:
    assert take(site, "a.pdf", b"", by=CONTROL).problem is not None


def test_a_refused_scan_again_is_the_same_and_says_the_reason_again(site) -> None:
    first = take(site, "a.pdf", b"just words", by=CONTROL)
    again = take(site, "a.pdf", b"just words", by=CONTROL)
    assert (again.scan, again.problem, again.duplicate_of) == (first.scan, first.problem, "a.pdf")


def test_a_quarantined_scan_handed_in_again_is_tried_again(site) -> None:
    receipt = take(site, "a.png", scan_bytes(), by=CONTROL)
    with writing(site.engine) as session:
        row = session.get_one(ScanRow, receipt.scan)
        row.state, row.tries, row.problem = "quarantined", 3, "it hung, 3 times"
    again = take(site, "a.png", scan_bytes(), by=CONTROL)
    assert (again.scan, again.problem) == (receipt.scan, None)
    lease = lease_next(site.engine, site.settings, worker="w", now=site.now())
    assert lease is not None
    assert lease.attempt == 1


def test_who_reads_only_uploads_nothing(site) -> None:
    reader = Person("reader", "Rosa Delgado", PersonRole.READER)
    with pytest.raises(NotAllowed, match="upload"):
        take(site, "a.png", scan_bytes(), by=reader)
    assert scans(site) == ()
    assert list(site.files.digests()) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\a.pdf", "a.pdf"),
        ("a\x00b\n.pdf", "a?b?.pdf"),
        ("\u202egnp.exe", "?gnp.exe"),
        ("Chargenprotokoll Ü.pdf", "Chargenprotokoll Ü.pdf"),
        ("😀.pdf", "😀.pdf"),
        ("\udcff.pdf", "?.pdf"),
        ("", "unnamed"),
        ("..", "unnamed"),
    ],
)
def test_a_name_loses_what_a_screen_or_a_path_would_act_upon(name: str, kept: str) -> None:
    assert safe_name(name) == kept


def test_a_long_name_keeps_its_end(site) -> None:
    receipt = take(site, "x" * 255 + ".png", scan_bytes(), by=CONTROL)
    assert receipt.name.endswith("x.png")
    assert len(receipt.name) == 200


def test_unknown_scans_have_no_progress(site) -> None:
    assert scan_progress(site, [1, 2, 3]) == ()


def test_a_file_is_taken_from_a_folder_when_it_stands_still(tmp_path) -> None:
    arriving = tmp_path / "a.pdf"
    arriving.write_bytes(b"half")
    first, ready = look(tmp_path, Look())
    assert ready == ()
    arriving.write_bytes(b"half and half")
    second, ready = look(tmp_path, first)
    assert ready == ()
    third, ready = look(tmp_path, second)
    assert ready == (arriving,)
    fourth, ready = look(tmp_path, third)
    assert ready == ()
    arriving.write_bytes(b"something else")
    fifth, _ = look(tmp_path, fourth)
    assert look(tmp_path, fifth)[1] == (arriving,)


def test_a_file_that_was_only_begun_is_left_alone(tmp_path) -> None:
    (tmp_path / "a.pdf").touch()
    seen, _ = look(tmp_path, Look())
    assert look(tmp_path, seen)[1] == ()


def test_a_watched_folder_does_not_tell_the_same_twice(site, tmp_path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(scan_bytes())
    assert len(list(take_arrived(site, (path,), by=command_line()))) == 1
    assert list(take_arrived(site, (path,), by=command_line())) == []
    renamed = path.rename(tmp_path / "b.png")
    (again,) = take_arrived(site, (renamed,), by=command_line())
    assert again.duplicate_of == "a.png"


def test_hidden_files_and_links_in_a_folder_are_passed_over(tmp_path) -> None:
    (tmp_path / "below" / "deep").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    for name in ("b.pdf", "below/deep/a.pdf", ".hidden/x.pdf", ".x.pdf", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "link.pdf").symlink_to("/etc/hostname")
    found = [str(path.relative_to(tmp_path)) for path in files_below(tmp_path)]
    assert found == ["b.pdf", "below/deep/a.pdf"]


def command(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_init_makes_a_site_with_one_administrator_and_says_the_password_once(
    tmp_path, capsys
) -> None:
    status, out, _ = command(capsys, "init", "--site", tmp_path / "site")
    assert status == 0
    assert len(out.splitlines()) == 1
    assert "admin" in out
    assert "one-time password" in out
    with open_site(Settings(site=tmp_path / "site")) as site:
        assert not site.is_demo
    status, _, err = command(capsys, "init", "--site", tmp_path / "site")
    assert (status, "already" in err) == (2, True)


def test_init_takes_the_good_forms_and_names_the_bad(tmp_path, capsys) -> None:
    write_form(tmp_path / "forms" / "good")
    bad = write_form(tmp_path / "forms" / "bad") / "form.yaml"
    bad.write_text(bad.read_text().replace("version: ", "verzion: "))
    status, _, err = command(
        capsys, "init", "--site", tmp_path / "site", "--forms", tmp_path / "forms"
    )
    assert status == 2
    assert f"{bad}: " in err
    status, out, _ = command(capsys, "forms", "list", "--site", tmp_path / "site")
    assert (status, "BMR-001" in out) == (0, True)


def test_people_are_listed_and_added_from_the_command_line(sqlite_site, capsys) -> None:
    folder = sqlite_site.settings.site
    words = ("people", "add", "j.miller", "--name", "Jo Miller", "--role", "approver")
    status, out, _ = command(capsys, *words, "--site", folder)
    assert (status, "one-time password" in out) == (0, True)
    status, out, _ = command(capsys, "people", "list", "--json", "--site", folder)
    listed = [json.loads(line) for line in out.splitlines()]
    assert {"user": "j.miller", "name": "Jo Miller", "role": "approver"} in listed


def test_commands_without_a_site_say_how_to_make_one(tmp_path, capsys) -> None:
    for words in (("search", "x"), ("ingest", tmp_path), ("people", "list"), ("work",)):
        status, _, err = command(capsys, *words, "--site", tmp_path / "none")
        assert (status, "recordroom init" in err) == (2, True), words


def test_ingest_reads_what_it_can_and_says_what_became_of_each(
    sqlite_site, tmp_path, capsys
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "a.png").write_bytes(scan_bytes())
    (folder / "b.png").write_bytes(scan_bytes())
    (folder / "c.pdf").write_bytes(b"just words")
    site = sqlite_site.settings.site
    words = ("ingest", folder, tmp_path / "none", "--workers", "1", "--site", site)
    status, out, err = command(capsys, *words, "--json")
    lines = {Path(line["file"]).name: line for line in map(json.loads, out.splitlines())}
    assert status == 2
    assert list(lines) == ["a.png", "b.png", "c.pdf", "none"]
    assert len(lines["a.png"]["records"]) == 1
    assert lines["b.png"]["records"] == lines["a.png"]["records"]
    assert (lines["a.png"]["duplicate_of"], lines["b.png"]["duplicate_of"]) == (None, "a.png")
    assert lines["c.pdf"]["problem"] is not None
    assert lines["none"]["sha256"] is None
    assert [line.split(": ")[0] for line in err.splitlines()[:2]] == [
        str(folder / "c.pdf"),
        str(tmp_path / "none"),
    ]
    status, out, _ = command(capsys, "ingest", folder / "a.png", "--site", site)
    assert status == 0
    assert "here already: 1" in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused_and_the_rest_goes_on(
    sqlite_site, tmp_path, capsys
) -> None:
    closed = tmp_path / "closed.png"
    closed.write_bytes(scan_bytes())
    closed.chmod(0)
    status, _, err = command(capsys, "ingest", closed, "--site", sqlite_site.settings.site)
    assert (status, "can't be read" in err) == (2, True)
