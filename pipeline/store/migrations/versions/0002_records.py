"""Scans, and the records read from them. What was read or signed never changes."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.Column("scanned_on", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(), nullable=True),
        sa.Column("leased_until", sa.Text(), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("read_at", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'reading') = (leased_by IS NOT NULL)", name=op.f("ck_scan_leased_while_read")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'reading', 'read', 'refused', 'quarantined')",
            name=op.f("ck_scan_state"),
        ),
        sa.CheckConstraint(
            "(leased_by IS NULL) = (leased_until IS NULL)", name=op.f("ck_scan_lease_ends")
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_scan_size")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_scan_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
        sa.UniqueConstraint("sha256", name=op.f("uq_scan_sha256")),
    )
    op.create_index(op.f("ix_scan_state"), "scan", ["state"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("scan", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("batch_number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("recordroom", sa.String(), nullable=False),
        sa.Column("models", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_until", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'reading', 'in_review', 'approved', 'rejected', 'superseded')",
            name=op.f("ck_record_state"),
        ),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)", name=op.f("ck_record_claim_ends")
        ),
        sa.CheckConstraint(
            "(form IS NULL) = (version IS NULL)", name=op.f("ck_record_form_and_version")
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by"], ["account.user"], name=op.f("fk_record_claimed_by")
        ),
        sa.ForeignKeyConstraint(["scan"], ["scan.id"], name=op.f("fk_record_scan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("scan", "number", name=op.f("uq_record_scan_number")),
    )
    op.create_index("ix_record_form_batch_number", "record", ["form", "batch_number"], unique=False)
    op.create_index(op.f("ix_record_state"), "record", ["state"], unique=False)
    op.create_table(
        "page",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("scan_page", sa.Integer(), nullable=False),
        sa.Column("turned", sa.Integer(), nullable=False),
        sa.Column("form_score", sa.Float(), nullable=False),
        sa.Column("homography", sa.Text(), nullable=False),
        sa.Column("effective_dpi", sa.Float(), nullable=False),
        sa.Column("residual_mm", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_page_record")),
        sa.PrimaryKeyConstraint("record", "position", name=op.f("pk_page")),
    )
    op.create_table(
        "entry",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("width", sa.Float(), nullable=False),
        sa.Column("height", sa.Float(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("free_text", sa.String(), nullable=False),
        sa.Column("alternatives", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_entry_confidence")),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_entry_record")),
        sa.PrimaryKeyConstraint("record", "field", name=op.f("pk_entry")),
        sa.UniqueConstraint("record", "position", name=op.f("uq_entry_record_position")),
    )
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "severity IN ('critical', 'major', 'minor', 'signal')", name=op.f("ck_flag_severity")
        ),
        sa.ForeignKeyConstraint(
            ["record", "entry"], ["entry.record", "entry.field"], name=op.f("fk_flag_record_entry")
        ),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_flag_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_record"), "flag", ["record"], unique=False)
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_correction_reason")),
        sa.CheckConstraint("entry IS NOT NULL", name=op.f("ck_correction_entry")),
        sa.ForeignKeyConstraint(
            ["record", "entry"],
            ["entry.record", "entry.field"],
            name=op.f("fk_correction_record_entry"),
        ),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_correction_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint(
            "record", "entry", "position", name=op.f("uq_correction_record_entry_position")
        ),
    )
    op.create_index(op.f("ix_correction_record"), "correction", ["record"], unique=False)
    op.create_table(
        "disposition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("flag", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_disposition_reason")),
        sa.ForeignKeyConstraint(
            ["record", "entry"],
            ["entry.record", "entry.field"],
            name=op.f("fk_disposition_record_entry"),
        ),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_disposition_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
    )
    op.create_index(op.f("ix_disposition_record"), "disposition", ["record"], unique=False)
    op.create_table(
        "signature",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_signature_record")),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_signature_user")),
        sa.PrimaryKeyConstraint("record", "position", name=op.f("pk_signature")),
    )
    op.create_table(
        "picture",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("scan_page", sa.Integer(), nullable=False),
        sa.Column("pixels_per_mm", sa.Float(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_picture_record")),
        sa.PrimaryKeyConstraint("record", "position", name=op.f("pk_picture")),
    )
    guard()


def guard() -> None:
    """What the database itself refuses."""
    guards.install()
    guards.refuse("scan", "DELETE", "a scan is never deleted")
    guards.refuse("scan", "UPDATE OF id, sha256, size", "a scan is never changed")
    guards.refuse("record", "DELETE", "a record is never deleted")
    locked = "a record that is approved can not be changed"
    guards.refuse(
        "record",
        f"UPDATE OF {IDENTITY}",
        locked,
        when="OLD.state IN ('approved', 'superseded')",
        name="record_update_locked",
    )
    guards.refuse(
        "record",
        "UPDATE OF state",
        locked,
        when="OLD.state = 'superseded' OR OLD.state = 'approved' AND NEW.state <> 'superseded'",
        name="record_state_locked",
    )
    guards.refuse("entry", f"UPDATE OF {READING}", "a reading is never changed")
    for table in ("page", "correction", "disposition", "signature", "picture"):
        guards.refuse(table, "UPDATE", f"a {table} is never changed")
    for table in ("entry", "page", "correction", "disposition", "signature", "picture"):
        guards.refuse(table, "DELETE", f"this is never deleted: {table}")
        guards.refuse_on_locked(table, "INSERT")
    guards.refuse_on_locked("entry", "UPDATE")
    guards.refuse_on_locked("flag", "INSERT", "UPDATE", "DELETE")


IDENTITY = (
    "id, scan, number, form, version, title, batch_number, revision, recordroom, models, "
    "received_at"
)
READING = (
    "record, field, position, page, type, step, x, y, width, height, value, state, confidence, "
    "reader, model, free_text, alternatives, previous, evidence"
)
