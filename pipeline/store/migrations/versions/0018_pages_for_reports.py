"""A view of pages for reporting tools: which page of which scan each of them is."""

from pipeline.store.migrations import report_views

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    report_views.drop()
    report_views.make()
