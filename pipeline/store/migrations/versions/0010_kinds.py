"""Entries of one kind over all records: the contact sheet finds them without reading the rest."""

from alembic import op

revision = "0010"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_entry_field_confidence", "entry", ["field", "confidence"])
    op.create_index("ix_entry_kind", "entry", ["type", "value", "confidence"])
