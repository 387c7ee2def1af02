"""Flips of single bits behind the database's back, and whether verifying finds them."""

import random
import sqlite3
from collections.abc import Iterator

from sqlalchemy import Connection, text

from pipeline.site import Site
from pipeline.verify.everything import record_rows
from pipeline.verify.files import check_scan
from pipeline.verify.guards import GUARDS
from pipeline.verify.records import SAID, check_record
from pipeline.verify.rows import rows_of
from pipeline.verify.trail import Noted, check_trail

MOVES = {
    "record": {"state", "seen", "claimed_by", "claimed_until", "keyings_awaited"},
    "scan": {"state", "problem", "tries", "leased_by", "leased_until", "read_at"},
    "flag": {"id"},
    "correction": {"id"},
    "keying": {"id"},
    "disposition": {"id"},
}
"""What a signature does not bind: where things stand, and row numbers of the database."""


def take_guards_away(site: Site) -> None:
    with site.engine.begin() as connection:
        for name in sorted(GUARDS):
            if site.engine.dialect.name == "sqlite":
                connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                table = name.rsplit("_", 2)[0]
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {name}"))


def values_of(site: Site) -> Iterator[tuple[str, int, str, object]]:
    """Every value that a signature or the trail binds: table, row, column, what stands there."""
    with sqlite3.connect(site.settings.site / "recordroom.db") as connection:
        for table in (*SAID, "event"):
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            moves = MOVES.get(table, set()) - ({"state"} if table == "record" else set())
            for row in connection.execute(f'SELECT rowid, * FROM "{table}"'):
                for name, value in zip(names, row[1:], strict=True):
                    if value is not None and name not in moves:
                        yield table, row[0], name, value


def flipped(value: object, chance: random.Random) -> object:
    """The value with one bit of one of its bytes flipped, as another value of its column."""
    if isinstance(value, str):
        content = bytearray(value.encode()) or bytearray(b"\0")
        place = chance.randrange(len(content))
        content[place] ^= 1 << chance.randrange(7)
        return content.decode("latin-1")
    if isinstance(value, float):
        return value + (abs(value) or 1.0) * 2.0 ** -chance.randrange(1, 40)
    assert isinstance(value, int)
    return value ^ (1 << chance.randrange(8))


def is_found(connection: Connection) -> bool:
    """Whether verifying on this connection, with what it has not written yet, finds anything."""
    trail = Noted()
    lines = [*check_trail(trail.noting(rows_of(connection, "event", "sequence")))]
    there = {row["id"]: row for row in rows_of(connection, "record", "id")}
    scans = {scan["id"]: scan for scan in rows_of(connection, "scan", "id")}
    if lines or trail.records - set(there):
        return True
    if any([*check_scan(scan, trail.taken)] for scan in scans.values()) or trail.taken:
        return True
    return any([*check_record(record_rows(connection, row, scans))] for row in there.values())
