"""Retention, legal holds, destruction with certificates; inspectors and their reading rooms."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations import guards, kept_guards

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OF_RECORDS = (
    "entry", "page", "correction", "disposition", "signature", "picture", "keying", "revision",
    "replaced_page", "page_evidence", "audit_line",
)  # fmt: skip
STAYS = (
    "retention_rule", "legal_hold", "held_record", "hold_lift", "destruction_list",
    "destruction_line", "destruction_end", "retention_signature", "destroyed_record",
    "destroyed_scan",
)  # fmt: skip
ON_HOLD = (
    "EXISTS (SELECT 1 FROM held_record WHERE held_record.record = NEW.record AND NOT EXISTS "
    "(SELECT 1 FROM hold_lift WHERE hold_lift.hold = held_record.hold))"
)
SIGNERS = (
    '(SELECT count(DISTINCT retention_signature."user") FROM retention_signature '
    "WHERE what = 'destruction' AND number = NEW.list AND retention_signature.\"user\" <> "
    '(SELECT destruction_list."by" FROM destruction_list WHERE id = NEW.list)) < 2'
)
NOT_LISTED = (
    "NOT EXISTS (SELECT 1 FROM destruction_line AS line WHERE line.list = NEW.list "
    "AND line.record = NEW.record AND line.keep_until = NEW.keep_until)"
)
SIGNED = (
    "EXISTS (SELECT 1 FROM retention_signature WHERE what = 'destruction' AND number = NEW.list)"
)
ENDED = "EXISTS (SELECT 1 FROM destruction_end AS ended WHERE ended.list = NEW.list)"
STILL_USED = (
    "EXISTS (SELECT 1 FROM record WHERE scan = NEW.scan AND id NOT IN "
    "(SELECT record FROM destroyed_record)) OR EXISTS (SELECT 1 FROM replaced_page "
    "WHERE scan = NEW.scan AND record NOT IN (SELECT record FROM destroyed_record))"
)


def upgrade() -> None:
    rules_and_holds()
    lists()
    certificates()
    rooms()
    loosen()
    guard()


def rules_and_holds() -> None:
    op.create_table(
        "retention_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("after_expiry", sa.Integer(), nullable=True),
        sa.Column("after_certification", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "after_expiry IS NULL OR after_expiry >= 1", name=op.f("ck_retention_rule_after_expiry")
        ),
        sa.CheckConstraint(
            "after_certification >= 5", name=op.f("ck_retention_rule_after_certification")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_retention_rule_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_legal_hold_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_table(
        "held_record",
        sa.Column("hold", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hold"], ["legal_hold.id"], name=op.f("fk_held_record_hold")),
        sa.PrimaryKeyConstraint("hold", "record", name=op.f("pk_held_record")),
    )
    op.create_index(op.f("ix_held_record_record"), "held_record", ["record"])
    op.create_table(
        "hold_lift",
        sa.Column("hold", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_hold_lift_reason")),
        sa.ForeignKeyConstraint(["hold"], ["legal_hold.id"], name=op.f("fk_hold_lift_hold")),
        sa.PrimaryKeyConstraint("hold", name=op.f("pk_hold_lift")),
    )
    op.create_table(
        "retention_signature",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint(
            "what IN ('hold', 'lift', 'destruction')", name=op.f("ck_retention_signature_what")
        ),
        sa.ForeignKeyConstraint(
            ["user"], ["account.user"], name=op.f("fk_retention_signature_user")
        ),
        sa.PrimaryKeyConstraint("what", "number", "position", name=op.f("pk_retention_signature")),
    )


def lists() -> None:
    op.create_table(
        "destruction_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_destruction_list_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction_list")),
    )
    op.create_table(
        "destruction_line",
        sa.Column("list", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("keep_until", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list"], ["destruction_list.id"], name=op.f("fk_destruction_line_list")
        ),
        sa.PrimaryKeyConstraint("list", "record", name=op.f("pk_destruction_line")),
    )
    op.create_index(op.f("ix_destruction_line_record"), "destruction_line", ["record"])
    for table, more in (
        ("destruction_end", [sa.Column("outcome", sa.String(), nullable=False),
                             sa.Column("reason", sa.String(), nullable=False)]),
        ("destruction_run", [sa.Column("place", sa.String(), nullable=False)]),
    ):  # fmt: skip
        checks = (
            [
                sa.CheckConstraint(
                    "outcome IN ('withdrawn', 'carried_out')",
                    name=op.f("ck_destruction_end_outcome"),
                )
            ]
            if table == "destruction_end"
            else []
        )
        op.create_table(
            table,
            sa.Column("list", sa.Integer(), nullable=False),
            *more,
            sa.Column("by", sa.String(), nullable=False),
            sa.Column("at", sa.Text(), nullable=False),
            *checks,
            sa.ForeignKeyConstraint(
                ["list"], ["destruction_list.id"], name=op.f(f"fk_{table}_list")
            ),
            sa.PrimaryKeyConstraint("list", name=op.f(f"pk_{table}")),
        )


def certificates() -> None:
    op.create_table(
        "destroyed_record",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("list", sa.Integer(), nullable=False),
        sa.Column("keep_until", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list"], ["destruction_list.id"], name=op.f("fk_destroyed_record_list")
        ),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_destroyed_record")),
    )
    op.create_index(op.f("ix_destroyed_record_list"), "destroyed_record", ["list"])
    op.create_table(
        "destroyed_scan",
        sa.Column("scan", sa.Integer(), nullable=False),
        sa.Column("list", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list"], ["destruction_list.id"], name=op.f("fk_destroyed_scan_list")
        ),
        sa.PrimaryKeyConstraint("scan", name=op.f("pk_destroyed_scan")),
    )
    op.create_table(
        "file_to_remove",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("list", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_to_remove")),
    )


def rooms() -> None:
    op.create_table(
        "reading_room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opens_at", sa.Text(), nullable=False),
        sa.Column("closes_at", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_reading_room_reason")),
        sa.CheckConstraint(
            "opens_at < closes_at", name=op.f("ck_reading_room_opens_before_it_closes")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_reading_room_closed")
        ),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_reading_room_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_room")),
    )
    op.create_index(op.f("ix_reading_room_user"), "reading_room", ["user"])
    op.create_table(
        "room_record",
        sa.Column("room", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["reading_room.id"], name=op.f("fk_room_record_room")),
        sa.PrimaryKeyConstraint("room", "record", name=op.f("pk_room_record")),
    )
    op.create_index(op.f("ix_room_record_record"), "room_record", ["record"])


TO = ", \n\tCONSTRAINT fk_event_{name} FOREIGN KEY({name}) REFERENCES {name} (id)"
ROLES = "'document_control', 'reviewer', 'approver', 'reader', 'administrator'"


def loosen() -> None:
    """The trail outlives records and scans; accounts may be inspectors'."""
    if not kept_guards.is_sqlite():
        op.execute("ALTER TABLE event DROP CONSTRAINT fk_event_record")
        op.execute("ALTER TABLE event DROP CONSTRAINT fk_event_scan")
        op.execute("ALTER TABLE account DROP CONSTRAINT ck_account_role")
        op.execute(
            "ALTER TABLE account ADD CONSTRAINT ck_account_role "
            f"CHECK (role IN ({ROLES}, 'inspector'))"
        )
        return
    # The way of https://sqlite.org/lang_altertable.html for constraints: the rows stay as they lie.
    op.execute("PRAGMA writable_schema=ON")
    for table, old, new in (
        ("event", TO.format(name="record"), ""),
        ("event", TO.format(name="scan"), ""),
        ("account", ROLES, f"{ROLES}, 'inspector'"),
    ):
        replaced = op.get_bind().execute(
            sa.text(
                "UPDATE sqlite_master SET sql = replace(sql, :old, :new) "
                "WHERE type = 'table' AND name = :name AND instr(sql, :old) > 0"
            ),
            {"old": old, "new": new, "name": table},
        )
        if replaced.rowcount != 1:
            raise RuntimeError(f"the table {table} is not as it was made")
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=RESET")


