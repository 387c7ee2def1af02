"""Views for reporting tools, and pandas in two lines: what they hold, and that they only read."""

import re
import sqlite3
from pathlib import Path

import psycopg
import pytest
from record_builders import FakeReader
from site_records import CORRECTION, SECOND, approved, approved_again, do, read, strict
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from pipeline.archive import open_archive
from pipeline.core.document import archive_document
from pipeline.core.export_lines import entry_lines
from pipeline.core.review import Comment
from pipeline.errors import InputRefused, SiteUnavailable
from pipeline.keying import key_again
from pipeline.open_archive import Archive
from pipeline.review import open_record
from pipeline.sealed import SEALED
from pipeline.signing import held
from pipeline.site import Site
from pipeline.trail import events_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "reporting.md"


def documented() -> dict[str, list[str]]:
    """The columns of each view, as the document names them."""
    found: dict[str, list[str]] = {}
    for section in re.split(r"^### ", DOCUMENT.read_text(encoding="utf-8"), flags=re.M)[1:]:
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        names = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
        found[section.splitlines()[0]] = names
    return found


def address(site: Site) -> str | Path:
    return site.settings.database or site.settings.site


@pytest.fixture
def archive(site: Site):
    """An approved record with a correction, one in review, one that was amended and approved."""
    approved_again(site)
    read(site, 1, FakeReader(batch="XB15-0001"))
    with open_archive(address(site)) as opened:
        yield opened


def test_the_views_have_the_columns_that_the_document_names(site: Site) -> None:
    found = inspect(site.engine)
    views = {
        name: [column["name"] for column in found.get_columns(name)]
        for name in found.get_view_names()
    }
    assert views == documented()


def test_entries_are_those_of_the_records(site: Site, archive: Archive) -> None:
    entries = archive.entries()
    for record_id, rows in entries.groupby("record"):
        opened = open_record(site, str(record_id))
        lines = entry_lines(opened.record, opened.form)
        for name in ("field", "value", "state", "read_value", "read_state", "page", "accepted"):
            assert rows[name].tolist() == [getattr(line, name) for line in lines], name
        numbers = [
            None if value is None else float(value)
            for value in rows["number"].astype(object).where(rows["number"].notna(), None)
        ]
        assert numbers == [line.number for line in lines]
        at = rows["corrected_at"]
        assert [
            None if one is None else one for one in at.astype(object).where(at.notna(), None)
        ] == [line.corrected_at for line in lines]
    assert len(set(entries["record"])) == len(archive.records()) == 4


def test_one_form_or_one_record_is_one_word(archive: Archive) -> None:
    assert len(archive.entries(form="BMR-001")) == 20
    assert len(archive.entries(form="BMR-077")) == 0
    assert set(archive.entries(form="BMR-001").columns) == set(archive.entries(form="x").columns)
    one = archive.records(record_state="approved")["record"].item()
    assert len(archive.entries(record=one, field="weight")) == 1
    assert archive.entries(record=one, field="weight")["number"].item() == 13.2
    with pytest.raises(InputRefused, match="no column form; drop"):
        archive.entries(**{"form; drop": "x"})


def test_flags_corrections_answers_signatures_and_trail_are_those_of_the_records(
    site: Site, archive: Archive
) -> None:
    for row in archive.records().itertuples():
        document = archive_document(open_record(site, row.record).record)
        assert (row.record_state, row.revision) == (document["record_state"], document["revision"])
        on = {"record": row.record}
        flags = [one for e in document["entries"] for one in e["flag_details"]]
        flags += document["flag_details"]
        assert sorted(archive.flags(**on)["detail"]) == sorted(one["detail"] for one in flags)
        corrections = [one for e in document["entries"] for one in e["corrections"]]
        found = archive.corrections(**on)
        assert sorted(found["value"]) == sorted(one["value"] for one in corrections)
        assert set(found["old_value"]) <= {"L0848N"}
        answers = [one for e in document["entries"] for one in e["dispositions"]]
        assert len(archive.answers(**on)) == len(answers) + len(document["dispositions"])
        signed = archive.signatures(**on)
        assert list(signed["digest"]) == [one.signature.digest for one in held(site, row.record)]
        lines = [line for line in events_of(site, row.record) if line.record]
        assert list(archive.trail(**on)["digest"]) == [line.digest for line in lines]


def test_an_approved_record_says_when_and_by_whom(archive: Archive) -> None:
    found = archive.records(record_state="approved").iloc[0]
    assert found["approved_by"] == "approver"
    assert found["approved_at"] >= found["received_at"]
    assert found["open_flags"] == 0
    flags = archive.flags(record=found["record"])
    assert list(flags["outcome"]) == ["truly_missing"]
    assert archive.flags(record_state="in_review")["outcome"].isna().all()


def test_columns_have_their_types(archive: Archive) -> None:
    entries, records = archive.entries().dtypes, archive.records().dtypes
    assert str(entries["number"]) == "Float64"
    assert str(entries["accepted"]) == "boolean"
    assert str(entries["page"]) == "Int64"
    assert str(records["received_at"]) == "datetime64[us, UTC]"
    assert str(records["scanned_on"]).startswith("datetime64")
    empty = archive.entries(form="none").dtypes
    assert (str(empty["number"]), str(empty["accepted"])) == ("Float64", "boolean")


