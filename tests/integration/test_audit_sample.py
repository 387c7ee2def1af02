"""`recordroom audit-sample` on both databases: drawn, keyed, taken back, added up."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from record_builders import FakeReader
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from test_site_review import read

from pipeline.audit import draw_sample, standing
from pipeline.audit_sheet import COLUMNS, read_sheet
from pipeline.cli import main
from pipeline.core.audit import Population
from pipeline.core.values import ReaderInfo
from pipeline.run import ReadScan
from pipeline.site import Site
from pipeline.trail import trail
from pipeline.verify import verify

READ = {"batch_number": "XB15-2288", "weight": "13.2", "remark": "sieved twice, see 5 % rule"}


@pytest.fixture
def options(site: Site, monkeypatch) -> list[str]:
    """The site, which has one record, as the command line names it."""
    read(site)
    if site.settings.database:
        monkeypatch.setenv("RECORDROOM_DATABASE", site.settings.database)
    return ["--site", str(site.settings.site)]


@pytest.fixture
def sheet(options, tmp_path, capsys) -> Path:
    """A sheet with everything that can be drawn."""
    out = tmp_path / "sheet.csv"
    assert main(["audit-sample", "draw", "--out", str(out), "--seed", "7", *options]) == 0
    capsys.readouterr()
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(path: Path, *, name: str = "keyed.csv", delimiter: str = ",", **other: str) -> Path:
    """The sheet keyed rightly, but for the fields that are given."""
    keyed = path.with_name(name)
    with keyed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
        writer.writeheader()
        for row in rows(path):
            writer.writerow(row | {"keyed": (READ | other)[row["field"]]})
    return keyed


def shown(options, capsys) -> dict:
    capsys.readouterr()
    assert main(["audit-sample", "show", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_sheet_says_where_to_look_and_never_what_was_read(sheet) -> None:
    found = rows(sheet)
    assert {row["field"] for row in found} == set(READ)
    assert not any(value in sheet.read_text("utf-8") for value in ("13.2", "sieved"))
    (weight,) = [row for row in found if row["field"] == "weight"]
    assert (weight["label"], weight["page"], weight["x_mm"]) == ("Net weight", "1", "40.0")
    assert (weight["batch_number"], weight["scan"]) == ("XB15-2288", "0.png")
    (batch,) = [row for row in found if row["field"] == "batch_number"]
    assert batch["batch_number"] == ""
    assert {row["keyed"] + row["state"] for row in found} == {""}


def test_a_sheet_that_is_right_shows_no_error(sheet, options, capsys) -> None:
    assert main(["audit-sample", "take", str(fill(sheet)), *options]) == 0
    assert "Taken: 3, of these 0 differ." in capsys.readouterr().out
    found = shown(options, capsys)
    (one,) = found["shown"]
    assert (one["audited"], one["errors"], one["rate"], one["needed"]) == (3, 0, 0.0, 2136)
    assert one["upper"] == pytest.approx(1 - 0.05 ** (1 / 3))
    assert one["is_newest"]
    assert set(one["types"]) == {"text", "number"}
    assert set(one["models_of_entries"]) == {"two readers 1"}
    assert found["open"] == 0


def test_an_error_is_named_counted_and_in_the_trail(site, sheet, options, capsys) -> None:
    keyed = fill(sheet, weight="18.2")
    assert main(["audit-sample", "take", str(keyed), "--by", "reviewer", *options]) == 0
    assert "weight: read as 13.2, keyed as 18.2" in capsys.readouterr().out
    (one,) = shown(options, capsys)["shown"]
    assert (one["audited"], one["errors"]) == (3, 1)
    with trail(site) as lines:
        told = [line for line in lines if line.kind.startswith("audit")]
    assert [line.kind for line in told] == ["audit_drawn"] + 3 * ["audit_keyed"]
    assert "seed 7" in (told[0].new or "")
    (weight,) = [line for line in told if line.field == "weight"]
    assert (weight.old, weight.new) == ("13.2", "18.2")
    assert "differs, keyed by reviewer" in (weight.reason or "")
    assert verify(site.settings).findings == ()


def test_the_same_sheet_twice_changes_nothing(sheet, options, capsys) -> None:
    keyed = str(fill(sheet, weight="18.2"))
    assert main(["audit-sample", "take", keyed, *options]) == 0
    before = shown(options, capsys)
    assert main(["audit-sample", "take", keyed, *options]) == 0
    assert "Taken: 0, of these 0 differ. Known before: 3." in capsys.readouterr().out
    assert shown(options, capsys) == before


def test_a_line_is_keyed_again_only_with_a_reason(sheet, options, capsys) -> None:
    first = str(fill(sheet, weight="18.2"))
    second = str(fill(sheet, name="second.csv"))
    assert main(["audit-sample", "take", first, *options]) == 0
    assert main(["audit-sample", "take", second, *options]) == 2
    assert "keyed before, as 18.2" in capsys.readouterr().err
    reason = ["--reason", "a second person read a 3"]
    assert main(["audit-sample", "take", second, *reason, *options]) == 0
    found = shown(options, capsys)
    assert (found["shown"][0]["errors"], found["keyed_again"]) == (0, 1)
    assert main(["audit-sample", "take", first, *options]) == 0
    assert shown(options, capsys) == found


def test_lines_that_can_not_be_understood_are_named_and_the_rest_is_taken(
    sheet, options, capsys
) -> None:
    keyed = fill(sheet)
    lines = keyed.read_text("utf-8").splitlines()
    spoilt = [
        lines[0],
        lines[1].replace("S1-1", "17 Mar"),
        lines[2].removesuffix(",") + ",perhaps",
        lines[3],
        lines[3],
        lines[3].replace("S1-3", "S1-99"),
        lines[3].replace("S1-3", "S1-2"),
    ]
    keyed.write_text("\n".join(spoilt) + "\n", encoding="utf-8")
    assert main(["audit-sample", "take", str(keyed), *options]) == 2
    said = capsys.readouterr()
    errors = said.err.splitlines()
    assert [line.split(": ")[:2] for line in errors] == [
        [str(keyed), f"line {n}"] for n in (2, 3, 5, 6, 7)
    ]
    assert all("; " in line for line in errors)
    assert "Taken: 1" in said.out
    found = shown(options, capsys)
    assert (found["shown"][0]["audited"], found["open"]) == (1, 2)


def test_a_sheet_saved_with_semicolons_is_taken(sheet, options, capsys) -> None:
    assert main(["audit-sample", "take", str(fill(sheet, delimiter=";")), *options]) == 0
    assert "Taken: 3" in capsys.readouterr().out


def test_what_is_no_sheet_is_refused_as_a_whole(options, tmp_path, capsys) -> None:
    other = tmp_path / "other.csv"
    for content in (b"", b"a,b\n1,2\n", b"\xff\xfe\x00"):
        other.write_bytes(content)
        assert main(["audit-sample", "take", str(other), *options]) == 2
        assert capsys.readouterr().err.startswith(f"{other}: ")
    assert main(["audit-sample", "take", str(tmp_path / "none.csv"), *options]) == 2


def test_an_unknown_account_can_not_have_keyed(sheet, options, capsys) -> None:
    assert main(["audit-sample", "take", str(fill(sheet)), "--by", "nobody", *options]) == 2
    assert "there is no account" in capsys.readouterr().err
    assert shown(options, capsys)["open"] == 3


def test_an_entry_is_drawn_once_and_a_lost_sheet_written_again(
    sheet, options, tmp_path, capsys
) -> None:
    out = str(tmp_path / "more.csv")
    assert main(["audit-sample", "draw", "--out", out, *options]) == 1
    assert "No accepted entry is left" in capsys.readouterr().err
    assert not Path(out).exists()
    again = ["audit-sample", "draw", "--again", "S1", "--out", out, *options]
    assert main(again) == 0
    assert rows(Path(out)) == rows(sheet)
    assert main(again) == 2
    assert "such a file already" in capsys.readouterr().err
    assert main(["audit-sample", "draw", "--again", "S9", "--out", f"{out}2", *options]) == 2


def test_an_empty_site_has_nothing_to_draw_and_shows_the_whole_way(
    sqlite_site, tmp_path, capsys
) -> None:
    options = ["--site", str(sqlite_site.settings.site)]
    assert main(["audit-sample", "draw", "--out", str(tmp_path / "a.csv"), *options]) == 1
    assert main(["audit-sample", "show", *options]) == 0
    assert "Nothing has been audited yet" in capsys.readouterr().out
    assert shown(options, capsys)["shown"] == []


def test_pictures_go_beside_the_sheet(options, tmp_path) -> None:
    out, folder = tmp_path / "sheet.csv", tmp_path / "pictures"
    words = ["audit-sample", "draw", "--out", str(out), "--pictures", str(folder)]
    assert main([*words, *options]) == 0
    assert {row["picture"] for row in rows(out)} == {path.name for path in folder.iterdir()}
    assert len(rows(out)) == 3


def test_where_nothing_can_be_written_nothing_is_drawn(options, tmp_path, capsys) -> None:
    (tmp_path / "file").write_text("")
    for out, pictures in (("none/a.csv", "p"), ("a.csv", "file")):
        words = ["draw", "--out", str(tmp_path / out), "--pictures", str(tmp_path / pictures)]
        assert main(["audit-sample", *words, *options]) == 2
        assert capsys.readouterr().err.startswith(f"{tmp_path / out}: ")
    assert shown(options, capsys)["open"] == 0


def test_the_same_seed_draws_the_same_entries(options, site) -> None:
    """From the same pool: the first draw takes its entries out of it."""
    for number in (1, 2):
        read(site, number)
    drawn = draw_sample(site, population=Population.ALL, count=4, seed=11, by="a")
    assert drawn is not None
    assert (drawn.seed, drawn.pool) == ("11", 9)
    more = draw_sample(site, population=Population.ALL, count=40, seed=None, by="a")
    assert more is not None
    assert (more.pool, more.seed.isdigit()) == (5, True)


def test_what_an_older_reader_read_is_shown_apart(site, sheet, options, capsys, clock) -> None:
    assert main(["audit-sample", "take", str(fill(sheet)), *options]) == 0
    clock.move(hours=1)
    read(site, 5, NewerReader())
    found = standing(site)
    assert found.newest is not None
    assert found.newest.models == (("handwriting", "8"),)
    assert found.newest not in {one.edition for one in found.shown}
    capsys.readouterr()
    assert main(["audit-sample", "show", *options]) == 0
    out = capsys.readouterr().out
    assert "Nothing that recordroom 0.1.0 (handwriting 8) read has been keyed yet." in out
    assert "(handwriting 7, print 5.3), an older reader" in out


class NewerReader(FakeReader):
    """The next model, which reads a formula."""

    def __call__(self, scan, known, options) -> ReadScan:
        found = super().__call__(scan, known, options)
        newer = ReaderInfo("0.1.0", (("handwriting", "8"),))
        records = tuple(replace(one, reader=newer) for one in found.records)
        return replace(found, records=records)


def test_no_text_of_a_sheet_is_a_formula(tmp_path, sqlite_site) -> None:
    read(sqlite_site, 0, FakeReader(batch="=1+1"))
    out = tmp_path / "sheet.csv"
    options = ["--site", str(sqlite_site.settings.site)]
    assert main(["audit-sample", "draw", "--out", str(out), *options]) == 0
    assert {row["batch_number"] for row in rows(out)} == {"'=1+1", ""}
    assert all(line.name for line in read_sheet(out))


@pytest.mark.parametrize("table", ["audit_sample", "audit_line", "audit_keying"])
@pytest.mark.parametrize("change", ["UPDATE {} SET sample_or_id = 9", "DELETE FROM {}"])
def test_the_database_itself_keeps_the_audit(site, sheet, options, table, change) -> None:
    assert main(["audit-sample", "take", str(fill(sheet)), *options]) == 0
    column = "id" if table == "audit_sample" else "sample"
    statement = change.format(table).replace("sample_or_id", column)
    with (
        pytest.raises(DatabaseError, match=r"never (changed|deleted)"),
        site.engine.execution_options(writes=True).begin() as connection,
    ):
        connection.execute(text(statement))
