"""The queue's own rows, revisions of records, and pages that are to be scanned again."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations import guards

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

IN_ORDER = ("received_at", "release_on", "batch_number", "form")


def upgrade() -> None:
    queue()
    revisions()
    for table in ("revision", "replaced_page"):
        guards.refuse(table, "UPDATE", f"a {table} is never changed")
        guards.refuse(table, "DELETE", f"this is never deleted: {table}")
        guards.refuse_on_locked(table, "INSERT")
    guards.refuse("page_evidence", "UPDATE", "what was found about pages is never changed")
    guards.refuse("page_evidence", "DELETE", "this is never deleted: page_evidence")
    fill()


def queue() -> None:
    """Where each record stands and when it is due."""
    op.create_table(
        "queue",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("batch_number", sa.String(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Text(), nullable=False),
        sa.Column("release_on", sa.Text(), nullable=False),
        sa.Column("own_release_on", sa.Text(), nullable=True),
        sa.Column("open_flags", sa.Integer(), nullable=False),
        sa.Column("critical", sa.Integer(), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column("assigned_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "standing IN ('in_review', 'waiting_for_second', 'approved', 'rejected', 'superseded')",
            name=op.f("ck_queue_standing"),
        ),
        sa.CheckConstraint(
            "(assigned_to IS NULL) = (assigned_by IS NULL)", name=op.f("ck_queue_assigned")
        ),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_queue_record")),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["account.user"], name=op.f("fk_queue_assigned_to")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["account.user"], name=op.f("fk_queue_assigned_by")
        ),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_queue")),
    )
    op.create_index("ix_queue_by_due_at", "queue", ["is_done", "due_at", "record", "standing"])
    for name in IN_ORDER:
        columns = ["is_done", name, "due_at", "record", "standing"]
        op.create_index(f"ix_queue_by_{name}", "queue", columns)
    op.create_index("ix_queue_standing", "queue", ["standing", "critical", "major"])
    op.create_index("ix_queue_form_version", "queue", ["form", "version", "standing"])
    op.create_index("ix_queue_batch_number", "queue", ["batch_number", "standing"])
    op.create_index("ix_queue_assigned_to", "queue", ["assigned_to", "standing"])
    op.create_table(
        "queue_flag",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_queue_flag_record")),
        sa.PrimaryKeyConstraint("record", "name", "severity", name=op.f("pk_queue_flag")),
    )
    op.create_index("ix_queue_flag_name", "queue_flag", ["name", "record"])
    op.create_table(
        "batch_release",
        sa.Column("batch_number", sa.String(), nullable=False),
        sa.Column("release_on", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_number", name=op.f("pk_batch_release")),
    )
    op.create_table(
        "presence",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_presence_record")),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_presence_user")),
        sa.PrimaryKeyConstraint("record", "user", name=op.f("pk_presence")),
    )


def revisions() -> None:
    """Revisions, the pages that they replace, and what is asked for."""
    op.create_table(
        "revision",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("amends", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('amendment', 'rescan')", name=op.f("ck_revision_kind")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_revision_reason")),
        sa.CheckConstraint("record <> amends", name=op.f("ck_revision_of_another")),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_revision_record")),
        sa.ForeignKeyConstraint(["amends"], ["record.id"], name=op.f("fk_revision_amends")),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_revision")),
    )
    op.create_index(op.f("ix_revision_amends"), "revision", ["amends"])
    op.create_table(
        "replaced_page",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("scan", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_replaced_page_record")),
        sa.ForeignKeyConstraint(["scan"], ["scan.id"], name=op.f("fk_replaced_page_scan")),
        sa.ForeignKeyConstraint(["since"], ["record.id"], name=op.f("fk_replaced_page_since")),
        sa.PrimaryKeyConstraint("record", "position", name=op.f("pk_replaced_page")),
    )
    op.create_table(
        "rescan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("scan", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('', 'replaced', 'withdrawn')", name=op.f("ck_rescan_outcome")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_rescan_reason")),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_rescan_record")),
        sa.ForeignKeyConstraint(["by"], ["account.user"], name=op.f("fk_rescan_by")),
        sa.ForeignKeyConstraint(["scan"], ["scan.id"], name=op.f("fk_rescan_scan")),
        sa.ForeignKeyConstraint(["revision"], ["record.id"], name=op.f("fk_rescan_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescan")),
    )
    for name in ("record", "scan", "outcome"):
        op.create_index(op.f(f"ix_rescan_{name}"), "rescan", [name])
    op.create_table(
        "page_evidence",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("pages", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_page_evidence_record")),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_page_evidence")),
    )


OPEN = """
    INSERT INTO queue_flag (record, name, severity, count)
    SELECT flag.record, flag.name, flag.severity, count(*) FROM flag
    JOIN record ON record.id = flag.record AND record.state = 'in_review'
    WHERE NOT EXISTS (
        SELECT 1 FROM disposition AS one WHERE one.record = flag.record AND one.flag = flag.name
        AND (one.detail = '' OR one.detail = flag.detail)
        AND (one.entry = flag.entry OR one.entry IS NULL AND flag.entry IS NULL)
    )
    GROUP BY flag.record, flag.name, flag.severity
"""
COUNTED = """
    SELECT record.id, record.state, record.form, record.version, record.batch_number,
        record.received_at, record.claimed_by,
        coalesce(sum(one.count), 0) AS flags,
        coalesce(sum(CASE WHEN one.severity = 'critical' THEN one.count END), 0) AS critical,
        coalesce(sum(CASE WHEN one.severity = 'major' THEN one.count END), 0) AS major,
        coalesce(sum(CASE WHEN one.name = 'missing_signature' THEN 1 END), 0) AS unsigned
    FROM record LEFT JOIN queue_flag AS one ON one.record = record.id
    GROUP BY record.id, record.state, record.form, record.version, record.batch_number,
        record.received_at, record.claimed_by
"""


def fill() -> None:
    """The rows of the records that are there already."""
    connection = op.get_bind()
    connection.execute(sa.text(OPEN))
    rows = [_row(dict(found)) for found in connection.execute(sa.text(COUNTED)).mappings()]
    if rows:
        names = ", ".join(rows[0])
        values = ", ".join(f":{name}" for name in rows[0])
        connection.execute(sa.text(f"INSERT INTO queue ({names}) VALUES ({values})"), rows)


def _row(found: dict[str, Any]) -> dict[str, Any]:
    is_open = found["state"] == "in_review"
    standing = "waiting_for_second" if is_open and not found["flags"] else found["state"]
    due = datetime.fromisoformat(found["received_at"]) + timedelta(days=_days(found))
    return {
        "record": found["id"],
        "standing": standing,
        "is_done": not is_open,
        "form": found["form"] or "",
        "version": found["version"] or "",
        "batch_number": found["batch_number"],
        "received_at": found["received_at"],
        "due_at": due.isoformat(timespec="microseconds"),
        "release_on": "9999-12-31",
        "open_flags": int(found["flags"]),
        "critical": int(found["critical"]),
        "major": int(found["major"]),
        "note": "",
    }


def _days(found: dict[str, Any]) -> int:
    if found["unsigned"]:
        return 0
    if found["critical"] or not found["flags"]:
        return 2
    return 7 if found["major"] else 14