@pytest.mark.parametrize(
    "value",
    [
        "13.2",
        "-0.5",
        "+7",
        " 8 ",
        "1e5",
        "1.2.3",
        "-",
        "12-3",
        "",
        ".5",
        "5.",
        "N/A",
        "9" * 400,
        "--5",
        "１",
    ],
)
def test_a_number_is_one_where_the_text_writes_one(site: Site, value: str) -> None:
    record_id = read(site)
    with site.engine.execution_options(writes=True).begin() as connection:
        _unguarded(connection)
        connection.execute(
            text("UPDATE entry SET value = :value WHERE field = 'weight'"), {"value": value}
        )
    opened = open_record(site, record_id)
    with open_archive(address(site)) as archive:
        found = archive.entries(field="weight")["number"]
    expected = {"13.2": 13.2, "-0.5": -0.5, "+7": 7.0, " 8 ": 8.0}.get(value)
    assert (None if found.isna().item() else found.item()) == expected
    assert opened.record.entry("weight").value in (value, "13.2")


def _unguarded(connection) -> None:
    """Take the guard of readings away, as a test alone may."""
    on = " ON entry" if connection.dialect.name == "postgresql" else ""
    connection.execute(text(f"DROP TRIGGER entry_update_never{on}"))


def test_what_was_keyed_is_sealed_while_a_second_person_is_waited_for(site: Site) -> None:
    record_id = read(site)
    do(strict(site), record_id, CORRECTION)
    with open_archive(address(site)) as archive:
        keyed = archive.trail(record=record_id, kind="keyed")
        assert (keyed["new_value"].item(), keyed["reason"].item()) == (SEALED, SEALED)
        assert "L08481V" not in archive.entries(field="lot")["value"].tolist()
        key_again(strict(site), record_id, "lot", "other", by=SECOND)
        assert SEALED in archive.trail(kind="keying_disagreed")["new_value"].item()
        said = {event.sequence: event.new for event in events_of(site, record_id)}
        lines = archive.trail(record=record_id)
        assert [said[one.sequence] for one in lines.itertuples()] == [
            None if one is None else one
            for one in lines["new_value"].astype(object).where(lines["new_value"].notna(), None)
        ]


def test_what_was_keyed_is_told_when_it_is_over(site: Site) -> None:
    record_id = read(site)
    do(strict(site), record_id, CORRECTION)
    key_again(strict(site), record_id, "lot", CORRECTION.value, by=SECOND)
    with open_archive(address(site)) as archive:
        assert archive.trail(kind="keyed")["new_value"].item() == CORRECTION.value
        assert archive.entries(field="lot")["value"].item() == CORRECTION.value


def test_nothing_can_be_written_by_that_door(archive: Archive) -> None:
    for statement in (
        "DELETE FROM flag",
        "CREATE TABLE x (y int)",
        "UPDATE record SET title = 'x'",
    ):
        with (
            pytest.raises(DBAPIError, match=r"read-?\s?only"),
            archive.engine.begin() as connection,
        ):
            connection.execute(text(statement))


def test_a_site_that_works_meanwhile_is_read_as_it_is(site: Site) -> None:
    record_id = approved(site)
    with open_archive(address(site)) as archive:
        before = len(archive.trail())
        other = read(site, 5)
        do(site, other, Comment(None, "seen"))
        assert len(archive.trail()) == before + 3
        assert set(archive.records()["record"]) == {record_id, other}


def test_a_role_of_postgresql_reads_the_views_and_nothing_else(
    site: Site, request: pytest.FixtureRequest
) -> None:
    if not site.settings.database:
        pytest.skip("SQLite has no roles")
    approved(site)
    grants = re.search(r"```sql\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    assert grants
    name = re.search(r"/(\w+)\?", site.settings.database)
    assert name
    said = (
        grants[1]
        .replace("DATABASE recordroom", f"DATABASE {name[1]}")
        .replace("reports", name[1] + "_r")
    )
    with psycopg.connect(site.settings.database, autocommit=True) as connection:
        connection.execute(said.encode())
    asked = site.settings.database.replace("tests@", f"{name[1]}_r@")
    with psycopg.connect(asked, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM v_entries").fetchone() == (5,)
        for closed in ("entry", "account", "api_token", "v_trail"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT * FROM {closed}".encode())
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("CREATE TEMP TABLE x (y int)")


def test_the_documents_address_opens_sqlite_for_reading(sqlite_site: Site) -> None:
    approved(sqlite_site)
    file = sqlite_site.settings.site.resolve() / "recordroom.db"
    with open_archive(f"sqlite:///{file}") as archive:
        assert len(archive.entries()) == 5
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM flag")
    connection.close()


def test_where_there_is_no_site_that_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(SiteUnavailable, match="there is no database"):
        open_archive(tmp_path / "nowhere")
    assert [*tmp_path.iterdir()] == []
    with pytest.raises(SiteUnavailable, match="no address of a database"):
        open_archive("mysql://x/y")
    (tmp_path / "recordroom.db").write_bytes(b"")
    with pytest.raises(SiteUnavailable, match="no site in this database"):
        open_archive(tmp_path)
