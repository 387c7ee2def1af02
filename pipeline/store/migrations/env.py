"""Alembic's entry: runs the migrations on the connection that `database.migrate` hands over."""

from alembic import context

from pipeline.store.tables import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
)
context.run_migrations()
