"""A site as an older version of Recordroom left it: its rows in the tables of that version."""

from collections.abc import Mapping, Sequence
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, inspect, text

from pipeline.site import Site

Rows = Sequence[Mapping[str, Any]]
LAST = "record"
"""Put in last: what is approved takes no more rows."""
NEWER = {"account": "role = 'inspector'"}
"""Rows that the older version's tables would not have taken."""


def make_older(site: Site, revision: str) -> None:
    """Bring the site's database to an older version of Recordroom: all that this one had stays.

    Its columns and tables are those of the older version, and so is everything that was filled by
    migrations later; the site is closed.
    """
    rows = {table: rows_of(site, table) for table in tables_of(site)}
    site.close()
    url, is_sqlite = site.settings.database_url, site.engine.dialect.name == "sqlite"
    if is_sqlite:
        for file in site.settings.site.glob("recordroom.db*"):
            file.unlink()
    engine = create_engine(url)
    with engine.begin() as connection:
        if not is_sqlite:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        _upgrade(connection, revision)
    with engine.begin() as connection:
        if not is_sqlite:  # as a database is restored: no trigger looks at it
            connection.execute(text("SET session_replication_role = replica"))
        there = set(inspect(connection).get_table_names())
        for table in sorted(rows.keys() & there, key=lambda name: (name == LAST, name)):
            _put(connection, table, rows[table], is_sqlite=is_sqlite)
    engine.dispose()


def tables_of(site: Site) -> list[str]:
    """The site's own tables, without those in which SQLite keeps its full-text index."""
    names = inspect(site.engine).get_table_names()
    own = (f"{table}_" for table in ("search_words", "search_key"))
    indexes = ("alembic_version", "search_words", "search_key", *own)
    return [name for name in names if not name.startswith(indexes)]


def rows_of(site: Site, table: str) -> Rows:
    """All rows of a table, in the order of their columns' values."""
    kept = f" WHERE NOT ({NEWER[table]})" if table in NEWER else ""
    with site.engine.connect() as connection:
        found = connection.execute(text(f'SELECT * FROM "{table}"{kept}')).mappings()
        return sorted((dict(row) for row in found), key=str)


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "pipeline.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _put(connection: Connection, table: str, rows: Rows, *, is_sqlite: bool) -> None:
    columns = inspect(connection).get_columns(table)
    names = [one["name"] for one in columns]
    if rows:
        quoted = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(f":{name}" for name in names)
        statement = text(f'INSERT INTO "{table}" ({quoted}) VALUES ({values})')
        connection.execute(statement, [{name: row[name] for name in names} for row in rows])
    if not is_sqlite:
        for one in columns:
            if one.get("autoincrement") is True:
                counted = f"pg_get_serial_sequence('{table}', '{one['name']}')"
                last = f'(SELECT coalesce(max("{one["name"]}"), 0) + 1 FROM "{table}")'
                connection.execute(text(f"SELECT setval({counted}, {last}, false)"))
