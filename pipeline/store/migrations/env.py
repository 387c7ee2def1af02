"""Alembic's entry: runs the migrations on the connection that `database.migrate` hands over."""

from alembic import context

from pipeline.store.arrangement_tables import ArrangementRow
from pipeline.store.audit_tables import AuditSampleRow
from pipeline.store.genealogy_tables import LotUseRow
from pipeline.store.keying_tables import KeyingRow
from pipeline.store.queue_tables import QueueRow
from pipeline.store.retention_tables import LegalHoldRow
from pipeline.store.revision_tables import RevisionRow
from pipeline.store.room_tables import ReadingRoomRow
from pipeline.store.search_tables import SavedSearchRow
from pipeline.store.site_tables import Row
from pipeline.store.tables import RecordRow
from pipeline.store.token_tables import TokenRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
)
OF_MODULES = (
    RecordRow, AuditSampleRow, KeyingRow, ArrangementRow, QueueRow, RevisionRow, LegalHoldRow,
    ReadingRoomRow, SavedSearchRow, LotUseRow, TokenRow,
)  # fmt: skip
for row in OF_MODULES:
    assert row.__tablename__ in Row.metadata.tables
context.run_migrations()
