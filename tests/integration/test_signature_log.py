"""The plant's signature log on both databases: added to, ended, taken from a file, never cut."""

import csv
import hashlib
import io
from datetime import date

import pytest
from flips import take_guards_away
from PIL import Image
from record_builders import picture_bytes, scan_bytes
from site_records import ADMIN, CONTROL, READER, REVIEWER
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from typer.testing import CliRunner

from pipeline.cli.app import build
from pipeline.core.people import Signatory
from pipeline.errors import Conflict, InputRefused, NotAllowed
from pipeline.known import KnownForms
from pipeline.reading import known_forms
from pipeline.signature_log import (
    By,
    add_signatory,
    end_signatory,
    give_sample,
    log_file,
    preview,
    sample_picture,
    signature_log,
    take_log,
)
from pipeline.site import Site
from pipeline.trail import trail
from pipeline.verify import verify
from pipeline.verify.findings import Part

HEAD = "initials,name,role,from,to\n"
MARIA = Signatory("MJ", "Maria Jansen", "Operator", date(2020, 1, 1))
TOM = Signatory("TB", "Tom Berg", "", None, date(2024, 6, 30))
BY = By(CONTROL, "here")


def lines(site: Site) -> tuple[Signatory, ...]:
    return tuple(one.signatory for one in signature_log(site).lines)


def told(site: Site) -> list[tuple[str, str, str | None, str | None, str | None]]:
    with trail(site) as found:
        return [
            (one.kind, one.by, one.old, one.new, one.reason)
            for one in found
            if one.kind.startswith("signator")
        ]


def test_who_is_added_signs_for_the_next_reading(site) -> None:
    assert known_forms(site).signatories is None
    add_signatory(site, MARIA, by=BY)
    add_signatory(site, TOM, by=BY)
    assert lines(site) == (MARIA, TOM)
    assert known_forms(site) == KnownForms(known_forms(site).forms, (MARIA, TOM))
    assert told(site)[0] == (
        "signatory_added",
        "control",
        None,
        "MJ, Maria Jansen (Operator), from 2020-01-01 to now",
        None,
    )
    assert verify(site.settings).is_well


def test_somebody_who_left_is_ended_and_stays_for_what_they_signed(site) -> None:
    add_signatory(site, MARIA, by=BY)
    end_signatory(site, 0, date(2025, 3, 31), by=BY, reason="left the plant")
    assert [one.end for one in lines(site)] == [date(2025, 3, 31)]
    kind, _, old, new, reason = told(site)[-1]
    assert (kind, reason) == ("signatory_ended", "left the plant")
    assert (old, new) == (
        "MJ, Maria Jansen (Operator), from 2020-01-01 to now",
        "MJ, Maria Jansen (Operator), from 2020-01-01 to 2025-03-31",
    )


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda site: end_signatory(site, 0, date(2019, 1, 1), by=BY, reason="x"), "before it"),
        (lambda site: end_signatory(site, 0, date(2025, 1, 1), by=BY, reason=" "), "reason"),
        (lambda site: end_signatory(site, 1, date(2025, 1, 1), by=BY, reason="x"), "ended already"),
        (lambda site: end_signatory(site, 7, date(2025, 1, 1), by=BY, reason="x"), "no such line"),
        (lambda site: end_signatory(site, -1, date(2025, 1, 1), by=BY, reason="x"), "no such line"),
        (lambda site: add_signatory(site, MARIA, by=BY), "already"),
        (lambda site: add_signatory(site, Signatory(" ", "X", ""), by=BY), "needs initials"),
        (lambda site: add_signatory(site, Signatory("X", " ", ""), by=BY), "needs a name"),
        (
            lambda site: add_signatory(
                site, Signatory("X", "X", "", date(2021, 1, 1), date(2020, 1, 1)), by=BY
            ),
            "before it begins",
        ),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_and_changes_nothing(
    sqlite_site, act, says
) -> None:
    add_signatory(sqlite_site, MARIA, by=BY)
    add_signatory(sqlite_site, TOM, by=BY)
    with pytest.raises(InputRefused, match=says):
        act(sqlite_site)
    assert (lines(sqlite_site), signature_log(sqlite_site).version) == ((MARIA, TOM), 2)