def guard() -> None:
    """What the database itself refuses."""
    kept_guards.install()
    kept_guards.refuse_unless_destroyed("record", "a record is never deleted", column="id")
    for table in OF_RECORDS:
        kept_guards.refuse_unless_destroyed(table, f"this is never deleted: {table}")
    message = "a record that is approved can not be changed"
    kept_guards.refuse_unless_destroyed("flag", message, name="flag_delete_locked")
    kept_guards.refuse_unless_destroyed(
        "audit_keying", "what was audited is never changed", of=kept_guards.OF_LINE
    )
    kept_guards.refuse_unless_destroyed(
        "scan", "a scan is never deleted", of=kept_guards.OF_SCAN, column="id"
    )
    kept_guards.refuse_unless_destroyed(
        "arrangement", "an arrangement is never changed", of=kept_guards.OF_SCAN, column="scan"
    )
    for table in STAYS:
        for change in ("UPDATE", "DELETE"):
            guards.refuse(table, change, f"this is never changed: {table}")
        guards.refuse_truncate(table, f"this is never changed: {table}")
    guards.refuse("room_record", "UPDATE", "this is never changed: room_record")
    guards.refuse("room_record", "DELETE", "this is never changed: room_record")
    guards.refuse("reading_room", "DELETE", "this is never changed: reading_room")
    for name, condition, message in certified():
        kept_guards.refuse_when("destroyed_record", name, condition, message)
    kept_guards.refuse_when(
        "destruction_line", "line_is_signed", SIGNED, "a list that is signed is never changed"
    )
    kept_guards.refuse_when(
        "destroyed_scan", "scan_is_unused", STILL_USED, "a record that is kept needs this scan"
    )


def certified() -> tuple[tuple[str, str, str], ...]:
    """When a certificate is refused: before its day, on hold, unsigned, or of an ended list."""
    newest = "(SELECT max(substr(at, 1, 10)) FROM signature WHERE signature.record = NEW.record)"
    if kept_guards.is_sqlite():
        today, least = "date('now')", f"date({newest}, '+5 years')"
    else:
        today = "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
        least = f"to_char({newest}::date + interval '5 years', 'YYYY-MM-DD')"
    return (
        ("certificate_day", f"NEW.keep_until >= {today}", "this is never deleted before its day"),
        ("certificate_years", f"NEW.keep_until < {least}", "this is never deleted before its day"),
        ("certificate_hold", ON_HOLD, "a record on hold is never deleted"),
        ("certificate_signed", SIGNERS, "destruction needs the signatures of two other people"),
        ("certificate_open", ENDED, "nothing is deleted by a list that was ended"),
        ("certificate_listed", NOT_LISTED, "a record is deleted as it was listed, or never"),
    )
