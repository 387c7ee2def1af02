"""Guards: what in the database itself refuses to change what stays."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from pipeline.verify.arrangements import has_arrangements
from pipeline.verify.findings import Finding, Part
from pipeline.verify.kept import has_retention

GUARDS = frozenset(
    {
        "scan_update_never", "scan_delete_never", "record_delete_never", "record_update_locked",
        "record_state_locked", "entry_update_never", "entry_delete_never", "entry_insert_locked",
        "entry_update_locked", "flag_insert_locked", "flag_update_locked", "flag_delete_locked",
        "event_update_never", "event_delete_never", "page_evidence_update_never",
        "page_evidence_delete_never",
    }
    | {
        f"{table}_{change}"
        for table in (
            "page", "picture", "correction", "keying", "disposition", "signature", "revision",
            "replaced_page",
        )
        for change in ("update_never", "delete_never", "insert_locked")
    }
    | {
        f"{table}_{change}_never"
        for table in ("signature_log", "signatory")
        for change in ("update", "delete")
    }
)  # fmt: skip
"""The triggers that every site's database has."""
OF_ARRANGEMENTS = frozenset({"arrangement_update_never", "arrangement_delete_never"})
"""And those of a site whose tables know arrangements."""
OF_RETENTION = frozenset(
    {
        f"{table}_{change}_never"
        for table in (
            "retention_rule", "legal_hold", "held_record", "hold_lift", "destruction_list",
            "destruction_line", "destruction_end", "retention_signature", "destroyed_record",
            "destroyed_scan", "room_record",
        )
        for change in ("update", "delete")
    }
    | {
        "certificate_day", "certificate_years", "certificate_hold", "certificate_signed",
        "certificate_listed", "certificate_open", "line_is_signed",
        "scan_is_unused", "reading_room_delete_never",
    }
)  # fmt: skip
"""And those of a site whose tables know retention and reading rooms."""


def check_guards(connection: Connection) -> Iterator[Finding]:
    """Triggers that are gone or switched off."""
    is_sqlite = connection.dialect.name == "sqlite"
    found = connection.execute(
        text(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if is_sqlite
            else "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND NOT tgisinternal"
        )
    )
    wanted = GUARDS | OF_ARRANGEMENTS if has_arrangements(connection) else GUARDS
    wanted = wanted | OF_RETENTION if has_retention(connection) else wanted
    for name in sorted(wanted - {row[0] for row in found}):
        yield Finding(Part.GUARD, f"The database's own guard {name} is gone or switched off.")
