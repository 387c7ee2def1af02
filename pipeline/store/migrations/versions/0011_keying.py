"""Keyings: what people keyed for critical entries. Rows are added; none is ever changed."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations import guards

revision = "0011"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keying",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "step IN ('first', 'agreed', 'disagreed', 'settled')", name=op.f("ck_keying_step")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_keying_reason")),
        sa.CheckConstraint("entry IS NOT NULL", name=op.f("ck_keying_entry")),
        sa.ForeignKeyConstraint(
            ["record", "entry"],
            ["entry.record", "entry.field"],
            name=op.f("fk_keying_record_entry"),
        ),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_keying_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keying")),
        sa.UniqueConstraint(
            "record", "entry", "position", name=op.f("uq_keying_record_entry_position")
        ),
    )
    op.create_index(op.f("ix_keying_record"), "keying", ["record"], unique=False)
    op.add_column(
        "record", sa.Column("keyings_awaited", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index(op.f("ix_record_keyings_awaited"), "record", ["keyings_awaited"], unique=False)
    message = "what people keyed is never changed"
    guards.refuse("keying", "UPDATE", message)
    guards.refuse("keying", "DELETE", message)
    guards.refuse_truncate("keying", message)
    guards.refuse_on_locked("keying", "INSERT")