@pytest.mark.parametrize("by", [REVIEWER, READER])
def test_nobody_else_changes_the_log(sqlite_site, by) -> None:
    acts = (
        lambda: add_signatory(sqlite_site, MARIA, by=By(by)),
        lambda: take_log(sqlite_site, HEAD.encode(), by=By(by)),
        lambda: preview(sqlite_site, HEAD.encode(), by=by),
        lambda: give_sample(sqlite_site, 0, scan_bytes(), by=By(by)),
    )
    for act in acts:
        with pytest.raises(NotAllowed, match="may not change the signature log"):
            act()


def test_whoever_was_slower_is_told(site) -> None:
    add_signatory(site, MARIA, by=BY)
    seen = signature_log(site).version
    add_signatory(site, TOM, by=By(ADMIN))
    with pytest.raises(Conflict, match="somebody else"):
        end_signatory(site, 0, date(2025, 1, 1), by=By(CONTROL, "here", seen), reason="left")
    with pytest.raises(Conflict, match="somebody else"):
        take_log(site, f"{HEAD}X,X,,,\n".encode(), by=By(CONTROL, "here", seen))
    assert lines(site) == (MARIA, TOM)


# ---------------------------------------------------------------------------------- from a file


FILE = f"""{HEAD}MJ,Maria Jansen,Supervisor,2020-01-01,
KL,Kim Lund,Operator,2024-02-01,
""".encode()


def test_a_file_is_previewed_before_it_is_taken_in_and_takes_nobody_away(site) -> None:
    add_signatory(site, MARIA, by=BY)
    add_signatory(site, TOM, by=BY)
    shown = preview(site, FILE, by=CONTROL)
    assert signature_log(site).version == 2
    assert [one.initials for one in shown.added] == ["KL"]
    assert [(old.role, new.role) for old, new in shown.changed] == [("Operator", "Supervisor")]
    assert (shown.same, shown.not_in_file) == (0, (TOM,))
    assert take_log(site, FILE, by=BY) == shown
    assert [one.initials for one in lines(site)] == ["MJ", "TB", "KL"]
    kinds = [kind for kind, *_ in told(site)]
    assert kinds[-1] == "signatory_changed"
    with trail(site) as found:
        (version,) = [
            one for one in found if one.kind == "signature_log_added" and one.reason
            and "1 added, 1 changed, 0 the same, 1 not in it" in one.reason
        ]  # fmt: skip
    assert version.new is not None
    assert version.new.startswith("version 3, 3 lines, ")
    assert verify(site.settings).is_well


def test_the_same_file_again_changes_nothing(site) -> None:
    take_log(site, FILE, by=BY)
    assert not preview(site, FILE, by=ADMIN).is_change
    take_log(site, FILE, by=BY)
    assert signature_log(site).version == 1


def test_all_bad_lines_are_told_at_once_and_nothing_is_taken(site) -> None:
    bad = f"{HEAD},Nobody,,,\nMJ,Maria,,2020-13-01,\nKL,Kim,,,\nTB,Tom,,2022-01-01,2021-01-01\n"
    with pytest.raises(InputRefused) as caught:
        preview(site, bad.encode(), by=CONTROL)
    reason = caught.value.reason
    assert reason.startswith("3 lines can't be used: line 2 has no initials, line 3: '2020-13-01'")
    assert "line 5 ends before it begins" in reason
    many = HEAD + ",x,,,\n" * 30
    with pytest.raises(InputRefused, match=r"30 lines can't be used: .* and 22 more"):
        take_log(site, many.encode(), by=BY)
    assert signature_log(site).version == 0


def test_a_file_that_names_somebody_twice_is_refused(sqlite_site) -> None:
    twice = f"{HEAD}MJ,Maria Jansen,a,2020-01-01,\nm j,maria  jansen,b,2020-01-01,\n"
    with pytest.raises(InputRefused, match="twice"):
        preview(sqlite_site, twice.encode(), by=CONTROL)


@pytest.mark.parametrize(
    "name", ["=1+1", "-Dash", "@here", "+plus", "'=quoted", "Plain, with comma"]
)
def test_what_is_given_out_runs_nowhere_and_is_taken_in_again_as_it_was(sqlite_site, name) -> None:
    add_signatory(sqlite_site, Signatory("MJ", name, '"quoted"', date(2020, 1, 1)), by=BY)
    content = log_file(sqlite_site)
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert not row["name"].startswith(("=", "+", "-", "@"))
    if name != "'=quoted":  # a name that looks as if it had been made harmless already
        assert not preview(sqlite_site, content, by=CONTROL).is_change


# ------------------------------------------------------------------------------------- samples


