"""When somebody first signed in a session: from then on the password alone is asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("signed_at", sa.Text(), nullable=True))
