"""The audit of accepted entries: what was drawn, and what people keyed. Nothing of it changes."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations import guards

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("population", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint("asked > 0", name=op.f("ck_audit_sample_asked")),
        sa.CheckConstraint("pool > 0", name=op.f("ck_audit_sample_pool")),
        sa.CheckConstraint(
            "population IN ('handwriting', 'all')", name=op.f("ck_audit_sample_population")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_sample")),
    )
    op.create_table(
        "audit_line",
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record", "field"],
            ["entry.record", "entry.field"],
            name=op.f("fk_audit_line_record_field"),
        ),
        sa.ForeignKeyConstraint(["sample"], ["audit_sample.id"], name=op.f("fk_audit_line_sample")),
        sa.PrimaryKeyConstraint("sample", "position", name=op.f("pk_audit_line")),
        sa.UniqueConstraint("record", "field", name=op.f("uq_audit_line_record_field")),
    )
    op.create_table(
        "audit_keying",
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint("turn > 0", name=op.f("ck_audit_keying_turn")),
        sa.CheckConstraint("turn = 1 OR reason <> ''", name=op.f("ck_audit_keying_reason")),
        sa.ForeignKeyConstraint(
            ["sample", "position"],
            ["audit_line.sample", "audit_line.position"],
            name=op.f("fk_audit_keying_sample_position"),
        ),
        sa.PrimaryKeyConstraint("sample", "position", "turn", name=op.f("pk_audit_keying")),
    )
    for table in ("audit_sample", "audit_line", "audit_keying"):
        guards.refuse(table, "UPDATE", "what was audited is never changed")
        guards.refuse(table, "DELETE", "what was audited is never changed")
        guards.refuse_truncate(table, "what was audited is never changed")
