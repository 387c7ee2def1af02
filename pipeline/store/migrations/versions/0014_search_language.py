"""The search knows what an entry stands for, counts hits by values, and keeps people's searches."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_row", sa.Column("about", sa.String(), server_default="", nullable=False))
    op.add_column("search_row", sa.Column("step", sa.String(), nullable=True))
    op.add_column("search_row", sa.Column("day", sa.Text(), nullable=True))
    op.add_column("search_row", sa.Column("doubt", sa.Float(), server_default="0", nullable=False))
    op.add_column("search_row", sa.Column("unsure", sa.String(), server_default="", nullable=False))
    index_rows()
    make_facets()
    make_saved()
    op.create_index("ix_record_received_at_id", "record", ["received_at", "id"], unique=False)


def index_rows() -> None:
    """What rows are found by: their record and what they stand for, a whole key, a day, doubt."""
    op.drop_index("ix_search_row_record", table_name="search_row")
    if op.get_bind().dialect.name == "postgresql":
        # Longer ones would not fit into the index; all rows are put anew afterwards.
        op.execute("UPDATE search_row SET key = left(key, 200) WHERE length(key) > 200")
    op.create_index("ix_search_row_record_about", "search_row", ["record", "about"])
    op.execute("CREATE INDEX ix_search_row_whole ON search_row (key, about) WHERE key <> ''")
    op.execute("CREATE INDEX ix_search_row_day ON search_row (day) WHERE day IS NOT NULL")
    op.execute(
        "CREATE INDEX ix_search_row_doubtful ON search_row (id) WHERE key <> '' AND doubt > 0.5"
    )
    if op.get_bind().dialect.name == "postgresql":
        # Of an expression, so that nobody looks a whole key up among its trigrams.
        op.execute("DROP INDEX ix_search_row_key")
        op.execute("""
            CREATE INDEX ix_search_row_key ON search_row
                USING gin ((key || '') gin_trgm_ops) WHERE key <> ''""")
        op.execute("""
            CREATE INDEX ix_search_row_own_words ON search_row
                USING gin (to_tsvector('simple', words))""")


def make_facets() -> None:
    """Values to count by; what is in the index already is put there anew, record by record."""
    op.create_table(
        "search_facet",
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_search_facet_record")),
        sa.PrimaryKeyConstraint("about", "term", "record", name=op.f("pk_search_facet")),
    )
    op.create_index("ix_search_facet_record", "search_facet", ["record", "about", "value"])
    op.create_table(
        "search_due",
        sa.Column("record", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_search_due_record")),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_search_due")),
    )
    op.execute("INSERT INTO search_due (record) SELECT id FROM record")


def make_saved() -> None:
    """Searches that people keep."""
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("kept_at", sa.Text(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_search_name")),
        sa.CheckConstraint("query <> ''", name=op.f("ck_saved_search_query")),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_saved_search_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("user", "name", name=op.f("uq_saved_search_user_name")),
    )
