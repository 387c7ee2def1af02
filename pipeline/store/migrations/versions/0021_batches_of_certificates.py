"""Destroyed records by the number of their batch, however it is written."""

import json

import sqlalchemy as sa
from alembic import op

from pipeline.core.spelling import as_key

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "destroyed_batch",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_destroyed_batch")),
    )
    op.create_index(op.f("ix_destroyed_batch_key"), "destroyed_batch", ["key"])
    gone = sa.table("destroyed_record", sa.column("record"), sa.column("document"))
    keys = [
        {"record": record, "key": as_key(json.loads(document).get("batch_number") or "")}
        for record, document in op.get_bind().execute(sa.select(gone.c.record, gone.c.document))
    ]
    if keys:
        batch = sa.table("destroyed_batch", sa.column("record"), sa.column("key"))
        op.bulk_insert(batch, keys)
