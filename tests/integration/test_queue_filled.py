"""An older site's records are put in the queue as if they had been written today."""

from importlib import import_module

from alembic.migration import MigrationContext
from alembic.operations import Operations
from site_records import MISSING, do, make_ready, read
from sqlalchemy import text

from pipeline.site import Site

TABLES = ("queue_flag", "queue")


def rows(site: Site, table: str) -> list[dict[str, object]]:
    with site.engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM {table}")).mappings()
        return sorted((dict(row) for row in found), key=str)


def test_the_migration_fills_the_queue_as_writing_does(site) -> None:
    read(site, 1)
    do(site, read(site, 2), MISSING)
    make_ready(site, read(site, 3))
    before = {table: rows(site, table) for table in TABLES}
    assert len(before["queue"]) == 3
    with site.engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(f"DELETE FROM {table}"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("pipeline.store.migrations.versions.0008_queue_and_revisions").fill()
    assert {table: rows(site, table) for table in TABLES} == before
