"""Words of the index that begin alike, on SQLite; and numbers by what was read and its doubt."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab('search_words', 'instance')"
        )
    op.drop_index("ix_search_row_whole", table_name="search_row")
    op.execute("CREATE INDEX ix_search_row_whole ON search_row (key, doubt) WHERE key <> ''")
