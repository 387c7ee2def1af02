"""When an account was closed: nobody signs in with it any more, and its signatures stay."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("closed_at", sa.Text(), nullable=True))
