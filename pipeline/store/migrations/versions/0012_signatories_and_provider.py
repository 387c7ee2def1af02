"""The signature log keeps samples and is never changed; people may sign in at a provider."""

import sqlalchemy as sa
from alembic import op

from pipeline.store.migrations import guards

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signatory", sa.Column("sample", sa.String(), nullable=True))
    for table in ("signature_log", "signatory"):
        for change in ("UPDATE", "DELETE"):
            guards.refuse(table, change, "the signature log is never changed")
        guards.refuse_truncate(table, "the signature log is never changed")
    op.add_column(
        "account",
        sa.Column("at_provider", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("account", sa.Column("subject", sa.String(), nullable=True))
    op.create_index(op.f("uq_account_subject"), "account", ["subject"], unique=True)
    op.create_table(
        "visit",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("there", sa.String(), nullable=False),
        sa.Column("session", sa.String(), nullable=True),
        sa.Column("wish", sa.String(), nullable=True),
        sa.Column("bound", sa.String(), nullable=True),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("proved_at", sa.Text(), nullable=True),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.Column("used_at", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(session IS NULL) = (bound IS NULL)", name=op.f("ck_visit_signature_of_session")
        ),
        sa.CheckConstraint(
            "(session IS NULL) = (wish IS NULL)", name=op.f("ck_visit_wish_of_session")
        ),
        sa.CheckConstraint(
            "used_at IS NULL OR ticket IS NOT NULL", name=op.f("ck_visit_ticket_used")
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["session.token_digest"], name=op.f("fk_visit_session")
        ),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_visit")),
        sa.UniqueConstraint("ticket", name=op.f("uq_visit_ticket")),
    )
    op.create_index(op.f("ix_visit_subject"), "visit", ["subject"], unique=False)
