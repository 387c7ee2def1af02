"""Rows on both databases: what goes in comes out, and what must not change can't."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from record_builders import FORM, NOON, entry, reading, record
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from extractors.values import Evidence, Previous, State
from pipeline.core.values import Correction, Disposition, Outcome, RecordState, Signature
from pipeline.errors import InputRefused, SiteUnavailable
from pipeline.settings import Settings
from pipeline.site import Site, open_site
from pipeline.site_start import make_site
from pipeline.store.chain import FIRST, Happening, append, lines
from pipeline.store.database import migrate, open_engine, writing
from pipeline.store.database import reading as looking
from pipeline.store.record_rows import add_record, save_record, stored_record
from pipeline.store.site_tables import Row
from pipeline.store.tables import RecordRow, ScanRow

CROSSED_OUT = reading(
    "13.2", previous=(Previous("13.8", "MJ"),), evidence=(Evidence.CORRECTION,), free_text="13,2"
)
READ = replace(
    record(),
    id="abc-1",
    entries=(*record().entries[:2], entry("weight", CROSSED_OUT), *record().entries[3:]),
)


@pytest.fixture
def read_site(site: Site) -> Iterator[Site]:
    """A site with one record as it was read."""
    with writing(site.engine) as session:
        scan = ScanRow(
            sha256=READ.source.sha256,
            name=READ.source.file,
            size=4,
            page_count=READ.source.pages,
            state="read",
            received_at=NOON,
            received_by="control",
        )
        session.add(scan)
        session.flush()
        assert scan.id is not None
        add_record(session, READ, scan=scan.id, number=1, title=FORM.title, at=NOON)
    yield site


def save(site: Site, after) -> None:
    with writing(site.engine) as session:
        stored = stored_record(session, after.id)
        assert stored is not None
        save_record(session, stored.row, before=stored.record, after=after)


def stored(site: Site):
    with looking(site.engine) as session:
        found = stored_record(session, READ.id)
    assert found is not None
    return found.record


def worked_on():
    """The record with a correction, answers on an entry and on the whole, and no flags left."""
    lot = READ.entry("lot")
    correction = Correction("L08481V", State.FILLED, "the 1 is a 1", "reviewer", NOON)
    answer = Disposition(
        "low_confidence", Outcome.CORRECTED, "see there", "reviewer", NOON, "as read"
    )
    lot = replace(lot, corrections=(correction,), dispositions=(answer,), flags=())
    entries = tuple(lot if one.field == "lot" else one for one in READ.entries)
    return replace(READ, entries=entries, dispositions=(answer,), batch_number="XB15-2289")


def approved():
    signature = Signature("Amir Castellan", "approver", "approved for release", NOON, "d" * 64)
    return replace(worked_on(), state=RecordState.APPROVED, signatures=(signature,))


def test_a_record_comes_back_as_it_was_read(read_site) -> None:
    assert stored(read_site) == READ


def test_a_record_comes_back_as_people_left_it(read_site) -> None:
    save(read_site, worked_on())
    assert stored(read_site) == worked_on()


def test_each_save_is_counted_so_that_a_late_one_can_be_refused(read_site) -> None:
    save(read_site, worked_on())
    with looking(read_site.engine) as session:
        assert session.get_one(RecordRow, READ.id).seen == 2


def test_what_people_did_can_not_be_taken_back(read_site) -> None:
    save(read_site, worked_on())
    with pytest.raises(ValueError, match="never changed"):
        save(read_site, READ)


def test_an_approved_record_comes_back_with_its_signature(read_site) -> None:
    save(read_site, approved())
    assert stored(read_site) == approved()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET value = '9'",
        "UPDATE entry SET confidence = 1.0",
        "DELETE FROM entry",
        "UPDATE correction SET value = '9'",
        "DELETE FROM correction",
        "DELETE FROM disposition",
        "UPDATE page SET turned = 0",
        "UPDATE scan SET sha256 = 'x'",
        "DELETE FROM scan",
        "DELETE FROM record",
        "UPDATE event SET by = 'nobody'",
        "DELETE FROM event",
    ],
)
def test_the_database_itself_refuses(read_site, statement: str) -> None:
    save(read_site, worked_on())
    before = stored(read_site)
    refused(read_site, statement)
    assert stored(read_site) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET batch_number = 'X'",
        "UPDATE record SET state = 'in_review'",
        "UPDATE record SET version = '4'",
        "UPDATE entry SET accepted = NOT accepted",
        "DELETE FROM flag",
        "INSERT INTO disposition (record, position, flag, detail, outcome, reason, by, at)"
        " VALUES ('abc-1', 9, 'x', '', 'confirmed', 'y', 'reviewer', 'now')",
        "DELETE FROM signature",
        "UPDATE signature SET digest = 'x'",
    ],
)
def test_an_approved_record_cannot_be_changed(read_site, statement: str) -> None:
    save(read_site, approved())
    refused(read_site, statement)
    assert stored(read_site) == approved()


def test_a_record_in_review_can_be_changed_where_an_approved_one_cannot(read_site) -> None:
    with read_site.engine.begin() as connection:
        connection.execute(text("UPDATE entry SET accepted = NOT accepted"))
    assert stored(read_site) != READ


def refused(site: Site, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"never|can not be changed"),
        site.engine.execution_options(writes=True).begin() as connection,
    ):
        connection.execute(text(statement.replace("by =", '"by" =').replace(" by,", ' "by",')))


def test_the_migrations_make_the_tables_that_the_rows_describe(site) -> None:
    with site.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: not str(name).startswith("search_"),
                "compare_type": False,
            },
        )
        tables = [table for table in Row.metadata.tables if not table.startswith("search_")]
        found = compare_metadata(context, Row.metadata)
    by_hand = ("search_row", "search_facet", "search_due")
    assert [one for one in found if not any(name in str(one) for name in by_hand)] == []
    assert len(tables) > 10


def test_a_site_that_is_up_to_date_is_not_migrated_again(site) -> None:
    migrate(site.engine)
    with site.engine.connect() as connection:
        versions = connection.execute(text("SELECT version_num FROM alembic_version")).all()
    assert len(versions) == 1


def test_a_number_that_is_no_probability_is_refused_by_the_database(read_site) -> None:
    with (
        pytest.raises(IntegrityError),
        read_site.engine.begin() as connection,
    ):
        connection.execute(
            text(
                "INSERT INTO search_row (record, label, value, probability, matched, words,"
                " context, key) VALUES ('abc-1', 'x', 'x', 1.5, 'value', 'x', 'x', '')"
            )
        )


def test_a_row_that_belongs_to_nothing_is_refused_by_the_database(site) -> None:
    with (
        pytest.raises(IntegrityError),
        site.engine.begin() as connection,
    ):
        connection.execute(
            text(
                "INSERT INTO page (record, position, page, scan_page, turned, form_score,"
                " homography, effective_dpi, residual_mm) VALUES ('none', 0, 1, 1, 0, 1, '', 1, 1)"
            )
        )


def test_writers_come_one_after_the_other(site, second_site) -> None:
    other = second_site(site)
    with writing(site.engine) as session:
        append(session, Happening(kind="tried", by="a", at=NOON, where="test"))
        with looking(other.engine) as reader:
            kinds = [line.kind for line in lines(reader)]
    assert "tried" not in kinds
    with looking(other.engine) as reader:
        assert [line.kind for line in lines(reader)][-1] == "tried"


def test_what_fails_halfway_leaves_nothing(site) -> None:
    with pytest.raises(RuntimeError), writing(site.engine) as session:
        append(session, Happening(kind="tried", by="a", at=NOON, where="test"))
        raise RuntimeError
    with looking(site.engine) as session:
        found = list(lines(session))
    assert found[0].previous == FIRST
    assert "tried" not in [line.kind for line in found]


def test_sqlite_is_set_to_lose_nothing(sqlite_site) -> None:
    with sqlite_site.engine.connect() as connection:
        facts = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert facts == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_where_there_is_no_site_that_is_said(tmp_path) -> None:
    with pytest.raises(SiteUnavailable, match=r"no site.*recordroom init"):
        open_site(Settings(site=tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_a_site_is_not_made_over_another(site) -> None:
    with pytest.raises(InputRefused, match="already"):
        make_site(site.settings, is_demo=True)


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite+nothing:///x"])
def test_a_database_that_is_not_known_is_refused(url: str) -> None:
    with pytest.raises(SiteUnavailable, match="RECORDROOM_DATABASE"):
        open_engine(url)


def test_a_database_that_can_not_be_reached_is_said(tmp_path) -> None:
    url = f"postgresql://nobody@/none?host={tmp_path}"
    with pytest.raises(SiteUnavailable, match="the database can't be used"):
        open_site(Settings(site=tmp_path, database=url))


def test_a_broken_sqlite_file_is_said(tmp_path) -> None:
    (tmp_path / "recordroom.db").write_bytes(b"no database" * 1000)
    with pytest.raises(SiteUnavailable, match="the database can't be used"):
        open_site(Settings(site=tmp_path))
