"""API tokens, and views with stable names for reporting tools."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations import report_views

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_api_token_name")),
        sa.CheckConstraint("scopes <> ''", name=op.f("ck_api_token_scopes")),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_api_token_expires")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_api_token_revoked")
        ),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_api_token_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_user"), "api_token", ["user"], unique=False)
    report_views.make()
