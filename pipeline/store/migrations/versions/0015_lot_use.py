"""Which lots a record made and used; records that are there already wait to be put."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lot_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("material", sa.String(), nullable=False),
        sa.Column("quantity", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("quantity_field", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('made', 'used', 'received')", name=op.f("ck_lot_use_kind")),
        sa.CheckConstraint(
            "said IN ('value', 'alternative', 'unreadable', 'missing')",
            name=op.f("ck_lot_use_said"),
        ),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("ck_lot_use_probability")),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_lot_use_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_use")),
    )
    op.create_index("ix_lot_use_key", "lot_use", ["key", "kind", "record"])
    op.create_index("ix_lot_use_record", "lot_use", ["record", "kind"])
    op.create_table(
        "lot_use_todo",
        sa.Column("record", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_lot_use_todo_record")),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_lot_use_todo")),
    )
    op.execute("INSERT INTO lot_use_todo (record) SELECT id FROM record")
