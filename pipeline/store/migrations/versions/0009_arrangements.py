"""How people arranged the pages of scans, small pictures of the pages, and how far reading is."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations import guards

revision = "0009"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arrangement",
        sa.Column("scan", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("again", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_arrangement_number")),
        sa.ForeignKeyConstraint(["scan"], ["scan.id"], name=op.f("fk_arrangement_scan")),
        sa.PrimaryKeyConstraint("scan", "number", name=op.f("pk_arrangement")),
    )
    op.create_table(
        "small_picture",
        sa.Column("scan", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("is_empty", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["scan"], ["scan.id"], name=op.f("fk_small_picture_scan")),
        sa.PrimaryKeyConstraint("scan", "page", name=op.f("pk_small_picture")),
    )
    op.create_table(
        "reading_progress",
        sa.Column("scan", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["scan"], ["scan.id"], name=op.f("fk_reading_progress_scan")),
        sa.PrimaryKeyConstraint("scan", name=op.f("pk_reading_progress")),
    )
    op.create_index("ix_flag_name_record", "flag", ["name", "record"], unique=False)
    guards.refuse("arrangement", "UPDATE", "an arrangement is never changed")
    guards.refuse("arrangement", "DELETE", "an arrangement is never changed")
    guards.refuse_truncate("arrangement", "an arrangement is never changed")