def test_a_line_has_a_picture_of_how_the_person_signs(site) -> None:
    add_signatory(site, MARIA, by=BY, sample=scan_bytes(1))
    (line,) = signature_log(site).lines
    assert line.sample is not None
    assert sample_picture(site, line.sample, by=ADMIN) == scan_bytes(1)
    give_sample(site, 0, picture_bytes(), by=BY)
    kind, _, old, new, _ = told(site)[-1]
    assert (kind, old) == ("signatory_sampled", line.sample)
    assert str(signature_log(site).lines[0].sample) in str(new)
    assert sample_picture(site, line.sample, by=ADMIN) == scan_bytes(1), "an older sample is kept"
    take_log(site, FILE, by=BY)
    assert signature_log(site).lines[0].sample != line.sample
    assert signature_log(site).lines[0].sample is not None
    assert verify(site.settings).is_well


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("L", (20, 20)).save(out, "GIF")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload=alert(1)>", b"%PDF-1.4 x", gif(), scan_bytes()[:60], b"x" * 2_000_001],
    ids=["empty", "svg", "pdf", "gif", "cut", "large"],
)
def test_a_sample_that_is_no_picture_is_refused(sqlite_site, content) -> None:
    with pytest.raises(InputRefused):
        add_signatory(sqlite_site, MARIA, by=BY, sample=content)
    assert lines(sqlite_site) == ()


def test_a_picture_of_no_line_is_not_given_out_by_its_digest(sqlite_site) -> None:
    digest = sqlite_site.files.put(scan_bytes(5))
    with pytest.raises(InputRefused, match="no such sample"):
        sample_picture(sqlite_site, digest, by=ADMIN)


# ------------------------------------------------------------------------------- never changed


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE signatory SET name = 'Other'",
        "DELETE FROM signatory",
        "UPDATE signature_log SET digest = 'x'",
        "DELETE FROM signature_log",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(site, statement) -> None:
    add_signatory(site, MARIA, by=BY)
    with pytest.raises(DatabaseError, match="never changed"), site.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE signatory SET name = 'Other' WHERE position = 0",
        "UPDATE signatory SET initials = 'MI' WHERE position = 0",
        "UPDATE signatory SET \"end\" = '2030-01-01'",
        "UPDATE signatory SET sample = NULL WHERE log = 2",
        "DELETE FROM signatory WHERE position = 1",
        "UPDATE signature_log SET digest = 'x' WHERE version = 2",
        "UPDATE signatory SET position = position + 1",
        "INSERT INTO signature_log (version, digest, added_at) "
        "SELECT 3, digest, added_at FROM signature_log WHERE version = 2",
        "INSERT INTO signatory (log, position, initials, name, role) VALUES (2, 2, 'X', 'X', '')",
    ],
)
def test_verifying_finds_what_was_changed_behind_the_guards(site, statement) -> None:
    add_signatory(site, MARIA, by=BY)
    add_signatory(site, TOM, by=BY, sample=scan_bytes(1))
    take_guards_away(site)
    if "position + 1" in statement:
        statement += " WHERE position = (SELECT max(position) FROM signatory)"
    with site.engine.begin() as connection:
        connection.execute(text(statement))
    found = {one.part for one in verify(site.settings).findings} - {Part.GUARD}
    assert found == {Part.LOG}


# ------------------------------------------------------------------------------------ commands


def run(site: Site, *words: str):
    command = ("people", *words, "--site", str(site.settings.site))
    return CliRunner().invoke(build(command), command)


def test_the_command_line_previews_takes_in_and_gives_out(sqlite_site, tmp_path) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes(FILE)
    shown = run(sqlite_site, "import", "--preview", str(file))
    assert (shown.exit_code, lines(sqlite_site)) == (0, ())
    assert shown.stdout.startswith("+ MJ, Maria Jansen (Supervisor), from 2020-01-01 to now")
    assert "Nothing was written." in shown.stderr
    assert run(sqlite_site, "import", str(file)).exit_code == 0
    assert len(lines(sqlite_site)) == 2
    out = run(sqlite_site, "export")
    assert out.stdout_bytes == log_file(sqlite_site)
    with trail(sqlite_site) as told:
        *_, last = told
    assert (last.kind, last.reason) == ("exported", "signatories.csv")
    assert last.new == hashlib.sha256(out.stdout_bytes).hexdigest()


def test_the_command_line_names_the_file_and_the_bad_line(sqlite_site, tmp_path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(f"{HEAD},Nobody,,,\n")
    done = run(sqlite_site, "import", str(file))
    assert done.exit_code == 2
    assert f"{file}: line 2 has no initials" in done.stderr
