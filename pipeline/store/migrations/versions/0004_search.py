"""The search index: words for everything, parts of words for lot numbers and the like."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("matched", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("context", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.CheckConstraint(
            "matched IN ('value', 'alternative')", name=op.f("ck_search_row_matched")
        ),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("ck_search_row_probability")),
        sa.ForeignKeyConstraint(["record"], ["record.id"], name=op.f("fk_search_row_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_row")),
    )
    op.create_index(op.f("ix_search_row_record"), "search_row", ["record"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        index_on_sqlite()
    else:
        index_on_postgresql()


def index_on_sqlite() -> None:
    """Two full-text tables that follow the rows: whole words, and any three signs of a key."""
    op.execute("""
        CREATE VIRTUAL TABLE search_words USING fts5(
            words, context, content='search_row', content_rowid='id',
            tokenize='unicode61 remove_diacritics 2')""")
    op.execute("""
        CREATE VIRTUAL TABLE search_key USING fts5(
            key, content='search_row', content_rowid='id', tokenize='trigram')""")
    op.execute("""
        CREATE TRIGGER search_row_added AFTER INSERT ON search_row BEGIN
            INSERT INTO search_words(rowid, words, context)
                VALUES (NEW.id, NEW.words, NEW.context);
            INSERT INTO search_key(rowid, key) SELECT NEW.id, NEW.key WHERE NEW.key <> '';
        END""")
    op.execute("""
        CREATE TRIGGER search_row_removed AFTER DELETE ON search_row BEGIN
            INSERT INTO search_words(search_words, rowid, words, context)
                VALUES ('delete', OLD.id, OLD.words, OLD.context);
            INSERT INTO search_key(search_key, rowid, key)
                SELECT 'delete', OLD.id, OLD.key WHERE OLD.key <> '';
        END""")
    op.execute("""
        CREATE TRIGGER search_row_changed BEFORE UPDATE ON search_row BEGIN
            SELECT RAISE(ABORT, 'rows of the search index are replaced, not changed');
        END""")


def index_on_postgresql() -> None:
    """The same with PostgreSQL's own means."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("""
        CREATE INDEX ix_search_row_words ON search_row
            USING gin (to_tsvector('simple', words || ' ' || context))""")
    op.execute("""
        CREATE INDEX ix_search_row_key ON search_row
            USING gin (key gin_trgm_ops) WHERE key <> ''""")
