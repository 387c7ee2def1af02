"""The trail. Lines are added; none is ever changed or taken away."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations import guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scan", sa.Integer(), nullable=True),
        sa.Column("record", sa.String(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("old", sa.String(), nullable=True),
        sa.Column("new", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_event_record")),
        sa.ForeignKeyConstraint(["scan"], ["scan.id"], name=op.f("fk_event_scan")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_event")),
        sa.UniqueConstraint("digest", name=op.f("uq_event_digest")),
    )
    op.create_index(op.f("ix_event_record"), "event", ["record"], unique=False)
    op.create_index(op.f("ix_event_scan"), "event", ["scan"], unique=False)
    guards.refuse("event", "UPDATE", "the trail is never changed")
    guards.refuse("event", "DELETE", "the trail is never changed")
    guards.refuse_truncate("event", "the trail is never changed")
